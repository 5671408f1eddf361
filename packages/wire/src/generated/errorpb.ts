/**
 * Generated from proto/errorpb.proto by `bun run generate`; do not edit.
 *
 * Region errors: why a store refused a request before running it.
 */

import type { Codec } from "../codec/Codec.ts"
import { EMPTY, type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"
import * as metapb from "./metapb.ts"

export interface NotLeader {
  regionId: number
  leader: metapb.Peer | undefined
}

function makeNotLeader(partial: Partial<NotLeader> = {}): NotLeader {
  return {
    regionId: partial.regionId ?? 0,
    leader: partial.leader
  }
}

export function writeNotLeader(m: NotLeader, w: Writer): void {
  if (m.leader !== undefined) {
    const start = w.mark()
    metapb.writePeer(m.leader, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readNotLeader(r: Reader, end: number): NotLeader {
  const m: NotLeader = {
    regionId: 0,
    leader: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      case 18: {
        const to = r.enter()
        m.leader = metapb.readPeer(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "errorpb.NotLeader", [1, 2])
    }
  }
  return m
}

export const NotLeader: Codec<NotLeader> = {
  name: "errorpb.NotLeader",
  create: makeNotLeader,
  encode: writeNotLeader,
  decode: readNotLeader
}

export interface IsWitness {
  regionId: number
}

function makeIsWitness(partial: Partial<IsWitness> = {}): IsWitness {
  return {
    regionId: partial.regionId ?? 0
  }
}

export function writeIsWitness(m: IsWitness, w: Writer): void {
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readIsWitness(r: Reader, end: number): IsWitness {
  const m: IsWitness = {
    regionId: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      default:
        r.unknown(tag, "errorpb.IsWitness", [1])
    }
  }
  return m
}

export const IsWitness: Codec<IsWitness> = {
  name: "errorpb.IsWitness",
  create: makeIsWitness,
  encode: writeIsWitness,
  decode: readIsWitness
}

export interface BucketVersionNotMatch {
  version: number
  keys: Uint8Array[]
}

function makeBucketVersionNotMatch(partial: Partial<BucketVersionNotMatch> = {}): BucketVersionNotMatch {
  return {
    version: partial.version ?? 0,
    keys: partial.keys ?? []
  }
}

export function writeBucketVersionNotMatch(m: BucketVersionNotMatch, w: Writer): void {
  for (let i = m.keys.length - 1; i >= 0; i--) {
    w.bytes(m.keys[i]!)
    w.tag(18)
  }
  if (m.version !== 0) {
    w.uint53(m.version)
    w.tag(8)
  }
}

export function readBucketVersionNotMatch(r: Reader, end: number): BucketVersionNotMatch {
  const m: BucketVersionNotMatch = {
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
        r.unknown(tag, "errorpb.BucketVersionNotMatch", [1, 2])
    }
  }
  return m
}

export const BucketVersionNotMatch: Codec<BucketVersionNotMatch> = {
  name: "errorpb.BucketVersionNotMatch",
  create: makeBucketVersionNotMatch,
  encode: writeBucketVersionNotMatch,
  decode: readBucketVersionNotMatch
}

export interface DiskFull {
  storeId: number[]
  reason: string
}

function makeDiskFull(partial: Partial<DiskFull> = {}): DiskFull {
  return {
    storeId: partial.storeId ?? [],
    reason: partial.reason ?? ""
  }
}

export function writeDiskFull(m: DiskFull, w: Writer): void {
  if (m.reason !== "") {
    w.string(m.reason)
    w.tag(18)
  }
  if (m.storeId.length > 0) {
    const list = w.mark()
    for (let i = m.storeId.length - 1; i >= 0; i--) w.uint53(m.storeId[i]!)
    w.lengthSince(list)
    w.tag(10)
  }
}

export function readDiskFull(r: Reader, end: number): DiskFull {
  const m: DiskFull = {
    storeId: [],
    reason: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.storeId.push(r.uint53())
        break
      case 10: {
        const to = r.enterPacked()
        while (r.pos < to) m.storeId.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 18:
        m.reason = r.string()
        break
      default:
        r.unknown(tag, "errorpb.DiskFull", [1, 2])
    }
  }
  return m
}

export const DiskFull: Codec<DiskFull> = {
  name: "errorpb.DiskFull",
  create: makeDiskFull,
  encode: writeDiskFull,
  decode: readDiskFull
}

export interface StoreNotMatch {
  requestStoreId: number
  actualStoreId: number
}

function makeStoreNotMatch(partial: Partial<StoreNotMatch> = {}): StoreNotMatch {
  return {
    requestStoreId: partial.requestStoreId ?? 0,
    actualStoreId: partial.actualStoreId ?? 0
  }
}

export function writeStoreNotMatch(m: StoreNotMatch, w: Writer): void {
  if (m.actualStoreId !== 0) {
    w.uint53(m.actualStoreId)
    w.tag(16)
  }
  if (m.requestStoreId !== 0) {
    w.uint53(m.requestStoreId)
    w.tag(8)
  }
}

export function readStoreNotMatch(r: Reader, end: number): StoreNotMatch {
  const m: StoreNotMatch = {
    requestStoreId: 0,
    actualStoreId: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.requestStoreId = r.uint53()
        break
      case 16:
        m.actualStoreId = r.uint53()
        break
      default:
        r.unknown(tag, "errorpb.StoreNotMatch", [1, 2])
    }
  }
  return m
}

export const StoreNotMatch: Codec<StoreNotMatch> = {
  name: "errorpb.StoreNotMatch",
  create: makeStoreNotMatch,
  encode: writeStoreNotMatch,
  decode: readStoreNotMatch
}

export interface RegionNotFound {
  regionId: number
}

function makeRegionNotFound(partial: Partial<RegionNotFound> = {}): RegionNotFound {
  return {
    regionId: partial.regionId ?? 0
  }
}

export function writeRegionNotFound(m: RegionNotFound, w: Writer): void {
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readRegionNotFound(r: Reader, end: number): RegionNotFound {
  const m: RegionNotFound = {
    regionId: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      default:
        r.unknown(tag, "errorpb.RegionNotFound", [1])
    }
  }
  return m
}

export const RegionNotFound: Codec<RegionNotFound> = {
  name: "errorpb.RegionNotFound",
  create: makeRegionNotFound,
  encode: writeRegionNotFound,
  decode: readRegionNotFound
}

export interface RegionNotInitialized {
  regionId: number
}

function makeRegionNotInitialized(partial: Partial<RegionNotInitialized> = {}): RegionNotInitialized {
  return {
    regionId: partial.regionId ?? 0
  }
}

export function writeRegionNotInitialized(m: RegionNotInitialized, w: Writer): void {
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readRegionNotInitialized(r: Reader, end: number): RegionNotInitialized {
  const m: RegionNotInitialized = {
    regionId: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      default:
        r.unknown(tag, "errorpb.RegionNotInitialized", [1])
    }
  }
  return m
}

export const RegionNotInitialized: Codec<RegionNotInitialized> = {
  name: "errorpb.RegionNotInitialized",
  create: makeRegionNotInitialized,
  encode: writeRegionNotInitialized,
  decode: readRegionNotInitialized
}

export interface KeyNotInRegion {
  key: Uint8Array
  regionId: number
  startKey: Uint8Array
  endKey: Uint8Array
}

function makeKeyNotInRegion(partial: Partial<KeyNotInRegion> = {}): KeyNotInRegion {
  return {
    key: partial.key ?? EMPTY,
    regionId: partial.regionId ?? 0,
    startKey: partial.startKey ?? EMPTY,
    endKey: partial.endKey ?? EMPTY
  }
}

export function writeKeyNotInRegion(m: KeyNotInRegion, w: Writer): void {
  if (m.endKey.length > 0) {
    w.bytes(m.endKey)
    w.tag(34)
  }
  if (m.startKey.length > 0) {
    w.bytes(m.startKey)
    w.tag(26)
  }
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(16)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(10)
  }
}

export function readKeyNotInRegion(r: Reader, end: number): KeyNotInRegion {
  const m: KeyNotInRegion = {
    key: EMPTY,
    regionId: 0,
    startKey: EMPTY,
    endKey: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.key = r.bytes()
        break
      case 16:
        m.regionId = r.uint53()
        break
      case 26:
        m.startKey = r.bytes()
        break
      case 34:
        m.endKey = r.bytes()
        break
      default:
        r.unknown(tag, "errorpb.KeyNotInRegion", [1, 2, 3, 4])
    }
  }
  return m
}

