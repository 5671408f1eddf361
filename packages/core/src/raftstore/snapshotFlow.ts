/**
 * Snapshots as they pass through a store's loop, both ways; the data is moved by workers (snapshot/*) and the records of
 * what is under way are in snapshot/SnapshotRegistry.ts.
 *
 *   send     Raft's snapshot message ─▶ worker: engine snapshot, stream to the other store ─▶ Raft is told how it went
 *   receive  stream ─▶ staged in the engine (off the loop) ─▶ in the loop: checked again, stepped into Raft
 *            ─▶ Raft accepts (a Ready with a snapshot) ─▶ worker puts the data in place, synced
 *            ─▶ in the loop: log reset, region published, acknowledged
 *            └▶ Raft does not want it ─▶ what was staged is dropped
 *
 * While data is put in place the peer's Ready is outstanding: Raft hands out nothing more, and nothing is applied. Its
 * range stays reserved, and a wish to destroy the peer waits until it is done.
 */
import type { EngineError } from "@reefkv/engine"
import {
  epochOf,
  findPeerById,
  formatPeer,
  type metapb,
  type PeerId,
  type RegionId,
  type raft_serverpb
} from "@reefkv/wire"
import { Cause, Effect, Exit, Stream } from "effect"
import type { Message, Ready } from "../raft/index.ts"
import { containDamage, markDamaged } from "./damage.ts"
import { fromEraft, toRaftMessage } from "./messageCodec.ts"
import type { Peer } from "./Peer.ts"
import type { SnapshotGate } from "./PeerStorage.ts"
import type { SnapshotRefused } from "./Router.ts"
import type { ApplyState } from "./records.ts"
import { RegionSize } from "./regionSize.ts"
import type { StoreConfig } from "./StoreConfig.ts"
import type { StoreState } from "./StoreState.ts"
import { refuseOverlap } from "./snapshot/overlap.ts"
import { SnapshotRegistry } from "./snapshot/SnapshotRegistry.ts"
import { dropStaged, readHead, receiveSnapshot, type StagedSnapshot } from "./snapshot/stage.ts"

/** A snapshot whose data is in place; the loop finishes it in its next pass. */
export interface SnapshotInPlace {
  readonly ready: Ready
  readonly region: metapb.Region
  readonly applyState: ApplyState
  readonly bytes: number
}

/** What a store knows of the snapshots under way. */
export class Snapshots implements SnapshotGate {
  readonly registry: SnapshotRegistry
  private readonly limits: StoreConfig
  /** Checked and kept, waiting for Raft or being put in place. */
  readonly staged: Map<RegionId, StagedSnapshot> = new Map()
  /**
   * Regions whose staging keys somebody writes: a stream that comes in, or the removal of what was staged. A stream that was
   * given up (its peer went, its time was over) still writes until it notices; a second one beside it would mix its chunks
   * with the first one's.
   */
  readonly staging: Set<RegionId> = new Set()

  constructor(config: StoreConfig) {
    this.limits = config
    this.registry = new SnapshotRegistry(config)
  }

  maySend(regionId: RegionId, toPeerId: PeerId): boolean {
    return this.registry.counts().sending < this.limits.snapshotSendsMax && !this.registry.isSending(regionId, toPeerId)
  }
  /** The region's peer is gone, and so is what was staged for it. */
  forget(regionId: RegionId): void {
    this.staged.delete(regionId)
    this.registry.release(regionId)
  }
}

// ---- sending

export const startSnapshotSend = (store: StoreState, peer: Peer, to: metapb.Peer, message: Message): void => {
  const { regionId } = peer
  const { registry } = store.snapshots
  if (registry.beginSend(regionId, to.id, to.storeId, store.nowMs) !== undefined) {
    peer.raft.reportSnapshot(to.id, false)
    return
  }
  const envelope = { regionId, from: peer.meta, to, epoch: epochOf(peer.region) }
  const index = message.snapshot?.metadata.index ?? 0
  store.emit({ type: "SnapshotGenerated", storeId: store.storeId, regionId, index, toPeerId: to.id })
  store.services.workers.sendSnapshot.submit(
    { regionId, toStoreId: to.storeId, head: (snapshot) => toRaftMessage(envelope, { ...message, snapshot }) },
    (answer) =>
      store.mailbox.put({
        type: "result",
        run: () => {
          registry.endSend(regionId, to.id)
          const ok = answer._tag === "Done"
          const bytes = answer._tag === "Done" ? answer.value : 0
          store.emit({ type: "SnapshotSent", storeId: store.storeId, regionId, index, toPeerId: to.id, ok, bytes })
          if (ok) store.counters.snapshotsSent++
          if (answer._tag === "Failed") containDamage(store, Cause.squash(answer.cause))
          const now = store.peers.get(regionId)
          if (now === undefined || now.id !== peer.id) return
          now.raft.reportSnapshot(to.id, ok)
          store.touch(now)
        }
      })
  )
}

// ---- receiving

const refused = (reason: string): SnapshotRefused => ({ _tag: "SnapshotRefused", reason })

