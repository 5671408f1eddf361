/**
 * Generated from proto/metapb.proto by `bun run generate`; do not edit.
 *
 * Cluster, store, region and peer: the nouns every other file points at.
 */

import type { Codec } from "../codec/Codec.ts"
import { EMPTY, type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"

export const StoreState = {
  Up: 0,
  Offline: 1,
  Tombstone: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type StoreState = (typeof StoreState)[keyof typeof StoreState] | (number & {})

export const NodeState = {
  Preparing: 0,
  Serving: 1,
  Removing: 2,
  Removed: 3
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type NodeState = (typeof NodeState)[keyof typeof NodeState] | (number & {})

export const PeerRole = {
  Voter: 0,
  Learner: 1,
  IncomingVoter: 2,
  DemotingVoter: 3
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type PeerRole = (typeof PeerRole)[keyof typeof PeerRole] | (number & {})

export interface Cluster {
  id: number
  maxPeerCount: number
}

function makeCluster(partial: Partial<Cluster> = {}): Cluster {
  return {
    id: partial.id ?? 0,
    maxPeerCount: partial.maxPeerCount ?? 0
  }
}

export function writeCluster(m: Cluster, w: Writer): void {
  if (m.maxPeerCount !== 0) {
    w.uint32(m.maxPeerCount)
    w.tag(16)
  }
  if (m.id !== 0) {
    w.uint53(m.id)
    w.tag(8)
  }
}

export function readCluster(r: Reader, end: number): Cluster {
  const m: Cluster = {
    id: 0,
    maxPeerCount: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.id = r.uint53()
        break
      case 16:
        m.maxPeerCount = r.uint32()
        break
      default:
        r.unknown(tag, "metapb.Cluster", [1, 2])
    }
  }
  return m
}

export const Cluster: Codec<Cluster> = {
  name: "metapb.Cluster",
  create: makeCluster,
  encode: writeCluster,
  decode: readCluster
}

export interface StoreLabel {
  key: string
  value: string
}

function makeStoreLabel(partial: Partial<StoreLabel> = {}): StoreLabel {
  return {
    key: partial.key ?? "",
    value: partial.value ?? ""
  }
}

export function writeStoreLabel(m: StoreLabel, w: Writer): void {
  if (m.value !== "") {
    w.string(m.value)
    w.tag(18)
  }
  if (m.key !== "") {
    w.string(m.key)
    w.tag(10)
  }
}

export function readStoreLabel(r: Reader, end: number): StoreLabel {
  const m: StoreLabel = {
    key: "",
    value: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.key = r.string()
        break
      case 18:
        m.value = r.string()
        break
      default:
        r.unknown(tag, "metapb.StoreLabel", [1, 2])
    }
  }
  return m
}

export const StoreLabel: Codec<StoreLabel> = {
  name: "metapb.StoreLabel",
  create: makeStoreLabel,
  encode: writeStoreLabel,
  decode: readStoreLabel
}

export interface Store {
  id: number
  address: string
  state: StoreState
  labels: StoreLabel[]
  version: string
  peerAddress: string
  statusAddress: string
  gitHash: string
  startTimestamp: number
  deployPath: string
  lastHeartbeat: bigint
  physicallyDestroyed: boolean
  /** Deprecated. */
  nodeState: NodeState
}

function makeStore(partial: Partial<Store> = {}): Store {
  return {
    id: partial.id ?? 0,
    address: partial.address ?? "",
    state: partial.state ?? 0,
    labels: partial.labels ?? [],
    version: partial.version ?? "",
    peerAddress: partial.peerAddress ?? "",
    statusAddress: partial.statusAddress ?? "",
    gitHash: partial.gitHash ?? "",
    startTimestamp: partial.startTimestamp ?? 0,
    deployPath: partial.deployPath ?? "",
    lastHeartbeat: partial.lastHeartbeat ?? 0n,
    physicallyDestroyed: partial.physicallyDestroyed ?? false,
    nodeState: partial.nodeState ?? 0
  }
}

export function writeStore(m: Store, w: Writer): void {
  if (m.nodeState !== 0) {
    w.int32(m.nodeState)
    w.tag(104)
  }
  if (m.physicallyDestroyed) {
    w.bool(m.physicallyDestroyed)
    w.tag(96)
  }
  if (m.lastHeartbeat !== 0n) {
    w.int64(m.lastHeartbeat)
    w.tag(88)
  }
  if (m.deployPath !== "") {
    w.string(m.deployPath)
    w.tag(82)
  }
  if (m.startTimestamp !== 0) {
    w.int53(m.startTimestamp)
    w.tag(72)
  }
  if (m.gitHash !== "") {
    w.string(m.gitHash)
    w.tag(66)
  }
  if (m.statusAddress !== "") {
    w.string(m.statusAddress)
    w.tag(58)
  }
  if (m.peerAddress !== "") {
    w.string(m.peerAddress)
    w.tag(50)
  }
  if (m.version !== "") {
    w.string(m.version)
    w.tag(42)
  }
  for (let i = m.labels.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeStoreLabel(m.labels[i]!, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.state !== 0) {
    w.int32(m.state)
    w.tag(24)
  }
  if (m.address !== "") {
    w.string(m.address)
    w.tag(18)
  }
  if (m.id !== 0) {
    w.uint53(m.id)
    w.tag(8)
  }
}

export function readStore(r: Reader, end: number): Store {
  const m: Store = {
    id: 0,
    address: "",
    state: 0,
    labels: [],
    version: "",
    peerAddress: "",
    statusAddress: "",
    gitHash: "",
    startTimestamp: 0,
    deployPath: "",
    lastHeartbeat: 0n,
    physicallyDestroyed: false,
    nodeState: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.id = r.uint53()
        break
      case 18:
        m.address = r.string()
        break
      case 24:
        m.state = r.int32()
        break
      case 34: {
        const to = r.enter()
        m.labels.push(readStoreLabel(r, to))
        r.leave(to)
        break
      }
      case 42:
        m.version = r.string()
        break
      case 50:
        m.peerAddress = r.string()
        break
      case 58:
        m.statusAddress = r.string()
        break
      case 66:
        m.gitHash = r.string()
        break
      case 72:
        m.startTimestamp = r.int53()
        break
      case 82:
        m.deployPath = r.string()
        break
      case 88:
        m.lastHeartbeat = r.int64()
        break
      case 96:
        m.physicallyDestroyed = r.bool()
        break
      case 104:
        m.nodeState = r.int32()
        break
      default:
        r.unknown(tag, "metapb.Store", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
    }
  }
  return m
}

export const Store: Codec<Store> = {
  name: "metapb.Store",
  create: makeStore,
  encode: writeStore,
  decode: readStore
}

export interface RegionEpoch {
  confVer: number
  version: number
}

function makeRegionEpoch(partial: Partial<RegionEpoch> = {}): RegionEpoch {
  return {
    confVer: partial.confVer ?? 0,
    version: partial.version ?? 0
  }
}

export function writeRegionEpoch(m: RegionEpoch, w: Writer): void {
  if (m.version !== 0) {
    w.uint53(m.version)
    w.tag(16)
  }
  if (m.confVer !== 0) {
    w.uint53(m.confVer)
    w.tag(8)
  }
}

export function readRegionEpoch(r: Reader, end: number): RegionEpoch {
  const m: RegionEpoch = {
    confVer: 0,
    version: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.confVer = r.uint53()
        break
      case 16:
        m.version = r.uint53()
        break
      default:
        r.unknown(tag, "metapb.RegionEpoch", [1, 2])
    }
  }
  return m
}

export const RegionEpoch: Codec<RegionEpoch> = {
  name: "metapb.RegionEpoch",
  create: makeRegionEpoch,
  encode: writeRegionEpoch,
  decode: readRegionEpoch
}

export interface BucketStats {
  readBytes: number[]
  writeBytes: number[]
  readQps: number[]
  writeQps: number[]
  readKeys: number[]
  writeKeys: number[]
}

function makeBucketStats(partial: Partial<BucketStats> = {}): BucketStats {
  return {
    readBytes: partial.readBytes ?? [],
    writeBytes: partial.writeBytes ?? [],
    readQps: partial.readQps ?? [],
    writeQps: partial.writeQps ?? [],
    readKeys: partial.readKeys ?? [],
    writeKeys: partial.writeKeys ?? []
  }
}

export function writeBucketStats(m: BucketStats, w: Writer): void {
  if (m.writeKeys.length > 0) {
    const list = w.mark()
    for (let i = m.writeKeys.length - 1; i >= 0; i--) w.uint53(m.writeKeys[i]!)
    w.lengthSince(list)
    w.tag(50)
  }
  if (m.readKeys.length > 0) {
    const list = w.mark()
    for (let i = m.readKeys.length - 1; i >= 0; i--) w.uint53(m.readKeys[i]!)
    w.lengthSince(list)
    w.tag(42)
  }
  if (m.writeQps.length > 0) {
    const list = w.mark()
    for (let i = m.writeQps.length - 1; i >= 0; i--) w.uint53(m.writeQps[i]!)
    w.lengthSince(list)
    w.tag(34)
  }
  if (m.readQps.length > 0) {
    const list = w.mark()
    for (let i = m.readQps.length - 1; i >= 0; i--) w.uint53(m.readQps[i]!)
    w.lengthSince(list)
    w.tag(26)
  }
  if (m.writeBytes.length > 0) {
    const list = w.mark()
    for (let i = m.writeBytes.length - 1; i >= 0; i--) w.uint53(m.writeBytes[i]!)
    w.lengthSince(list)
    w.tag(18)
  }
  if (m.readBytes.length > 0) {
    const list = w.mark()
    for (let i = m.readBytes.length - 1; i >= 0; i--) w.uint53(m.readBytes[i]!)
    w.lengthSince(list)
    w.tag(10)
  }
}

export function readBucketStats(r: Reader, end: number): BucketStats {
  const m: BucketStats = {
    readBytes: [],
    writeBytes: [],
    readQps: [],
    writeQps: [],
    readKeys: [],
    writeKeys: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.readBytes.push(r.uint53())
        break
      case 10: {
        const to = r.enterPacked()
        while (r.pos < to) m.readBytes.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 16:
        m.writeBytes.push(r.uint53())
        break
      case 18: {
        const to = r.enterPacked()
        while (r.pos < to) m.writeBytes.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 24:
        m.readQps.push(r.uint53())
        break
      case 26: {
        const to = r.enterPacked()
        while (r.pos < to) m.readQps.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 32:
        m.writeQps.push(r.uint53())
        break
      case 34: {
        const to = r.enterPacked()
        while (r.pos < to) m.writeQps.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 40:
        m.readKeys.push(r.uint53())
        break
      case 42: {
        const to = r.enterPacked()
        while (r.pos < to) m.readKeys.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 48:
        m.writeKeys.push(r.uint53())
        break
      case 50: {
        const to = r.enterPacked()
        while (r.pos < to) m.writeKeys.push(r.uint53())
        r.leavePacked(to)
        break
      }
      default:
        r.unknown(tag, "metapb.BucketStats", [1, 2, 3, 4, 5, 6])
    }
  }
  return m
}

export const BucketStats: Codec<BucketStats> = {
  name: "metapb.BucketStats",
  create: makeBucketStats,
  encode: writeBucketStats,
  decode: readBucketStats
}

export interface Buckets {
  regionId: number
  version: number
  keys: Uint8Array[]
  stats: BucketStats | undefined
  periodInMs: number
}

function makeBuckets(partial: Partial<Buckets> = {}): Buckets {
  return {
    regionId: partial.regionId ?? 0,
    version: partial.version ?? 0,
    keys: partial.keys ?? [],
    stats: partial.stats,
    periodInMs: partial.periodInMs ?? 0
  }
}

export function writeBuckets(m: Buckets, w: Writer): void {
  if (m.periodInMs !== 0) {
    w.uint53(m.periodInMs)
    w.tag(40)
  }
  if (m.stats !== undefined) {
    const start = w.mark()
    writeBucketStats(m.stats, w)
    w.lengthSince(start)
    w.tag(34)
  }
  for (let i = m.keys.length - 1; i >= 0; i--) {
    w.bytes(m.keys[i]!)
    w.tag(26)
  }
  if (m.version !== 0) {
    w.uint53(m.version)
    w.tag(16)
  }
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readBuckets(r: Reader, end: number): Buckets {
  const m: Buckets = {
    regionId: 0,
    version: 0,
    keys: [],
    stats: undefined,
    periodInMs: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      case 16:
        m.version = r.uint53()
        break
      case 26:
        m.keys.push(r.bytes())
        break
      case 34: {
        const to = r.enter()
        m.stats = readBucketStats(r, to)
        r.leave(to)
        break
      }
      case 40:
        m.periodInMs = r.uint53()
        break
      default:
        r.unknown(tag, "metapb.Buckets", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const Buckets: Codec<Buckets> = {
  name: "metapb.Buckets",
  create: makeBuckets,
  encode: writeBuckets,
  decode: readBuckets
}

export interface BucketMeta {
  version: number
  keys: Uint8Array[]
}

function makeBucketMeta(partial: Partial<BucketMeta> = {}): BucketMeta {
  return {
    version: partial.version ?? 0,
    keys: partial.keys ?? []
  }
}

export function writeBucketMeta(m: BucketMeta, w: Writer): void {
  for (let i = m.keys.length - 1; i >= 0; i--) {
    w.bytes(m.keys[i]!)
    w.tag(18)
  }
  if (m.version !== 0) {
    w.uint53(m.version)
    w.tag(8)
  }
}

export function readBucketMeta(r: Reader, end: number): BucketMeta {
  const m: BucketMeta = {
    version: 0,
    keys: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.version = r.uint53()
        break
      case 18:
        m.keys.push(r.bytes())
        break
      default:
        r.unknown(tag, "metapb.BucketMeta", [1, 2])
    }
  }
  return m
}

export const BucketMeta: Codec<BucketMeta> = {
  name: "metapb.BucketMeta",
  create: makeBucketMeta,
  encode: writeBucketMeta,
  decode: readBucketMeta
}

export interface Region {
  id: number
  startKey: Uint8Array
  endKey: Uint8Array
  regionEpoch: RegionEpoch | undefined
  peers: Peer[]
  isInFlashback: boolean
  flashbackStartTs: bigint
}

function makeRegion(partial: Partial<Region> = {}): Region {
  return {
    id: partial.id ?? 0,
    startKey: partial.startKey ?? EMPTY,
    endKey: partial.endKey ?? EMPTY,
    regionEpoch: partial.regionEpoch,
    peers: partial.peers ?? [],
    isInFlashback: partial.isInFlashback ?? false,
    flashbackStartTs: partial.flashbackStartTs ?? 0n
  }
}

export function writeRegion(m: Region, w: Writer): void {
  if (m.flashbackStartTs !== 0n) {
    w.uint64(m.flashbackStartTs)
    w.tag(64)
  }
  if (m.isInFlashback) {
    w.bool(m.isInFlashback)
    w.tag(56)
  }
  for (let i = m.peers.length - 1; i >= 0; i--) {
    const start = w.mark()
    writePeer(m.peers[i]!, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.regionEpoch !== undefined) {
    const start = w.mark()
    writeRegionEpoch(m.regionEpoch, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.endKey.length > 0) {
    w.bytes(m.endKey)
    w.tag(26)
  }
  if (m.startKey.length > 0) {
    w.bytes(m.startKey)
    w.tag(18)
  }
  if (m.id !== 0) {
    w.uint53(m.id)
    w.tag(8)
  }
}

export function readRegion(r: Reader, end: number): Region {
  const m: Region = {
    id: 0,
    startKey: EMPTY,
    endKey: EMPTY,
    regionEpoch: undefined,
    peers: [],
    isInFlashback: false,
    flashbackStartTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.id = r.uint53()
        break
      case 18:
        m.startKey = r.bytes()
        break
      case 26:
        m.endKey = r.bytes()
        break
      case 34: {
        const to = r.enter()
        m.regionEpoch = readRegionEpoch(r, to)
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.peers.push(readPeer(r, to))
        r.leave(to)
        break
      }
      case 56:
        m.isInFlashback = r.bool()
        break
      case 64:
        m.flashbackStartTs = r.uint64()
        break
      default:
        r.unknown(tag, "metapb.Region", [1, 2, 3, 4, 5, 7, 8])
    }
  }
  return m
}

export const Region: Codec<Region> = {
  name: "metapb.Region",
  create: makeRegion,
  encode: writeRegion,
  decode: readRegion
}

export interface Peer {
  id: number
  storeId: number
  role: PeerRole
  isWitness: boolean
}

function makePeer(partial: Partial<Peer> = {}): Peer {
  return {
    id: partial.id ?? 0,
    storeId: partial.storeId ?? 0,
    role: partial.role ?? 0,
    isWitness: partial.isWitness ?? false
  }
}

export function writePeer(m: Peer, w: Writer): void {
  if (m.isWitness) {
    w.bool(m.isWitness)
    w.tag(32)
  }
  if (m.role !== 0) {
    w.int32(m.role)
    w.tag(24)
  }
  if (m.storeId !== 0) {
    w.uint53(m.storeId)
    w.tag(16)
  }
  if (m.id !== 0) {
    w.uint53(m.id)
    w.tag(8)
  }
}

export function readPeer(r: Reader, end: number): Peer {
  const m: Peer = {
    id: 0,
    storeId: 0,
    role: 0,
    isWitness: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.id = r.uint53()
        break
      case 16:
        m.storeId = r.uint53()
        break
      case 24:
        m.role = r.int32()
        break
      case 32:
        m.isWitness = r.bool()
        break
      default:
        r.unknown(tag, "metapb.Peer", [1, 2, 3, 4])
    }
  }
  return m
}

export const Peer: Codec<Peer> = {
  name: "metapb.Peer",
  create: makePeer,
  encode: writePeer,
  decode: readPeer
}
