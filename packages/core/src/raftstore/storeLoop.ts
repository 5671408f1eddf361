/**
 * The one fiber that drives all regions of a store. A pass:
 *
 *   1. take all of the mailbox; step every message, propose every write, ask for read indexes
 *   2. take the Ready of every touched peer
 *   3. send what may leave early
 *   4. ONE RaftLog.append for all regions: entries, hard states, log resets; the only sync of the pass
 *   5. send what had to wait for it: votes, append responses; tell Raft that its entries are durable
 *   6. apply the committed entries of all regions, and the ends of peers, into ONE engine batch
 *   7. write it: unsynced, because the log can repeat it (synced when a tombstone or a split is in it)
 *   8. publish: positions, maps, new peers; then answer reads and proposals
 *   9. clean up what was destroyed or discarded
 *
 * The order of 4 to 8 is the safety argument (see PeerStorage.ts). Peers with more to do stay touched and take part in the
 * next pass, which takes the mailbox first: the loop goes on until nothing is touched and the mailbox is empty.
 *
 * The pass yields at 4, 7 and 9. In between only the mailbox fills and leases are read: no peer, map or position changes
 * outside the loop, so what was read before a yield holds after it.
 */
import type { EngineError, GroupAppend } from "@reefkv/engine"
import type { StoreId } from "@reefkv/wire"
import { Effect, Exit, Scope } from "effect"
import { EntryKind, type HardState, type Ready } from "../raft/index.ts"
import { startHash } from "./admin/consistency.ts"
import { onAdmin } from "./admin/onAdmin.ts"
import { ApplyPass, applyPeer, failPass, publish } from "./apply.ts"
import { containDamage, noticeLogDamage, writeDamage } from "./damage.ts"
import { refuseAll, writeTombstone } from "./destroy.ts"
import { wake, wakePeersOf } from "./hibernate.ts"
import { onLeadership } from "./leadership.ts"
import { onOperatorStep } from "./operatorSteps.ts"
import type { Peer } from "./Peer.ts"
import { encodeHardState } from "./PeerStorage.ts"
import { onWrite, proposePending } from "./propose.ts"
import { answerReads, askReadIndex, onRead, onReadStates } from "./readFlow.ts"
import { onRaftMessage } from "./receive.ts"
import type { StoreState } from "./StoreState.ts"
import { epochOfPeer, sendAll } from "./send.ts"
import { beginSnapshotApply, discardStaged, dropDiscarded, finishSnapshot } from "./snapshotFlow.ts"
import type { StoreMessage } from "./storeMessage.ts"
import { onTick } from "./tick.ts"

/** Runs until the mailbox is closed, then answers what is inside. Fails when disk or log fail: the store is over. */
export const runLoop = Effect.fnUntraced(function* (store: StoreState): Effect.fn.Return<void, EngineError> {
  while (store.mailbox.isOpen) {
    if (store.mailbox.isEmpty && !store.hasTouched) {
      yield* store.mailbox.awaitMessage
      continue
    }
    yield* runPass(store)
    // Whoever was answered gets a turn before the next pass; waiting for a message gives it to them as well.
    if (!store.mailbox.isEmpty || store.hasTouched) yield* Effect.yieldNow
  }
})

/**
 * Plain calls up to the first thing that takes time. Most passes have none (a heartbeat, a tick), so they cost no turn of
 * a fiber.
 */
const runPass = (store: StoreState): Effect.Effect<void, EngineError> => {
  store.counters.passes++
  store.nowMs = store.readClockMs()
  const taken = store.mailbox.takeAll()
  store.taken = taken
  for (store.takenAt = 0; store.takenAt < taken.length; store.takenAt++) dispatchSafely(store, taken[store.takenAt]!)
  store.taken = []
  const touched = store.takeTouched()
  for (const peer of touched) prepare(store, peer)

  const readies = collect(store, touched)
  store.flushOutbox()

  const groups = groupsOf(readies)
  if (groups.length === 0) return applyCommitted(store, touched, readies)
  store.counters.logAppends++
  return Effect.flatMap(store.services.raftLog.append(groups), () => applyCommitted(store, touched, readies))
}

