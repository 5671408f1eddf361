/**
 * Applies committed entries of all regions that have some into ONE engine batch, and publishes the outcome after it is
 * written. The same entries give the same data on every replica: apply looks at the entry, the region as earlier entries
 * left it, and nothing else; no clock, no chance.
 *
 *   applyPeer: entry by entry ─▶ changes in `pass.batch`, the new region and positions in a `PeerApply`
 *   (the loop writes the batch)
 *   publish: Raft told, maps and positions replaced, new peers made, callers answered
 *
 * Between the two nothing of a `PeerApply` is visible, so a reader in between sees the state before. An entry that cannot
 * be read damages the peer: it halts at the entry before and the store goes on with the others.
 */
import { WriteBatch } from "@reefkv/engine"
import { compareBytes, compareEnds, epochOf, type metapb } from "@reefkv/wire"
import { type ConfChangeV2, type Entry, EntryKind } from "../raft/index.ts"
import { applyCompactLog } from "./admin/compactLog.ts"
import { applyConfChange, publishConfChange } from "./admin/confChange.ts"
import { applyComputeHash, applyVerifyHash, publishComputeHash } from "./admin/consistency.ts"
import { applySplit, publishSplit, type SplitOutcome } from "./admin/split.ts"
import { type AdminCommand, type Command, CommandError, type CommandHeader, decodeCommand } from "./commandCodec.ts"
import { markDamaged } from "./damage.ts"
import { publishDestroyed, startClearing, writeTombstone } from "./destroy.ts"
import type { Peer } from "./Peer.ts"
import { type Proposal, undetermined } from "./proposals.ts"
import type { RegionError } from "./RegionError.ts"
import type { AdminDone, WriteCommand } from "./Router.ts"
import { type Garbage, putApplyState } from "./records.ts"
import { checkCommands, epochNotMatch } from "./requestChecks.ts"
import type { StoreState } from "./StoreState.ts"

/** What one pass applies. */
export class ApplyPass {
  readonly batch: WriteBatch = new WriteBatch()
  /** A tombstone or a split is in the batch: it is written with sync. */
  sync = false
  /** Written by commands. */
  bytes = 0
  keys = 0
  readonly peers: Array<PeerApply> = []
  readonly destroyed: Array<Peer> = []
  /** Data of destroyed peers that is deleted later. */
  readonly garbage: Array<Garbage> = []
}

/** What must happen once the batch is written, in the order of the entries. */
export type AfterApply =
  | { readonly type: "split"; readonly outcome: SplitOutcome }
  /** `change` undefined: Raft is told that the entry had no effect. */
  | {
      readonly type: "confChange"
      readonly index: number
      readonly term: number
      readonly change: ConfChangeV2 | undefined
      readonly region: metapb.Region
      readonly summary: string
    }
  | { readonly type: "computeHash"; readonly index: number; readonly context: Uint8Array }
  | { readonly type: "damaged"; readonly message: string }

/** One peer's share of a pass: the state as the entries so far leave it. */
export class PeerApply {
  readonly peer: Peer
  region: metapb.Region
  appliedIndex: number
  appliedTerm: number
  truncatedIndex: number
  truncatedTerm: number
  /** This replica is no member any more: nothing after that entry is applied. */
  removed = false
  /** Entries that wait for the next pass, because what comes before them must be written first. */
  rest: ReadonlyArray<Entry> = []
  readonly after: Array<AfterApply> = []
  /** Own proposals among the entries, and what to answer them; undefined stands for success. */
  readonly finished: Array<{ readonly proposal: Proposal; readonly result: AdminDone | RegionError | undefined }> = []

  constructor(peer: Peer) {
    const { appliedIndex, appliedTerm, truncatedIndex, truncatedTerm } = peer.storage.applyState
    this.peer = peer
    this.region = peer.region
    this.appliedIndex = appliedIndex
    this.appliedTerm = appliedTerm
    this.truncatedIndex = truncatedIndex
    this.truncatedTerm = truncatedTerm
  }
}

/** What an admin entry came to. `stop`: later entries wait for the next pass. */
export interface AdminOutcome {
  readonly result: AdminDone | RegionError
  readonly stop?: boolean
}