/** Runs in the caller's fiber, off the loop. Success means: kept and handed to the loop. */
export const receive = (
  store: StoreState,
  head: raft_serverpb.RaftMessage,
  chunks: Stream.Stream<Uint8Array, unknown>
): Effect.Effect<void, SnapshotRefused> =>
  Effect.suspend(() => {
    const { registry, staged, staging } = store.snapshots
    const { regionId } = head
    const known = readHead(head)
    const refusal =
      store.phase !== "running"
        ? "the store is not running"
        : "_tag" in known
          ? known.reason
          : (refuseReceiver(store, head, known.snapshot.metadata.index) ??
            refuseRange(store, known.region) ??
            (staging.has(regionId) ? "an earlier snapshot of the region has not ended" : undefined) ??
            registry.beginReceive(
              head.regionId,
              { start: known.region.startKey, end: known.region.endKey },
              known.snapshot.metadata.index,
              store.readClockMs()
            ))
    if (refusal !== undefined) {
      if (isApplied(store, head)) store.mailbox.put({ type: "result", run: () => answerApplied(store, head) })
      return refuse(store, head, refusal)
    }
    staging.add(regionId)
    // What was staged before and has given way is no longer offered to Raft: its data goes now.
    staged.delete(regionId)
    const wanted = Stream.mapEffect(chunks, (chunk) =>
      registry.receive(regionId)?.state === "receiving"
        ? Effect.succeed(chunk)
        : Effect.fail(refused("it was given up meanwhile"))
    )
    return receiveSnapshot(store.engine, head, wanted).pipe(
      Effect.timeoutOption(store.config.snapshotTimeoutMs),
      Effect.flatMap((all) =>
        all._tag === "Some" ? Effect.succeed(all.value) : Effect.fail(refused("it took longer than snapshotTimeoutMs"))
      ),
      Effect.mapError((error: EngineError | SnapshotRefused) =>
        error._tag === "SnapshotRefused" ? error : refused(`the engine failed: ${error.message}`)
      ),
      Effect.onExit((exit) =>
        Effect.sync(() => {
          if (Exit.isFailure(exit)) registry.release(regionId)
        })
      ),
      Effect.flatMap((whole) => {
        // The registry's record may have expired, or gone with the peer, while the stream ran.
        if (registry.receive(head.regionId)?.state !== "receiving") {
          // Nobody else knows of it: it would lie there until the region comes back, or until the next start.
          // What a failing disk does not drop now goes at the next start.
          const drop = Effect.ignore(dropStaged(store.engine, regionId))
          return Effect.andThen(drop, refuse(store, head, "it was given up meanwhile"))
        }
        registry.onStaged(head.regionId, store.readClockMs())
        staged.set(head.regionId, whole)
        if (!store.mailbox.put({ type: "result", run: () => onStaged(store, head, whole) })) {
          store.snapshots.forget(head.regionId)
          return refuse(store, head, "the store is stopping")
        }
        return Effect.void
      }),
      Effect.ensuring(Effect.sync(() => staging.delete(regionId)))
    )
  })

const refuse = (
  store: StoreState,
  head: raft_serverpb.RaftMessage,
  reason: string
): Effect.Effect<never, SnapshotRefused> => {
  store.counters.snapshotsRefused++
  store.emit({ type: "SnapshotRefused", storeId: store.storeId, regionId: head.regionId, reason })
  return Effect.fail(refused(reason))
}

/** The peer must be here: a leader's first heartbeat makes it before any snapshot is sent. */
const refuseReceiver = (store: StoreState, head: raft_serverpb.RaftMessage, index: number): string | undefined => {
  const peer = store.peers.get(head.regionId)
  if (peer === undefined || peer.id !== head.toPeer?.id)
    return `${formatPeer(head.toPeer)} is not on store ${store.storeId}`
  if (peer.damaged !== undefined || peer.destroyOrder !== undefined) return `${formatPeer(peer.meta)} is being removed`
  return index <= peer.appliedIndex ? `index ${peer.appliedIndex} is applied already` : undefined
}

/** Everything in the snapshot is here already, in a peer that can say so. */
const isApplied = (store: StoreState, head: raft_serverpb.RaftMessage): boolean => {
  const peer = store.peers.get(head.regionId)
  if (peer === undefined || peer.id !== head.toPeer?.id) return false
  if (peer.damaged !== undefined || peer.destroyOrder !== undefined || peer.applyingSnapshot) return false
  return (fromEraft(head.message)?.snapshot?.metadata.index ?? Number.POSITIVE_INFINITY) <= peer.appliedIndex
}

/**
 * In the loop: the leader believes this peer to lack what it has, because an answer was lost or mistaken. Raft takes nothing
 * of such a snapshot and answers how far it is. If nobody did, the leader would send the same snapshot for ever in a group
 * that cannot commit without this peer, since its index cannot rise then.
 */
