/**
 * The split of a region, from the wish to the report. Its life:
 *
 *   checkSplit      the region passed a limit, or is to be halved: a worker measures it and proposes keys
 *   askSplit        keys from the split check, a caller or the scheduler: leader? epoch? strictly inside, ascending?
 *     ─▶ worker asks the scheduler for ids; callers wait in `peer.pendingSplit`, at most one question per region
 *   onSplitIds      ids came, in the loop: everything is checked again, because leadership, epoch and range may have moved
 *     ─▶ proposed as one BatchSplit entry
 *   applySplit      on every replica, in the batch: epoch and keys checked again; n new regions left of the old one, each
 *                   and the old one at version + n; new regions that this store must not create are skipped
 *   publishSplit    after the batch: range map and id map change in one step, new peers are made, early votes replayed;
 *                   where the parent leads, its children campaign at once and both halves heartbeat
 *
 * The right-most piece keeps the region id (`right-derive-when-split`, TiKV's default). Ids that are asked for and not
 * used are burnt. Every caller of a pending split is answered exactly once, whatever becomes of it.
 *
 * Source: tikv raftstore `on_prepare_split_region`, `validate_batch_split`, `exec_batch_split`, `on_ready_split_region`.
 */
import {
  compareBytes,
  epochOf,
  equalBytes,
  findPeer,
  keyInRange,
  metapb,
  type pdpb,
  type RegionId,
  sameEpoch
} from "@reefkv/wire"
import type { AdminOutcome, ApplyPass, PeerApply } from "../apply.ts"
import type { AdminCommand, CommandHeader, SplitPiece } from "../commandCodec.ts"
import { deleteOwnedData, ownedRange } from "../destroy.ts"
import { Peer, type PendingSplit } from "../Peer.ts"
import { PeerStorage } from "../PeerStorage.ts"
import { proposeAdmin } from "../propose.ts"
import type { RegionError } from "../RegionError.ts"
import type { AdminDone, Answer } from "../Router.ts"
import { onRaftMessage } from "../receive.ts"
import { initialApplyState, putApplyState, putRegionState, readRegionState } from "../records.ts"
import { RegionSize } from "../regionSize.ts"
import { checkRequest, epochNotMatch, needsOfSplit } from "../requestChecks.ts"
import type { StoreState } from "../StoreState.ts"
import { heartbeatNow, sendRegionHeartbeat } from "../workers/heartbeats.ts"
import type { SplitCheckTask } from "../workers/splitCheck.ts"

type Split = Extract<AdminCommand, { type: "split" }>

const refused = (message: string): RegionError => ({ _tag: "Refused", message })

/** Keys at which `region` may be cut: at least one, ascending, each strictly inside. */
export const checkSplitKeys = (region: metapb.Region, keys: ReadonlyArray<Uint8Array>): RegionError | undefined => {
  if (keys.length === 0) return refused(`region ${region.id}: a split without keys`)
  let previous = region.startKey
  for (const key of keys) {
    if (!keyInRange(key, region.startKey, region.endKey)) return { _tag: "KeyNotInRegion", key, region }
    if (key.length === 0 || compareBytes(key, previous) <= 0) {
      return refused(
        equalBytes(key, region.startKey)
          ? `region ${region.id}: it already starts at the split key`
          : `region ${region.id}: split keys must ascend`
      )
    }
    previous = key
  }
  return undefined
}

// ---- measuring

/** A split that has not come is tried again after so many intervals of the check: each try scans the region. */
const splitRetryChecks = 10

/** Has the region measured, unless that is under way; keys found become a split that nobody waits for. */
export const checkSplit = (store: StoreState, peer: Peer, policy: SplitCheckTask["policy"]): void => {
  if (peer.splitCheckPending || peer.pendingSplit !== undefined || !peer.isInitialized) return
  peer.splitCheckPending = true
  const { region, regionId } = peer
  const since = peer.size.mark()
  const size = peer.size
  store.services.workers.splitCheck.submit(
    {
      regionId,
      range: { start: region.startKey, end: region.endKey },
      epoch: epochOf(region),
      keyMode: store.services.keyMode,
      policy
    },
    (answer) =>
      store.mailbox.put({
        type: "result",
        run: () => {
          peer.splitCheckPending = false
          if (answer._tag !== "Done" || peer.destroyed) return
          const { bytes, keys, splitKeys } = answer.value
          store.emit({
            type: "SplitChecked",
            storeId: store.storeId,
            regionId,
            bytes,
            keys,
            splitKeys: splitKeys.length
          })
          // A split or snapshot meanwhile replaced the record and made the count one of another range.
          if (peer.size === size && epochOf(peer.region).version === epochOf(region).version) {
            size.onMeasured({ bytes, keys }, since)
            if (splitKeys.length === 0 || !peer.isLeader) return
            size.expectSplit(store.nowMs + splitRetryChecks * store.config.splitCheckIntervalMs)
            askSplit(store, peer, splitKeys, 0, undefined)
          }
        }
      })
  )
}