export const KeyNotInRegion: Codec<KeyNotInRegion> = {
  name: "errorpb.KeyNotInRegion",
  create: makeKeyNotInRegion,
  encode: writeKeyNotInRegion,
  decode: readKeyNotInRegion
}

export interface EpochNotMatch {
  currentRegions: metapb.Region[]
}

function makeEpochNotMatch(partial: Partial<EpochNotMatch> = {}): EpochNotMatch {
  return {
    currentRegions: partial.currentRegions ?? []
  }
}

export function writeEpochNotMatch(m: EpochNotMatch, w: Writer): void {
  for (let i = m.currentRegions.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writeRegion(m.currentRegions[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readEpochNotMatch(r: Reader, end: number): EpochNotMatch {
  const m: EpochNotMatch = {
    currentRegions: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.currentRegions.push(metapb.readRegion(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "errorpb.EpochNotMatch", [1])
    }
  }
  return m
}

export const EpochNotMatch: Codec<EpochNotMatch> = {
  name: "errorpb.EpochNotMatch",
  create: makeEpochNotMatch,
  encode: writeEpochNotMatch,
  decode: readEpochNotMatch
}

export interface ServerIsBusy {
  reason: string
  backoffMs: number
  estimatedWaitMs: number
  appliedIndex: number
}

function makeServerIsBusy(partial: Partial<ServerIsBusy> = {}): ServerIsBusy {
  return {
    reason: partial.reason ?? "",
    backoffMs: partial.backoffMs ?? 0,
    estimatedWaitMs: partial.estimatedWaitMs ?? 0,
    appliedIndex: partial.appliedIndex ?? 0
  }
}

export function writeServerIsBusy(m: ServerIsBusy, w: Writer): void {
  if (m.appliedIndex !== 0) {
    w.uint53(m.appliedIndex)
    w.tag(32)
  }
  if (m.estimatedWaitMs !== 0) {
    w.uint32(m.estimatedWaitMs)
    w.tag(24)
  }
  if (m.backoffMs !== 0) {
    w.uint53(m.backoffMs)
    w.tag(16)
  }
  if (m.reason !== "") {
    w.string(m.reason)
    w.tag(10)
  }
}

export function readServerIsBusy(r: Reader, end: number): ServerIsBusy {
  const m: ServerIsBusy = {
    reason: "",
    backoffMs: 0,
    estimatedWaitMs: 0,
    appliedIndex: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.reason = r.string()
        break
      case 16:
        m.backoffMs = r.uint53()
        break
      case 24:
        m.estimatedWaitMs = r.uint32()
        break
      case 32:
        m.appliedIndex = r.uint53()
        break
      default:
        r.unknown(tag, "errorpb.ServerIsBusy", [1, 2, 3, 4])
    }
  }
  return m
}

export const ServerIsBusy: Codec<ServerIsBusy> = {
  name: "errorpb.ServerIsBusy",
  create: makeServerIsBusy,
  encode: writeServerIsBusy,
  decode: readServerIsBusy
}

export interface StaleCommand {}

function makeStaleCommand(_partial?: Partial<StaleCommand>): StaleCommand {
  return {}
}

export function writeStaleCommand(_m: StaleCommand, _w: Writer): void {}

export function readStaleCommand(r: Reader, end: number): StaleCommand {
  const m: StaleCommand = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "errorpb.StaleCommand", [])
  }
  return m
}

export const StaleCommand: Codec<StaleCommand> = {
  name: "errorpb.StaleCommand",
  create: makeStaleCommand,
  encode: writeStaleCommand,
  decode: readStaleCommand
}

export interface RaftEntryTooLarge {
  regionId: number
  entrySize: number
}

function makeRaftEntryTooLarge(partial: Partial<RaftEntryTooLarge> = {}): RaftEntryTooLarge {
  return {
    regionId: partial.regionId ?? 0,
    entrySize: partial.entrySize ?? 0
  }
}

export function writeRaftEntryTooLarge(m: RaftEntryTooLarge, w: Writer): void {
  if (m.entrySize !== 0) {
    w.uint53(m.entrySize)
    w.tag(16)
  }
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readRaftEntryTooLarge(r: Reader, end: number): RaftEntryTooLarge {
  const m: RaftEntryTooLarge = {
    regionId: 0,
    entrySize: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      case 16:
        m.entrySize = r.uint53()
        break
      default:
        r.unknown(tag, "errorpb.RaftEntryTooLarge", [1, 2])
    }
  }
  return m
}

export const RaftEntryTooLarge: Codec<RaftEntryTooLarge> = {
  name: "errorpb.RaftEntryTooLarge",
  create: makeRaftEntryTooLarge,
  encode: writeRaftEntryTooLarge,
  decode: readRaftEntryTooLarge
}

export interface MaxTimestampNotSynced {}

function makeMaxTimestampNotSynced(_partial?: Partial<MaxTimestampNotSynced>): MaxTimestampNotSynced {
  return {}
}

export function writeMaxTimestampNotSynced(_m: MaxTimestampNotSynced, _w: Writer): void {}

export function readMaxTimestampNotSynced(r: Reader, end: number): MaxTimestampNotSynced {
  const m: MaxTimestampNotSynced = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "errorpb.MaxTimestampNotSynced", [])
  }
  return m
}

