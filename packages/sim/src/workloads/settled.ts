/**
 * What a healthy cluster at rest looks like: the ranges tile the key space, every region has a leader, the wanted number
 * of voters and nobody else, all of them at the same applied index, and no store holds what no region owns.
 */
import { equalBytes, formatRegion, isInJointState, isVoter } from "@reefkv/wire"
import type { Cluster } from "../cluster/Cluster.ts"

/** Why the cluster is not at rest yet, or undefined when it is. */
export const whyNotSettled = (cluster: Cluster): string | undefined => {
  const { options } = cluster
  const stores = cluster.stores.filter(({ wanted }) => wanted)
  const running = cluster.runningStores
  if (running.length < stores.length) return `${running.length} of ${stores.length} stores run`
  if (cluster.scheduler.service === undefined) return "the scheduler is down"
  const regions = cluster.knownRegions()
  const led = []
  for (const { id } of regions) {
    const leader = cluster.leaderOf(id)
    if (leader === undefined) return `region ${id} has no leader`
    led.push(leader)
  }
  led.sort((a, b) => Buffer.compare(a.status.region.startKey, b.status.region.startKey))
  const replicas = Math.min(options.scheduler.maxReplicas ?? 3, stores.length)
  let end: Uint8Array | undefined = new Uint8Array(0)
  for (const { status } of led) {
    const { region } = status
    if (end === undefined || !equalBytes(region.startKey, end))
      return `${formatRegion(region)} does not begin where the last ends`
    end = region.endKey.length === 0 ? undefined : region.endKey
    if (isInJointState(region)) return `${formatRegion(region)} is in a joint state`
    if (region.peers.length !== replicas || !region.peers.every(isVoter)) {
      return `${formatRegion(region)} has peers ${JSON.stringify(region.peers)}`
    }
    for (const store of running) {
      const here = store.running!.router.region(region.id)
      const peer = region.peers.find(({ storeId }) => storeId === store.storeId)
      if (peer === undefined) {
        if (here !== undefined) return `${store.host.name} still has a peer of ${formatRegion(region)}`
      } else if (here === undefined || here.peerId !== peer.id) {
        return `${store.host.name} has not peer ${peer.id} of ${formatRegion(region)}`
      } else if (here.role === "damaged") {
        return `${store.host.name} has a damaged peer of ${formatRegion(region)}`
      } else if (here.appliedIndex !== status.appliedIndex) {
        return `${store.host.name} has applied ${here.appliedIndex} of ${status.appliedIndex} of region ${region.id}`
      }
    }
  }
  return end === undefined && led.length > 0 ? undefined : "the ranges have no end"
}
