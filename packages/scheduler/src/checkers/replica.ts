/**
 * Keeps each region at `maxReplicas` good voters. In this order, the first that applies: replace a replica on a store
 * that is down, one that its store cannot read any more, one on a store being removed; add a missing one, remove one in
 * excess.
 *
 * A replica on a store nobody knows is left alone and not counted as good or bad: its store may be about to join.
 */
import type { metapb } from "@reefkv/wire"
import type { ClusterView } from "../cluster/ClusterView.ts"
import { downSecondsOf, isLearner, isPending, isVoter, type RegionInfo } from "../cluster/RegionInfo.ts"
import { isDamagedPeer, isOffline, isTombstone } from "../cluster/StoreInfo.ts"
import { explainNoTarget, replicaTargets } from "../filters.ts"
import { type Decision, nothing, Priority } from "../operators/Operator.ts"
import { planAdd, planRemove, planReplace } from "../operators/plans.ts"

export type ReplicaTrouble = "down" | "damaged" | "offline"

/**
 * Down: its store has been silent for `maxStoreDownMs`, or its leader has not heard the replica for as long while the
 * store too is not alive. A silent replica on a live store is a lagging one, which replacing would not help; unless the
 * store says that it is damaged.
 */
export const replicaTrouble = (
  view: ClusterView,
  region: RegionInfo,
  peer: metapb.Peer
): ReplicaTrouble | undefined => {
  const store = view.store(peer.storeId)
  if (store === undefined) return undefined
  if (isTombstone(store)) return "down"
  const liveness = view.livenessOf(store)
  if (liveness === "down") return "down"
  const downSeconds = downSecondsOf(region, peer.id)
  if (liveness !== "alive" && downSeconds !== undefined && downSeconds * 1_000 >= view.config.maxStoreDownMs) {
    return "down"
  }
  if (isDamagedPeer(store, region.meta.id, peer.id)) return "damaged"
  return isOffline(store) ? "offline" : undefined
}

export const checkReplica = (view: ClusterView, region: RegionInfo): Decision => {
  const { maxReplicas } = view.config
  const voters = region.meta.peers.filter(isVoter)
  // A replica to fix, the down ones first: they are what keeps a quorum from being certain.
  const troubled = (kind: ReplicaTrouble): metapb.Peer | undefined =>
    region.meta.peers.find((peer) => replicaTrouble(view, region, peer) === kind)
  for (const trouble of ["down", "damaged", "offline"] as const) {
    const peer = troubled(trouble)
    if (peer === undefined) continue
    const priority = Priority.high
    if (isLearner(peer) || voters.length > maxReplicas) {
      return planRemove(view, region, peer.storeId, {
        desc: `remove-extra-${trouble}-replica`,
        kind: "replica",
        priority
      })
    }
    const target = replicaTargets(view, region)[0]
    if (target === undefined) {
      // Where every store has a replica the damaged one makes room for its own successor. It counts for nothing as it is.
      if (trouble === "damaged" && othersAreGood(view, region, peer)) {
        return planRemove(view, region, peer.storeId, { desc: "remove-damaged-replica", kind: "replica", priority })
      }
      return nothing(
        `no store to replace the ${trouble} replica on store ${peer.storeId}: ${explainNoTarget(view, region)}`
      )
    }
    return planReplace(view, region, peer.storeId, target.meta.id, {
      desc: `replace-${trouble}-replica`,
      kind: "replica",
      priority
    })
  }
  if (region.meta.peers.length < maxReplicas) {
    const target = replicaTargets(view, region)[0]
    if (target === undefined) return nothing(`no store for a missing replica: ${explainNoTarget(view, region)}`)
    return planAdd(view, region, target.meta.id, "voter", {
      desc: "make-up-replica",
      kind: "replica",
      priority: Priority.normal
    })
  }
  if (voters.length > maxReplicas) return removeExtra(view, region, voters)
  return nothing("as many replicas as wanted")
}

const othersAreGood = (view: ClusterView, region: RegionInfo, peer: metapb.Peer): boolean => {
  const others = region.meta.peers.filter((one) => one.id !== peer.id && isVoter(one))
  return (
    others.length > 0 &&
    others.every(
      (one) =>
        replicaTrouble(view, region, one) === undefined &&
        downSecondsOf(region, one.id) === undefined &&
        !isPending(region, one.id)
    )
  )
}

/** The worst one goes: pending before fuller stores, and the leader only when no other can. */
const removeExtra = (view: ClusterView, region: RegionInfo, voters: ReadonlyArray<metapb.Peer>): Decision => {
  const rank = (peer: metapb.Peer): number => (isPending(region, peer.id) ? 2 : peer.id === region.leader?.id ? 0 : 1)
  const worst = [...voters].sort(
    (a, b) => rank(b) - rank(a) || view.regionScore(b.storeId) - view.regionScore(a.storeId)
  )[0]
  if (worst === undefined) return nothing("no voter to remove")
  return planRemove(view, region, worst.storeId, {
    desc: "remove-extra-replica",
    kind: "replica",
    priority: Priority.normal
  })
}