export const applyPeer = (store: StoreState, pass: ApplyPass, peer: Peer, entries: ReadonlyArray<Entry>): void => {
  const apply = new PeerApply(peer)
  pass.peers.push(apply)
  try {
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i]!
      if (entry.index !== apply.appliedIndex + 1) {
        throw new Error(`region ${peer.regionId}: entry ${entry.index} to apply after ${apply.appliedIndex}`)
      }
      const stop = applyEntry(store, pass, apply, entry)
      apply.appliedIndex = entry.index
      apply.appliedTerm = entry.term
      store.counters.entriesApplied++
      if (apply.removed) break
      if (stop) {
        apply.rest = entries.slice(i + 1)
        break
      }
    }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    apply.after.push({ type: "damaged", message: `entry ${apply.appliedIndex + 1}: ${error.message}` })
  }
  if (apply.removed) {
    // The last write of this peer: the tombstone. An apply state after it would bring the region half back.
    const removal = { index: apply.appliedIndex, term: apply.appliedTerm }
    writeTombstone(pass, peer, [apply.region], apply.region, epochOf(apply.region), removal)
  } else if (apply.appliedIndex > peer.appliedIndex) {
    putApplyState(pass.batch, peer.regionId, apply)
  }
}

/** True when later entries must wait for the next pass. Throws CommandError before it has changed anything. */
const applyEntry = (store: StoreState, pass: ApplyPass, apply: PeerApply, entry: Entry): boolean => {
  if (entry.kind !== EntryKind.normal) {
    const outcome = applyConfChange(store, pass, apply, entry)
    finish(store, apply, entry, outcome.result)
    return false
  }
  if (entry.data.length === 0) {
    finish(store, apply, entry, undefined)
    return false
  }
  const proposal = apply.peer.proposals.takeApplied(entry.index, entry.term, store.answers)
  if (proposal?.type === "write") {
    // Proposed here: what the entry says is still at hand, unencoded.
    const result = applyWrites(store, pass, apply, proposal.version, proposal.writes)
    apply.finished.push({ proposal, result })
    return false
  }
  const command = decodeProposed(apply, entry, proposal)
  switch (command.type) {
    case "empty":
      return false
    case "write": {
      applyWrites(store, pass, apply, command.header.epoch.version, [command])
      return false
    }
    case "admin": {
      const outcome = applyAdmin(store, pass, apply, entry, command.header, command.admin)
      if (proposal !== undefined) apply.finished.push({ proposal, result: outcome.result })
      return outcome.stop === true
    }
  }
}

/** As `decodeCommand`; a proposal that cannot be read here may be read, and applied, by others. */
const decodeProposed = (apply: PeerApply, entry: Entry, proposal: Proposal | undefined): Command => {
  try {
    return decodeCommand(entry.data)
  } catch (error) {
    if (proposal !== undefined) apply.finished.push({ proposal, result: undetermined("the entry cannot be read here") })
    throw error
  }
}

const applyAdmin = (
  store: StoreState,
  pass: ApplyPass,
  apply: PeerApply,
  entry: Entry,
  header: CommandHeader,
  admin: AdminCommand
): AdminOutcome => {
  switch (admin.type) {
    case "split":
      return applySplit(store, pass, apply, header, admin)
    case "compactLog":
      return applyCompactLog(apply, admin)
    case "computeHash":
      return applyComputeHash(apply, entry, admin)
    case "verifyHash":
      return applyVerifyHash(store, apply, admin)
    case "changePeers":
      throw new CommandError({ message: "a membership change in a normal entry" })
  }
}

/** Pairs the entry with the proposal it was, if it was proposed here. */
const finish = (
  store: StoreState,
  apply: PeerApply,
  entry: Entry,
  result: AdminDone | RegionError | undefined
): void => {
  const proposal = apply.peer.proposals.takeApplied(entry.index, entry.term, store.answers)
  if (proposal !== undefined) apply.finished.push({ proposal, result })
}

/** Everything in one entry, or nothing and the reason why. The same on every replica, proposed here or not. */
const applyWrites = (
  store: StoreState,
  pass: ApplyPass,
  apply: PeerApply,
  version: number,
  writes: ReadonlyArray<{ readonly commands: ReadonlyArray<WriteCommand> }>
): RegionError | undefined => {
  const { region } = apply
  if (version !== epochOf(region).version) return epochNotMatch(store, region, version)
  // An equal version means an equal range, so this holds unless the proposer was wrong; then all replicas refuse alike.
  for (const { commands } of writes) {
    const refusal = checkCommands(commands, region)
    if (refusal !== undefined) return refusal
  }
  for (const { commands } of writes) for (const command of commands) applyCommand(pass, apply, command)
  return undefined
}