export const MaxTimestampNotSynced: Codec<MaxTimestampNotSynced> = {
  name: "errorpb.MaxTimestampNotSynced",
  create: makeMaxTimestampNotSynced,
  encode: writeMaxTimestampNotSynced,
  decode: readMaxTimestampNotSynced
}

export interface ReadIndexNotReady {
  reason: string
  regionId: number
}

function makeReadIndexNotReady(partial: Partial<ReadIndexNotReady> = {}): ReadIndexNotReady {
  return {
    reason: partial.reason ?? "",
    regionId: partial.regionId ?? 0
  }
}

export function writeReadIndexNotReady(m: ReadIndexNotReady, w: Writer): void {
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(16)
  }
  if (m.reason !== "") {
    w.string(m.reason)
    w.tag(10)
  }
}

export function readReadIndexNotReady(r: Reader, end: number): ReadIndexNotReady {
  const m: ReadIndexNotReady = {
    reason: "",
    regionId: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.reason = r.string()
        break
      case 16:
        m.regionId = r.uint53()
        break
      default:
        r.unknown(tag, "errorpb.ReadIndexNotReady", [1, 2])
    }
  }
  return m
}

export const ReadIndexNotReady: Codec<ReadIndexNotReady> = {
  name: "errorpb.ReadIndexNotReady",
  create: makeReadIndexNotReady,
  encode: writeReadIndexNotReady,
  decode: readReadIndexNotReady
}

