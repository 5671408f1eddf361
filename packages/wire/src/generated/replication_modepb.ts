/**
 * Generated from proto/replication_modepb.proto by `bun run generate`; do not edit.
 *
 * Replication modes reported and set through heartbeats.
 */

import type { Codec } from "../codec/Codec.ts"
import { type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"

export const DRAutoSyncState = {
  SYNC: 0,
  ASYNC_WAIT: 1,
  ASYNC: 2,
  SYNC_RECOVER: 3
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type DRAutoSyncState = (typeof DRAutoSyncState)[keyof typeof DRAutoSyncState] | (number & {})

export const RegionReplicationState = {
  UNKNOWN: 0,
  SIMPLE_MAJORITY: 1,
  INTEGRITY_OVER_LABEL: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type RegionReplicationState = (typeof RegionReplicationState)[keyof typeof RegionReplicationState] | (number & {})

export const ReplicationMode = {
  MAJORITY: 0,
  DR_AUTO_SYNC: 1
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type ReplicationMode = (typeof ReplicationMode)[keyof typeof ReplicationMode] | (number & {})

export interface DRAutoSync {
  labelKey: string
  state: DRAutoSyncState
  stateId: number
  waitSyncTimeoutHint: number
  availableStores: number[]
  pauseRegionSplit: boolean
}

function makeDRAutoSync(partial: Partial<DRAutoSync> = {}): DRAutoSync {
  return {
    labelKey: partial.labelKey ?? "",
    state: partial.state ?? 0,
    stateId: partial.stateId ?? 0,
    waitSyncTimeoutHint: partial.waitSyncTimeoutHint ?? 0,
    availableStores: partial.availableStores ?? [],
    pauseRegionSplit: partial.pauseRegionSplit ?? false
  }
}

export function writeDRAutoSync(m: DRAutoSync, w: Writer): void {
  if (m.pauseRegionSplit) {
    w.bool(m.pauseRegionSplit)
    w.tag(48)
  }
  if (m.availableStores.length > 0) {
    const list = w.mark()
    for (let i = m.availableStores.length - 1; i >= 0; i--) w.uint53(m.availableStores[i]!)
    w.lengthSince(list)
    w.tag(42)
  }
  if (m.waitSyncTimeoutHint !== 0) {
    w.int32(m.waitSyncTimeoutHint)
    w.tag(32)
  }
  if (m.stateId !== 0) {
    w.uint53(m.stateId)
    w.tag(24)
  }
  if (m.state !== 0) {
    w.int32(m.state)
    w.tag(16)
  }
  if (m.labelKey !== "") {
    w.string(m.labelKey)
    w.tag(10)
  }
}

export function readDRAutoSync(r: Reader, end: number): DRAutoSync {
  const m: DRAutoSync = {
    labelKey: "",
    state: 0,
    stateId: 0,
    waitSyncTimeoutHint: 0,
    availableStores: [],
    pauseRegionSplit: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.labelKey = r.string()
        break
      case 16:
        m.state = r.int32()
        break
      case 24:
        m.stateId = r.uint53()
        break
      case 32:
        m.waitSyncTimeoutHint = r.int32()
        break
      case 40:
        m.availableStores.push(r.uint53())
        break
      case 42: {
        const to = r.enterPacked()
        while (r.pos < to) m.availableStores.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 48:
        m.pauseRegionSplit = r.bool()
        break
      default:
        r.unknown(tag, "replication_modepb.DRAutoSync", [1, 2, 3, 4, 5, 6])
    }
  }
  return m
}

export const DRAutoSync: Codec<DRAutoSync> = {
  name: "replication_modepb.DRAutoSync",
  create: makeDRAutoSync,
  encode: writeDRAutoSync,
  decode: readDRAutoSync
}

export interface RegionReplicationStatus {
  state: RegionReplicationState
  stateId: number
}

function makeRegionReplicationStatus(partial: Partial<RegionReplicationStatus> = {}): RegionReplicationStatus {
  return {
    state: partial.state ?? 0,
    stateId: partial.stateId ?? 0
  }
}

export function writeRegionReplicationStatus(m: RegionReplicationStatus, w: Writer): void {
  if (m.stateId !== 0) {
    w.uint53(m.stateId)
    w.tag(16)
  }
  if (m.state !== 0) {
    w.int32(m.state)
    w.tag(8)
  }
}

export function readRegionReplicationStatus(r: Reader, end: number): RegionReplicationStatus {
  const m: RegionReplicationStatus = {
    state: 0,
    stateId: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.state = r.int32()
        break
      case 16:
        m.stateId = r.uint53()
        break
      default:
        r.unknown(tag, "replication_modepb.RegionReplicationStatus", [1, 2])
    }
  }
  return m
}

export const RegionReplicationStatus: Codec<RegionReplicationStatus> = {
  name: "replication_modepb.RegionReplicationStatus",
  create: makeRegionReplicationStatus,
  encode: writeRegionReplicationStatus,
  decode: readRegionReplicationStatus
}

export interface ReplicationStatus {
  mode: ReplicationMode
  drAutoSync: DRAutoSync | undefined
}

function makeReplicationStatus(partial: Partial<ReplicationStatus> = {}): ReplicationStatus {
  return {
    mode: partial.mode ?? 0,
    drAutoSync: partial.drAutoSync
  }
}

export function writeReplicationStatus(m: ReplicationStatus, w: Writer): void {
  if (m.drAutoSync !== undefined) {
    const start = w.mark()
    writeDRAutoSync(m.drAutoSync, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.mode !== 0) {
    w.int32(m.mode)
    w.tag(8)
  }
}

export function readReplicationStatus(r: Reader, end: number): ReplicationStatus {
  const m: ReplicationStatus = {
    mode: 0,
    drAutoSync: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.mode = r.int32()
        break
      case 18: {
        const to = r.enter()
        m.drAutoSync = readDRAutoSync(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "replication_modepb.ReplicationStatus", [1, 2])
    }
  }
  return m
}

export const ReplicationStatus: Codec<ReplicationStatus> = {
  name: "replication_modepb.ReplicationStatus",
  create: makeReplicationStatus,
  encode: writeReplicationStatus,
  decode: readReplicationStatus
}

export interface StoreDRAutoSyncStatus {
  state: DRAutoSyncState
  stateId: number
}

function makeStoreDRAutoSyncStatus(partial: Partial<StoreDRAutoSyncStatus> = {}): StoreDRAutoSyncStatus {
  return {
    state: partial.state ?? 0,
    stateId: partial.stateId ?? 0
  }
}

export function writeStoreDRAutoSyncStatus(m: StoreDRAutoSyncStatus, w: Writer): void {
  if (m.stateId !== 0) {
    w.uint53(m.stateId)
    w.tag(16)
  }
  if (m.state !== 0) {
    w.int32(m.state)
    w.tag(8)
  }
}

export function readStoreDRAutoSyncStatus(r: Reader, end: number): StoreDRAutoSyncStatus {
  const m: StoreDRAutoSyncStatus = {
    state: 0,
    stateId: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.state = r.int32()
        break
      case 16:
        m.stateId = r.uint53()
        break
      default:
        r.unknown(tag, "replication_modepb.StoreDRAutoSyncStatus", [1, 2])
    }
  }
  return m
}

export const StoreDRAutoSyncStatus: Codec<StoreDRAutoSyncStatus> = {
  name: "replication_modepb.StoreDRAutoSyncStatus",
  create: makeStoreDRAutoSyncStatus,
  encode: writeStoreDRAutoSyncStatus,
  decode: readStoreDRAutoSyncStatus
}