// ---- asking

/**
 * Keys in one request: all of them are cut, or none. What the split check finds is bounded by `batchSplitLimit`; a caller
 * that asks for many regions gets them in one entry, as in TiKV, and must ask again for more than this.
 */
export const splitKeysMax = 1_024

export const askSplit = (
  store: StoreState,
  peer: Peer,
  wanted: ReadonlyArray<Uint8Array>,
  deadlineMs: number,
  answer: Answer<AdminDone> | undefined
): void => {
  const { answers, storeId } = store
  const { region, regionId } = peer
  const refusal =
    (wanted.length > splitKeysMax
      ? refused(`region ${regionId}: ${wanted.length} split keys in one request, at most ${splitKeysMax} are allowed`)
      : undefined) ??
    checkSplitKeys(region, wanted) ??
    (peer.pendingSplit !== undefined
      ? ({ _tag: "ServerIsBusy", reason: `region ${regionId}: a split is already under way` } as const)
      : undefined)
  if (refusal !== undefined) {
    store.emit({ type: "SplitRefused", storeId, regionId, reason: refusal._tag })
    if (answer !== undefined) answers.add(answer, refusal)
    return
  }
  const version = epochOf(region).version
  const pending: PendingSplit = { version, caller: answer === undefined ? undefined : { answer, deadlineMs } }
  peer.pendingSplit = pending
  store.emit({ type: "SplitAsked", storeId, regionId, version, splitKeys: wanted })
  // A copy of what the region is now: the worker must not see later changes of it.
  store.services.workers.askSplit.submit({ region, count: wanted.length }, (result) =>
    store.mailbox.put({
      type: "result",
      run: () =>
        result._tag === "Done"
          ? onSplitIds(store, pending, region, wanted, result.value)
          : onSplitRefused(store, pending, region, `the scheduler gave no ids: ${describeFailure(result)}`)
    })
  )
}

const describeFailure = (result: { readonly _tag: "Failed" | "Cancelled" }): string => {
  if (result._tag === "Cancelled") return "the request was cancelled"
  return String((result as { readonly cause?: unknown }).cause ?? "unknown")
}

const onSplitRefused = (store: StoreState, pending: PendingSplit, region: metapb.Region, message: string): void => {
  if (!takePending(store, pending, region.id)) return
  store.emit({ type: "SplitRefused", storeId: store.storeId, regionId: region.id, reason: message })
  if (pending.caller !== undefined) store.answers.add(pending.caller.answer, refused(message))
}

/** True when the question still stands. Its caller was answered otherwise: leadership lost, deadline, peer gone. */
const takePending = (store: StoreState, pending: PendingSplit, regionId: RegionId): boolean => {
  const peer = store.peers.get(regionId)
  if (peer === undefined || peer.pendingSplit !== pending) return false
  peer.pendingSplit = undefined
  return true
}

