/**
 * Requests on their way into the log. A write is checked and laid into the peer's list of this pass; before the peer's
 * Ready is taken, everything in the list becomes one entry (or several, at the byte bound), so that many callers share one
 * encoding, one append and one message per follower. Admin commands are an entry each.
 */
import { epochOf, type raft_cmdpb } from "@reefkv/wire"
import type { ProposeRefusal, ProposeResult } from "../raft/index.ts"
import { type AdminCommand, type CommandHeader, commandBytes, encodeAdmin, encodeWrite } from "./commandCodec.ts"
import { confChangeOf, encodeConfChange } from "./confChangeCodec.ts"
import { wake } from "./hibernate.ts"
import type { Peer } from "./Peer.ts"
import type { PendingWrite } from "./proposals.ts"
import type { RegionError } from "./RegionError.ts"
import type { AdminDone, Answer, WriteCommand, WriteDone, WriteRequest } from "./Router.ts"
import { checkCommands, checkRequest, needsOfWrite } from "./requestChecks.ts"
import type { StoreState } from "./StoreState.ts"

/** Writes of one pass are put into one entry up to this size; a single larger write goes alone. */
export const batchedEntryBytesMax = 256 * 1024

export const deadlineOf = (store: StoreState, deadlineMs: number): number =>
  deadlineMs === 0 ? store.nowMs + store.config.requestTimeoutMs : deadlineMs

export const deadlineExceeded: RegionError = { _tag: "DeadlineExceeded" }

// ---- writes

export const onWrite = (store: StoreState, request: WriteRequest, answer: Answer<WriteDone>): void => {
  const { header, commands } = request
  const peer = store.peers.get(header.regionId)
  if (peer?.hibernating) wake(peer)
  const deadlineMs = deadlineOf(store, header.deadlineMs)
  const refusal = checkRequest(store, peer, header, needsOfWrite)
  if (refusal !== undefined || peer === undefined) {
    store.answers.add(answer, refusal ?? { _tag: "RegionNotFound", regionId: header.regionId })
    return
  }
  const error =
    deadlineMs <= store.nowMs
      ? deadlineExceeded
      : (checkCommands(commands, peer.region) ?? checkSizes(store, peer, commands))
  if (error !== undefined) {
    store.answers.add(answer, error)
    return
  }
  let bytes = 0
  for (const command of commands) bytes += commandBytes(command)
  peer.pendingWrites ??= []
  peer.pendingWrites.push({ commands, bytes, deadlineMs, answer })
  store.touch(peer)
}

const checkSizes = (store: StoreState, peer: Peer, commands: ReadonlyArray<WriteCommand>): RegionError | undefined => {
  const { config } = store
  let bytes = 0
  for (const command of commands) bytes += commandBytes(command)
  if (bytes > config.raftEntryMaxBytes) {
    return {
      _tag: "RaftEntryTooLarge",
      regionId: peer.regionId,
      entryBytes: bytes,
      maxBytes: config.raftEntryMaxBytes
    }
  }
  if (peer.proposals.size + (peer.pendingWrites?.length ?? 0) >= config.proposalsMaxPerRegion) {
    return { _tag: "ServerIsBusy", reason: `region ${peer.regionId}: ${peer.proposals.size} proposals are waiting` }
  }
  if (store.diskFull) {
    return { _tag: "DiskFull", storeId: store.storeId, message: `less than ${config.diskReserveBytes} bytes are left` }
  }
  if (commands.length === 0) return { _tag: "Refused", message: "a write without commands" }
  return undefined
}

/** Turns the writes of this pass into entries. */
export const proposePending = (store: StoreState, peer: Peer): void => {
  const writes = peer.pendingWrites
  if (writes === undefined) return
  let from = 0
  while (from < writes.length) {
    let bytes = writes[from]!.bytes
    let to = from + 1
    while (to < writes.length && bytes + writes[to]!.bytes <= batchedEntryBytesMax) bytes += writes[to++]!.bytes
    proposeWrites(store, peer, from === 0 && to === writes.length ? writes : writes.slice(from, to))
    from = to
  }
  // Last, so that none is forgotten if Raft finds itself in contradiction and the store ends here.
  peer.pendingWrites = undefined
}

const proposeWrites = (store: StoreState, peer: Peer, writes: ReadonlyArray<PendingWrite>): void => {
  const commands = writes.length === 1 ? writes[0]!.commands : writes.flatMap((write) => write.commands)
  const proposed = peer.raft.propose(encodeWrite(headerOf(peer), commands))
  if (!proposed.ok) {
    const error = refusalOf(peer, proposed.reason)
    for (const write of writes) store.answers.refuseWrite(write, error)
    return
  }
  store.counters.proposals++
  store.counters.proposedWrites += writes.length
  const { index, term } = proposed
  peer.proposals.push({ type: "write", index, term, version: epochOf(peer.region).version, writes })
}

const headerOf = (peer: Peer): CommandHeader => ({
  regionId: peer.regionId,
  peer: peer.meta,
  epoch: epochOf(peer.region),
  term: peer.raft.term
})

/** Raft did not take the proposal: nothing of it is anywhere. */
export const refusalOf = (peer: Peer, reason: ProposeRefusal): RegionError => {
  switch (reason) {
    case "notLeader":
      return peer.notLeader()
    case "transferring":
      return { _tag: "ServerIsBusy", reason: `region ${peer.regionId}: leadership is being transferred` }
    case "tooManyUncommitted":
      return { _tag: "ServerIsBusy", reason: `region ${peer.regionId}: too many bytes are not yet committed` }
    case "termNotCommitted":
      return {
        _tag: "ServerIsBusy",
        reason: `region ${peer.regionId}: the leader is new and has committed nothing yet`
      }
    case "pendingConfChange":
      return { _tag: "ServerIsBusy", reason: `region ${peer.regionId}: a membership change is under way` }
    case "inJoint":
    case "notInJoint":
    case "invalidConfChange":
      return {
        _tag: "Refused",
        message: `region ${peer.regionId}: the membership does not allow the change (${reason})`
      }
  }
}

/** The index the command was proposed at; undefined when it was refused and answered. */
export const proposeAdmin = (
  store: StoreState,
  peer: Peer,
  admin: AdminCommand,
  deadlineMs: number,
  answer: Answer<AdminDone>
): number | undefined => {
  // Writes that came before it in this pass stay before it in the log.
  proposePending(store, peer)
  return register(store, peer, peer.raft.propose(encodeAdmin(headerOf(peer), admin)), deadlineMs, answer)
}

export const proposeConfEntry = (
  store: StoreState,
  peer: Peer,
  changes: ReadonlyArray<raft_cmdpb.ChangePeerRequest>,
  deadlineMs: number,
  answer: Answer<AdminDone>
): number | undefined => {
  proposePending(store, peer)
  const change = confChangeOf(changes, encodeAdmin(headerOf(peer), { type: "changePeers", changes }))
  return register(store, peer, peer.raft.proposeConfChange(encodeConfChange(change), change), deadlineMs, answer)
}

const register = (
  store: StoreState,
  peer: Peer,
  proposed: ProposeResult,
  deadlineMs: number,
  answer: Answer<AdminDone>
): number | undefined => {
  store.touch(peer)
  if (!proposed.ok) {
    store.answers.add(answer, refusalOf(peer, proposed.reason))
    return undefined
  }
  store.counters.proposals++
  const { index, term } = proposed
  peer.proposals.push({ type: "admin", index, term, deadlineMs, answer })
  return index
}
