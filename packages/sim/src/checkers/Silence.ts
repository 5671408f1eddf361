/**
 * Who is given up as dead: a store counts as down only when the scheduler has in truth not heard it for as long as it is
 * to wait, or when it is gone for good, or when the leader has missed the replica for as long while the store is silent
 * too. Known here from the heartbeats that the scheduler took.
 */
import type { pdpb, StoreId } from "@reefkv/wire"
import type { Host } from "../world/Host.ts"

export interface SilenceOptions {
  readonly maxStoreDownMs: number
  readonly storeUnhealthyMs: number
  readonly storeDisconnectedMs: number
  readonly scheduler: Host
  readonly isTombstone: (storeId: StoreId) => boolean
}

/** Clocks are read in whole milliseconds. */
const slackMs = 2

export class Silence {
  private readonly options: SilenceOptions
  private readonly heardMs = new Map<StoreId, number>()
  /** By peer: for how long its leader missed it, at the most. Milliseconds. */
  private readonly missedMs = new Map<number, number>()
  private startedMs = 0
  /** The wall clock of the scheduler has been moved: it may take any time before its start for silence. */
  private isMoved = false

  constructor(options: SilenceOptions) {
    this.options = options
  }

  onSchedulerStart(nowMs: number): void {
    this.startedMs = nowMs
    this.look()
  }
  /** A heartbeat that came at `nowMs` was taken, or the store has joined. */
  onHeard(storeId: StoreId, nowMs: number): void {
    this.heardMs.set(storeId, nowMs)
    this.look()
  }
  onRegionHeartbeat({ downPeers }: pdpb.RegionHeartbeatRequest): void {
    for (const { peer, downSeconds } of downPeers) {
      const id = peer?.id ?? 0
      this.missedMs.set(id, Math.max(this.missedMs.get(id) ?? 0, downSeconds * 1_000))
    }
  }

  /** Why the scheduler may not take this replica for one on a dead store, if it may not. */
  whyNotDown(storeId: StoreId, peerId: number, nowMs: number): string | undefined {
    const { maxStoreDownMs, storeUnhealthyMs, storeDisconnectedMs, isTombstone } = this.options
    this.look()
    if (isTombstone(storeId)) return undefined
    const heardMs = this.heardMs.get(storeId) ?? 0
    const silentMs = nowMs - heardMs + slackMs
    // What was before its start the scheduler takes from its wall clock; it waits a while itself in any case.
    const waitedMs = nowMs - Math.max(heardMs, this.startedMs) + slackMs
    const isOver = this.isMoved && heardMs < this.startedMs ? waitedMs > storeUnhealthyMs : silentMs > maxStoreDownMs
    if (isOver) return undefined
    if (waitedMs > storeDisconnectedMs && (this.missedMs.get(peerId) ?? 0) >= maxStoreDownMs) return undefined
    return `it heard store ${storeId} ${silentMs.toFixed(0)} ms ago, and waits ${maxStoreDownMs} ms`
  }

  private look(): void {
    this.isMoved ||= this.options.scheduler.wallSkewMs !== 0
  }
}
