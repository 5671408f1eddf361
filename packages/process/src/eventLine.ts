/**
 * The events a person follows a cluster by, one line each with how much it matters; undefined for those that would only
 * fill a log. `info` is what an operator wants to find there later, `debug` what happens all the time.
 */
import type { StoreEvent } from "@reefkv/core"
import type { SchedulerEvent } from "@reefkv/scheduler"
import { formatRange, metapb, printable } from "@reefkv/wire"

export type EventLevel = "debug" | "info" | "warning" | "error"

export interface EventLine {
  readonly level: EventLevel
  readonly text: string
}

const keyCharsMax = 28

const shortKey = (key: Uint8Array): string => {
  const text = printable(key)
  return text.length <= keyCharsMax ? text : `${text.slice(0, keyCharsMax - 1)}…`
}
const region = (value: metapb.Region): string => `${value.id} ${formatRange(value.startKey, value.endKey)}`
const stateName = (state: metapb.StoreState): string =>
  Object.entries(metapb.StoreState).find(([, value]) => value === state)?.[0] ?? String(state)
const line = (level: EventLevel, text: string): EventLine => ({ level, text })

export const storeEventLine = (event: StoreEvent): EventLine | undefined => {
  switch (event.type) {
    case "StoreStarted":
      return line("info", `store ${event.storeId} started with ${event.regions} regions`)
    case "DiskFull":
      return line("error", `store ${event.storeId} refuses writes: its disk has ${event.availableBytes} bytes left`)
    case "DiskHasRoom":
      return line("info", `store ${event.storeId} takes writes again: its disk has ${event.availableBytes} bytes left`)
    case "StoreBootstrapped":
      return line("info", `store ${event.storeId} bootstrapped the cluster with region ${event.region.id}`)
    case "SplitAsked":
      return line("info", `region ${event.regionId} asks to split at ${event.splitKeys.map(shortKey).join(", ")}`)
    case "SplitRefused":
      return line("info", `region ${event.regionId} does not split: ${event.reason}`)
    case "SplitApplied":
      return line(
        "info",
        `region ${event.regionId} split on store ${event.storeId} into ${event.regions.map(region).join("; ")}`
      )
    case "LeaderElected":
      return line("info", `region ${event.regionId} is led by store ${event.storeId} (term ${event.term})`)
    case "LeaderLost":
      return line("debug", `region ${event.regionId} is no longer led by store ${event.storeId} (term ${event.term})`)
    case "ConfChangeApplied":
      return line("info", `region ${event.regionId} on store ${event.storeId}: ${event.summary}`)
    case "LeaderTransferStarted":
      return line("info", `region ${event.regionId} hands its leadership to peer ${event.toPeerId}`)
    case "SnapshotSent":
      return event.ok
        ? line(
            "info",
            `region ${event.regionId}: store ${event.storeId} sent a snapshot of ${event.bytes} bytes to peer ${event.toPeerId}`
          )
        : line(
            "warning",
            `region ${event.regionId}: store ${event.storeId} could not send a snapshot to peer ${event.toPeerId}`
          )
    case "SnapshotApplied":
      return line(
        "debug",
        `region ${event.regionId}: store ${event.storeId} put a snapshot of ${event.bytes} bytes in place (index ${event.index})`
      )
    case "SnapshotRefused":
      return line("debug", `region ${event.regionId}: store ${event.storeId} refused a snapshot: ${event.reason}`)
    case "RegionDestroyed":
      return line("info", `region ${event.regionId} left store ${event.storeId} (${event.cause})`)
    case "LogCompacted":
      return line(
        "debug",
        `region ${event.regionId} on store ${event.storeId}: log compacted up to index ${event.index}`
      )
    case "PeerDamaged":
      return line(
        "error",
        `region ${event.regionId}: peer ${event.peerId} on store ${event.storeId} is damaged: ${event.message}`
      )
    default:
      return undefined
  }
}

export const schedulerEventLine = (event: SchedulerEvent): EventLine | undefined => {
  switch (event.type) {
    case "ClusterBootstrapped":
      return line("info", `cluster ${event.clusterId} bootstrapped`)
    case "StoreJoined":
      return line("info", `store ${event.storeId} joined at ${event.address}`)
    case "StoreStateChanged":
      return line("info", `store ${event.storeId} is ${stateName(event.to)} now`)
    case "StoreLivenessChanged":
      return line(event.to === "alive" ? "info" : "warning", `store ${event.storeId} is ${event.to}`)
    case "OperatorStarted":
      return line("info", `operator ${event.desc} for region ${event.regionId}: ${event.steps.join(", ")}`)
    case "OperatorEnded":
      return line(
        "info",
        `operator ${event.desc} for region ${event.regionId} ended: ${event.outcome}${event.reason === "" ? "" : ` (${event.reason})`} after ${event.elapsedMs} ms`
      )
    case "SchedulingStarted":
      return line(
        "info",
        `scheduling starts: ${event.regionsReported} of ${event.regionsKnown} known regions have reported`
      )
    case "RegionHeartbeatRefused":
      return line("debug", `a heartbeat of region ${event.regionId} is refused: ${event.reason}`)
    default:
      return undefined
  }
}
