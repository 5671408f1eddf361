/**
 * Everything the PD port serves over gRPC, as bindings over one SchedulerService: `pdpb.PD`, `keyspacepb.Keyspace`, the
 * two etcd services clients reach here, and health. What is not in the list (the tables of the wire contract say why)
 * ends as UNIMPLEMENTED.
 */

import { type Binding, makeHealth } from "@reefkv/grpc"
import type { SchedulerServiceShape } from "@reefkv/scheduler"
import { Effect, type Scope } from "effect"
import { etcdBindings, makeEtcdKeys } from "./etcd.ts"
import { type Keyspaces, makeKeyspaces } from "./Keyspaces.ts"
import { keyspaceBindings } from "./keyspaceService.ts"
import { memberBindings } from "./members.ts"
import { makePdContext } from "./pdCall.ts"
import { queryRegionBinding } from "./queryRegion.ts"
import { regionHeartbeatBinding } from "./regionHeartbeat.ts"
import { regionBindings } from "./regions.ts"
import { safePointBindings } from "./safePoints.ts"
import { splitBindings } from "./splits.ts"
import { storeBindings } from "./stores.ts"
import { tsoBinding } from "./tso.ts"

export interface PdService {
  readonly bindings: ReadonlyArray<Binding>
  /** Shared with the HTTP views. */
  readonly keyspaces: Keyspaces
}

/** Handlers run in the scope: closing it interrupts those under way, which then end as UNAVAILABLE. */
export const makePdService = Effect.fnUntraced(function* (
  scheduler: SchedulerServiceShape
): Effect.fn.Return<PdService, never, Scope.Scope> {
  const pd = yield* makePdContext(scheduler)
  const etcdKeys = makeEtcdKeys(scheduler)
  const keyspaces = makeKeyspaces(scheduler)
  return {
    bindings: [
      ...memberBindings(pd),
      tsoBinding(pd),
      ...storeBindings(pd),
      ...regionBindings(pd),
      queryRegionBinding(pd),
      regionHeartbeatBinding(pd),
      ...splitBindings(pd),
      ...safePointBindings(pd, etcdKeys),
      ...keyspaceBindings(pd, keyspaces),
      ...etcdBindings(pd, etcdKeys),
      ...makeHealth(["pdpb.PD"]).bindings
    ],
    keyspaces
  }
})