export interface ProposalInMergingMode {
  regionId: number
}

function makeProposalInMergingMode(partial: Partial<ProposalInMergingMode> = {}): ProposalInMergingMode {
  return {
    regionId: partial.regionId ?? 0
  }
}

export function writeProposalInMergingMode(m: ProposalInMergingMode, w: Writer): void {
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readProposalInMergingMode(r: Reader, end: number): ProposalInMergingMode {
  const m: ProposalInMergingMode = {
    regionId: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      default:
        r.unknown(tag, "errorpb.ProposalInMergingMode", [1])
    }
  }
  return m
}

export const ProposalInMergingMode: Codec<ProposalInMergingMode> = {
  name: "errorpb.ProposalInMergingMode",
  create: makeProposalInMergingMode,
  encode: writeProposalInMergingMode,
  decode: readProposalInMergingMode
}

export interface DataIsNotReady {
  regionId: number
  peerId: number
  safeTs: bigint
}

function makeDataIsNotReady(partial: Partial<DataIsNotReady> = {}): DataIsNotReady {
  return {
    regionId: partial.regionId ?? 0,
    peerId: partial.peerId ?? 0,
    safeTs: partial.safeTs ?? 0n
  }
}

export function writeDataIsNotReady(m: DataIsNotReady, w: Writer): void {
  if (m.safeTs !== 0n) {
    w.uint64(m.safeTs)
    w.tag(24)
  }
  if (m.peerId !== 0) {
    w.uint53(m.peerId)
    w.tag(16)
  }
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readDataIsNotReady(r: Reader, end: number): DataIsNotReady {
  const m: DataIsNotReady = {
    regionId: 0,
    peerId: 0,
    safeTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      case 16:
        m.peerId = r.uint53()
        break
      case 24:
        m.safeTs = r.uint64()
        break
      default:
        r.unknown(tag, "errorpb.DataIsNotReady", [1, 2, 3])
    }
  }
  return m
}