const onSplitIds = (
  store: StoreState,
  pending: PendingSplit,
  asked: metapb.Region,
  keys: ReadonlyArray<Uint8Array>,
  ids: ReadonlyArray<pdpb.SplitID>
): void => {
  if (!takePending(store, pending, asked.id)) return
  const { caller } = pending
  const refuse = (error: RegionError): void => {
    store.emit({ type: "SplitRefused", storeId: store.storeId, regionId: asked.id, reason: error._tag })
    if (caller !== undefined) store.answers.add(caller.answer, error)
  }
  const peer = store.peers.get(asked.id)
  const epoch = epochOf(asked)
  const refusal = checkRequest(
    store,
    peer,
    { regionId: asked.id, epoch, peer: undefined, term: 0, deadlineMs: 0 },
    needsOfSplit
  )
  if (refusal !== undefined || peer === undefined) {
    refuse(refusal ?? { _tag: "RegionNotFound", regionId: asked.id })
    return
  }
  if (ids.length < keys.length || ids.some((id) => id.newPeerIds.length !== asked.peers.length)) {
    refuse(refused(`the scheduler gave ${ids.length} ids for ${keys.length} keys, or not one per peer`))
    return
  }
  const pieces = keys.map((splitKey, i): SplitPiece => {
    const { newRegionId, newPeerIds } = ids[i]!
    return { splitKey, newRegionId, newPeerIds }
  })
  const index = proposeAdmin(
    store,
    peer,
    { type: "split", pieces, rightDerive: true },
    caller?.deadlineMs ?? store.nowMs + store.config.requestTimeoutMs,
    caller?.answer ?? (() => {})
  )
  if (index === undefined) return
  peer.rangeChangeIndex = index
  store.emit({
    type: "SplitProposed",
    storeId: store.storeId,
    regionId: asked.id,
    index,
    newRegionIds: pieces.map((piece) => piece.newRegionId)
  })
}

// ---- applying

/** A new region, and whether this store makes a peer for it. */
interface Child {
  readonly region: metapb.Region
  readonly meta: metapb.Peer
  readonly skip: string | undefined
}
export interface SplitOutcome {
  readonly parent: metapb.Region
  readonly children: ReadonlyArray<Child>
  /** From left to right. */
  readonly regions: ReadonlyArray<metapb.Region>
}

export const applySplit = (
  store: StoreState,
  pass: ApplyPass,
  apply: PeerApply,
  header: CommandHeader,
  split: Split
): AdminOutcome => {
  const { region } = apply
  // Equal confVer also says that the peers are those for which ids were asked, so pairing by position is right.
  if (!sameEpoch(header.epoch, epochOf(region))) {
    return { result: epochNotMatch(store, region, header.epoch.version) }
  }
  const refusal = checkSplitKeys(
    region,
    split.pieces.map((piece) => piece.splitKey)
  )
  if (refusal !== undefined) return { result: refusal }
  if (split.pieces.some((piece) => piece.newPeerIds.length !== region.peers.length)) {
    return { result: refused(`region ${region.id}: a split with another number of peer ids than peers`) }
  }
  const { parent, children: regions } = cut(region, split)
  const children = regions.map((child): Child => {
    const meta = findPeer(child, store.storeId)
    if (meta === undefined) throw new Error(`region ${region.id} is here, and its child ${child.id} has no peer here`)
    const skip = reasonToSkip(store, pass, child.id, meta)
    if (skip === undefined) {
      putRegionState(pass.batch, { kind: "Normal", region: child, removedPeerId: 0 })
      putApplyState(pass.batch, child.id, initialApplyState)
    } else {
      // The parent gives the range away and nobody takes it here: what is in it belongs to no peer of this store.
      const orphaned = ownedRange(child)
      if (orphaned !== undefined && !isCoveredByOther(store, region.id, child)) deleteOwnedData(pass.batch, orphaned)
    }
    return { region: child, meta, skip }
  })
  putRegionState(pass.batch, { kind: "Normal", region: parent, removedPeerId: 0 })
  // The children come to life durable: what they vote and acknowledge is, and if their first state were lost while the
  // parent is brought up to date by a snapshot, which jumps over this entry, nobody could make sense of their logs.
  pass.sync = true
  apply.region = parent
  const all = [...regions, parent].sort((a, b) => compareBytes(a.startKey, b.startKey))
  apply.after.push({ type: "split", outcome: { parent, children, regions: all } })
  return { result: { _tag: "AdminDone", regions: all } }
}