const applyCommitted = (
  store: StoreState,
  touched: ReadonlyArray<Peer>,
  readies: ReadonlyArray<PeerReady>
): Effect.Effect<void, EngineError> => {
  for (const one of readies) afterAppend(store, one)
  store.flushOutbox()

  const pass = new ApplyPass()
  store.applying = pass
  applyAll(store, pass, touched, readies)
  if (store.damageDue.length > 0 && writeDamage(store, pass.batch)) pass.sync = true
  if (pass.batch.length === 0) return endPass(store, touched, pass)
  store.counters.engineWrites++
  return Effect.flatMap(store.engine.write(pass.batch, { sync: pass.sync }), () => endPass(store, touched, pass))
}

const endPass = (
  store: StoreState,
  touched: ReadonlyArray<Peer>,
  pass: ApplyPass
): Effect.Effect<void, EngineError> => {
  publish(store, pass)
  store.applying = undefined
  for (const peer of touched) {
    // A damaged peer's Ready is never taken: it would be looked at for ever.
    if (peer.destroyed || peer.damaged !== undefined) continue
    answerReads(store, peer)
    // Entries behind a snapshot that is being put in place wait for it, and are part of it then: until that the loop would
    // turn in circles.
    if (peer.raft.hasReady() || (peer.applyBacklog.length > 0 && !peer.applyingSnapshot)) store.touch(peer)
  }
  store.flushOutbox()
  store.answers.flush()
  return hasToCleanUp(store) ? cleanUp(store) : Effect.void
}

/** A message that comes upon damage of one region ends that region's peer here, and nothing else. */
const dispatchSafely = (store: StoreState, message: StoreMessage): void => {
  try {
    dispatch(store, message)
  } catch (error) {
    if (!containDamage(store, error)) throw error
  }
}

const dispatch = (store: StoreState, message: StoreMessage): void => {
  switch (message.type) {
    case "raft":
      for (const one of message.messages) onRaftMessage(store, one)
      break
    case "write":
      onWrite(store, message.request, message.answer)
      break
    case "read":
      onRead(store, message.request, message.answer)
      break
    case "admin":
      onAdmin(store, message.request, message.answer)
      break
    case "tick":
      onTick(store)
      break
    case "unreachable":
      onUnreachable(store, message.storeId)
      break
    case "operatorStep":
      onOperatorStep(store, message.step)
      break
    case "result":
      message.run()
  }
}

/** Leaders that were streaming to the store probe again. */
const onUnreachable = (store: StoreState, storeId: StoreId): void => {
  store.unreachable.delete(storeId)
  wakePeersOf(store, storeId)
  for (const peer of store.peers.values()) {
    if (!peer.isLeader) continue
    for (const one of peer.region.peers) if (one.storeId === storeId) peer.raft.reportUnreachable(one.id)
  }
}

/** What came for the peer in this pass becomes proposals and one read index question. */
const prepare = (store: StoreState, peer: Peer): void => {
  noticeLogDamage(store, peer)
  if (peer.destroyed || peer.damaged !== undefined) return
  if (peer.pendingWrites !== undefined || peer.reads.waiting.length > 0) wake(peer)
  peer.raft.setNow(store.nowMs)
  proposePending(store, peer)
  askReadIndex(store, peer)
}

/**
 * A peer with work for this pass. `inPlace`: the Ready is an earlier one, whose snapshot is now in place.
 * `commitsConfChange`: see there.
 */
interface PeerReady {
  readonly peer: Peer
  readonly ready: Ready
  readonly inPlace: boolean
  readonly commitsConfChange: boolean
}

/**
 * True when the commit index passes a membership change, or, on a leader, may pass one. It is then made durable before
 * anybody hears of it: a removed peer destroys itself for good as soon as it hears, and those who stay must not come back
 * from a crash with a membership that needs its vote.
 */
