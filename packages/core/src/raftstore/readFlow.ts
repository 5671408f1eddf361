/**
 * Reads on their way to an answer; the states are in reads.ts. A leader under a valid lease answers before `Router.read`
 * returns (routerLive.ts); everything else comes here.
 */
import { wake } from "./hibernate.ts"
import type { Peer } from "./Peer.ts"
import { deadlineOf } from "./propose.ts"
import type { RegionError } from "./RegionError.ts"
import type { Answer, ReadDone, ReadRequest } from "./Router.ts"
import { decodeReadContext, encodeReadContext, readsMaxPerRegion } from "./reads.ts"
import { checkKey, checkRequest, needsOfReplicaRead, needsOfWrite } from "./requestChecks.ts"
import type { StoreState } from "./StoreState.ts"

/** Why the region as it is now does not serve this read, or undefined. */
export const checkRead = (store: StoreState, peer: Peer | undefined, request: ReadRequest): RegionError | undefined => {
  const { header, keys, replicaRead } = request
  const refusal = checkRequest(store, peer, header, replicaRead ? needsOfReplicaRead : needsOfWrite)
  if (refusal !== undefined || peer === undefined) return refusal
  const { region } = peer
  for (const key of keys) {
    // An empty key is either end of the region, and the region's own end closes a range: both are fine.
    if (key.length === 0 || (region.endKey.length > 0 && Buffer.compare(key, region.endKey) === 0)) continue
    const outside = checkKey(key, region)
    if (outside !== undefined) return outside
  }
  return undefined
}

export const readDone = (store: StoreState, peer: Peer): ReadDone => ({
  _tag: "Readable",
  region: peer.region,
  view: store.engine.latest,
  term: peer.raft.term
})

export const onRead = (store: StoreState, request: ReadRequest, answer: Answer<ReadDone>): void => {
  const peer = store.peers.get(request.header.regionId)
  if (peer?.hibernating) wake(peer)
  const deadlineMs = deadlineOf(store, request.header.deadlineMs)
  const refusal =
    checkRead(store, peer, request) ?? (deadlineMs <= store.nowMs ? ({ _tag: "DeadlineExceeded" } as const) : undefined)
  if (refusal !== undefined || peer === undefined) {
    store.answers.add(answer, refusal ?? { _tag: "RegionNotFound", regionId: request.header.regionId })
    return
  }
  if (peer.reads.size >= readsMaxPerRegion) {
    store.answers.add(answer, {
      _tag: "ServerIsBusy",
      reason: `region ${peer.regionId}: ${peer.reads.size} reads are waiting`
    })
    return
  }
  peer.reads.add({ request, deadlineMs, answer })
  store.touch(peer)
}

/** Asks one question for all reads that came since the last one. */
export const askReadIndex = (store: StoreState, peer: Peer): void => {
  const { reads, raft } = peer
  if (reads.waiting.length === 0) return
  if (peer.hasLease(store.nowMs, store.config.leaseMs)) {
    reads.onLeaseIndex(raft.commit)
    return
  }
  if (!raft.isLeader && raft.leaderId === 0) {
    reads.refuseWaiting(peer.notLeader(), store.answers)
    return
  }
  const sequence = ++store.readSequence
  if (!raft.readIndex(encodeReadContext(peer.id, store.services.incarnation, sequence))) {
    reads.refuseWaiting(
      {
        _tag: "ReadIndexNotReady",
        regionId: peer.regionId,
        reason: "too many reads wait, or the leader has just changed"
      },
      store.answers
    )
    return
  }
  store.counters.readIndexQuestions++
  reads.onAsked(sequence, store.tick)
}

/** Raft's answers, from a Ready. */
export const onReadStates = (
  store: StoreState,
  peer: Peer,
  states: ReadonlyArray<{ readonly index: number; readonly context: Uint8Array }>
): void => {
  for (const { index, context } of states) {
    const sequence = decodeReadContext(context, peer.id, store.services.incarnation)
    if (sequence !== undefined) peer.reads.onReadState(sequence, index)
  }
}

/** Answers what the applied index allows, checking each read against the region as it is now. */
export const answerReads = (store: StoreState, peer: Peer): void => {
  // While a snapshot is put in place the range holds neither the old state nor the new one.
  if (peer.applyingSnapshot || peer.snapshotInPlace !== undefined) return
  for (const { request, answer } of peer.reads.takeReadable(peer.appliedIndex)) {
    const refusal = checkRead(store, peer, request)
    if (refusal !== undefined) {
      store.answers.add(answer, refusal)
      continue
    }
    if (request.replicaRead && !peer.isLeader) store.counters.readsByReplica++
    else store.counters.readsByIndex++
    store.answers.add(answer, readDone(store, peer))
  }
}

/** How long a question may go unanswered before it is asked again. */
export const reaskTicks = (store: StoreState): number => store.config.electionTicks