const answerApplied = (store: StoreState, head: raft_serverpb.RaftMessage): void => {
  const peer = store.peers.get(head.regionId)
  const message = fromEraft(head.message)
  if (peer === undefined || message === undefined || !isApplied(store, head)) return
  if (head.fromPeer !== undefined) peer.rememberPeer(head.fromPeer)
  peer.raft.setNow(store.nowMs)
  peer.raft.step(message)
  store.touch(peer)
}

const refuseRange = (store: StoreState, region: metapb.Region): string | undefined =>
  store.garbage.refusal(region) ??
  refuseOverlap(
    region,
    store.regions.overlapping(region.startKey, region.endKey),
    store.snapshots.registry.reservations()
  )

/** In the loop: the snapshot is whole. Everything is checked again, because the stream took its time. */
const onStaged = (store: StoreState, head: raft_serverpb.RaftMessage, staged: StagedSnapshot): void => {
  if (store.snapshots.staged.get(head.regionId) !== staged) return
  const peer = store.peers.get(head.regionId)
  const message = fromEraft(head.message)
  const refusal = refuseReceiver(store, head, staged.snapshot.metadata.index) ?? refuseRange(store, staged.region)
  if (peer === undefined || message === undefined || refusal !== undefined) {
    discardStaged(store, head.regionId)
    answerApplied(store, head)
    return
  }
  if (head.fromPeer !== undefined) peer.rememberPeer(head.fromPeer)
  peer.raft.setNow(store.nowMs)
  peer.raft.step(message)
  store.touch(peer)
}

/** Raft did not take it up, or it came too late. */
export const discardStaged = (store: StoreState, regionId: RegionId): void => {
  store.snapshots.forget(regionId)
  store.stagedDrops.push(regionId)
}

/** Drops what was discarded; runs at the end of a pass. */
export const dropDiscarded = Effect.fnUntraced(function* (store: StoreState) {
  for (const regionId of store.stagedDrops.splice(0)) {
    // A stream that came in meanwhile drops what was there by itself, and one that was given up drops its own.
    const { staging } = store.snapshots
    if (staging.has(regionId) || store.snapshots.registry.receive(regionId) !== undefined) continue
    staging.add(regionId)
    yield* Effect.ensuring(
      dropStaged(store.engine, regionId),
      Effect.sync(() => staging.delete(regionId))
    )
  }
})

// ---- putting in place

/** Raft accepted the staged snapshot: its data replaces the region's. Damages the peer when there is no such snapshot. */
export const beginSnapshotApply = (store: StoreState, peer: Peer, ready: Ready): void => {
  const { regionId } = peer
  const staged = store.snapshots.staged.get(regionId)
  const wanted = ready.snapshot!.metadata.index
  if (staged === undefined || staged.snapshot.metadata.index !== wanted) {
    markDamaged(store, peer, `raft accepted a snapshot at ${wanted} that is not staged here`)
    return
  }
  peer.applyingSnapshot = true
  store.snapshots.registry.onApplying(regionId)
  const alsoClear = peer.isInitialized ? [{ start: peer.region.startKey, end: peer.region.endKey }] : []
  store.services.workers.applySnapshot.submit({ staged, alsoClear }, (answer) =>
    store.mailbox.put({
      type: "result",
      run: () => {
        peer.applyingSnapshot = false
        if (answer._tag === "Done") {
          peer.snapshotInPlace = { ready, region: staged.region, applyState: answer.value, bytes: staged.bytes }
          store.touch(peer)
          return
        }
        if (answer._tag === "Cancelled") {
          if (answer.reason === "overflow") markDamaged(store, peer, "too many snapshots wait to be put in place")
          return
        }
        const error = Cause.squash(answer.cause)
        if (error instanceof Error && "_tag" in error && error._tag === "SnapshotFormatError") {
          markDamaged(store, peer, `its snapshot cannot be read: ${error.message}`)
          return
        }
        // The engine failed, which is the store's end, not the peer's.
        throw error
      }
    })
  )
}

/** The data is in place and the log starts anew: the peer is what the snapshot says. Before the acknowledgement leaves. */
export const finishSnapshot = (store: StoreState, peer: Peer): void => {
  const { region, applyState, bytes } = peer.snapshotInPlace!
  const { regionId } = peer
  peer.snapshotInPlace = undefined
  store.snapshots.forget(regionId)
  store.checks.forget(regionId)
  peer.storage.onReset(region, applyState)
  peer.region = region
  peer.meta = findPeerById(region, peer.id) ?? peer.meta
  peer.peerCache = undefined
  peer.lastChange = undefined
  // Entries that were handed out before are part of the snapshot.
  peer.applyBacklog = []
  peer.logBytes = 0
  peer.size = RegionSize.estimate(store.engine.approximateSize({ start: region.startKey, end: region.endKey }))
  store.regions.replace([regionId], [region])
  peer.proposals.onSnapshot(applyState.appliedIndex, store.answers)
  store.counters.snapshotsApplied++
  store.emit({ type: "SnapshotApplied", storeId: store.storeId, regionId, index: applyState.appliedIndex, bytes })
}