const commitsConfChange = (peer: Peer, ready: Ready): boolean => {
  if (ready.hardState !== undefined && peer.raft.hasPendingConf) return true
  for (const entry of ready.committedEntries) if (entry.kind === EntryKind.confChangeV2) return true
  return false
}

const collect = (store: StoreState, touched: ReadonlyArray<Peer>): Array<PeerReady> => {
  const readies: Array<PeerReady> = []
  for (const peer of touched) {
    if (peer.destroyed || peer.damaged !== undefined || peer.destroyOrder !== undefined) continue
    const inPlace = peer.snapshotInPlace
    if (inPlace !== undefined) {
      readies.push({ peer, ready: inPlace.ready, inPlace: true, commitsConfChange: false })
      continue
    }
    const staged = store.snapshots.registry.receive(peer.regionId)?.state === "staged"
    if (!peer.raft.hasReady()) {
      if (staged && !peer.applyingSnapshot) discardStaged(store, peer.regionId)
      continue
    }
    const ready = peer.raft.ready()
    if (peer.storage.damage !== undefined) {
      noticeLogDamage(store, peer)
      continue
    }
    onLeadership(store, peer)
    const confChange = commitsConfChange(peer, ready)
    if (!confChange) sendAll(store, peer, ready.messages)
    onReadStates(store, peer, ready.readStates)
    if (ready.snapshot !== undefined) {
      // The Ready stays outstanding until the data is in place.
      beginSnapshotApply(store, peer, ready)
      continue
    }
    if (staged) discardStaged(store, peer.regionId)
    readies.push({ peer, ready, inPlace: false, commitsConfChange: confChange })
  }
  return readies
}

/**
 * One group per region that has something to make durable. A commit index alone is not worth a write, because it comes
 * again, unless it passes a membership change.
 */
const groupsOf = (readies: ReadonlyArray<PeerReady>): Array<GroupAppend> => {
  const groups: Array<GroupAppend> = []
  for (const { peer, ready, inPlace, commitsConfChange } of readies) {
    const { storage } = peer
    const hard = ready.hardState
    const reset = inPlace
      ? { index: peer.snapshotInPlace!.applyState.appliedIndex, term: peer.snapshotInPlace!.applyState.appliedTerm }
      : storage.pendingReset?.reset
    const mustSave = commitsConfChange || ready.entries.length > 0
    const state = stateToSave(peer, hard, mustSave) ?? (inPlace ? undefined : storage.pendingReset?.state)
    if (reset === undefined && state === undefined && ready.entries.length === 0) continue
    storage.pendingReset = undefined
    groups.push({ groupId: peer.regionId, entries: ready.entries, state, reset })
  }
  return groups
}

/**
 * Term and vote must be durable. The commit index goes with every append of entries, because of memberships: a leader
 * proposes a change only after the one before it is applied, so a log that holds the later change must also say that the
 * earlier one is committed. A peer that came back two memberships behind could win an election among voters of the past.
 */
const stateToSave = (peer: Peer, hard: HardState | undefined, mustSave: boolean): Uint8Array | undefined => {
  const { raft } = peer
  const term = hard?.term ?? raft.term
  const vote = hard?.vote ?? raft.vote
  const commit = hard?.commit ?? raft.commit
  const moved = mustSave && commit !== peer.savedCommit
  if (!moved && term === peer.savedTerm && vote === peer.savedVote) return undefined
  peer.savedTerm = term
  peer.savedVote = vote
  peer.savedCommit = commit
  return encodeHardState({ term, vote, commit })
}

const afterAppend = (store: StoreState, { peer, ready, inPlace, commitsConfChange }: PeerReady): void => {
  if (inPlace) finishSnapshot(store, peer)
  if (commitsConfChange) sendAll(store, peer, ready.messages)
  peer.storage.onAppended(ready.entries)
  for (const entry of ready.entries) peer.logBytes += entry.data.length
  sendAll(store, peer, ready.messagesAfterSync)
  peer.raft.advanceAppend(ready)
  if (inPlace) peer.raft.advanceApply(peer.appliedIndex)
}