/** The regions after the split: what keeps the id, and the new ones in the order of the pieces. */
const cut = (region: metapb.Region, split: Split): { parent: metapb.Region; children: Array<metapb.Region> } => {
  const { pieces, rightDerive } = split
  const epoch = epochOf(region)
  const regionEpoch = { confVer: epoch.confVer, version: epoch.version + pieces.length }
  // Keys are views into the entry: regions outlive it.
  const keys = pieces.map((piece) => piece.splitKey.slice())
  const bounds = [region.startKey, ...keys, region.endKey]
  const children = pieces.map((piece, i) => {
    const at = rightDerive ? i : i + 1
    return metapb.Region.create({
      id: piece.newRegionId,
      startKey: bounds[at]!,
      endKey: bounds[at + 1]!,
      regionEpoch: { ...regionEpoch },
      peers: region.peers.map((peer, n) => ({ ...peer, id: piece.newPeerIds[n]! }))
    })
  })
  const at = rightDerive ? pieces.length : 0
  const parent = { ...region, startKey: bounds[at]!, endKey: bounds[at + 1]!, regionEpoch }
  return { parent, children }
}

/**
 * Why this store must not make the child, or undefined when it must. A tombstone, another peer id, or an initialised peer
 * mean that the child lived here already, by a message or a snapshot, and went on without waiting for this parent. An
 * uninitialised peer with the very id is the child: it voted early, and becomes it, keeping the log with its votes.
 */
const reasonToSkip = (store: StoreState, pass: ApplyPass, childId: RegionId, meta: metapb.Peer): string | undefined => {
  const existing = store.peers.get(childId)
  if (existing !== undefined && !pass.destroyed.includes(existing)) {
    if (existing.isInitialized) return "it is here already"
    if (existing.destroyOrder !== undefined) return "its peer is being removed"
    return existing.id === meta.id ? undefined : `peer ${existing.id} is here for it`
  }
  const state = readRegionState(store.engine.latest, childId)
  if (state?.kind === "Tombstone" || existing !== undefined) return "its peer was here and was removed"
  return undefined
}

const isCoveredByOther = (store: StoreState, parentId: RegionId, child: metapb.Region): boolean =>
  store.regions.overlapping(child.startKey, child.endKey).some((other) => other.id !== parentId)

// ---- after apply

/** What the engine says of the piece's range: every replica may become leader, and starts from the same. */
const sizeOf = (store: StoreState, region: metapb.Region): RegionSize =>
  RegionSize.estimate(store.engine.approximateSize({ start: region.startKey, end: region.endKey }))

export const publishSplit = (store: StoreState, parent: Peer, outcome: SplitOutcome): void => {
  const { storeId, answers } = store
  const created = outcome.children.filter((child) => child.skip === undefined)
  parent.region = outcome.parent
  parent.size = sizeOf(store, outcome.parent)
  for (const child of created) {
    const uninitialized = store.peers.get(child.region.id)
    if (uninitialized !== undefined) {
      // The log keeps what it promised; nothing else of it lives on.
      uninitialized.destroyed = true
      uninitialized.reads.clear({ _tag: "RegionNotFound", regionId: child.region.id }, answers)
    }
  }
  store.regions.replace([parent.regionId], [outcome.parent, ...created.map((child) => child.region)])
  const leads = parent.isLeader
  outcome.children.forEach((child) => {
    if (child.skip !== undefined) {
      store.emit({ type: "SplitRefused", storeId, regionId: child.region.id, reason: child.skip })
      return
    }
    const { raftLog, random } = store.services
    const peer = new Peer({
      region: child.region,
      meta: child.meta,
      storage: new PeerStorage(raftLog, child.region, initialApplyState, store.snapshots),
      config: store.config,
      random,
      size: sizeOf(store, child.region),
      voteQuietTicks: 0,
      nowMs: store.nowMs
    })
    store.peers.set(child.region.id, peer)
    store.counters.peersCreated++
    store.touch(peer)
    store.emit({ type: "RegionCreated", storeId, regionId: child.region.id, peerId: peer.id, cause: "split" })
    if (leads) {
      peer.raft.setNow(store.nowMs)
      peer.raft.campaign()
      // It will most likely lead: told at once, the scheduler shows no hole where the parent was.
      sendRegionHeartbeat(store, peer)
    }
    for (const message of store.earlyVotes.take(child.region.id, store.nowMs)) onRaftMessage(store, message)
  })
  store.counters.splitsApplied++
  store.emit({ type: "SplitApplied", storeId, regionId: parent.regionId, regions: outcome.regions })
  if (leads) {
    heartbeatNow(store, parent)
    store.services.workers.reportSplit.submit(outcome.regions, () => {})
  }
}