const applyCommand = (pass: ApplyPass, { peer, region }: PeerApply, command: WriteCommand): void => {
  const { batch } = pass
  switch (command.type) {
    case "put":
      batch.put(command.cf, command.key, command.value)
      pass.bytes += command.key.length + command.value.length
      peer.bytesWritten += command.key.length + command.value.length
      break
    case "delete":
      batch.delete(command.cf, command.key)
      break
    case "deleteRange": {
      // Clipped to the region: an empty end is the region's own.
      const end = compareEnds(command.end, region.endKey) <= 0 ? command.end : region.endKey
      if (end.length === 0) batch.deleteFrom(command.cf, command.start)
      else if (compareBytes(command.start, end) < 0) batch.deleteRange(command.cf, command.start, end)
      break
    }
  }
  pass.keys++
  peer.keysWritten++
  peer.size.onWrite(command)
}

/** After the batch is written: one synchronous step, so that nobody sees a part of it. */
export const publish = (store: StoreState, pass: ApplyPass): void => {
  for (const peer of pass.destroyed) publishDestroyed(store, peer, peer.destroyOrder?.cause ?? "stale")
  for (const apply of pass.peers) publishPeer(store, apply)
  for (const garbage of pass.garbage) startClearing(store, garbage)
  store.counters.bytesWritten += pass.bytes
  store.counters.keysWritten += pass.keys
}

const publishPeer = (store: StoreState, apply: PeerApply): void => {
  const { peer } = apply
  for (const after of apply.after) {
    switch (after.type) {
      case "split":
        publishSplit(store, peer, after.outcome)
        break
      case "confChange":
        publishConfChange(store, peer, after)
        break
      case "computeHash":
        publishComputeHash(store, peer, after)
        break
      case "damaged":
        markDamaged(store, peer, after.message)
        break
    }
  }
  answerFinished(store, apply)
  if (apply.removed) {
    publishDestroyed(store, peer, "removed")
    return
  }
  if (peer.region !== apply.region)
    throw new Error(`region ${peer.regionId}: the published region is not the applied one`)
  const { appliedIndex, appliedTerm, truncatedIndex, truncatedTerm } = apply
  const before = peer.storage.applyState
  if (truncatedIndex > before.truncatedIndex) onTruncated(store, apply, before.truncatedIndex)
  peer.storage.onApplied(peer.region, { appliedIndex, appliedTerm, truncatedIndex, truncatedTerm })
  peer.raft.advanceApply(appliedIndex)
  peer.applyBacklog = apply.rest
  store.touch(peer)
}

/** The log may forget more: the log-GC worker cuts it in its next round. */
const onTruncated = (store: StoreState, { peer, truncatedIndex, truncatedTerm }: PeerApply, before: number): void => {
  store.logGcDue.set(peer.regionId, { index: truncatedIndex, term: truncatedTerm })
  const last = peer.storage.lastIndex()
  peer.logBytes = Math.round((peer.logBytes * (last - truncatedIndex)) / Math.max(1, last - before))
  store.emit({ type: "LogCompacted", storeId: store.storeId, regionId: peer.regionId, index: truncatedIndex })
}

const answerFinished = (store: StoreState, apply: PeerApply): void => {
  const { answers } = store
  for (const { proposal, result: applied } of apply.finished) {
    const result = applied?._tag === "EpochNotMatch" ? asPublished(store, apply, proposal, applied) : applied
    if (proposal.type === "admin") {
      answers.admin(proposal, result ?? { _tag: "AdminDone", regions: [apply.region] })
      continue
    }
    if (result === undefined || result._tag === "AdminDone") {
      const done = { _tag: "Written", index: proposal.index, term: proposal.term } as const
      for (const write of proposal.writes) answers.write(write, done)
    } else {
      for (const write of proposal.writes) answers.refuseWrite(write, result)
    }
  }
}

/**
 * The refusal as it should be told now. When it was made, the regions that an earlier entry of the same pass brought forth
 * were not in the map yet, and the caller would have been sent back with the very region it came with.
 */
const asPublished = (
  store: StoreState,
  apply: PeerApply,
  proposal: Proposal,
  refusal: Extract<RegionError, { readonly _tag: "EpochNotMatch" }>
): RegionError => {
  const known = refusal.currentRegions[0]
  const version = proposal.type === "write" ? proposal.version : known === undefined ? 0 : epochOf(known).version
  return epochNotMatch(store, apply.region, version)
}

/** The pass died between apply and publish: nobody knows what is written. */
export const failPass = (store: StoreState, pass: ApplyPass, why: string): void => {
  for (const { finished } of pass.peers) {
    for (const { proposal } of finished) {
      if (proposal.type === "admin") store.answers.admin(proposal, undetermined(why))
      else for (const write of proposal.writes) store.answers.refuseWrite(write, undetermined(why))
    }
  }
}
