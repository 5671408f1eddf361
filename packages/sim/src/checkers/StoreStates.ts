/** A store's life at the scheduler: it joins, it may be asked to go, it goes, and what has gone never comes back. */
import type { SchedulerEvent } from "@reefkv/scheduler"
import { metapb, type StoreId } from "@reefkv/wire"
import type { World } from "../world/World.ts"

const { StoreState } = metapb

export class StoreStates {
  private readonly states = new Map<StoreId, metapb.StoreState>()

  isTombstone(storeId: StoreId): boolean {
    return this.states.get(storeId) === StoreState.Tombstone
  }
  /** Asked to go, or gone. */
  isLeaving(storeId: StoreId): boolean {
    const state = this.states.get(storeId)
    return state !== undefined && state !== StoreState.Up
  }

  onSchedulerEvent(world: World, event: SchedulerEvent): void {
    if (event.type === "StoreJoined") {
      if (this.states.has(event.storeId)) world.fail(`store ${event.storeId} joins a second time`)
      this.states.set(event.storeId, StoreState.Up)
    } else if (event.type === "StoreStateChanged") this.onState(world, event.storeId, event.to)
  }
  /** As the scheduler says now. A change that was on disk when the scheduler died comes without an event. */
  onState(world: World, storeId: StoreId, state: metapb.StoreState): void {
    if (this.isTombstone(storeId) && state !== StoreState.Tombstone) {
      world.fail(`store ${storeId} was removed for good and is in state ${state} now`)
    }
    this.states.set(storeId, state)
  }
}