export const DataIsNotReady: Codec<DataIsNotReady> = {
  name: "errorpb.DataIsNotReady",
  create: makeDataIsNotReady,
  encode: writeDataIsNotReady,
  decode: readDataIsNotReady
}

export interface RecoveryInProgress {
  regionId: number
}

function makeRecoveryInProgress(partial: Partial<RecoveryInProgress> = {}): RecoveryInProgress {
  return {
    regionId: partial.regionId ?? 0
  }
}

export function writeRecoveryInProgress(m: RecoveryInProgress, w: Writer): void {
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readRecoveryInProgress(r: Reader, end: number): RecoveryInProgress {
  const m: RecoveryInProgress = {
    regionId: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      default:
        r.unknown(tag, "errorpb.RecoveryInProgress", [1])
    }
  }
  return m
}

export const RecoveryInProgress: Codec<RecoveryInProgress> = {
  name: "errorpb.RecoveryInProgress",
  create: makeRecoveryInProgress,
  encode: writeRecoveryInProgress,
  decode: readRecoveryInProgress
}

export interface FlashbackInProgress {
  regionId: number
  flashbackStartTs: bigint
}

function makeFlashbackInProgress(partial: Partial<FlashbackInProgress> = {}): FlashbackInProgress {
  return {
    regionId: partial.regionId ?? 0,
    flashbackStartTs: partial.flashbackStartTs ?? 0n
  }
}

export function writeFlashbackInProgress(m: FlashbackInProgress, w: Writer): void {
  if (m.flashbackStartTs !== 0n) {
    w.uint64(m.flashbackStartTs)
    w.tag(16)
  }
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readFlashbackInProgress(r: Reader, end: number): FlashbackInProgress {
  const m: FlashbackInProgress = {
    regionId: 0,
    flashbackStartTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      case 16:
        m.flashbackStartTs = r.uint64()
        break
      default:
        r.unknown(tag, "errorpb.FlashbackInProgress", [1, 2])
    }
  }
  return m
}

export const FlashbackInProgress: Codec<FlashbackInProgress> = {
  name: "errorpb.FlashbackInProgress",
  create: makeFlashbackInProgress,
  encode: writeFlashbackInProgress,
  decode: readFlashbackInProgress
}

export interface FlashbackNotPrepared {
  regionId: number
}

function makeFlashbackNotPrepared(partial: Partial<FlashbackNotPrepared> = {}): FlashbackNotPrepared {
  return {
    regionId: partial.regionId ?? 0
  }
}

export function writeFlashbackNotPrepared(m: FlashbackNotPrepared, w: Writer): void {
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readFlashbackNotPrepared(r: Reader, end: number): FlashbackNotPrepared {
  const m: FlashbackNotPrepared = {
    regionId: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      default:
        r.unknown(tag, "errorpb.FlashbackNotPrepared", [1])
    }
  }
  return m
}

export const FlashbackNotPrepared: Codec<FlashbackNotPrepared> = {
  name: "errorpb.FlashbackNotPrepared",
  create: makeFlashbackNotPrepared,
  encode: writeFlashbackNotPrepared,
  decode: readFlashbackNotPrepared
}

export interface MismatchPeerId {
  requestPeerId: number
  storePeerId: number
}

function makeMismatchPeerId(partial: Partial<MismatchPeerId> = {}): MismatchPeerId {
  return {
    requestPeerId: partial.requestPeerId ?? 0,
    storePeerId: partial.storePeerId ?? 0
  }
}

