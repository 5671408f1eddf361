/**
 * Groups without traffic stop ticking: no heartbeats, no election timers, no work for the loop but one look per tick.
 *
 *   awake ── leader idle for `hibernateAfterTicks`, log equal everywhere ──▶ asking (leader does not tick meanwhile)
 *   asking ── every follower agreed, and sleeps ──▶ hibernating
 *          └─ an answer is missing, or anything happens ──▶ awake
 *   hibernating ── a request, a raft message, a silent store, the slow check ──▶ awake
 *
 * While asking, the leader sends no heartbeats: one that came after a follower's agreement would wake it alone, and its
 * election timer would depose a sleeping leader. A sleeping leader has no lease, because no round was answered lately; a
 * read wakes it and asks its quorum.
 *
 * A leader that dies asleep is missed by its store: stores with regions in common send each other a sign of life a few
 * times per election timeout, however many regions sleep, and when a store is silent for longer than that everybody who
 * has a peer there wakes. What a store's sign of life does not show (a single leader gone wrong) is found by the slow
 * check: each sleeping follower wakes its leader every `slowCheckTicks`.
 *
 * Source: tikv `hibernate_state.rs` for the request and response; the sign of life per store is ours, where TiKV keeps
 * ticking and counts missing ticks.
 */
import { type metapb, type PeerId, raft_serverpb, type StoreId } from "@reefkv/wire"
import { MessageType } from "../raft/index.ts"
import { isJoint } from "./confState.ts"
import type { Peer } from "./Peer.ts"
import type { StoreState } from "./StoreState.ts"
import { epochOfPeer } from "./send.ts"

const { ExtraMessageType } = raft_serverpb

/** A follower asleep for so many ticks, plus some by region, asks its leader for a sign of life. Ten minutes by default. */
export const slowCheckTicks = 6_000
const slowCheckSpreadTicks = 1_024
/** An election timeout without anything from a store, and half of another one. */
const silentElectionTimeouts = 1.5
/** Signs of life per election timeout. */
const lifeSignsPerTimeout = 3

/** What a leader is waiting for before it sleeps. */
export interface HibernateAsk {
  readonly atTick: number
  readonly agreed: Set<PeerId>
}

/** Anything but heartbeats happened, or is about to: the peer ticks again. */
export const wake = (peer: Peer): void => {
  peer.idleTicks = 0
  peer.hibernateAsk = undefined
  peer.hibernating = false
}

/**
 * A raft message came. Heartbeats and their answers are no traffic: they do not keep a group awake. But a heartbeat means
 * that the leader is awake, so its follower must watch it again.
 */
export const wakeByMessage = (peer: Peer, type: MessageType): void => {
  if (type === MessageType.heartbeatResponse) return
  if (type === MessageType.heartbeat) peer.hibernating = false
  else wake(peer)
}

// ---- falling asleep

/** Once per tick of an awake peer. True when the leader is asking and must not tick. */
export const hibernateIfIdle = (store: StoreState, peer: Peer): boolean => {
  const { config } = store
  if (config.hibernateAfterTicks === 0 || !peer.isLeader) return false
  const ask = peer.hibernateAsk
  if (ask !== undefined) {
    if (store.tick - ask.atTick <= config.heartbeatTicks) return true
    // Somebody did not agree in time. Asked again after as long as it takes to elect a leader.
    peer.hibernateAsk = undefined
    peer.idleTicks = Math.max(0, config.hibernateAfterTicks - config.electionTicks)
    return false
  }
  peer.idleTicks++
  if (peer.idleTicks < config.hibernateAfterTicks || !isQuiet(store, peer)) return false
  if (peer.region.peers.length === 1) {
    fallAsleep(store, peer)
    return true
  }
  peer.hibernateAsk = { atTick: store.tick, agreed: new Set() }
  for (const to of peer.region.peers) {
    if (to.id !== peer.id) sendExtra(store, peer, to, ExtraMessageType.MsgHibernateRequest, store.tick)
  }
  return true
}

/** Nothing is under way, and every replica holds all of it. */
const isQuiet = (store: StoreState, peer: Peer): boolean => {
  const { raft } = peer
  if (!isSettled(peer) || !raft.committedInOwnTerm || raft.hasPendingConf || raft.leadTransferee !== 0) return false
  if (peer.pendingSplit !== undefined || isJoint(peer.region)) return false
  const heardSinceMs = store.nowMs - store.config.electionTicks * store.config.raftTickMs
  const { progress } = raft.status()
  return peer.region.peers.every(({ id }) => {
    if (id === peer.id) return true
    const other = progress.get(id)
    return (
      other !== undefined &&
      other.state === "replicate" &&
      other.match === raft.lastIndex &&
      (peer.lastHeardMs?.get(id) ?? Number.NEGATIVE_INFINITY) > heardSinceMs
    )
  })
}

const isSettled = ({ raft, proposals, reads, pendingWrites, appliedIndex, applyingSnapshot }: Peer): boolean =>
  raft.commit === raft.lastIndex &&
  appliedIndex === raft.lastIndex &&
  proposals.isEmpty &&
  reads.size === 0 &&
  pendingWrites === undefined &&
  !applyingSnapshot

const fallAsleep = (store: StoreState, peer: Peer): void => {
  peer.hibernateAsk = undefined
  peer.hibernating = true
  peer.slowCheckTick = store.tick + slowCheckTicks + (peer.regionId % slowCheckSpreadTicks)
  peer.storage.releaseCache()
  store.counters.hibernations++
}

// ---- messages between peers

