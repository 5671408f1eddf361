/** The events a person follows a cluster by, one line each; undefined for those that would only fill the screen. */
import type { StoreEvent } from "@reefkv/core"
import type { SchedulerEvent } from "@reefkv/scheduler"
import { formatRange, type metapb, printable } from "@reefkv/wire"

const keyCharsMax = 28

const shortKey = (key: Uint8Array): string => {
  const text = printable(key)
  return text.length <= keyCharsMax ? text : `${text.slice(0, keyCharsMax - 1)}…`
}
const region = (value: metapb.Region): string => `${value.id} ${formatRange(value.startKey, value.endKey)}`

export const storeEventLine = (event: StoreEvent): string | undefined => {
  switch (event.type) {
    case "StoreStarted":
      return `store ${event.storeId} started with ${event.regions} regions`
    case "StoreBootstrapped":
      return `store ${event.storeId} bootstrapped the cluster with region ${event.region.id}`
    case "SplitAsked":
      return `region ${event.regionId} asks to split at ${event.splitKeys.map(shortKey).join(", ")}`
    case "SplitRefused":
      return `region ${event.regionId} does not split: ${event.reason}`
    case "SplitApplied":
      return `region ${event.regionId} split on store ${event.storeId} into ${event.regions.map(region).join("; ")}`
    case "LeaderElected":
      return `region ${event.regionId} is led by store ${event.storeId} (term ${event.term})`
    case "ConfChangeApplied":
      return `region ${event.regionId} on store ${event.storeId}: ${event.summary}`
    case "LeaderTransferStarted":
      return `region ${event.regionId} hands its leadership to peer ${event.toPeerId}`
    case "SnapshotSent":
      return `region ${event.regionId}: store ${event.storeId} sent a snapshot of ${event.bytes} bytes to peer ${event.toPeerId}${event.ok ? "" : ", which failed"}`
    case "RegionDestroyed":
      return `region ${event.regionId} left store ${event.storeId} (${event.cause})`
    case "PeerDamaged":
      return `region ${event.regionId}: peer ${event.peerId} on store ${event.storeId} is damaged: ${event.message}`
    default:
      return undefined
  }
}

export const schedulerEventLine = (event: SchedulerEvent): string | undefined => {
  switch (event.type) {
    case "ClusterBootstrapped":
      return `cluster ${event.clusterId} bootstrapped`
    case "StoreJoined":
      return `store ${event.storeId} joined at ${event.address}`
    case "StoreStateChanged":
      return `store ${event.storeId} changed its state`
    case "StoreLivenessChanged":
      return `store ${event.storeId} is ${event.to}`
    case "OperatorStarted":
      return `operator ${event.desc} for region ${event.regionId}: ${event.steps.join(", ")}`
    case "OperatorEnded":
      return `operator ${event.desc} for region ${event.regionId} ended: ${event.outcome}${event.reason === "" ? "" : ` (${event.reason})`} after ${event.elapsedMs} ms`
    default:
      return undefined
  }
}
