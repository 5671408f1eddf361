/**
 * One region as its leader last reported it. Values are never changed: a heartbeat makes a new one, and all of its
 * fields were said by one leader in one heartbeat.
 */
import { metapb, type pdpb, type StoreId } from "@reefkv/wire"

export interface RegionInfo {
  readonly meta: metapb.Region
  /** Undefined until the first heartbeat after a restart, and for a region known from a split report only. */
  readonly leader: metapb.Peer | undefined
  /** 0 when not known. */
  readonly term: number
  readonly downPeers: ReadonlyArray<pdpb.PeerStats>
  readonly pendingPeers: ReadonlyArray<metapb.Peer>
  readonly approximateBytes: number
  readonly approximateKeys: number
  readonly bytesWritten: number
  readonly bytesRead: number
  readonly keysWritten: number
  readonly keysRead: number
  /** A heartbeat has been accepted since the scheduler started. */
  readonly reported: boolean
}

/** A region never heard of since the start: known from disk, from the bootstrap or from a split report. */
export const unreportedRegion = (meta: metapb.Region): RegionInfo => ({
  meta,
  leader: undefined,
  term: 0,
  downPeers: [],
  pendingPeers: [],
  approximateBytes: 0,
  approximateKeys: 0,
  bytesWritten: 0,
  bytesRead: 0,
  keysWritten: 0,
  keysRead: 0,
  reported: false
})

/** A message without an epoch is one of epoch 0, older than any real one. */
export const versionOf = (region: metapb.Region): number => region.regionEpoch?.version ?? 0
export const confVerOf = (region: metapb.Region): number => region.regionEpoch?.confVer ?? 0

export const peerOnStore = (region: metapb.Region, storeId: StoreId): metapb.Peer | undefined =>
  region.peers.find((peer) => peer.storeId === storeId)

export const isVoter = (peer: metapb.Peer): boolean =>
  peer.role === metapb.PeerRole.Voter || peer.role === metapb.PeerRole.IncomingVoter
export const isLearner = (peer: metapb.Peer): boolean => peer.role === metapb.PeerRole.Learner
/** A peer of a half-done joint change. */
export const isInJoint = (peer: metapb.Peer): boolean =>
  peer.role === metapb.PeerRole.IncomingVoter || peer.role === metapb.PeerRole.DemotingVoter

export const isPending = (region: RegionInfo, peerId: number): boolean =>
  region.pendingPeers.some((peer) => peer.id === peerId)
export const downSecondsOf = (region: RegionInfo, peerId: number): number | undefined =>
  region.downPeers.find((stats) => stats.peer?.id === peerId)?.downSeconds

/** Empty regions weigh this much in balance, or a cluster of few and small regions would never spread. */
export const regionScoreFloorBytes = 1024 * 1024
export const regionScoreOf = (region: RegionInfo): number => Math.max(region.approximateBytes, regionScoreFloorBytes)