/** The extra messages of this file; others are not for us. */
export const onExtraMessage = (
  store: StoreState,
  peer: Peer,
  from: metapb.Peer,
  extra: raft_serverpb.ExtraMessage
): void => {
  switch (extra.type) {
    case ExtraMessageType.MsgHibernateRequest:
      // A follower that knows better, or has something left to do, says nothing: the leader goes on.
      if (peer.isLeader || peer.raft.leaderId !== from.id || !isSettled(peer)) return
      fallAsleep(store, peer)
      sendExtra(store, peer, from, ExtraMessageType.MsgHibernateResponse, extra.index)
      return
    case ExtraMessageType.MsgHibernateResponse: {
      const ask = peer.hibernateAsk
      if (ask === undefined || ask.atTick !== extra.index || !peer.isLeader) return
      ask.agreed.add(from.id)
      if (peer.region.peers.every(({ id }) => id === peer.id || ask.agreed.has(id))) fallAsleep(store, peer)
      return
    }
    case ExtraMessageType.MsgRegionWakeUp:
      wake(peer)
      // One round of heartbeats is all that is wanted: back to sleep soon after.
      peer.idleTicks = Math.max(0, store.config.hibernateAfterTicks - store.config.electionTicks)
      return
  }
}

const sendExtra = (
  store: StoreState,
  peer: Peer,
  to: metapb.Peer,
  type: raft_serverpb.ExtraMessageType,
  index: number
): void => {
  store.send(
    to.storeId,
    raft_serverpb.RaftMessage.create({
      regionId: peer.regionId,
      fromPeer: peer.meta,
      toPeer: to,
      regionEpoch: epochOfPeer(peer),
      extraMsg: raft_serverpb.ExtraMessage.create({ type, index })
    })
  )
}

/** Once per tick of a sleeping peer. */
export const checkSlowly = (store: StoreState, peer: Peer): void => {
  if (store.tick < peer.slowCheckTick) return
  const leader = peer.leader
  wake(peer)
  if (!peer.isLeader && leader !== undefined) sendExtra(store, peer, leader, ExtraMessageType.MsgRegionWakeUp, 0)
}

/**
 * From a damaged peer, which is silent otherwise, while its store goes on giving signs of life: if it led a sleeping
 * region, nobody would miss it before the slow check. Sent again and again, as any may be lost; a region that misses a
 * replica does not sleep anyway.
 */
export const wakeOthers = (store: StoreState, peer: Peer): void => {
  if (store.config.hibernateAfterTicks === 0) return
  for (const to of peer.region.peers) {
    if (to.id !== peer.id) sendExtra(store, peer, to, ExtraMessageType.MsgRegionWakeUp, 0)
  }
}

// ---- signs of life between stores

/** When each store that shares a region with this one was last heard of, and who is taken to be gone. */
export class Neighbours {
  private readonly heardMs = new Map<StoreId, number>()
  private readonly silent = new Set<StoreId>()

  onHeard(storeId: StoreId, nowMs: number): void {
    if (!this.heardMs.has(storeId)) return
    this.heardMs.set(storeId, nowMs)
    this.silent.delete(storeId)
  }
  heard(storeId: StoreId): number | undefined {
    return this.heardMs.get(storeId)
  }
  /** The stores of all regions here; a new one gets the benefit of the doubt. */
  onRegions(storeIds: ReadonlySet<StoreId>, nowMs: number): void {
    for (const id of storeIds) if (!this.heardMs.has(id)) this.heardMs.set(id, nowMs)
    for (const id of this.heardMs.keys()) {
      if (storeIds.has(id)) continue
      this.heardMs.delete(id)
      this.silent.delete(id)
    }
  }
  storeIds(): ReadonlyArray<StoreId> {
    return [...this.heardMs.keys()]
  }
  /** Stores that have just become silent. */
  takeSilent(sinceMs: number): Array<StoreId> {
    const found: Array<StoreId> = []
    for (const [id, heardMs] of this.heardMs) {
      if (heardMs >= sinceMs || this.silent.has(id)) continue
      this.silent.add(id)
      found.push(id)
    }
    return found
  }
}

/** Once per tick of the store. */
export const exchangeLifeSigns = (store: StoreState): void => {
  const { config, neighbours, nowMs } = store
  const every = Math.max(1, Math.floor(config.electionTicks / lifeSignsPerTimeout))
  if (config.hibernateAfterTicks === 0 || store.tick % every !== 0) return
  const shared = new Set<StoreId>()
  for (const region of store.regions.all()) for (const peer of region.peers) shared.add(peer.storeId)
  shared.delete(store.storeId)
  neighbours.onRegions(shared, nowMs)
  for (const storeId of neighbours.storeIds()) {
    store.send(
      storeId,
      raft_serverpb.RaftMessage.create({
        fromPeer: { id: 0, storeId: store.storeId, role: 0, isWitness: false },
        toPeer: { id: 0, storeId, role: 0, isWitness: false },
        regionEpoch: { confVer: 0, version: 0 }
      })
    )
  }
  const electionMs = config.electionTicks * config.raftTickMs
  for (const storeId of neighbours.takeSilent(nowMs - silentElectionTimeouts * electionMs)) wakePeersOf(store, storeId)
}

/** A store is silent or unreachable: whoever has a peer there watches its leader again, or its followers. */
export const wakePeersOf = (store: StoreState, storeId: StoreId): void => {
  for (const peer of store.peers.values()) {
    if (peer.hibernating && peer.region.peers.some((one) => one.storeId === storeId)) wake(peer)
  }
}
