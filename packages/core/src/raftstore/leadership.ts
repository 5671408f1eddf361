/** What a change of leader means to everybody who waits at a peer, and to the scheduler. */
import type { Peer } from "./Peer.ts"
import type { StoreState } from "./StoreState.ts"
import { heartbeatNow } from "./workers/heartbeats.ts"

/** Election timeouts that proposals of a lost leadership wait for their outcome; see proposals.ts. */
const graceElectionTimeouts = 2

/** Compares Raft's role with what was seen last; called whenever a Ready is taken. */
export const onLeadership = (store: StoreState, peer: Peer): void => {
  const { raft, regionId } = peer
  const { storeId } = store
  const ledTerm = raft.isLeader ? raft.term : 0
  if (ledTerm !== peer.ledTerm) {
    const lostTerm = peer.ledTerm
    peer.ledTerm = ledTerm
    // From leader to leader of a later term: what waited for the earlier one must not wait on.
    if (lostTerm !== 0) onLost(store, peer, lostTerm)
    if (ledTerm !== 0) {
      peer.lastHeardMs = new Map(peer.region.peers.map((one) => [one.id, store.nowMs]))
      store.emit({ type: "LeaderElected", storeId, regionId, peerId: peer.id, term: ledTerm })
      heartbeatNow(store, peer)
    }
  }
  // The same leader may be back in a later term between two looks.
  if (raft.leaderId !== peer.knownLeaderId || (raft.leaderId !== 0 && raft.term !== peer.knownLeaderTerm)) {
    peer.knownLeaderId = raft.leaderId
    peer.knownLeaderTerm = raft.term
    peer.reads.onLeaderChange(peer.notLeader(), store.answers)
    if (peer.reads.waiting.length > 0) store.touch(peer)
    peer.leaderHeardMs = store.nowMs
  }
}

const onLost = (store: StoreState, peer: Peer, term: number): void => {
  const { config, answers } = store
  peer.lastHeardMs = undefined
  peer.rangeChangeIndex = 0
  peer.proposals.onLeadershipLost(store.nowMs + graceElectionTimeouts * config.electionTicks * config.raftTickMs)
  const error = peer.notLeader()
  peer.reads.onLeaderChange(error, answers)
  const split = peer.pendingSplit
  if (split !== undefined) {
    // Its ids, when they come, are burnt.
    peer.pendingSplit = undefined
    if (split.caller !== undefined) answers.add(split.caller.answer, error)
  }
  store.emit({ type: "LeaderLost", storeId: store.storeId, regionId: peer.regionId, peerId: peer.id, term })
}
