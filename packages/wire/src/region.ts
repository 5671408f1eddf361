/**
 * Small pure questions about metapb.Region. A region's range is `[startKey, endKey)` in the form of region bounds (see
 * keys/codec.ts); an empty end is +∞. Its epoch has two numbers that change independently: `version` for the range,
 * `confVer` for the membership.
 */
import { type Peer, PeerRole, type Region, type RegionEpoch } from "./generated/metapb.ts"
import type { PeerId, StoreId } from "./ids.ts"
import { keyInRange, printable, rangesOverlap } from "./keys/bytes.ts"

/** The epoch of a region as every stored region has it. Throws if it is missing: such a region must not be kept. */
export function epochOf(region: Region): RegionEpoch {
  if (region.regionEpoch === undefined) throw new Error(`region ${region.id} has no epoch`)
  return region.regionEpoch
}

/** A deep copy that shares nothing with the input, in particular not the frame its keys were decoded from. */
export function cloneRegion(region: Region): Region {
  return {
    ...region,
    startKey: region.startKey.slice(),
    endKey: region.endKey.slice(),
    regionEpoch: region.regionEpoch === undefined ? undefined : { ...region.regionEpoch },
    peers: region.peers.map((peer) => ({ ...peer }))
  }
}

/** Freezes the region, its epoch and its peers in place, so that it can be shared; keys are not frozen. */
export function freezeRegion(region: Region): Region {
  if (region.regionEpoch !== undefined) Object.freeze(region.regionEpoch)
  for (const peer of region.peers) Object.freeze(peer)
  Object.freeze(region.peers)
  return Object.freeze(region)
}

/** The region's peer on a store, if it has one there. */
export function findPeer(region: Region, storeId: StoreId): Peer | undefined {
  for (const peer of region.peers) if (peer.storeId === storeId) return peer
  return undefined
}

export function findPeerById(region: Region, peerId: PeerId): Peer | undefined {
  for (const peer of region.peers) if (peer.id === peerId) return peer
  return undefined
}

export function isLearner(peer: Peer): boolean {
  return peer.role === PeerRole.Learner
}

/** Whether the peer votes in either half of a joint configuration, or in the only one. */
export function isVoter(peer: Peer): boolean {
  return peer.role !== PeerRole.Learner
}

/** Whether the membership is joint: some peer is on its way in or out. */
export function isInJointState(region: Region): boolean {
  return region.peers.some((peer) => peer.role === PeerRole.IncomingVoter || peer.role === PeerRole.DemotingVoter)
}

/** Whether `key`, in the form of region bounds, lies in the region. */
export function regionContains(region: Region, key: Uint8Array): boolean {
  return keyInRange(key, region.startKey, region.endKey)
}

export function overlaps(a: Region, b: Region): boolean {
  return rangesOverlap(a.startKey, a.endKey, b.startKey, b.endKey)
}

/** Whether `epoch` is older than `than` in either number. Two epochs can each be stale against the other. */
export function isEpochStale(epoch: RegionEpoch, than: RegionEpoch): boolean {
  return epoch.version < than.version || epoch.confVer < than.confVer
}

export function sameEpoch(a: RegionEpoch, b: RegionEpoch): boolean {
  return a.version === b.version && a.confVer === b.confVer
}

/** `v3/c2`: range version 3, configuration version 2. */
export function formatEpoch(epoch: RegionEpoch | undefined): string {
  return epoch === undefined ? "v?/c?" : `v${epoch.version}/c${epoch.confVer}`
}

/** `12@3`: peer 12 on store 3; `(learner)` and the like behind when it is no plain voter. */
export function formatPeer(peer: Peer | undefined): string {
  if (peer === undefined) return "none"
  const role = ROLE_NAMES[peer.role] ?? `role ${peer.role}`
  return `${peer.id}@${peer.storeId}${role === "" ? "" : ` (${role})`}`
}

const ROLE_NAMES: { readonly [role: number]: string } = {
  [PeerRole.Voter]: "",
  [PeerRole.Learner]: "learner",
  [PeerRole.IncomingVoter]: "incoming voter",
  [PeerRole.DemotingVoter]: "demoting voter"
}

/** `[a, b)`, with `-∞` and `+∞` for open ends. */
export function formatRange(startKey: Uint8Array, endKey: Uint8Array): string {
  const start = startKey.length === 0 ? "-∞" : printable(startKey)
  return `[${start}, ${endKey.length === 0 ? "+∞" : printable(endKey)})`
}

/** `region 5 [a, b) v3/c2`. */
export function formatRegion(region: Region): string {
  return `region ${region.id} ${formatRange(region.startKey, region.endKey)} ${formatEpoch(region.regionEpoch)}`
}
