/**
 * Ids told apart by the type checker.
 *
 * A flavoured number takes a plain number (so decoded fields need no cast) but not a number of another flavour: a store
 * id passed where a region id is due does not compile. All ids come from the scheduler, start at 1, and fit a JavaScript
 * number; 0 is protobuf's "absent" and never an id.
 */
export type Flavor<T, Name extends string> = T & { readonly __flavor?: Name }

export type ClusterId = Flavor<number, "ClusterId">
export type RegionId = Flavor<number, "RegionId">
export type PeerId = Flavor<number, "PeerId">
export type StoreId = Flavor<number, "StoreId">
