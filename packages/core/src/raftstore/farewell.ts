/**
 * What a leader tells the peers that it removed: that they are out. Whoever waits for its first data, lags far behind, or
 * was not reached would not learn it from the log.
 *
 * Once is not enough. A peer that is awake misses its leader and asks around. One that sleeps misses nobody as long as its
 * stores give each other signs of life for other regions, and would stay until the slow check, ten minutes later: so it is
 * told again for a while, longer than a link can be cut without a store being missed.
 */
import { epochOf, findPeerById, type metapb } from "@reefkv/wire"
import type { Peer } from "./Peer.ts"
import type { StoreState } from "./StoreState.ts"
import { sendTombstone } from "./send.ts"

/** A store is missed after one and a half; the others are for messages that get lost. */
const farewellElectionTimeouts = 10

/** On the leader, right after its region lost members. */
export const beginFarewells = (store: StoreState, peer: Peer, before: metapb.Region): void => {
  const untilTick = store.tick + farewellElectionTimeouts * store.config.electionTicks
  const removed = before.peers.filter(({ id }) => findPeerById(peer.region, id) === undefined)
  peer.farewells = [...peer.farewells, ...removed.map((to) => ({ to, untilTick }))]
  for (const to of removed) sayFarewell(store, peer, to)
}

/** Every few ticks, whether the peer still leads or not. */
export const repeatFarewells = (store: StoreState, peer: Peer): void => {
  if (peer.farewells.length === 0) return
  peer.farewells = peer.farewells.filter(({ untilTick }) => store.tick <= untilTick)
  for (const { to } of peer.farewells) sayFarewell(store, peer, to)
}

const sayFarewell = (store: StoreState, peer: Peer, to: metapb.Peer): void =>
  sendTombstone(store, { id: peer.regionId, epoch: epochOf(peer.region), change: peer.lastChange }, peer.meta, to)
