/** Raft's election safety: at most one leader per region and term, over the whole run. */
import type { StoreEvent } from "@reefkv/core"
import type { World } from "../world/World.ts"

export class Elections {
  count = 0
  private readonly leaders = new Map<string, number>()

  onEvent(world: World, event: StoreEvent): void {
    if (event.type !== "LeaderElected") return
    this.count++
    const key = `${event.regionId} in term ${event.term}`
    const known = this.leaders.get(key)
    if (known === undefined) this.leaders.set(key, event.peerId)
    else if (known !== event.peerId) world.fail(`two leaders of region ${key}: peers ${known} and ${event.peerId}`)
  }
}
