/**
 * The snapshots under way on one store, both directions: how many may run, which ranges are spoken for, and which have
 * taken too long. Pure bookkeeping of the store's loop; it moves no data.
 *
 *     send:     beginSend ─▶ sending ─▶ endSend
 *     receive:  beginReceive ─▶ receiving ─▶ onStaged ─▶ staged ─▶ onApplying ─▶ applying ─▶ release
 *                                     └────────────────────┴────▶ release (refused, stale, timed out)
 *
 * A region has at most one receive at a time, a (region, peer) pair at most one send. A staged snapshot keeps its range
 * reserved until it is applied or released, so that no other region can take the range while it waits.
 */
import type { KeyRange } from "@reefkv/engine"
import type { PeerId, RegionId, StoreId } from "@reefkv/wire"
import type { StoreConfig } from "../StoreConfig.ts"

export type SnapshotLimits = Pick<StoreConfig, "snapshotSendsMax" | "snapshotReceivesMax" | "snapshotTimeoutMs">

export interface SendRecord {
  readonly regionId: RegionId
  readonly toPeerId: PeerId
  readonly toStoreId: StoreId
  readonly deadlineMs: number
}

export type ReceiveState = "receiving" | "staged" | "applying"

export interface ReceiveRecord {
  readonly regionId: RegionId
  readonly range: KeyRange
  /** The Raft snapshot's. */
  readonly index: number
  readonly state: ReceiveState
  /** Not watched while applying: that is local work which must be finished. */
  readonly deadlineMs: number
}

export class SnapshotRegistry {
  private readonly limits: SnapshotLimits
  /** By `sendKey`. */
  private readonly sends = new Map<string, SendRecord>()
  private readonly receives = new Map<RegionId, ReceiveRecord>()

  constructor(limits: SnapshotLimits) {
    this.limits = limits
  }

  /** Undefined when the send may start and is registered; otherwise why not. Raft will ask again. */
  beginSend(regionId: RegionId, toPeerId: PeerId, toStoreId: StoreId, nowMs: number): string | undefined {
    const key = sendKey(regionId, toPeerId)
    if (this.sends.has(key)) return `a snapshot to peer ${toPeerId} is already being sent`
    if (this.sends.size >= this.limits.snapshotSendsMax) {
      return `${this.sends.size} snapshots are being sent, no more are allowed`
    }
    this.sends.set(key, { regionId, toPeerId, toStoreId, deadlineMs: nowMs + this.limits.snapshotTimeoutMs })
    return undefined
  }
  /** Idempotent. */
  endSend(regionId: RegionId, toPeerId: PeerId): void {
    this.sends.delete(sendKey(regionId, toPeerId))
  }
  isSending(regionId: RegionId, toPeerId: PeerId): boolean {
    return this.sends.has(sendKey(regionId, toPeerId))
  }

  /**
   * Undefined when the receive may start and its range is reserved; otherwise why not. A staged snapshot that Raft has
   * not taken up gives way to one with a higher index. Overlap with other regions is checked before, by
   * `refuseOverlap`.
   */
  beginReceive(regionId: RegionId, range: KeyRange, index: number, nowMs: number): string | undefined {
    const known = this.receives.get(regionId)
    if (known !== undefined && (known.state !== "staged" || known.index >= index)) {
      return `a snapshot at index ${known.index} of region ${regionId} is already ${known.state}`
    }
    let busy = 0
    for (const receive of this.receives.values()) {
      if (receive.regionId !== regionId && receive.state === "receiving") busy += 1
    }
    if (busy >= this.limits.snapshotReceivesMax) return `${busy} snapshots are being received, no more are allowed`
    this.receives.set(regionId, {
      regionId,
      range,
      index,
      state: "receiving",
      deadlineMs: nowMs + this.limits.snapshotTimeoutMs
    })
    return undefined
  }
  /** All of it came; the deadline for Raft to take it up starts. */
  onStaged(regionId: RegionId, nowMs: number): void {
    this.move(regionId, "receiving", "staged", nowMs + this.limits.snapshotTimeoutMs)
  }
  onApplying(regionId: RegionId): void {
    this.move(regionId, "staged", "applying", Number.POSITIVE_INFINITY)
  }
  /** The receive is over, well or not; the range is free. Idempotent. */
  release(regionId: RegionId): void {
    this.receives.delete(regionId)
  }
  receive(regionId: RegionId): ReceiveRecord | undefined {
    return this.receives.get(regionId)
  }

  /** Ranges that no other region may take meanwhile. */
  reservations(): ReadonlyArray<ReceiveRecord> {
    return [...this.receives.values()]
  }

  /** Sends and receives past their deadline, removed. The caller stops their fibers and drops what was staged. */
  takeExpired(nowMs: number): {
    readonly sends: ReadonlyArray<SendRecord>
    readonly receives: ReadonlyArray<ReceiveRecord>
  } {
    const sends = [...this.sends.values()].filter((send) => send.deadlineMs <= nowMs)
    const receives = [...this.receives.values()].filter((receive) => receive.deadlineMs <= nowMs)
    for (const send of sends) this.endSend(send.regionId, send.toPeerId)
    for (const receive of receives) this.release(receive.regionId)
    return { sends, receives }
  }

  counts(): {
    readonly sending: number
    readonly receiving: number
    readonly staged: number
    readonly applying: number
  } {
    const counts = { sending: this.sends.size, receiving: 0, staged: 0, applying: 0 }
    for (const receive of this.receives.values()) counts[receive.state] += 1
    return counts
  }

  private move(regionId: RegionId, from: ReceiveState, to: ReceiveState, deadlineMs: number): void {
    const known = this.receives.get(regionId)
    if (known?.state !== from) {
      throw new Error(`region ${regionId}: snapshot is ${known?.state ?? "unknown"}, cannot become ${to}`)
    }
    this.receives.set(regionId, { ...known, state: to, deadlineMs })
  }
}

const sendKey = (regionId: RegionId, peerId: PeerId): string => `${regionId}/${peerId}`
