/**
 * Which changes of members may be asked for while one store may be damaged: those after which the voters that are on good
 * stores are still a quorum, whatever the others have lost. The scheduler is asked in the turn in which it plans, with the
 * region as it knows it, and its operator ends when the region's membership has moved on by anything else; so what is
 * judged here is what becomes of the region.
 *
 * A removal may leave two voters, the damaged store's gone. These two bear no damage of either, so nobody else may become
 * the damaged one until they are three again: not while the removal may still be under way either.
 */
import { EngineError, type RaftLogService } from "@reefkv/engine"
import type { OperatorRequest, SchedulerEvent } from "@reefkv/scheduler"
import { isInJointState, isVoter, type metapb, type StoreId } from "@reefkv/wire"
import type { Cluster } from "../cluster/Cluster.ts"
import type { SimStore } from "../cluster/SimStore.ts"

/** The fewest voters of which any one may be damaged. */
const votersMin = 3
/** A step that was sent and not obeyed is lost after so long: latency, a pause, a turn of the loop. */
const stepLostMs = 1_500
/** `LogEntry.kind` of everything but changes of members. */
const normalEntry = 0

export class Redundancy {
  private readonly cluster: Cluster
  private lastRemovalMs = Number.NEGATIVE_INFINITY

  constructor(cluster: Cluster) {
    this.cluster = cluster
  }

  /** Whether the region bears it. `victim` is the store that may be damaged; undefined: it is not chosen yet. */
  permits(region: metapb.Region, request: OperatorRequest, victim: SimStore | undefined): boolean {
    const before = region.peers.filter(isVoter).map(({ storeId }) => storeId)
    if (isInJointState(region) || before.length < votersMin) return false
    const after = votersAfter(before, region, request)
    if (after.length < votersMin && victim === undefined) return false
    const good = after.filter((storeId) => this.isGood(storeId, victim))
    if (good.length * 2 <= after.length) return false
    if (after.length < votersMin) this.lastRemovalMs = this.cluster.world.nowMs
    return true
  }

  onSchedulerEvent(event: SchedulerEvent): void {
    if (event.type === "OperatorStepSent" && event.desc === "admin-remove-peer") {
      this.lastRemovalMs = this.cluster.world.nowMs
    }
  }

  /** Why a region that has all its voters could still lose one to a removal that was asked for. */
  whyRemovalMayCome(): string | undefined {
    const { cluster } = this
    if (cluster.world.nowMs - this.lastRemovalMs < stepLostMs) return "a removal may be under way"
    for (const { host, running } of cluster.runningStores) {
      for (const { region, appliedIndex, lastIndex } of running!.router.regions()) {
        if (lastIndex <= appliedIndex) continue
        const tail = readLog(running!.raftLog, region.id, appliedIndex + 1, lastIndex + 1)
        if (tail === undefined) return `${host.name} cannot read its log of region ${region.id}`
        if (tail.some(({ kind }) => kind !== normalEntry)) {
          return `${host.name} has not applied a change of members of region ${region.id}`
        }
      }
    }
    return undefined
  }

  /** Neither the one that may be damaged nor one that was removed for good. */
  private isGood(storeId: StoreId, victim: SimStore | undefined): boolean {
    const store = this.cluster.storeOf(storeId)
    return store !== undefined && store !== victim && store.storeId === storeId
  }
}

/** Undefined when it cannot be read. There are no more entries than a leader may have under way. */
const readLog = (raftLog: RaftLogService, regionId: number, from: number, to: number) => {
  try {
    return raftLog.entries(regionId, from, to, Number.MAX_SAFE_INTEGER)
  } catch (error) {
    if (error instanceof EngineError) return undefined
    throw error
  }
}

/** Stores with a vote. Where scattered replicas go is not known: they stay as many, and one of them at most is new to harm. */
const votersAfter = (
  before: ReadonlyArray<StoreId>,
  region: metapb.Region,
  request: OperatorRequest
): ReadonlyArray<StoreId> => {
  switch (request.kind) {
    case "remove-peer":
      return before.filter((storeId) => storeId !== request.storeId)
    case "transfer-peer": {
      const isVoting = before.includes(request.fromStoreId)
      const present = region.peers.some(({ storeId }) => storeId === request.toStoreId)
      if (!isVoting || present) return before
      return [...before.filter((storeId) => storeId !== request.fromStoreId), request.toStoreId]
    }
    default:
      return before
  }
}