export function writeMismatchPeerId(m: MismatchPeerId, w: Writer): void {
  if (m.storePeerId !== 0) {
    w.uint53(m.storePeerId)
    w.tag(16)
  }
  if (m.requestPeerId !== 0) {
    w.uint53(m.requestPeerId)
    w.tag(8)
  }
}

export function readMismatchPeerId(r: Reader, end: number): MismatchPeerId {
  const m: MismatchPeerId = {
    requestPeerId: 0,
    storePeerId: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.requestPeerId = r.uint53()
        break
      case 16:
        m.storePeerId = r.uint53()
        break
      default:
        r.unknown(tag, "errorpb.MismatchPeerId", [1, 2])
    }
  }
  return m
}

export const MismatchPeerId: Codec<MismatchPeerId> = {
  name: "errorpb.MismatchPeerId",
  create: makeMismatchPeerId,
  encode: writeMismatchPeerId,
  decode: readMismatchPeerId
}

export interface UndeterminedResult {
  message: string
}

function makeUndeterminedResult(partial: Partial<UndeterminedResult> = {}): UndeterminedResult {
  return {
    message: partial.message ?? ""
  }
}

export function writeUndeterminedResult(m: UndeterminedResult, w: Writer): void {
  if (m.message !== "") {
    w.string(m.message)
    w.tag(10)
  }
}

export function readUndeterminedResult(r: Reader, end: number): UndeterminedResult {
  const m: UndeterminedResult = {
    message: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.message = r.string()
        break
      default:
        r.unknown(tag, "errorpb.UndeterminedResult", [1])
    }
  }
  return m
}

export const UndeterminedResult: Codec<UndeterminedResult> = {
  name: "errorpb.UndeterminedResult",
  create: makeUndeterminedResult,
  encode: writeUndeterminedResult,
  decode: readUndeterminedResult
}

export interface Error {
  message: string
  notLeader: NotLeader | undefined
  regionNotFound: RegionNotFound | undefined
  keyNotInRegion: KeyNotInRegion | undefined
  epochNotMatch: EpochNotMatch | undefined
  serverIsBusy: ServerIsBusy | undefined
  staleCommand: StaleCommand | undefined
  storeNotMatch: StoreNotMatch | undefined
  raftEntryTooLarge: RaftEntryTooLarge | undefined
  maxTimestampNotSynced: MaxTimestampNotSynced | undefined
  readIndexNotReady: ReadIndexNotReady | undefined
  proposalInMergingMode: ProposalInMergingMode | undefined
  dataIsNotReady: DataIsNotReady | undefined
  regionNotInitialized: RegionNotInitialized | undefined
  diskFull: DiskFull | undefined
  recoveryInProgress: RecoveryInProgress | undefined
  flashbackInProgress: FlashbackInProgress | undefined
  flashbackNotPrepared: FlashbackNotPrepared | undefined
  isWitness: IsWitness | undefined
  mismatchPeerId: MismatchPeerId | undefined
  bucketVersionNotMatch: BucketVersionNotMatch | undefined
  undeterminedResult: UndeterminedResult | undefined
}

function makeError(partial: Partial<Error> = {}): Error {
  return {
    message: partial.message ?? "",
    notLeader: partial.notLeader,
    regionNotFound: partial.regionNotFound,
    keyNotInRegion: partial.keyNotInRegion,
    epochNotMatch: partial.epochNotMatch,
    serverIsBusy: partial.serverIsBusy,
    staleCommand: partial.staleCommand,
    storeNotMatch: partial.storeNotMatch,
    raftEntryTooLarge: partial.raftEntryTooLarge,
    maxTimestampNotSynced: partial.maxTimestampNotSynced,
    readIndexNotReady: partial.readIndexNotReady,
    proposalInMergingMode: partial.proposalInMergingMode,
    dataIsNotReady: partial.dataIsNotReady,
    regionNotInitialized: partial.regionNotInitialized,
    diskFull: partial.diskFull,
    recoveryInProgress: partial.recoveryInProgress,
    flashbackInProgress: partial.flashbackInProgress,
    flashbackNotPrepared: partial.flashbackNotPrepared,
    isWitness: partial.isWitness,
    mismatchPeerId: partial.mismatchPeerId,
    bucketVersionNotMatch: partial.bucketVersionNotMatch,
    undeterminedResult: partial.undeterminedResult
  }
}