const applyAll = (
  store: StoreState,
  pass: ApplyPass,
  touched: ReadonlyArray<Peer>,
  readies: ReadonlyArray<PeerReady>
): void => {
  for (const { peer, ready } of readies) {
    // After a damaged or removed peer its entries are of no use; a backlog goes first.
    if (ready.committedEntries.length === 0) continue
    peer.applyBacklog =
      peer.applyBacklog.length === 0 ? ready.committedEntries : [...peer.applyBacklog, ...ready.committedEntries]
  }
  for (const peer of touched) {
    if (peer.destroyed) continue
    if (peer.destroyOrder !== undefined) {
      destroyNow(store, pass, peer)
      continue
    }
    if (peer.damaged !== undefined) continue
    if (peer.applyBacklog.length === 0 || peer.applyingSnapshot) continue
    const entries = peer.applyBacklog
    peer.applyBacklog = []
    applyPeer(store, pass, peer, entries)
  }
}

const destroyNow = (store: StoreState, pass: ApplyPass, peer: Peer): void => {
  // A snapshot's data is being written: the end comes after it, or it would be undone.
  if (peer.applyingSnapshot) {
    store.destroysWaiting.push(peer)
    return
  }
  const epoch = maxEpoch(epochOfPeer(peer), peer.destroyOrder!.epoch)
  // A snapshot that is in place and not yet published, or of which a part is, has given the peer another range.
  const inPlace =
    peer.snapshotInPlace?.region ??
    (store.snapshots.registry.receive(peer.regionId)?.state === "applying"
      ? store.snapshots.staged.get(peer.regionId)?.region
      : undefined)
  writeTombstone(
    pass,
    peer,
    inPlace === undefined ? [peer.region] : [peer.region, inPlace],
    inPlace ?? peer.region,
    epoch,
    peer.destroyOrder!.removal
  )
  pass.destroyed.push(peer)
}

const maxEpoch = (a: { confVer: number; version: number }, b: { confVer: number; version: number }) => ({
  confVer: Math.max(a.confVer, b.confVer),
  version: Math.max(a.version, b.version)
})

const hasToCleanUp = (store: StoreState): boolean =>
  store.logDestroys.length > 0 ||
  store.stagedDrops.length > 0 ||
  store.viewsToClose.length > 0 ||
  store.hashesDue.length > 0 ||
  store.destroysWaiting.length > 0

const cleanUp = Effect.fnUntraced(function* (store: StoreState) {
  if (store.logDestroys.length > 0) yield* store.services.raftLog.destroy(store.logDestroys.splice(0))
  if (store.stagedDrops.length > 0) yield* dropDiscarded(store)
  for (const scope of store.viewsToClose.splice(0)) yield* Scope.close(scope, Exit.void)
  for (const due of store.hashesDue.splice(0)) {
    const scope = yield* Scope.make()
    const view = yield* Scope.provide(store.engine.snapshot, scope).pipe(
      Effect.onError(() => Scope.close(scope, Exit.void))
    )
    startHash(store, { ...due, view, scope })
  }
  for (const peer of store.destroysWaiting.splice(0)) {
    if (peer.applyingSnapshot) store.destroysWaiting.push(peer)
    else store.touch(peer)
  }
})

/** After the last pass: everybody who still waits is told. Nothing is applied any more. */
export const answerEverybody = (store: StoreState, why: string): void => {
  const error = { _tag: "ServerIsBusy", reason: why } as const
  if (store.applying !== undefined) failPass(store, store.applying, why)
  for (const peer of store.peers.values()) refuseAll(store, peer, error, why)
  // A pass that died while it went through the mailbox has not looked at the rest, nor finished with the one it was at.
  for (const message of [...store.taken.slice(store.takenAt), ...store.mailbox.takeAll()]) {
    if (message.type === "write" || message.type === "read" || message.type === "admin") {
      store.answers.add<never>(message.answer, error)
    }
  }
  store.answers.flush()
}