export function writeError(m: Error, w: Writer): void {
  if (m.undeterminedResult !== undefined) {
    const start = w.mark()
    writeUndeterminedResult(m.undeterminedResult, w)
    w.lengthSince(start)
    w.tag(178)
  }
  if (m.bucketVersionNotMatch !== undefined) {
    const start = w.mark()
    writeBucketVersionNotMatch(m.bucketVersionNotMatch, w)
    w.lengthSince(start)
    w.tag(170)
  }
  if (m.mismatchPeerId !== undefined) {
    const start = w.mark()
    writeMismatchPeerId(m.mismatchPeerId, w)
    w.lengthSince(start)
    w.tag(162)
  }
  if (m.isWitness !== undefined) {
    const start = w.mark()
    writeIsWitness(m.isWitness, w)
    w.lengthSince(start)
    w.tag(154)
  }
  if (m.flashbackNotPrepared !== undefined) {
    const start = w.mark()
    writeFlashbackNotPrepared(m.flashbackNotPrepared, w)
    w.lengthSince(start)
    w.tag(146)
  }
  if (m.flashbackInProgress !== undefined) {
    const start = w.mark()
    writeFlashbackInProgress(m.flashbackInProgress, w)
    w.lengthSince(start)
    w.tag(138)
  }
  if (m.recoveryInProgress !== undefined) {
    const start = w.mark()
    writeRecoveryInProgress(m.recoveryInProgress, w)
    w.lengthSince(start)
    w.tag(130)
  }
  if (m.diskFull !== undefined) {
    const start = w.mark()
    writeDiskFull(m.diskFull, w)
    w.lengthSince(start)
    w.tag(122)
  }
  if (m.regionNotInitialized !== undefined) {
    const start = w.mark()
    writeRegionNotInitialized(m.regionNotInitialized, w)
    w.lengthSince(start)
    w.tag(114)
  }
  if (m.dataIsNotReady !== undefined) {
    const start = w.mark()
    writeDataIsNotReady(m.dataIsNotReady, w)
    w.lengthSince(start)
    w.tag(106)
  }
  if (m.proposalInMergingMode !== undefined) {
    const start = w.mark()
    writeProposalInMergingMode(m.proposalInMergingMode, w)
    w.lengthSince(start)
    w.tag(98)
  }
  if (m.readIndexNotReady !== undefined) {
    const start = w.mark()
    writeReadIndexNotReady(m.readIndexNotReady, w)
    w.lengthSince(start)
    w.tag(90)
  }
  if (m.maxTimestampNotSynced !== undefined) {
    const start = w.mark()
    writeMaxTimestampNotSynced(m.maxTimestampNotSynced, w)
    w.lengthSince(start)
    w.tag(82)
  }
  if (m.raftEntryTooLarge !== undefined) {
    const start = w.mark()
    writeRaftEntryTooLarge(m.raftEntryTooLarge, w)
    w.lengthSince(start)
    w.tag(74)
  }
  if (m.storeNotMatch !== undefined) {
    const start = w.mark()
    writeStoreNotMatch(m.storeNotMatch, w)
    w.lengthSince(start)
    w.tag(66)
  }
  if (m.staleCommand !== undefined) {
    const start = w.mark()
    writeStaleCommand(m.staleCommand, w)
    w.lengthSince(start)
    w.tag(58)
  }
  if (m.serverIsBusy !== undefined) {
    const start = w.mark()
    writeServerIsBusy(m.serverIsBusy, w)
    w.lengthSince(start)
    w.tag(50)
  }
  if (m.epochNotMatch !== undefined) {
    const start = w.mark()
    writeEpochNotMatch(m.epochNotMatch, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.keyNotInRegion !== undefined) {
    const start = w.mark()
    writeKeyNotInRegion(m.keyNotInRegion, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.regionNotFound !== undefined) {
    const start = w.mark()
    writeRegionNotFound(m.regionNotFound, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.notLeader !== undefined) {
    const start = w.mark()
    writeNotLeader(m.notLeader, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.message !== "") {
    w.string(m.message)
    w.tag(10)
  }
}

export function readError(r: Reader, end: number): Error {
  const m: Error = {
    message: "",
    notLeader: undefined,
    regionNotFound: undefined,
    keyNotInRegion: undefined,
    epochNotMatch: undefined,
    serverIsBusy: undefined,
    staleCommand: undefined,
    storeNotMatch: undefined,
    raftEntryTooLarge: undefined,
    maxTimestampNotSynced: undefined,
    readIndexNotReady: undefined,
    proposalInMergingMode: undefined,
    dataIsNotReady: undefined,
    regionNotInitialized: undefined,
    diskFull: undefined,
    recoveryInProgress: undefined,
    flashbackInProgress: undefined,
    flashbackNotPrepared: undefined,
    isWitness: undefined,
    mismatchPeerId: undefined,
    bucketVersionNotMatch: undefined,
    undeterminedResult: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.message = r.string()
        break
      case 18: {
        const to = r.enter()
        m.notLeader = readNotLeader(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.regionNotFound = readRegionNotFound(r, to)
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.keyNotInRegion = readKeyNotInRegion(r, to)
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.epochNotMatch = readEpochNotMatch(r, to)
        r.leave(to)
        break
      }
      case 50: {
        const to = r.enter()
        m.serverIsBusy = readServerIsBusy(r, to)
        r.leave(to)
        break
      }
      case 58: {
        const to = r.enter()
        m.staleCommand = readStaleCommand(r, to)
        r.leave(to)
        break
      }
      case 66: {
        const to = r.enter()
        m.storeNotMatch = readStoreNotMatch(r, to)
        r.leave(to)
        break
      }
      case 74: {
        const to = r.enter()
        m.raftEntryTooLarge = readRaftEntryTooLarge(r, to)
        r.leave(to)
        break
      }
      case 82: {
        const to = r.enter()
        m.maxTimestampNotSynced = readMaxTimestampNotSynced(r, to)
        r.leave(to)
        break
      }
      case 90: {
        const to = r.enter()
        m.readIndexNotReady = readReadIndexNotReady(r, to)
        r.leave(to)
        break
      }
      case 98: {
        const to = r.enter()
        m.proposalInMergingMode = readProposalInMergingMode(r, to)
        r.leave(to)
        break
      }
      case 106: {
        const to = r.enter()
        m.dataIsNotReady = readDataIsNotReady(r, to)
        r.leave(to)
        break
      }
      case 114: {
        const to = r.enter()
        m.regionNotInitialized = readRegionNotInitialized(r, to)
        r.leave(to)
        break
      }
      case 122: {
        const to = r.enter()
        m.diskFull = readDiskFull(r, to)
        r.leave(to)
        break
      }
      case 130: {
        const to = r.enter()
        m.recoveryInProgress = readRecoveryInProgress(r, to)
        r.leave(to)
        break
      }
      case 138: {
        const to = r.enter()
        m.flashbackInProgress = readFlashbackInProgress(r, to)
        r.leave(to)
        break
      }
      case 146: {
        const to = r.enter()
        m.flashbackNotPrepared = readFlashbackNotPrepared(r, to)
        r.leave(to)
        break
      }
      case 154: {
        const to = r.enter()
        m.isWitness = readIsWitness(r, to)
        r.leave(to)
        break
      }
      case 162: {
        const to = r.enter()
        m.mismatchPeerId = readMismatchPeerId(r, to)
        r.leave(to)
        break
      }
      case 170: {
        const to = r.enter()
        m.bucketVersionNotMatch = readBucketVersionNotMatch(r, to)
        r.leave(to)
        break
      }
      case 178: {
        const to = r.enter()
        m.undeterminedResult = readUndeterminedResult(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "errorpb.Error", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22])
    }
  }
  return m
}

export const Error: Codec<Error> = {
  name: "errorpb.Error",
  create: makeError,
  encode: writeError,
  decode: readError
}
