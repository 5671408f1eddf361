/**
 * Generated from proto/kvrpcpb.proto by `bun run generate`; do not edit.
 *
 * Raw and transactional requests and responses of a store.
 */

import type { Codec } from "../codec/Codec.ts"
import { EMPTY, type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"
import * as apipb from "./apipb.ts"
import * as deadlock from "./deadlock.ts"
import * as errorpb from "./errorpb.ts"
import * as metapb from "./metapb.ts"
import * as tracepb from "./tracepb.ts"

export const PessimisticLockWakeUpMode = {
  WakeUpModeNormal: 0,
  WakeUpModeForceLock: 1
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type PessimisticLockWakeUpMode = (typeof PessimisticLockWakeUpMode)[keyof typeof PessimisticLockWakeUpMode] | (number & {})

export const PessimisticLockKeyResultType = {
  LockResultNormal: 0,
  LockResultLockedWithConflict: 1,
  LockResultFailed: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type PessimisticLockKeyResultType = (typeof PessimisticLockKeyResultType)[keyof typeof PessimisticLockKeyResultType] | (number & {})

export const CommitRole = {
  Unknown: 0,
  Primary: 1,
  Secondary: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type CommitRole = (typeof CommitRole)[keyof typeof CommitRole] | (number & {})

export const RequestOrigin = {
  RequestOriginUnknown: 0,
  RequestOriginTiDB: 1
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type RequestOrigin = (typeof RequestOrigin)[keyof typeof RequestOrigin] | (number & {})

export const APIVersion = {
  V1: 0,
  V1TTL: 1,
  V2: 2,
  V3: 3
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type APIVersion = (typeof APIVersion)[keyof typeof APIVersion] | (number & {})

export const CommandPri = {
  Normal: 0,
  Low: 1,
  High: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type CommandPri = (typeof CommandPri)[keyof typeof CommandPri] | (number & {})

export const IsolationLevel = {
  SI: 0,
  RC: 1,
  RCCheckTS: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type IsolationLevel = (typeof IsolationLevel)[keyof typeof IsolationLevel] | (number & {})

export const DiskFullOpt = {
  NotAllowedOnFull: 0,
  AllowedOnAlmostFull: 1,
  AllowedOnAlreadyFull: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type DiskFullOpt = (typeof DiskFullOpt)[keyof typeof DiskFullOpt] | (number & {})

export const Op = {
  Put: 0,
  Del: 1,
  Lock: 2,
  Rollback: 3,
  Insert: 4,
  PessimisticLock: 5,
  CheckNotExists: 6,
  SharedLock: 7,
  SharedPessimisticLock: 8
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type Op = (typeof Op)[keyof typeof Op] | (number & {})

export const Assertion = {
  None: 0,
  Exist: 1,
  NotExist: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type Assertion = (typeof Assertion)[keyof typeof Assertion] | (number & {})

export const AssertionLevel = {
  Off: 0,
  Fast: 1,
  Strict: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type AssertionLevel = (typeof AssertionLevel)[keyof typeof AssertionLevel] | (number & {})

export const Action = {
  NoAction: 0,
  TTLExpireRollback: 1,
  LockNotExistRollback: 2,
  MinCommitTSPushed: 3,
  TTLExpirePessimisticRollback: 4,
  LockNotExistDoNothing: 5
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type Action = (typeof Action)[keyof typeof Action] | (number & {})

export const ExtraOp = {
  Noop: 0,
  ReadOldValue: 1
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type ExtraOp = (typeof ExtraOp)[keyof typeof ExtraOp] | (number & {})

export const ChecksumAlgorithm = {
  Crc64_Xor: 0
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type ChecksumAlgorithm = (typeof ChecksumAlgorithm)[keyof typeof ChecksumAlgorithm] | (number & {})

export const PrewriteRequest_PessimisticAction = {
  /** Deprecated. */
  SKIP_PESSIMISTIC_CHECK: 0,
  DO_PESSIMISTIC_CHECK: 1,
  DO_CONSTRAINT_CHECK: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type PrewriteRequest_PessimisticAction = (typeof PrewriteRequest_PessimisticAction)[keyof typeof PrewriteRequest_PessimisticAction] | (number & {})

export const WriteConflict_Reason = {
  Unknown: 0,
  Optimistic: 1,
  PessimisticRetry: 2,
  SelfRolledBack: 3,
  RcCheckTs: 4,
  /** Deprecated. */
  LazyUniquenessCheck: 5,
  NotLockedKeyConflict: 6
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type WriteConflict_Reason = (typeof WriteConflict_Reason)[keyof typeof WriteConflict_Reason] | (number & {})

export const LockUpgradeConflict_Reason = {
  Unknown: 0,
  DuplicateInFlight: 1,
  SecondUpgrader: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type LockUpgradeConflict_Reason = (typeof LockUpgradeConflict_Reason)[keyof typeof LockUpgradeConflict_Reason] | (number & {})

export interface GetRequest {
  context: Context | undefined
  key: Uint8Array
  version: bigint
  needCommitTs: boolean
}

function makeGetRequest(partial: Partial<GetRequest> = {}): GetRequest {
  return {
    context: partial.context,
    key: partial.key ?? EMPTY,
    version: partial.version ?? 0n,
    needCommitTs: partial.needCommitTs ?? false
  }
}

export function writeGetRequest(m: GetRequest, w: Writer): void {
  if (m.needCommitTs) {
    w.bool(m.needCommitTs)
    w.tag(32)
  }
  if (m.version !== 0n) {
    w.uint64(m.version)
    w.tag(24)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetRequest(r: Reader, end: number): GetRequest {
  const m: GetRequest = {
    context: undefined,
    key: EMPTY,
    version: 0n,
    needCommitTs: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.key = r.bytes()
        break
      case 24:
        m.version = r.uint64()
        break
      case 32:
        m.needCommitTs = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.GetRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const GetRequest: Codec<GetRequest> = {
  name: "kvrpcpb.GetRequest",
  create: makeGetRequest,
  encode: writeGetRequest,
  decode: readGetRequest
}

export interface GetResponse {
  regionError: errorpb.Error | undefined
  error: KeyError | undefined
  value: Uint8Array
  notFound: boolean
  execDetailsV2: ExecDetailsV2 | undefined
  commitTs: bigint
}

function makeGetResponse(partial: Partial<GetResponse> = {}): GetResponse {
  return {
    regionError: partial.regionError,
    error: partial.error,
    value: partial.value ?? EMPTY,
    notFound: partial.notFound ?? false,
    execDetailsV2: partial.execDetailsV2,
    commitTs: partial.commitTs ?? 0n
  }
}

export function writeGetResponse(m: GetResponse, w: Writer): void {
  if (m.commitTs !== 0n) {
    w.uint64(m.commitTs)
    w.tag(56)
  }
  if (m.execDetailsV2 !== undefined) {
    const start = w.mark()
    writeExecDetailsV2(m.execDetailsV2, w)
    w.lengthSince(start)
    w.tag(50)
  }
  if (m.notFound) {
    w.bool(m.notFound)
    w.tag(32)
  }
  if (m.value.length > 0) {
    w.bytes(m.value)
    w.tag(26)
  }
  if (m.error !== undefined) {
    const start = w.mark()
    writeKeyError(m.error, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetResponse(r: Reader, end: number): GetResponse {
  const m: GetResponse = {
    regionError: undefined,
    error: undefined,
    value: EMPTY,
    notFound: false,
    execDetailsV2: undefined,
    commitTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.error = readKeyError(r, to)
        r.leave(to)
        break
      }
      case 26:
        m.value = r.bytes()
        break
      case 32:
        m.notFound = r.bool()
        break
      case 50: {
        const to = r.enter()
        m.execDetailsV2 = readExecDetailsV2(r, to)
        r.leave(to)
        break
      }
      case 56:
        m.commitTs = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.GetResponse", [1, 2, 3, 4, 6, 7])
    }
  }
  return m
}

export const GetResponse: Codec<GetResponse> = {
  name: "kvrpcpb.GetResponse",
  create: makeGetResponse,
  encode: writeGetResponse,
  decode: readGetResponse
}

export interface ScanRequest {
  context: Context | undefined
  startKey: Uint8Array
  limit: number
  version: bigint
  keyOnly: boolean
  reverse: boolean
  endKey: Uint8Array
  sampleStep: number
}

function makeScanRequest(partial: Partial<ScanRequest> = {}): ScanRequest {
  return {
    context: partial.context,
    startKey: partial.startKey ?? EMPTY,
    limit: partial.limit ?? 0,
    version: partial.version ?? 0n,
    keyOnly: partial.keyOnly ?? false,
    reverse: partial.reverse ?? false,
    endKey: partial.endKey ?? EMPTY,
    sampleStep: partial.sampleStep ?? 0
  }
}

export function writeScanRequest(m: ScanRequest, w: Writer): void {
  if (m.sampleStep !== 0) {
    w.uint32(m.sampleStep)
    w.tag(64)
  }
  if (m.endKey.length > 0) {
    w.bytes(m.endKey)
    w.tag(58)
  }
  if (m.reverse) {
    w.bool(m.reverse)
    w.tag(48)
  }
  if (m.keyOnly) {
    w.bool(m.keyOnly)
    w.tag(40)
  }
  if (m.version !== 0n) {
    w.uint64(m.version)
    w.tag(32)
  }
  if (m.limit !== 0) {
    w.uint32(m.limit)
    w.tag(24)
  }
  if (m.startKey.length > 0) {
    w.bytes(m.startKey)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readScanRequest(r: Reader, end: number): ScanRequest {
  const m: ScanRequest = {
    context: undefined,
    startKey: EMPTY,
    limit: 0,
    version: 0n,
    keyOnly: false,
    reverse: false,
    endKey: EMPTY,
    sampleStep: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.startKey = r.bytes()
        break
      case 24:
        m.limit = r.uint32()
        break
      case 32:
        m.version = r.uint64()
        break
      case 40:
        m.keyOnly = r.bool()
        break
      case 48:
        m.reverse = r.bool()
        break
      case 58:
        m.endKey = r.bytes()
        break
      case 64:
        m.sampleStep = r.uint32()
        break
      default:
        r.unknown(tag, "kvrpcpb.ScanRequest", [1, 2, 3, 4, 5, 6, 7, 8])
    }
  }
  return m
}

export const ScanRequest: Codec<ScanRequest> = {
  name: "kvrpcpb.ScanRequest",
  create: makeScanRequest,
  encode: writeScanRequest,
  decode: readScanRequest
}

export interface ScanResponse {
  regionError: errorpb.Error | undefined
  pairs: KvPair[]
  error: KeyError | undefined
}

function makeScanResponse(partial: Partial<ScanResponse> = {}): ScanResponse {
  return {
    regionError: partial.regionError,
    pairs: partial.pairs ?? [],
    error: partial.error
  }
}

export function writeScanResponse(m: ScanResponse, w: Writer): void {
  if (m.error !== undefined) {
    const start = w.mark()
    writeKeyError(m.error, w)
    w.lengthSince(start)
    w.tag(26)
  }
  for (let i = m.pairs.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKvPair(m.pairs[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readScanResponse(r: Reader, end: number): ScanResponse {
  const m: ScanResponse = {
    regionError: undefined,
    pairs: [],
    error: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.pairs.push(readKvPair(r, to))
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.error = readKeyError(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.ScanResponse", [1, 2, 3])
    }
  }
  return m
}

export const ScanResponse: Codec<ScanResponse> = {
  name: "kvrpcpb.ScanResponse",
  create: makeScanResponse,
  encode: writeScanResponse,
  decode: readScanResponse
}

export interface PrewriteRequest {
  context: Context | undefined
  mutations: Mutation[]
  primaryLock: Uint8Array
  startVersion: bigint
  lockTtl: number
  skipConstraintCheck: boolean
  pessimisticActions: PrewriteRequest_PessimisticAction[]
  txnSize: bigint
  forUpdateTs: bigint
  minCommitTs: bigint
  useAsyncCommit: boolean
  secondaries: Uint8Array[]
  tryOnePc: boolean
  maxCommitTs: bigint
  assertionLevel: AssertionLevel
  forUpdateTsConstraints: PrewriteRequest_ForUpdateTSConstraint[]
  txnFileChunks: bigint[]
}

function makePrewriteRequest(partial: Partial<PrewriteRequest> = {}): PrewriteRequest {
  return {
    context: partial.context,
    mutations: partial.mutations ?? [],
    primaryLock: partial.primaryLock ?? EMPTY,
    startVersion: partial.startVersion ?? 0n,
    lockTtl: partial.lockTtl ?? 0,
    skipConstraintCheck: partial.skipConstraintCheck ?? false,
    pessimisticActions: partial.pessimisticActions ?? [],
    txnSize: partial.txnSize ?? 0n,
    forUpdateTs: partial.forUpdateTs ?? 0n,
    minCommitTs: partial.minCommitTs ?? 0n,
    useAsyncCommit: partial.useAsyncCommit ?? false,
    secondaries: partial.secondaries ?? [],
    tryOnePc: partial.tryOnePc ?? false,
    maxCommitTs: partial.maxCommitTs ?? 0n,
    assertionLevel: partial.assertionLevel ?? 0,
    forUpdateTsConstraints: partial.forUpdateTsConstraints ?? [],
    txnFileChunks: partial.txnFileChunks ?? []
  }
}

export function writePrewriteRequest(m: PrewriteRequest, w: Writer): void {
  if (m.txnFileChunks.length > 0) {
    const list = w.mark()
    for (let i = m.txnFileChunks.length - 1; i >= 0; i--) w.uint64(m.txnFileChunks[i]!)
    w.lengthSince(list)
    w.tag(802)
  }
  for (let i = m.forUpdateTsConstraints.length - 1; i >= 0; i--) {
    const start = w.mark()
    writePrewriteRequest_ForUpdateTSConstraint(m.forUpdateTsConstraints[i]!, w)
    w.lengthSince(start)
    w.tag(130)
  }
  if (m.assertionLevel !== 0) {
    w.int32(m.assertionLevel)
    w.tag(120)
  }
  if (m.maxCommitTs !== 0n) {
    w.uint64(m.maxCommitTs)
    w.tag(112)
  }
  if (m.tryOnePc) {
    w.bool(m.tryOnePc)
    w.tag(104)
  }
  for (let i = m.secondaries.length - 1; i >= 0; i--) {
    w.bytes(m.secondaries[i]!)
    w.tag(98)
  }
  if (m.useAsyncCommit) {
    w.bool(m.useAsyncCommit)
    w.tag(88)
  }
  if (m.minCommitTs !== 0n) {
    w.uint64(m.minCommitTs)
    w.tag(80)
  }
  if (m.forUpdateTs !== 0n) {
    w.uint64(m.forUpdateTs)
    w.tag(72)
  }
  if (m.txnSize !== 0n) {
    w.uint64(m.txnSize)
    w.tag(64)
  }
  if (m.pessimisticActions.length > 0) {
    const list = w.mark()
    for (let i = m.pessimisticActions.length - 1; i >= 0; i--) w.int32(m.pessimisticActions[i]!)
    w.lengthSince(list)
    w.tag(58)
  }
  if (m.skipConstraintCheck) {
    w.bool(m.skipConstraintCheck)
    w.tag(48)
  }
  if (m.lockTtl !== 0) {
    w.uint53(m.lockTtl)
    w.tag(40)
  }
  if (m.startVersion !== 0n) {
    w.uint64(m.startVersion)
    w.tag(32)
  }
  if (m.primaryLock.length > 0) {
    w.bytes(m.primaryLock)
    w.tag(26)
  }
  for (let i = m.mutations.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeMutation(m.mutations[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readPrewriteRequest(r: Reader, end: number): PrewriteRequest {
  const m: PrewriteRequest = {
    context: undefined,
    mutations: [],
    primaryLock: EMPTY,
    startVersion: 0n,
    lockTtl: 0,
    skipConstraintCheck: false,
    pessimisticActions: [],
    txnSize: 0n,
    forUpdateTs: 0n,
    minCommitTs: 0n,
    useAsyncCommit: false,
    secondaries: [],
    tryOnePc: false,
    maxCommitTs: 0n,
    assertionLevel: 0,
    forUpdateTsConstraints: [],
    txnFileChunks: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.mutations.push(readMutation(r, to))
        r.leave(to)
        break
      }
      case 26:
        m.primaryLock = r.bytes()
        break
      case 32:
        m.startVersion = r.uint64()
        break
      case 40:
        m.lockTtl = r.uint53()
        break
      case 48:
        m.skipConstraintCheck = r.bool()
        break
      case 56:
        m.pessimisticActions.push(r.int32())
        break
      case 58: {
        const to = r.enterPacked()
        while (r.pos < to) m.pessimisticActions.push(r.int32())
        r.leavePacked(to)
        break
      }
      case 64:
        m.txnSize = r.uint64()
        break
      case 72:
        m.forUpdateTs = r.uint64()
        break
      case 80:
        m.minCommitTs = r.uint64()
        break
      case 88:
        m.useAsyncCommit = r.bool()
        break
      case 98:
        m.secondaries.push(r.bytes())
        break
      case 104:
        m.tryOnePc = r.bool()
        break
      case 112:
        m.maxCommitTs = r.uint64()
        break
      case 120:
        m.assertionLevel = r.int32()
        break
      case 130: {
        const to = r.enter()
        m.forUpdateTsConstraints.push(readPrewriteRequest_ForUpdateTSConstraint(r, to))
        r.leave(to)
        break
      }
      case 800:
        m.txnFileChunks.push(r.uint64())
        break
      case 802: {
        const to = r.enterPacked()
        while (r.pos < to) m.txnFileChunks.push(r.uint64())
        r.leavePacked(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.PrewriteRequest", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 100])
    }
  }
  return m
}

export const PrewriteRequest: Codec<PrewriteRequest> = {
  name: "kvrpcpb.PrewriteRequest",
  create: makePrewriteRequest,
  encode: writePrewriteRequest,
  decode: readPrewriteRequest
}

export interface PrewriteRequest_ForUpdateTSConstraint {
  index: number
  expectedForUpdateTs: bigint
}

function makePrewriteRequest_ForUpdateTSConstraint(partial: Partial<PrewriteRequest_ForUpdateTSConstraint> = {}): PrewriteRequest_ForUpdateTSConstraint {
  return {
    index: partial.index ?? 0,
    expectedForUpdateTs: partial.expectedForUpdateTs ?? 0n
  }
}

export function writePrewriteRequest_ForUpdateTSConstraint(m: PrewriteRequest_ForUpdateTSConstraint, w: Writer): void {
  if (m.expectedForUpdateTs !== 0n) {
    w.uint64(m.expectedForUpdateTs)
    w.tag(16)
  }
  if (m.index !== 0) {
    w.uint32(m.index)
    w.tag(8)
  }
}

export function readPrewriteRequest_ForUpdateTSConstraint(r: Reader, end: number): PrewriteRequest_ForUpdateTSConstraint {
  const m: PrewriteRequest_ForUpdateTSConstraint = {
    index: 0,
    expectedForUpdateTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.index = r.uint32()
        break
      case 16:
        m.expectedForUpdateTs = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.PrewriteRequest.ForUpdateTSConstraint", [1, 2])
    }
  }
  return m
}

export const PrewriteRequest_ForUpdateTSConstraint: Codec<PrewriteRequest_ForUpdateTSConstraint> = {
  name: "kvrpcpb.PrewriteRequest.ForUpdateTSConstraint",
  create: makePrewriteRequest_ForUpdateTSConstraint,
  encode: writePrewriteRequest_ForUpdateTSConstraint,
  decode: readPrewriteRequest_ForUpdateTSConstraint
}

export interface PrewriteResponse {
  regionError: errorpb.Error | undefined
  errors: KeyError[]
  minCommitTs: bigint
  onePcCommitTs: bigint
  execDetailsV2: ExecDetailsV2 | undefined
}

function makePrewriteResponse(partial: Partial<PrewriteResponse> = {}): PrewriteResponse {
  return {
    regionError: partial.regionError,
    errors: partial.errors ?? [],
    minCommitTs: partial.minCommitTs ?? 0n,
    onePcCommitTs: partial.onePcCommitTs ?? 0n,
    execDetailsV2: partial.execDetailsV2
  }
}

export function writePrewriteResponse(m: PrewriteResponse, w: Writer): void {
  if (m.execDetailsV2 !== undefined) {
    const start = w.mark()
    writeExecDetailsV2(m.execDetailsV2, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.onePcCommitTs !== 0n) {
    w.uint64(m.onePcCommitTs)
    w.tag(32)
  }
  if (m.minCommitTs !== 0n) {
    w.uint64(m.minCommitTs)
    w.tag(24)
  }
  for (let i = m.errors.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKeyError(m.errors[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readPrewriteResponse(r: Reader, end: number): PrewriteResponse {
  const m: PrewriteResponse = {
    regionError: undefined,
    errors: [],
    minCommitTs: 0n,
    onePcCommitTs: 0n,
    execDetailsV2: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.errors.push(readKeyError(r, to))
        r.leave(to)
        break
      }
      case 24:
        m.minCommitTs = r.uint64()
        break
      case 32:
        m.onePcCommitTs = r.uint64()
        break
      case 42: {
        const to = r.enter()
        m.execDetailsV2 = readExecDetailsV2(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.PrewriteResponse", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const PrewriteResponse: Codec<PrewriteResponse> = {
  name: "kvrpcpb.PrewriteResponse",
  create: makePrewriteResponse,
  encode: writePrewriteResponse,
  decode: readPrewriteResponse
}

export interface PessimisticLockRequest {
  context: Context | undefined
  mutations: Mutation[]
  primaryLock: Uint8Array
  startVersion: bigint
  lockTtl: number
  forUpdateTs: bigint
  isFirstLock: boolean
  waitTimeout: bigint
  /** @deprecated */
  force: boolean
  returnValues: boolean
  minCommitTs: bigint
  checkExistence: boolean
  lockOnlyIfExists: boolean
  wakeUpMode: PessimisticLockWakeUpMode
}

function makePessimisticLockRequest(partial: Partial<PessimisticLockRequest> = {}): PessimisticLockRequest {
  return {
    context: partial.context,
    mutations: partial.mutations ?? [],
    primaryLock: partial.primaryLock ?? EMPTY,
    startVersion: partial.startVersion ?? 0n,
    lockTtl: partial.lockTtl ?? 0,
    forUpdateTs: partial.forUpdateTs ?? 0n,
    isFirstLock: partial.isFirstLock ?? false,
    waitTimeout: partial.waitTimeout ?? 0n,
    force: partial.force ?? false,
    returnValues: partial.returnValues ?? false,
    minCommitTs: partial.minCommitTs ?? 0n,
    checkExistence: partial.checkExistence ?? false,
    lockOnlyIfExists: partial.lockOnlyIfExists ?? false,
    wakeUpMode: partial.wakeUpMode ?? 0
  }
}

export function writePessimisticLockRequest(m: PessimisticLockRequest, w: Writer): void {
  if (m.wakeUpMode !== 0) {
    w.int32(m.wakeUpMode)
    w.tag(112)
  }
  if (m.lockOnlyIfExists) {
    w.bool(m.lockOnlyIfExists)
    w.tag(104)
  }
  if (m.checkExistence) {
    w.bool(m.checkExistence)
    w.tag(96)
  }
  if (m.minCommitTs !== 0n) {
    w.uint64(m.minCommitTs)
    w.tag(88)
  }
  if (m.returnValues) {
    w.bool(m.returnValues)
    w.tag(80)
  }
  if (m.force) {
    w.bool(m.force)
    w.tag(72)
  }
  if (m.waitTimeout !== 0n) {
    w.int64(m.waitTimeout)
    w.tag(64)
  }
  if (m.isFirstLock) {
    w.bool(m.isFirstLock)
    w.tag(56)
  }
  if (m.forUpdateTs !== 0n) {
    w.uint64(m.forUpdateTs)
    w.tag(48)
  }
  if (m.lockTtl !== 0) {
    w.uint53(m.lockTtl)
    w.tag(40)
  }
  if (m.startVersion !== 0n) {
    w.uint64(m.startVersion)
    w.tag(32)
  }
  if (m.primaryLock.length > 0) {
    w.bytes(m.primaryLock)
    w.tag(26)
  }
  for (let i = m.mutations.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeMutation(m.mutations[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readPessimisticLockRequest(r: Reader, end: number): PessimisticLockRequest {
  const m: PessimisticLockRequest = {
    context: undefined,
    mutations: [],
    primaryLock: EMPTY,
    startVersion: 0n,
    lockTtl: 0,
    forUpdateTs: 0n,
    isFirstLock: false,
    waitTimeout: 0n,
    force: false,
    returnValues: false,
    minCommitTs: 0n,
    checkExistence: false,
    lockOnlyIfExists: false,
    wakeUpMode: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.mutations.push(readMutation(r, to))
        r.leave(to)
        break
      }
      case 26:
        m.primaryLock = r.bytes()
        break
      case 32:
        m.startVersion = r.uint64()
        break
      case 40:
        m.lockTtl = r.uint53()
        break
      case 48:
        m.forUpdateTs = r.uint64()
        break
      case 56:
        m.isFirstLock = r.bool()
        break
      case 64:
        m.waitTimeout = r.int64()
        break
      case 72:
        m.force = r.bool()
        break
      case 80:
        m.returnValues = r.bool()
        break
      case 88:
        m.minCommitTs = r.uint64()
        break
      case 96:
        m.checkExistence = r.bool()
        break
      case 104:
        m.lockOnlyIfExists = r.bool()
        break
      case 112:
        m.wakeUpMode = r.int32()
        break
      default:
        r.unknown(tag, "kvrpcpb.PessimisticLockRequest", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
    }
  }
  return m
}

export const PessimisticLockRequest: Codec<PessimisticLockRequest> = {
  name: "kvrpcpb.PessimisticLockRequest",
  create: makePessimisticLockRequest,
  encode: writePessimisticLockRequest,
  decode: readPessimisticLockRequest
}

export interface PessimisticLockKeyResult {
  type: PessimisticLockKeyResultType
  value: Uint8Array
  existence: boolean
  lockedWithConflictTs: bigint
  skipResolvingLock: boolean
}

function makePessimisticLockKeyResult(partial: Partial<PessimisticLockKeyResult> = {}): PessimisticLockKeyResult {
  return {
    type: partial.type ?? 0,
    value: partial.value ?? EMPTY,
    existence: partial.existence ?? false,
    lockedWithConflictTs: partial.lockedWithConflictTs ?? 0n,
    skipResolvingLock: partial.skipResolvingLock ?? false
  }
}

export function writePessimisticLockKeyResult(m: PessimisticLockKeyResult, w: Writer): void {
  if (m.skipResolvingLock) {
    w.bool(m.skipResolvingLock)
    w.tag(88)
  }
  if (m.lockedWithConflictTs !== 0n) {
    w.uint64(m.lockedWithConflictTs)
    w.tag(32)
  }
  if (m.existence) {
    w.bool(m.existence)
    w.tag(24)
  }
  if (m.value.length > 0) {
    w.bytes(m.value)
    w.tag(18)
  }
  if (m.type !== 0) {
    w.int32(m.type)
    w.tag(8)
  }
}

export function readPessimisticLockKeyResult(r: Reader, end: number): PessimisticLockKeyResult {
  const m: PessimisticLockKeyResult = {
    type: 0,
    value: EMPTY,
    existence: false,
    lockedWithConflictTs: 0n,
    skipResolvingLock: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.type = r.int32()
        break
      case 18:
        m.value = r.bytes()
        break
      case 24:
        m.existence = r.bool()
        break
      case 32:
        m.lockedWithConflictTs = r.uint64()
        break
      case 88:
        m.skipResolvingLock = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.PessimisticLockKeyResult", [1, 2, 3, 4, 11])
    }
  }
  return m
}

export const PessimisticLockKeyResult: Codec<PessimisticLockKeyResult> = {
  name: "kvrpcpb.PessimisticLockKeyResult",
  create: makePessimisticLockKeyResult,
  encode: writePessimisticLockKeyResult,
  decode: readPessimisticLockKeyResult
}

export interface PessimisticLockResponse {
  regionError: errorpb.Error | undefined
  errors: KeyError[]
  /** @deprecated */
  commitTs: bigint
  /** @deprecated */
  value: Uint8Array
  values: Uint8Array[]
  notFounds: boolean[]
  execDetailsV2: ExecDetailsV2 | undefined
  results: PessimisticLockKeyResult[]
}

function makePessimisticLockResponse(partial: Partial<PessimisticLockResponse> = {}): PessimisticLockResponse {
  return {
    regionError: partial.regionError,
    errors: partial.errors ?? [],
    commitTs: partial.commitTs ?? 0n,
    value: partial.value ?? EMPTY,
    values: partial.values ?? [],
    notFounds: partial.notFounds ?? [],
    execDetailsV2: partial.execDetailsV2,
    results: partial.results ?? []
  }
}

export function writePessimisticLockResponse(m: PessimisticLockResponse, w: Writer): void {
  for (let i = m.results.length - 1; i >= 0; i--) {
    const start = w.mark()
    writePessimisticLockKeyResult(m.results[i]!, w)
    w.lengthSince(start)
    w.tag(66)
  }
  if (m.execDetailsV2 !== undefined) {
    const start = w.mark()
    writeExecDetailsV2(m.execDetailsV2, w)
    w.lengthSince(start)
    w.tag(58)
  }
  if (m.notFounds.length > 0) {
    const list = w.mark()
    for (let i = m.notFounds.length - 1; i >= 0; i--) w.bool(m.notFounds[i]!)
    w.lengthSince(list)
    w.tag(50)
  }
  for (let i = m.values.length - 1; i >= 0; i--) {
    w.bytes(m.values[i]!)
    w.tag(42)
  }
  if (m.value.length > 0) {
    w.bytes(m.value)
    w.tag(34)
  }
  if (m.commitTs !== 0n) {
    w.uint64(m.commitTs)
    w.tag(24)
  }
  for (let i = m.errors.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKeyError(m.errors[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readPessimisticLockResponse(r: Reader, end: number): PessimisticLockResponse {
  const m: PessimisticLockResponse = {
    regionError: undefined,
    errors: [],
    commitTs: 0n,
    value: EMPTY,
    values: [],
    notFounds: [],
    execDetailsV2: undefined,
    results: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.errors.push(readKeyError(r, to))
        r.leave(to)
        break
      }
      case 24:
        m.commitTs = r.uint64()
        break
      case 34:
        m.value = r.bytes()
        break
      case 42:
        m.values.push(r.bytes())
        break
      case 48:
        m.notFounds.push(r.bool())
        break
      case 50: {
        const to = r.enterPacked()
        while (r.pos < to) m.notFounds.push(r.bool())
        r.leavePacked(to)
        break
      }
      case 58: {
        const to = r.enter()
        m.execDetailsV2 = readExecDetailsV2(r, to)
        r.leave(to)
        break
      }
      case 66: {
        const to = r.enter()
        m.results.push(readPessimisticLockKeyResult(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.PessimisticLockResponse", [1, 2, 3, 4, 5, 6, 7, 8])
    }
  }
  return m
}

export const PessimisticLockResponse: Codec<PessimisticLockResponse> = {
  name: "kvrpcpb.PessimisticLockResponse",
  create: makePessimisticLockResponse,
  encode: writePessimisticLockResponse,
  decode: readPessimisticLockResponse
}

export interface PessimisticRollbackRequest {
  context: Context | undefined
  startVersion: bigint
  forUpdateTs: bigint
  keys: Uint8Array[]
}

function makePessimisticRollbackRequest(partial: Partial<PessimisticRollbackRequest> = {}): PessimisticRollbackRequest {
  return {
    context: partial.context,
    startVersion: partial.startVersion ?? 0n,
    forUpdateTs: partial.forUpdateTs ?? 0n,
    keys: partial.keys ?? []
  }
}

export function writePessimisticRollbackRequest(m: PessimisticRollbackRequest, w: Writer): void {
  for (let i = m.keys.length - 1; i >= 0; i--) {
    w.bytes(m.keys[i]!)
    w.tag(34)
  }
  if (m.forUpdateTs !== 0n) {
    w.uint64(m.forUpdateTs)
    w.tag(24)
  }
  if (m.startVersion !== 0n) {
    w.uint64(m.startVersion)
    w.tag(16)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readPessimisticRollbackRequest(r: Reader, end: number): PessimisticRollbackRequest {
  const m: PessimisticRollbackRequest = {
    context: undefined,
    startVersion: 0n,
    forUpdateTs: 0n,
    keys: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.startVersion = r.uint64()
        break
      case 24:
        m.forUpdateTs = r.uint64()
        break
      case 34:
        m.keys.push(r.bytes())
        break
      default:
        r.unknown(tag, "kvrpcpb.PessimisticRollbackRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const PessimisticRollbackRequest: Codec<PessimisticRollbackRequest> = {
  name: "kvrpcpb.PessimisticRollbackRequest",
  create: makePessimisticRollbackRequest,
  encode: writePessimisticRollbackRequest,
  decode: readPessimisticRollbackRequest
}

export interface PessimisticRollbackResponse {
  regionError: errorpb.Error | undefined
  errors: KeyError[]
  execDetailsV2: ExecDetailsV2 | undefined
}

function makePessimisticRollbackResponse(partial: Partial<PessimisticRollbackResponse> = {}): PessimisticRollbackResponse {
  return {
    regionError: partial.regionError,
    errors: partial.errors ?? [],
    execDetailsV2: partial.execDetailsV2
  }
}

export function writePessimisticRollbackResponse(m: PessimisticRollbackResponse, w: Writer): void {
  if (m.execDetailsV2 !== undefined) {
    const start = w.mark()
    writeExecDetailsV2(m.execDetailsV2, w)
    w.lengthSince(start)
    w.tag(26)
  }
  for (let i = m.errors.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKeyError(m.errors[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readPessimisticRollbackResponse(r: Reader, end: number): PessimisticRollbackResponse {
  const m: PessimisticRollbackResponse = {
    regionError: undefined,
    errors: [],
    execDetailsV2: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.errors.push(readKeyError(r, to))
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.execDetailsV2 = readExecDetailsV2(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.PessimisticRollbackResponse", [1, 2, 3])
    }
  }
  return m
}

export const PessimisticRollbackResponse: Codec<PessimisticRollbackResponse> = {
  name: "kvrpcpb.PessimisticRollbackResponse",
  create: makePessimisticRollbackResponse,
  encode: writePessimisticRollbackResponse,
  decode: readPessimisticRollbackResponse
}

export interface TxnHeartBeatRequest {
  context: Context | undefined
  primaryLock: Uint8Array
  startVersion: bigint
  adviseLockTtl: number
  minCommitTs: bigint
  isTxnFile: boolean
}

function makeTxnHeartBeatRequest(partial: Partial<TxnHeartBeatRequest> = {}): TxnHeartBeatRequest {
  return {
    context: partial.context,
    primaryLock: partial.primaryLock ?? EMPTY,
    startVersion: partial.startVersion ?? 0n,
    adviseLockTtl: partial.adviseLockTtl ?? 0,
    minCommitTs: partial.minCommitTs ?? 0n,
    isTxnFile: partial.isTxnFile ?? false
  }
}

export function writeTxnHeartBeatRequest(m: TxnHeartBeatRequest, w: Writer): void {
  if (m.isTxnFile) {
    w.bool(m.isTxnFile)
    w.tag(800)
  }
  if (m.minCommitTs !== 0n) {
    w.uint64(m.minCommitTs)
    w.tag(40)
  }
  if (m.adviseLockTtl !== 0) {
    w.uint53(m.adviseLockTtl)
    w.tag(32)
  }
  if (m.startVersion !== 0n) {
    w.uint64(m.startVersion)
    w.tag(24)
  }
  if (m.primaryLock.length > 0) {
    w.bytes(m.primaryLock)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readTxnHeartBeatRequest(r: Reader, end: number): TxnHeartBeatRequest {
  const m: TxnHeartBeatRequest = {
    context: undefined,
    primaryLock: EMPTY,
    startVersion: 0n,
    adviseLockTtl: 0,
    minCommitTs: 0n,
    isTxnFile: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.primaryLock = r.bytes()
        break
      case 24:
        m.startVersion = r.uint64()
        break
      case 32:
        m.adviseLockTtl = r.uint53()
        break
      case 40:
        m.minCommitTs = r.uint64()
        break
      case 800:
        m.isTxnFile = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.TxnHeartBeatRequest", [1, 2, 3, 4, 5, 100])
    }
  }
  return m
}

export const TxnHeartBeatRequest: Codec<TxnHeartBeatRequest> = {
  name: "kvrpcpb.TxnHeartBeatRequest",
  create: makeTxnHeartBeatRequest,
  encode: writeTxnHeartBeatRequest,
  decode: readTxnHeartBeatRequest
}

export interface TxnHeartBeatResponse {
  regionError: errorpb.Error | undefined
  error: KeyError | undefined
  lockTtl: number
  execDetailsV2: ExecDetailsV2 | undefined
}

function makeTxnHeartBeatResponse(partial: Partial<TxnHeartBeatResponse> = {}): TxnHeartBeatResponse {
  return {
    regionError: partial.regionError,
    error: partial.error,
    lockTtl: partial.lockTtl ?? 0,
    execDetailsV2: partial.execDetailsV2
  }
}

export function writeTxnHeartBeatResponse(m: TxnHeartBeatResponse, w: Writer): void {
  if (m.execDetailsV2 !== undefined) {
    const start = w.mark()
    writeExecDetailsV2(m.execDetailsV2, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.lockTtl !== 0) {
    w.uint53(m.lockTtl)
    w.tag(24)
  }
  if (m.error !== undefined) {
    const start = w.mark()
    writeKeyError(m.error, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readTxnHeartBeatResponse(r: Reader, end: number): TxnHeartBeatResponse {
  const m: TxnHeartBeatResponse = {
    regionError: undefined,
    error: undefined,
    lockTtl: 0,
    execDetailsV2: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.error = readKeyError(r, to)
        r.leave(to)
        break
      }
      case 24:
        m.lockTtl = r.uint53()
        break
      case 34: {
        const to = r.enter()
        m.execDetailsV2 = readExecDetailsV2(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.TxnHeartBeatResponse", [1, 2, 3, 4])
    }
  }
  return m
}

export const TxnHeartBeatResponse: Codec<TxnHeartBeatResponse> = {
  name: "kvrpcpb.TxnHeartBeatResponse",
  create: makeTxnHeartBeatResponse,
  encode: writeTxnHeartBeatResponse,
  decode: readTxnHeartBeatResponse
}

export interface CheckTxnStatusRequest {
  context: Context | undefined
  primaryKey: Uint8Array
  lockTs: bigint
  callerStartTs: bigint
  currentTs: bigint
  rollbackIfNotExist: boolean
  forceSyncCommit: boolean
  resolvingPessimisticLock: boolean
  verifyIsPrimary: boolean
  isTxnFile: boolean
}

function makeCheckTxnStatusRequest(partial: Partial<CheckTxnStatusRequest> = {}): CheckTxnStatusRequest {
  return {
    context: partial.context,
    primaryKey: partial.primaryKey ?? EMPTY,
    lockTs: partial.lockTs ?? 0n,
    callerStartTs: partial.callerStartTs ?? 0n,
    currentTs: partial.currentTs ?? 0n,
    rollbackIfNotExist: partial.rollbackIfNotExist ?? false,
    forceSyncCommit: partial.forceSyncCommit ?? false,
    resolvingPessimisticLock: partial.resolvingPessimisticLock ?? false,
    verifyIsPrimary: partial.verifyIsPrimary ?? false,
    isTxnFile: partial.isTxnFile ?? false
  }
}

export function writeCheckTxnStatusRequest(m: CheckTxnStatusRequest, w: Writer): void {
  if (m.isTxnFile) {
    w.bool(m.isTxnFile)
    w.tag(800)
  }
  if (m.verifyIsPrimary) {
    w.bool(m.verifyIsPrimary)
    w.tag(72)
  }
  if (m.resolvingPessimisticLock) {
    w.bool(m.resolvingPessimisticLock)
    w.tag(64)
  }
  if (m.forceSyncCommit) {
    w.bool(m.forceSyncCommit)
    w.tag(56)
  }
  if (m.rollbackIfNotExist) {
    w.bool(m.rollbackIfNotExist)
    w.tag(48)
  }
  if (m.currentTs !== 0n) {
    w.uint64(m.currentTs)
    w.tag(40)
  }
  if (m.callerStartTs !== 0n) {
    w.uint64(m.callerStartTs)
    w.tag(32)
  }
  if (m.lockTs !== 0n) {
    w.uint64(m.lockTs)
    w.tag(24)
  }
  if (m.primaryKey.length > 0) {
    w.bytes(m.primaryKey)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readCheckTxnStatusRequest(r: Reader, end: number): CheckTxnStatusRequest {
  const m: CheckTxnStatusRequest = {
    context: undefined,
    primaryKey: EMPTY,
    lockTs: 0n,
    callerStartTs: 0n,
    currentTs: 0n,
    rollbackIfNotExist: false,
    forceSyncCommit: false,
    resolvingPessimisticLock: false,
    verifyIsPrimary: false,
    isTxnFile: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.primaryKey = r.bytes()
        break
      case 24:
        m.lockTs = r.uint64()
        break
      case 32:
        m.callerStartTs = r.uint64()
        break
      case 40:
        m.currentTs = r.uint64()
        break
      case 48:
        m.rollbackIfNotExist = r.bool()
        break
      case 56:
        m.forceSyncCommit = r.bool()
        break
      case 64:
        m.resolvingPessimisticLock = r.bool()
        break
      case 72:
        m.verifyIsPrimary = r.bool()
        break
      case 800:
        m.isTxnFile = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.CheckTxnStatusRequest", [1, 2, 3, 4, 5, 6, 7, 8, 9, 100])
    }
  }
  return m
}

export const CheckTxnStatusRequest: Codec<CheckTxnStatusRequest> = {
  name: "kvrpcpb.CheckTxnStatusRequest",
  create: makeCheckTxnStatusRequest,
  encode: writeCheckTxnStatusRequest,
  decode: readCheckTxnStatusRequest
}

export interface CheckTxnStatusResponse {
  regionError: errorpb.Error | undefined
  error: KeyError | undefined
  lockTtl: number
  commitVersion: bigint
  action: Action
  lockInfo: LockInfo | undefined
  execDetailsV2: ExecDetailsV2 | undefined
}

function makeCheckTxnStatusResponse(partial: Partial<CheckTxnStatusResponse> = {}): CheckTxnStatusResponse {
  return {
    regionError: partial.regionError,
    error: partial.error,
    lockTtl: partial.lockTtl ?? 0,
    commitVersion: partial.commitVersion ?? 0n,
    action: partial.action ?? 0,
    lockInfo: partial.lockInfo,
    execDetailsV2: partial.execDetailsV2
  }
}

export function writeCheckTxnStatusResponse(m: CheckTxnStatusResponse, w: Writer): void {
  if (m.execDetailsV2 !== undefined) {
    const start = w.mark()
    writeExecDetailsV2(m.execDetailsV2, w)
    w.lengthSince(start)
    w.tag(58)
  }
  if (m.lockInfo !== undefined) {
    const start = w.mark()
    writeLockInfo(m.lockInfo, w)
    w.lengthSince(start)
    w.tag(50)
  }
  if (m.action !== 0) {
    w.int32(m.action)
    w.tag(40)
  }
  if (m.commitVersion !== 0n) {
    w.uint64(m.commitVersion)
    w.tag(32)
  }
  if (m.lockTtl !== 0) {
    w.uint53(m.lockTtl)
    w.tag(24)
  }
  if (m.error !== undefined) {
    const start = w.mark()
    writeKeyError(m.error, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readCheckTxnStatusResponse(r: Reader, end: number): CheckTxnStatusResponse {
  const m: CheckTxnStatusResponse = {
    regionError: undefined,
    error: undefined,
    lockTtl: 0,
    commitVersion: 0n,
    action: 0,
    lockInfo: undefined,
    execDetailsV2: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.error = readKeyError(r, to)
        r.leave(to)
        break
      }
      case 24:
        m.lockTtl = r.uint53()
        break
      case 32:
        m.commitVersion = r.uint64()
        break
      case 40:
        m.action = r.int32()
        break
      case 50: {
        const to = r.enter()
        m.lockInfo = readLockInfo(r, to)
        r.leave(to)
        break
      }
      case 58: {
        const to = r.enter()
        m.execDetailsV2 = readExecDetailsV2(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.CheckTxnStatusResponse", [1, 2, 3, 4, 5, 6, 7])
    }
  }
  return m
}

export const CheckTxnStatusResponse: Codec<CheckTxnStatusResponse> = {
  name: "kvrpcpb.CheckTxnStatusResponse",
  create: makeCheckTxnStatusResponse,
  encode: writeCheckTxnStatusResponse,
  decode: readCheckTxnStatusResponse
}

export interface CheckSecondaryLocksRequest {
  context: Context | undefined
  keys: Uint8Array[]
  startVersion: bigint
}

function makeCheckSecondaryLocksRequest(partial: Partial<CheckSecondaryLocksRequest> = {}): CheckSecondaryLocksRequest {
  return {
    context: partial.context,
    keys: partial.keys ?? [],
    startVersion: partial.startVersion ?? 0n
  }
}

export function writeCheckSecondaryLocksRequest(m: CheckSecondaryLocksRequest, w: Writer): void {
  if (m.startVersion !== 0n) {
    w.uint64(m.startVersion)
    w.tag(24)
  }
  for (let i = m.keys.length - 1; i >= 0; i--) {
    w.bytes(m.keys[i]!)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readCheckSecondaryLocksRequest(r: Reader, end: number): CheckSecondaryLocksRequest {
  const m: CheckSecondaryLocksRequest = {
    context: undefined,
    keys: [],
    startVersion: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.keys.push(r.bytes())
        break
      case 24:
        m.startVersion = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.CheckSecondaryLocksRequest", [1, 2, 3])
    }
  }
  return m
}

export const CheckSecondaryLocksRequest: Codec<CheckSecondaryLocksRequest> = {
  name: "kvrpcpb.CheckSecondaryLocksRequest",
  create: makeCheckSecondaryLocksRequest,
  encode: writeCheckSecondaryLocksRequest,
  decode: readCheckSecondaryLocksRequest
}

export interface CheckSecondaryLocksResponse {
  regionError: errorpb.Error | undefined
  error: KeyError | undefined
  locks: LockInfo[]
  commitTs: bigint
  execDetailsV2: ExecDetailsV2 | undefined
}

function makeCheckSecondaryLocksResponse(partial: Partial<CheckSecondaryLocksResponse> = {}): CheckSecondaryLocksResponse {
  return {
    regionError: partial.regionError,
    error: partial.error,
    locks: partial.locks ?? [],
    commitTs: partial.commitTs ?? 0n,
    execDetailsV2: partial.execDetailsV2
  }
}

export function writeCheckSecondaryLocksResponse(m: CheckSecondaryLocksResponse, w: Writer): void {
  if (m.execDetailsV2 !== undefined) {
    const start = w.mark()
    writeExecDetailsV2(m.execDetailsV2, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.commitTs !== 0n) {
    w.uint64(m.commitTs)
    w.tag(32)
  }
  for (let i = m.locks.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeLockInfo(m.locks[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.error !== undefined) {
    const start = w.mark()
    writeKeyError(m.error, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readCheckSecondaryLocksResponse(r: Reader, end: number): CheckSecondaryLocksResponse {
  const m: CheckSecondaryLocksResponse = {
    regionError: undefined,
    error: undefined,
    locks: [],
    commitTs: 0n,
    execDetailsV2: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.error = readKeyError(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.locks.push(readLockInfo(r, to))
        r.leave(to)
        break
      }
      case 32:
        m.commitTs = r.uint64()
        break
      case 42: {
        const to = r.enter()
        m.execDetailsV2 = readExecDetailsV2(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.CheckSecondaryLocksResponse", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const CheckSecondaryLocksResponse: Codec<CheckSecondaryLocksResponse> = {
  name: "kvrpcpb.CheckSecondaryLocksResponse",
  create: makeCheckSecondaryLocksResponse,
  encode: writeCheckSecondaryLocksResponse,
  decode: readCheckSecondaryLocksResponse
}

export interface CommitRequest {
  context: Context | undefined
  startVersion: bigint
  keys: Uint8Array[]
  commitVersion: bigint
  commitRole: CommitRole
  primaryKey: Uint8Array
  useAsyncCommit: boolean
  isTxnFile: boolean
}

function makeCommitRequest(partial: Partial<CommitRequest> = {}): CommitRequest {
  return {
    context: partial.context,
    startVersion: partial.startVersion ?? 0n,
    keys: partial.keys ?? [],
    commitVersion: partial.commitVersion ?? 0n,
    commitRole: partial.commitRole ?? 0,
    primaryKey: partial.primaryKey ?? EMPTY,
    useAsyncCommit: partial.useAsyncCommit ?? false,
    isTxnFile: partial.isTxnFile ?? false
  }
}

export function writeCommitRequest(m: CommitRequest, w: Writer): void {
  if (m.isTxnFile) {
    w.bool(m.isTxnFile)
    w.tag(800)
  }
  if (m.useAsyncCommit) {
    w.bool(m.useAsyncCommit)
    w.tag(64)
  }
  if (m.primaryKey.length > 0) {
    w.bytes(m.primaryKey)
    w.tag(58)
  }
  if (m.commitRole !== 0) {
    w.int32(m.commitRole)
    w.tag(48)
  }
  if (m.commitVersion !== 0n) {
    w.uint64(m.commitVersion)
    w.tag(32)
  }
  for (let i = m.keys.length - 1; i >= 0; i--) {
    w.bytes(m.keys[i]!)
    w.tag(26)
  }
  if (m.startVersion !== 0n) {
    w.uint64(m.startVersion)
    w.tag(16)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readCommitRequest(r: Reader, end: number): CommitRequest {
  const m: CommitRequest = {
    context: undefined,
    startVersion: 0n,
    keys: [],
    commitVersion: 0n,
    commitRole: 0,
    primaryKey: EMPTY,
    useAsyncCommit: false,
    isTxnFile: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.startVersion = r.uint64()
        break
      case 26:
        m.keys.push(r.bytes())
        break
      case 32:
        m.commitVersion = r.uint64()
        break
      case 48:
        m.commitRole = r.int32()
        break
      case 58:
        m.primaryKey = r.bytes()
        break
      case 64:
        m.useAsyncCommit = r.bool()
        break
      case 800:
        m.isTxnFile = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.CommitRequest", [1, 2, 3, 4, 6, 7, 8, 100])
    }
  }
  return m
}

export const CommitRequest: Codec<CommitRequest> = {
  name: "kvrpcpb.CommitRequest",
  create: makeCommitRequest,
  encode: writeCommitRequest,
  decode: readCommitRequest
}

export interface CommitResponse {
  regionError: errorpb.Error | undefined
  error: KeyError | undefined
  commitVersion: bigint
  execDetailsV2: ExecDetailsV2 | undefined
}

function makeCommitResponse(partial: Partial<CommitResponse> = {}): CommitResponse {
  return {
    regionError: partial.regionError,
    error: partial.error,
    commitVersion: partial.commitVersion ?? 0n,
    execDetailsV2: partial.execDetailsV2
  }
}

export function writeCommitResponse(m: CommitResponse, w: Writer): void {
  if (m.execDetailsV2 !== undefined) {
    const start = w.mark()
    writeExecDetailsV2(m.execDetailsV2, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.commitVersion !== 0n) {
    w.uint64(m.commitVersion)
    w.tag(24)
  }
  if (m.error !== undefined) {
    const start = w.mark()
    writeKeyError(m.error, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readCommitResponse(r: Reader, end: number): CommitResponse {
  const m: CommitResponse = {
    regionError: undefined,
    error: undefined,
    commitVersion: 0n,
    execDetailsV2: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.error = readKeyError(r, to)
        r.leave(to)
        break
      }
      case 24:
        m.commitVersion = r.uint64()
        break
      case 34: {
        const to = r.enter()
        m.execDetailsV2 = readExecDetailsV2(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.CommitResponse", [1, 2, 3, 4])
    }
  }
  return m
}

export const CommitResponse: Codec<CommitResponse> = {
  name: "kvrpcpb.CommitResponse",
  create: makeCommitResponse,
  encode: writeCommitResponse,
  decode: readCommitResponse
}

export interface ImportRequest {
  mutations: Mutation[]
  commitVersion: bigint
}

function makeImportRequest(partial: Partial<ImportRequest> = {}): ImportRequest {
  return {
    mutations: partial.mutations ?? [],
    commitVersion: partial.commitVersion ?? 0n
  }
}

export function writeImportRequest(m: ImportRequest, w: Writer): void {
  if (m.commitVersion !== 0n) {
    w.uint64(m.commitVersion)
    w.tag(16)
  }
  for (let i = m.mutations.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeMutation(m.mutations[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readImportRequest(r: Reader, end: number): ImportRequest {
  const m: ImportRequest = {
    mutations: [],
    commitVersion: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.mutations.push(readMutation(r, to))
        r.leave(to)
        break
      }
      case 16:
        m.commitVersion = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.ImportRequest", [1, 2])
    }
  }
  return m
}

export const ImportRequest: Codec<ImportRequest> = {
  name: "kvrpcpb.ImportRequest",
  create: makeImportRequest,
  encode: writeImportRequest,
  decode: readImportRequest
}

export interface ImportResponse {
  regionError: errorpb.Error | undefined
  error: string
}

function makeImportResponse(partial: Partial<ImportResponse> = {}): ImportResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? ""
  }
}

export function writeImportResponse(m: ImportResponse, w: Writer): void {
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readImportResponse(r: Reader, end: number): ImportResponse {
  const m: ImportResponse = {
    regionError: undefined,
    error: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.ImportResponse", [1, 2])
    }
  }
  return m
}

export const ImportResponse: Codec<ImportResponse> = {
  name: "kvrpcpb.ImportResponse",
  create: makeImportResponse,
  encode: writeImportResponse,
  decode: readImportResponse
}

export interface CleanupRequest {
  context: Context | undefined
  key: Uint8Array
  startVersion: bigint
  currentTs: bigint
}

function makeCleanupRequest(partial: Partial<CleanupRequest> = {}): CleanupRequest {
  return {
    context: partial.context,
    key: partial.key ?? EMPTY,
    startVersion: partial.startVersion ?? 0n,
    currentTs: partial.currentTs ?? 0n
  }
}

export function writeCleanupRequest(m: CleanupRequest, w: Writer): void {
  if (m.currentTs !== 0n) {
    w.uint64(m.currentTs)
    w.tag(32)
  }
  if (m.startVersion !== 0n) {
    w.uint64(m.startVersion)
    w.tag(24)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readCleanupRequest(r: Reader, end: number): CleanupRequest {
  const m: CleanupRequest = {
    context: undefined,
    key: EMPTY,
    startVersion: 0n,
    currentTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.key = r.bytes()
        break
      case 24:
        m.startVersion = r.uint64()
        break
      case 32:
        m.currentTs = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.CleanupRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const CleanupRequest: Codec<CleanupRequest> = {
  name: "kvrpcpb.CleanupRequest",
  create: makeCleanupRequest,
  encode: writeCleanupRequest,
  decode: readCleanupRequest
}

export interface CleanupResponse {
  regionError: errorpb.Error | undefined
  error: KeyError | undefined
  commitVersion: bigint
}

function makeCleanupResponse(partial: Partial<CleanupResponse> = {}): CleanupResponse {
  return {
    regionError: partial.regionError,
    error: partial.error,
    commitVersion: partial.commitVersion ?? 0n
  }
}

export function writeCleanupResponse(m: CleanupResponse, w: Writer): void {
  if (m.commitVersion !== 0n) {
    w.uint64(m.commitVersion)
    w.tag(24)
  }
  if (m.error !== undefined) {
    const start = w.mark()
    writeKeyError(m.error, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readCleanupResponse(r: Reader, end: number): CleanupResponse {
  const m: CleanupResponse = {
    regionError: undefined,
    error: undefined,
    commitVersion: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.error = readKeyError(r, to)
        r.leave(to)
        break
      }
      case 24:
        m.commitVersion = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.CleanupResponse", [1, 2, 3])
    }
  }
  return m
}

export const CleanupResponse: Codec<CleanupResponse> = {
  name: "kvrpcpb.CleanupResponse",
  create: makeCleanupResponse,
  encode: writeCleanupResponse,
  decode: readCleanupResponse
}

export interface BatchGetRequest {
  context: Context | undefined
  keys: Uint8Array[]
  version: bigint
  needCommitTs: boolean
}

function makeBatchGetRequest(partial: Partial<BatchGetRequest> = {}): BatchGetRequest {
  return {
    context: partial.context,
    keys: partial.keys ?? [],
    version: partial.version ?? 0n,
    needCommitTs: partial.needCommitTs ?? false
  }
}

export function writeBatchGetRequest(m: BatchGetRequest, w: Writer): void {
  if (m.needCommitTs) {
    w.bool(m.needCommitTs)
    w.tag(32)
  }
  if (m.version !== 0n) {
    w.uint64(m.version)
    w.tag(24)
  }
  for (let i = m.keys.length - 1; i >= 0; i--) {
    w.bytes(m.keys[i]!)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readBatchGetRequest(r: Reader, end: number): BatchGetRequest {
  const m: BatchGetRequest = {
    context: undefined,
    keys: [],
    version: 0n,
    needCommitTs: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.keys.push(r.bytes())
        break
      case 24:
        m.version = r.uint64()
        break
      case 32:
        m.needCommitTs = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.BatchGetRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const BatchGetRequest: Codec<BatchGetRequest> = {
  name: "kvrpcpb.BatchGetRequest",
  create: makeBatchGetRequest,
  encode: writeBatchGetRequest,
  decode: readBatchGetRequest
}

export interface BatchGetResponse {
  regionError: errorpb.Error | undefined
  pairs: KvPair[]
  execDetailsV2: ExecDetailsV2 | undefined
  error: KeyError | undefined
}

function makeBatchGetResponse(partial: Partial<BatchGetResponse> = {}): BatchGetResponse {
  return {
    regionError: partial.regionError,
    pairs: partial.pairs ?? [],
    execDetailsV2: partial.execDetailsV2,
    error: partial.error
  }
}

export function writeBatchGetResponse(m: BatchGetResponse, w: Writer): void {
  if (m.error !== undefined) {
    const start = w.mark()
    writeKeyError(m.error, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.execDetailsV2 !== undefined) {
    const start = w.mark()
    writeExecDetailsV2(m.execDetailsV2, w)
    w.lengthSince(start)
    w.tag(34)
  }
  for (let i = m.pairs.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKvPair(m.pairs[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readBatchGetResponse(r: Reader, end: number): BatchGetResponse {
  const m: BatchGetResponse = {
    regionError: undefined,
    pairs: [],
    execDetailsV2: undefined,
    error: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.pairs.push(readKvPair(r, to))
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.execDetailsV2 = readExecDetailsV2(r, to)
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.error = readKeyError(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.BatchGetResponse", [1, 2, 4, 5])
    }
  }
  return m
}

export const BatchGetResponse: Codec<BatchGetResponse> = {
  name: "kvrpcpb.BatchGetResponse",
  create: makeBatchGetResponse,
  encode: writeBatchGetResponse,
  decode: readBatchGetResponse
}

export interface BatchRollbackRequest {
  context: Context | undefined
  startVersion: bigint
  keys: Uint8Array[]
  isTxnFile: boolean
}

function makeBatchRollbackRequest(partial: Partial<BatchRollbackRequest> = {}): BatchRollbackRequest {
  return {
    context: partial.context,
    startVersion: partial.startVersion ?? 0n,
    keys: partial.keys ?? [],
    isTxnFile: partial.isTxnFile ?? false
  }
}

export function writeBatchRollbackRequest(m: BatchRollbackRequest, w: Writer): void {
  if (m.isTxnFile) {
    w.bool(m.isTxnFile)
    w.tag(800)
  }
  for (let i = m.keys.length - 1; i >= 0; i--) {
    w.bytes(m.keys[i]!)
    w.tag(26)
  }
  if (m.startVersion !== 0n) {
    w.uint64(m.startVersion)
    w.tag(16)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readBatchRollbackRequest(r: Reader, end: number): BatchRollbackRequest {
  const m: BatchRollbackRequest = {
    context: undefined,
    startVersion: 0n,
    keys: [],
    isTxnFile: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.startVersion = r.uint64()
        break
      case 26:
        m.keys.push(r.bytes())
        break
      case 800:
        m.isTxnFile = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.BatchRollbackRequest", [1, 2, 3, 100])
    }
  }
  return m
}

export const BatchRollbackRequest: Codec<BatchRollbackRequest> = {
  name: "kvrpcpb.BatchRollbackRequest",
  create: makeBatchRollbackRequest,
  encode: writeBatchRollbackRequest,
  decode: readBatchRollbackRequest
}

export interface BatchRollbackResponse {
  regionError: errorpb.Error | undefined
  error: KeyError | undefined
  execDetailsV2: ExecDetailsV2 | undefined
}

function makeBatchRollbackResponse(partial: Partial<BatchRollbackResponse> = {}): BatchRollbackResponse {
  return {
    regionError: partial.regionError,
    error: partial.error,
    execDetailsV2: partial.execDetailsV2
  }
}

export function writeBatchRollbackResponse(m: BatchRollbackResponse, w: Writer): void {
  if (m.execDetailsV2 !== undefined) {
    const start = w.mark()
    writeExecDetailsV2(m.execDetailsV2, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.error !== undefined) {
    const start = w.mark()
    writeKeyError(m.error, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readBatchRollbackResponse(r: Reader, end: number): BatchRollbackResponse {
  const m: BatchRollbackResponse = {
    regionError: undefined,
    error: undefined,
    execDetailsV2: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.error = readKeyError(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.execDetailsV2 = readExecDetailsV2(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.BatchRollbackResponse", [1, 2, 3])
    }
  }
  return m
}

export const BatchRollbackResponse: Codec<BatchRollbackResponse> = {
  name: "kvrpcpb.BatchRollbackResponse",
  create: makeBatchRollbackResponse,
  encode: writeBatchRollbackResponse,
  decode: readBatchRollbackResponse
}

export interface ScanLockRequest {
  context: Context | undefined
  maxVersion: bigint
  startKey: Uint8Array
  limit: number
  endKey: Uint8Array
}

function makeScanLockRequest(partial: Partial<ScanLockRequest> = {}): ScanLockRequest {
  return {
    context: partial.context,
    maxVersion: partial.maxVersion ?? 0n,
    startKey: partial.startKey ?? EMPTY,
    limit: partial.limit ?? 0,
    endKey: partial.endKey ?? EMPTY
  }
}

export function writeScanLockRequest(m: ScanLockRequest, w: Writer): void {
  if (m.endKey.length > 0) {
    w.bytes(m.endKey)
    w.tag(42)
  }
  if (m.limit !== 0) {
    w.uint32(m.limit)
    w.tag(32)
  }
  if (m.startKey.length > 0) {
    w.bytes(m.startKey)
    w.tag(26)
  }
  if (m.maxVersion !== 0n) {
    w.uint64(m.maxVersion)
    w.tag(16)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readScanLockRequest(r: Reader, end: number): ScanLockRequest {
  const m: ScanLockRequest = {
    context: undefined,
    maxVersion: 0n,
    startKey: EMPTY,
    limit: 0,
    endKey: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.maxVersion = r.uint64()
        break
      case 26:
        m.startKey = r.bytes()
        break
      case 32:
        m.limit = r.uint32()
        break
      case 42:
        m.endKey = r.bytes()
        break
      default:
        r.unknown(tag, "kvrpcpb.ScanLockRequest", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const ScanLockRequest: Codec<ScanLockRequest> = {
  name: "kvrpcpb.ScanLockRequest",
  create: makeScanLockRequest,
  encode: writeScanLockRequest,
  decode: readScanLockRequest
}

export interface ScanLockResponse {
  regionError: errorpb.Error | undefined
  error: KeyError | undefined
  locks: LockInfo[]
  execDetailsV2: ExecDetailsV2 | undefined
}

function makeScanLockResponse(partial: Partial<ScanLockResponse> = {}): ScanLockResponse {
  return {
    regionError: partial.regionError,
    error: partial.error,
    locks: partial.locks ?? [],
    execDetailsV2: partial.execDetailsV2
  }
}

export function writeScanLockResponse(m: ScanLockResponse, w: Writer): void {
  if (m.execDetailsV2 !== undefined) {
    const start = w.mark()
    writeExecDetailsV2(m.execDetailsV2, w)
    w.lengthSince(start)
    w.tag(34)
  }
  for (let i = m.locks.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeLockInfo(m.locks[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.error !== undefined) {
    const start = w.mark()
    writeKeyError(m.error, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readScanLockResponse(r: Reader, end: number): ScanLockResponse {
  const m: ScanLockResponse = {
    regionError: undefined,
    error: undefined,
    locks: [],
    execDetailsV2: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.error = readKeyError(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.locks.push(readLockInfo(r, to))
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.execDetailsV2 = readExecDetailsV2(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.ScanLockResponse", [1, 2, 3, 4])
    }
  }
  return m
}

export const ScanLockResponse: Codec<ScanLockResponse> = {
  name: "kvrpcpb.ScanLockResponse",
  create: makeScanLockResponse,
  encode: writeScanLockResponse,
  decode: readScanLockResponse
}

export interface ResolveLockRequest {
  context: Context | undefined
  startVersion: bigint
  commitVersion: bigint
  txnInfos: TxnInfo[]
  keys: Uint8Array[]
  isAsync: boolean
  isTxnFile: boolean
}

function makeResolveLockRequest(partial: Partial<ResolveLockRequest> = {}): ResolveLockRequest {
  return {
    context: partial.context,
    startVersion: partial.startVersion ?? 0n,
    commitVersion: partial.commitVersion ?? 0n,
    txnInfos: partial.txnInfos ?? [],
    keys: partial.keys ?? [],
    isAsync: partial.isAsync ?? false,
    isTxnFile: partial.isTxnFile ?? false
  }
}

export function writeResolveLockRequest(m: ResolveLockRequest, w: Writer): void {
  if (m.isTxnFile) {
    w.bool(m.isTxnFile)
    w.tag(800)
  }
  if (m.isAsync) {
    w.bool(m.isAsync)
    w.tag(48)
  }
  for (let i = m.keys.length - 1; i >= 0; i--) {
    w.bytes(m.keys[i]!)
    w.tag(42)
  }
  for (let i = m.txnInfos.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeTxnInfo(m.txnInfos[i]!, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.commitVersion !== 0n) {
    w.uint64(m.commitVersion)
    w.tag(24)
  }
  if (m.startVersion !== 0n) {
    w.uint64(m.startVersion)
    w.tag(16)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readResolveLockRequest(r: Reader, end: number): ResolveLockRequest {
  const m: ResolveLockRequest = {
    context: undefined,
    startVersion: 0n,
    commitVersion: 0n,
    txnInfos: [],
    keys: [],
    isAsync: false,
    isTxnFile: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.startVersion = r.uint64()
        break
      case 24:
        m.commitVersion = r.uint64()
        break
      case 34: {
        const to = r.enter()
        m.txnInfos.push(readTxnInfo(r, to))
        r.leave(to)
        break
      }
      case 42:
        m.keys.push(r.bytes())
        break
      case 48:
        m.isAsync = r.bool()
        break
      case 800:
        m.isTxnFile = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.ResolveLockRequest", [1, 2, 3, 4, 5, 6, 100])
    }
  }
  return m
}

export const ResolveLockRequest: Codec<ResolveLockRequest> = {
  name: "kvrpcpb.ResolveLockRequest",
  create: makeResolveLockRequest,
  encode: writeResolveLockRequest,
  decode: readResolveLockRequest
}

export interface ResolveLockResponse {
  regionError: errorpb.Error | undefined
  error: KeyError | undefined
  execDetailsV2: ExecDetailsV2 | undefined
}

function makeResolveLockResponse(partial: Partial<ResolveLockResponse> = {}): ResolveLockResponse {
  return {
    regionError: partial.regionError,
    error: partial.error,
    execDetailsV2: partial.execDetailsV2
  }
}

export function writeResolveLockResponse(m: ResolveLockResponse, w: Writer): void {
  if (m.execDetailsV2 !== undefined) {
    const start = w.mark()
    writeExecDetailsV2(m.execDetailsV2, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.error !== undefined) {
    const start = w.mark()
    writeKeyError(m.error, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readResolveLockResponse(r: Reader, end: number): ResolveLockResponse {
  const m: ResolveLockResponse = {
    regionError: undefined,
    error: undefined,
    execDetailsV2: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.error = readKeyError(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.execDetailsV2 = readExecDetailsV2(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.ResolveLockResponse", [1, 2, 3])
    }
  }
  return m
}

export const ResolveLockResponse: Codec<ResolveLockResponse> = {
  name: "kvrpcpb.ResolveLockResponse",
  create: makeResolveLockResponse,
  encode: writeResolveLockResponse,
  decode: readResolveLockResponse
}

export interface GCRequest {
  context: Context | undefined
  safePoint: bigint
}

function makeGCRequest(partial: Partial<GCRequest> = {}): GCRequest {
  return {
    context: partial.context,
    safePoint: partial.safePoint ?? 0n
  }
}

export function writeGCRequest(m: GCRequest, w: Writer): void {
  if (m.safePoint !== 0n) {
    w.uint64(m.safePoint)
    w.tag(16)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGCRequest(r: Reader, end: number): GCRequest {
  const m: GCRequest = {
    context: undefined,
    safePoint: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.safePoint = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.GCRequest", [1, 2])
    }
  }
  return m
}

export const GCRequest: Codec<GCRequest> = {
  name: "kvrpcpb.GCRequest",
  create: makeGCRequest,
  encode: writeGCRequest,
  decode: readGCRequest
}

export interface GCResponse {
  regionError: errorpb.Error | undefined
  error: KeyError | undefined
}

function makeGCResponse(partial: Partial<GCResponse> = {}): GCResponse {
  return {
    regionError: partial.regionError,
    error: partial.error
  }
}

export function writeGCResponse(m: GCResponse, w: Writer): void {
  if (m.error !== undefined) {
    const start = w.mark()
    writeKeyError(m.error, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGCResponse(r: Reader, end: number): GCResponse {
  const m: GCResponse = {
    regionError: undefined,
    error: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.error = readKeyError(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.GCResponse", [1, 2])
    }
  }
  return m
}

export const GCResponse: Codec<GCResponse> = {
  name: "kvrpcpb.GCResponse",
  create: makeGCResponse,
  encode: writeGCResponse,
  decode: readGCResponse
}

export interface DeleteRangeRequest {
  context: Context | undefined
  startKey: Uint8Array
  endKey: Uint8Array
  notifyOnly: boolean
}

function makeDeleteRangeRequest(partial: Partial<DeleteRangeRequest> = {}): DeleteRangeRequest {
  return {
    context: partial.context,
    startKey: partial.startKey ?? EMPTY,
    endKey: partial.endKey ?? EMPTY,
    notifyOnly: partial.notifyOnly ?? false
  }
}

export function writeDeleteRangeRequest(m: DeleteRangeRequest, w: Writer): void {
  if (m.notifyOnly) {
    w.bool(m.notifyOnly)
    w.tag(32)
  }
  if (m.endKey.length > 0) {
    w.bytes(m.endKey)
    w.tag(26)
  }
  if (m.startKey.length > 0) {
    w.bytes(m.startKey)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readDeleteRangeRequest(r: Reader, end: number): DeleteRangeRequest {
  const m: DeleteRangeRequest = {
    context: undefined,
    startKey: EMPTY,
    endKey: EMPTY,
    notifyOnly: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.startKey = r.bytes()
        break
      case 26:
        m.endKey = r.bytes()
        break
      case 32:
        m.notifyOnly = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.DeleteRangeRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const DeleteRangeRequest: Codec<DeleteRangeRequest> = {
  name: "kvrpcpb.DeleteRangeRequest",
  create: makeDeleteRangeRequest,
  encode: writeDeleteRangeRequest,
  decode: readDeleteRangeRequest
}

export interface DeleteRangeResponse {
  regionError: errorpb.Error | undefined
  error: string
}

function makeDeleteRangeResponse(partial: Partial<DeleteRangeResponse> = {}): DeleteRangeResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? ""
  }
}

export function writeDeleteRangeResponse(m: DeleteRangeResponse, w: Writer): void {
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readDeleteRangeResponse(r: Reader, end: number): DeleteRangeResponse {
  const m: DeleteRangeResponse = {
    regionError: undefined,
    error: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.DeleteRangeResponse", [1, 2])
    }
  }
  return m
}

export const DeleteRangeResponse: Codec<DeleteRangeResponse> = {
  name: "kvrpcpb.DeleteRangeResponse",
  create: makeDeleteRangeResponse,
  encode: writeDeleteRangeResponse,
  decode: readDeleteRangeResponse
}

export interface PrepareFlashbackToVersionRequest {
  context: Context | undefined
  startKey: Uint8Array
  endKey: Uint8Array
  startTs: bigint
  version: bigint
}

function makePrepareFlashbackToVersionRequest(partial: Partial<PrepareFlashbackToVersionRequest> = {}): PrepareFlashbackToVersionRequest {
  return {
    context: partial.context,
    startKey: partial.startKey ?? EMPTY,
    endKey: partial.endKey ?? EMPTY,
    startTs: partial.startTs ?? 0n,
    version: partial.version ?? 0n
  }
}

export function writePrepareFlashbackToVersionRequest(m: PrepareFlashbackToVersionRequest, w: Writer): void {
  if (m.version !== 0n) {
    w.uint64(m.version)
    w.tag(40)
  }
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(32)
  }
  if (m.endKey.length > 0) {
    w.bytes(m.endKey)
    w.tag(26)
  }
  if (m.startKey.length > 0) {
    w.bytes(m.startKey)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readPrepareFlashbackToVersionRequest(r: Reader, end: number): PrepareFlashbackToVersionRequest {
  const m: PrepareFlashbackToVersionRequest = {
    context: undefined,
    startKey: EMPTY,
    endKey: EMPTY,
    startTs: 0n,
    version: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.startKey = r.bytes()
        break
      case 26:
        m.endKey = r.bytes()
        break
      case 32:
        m.startTs = r.uint64()
        break
      case 40:
        m.version = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.PrepareFlashbackToVersionRequest", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const PrepareFlashbackToVersionRequest: Codec<PrepareFlashbackToVersionRequest> = {
  name: "kvrpcpb.PrepareFlashbackToVersionRequest",
  create: makePrepareFlashbackToVersionRequest,
  encode: writePrepareFlashbackToVersionRequest,
  decode: readPrepareFlashbackToVersionRequest
}

export interface PrepareFlashbackToVersionResponse {
  regionError: errorpb.Error | undefined
  error: string
}

function makePrepareFlashbackToVersionResponse(partial: Partial<PrepareFlashbackToVersionResponse> = {}): PrepareFlashbackToVersionResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? ""
  }
}

export function writePrepareFlashbackToVersionResponse(m: PrepareFlashbackToVersionResponse, w: Writer): void {
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readPrepareFlashbackToVersionResponse(r: Reader, end: number): PrepareFlashbackToVersionResponse {
  const m: PrepareFlashbackToVersionResponse = {
    regionError: undefined,
    error: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.PrepareFlashbackToVersionResponse", [1, 2])
    }
  }
  return m
}

export const PrepareFlashbackToVersionResponse: Codec<PrepareFlashbackToVersionResponse> = {
  name: "kvrpcpb.PrepareFlashbackToVersionResponse",
  create: makePrepareFlashbackToVersionResponse,
  encode: writePrepareFlashbackToVersionResponse,
  decode: readPrepareFlashbackToVersionResponse
}

export interface FlashbackToVersionRequest {
  context: Context | undefined
  version: bigint
  startKey: Uint8Array
  endKey: Uint8Array
  startTs: bigint
  commitTs: bigint
}

function makeFlashbackToVersionRequest(partial: Partial<FlashbackToVersionRequest> = {}): FlashbackToVersionRequest {
  return {
    context: partial.context,
    version: partial.version ?? 0n,
    startKey: partial.startKey ?? EMPTY,
    endKey: partial.endKey ?? EMPTY,
    startTs: partial.startTs ?? 0n,
    commitTs: partial.commitTs ?? 0n
  }
}

export function writeFlashbackToVersionRequest(m: FlashbackToVersionRequest, w: Writer): void {
  if (m.commitTs !== 0n) {
    w.uint64(m.commitTs)
    w.tag(48)
  }
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(40)
  }
  if (m.endKey.length > 0) {
    w.bytes(m.endKey)
    w.tag(34)
  }
  if (m.startKey.length > 0) {
    w.bytes(m.startKey)
    w.tag(26)
  }
  if (m.version !== 0n) {
    w.uint64(m.version)
    w.tag(16)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readFlashbackToVersionRequest(r: Reader, end: number): FlashbackToVersionRequest {
  const m: FlashbackToVersionRequest = {
    context: undefined,
    version: 0n,
    startKey: EMPTY,
    endKey: EMPTY,
    startTs: 0n,
    commitTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.version = r.uint64()
        break
      case 26:
        m.startKey = r.bytes()
        break
      case 34:
        m.endKey = r.bytes()
        break
      case 40:
        m.startTs = r.uint64()
        break
      case 48:
        m.commitTs = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.FlashbackToVersionRequest", [1, 2, 3, 4, 5, 6])
    }
  }
  return m
}

export const FlashbackToVersionRequest: Codec<FlashbackToVersionRequest> = {
  name: "kvrpcpb.FlashbackToVersionRequest",
  create: makeFlashbackToVersionRequest,
  encode: writeFlashbackToVersionRequest,
  decode: readFlashbackToVersionRequest
}

export interface FlashbackToVersionResponse {
  regionError: errorpb.Error | undefined
  error: string
}

function makeFlashbackToVersionResponse(partial: Partial<FlashbackToVersionResponse> = {}): FlashbackToVersionResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? ""
  }
}

export function writeFlashbackToVersionResponse(m: FlashbackToVersionResponse, w: Writer): void {
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readFlashbackToVersionResponse(r: Reader, end: number): FlashbackToVersionResponse {
  const m: FlashbackToVersionResponse = {
    regionError: undefined,
    error: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.FlashbackToVersionResponse", [1, 2])
    }
  }
  return m
}

export const FlashbackToVersionResponse: Codec<FlashbackToVersionResponse> = {
  name: "kvrpcpb.FlashbackToVersionResponse",
  create: makeFlashbackToVersionResponse,
  encode: writeFlashbackToVersionResponse,
  decode: readFlashbackToVersionResponse
}

export interface RawGetRequest {
  context: Context | undefined
  key: Uint8Array
  cf: string
}

function makeRawGetRequest(partial: Partial<RawGetRequest> = {}): RawGetRequest {
  return {
    context: partial.context,
    key: partial.key ?? EMPTY,
    cf: partial.cf ?? ""
  }
}

export function writeRawGetRequest(m: RawGetRequest, w: Writer): void {
  if (m.cf !== "") {
    w.string(m.cf)
    w.tag(26)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawGetRequest(r: Reader, end: number): RawGetRequest {
  const m: RawGetRequest = {
    context: undefined,
    key: EMPTY,
    cf: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.key = r.bytes()
        break
      case 26:
        m.cf = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawGetRequest", [1, 2, 3])
    }
  }
  return m
}

export const RawGetRequest: Codec<RawGetRequest> = {
  name: "kvrpcpb.RawGetRequest",
  create: makeRawGetRequest,
  encode: writeRawGetRequest,
  decode: readRawGetRequest
}

export interface RawGetResponse {
  regionError: errorpb.Error | undefined
  error: string
  value: Uint8Array
  notFound: boolean
}

function makeRawGetResponse(partial: Partial<RawGetResponse> = {}): RawGetResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? "",
    value: partial.value ?? EMPTY,
    notFound: partial.notFound ?? false
  }
}

export function writeRawGetResponse(m: RawGetResponse, w: Writer): void {
  if (m.notFound) {
    w.bool(m.notFound)
    w.tag(32)
  }
  if (m.value.length > 0) {
    w.bytes(m.value)
    w.tag(26)
  }
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawGetResponse(r: Reader, end: number): RawGetResponse {
  const m: RawGetResponse = {
    regionError: undefined,
    error: "",
    value: EMPTY,
    notFound: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      case 26:
        m.value = r.bytes()
        break
      case 32:
        m.notFound = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawGetResponse", [1, 2, 3, 4])
    }
  }
  return m
}

export const RawGetResponse: Codec<RawGetResponse> = {
  name: "kvrpcpb.RawGetResponse",
  create: makeRawGetResponse,
  encode: writeRawGetResponse,
  decode: readRawGetResponse
}

export interface RawBatchGetRequest {
  context: Context | undefined
  keys: Uint8Array[]
  cf: string
}

function makeRawBatchGetRequest(partial: Partial<RawBatchGetRequest> = {}): RawBatchGetRequest {
  return {
    context: partial.context,
    keys: partial.keys ?? [],
    cf: partial.cf ?? ""
  }
}

export function writeRawBatchGetRequest(m: RawBatchGetRequest, w: Writer): void {
  if (m.cf !== "") {
    w.string(m.cf)
    w.tag(26)
  }
  for (let i = m.keys.length - 1; i >= 0; i--) {
    w.bytes(m.keys[i]!)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawBatchGetRequest(r: Reader, end: number): RawBatchGetRequest {
  const m: RawBatchGetRequest = {
    context: undefined,
    keys: [],
    cf: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.keys.push(r.bytes())
        break
      case 26:
        m.cf = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawBatchGetRequest", [1, 2, 3])
    }
  }
  return m
}

export const RawBatchGetRequest: Codec<RawBatchGetRequest> = {
  name: "kvrpcpb.RawBatchGetRequest",
  create: makeRawBatchGetRequest,
  encode: writeRawBatchGetRequest,
  decode: readRawBatchGetRequest
}

export interface RawBatchGetResponse {
  regionError: errorpb.Error | undefined
  pairs: KvPair[]
}

function makeRawBatchGetResponse(partial: Partial<RawBatchGetResponse> = {}): RawBatchGetResponse {
  return {
    regionError: partial.regionError,
    pairs: partial.pairs ?? []
  }
}

export function writeRawBatchGetResponse(m: RawBatchGetResponse, w: Writer): void {
  for (let i = m.pairs.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKvPair(m.pairs[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawBatchGetResponse(r: Reader, end: number): RawBatchGetResponse {
  const m: RawBatchGetResponse = {
    regionError: undefined,
    pairs: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.pairs.push(readKvPair(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.RawBatchGetResponse", [1, 2])
    }
  }
  return m
}

export const RawBatchGetResponse: Codec<RawBatchGetResponse> = {
  name: "kvrpcpb.RawBatchGetResponse",
  create: makeRawBatchGetResponse,
  encode: writeRawBatchGetResponse,
  decode: readRawBatchGetResponse
}

export interface RawPutRequest {
  context: Context | undefined
  key: Uint8Array
  value: Uint8Array
  cf: string
  ttl: number
  forCas: boolean
}

function makeRawPutRequest(partial: Partial<RawPutRequest> = {}): RawPutRequest {
  return {
    context: partial.context,
    key: partial.key ?? EMPTY,
    value: partial.value ?? EMPTY,
    cf: partial.cf ?? "",
    ttl: partial.ttl ?? 0,
    forCas: partial.forCas ?? false
  }
}

export function writeRawPutRequest(m: RawPutRequest, w: Writer): void {
  if (m.forCas) {
    w.bool(m.forCas)
    w.tag(48)
  }
  if (m.ttl !== 0) {
    w.uint53(m.ttl)
    w.tag(40)
  }
  if (m.cf !== "") {
    w.string(m.cf)
    w.tag(34)
  }
  if (m.value.length > 0) {
    w.bytes(m.value)
    w.tag(26)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawPutRequest(r: Reader, end: number): RawPutRequest {
  const m: RawPutRequest = {
    context: undefined,
    key: EMPTY,
    value: EMPTY,
    cf: "",
    ttl: 0,
    forCas: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.key = r.bytes()
        break
      case 26:
        m.value = r.bytes()
        break
      case 34:
        m.cf = r.string()
        break
      case 40:
        m.ttl = r.uint53()
        break
      case 48:
        m.forCas = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawPutRequest", [1, 2, 3, 4, 5, 6])
    }
  }
  return m
}

export const RawPutRequest: Codec<RawPutRequest> = {
  name: "kvrpcpb.RawPutRequest",
  create: makeRawPutRequest,
  encode: writeRawPutRequest,
  decode: readRawPutRequest
}

export interface RawPutResponse {
  regionError: errorpb.Error | undefined
  error: string
}

function makeRawPutResponse(partial: Partial<RawPutResponse> = {}): RawPutResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? ""
  }
}

export function writeRawPutResponse(m: RawPutResponse, w: Writer): void {
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawPutResponse(r: Reader, end: number): RawPutResponse {
  const m: RawPutResponse = {
    regionError: undefined,
    error: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawPutResponse", [1, 2])
    }
  }
  return m
}

export const RawPutResponse: Codec<RawPutResponse> = {
  name: "kvrpcpb.RawPutResponse",
  create: makeRawPutResponse,
  encode: writeRawPutResponse,
  decode: readRawPutResponse
}

export interface RawBatchPutRequest {
  context: Context | undefined
  pairs: KvPair[]
  cf: string
  /** @deprecated */
  ttl: number
  forCas: boolean
  ttls: number[]
}

function makeRawBatchPutRequest(partial: Partial<RawBatchPutRequest> = {}): RawBatchPutRequest {
  return {
    context: partial.context,
    pairs: partial.pairs ?? [],
    cf: partial.cf ?? "",
    ttl: partial.ttl ?? 0,
    forCas: partial.forCas ?? false,
    ttls: partial.ttls ?? []
  }
}

export function writeRawBatchPutRequest(m: RawBatchPutRequest, w: Writer): void {
  if (m.ttls.length > 0) {
    const list = w.mark()
    for (let i = m.ttls.length - 1; i >= 0; i--) w.uint53(m.ttls[i]!)
    w.lengthSince(list)
    w.tag(50)
  }
  if (m.forCas) {
    w.bool(m.forCas)
    w.tag(40)
  }
  if (m.ttl !== 0) {
    w.uint53(m.ttl)
    w.tag(32)
  }
  if (m.cf !== "") {
    w.string(m.cf)
    w.tag(26)
  }
  for (let i = m.pairs.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKvPair(m.pairs[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawBatchPutRequest(r: Reader, end: number): RawBatchPutRequest {
  const m: RawBatchPutRequest = {
    context: undefined,
    pairs: [],
    cf: "",
    ttl: 0,
    forCas: false,
    ttls: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.pairs.push(readKvPair(r, to))
        r.leave(to)
        break
      }
      case 26:
        m.cf = r.string()
        break
      case 32:
        m.ttl = r.uint53()
        break
      case 40:
        m.forCas = r.bool()
        break
      case 48:
        m.ttls.push(r.uint53())
        break
      case 50: {
        const to = r.enterPacked()
        while (r.pos < to) m.ttls.push(r.uint53())
        r.leavePacked(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.RawBatchPutRequest", [1, 2, 3, 4, 5, 6])
    }
  }
  return m
}

export const RawBatchPutRequest: Codec<RawBatchPutRequest> = {
  name: "kvrpcpb.RawBatchPutRequest",
  create: makeRawBatchPutRequest,
  encode: writeRawBatchPutRequest,
  decode: readRawBatchPutRequest
}

export interface RawBatchPutResponse {
  regionError: errorpb.Error | undefined
  error: string
}

function makeRawBatchPutResponse(partial: Partial<RawBatchPutResponse> = {}): RawBatchPutResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? ""
  }
}

export function writeRawBatchPutResponse(m: RawBatchPutResponse, w: Writer): void {
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawBatchPutResponse(r: Reader, end: number): RawBatchPutResponse {
  const m: RawBatchPutResponse = {
    regionError: undefined,
    error: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawBatchPutResponse", [1, 2])
    }
  }
  return m
}

export const RawBatchPutResponse: Codec<RawBatchPutResponse> = {
  name: "kvrpcpb.RawBatchPutResponse",
  create: makeRawBatchPutResponse,
  encode: writeRawBatchPutResponse,
  decode: readRawBatchPutResponse
}

export interface RawDeleteRequest {
  context: Context | undefined
  key: Uint8Array
  cf: string
  forCas: boolean
}

function makeRawDeleteRequest(partial: Partial<RawDeleteRequest> = {}): RawDeleteRequest {
  return {
    context: partial.context,
    key: partial.key ?? EMPTY,
    cf: partial.cf ?? "",
    forCas: partial.forCas ?? false
  }
}

export function writeRawDeleteRequest(m: RawDeleteRequest, w: Writer): void {
  if (m.forCas) {
    w.bool(m.forCas)
    w.tag(32)
  }
  if (m.cf !== "") {
    w.string(m.cf)
    w.tag(26)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawDeleteRequest(r: Reader, end: number): RawDeleteRequest {
  const m: RawDeleteRequest = {
    context: undefined,
    key: EMPTY,
    cf: "",
    forCas: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.key = r.bytes()
        break
      case 26:
        m.cf = r.string()
        break
      case 32:
        m.forCas = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawDeleteRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const RawDeleteRequest: Codec<RawDeleteRequest> = {
  name: "kvrpcpb.RawDeleteRequest",
  create: makeRawDeleteRequest,
  encode: writeRawDeleteRequest,
  decode: readRawDeleteRequest
}

export interface RawDeleteResponse {
  regionError: errorpb.Error | undefined
  error: string
}

function makeRawDeleteResponse(partial: Partial<RawDeleteResponse> = {}): RawDeleteResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? ""
  }
}

export function writeRawDeleteResponse(m: RawDeleteResponse, w: Writer): void {
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawDeleteResponse(r: Reader, end: number): RawDeleteResponse {
  const m: RawDeleteResponse = {
    regionError: undefined,
    error: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawDeleteResponse", [1, 2])
    }
  }
  return m
}

export const RawDeleteResponse: Codec<RawDeleteResponse> = {
  name: "kvrpcpb.RawDeleteResponse",
  create: makeRawDeleteResponse,
  encode: writeRawDeleteResponse,
  decode: readRawDeleteResponse
}

export interface RawBatchDeleteRequest {
  context: Context | undefined
  keys: Uint8Array[]
  cf: string
  forCas: boolean
}

function makeRawBatchDeleteRequest(partial: Partial<RawBatchDeleteRequest> = {}): RawBatchDeleteRequest {
  return {
    context: partial.context,
    keys: partial.keys ?? [],
    cf: partial.cf ?? "",
    forCas: partial.forCas ?? false
  }
}

export function writeRawBatchDeleteRequest(m: RawBatchDeleteRequest, w: Writer): void {
  if (m.forCas) {
    w.bool(m.forCas)
    w.tag(32)
  }
  if (m.cf !== "") {
    w.string(m.cf)
    w.tag(26)
  }
  for (let i = m.keys.length - 1; i >= 0; i--) {
    w.bytes(m.keys[i]!)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawBatchDeleteRequest(r: Reader, end: number): RawBatchDeleteRequest {
  const m: RawBatchDeleteRequest = {
    context: undefined,
    keys: [],
    cf: "",
    forCas: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.keys.push(r.bytes())
        break
      case 26:
        m.cf = r.string()
        break
      case 32:
        m.forCas = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawBatchDeleteRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const RawBatchDeleteRequest: Codec<RawBatchDeleteRequest> = {
  name: "kvrpcpb.RawBatchDeleteRequest",
  create: makeRawBatchDeleteRequest,
  encode: writeRawBatchDeleteRequest,
  decode: readRawBatchDeleteRequest
}

export interface RawBatchDeleteResponse {
  regionError: errorpb.Error | undefined
  error: string
}

function makeRawBatchDeleteResponse(partial: Partial<RawBatchDeleteResponse> = {}): RawBatchDeleteResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? ""
  }
}

export function writeRawBatchDeleteResponse(m: RawBatchDeleteResponse, w: Writer): void {
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawBatchDeleteResponse(r: Reader, end: number): RawBatchDeleteResponse {
  const m: RawBatchDeleteResponse = {
    regionError: undefined,
    error: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawBatchDeleteResponse", [1, 2])
    }
  }
  return m
}

export const RawBatchDeleteResponse: Codec<RawBatchDeleteResponse> = {
  name: "kvrpcpb.RawBatchDeleteResponse",
  create: makeRawBatchDeleteResponse,
  encode: writeRawBatchDeleteResponse,
  decode: readRawBatchDeleteResponse
}

export interface RawScanRequest {
  context: Context | undefined
  startKey: Uint8Array
  limit: number
  keyOnly: boolean
  cf: string
  reverse: boolean
  endKey: Uint8Array
}

function makeRawScanRequest(partial: Partial<RawScanRequest> = {}): RawScanRequest {
  return {
    context: partial.context,
    startKey: partial.startKey ?? EMPTY,
    limit: partial.limit ?? 0,
    keyOnly: partial.keyOnly ?? false,
    cf: partial.cf ?? "",
    reverse: partial.reverse ?? false,
    endKey: partial.endKey ?? EMPTY
  }
}

export function writeRawScanRequest(m: RawScanRequest, w: Writer): void {
  if (m.endKey.length > 0) {
    w.bytes(m.endKey)
    w.tag(58)
  }
  if (m.reverse) {
    w.bool(m.reverse)
    w.tag(48)
  }
  if (m.cf !== "") {
    w.string(m.cf)
    w.tag(42)
  }
  if (m.keyOnly) {
    w.bool(m.keyOnly)
    w.tag(32)
  }
  if (m.limit !== 0) {
    w.uint32(m.limit)
    w.tag(24)
  }
  if (m.startKey.length > 0) {
    w.bytes(m.startKey)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawScanRequest(r: Reader, end: number): RawScanRequest {
  const m: RawScanRequest = {
    context: undefined,
    startKey: EMPTY,
    limit: 0,
    keyOnly: false,
    cf: "",
    reverse: false,
    endKey: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.startKey = r.bytes()
        break
      case 24:
        m.limit = r.uint32()
        break
      case 32:
        m.keyOnly = r.bool()
        break
      case 42:
        m.cf = r.string()
        break
      case 48:
        m.reverse = r.bool()
        break
      case 58:
        m.endKey = r.bytes()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawScanRequest", [1, 2, 3, 4, 5, 6, 7])
    }
  }
  return m
}

export const RawScanRequest: Codec<RawScanRequest> = {
  name: "kvrpcpb.RawScanRequest",
  create: makeRawScanRequest,
  encode: writeRawScanRequest,
  decode: readRawScanRequest
}

export interface RawScanResponse {
  regionError: errorpb.Error | undefined
  kvs: KvPair[]
}

function makeRawScanResponse(partial: Partial<RawScanResponse> = {}): RawScanResponse {
  return {
    regionError: partial.regionError,
    kvs: partial.kvs ?? []
  }
}

export function writeRawScanResponse(m: RawScanResponse, w: Writer): void {
  for (let i = m.kvs.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKvPair(m.kvs[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawScanResponse(r: Reader, end: number): RawScanResponse {
  const m: RawScanResponse = {
    regionError: undefined,
    kvs: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.kvs.push(readKvPair(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.RawScanResponse", [1, 2])
    }
  }
  return m
}

export const RawScanResponse: Codec<RawScanResponse> = {
  name: "kvrpcpb.RawScanResponse",
  create: makeRawScanResponse,
  encode: writeRawScanResponse,
  decode: readRawScanResponse
}

export interface RawDeleteRangeRequest {
  context: Context | undefined
  startKey: Uint8Array
  endKey: Uint8Array
  cf: string
}

function makeRawDeleteRangeRequest(partial: Partial<RawDeleteRangeRequest> = {}): RawDeleteRangeRequest {
  return {
    context: partial.context,
    startKey: partial.startKey ?? EMPTY,
    endKey: partial.endKey ?? EMPTY,
    cf: partial.cf ?? ""
  }
}

export function writeRawDeleteRangeRequest(m: RawDeleteRangeRequest, w: Writer): void {
  if (m.cf !== "") {
    w.string(m.cf)
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
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawDeleteRangeRequest(r: Reader, end: number): RawDeleteRangeRequest {
  const m: RawDeleteRangeRequest = {
    context: undefined,
    startKey: EMPTY,
    endKey: EMPTY,
    cf: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.startKey = r.bytes()
        break
      case 26:
        m.endKey = r.bytes()
        break
      case 34:
        m.cf = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawDeleteRangeRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const RawDeleteRangeRequest: Codec<RawDeleteRangeRequest> = {
  name: "kvrpcpb.RawDeleteRangeRequest",
  create: makeRawDeleteRangeRequest,
  encode: writeRawDeleteRangeRequest,
  decode: readRawDeleteRangeRequest
}

export interface RawDeleteRangeResponse {
  regionError: errorpb.Error | undefined
  error: string
}

function makeRawDeleteRangeResponse(partial: Partial<RawDeleteRangeResponse> = {}): RawDeleteRangeResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? ""
  }
}

export function writeRawDeleteRangeResponse(m: RawDeleteRangeResponse, w: Writer): void {
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawDeleteRangeResponse(r: Reader, end: number): RawDeleteRangeResponse {
  const m: RawDeleteRangeResponse = {
    regionError: undefined,
    error: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawDeleteRangeResponse", [1, 2])
    }
  }
  return m
}

export const RawDeleteRangeResponse: Codec<RawDeleteRangeResponse> = {
  name: "kvrpcpb.RawDeleteRangeResponse",
  create: makeRawDeleteRangeResponse,
  encode: writeRawDeleteRangeResponse,
  decode: readRawDeleteRangeResponse
}

export interface RawBatchScanRequest {
  context: Context | undefined
  ranges: KeyRange[]
  eachLimit: number
  keyOnly: boolean
  cf: string
  reverse: boolean
}

function makeRawBatchScanRequest(partial: Partial<RawBatchScanRequest> = {}): RawBatchScanRequest {
  return {
    context: partial.context,
    ranges: partial.ranges ?? [],
    eachLimit: partial.eachLimit ?? 0,
    keyOnly: partial.keyOnly ?? false,
    cf: partial.cf ?? "",
    reverse: partial.reverse ?? false
  }
}

export function writeRawBatchScanRequest(m: RawBatchScanRequest, w: Writer): void {
  if (m.reverse) {
    w.bool(m.reverse)
    w.tag(48)
  }
  if (m.cf !== "") {
    w.string(m.cf)
    w.tag(42)
  }
  if (m.keyOnly) {
    w.bool(m.keyOnly)
    w.tag(32)
  }
  if (m.eachLimit !== 0) {
    w.uint32(m.eachLimit)
    w.tag(24)
  }
  for (let i = m.ranges.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKeyRange(m.ranges[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawBatchScanRequest(r: Reader, end: number): RawBatchScanRequest {
  const m: RawBatchScanRequest = {
    context: undefined,
    ranges: [],
    eachLimit: 0,
    keyOnly: false,
    cf: "",
    reverse: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.ranges.push(readKeyRange(r, to))
        r.leave(to)
        break
      }
      case 24:
        m.eachLimit = r.uint32()
        break
      case 32:
        m.keyOnly = r.bool()
        break
      case 42:
        m.cf = r.string()
        break
      case 48:
        m.reverse = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawBatchScanRequest", [1, 2, 3, 4, 5, 6])
    }
  }
  return m
}

export const RawBatchScanRequest: Codec<RawBatchScanRequest> = {
  name: "kvrpcpb.RawBatchScanRequest",
  create: makeRawBatchScanRequest,
  encode: writeRawBatchScanRequest,
  decode: readRawBatchScanRequest
}

export interface RawBatchScanResponse {
  regionError: errorpb.Error | undefined
  kvs: KvPair[]
}

function makeRawBatchScanResponse(partial: Partial<RawBatchScanResponse> = {}): RawBatchScanResponse {
  return {
    regionError: partial.regionError,
    kvs: partial.kvs ?? []
  }
}

export function writeRawBatchScanResponse(m: RawBatchScanResponse, w: Writer): void {
  for (let i = m.kvs.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKvPair(m.kvs[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawBatchScanResponse(r: Reader, end: number): RawBatchScanResponse {
  const m: RawBatchScanResponse = {
    regionError: undefined,
    kvs: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.kvs.push(readKvPair(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.RawBatchScanResponse", [1, 2])
    }
  }
  return m
}

export const RawBatchScanResponse: Codec<RawBatchScanResponse> = {
  name: "kvrpcpb.RawBatchScanResponse",
  create: makeRawBatchScanResponse,
  encode: writeRawBatchScanResponse,
  decode: readRawBatchScanResponse
}

export interface UnsafeDestroyRangeRequest {
  context: Context | undefined
  startKey: Uint8Array
  endKey: Uint8Array
}

function makeUnsafeDestroyRangeRequest(partial: Partial<UnsafeDestroyRangeRequest> = {}): UnsafeDestroyRangeRequest {
  return {
    context: partial.context,
    startKey: partial.startKey ?? EMPTY,
    endKey: partial.endKey ?? EMPTY
  }
}

export function writeUnsafeDestroyRangeRequest(m: UnsafeDestroyRangeRequest, w: Writer): void {
  if (m.endKey.length > 0) {
    w.bytes(m.endKey)
    w.tag(26)
  }
  if (m.startKey.length > 0) {
    w.bytes(m.startKey)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readUnsafeDestroyRangeRequest(r: Reader, end: number): UnsafeDestroyRangeRequest {
  const m: UnsafeDestroyRangeRequest = {
    context: undefined,
    startKey: EMPTY,
    endKey: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.startKey = r.bytes()
        break
      case 26:
        m.endKey = r.bytes()
        break
      default:
        r.unknown(tag, "kvrpcpb.UnsafeDestroyRangeRequest", [1, 2, 3])
    }
  }
  return m
}

export const UnsafeDestroyRangeRequest: Codec<UnsafeDestroyRangeRequest> = {
  name: "kvrpcpb.UnsafeDestroyRangeRequest",
  create: makeUnsafeDestroyRangeRequest,
  encode: writeUnsafeDestroyRangeRequest,
  decode: readUnsafeDestroyRangeRequest
}

export interface UnsafeDestroyRangeResponse {
  regionError: errorpb.Error | undefined
  error: string
}

function makeUnsafeDestroyRangeResponse(partial: Partial<UnsafeDestroyRangeResponse> = {}): UnsafeDestroyRangeResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? ""
  }
}

export function writeUnsafeDestroyRangeResponse(m: UnsafeDestroyRangeResponse, w: Writer): void {
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readUnsafeDestroyRangeResponse(r: Reader, end: number): UnsafeDestroyRangeResponse {
  const m: UnsafeDestroyRangeResponse = {
    regionError: undefined,
    error: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.UnsafeDestroyRangeResponse", [1, 2])
    }
  }
  return m
}

export const UnsafeDestroyRangeResponse: Codec<UnsafeDestroyRangeResponse> = {
  name: "kvrpcpb.UnsafeDestroyRangeResponse",
  create: makeUnsafeDestroyRangeResponse,
  encode: writeUnsafeDestroyRangeResponse,
  decode: readUnsafeDestroyRangeResponse
}

export interface RegisterLockObserverRequest {
  context: Context | undefined
  maxTs: bigint
}

function makeRegisterLockObserverRequest(partial: Partial<RegisterLockObserverRequest> = {}): RegisterLockObserverRequest {
  return {
    context: partial.context,
    maxTs: partial.maxTs ?? 0n
  }
}

export function writeRegisterLockObserverRequest(m: RegisterLockObserverRequest, w: Writer): void {
  if (m.maxTs !== 0n) {
    w.uint64(m.maxTs)
    w.tag(16)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRegisterLockObserverRequest(r: Reader, end: number): RegisterLockObserverRequest {
  const m: RegisterLockObserverRequest = {
    context: undefined,
    maxTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.maxTs = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.RegisterLockObserverRequest", [1, 2])
    }
  }
  return m
}

export const RegisterLockObserverRequest: Codec<RegisterLockObserverRequest> = {
  name: "kvrpcpb.RegisterLockObserverRequest",
  create: makeRegisterLockObserverRequest,
  encode: writeRegisterLockObserverRequest,
  decode: readRegisterLockObserverRequest
}

export interface RegisterLockObserverResponse {
  error: string
}

function makeRegisterLockObserverResponse(partial: Partial<RegisterLockObserverResponse> = {}): RegisterLockObserverResponse {
  return {
    error: partial.error ?? ""
  }
}

export function writeRegisterLockObserverResponse(m: RegisterLockObserverResponse, w: Writer): void {
  if (m.error !== "") {
    w.string(m.error)
    w.tag(10)
  }
}

export function readRegisterLockObserverResponse(r: Reader, end: number): RegisterLockObserverResponse {
  const m: RegisterLockObserverResponse = {
    error: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.error = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.RegisterLockObserverResponse", [1])
    }
  }
  return m
}

export const RegisterLockObserverResponse: Codec<RegisterLockObserverResponse> = {
  name: "kvrpcpb.RegisterLockObserverResponse",
  create: makeRegisterLockObserverResponse,
  encode: writeRegisterLockObserverResponse,
  decode: readRegisterLockObserverResponse
}

export interface CheckLockObserverRequest {
  context: Context | undefined
  maxTs: bigint
}

function makeCheckLockObserverRequest(partial: Partial<CheckLockObserverRequest> = {}): CheckLockObserverRequest {
  return {
    context: partial.context,
    maxTs: partial.maxTs ?? 0n
  }
}

export function writeCheckLockObserverRequest(m: CheckLockObserverRequest, w: Writer): void {
  if (m.maxTs !== 0n) {
    w.uint64(m.maxTs)
    w.tag(16)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readCheckLockObserverRequest(r: Reader, end: number): CheckLockObserverRequest {
  const m: CheckLockObserverRequest = {
    context: undefined,
    maxTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.maxTs = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.CheckLockObserverRequest", [1, 2])
    }
  }
  return m
}

export const CheckLockObserverRequest: Codec<CheckLockObserverRequest> = {
  name: "kvrpcpb.CheckLockObserverRequest",
  create: makeCheckLockObserverRequest,
  encode: writeCheckLockObserverRequest,
  decode: readCheckLockObserverRequest
}

export interface CheckLockObserverResponse {
  error: string
  isClean: boolean
  locks: LockInfo[]
}

function makeCheckLockObserverResponse(partial: Partial<CheckLockObserverResponse> = {}): CheckLockObserverResponse {
  return {
    error: partial.error ?? "",
    isClean: partial.isClean ?? false,
    locks: partial.locks ?? []
  }
}

export function writeCheckLockObserverResponse(m: CheckLockObserverResponse, w: Writer): void {
  for (let i = m.locks.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeLockInfo(m.locks[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.isClean) {
    w.bool(m.isClean)
    w.tag(16)
  }
  if (m.error !== "") {
    w.string(m.error)
    w.tag(10)
  }
}

export function readCheckLockObserverResponse(r: Reader, end: number): CheckLockObserverResponse {
  const m: CheckLockObserverResponse = {
    error: "",
    isClean: false,
    locks: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.error = r.string()
        break
      case 16:
        m.isClean = r.bool()
        break
      case 26: {
        const to = r.enter()
        m.locks.push(readLockInfo(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.CheckLockObserverResponse", [1, 2, 3])
    }
  }
  return m
}

export const CheckLockObserverResponse: Codec<CheckLockObserverResponse> = {
  name: "kvrpcpb.CheckLockObserverResponse",
  create: makeCheckLockObserverResponse,
  encode: writeCheckLockObserverResponse,
  decode: readCheckLockObserverResponse
}

export interface RemoveLockObserverRequest {
  context: Context | undefined
  maxTs: bigint
}

function makeRemoveLockObserverRequest(partial: Partial<RemoveLockObserverRequest> = {}): RemoveLockObserverRequest {
  return {
    context: partial.context,
    maxTs: partial.maxTs ?? 0n
  }
}

export function writeRemoveLockObserverRequest(m: RemoveLockObserverRequest, w: Writer): void {
  if (m.maxTs !== 0n) {
    w.uint64(m.maxTs)
    w.tag(16)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRemoveLockObserverRequest(r: Reader, end: number): RemoveLockObserverRequest {
  const m: RemoveLockObserverRequest = {
    context: undefined,
    maxTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.maxTs = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.RemoveLockObserverRequest", [1, 2])
    }
  }
  return m
}

export const RemoveLockObserverRequest: Codec<RemoveLockObserverRequest> = {
  name: "kvrpcpb.RemoveLockObserverRequest",
  create: makeRemoveLockObserverRequest,
  encode: writeRemoveLockObserverRequest,
  decode: readRemoveLockObserverRequest
}

export interface RemoveLockObserverResponse {
  error: string
}

function makeRemoveLockObserverResponse(partial: Partial<RemoveLockObserverResponse> = {}): RemoveLockObserverResponse {
  return {
    error: partial.error ?? ""
  }
}

export function writeRemoveLockObserverResponse(m: RemoveLockObserverResponse, w: Writer): void {
  if (m.error !== "") {
    w.string(m.error)
    w.tag(10)
  }
}

export function readRemoveLockObserverResponse(r: Reader, end: number): RemoveLockObserverResponse {
  const m: RemoveLockObserverResponse = {
    error: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.error = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.RemoveLockObserverResponse", [1])
    }
  }
  return m
}

export const RemoveLockObserverResponse: Codec<RemoveLockObserverResponse> = {
  name: "kvrpcpb.RemoveLockObserverResponse",
  create: makeRemoveLockObserverResponse,
  encode: writeRemoveLockObserverResponse,
  decode: readRemoveLockObserverResponse
}

export interface PhysicalScanLockRequest {
  context: Context | undefined
  maxTs: bigint
  startKey: Uint8Array
  limit: number
}

function makePhysicalScanLockRequest(partial: Partial<PhysicalScanLockRequest> = {}): PhysicalScanLockRequest {
  return {
    context: partial.context,
    maxTs: partial.maxTs ?? 0n,
    startKey: partial.startKey ?? EMPTY,
    limit: partial.limit ?? 0
  }
}

export function writePhysicalScanLockRequest(m: PhysicalScanLockRequest, w: Writer): void {
  if (m.limit !== 0) {
    w.uint32(m.limit)
    w.tag(32)
  }
  if (m.startKey.length > 0) {
    w.bytes(m.startKey)
    w.tag(26)
  }
  if (m.maxTs !== 0n) {
    w.uint64(m.maxTs)
    w.tag(16)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readPhysicalScanLockRequest(r: Reader, end: number): PhysicalScanLockRequest {
  const m: PhysicalScanLockRequest = {
    context: undefined,
    maxTs: 0n,
    startKey: EMPTY,
    limit: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.maxTs = r.uint64()
        break
      case 26:
        m.startKey = r.bytes()
        break
      case 32:
        m.limit = r.uint32()
        break
      default:
        r.unknown(tag, "kvrpcpb.PhysicalScanLockRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const PhysicalScanLockRequest: Codec<PhysicalScanLockRequest> = {
  name: "kvrpcpb.PhysicalScanLockRequest",
  create: makePhysicalScanLockRequest,
  encode: writePhysicalScanLockRequest,
  decode: readPhysicalScanLockRequest
}

export interface PhysicalScanLockResponse {
  error: string
  locks: LockInfo[]
}

function makePhysicalScanLockResponse(partial: Partial<PhysicalScanLockResponse> = {}): PhysicalScanLockResponse {
  return {
    error: partial.error ?? "",
    locks: partial.locks ?? []
  }
}

export function writePhysicalScanLockResponse(m: PhysicalScanLockResponse, w: Writer): void {
  for (let i = m.locks.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeLockInfo(m.locks[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.error !== "") {
    w.string(m.error)
    w.tag(10)
  }
}

export function readPhysicalScanLockResponse(r: Reader, end: number): PhysicalScanLockResponse {
  const m: PhysicalScanLockResponse = {
    error: "",
    locks: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.error = r.string()
        break
      case 18: {
        const to = r.enter()
        m.locks.push(readLockInfo(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.PhysicalScanLockResponse", [1, 2])
    }
  }
  return m
}

export const PhysicalScanLockResponse: Codec<PhysicalScanLockResponse> = {
  name: "kvrpcpb.PhysicalScanLockResponse",
  create: makePhysicalScanLockResponse,
  encode: writePhysicalScanLockResponse,
  decode: readPhysicalScanLockResponse
}

export interface SplitRegionRequest {
  context: Context | undefined
  /** @deprecated */
  splitKey: Uint8Array
  splitKeys: Uint8Array[]
  isRawKv: boolean
}

function makeSplitRegionRequest(partial: Partial<SplitRegionRequest> = {}): SplitRegionRequest {
  return {
    context: partial.context,
    splitKey: partial.splitKey ?? EMPTY,
    splitKeys: partial.splitKeys ?? [],
    isRawKv: partial.isRawKv ?? false
  }
}

export function writeSplitRegionRequest(m: SplitRegionRequest, w: Writer): void {
  if (m.isRawKv) {
    w.bool(m.isRawKv)
    w.tag(32)
  }
  for (let i = m.splitKeys.length - 1; i >= 0; i--) {
    w.bytes(m.splitKeys[i]!)
    w.tag(26)
  }
  if (m.splitKey.length > 0) {
    w.bytes(m.splitKey)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readSplitRegionRequest(r: Reader, end: number): SplitRegionRequest {
  const m: SplitRegionRequest = {
    context: undefined,
    splitKey: EMPTY,
    splitKeys: [],
    isRawKv: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.splitKey = r.bytes()
        break
      case 26:
        m.splitKeys.push(r.bytes())
        break
      case 32:
        m.isRawKv = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.SplitRegionRequest", [1, 2, 3, 4])
    }
  }
  return m
}

export const SplitRegionRequest: Codec<SplitRegionRequest> = {
  name: "kvrpcpb.SplitRegionRequest",
  create: makeSplitRegionRequest,
  encode: writeSplitRegionRequest,
  decode: readSplitRegionRequest
}

export interface SplitRegionResponse {
  regionError: errorpb.Error | undefined
  /** @deprecated */
  left: metapb.Region | undefined
  /** @deprecated */
  right: metapb.Region | undefined
  regions: metapb.Region[]
  errors: KeyError[]
}

function makeSplitRegionResponse(partial: Partial<SplitRegionResponse> = {}): SplitRegionResponse {
  return {
    regionError: partial.regionError,
    left: partial.left,
    right: partial.right,
    regions: partial.regions ?? [],
    errors: partial.errors ?? []
  }
}

export function writeSplitRegionResponse(m: SplitRegionResponse, w: Writer): void {
  for (let i = m.errors.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKeyError(m.errors[i]!, w)
    w.lengthSince(start)
    w.tag(802)
  }
  for (let i = m.regions.length - 1; i >= 0; i--) {
    const start = w.mark()
    metapb.writeRegion(m.regions[i]!, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.right !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.right, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.left !== undefined) {
    const start = w.mark()
    metapb.writeRegion(m.left, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readSplitRegionResponse(r: Reader, end: number): SplitRegionResponse {
  const m: SplitRegionResponse = {
    regionError: undefined,
    left: undefined,
    right: undefined,
    regions: [],
    errors: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.left = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.right = metapb.readRegion(r, to)
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.regions.push(metapb.readRegion(r, to))
        r.leave(to)
        break
      }
      case 802: {
        const to = r.enter()
        m.errors.push(readKeyError(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.SplitRegionResponse", [1, 2, 3, 4, 100])
    }
  }
  return m
}

export const SplitRegionResponse: Codec<SplitRegionResponse> = {
  name: "kvrpcpb.SplitRegionResponse",
  create: makeSplitRegionResponse,
  encode: writeSplitRegionResponse,
  decode: readSplitRegionResponse
}

export interface ReadIndexRequest {
  context: Context | undefined
  startTs: bigint
  ranges: KeyRange[]
}

function makeReadIndexRequest(partial: Partial<ReadIndexRequest> = {}): ReadIndexRequest {
  return {
    context: partial.context,
    startTs: partial.startTs ?? 0n,
    ranges: partial.ranges ?? []
  }
}

export function writeReadIndexRequest(m: ReadIndexRequest, w: Writer): void {
  for (let i = m.ranges.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKeyRange(m.ranges[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(16)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readReadIndexRequest(r: Reader, end: number): ReadIndexRequest {
  const m: ReadIndexRequest = {
    context: undefined,
    startTs: 0n,
    ranges: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.startTs = r.uint64()
        break
      case 26: {
        const to = r.enter()
        m.ranges.push(readKeyRange(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.ReadIndexRequest", [1, 2, 3])
    }
  }
  return m
}

export const ReadIndexRequest: Codec<ReadIndexRequest> = {
  name: "kvrpcpb.ReadIndexRequest",
  create: makeReadIndexRequest,
  encode: writeReadIndexRequest,
  decode: readReadIndexRequest
}

export interface ReadIndexResponse {
  regionError: errorpb.Error | undefined
  readIndex: number
  locked: LockInfo | undefined
}

function makeReadIndexResponse(partial: Partial<ReadIndexResponse> = {}): ReadIndexResponse {
  return {
    regionError: partial.regionError,
    readIndex: partial.readIndex ?? 0,
    locked: partial.locked
  }
}

export function writeReadIndexResponse(m: ReadIndexResponse, w: Writer): void {
  if (m.locked !== undefined) {
    const start = w.mark()
    writeLockInfo(m.locked, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.readIndex !== 0) {
    w.uint53(m.readIndex)
    w.tag(16)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readReadIndexResponse(r: Reader, end: number): ReadIndexResponse {
  const m: ReadIndexResponse = {
    regionError: undefined,
    readIndex: 0,
    locked: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.readIndex = r.uint53()
        break
      case 26: {
        const to = r.enter()
        m.locked = readLockInfo(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.ReadIndexResponse", [1, 2, 3])
    }
  }
  return m
}

export const ReadIndexResponse: Codec<ReadIndexResponse> = {
  name: "kvrpcpb.ReadIndexResponse",
  create: makeReadIndexResponse,
  encode: writeReadIndexResponse,
  decode: readReadIndexResponse
}

export interface MvccGetByKeyRequest {
  context: Context | undefined
  key: Uint8Array
}

function makeMvccGetByKeyRequest(partial: Partial<MvccGetByKeyRequest> = {}): MvccGetByKeyRequest {
  return {
    context: partial.context,
    key: partial.key ?? EMPTY
  }
}

export function writeMvccGetByKeyRequest(m: MvccGetByKeyRequest, w: Writer): void {
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readMvccGetByKeyRequest(r: Reader, end: number): MvccGetByKeyRequest {
  const m: MvccGetByKeyRequest = {
    context: undefined,
    key: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.key = r.bytes()
        break
      default:
        r.unknown(tag, "kvrpcpb.MvccGetByKeyRequest", [1, 2])
    }
  }
  return m
}

export const MvccGetByKeyRequest: Codec<MvccGetByKeyRequest> = {
  name: "kvrpcpb.MvccGetByKeyRequest",
  create: makeMvccGetByKeyRequest,
  encode: writeMvccGetByKeyRequest,
  decode: readMvccGetByKeyRequest
}

export interface MvccGetByKeyResponse {
  regionError: errorpb.Error | undefined
  error: string
  info: MvccInfo | undefined
}

function makeMvccGetByKeyResponse(partial: Partial<MvccGetByKeyResponse> = {}): MvccGetByKeyResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? "",
    info: partial.info
  }
}

export function writeMvccGetByKeyResponse(m: MvccGetByKeyResponse, w: Writer): void {
  if (m.info !== undefined) {
    const start = w.mark()
    writeMvccInfo(m.info, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readMvccGetByKeyResponse(r: Reader, end: number): MvccGetByKeyResponse {
  const m: MvccGetByKeyResponse = {
    regionError: undefined,
    error: "",
    info: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      case 26: {
        const to = r.enter()
        m.info = readMvccInfo(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.MvccGetByKeyResponse", [1, 2, 3])
    }
  }
  return m
}

export const MvccGetByKeyResponse: Codec<MvccGetByKeyResponse> = {
  name: "kvrpcpb.MvccGetByKeyResponse",
  create: makeMvccGetByKeyResponse,
  encode: writeMvccGetByKeyResponse,
  decode: readMvccGetByKeyResponse
}

export interface MvccGetByStartTsRequest {
  context: Context | undefined
  startTs: bigint
}

function makeMvccGetByStartTsRequest(partial: Partial<MvccGetByStartTsRequest> = {}): MvccGetByStartTsRequest {
  return {
    context: partial.context,
    startTs: partial.startTs ?? 0n
  }
}

export function writeMvccGetByStartTsRequest(m: MvccGetByStartTsRequest, w: Writer): void {
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(16)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readMvccGetByStartTsRequest(r: Reader, end: number): MvccGetByStartTsRequest {
  const m: MvccGetByStartTsRequest = {
    context: undefined,
    startTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.startTs = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.MvccGetByStartTsRequest", [1, 2])
    }
  }
  return m
}

export const MvccGetByStartTsRequest: Codec<MvccGetByStartTsRequest> = {
  name: "kvrpcpb.MvccGetByStartTsRequest",
  create: makeMvccGetByStartTsRequest,
  encode: writeMvccGetByStartTsRequest,
  decode: readMvccGetByStartTsRequest
}

export interface MvccGetByStartTsResponse {
  regionError: errorpb.Error | undefined
  error: string
  key: Uint8Array
  info: MvccInfo | undefined
}

function makeMvccGetByStartTsResponse(partial: Partial<MvccGetByStartTsResponse> = {}): MvccGetByStartTsResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? "",
    key: partial.key ?? EMPTY,
    info: partial.info
  }
}

export function writeMvccGetByStartTsResponse(m: MvccGetByStartTsResponse, w: Writer): void {
  if (m.info !== undefined) {
    const start = w.mark()
    writeMvccInfo(m.info, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(26)
  }
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readMvccGetByStartTsResponse(r: Reader, end: number): MvccGetByStartTsResponse {
  const m: MvccGetByStartTsResponse = {
    regionError: undefined,
    error: "",
    key: EMPTY,
    info: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      case 26:
        m.key = r.bytes()
        break
      case 34: {
        const to = r.enter()
        m.info = readMvccInfo(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.MvccGetByStartTsResponse", [1, 2, 3, 4])
    }
  }
  return m
}

export const MvccGetByStartTsResponse: Codec<MvccGetByStartTsResponse> = {
  name: "kvrpcpb.MvccGetByStartTsResponse",
  create: makeMvccGetByStartTsResponse,
  encode: writeMvccGetByStartTsResponse,
  decode: readMvccGetByStartTsResponse
}

export interface Context {
  regionId: number
  regionEpoch: metapb.RegionEpoch | undefined
  peer: metapb.Peer | undefined
  term: number
  priority: CommandPri
  isolationLevel: IsolationLevel
  notFillCache: boolean
  syncLog: boolean
  recordTimeStat: boolean
  recordScanStat: boolean
  replicaRead: boolean
  resolvedLocks: bigint[]
  maxExecutionDurationMs: number
  appliedIndex: number
  taskId: bigint
  staleRead: boolean
  resourceGroupTag: Uint8Array
  diskFullOpt: DiskFullOpt
  isRetryRequest: boolean
  apiVersion: APIVersion
  committedLocks: bigint[]
  traceContext: tracepb.TraceContext | undefined
  requestSource: string
  txnSource: bigint
  busyThresholdMs: number
  resourceControlContext: ResourceControlContext | undefined
  requestOrigin: RequestOrigin
  keyspaceName: string
  keyspace:
    | { readonly case: "keyspaceId"; readonly value: number }
    | { readonly case: "keyspaceIdentity"; readonly value: apipb.KeyspaceIdentity }
    | undefined
  bucketsVersion: number
  sourceStmt: SourceStmt | undefined
  clusterId: number
  traceId: Uint8Array
  traceControlFlags: bigint
}

function makeContext(partial: Partial<Context> = {}): Context {
  return {
    regionId: partial.regionId ?? 0,
    regionEpoch: partial.regionEpoch,
    peer: partial.peer,
    term: partial.term ?? 0,
    priority: partial.priority ?? 0,
    isolationLevel: partial.isolationLevel ?? 0,
    notFillCache: partial.notFillCache ?? false,
    syncLog: partial.syncLog ?? false,
    recordTimeStat: partial.recordTimeStat ?? false,
    recordScanStat: partial.recordScanStat ?? false,
    replicaRead: partial.replicaRead ?? false,
    resolvedLocks: partial.resolvedLocks ?? [],
    maxExecutionDurationMs: partial.maxExecutionDurationMs ?? 0,
    appliedIndex: partial.appliedIndex ?? 0,
    taskId: partial.taskId ?? 0n,
    staleRead: partial.staleRead ?? false,
    resourceGroupTag: partial.resourceGroupTag ?? EMPTY,
    diskFullOpt: partial.diskFullOpt ?? 0,
    isRetryRequest: partial.isRetryRequest ?? false,
    apiVersion: partial.apiVersion ?? 0,
    committedLocks: partial.committedLocks ?? [],
    traceContext: partial.traceContext,
    requestSource: partial.requestSource ?? "",
    txnSource: partial.txnSource ?? 0n,
    busyThresholdMs: partial.busyThresholdMs ?? 0,
    resourceControlContext: partial.resourceControlContext,
    requestOrigin: partial.requestOrigin ?? 0,
    keyspaceName: partial.keyspaceName ?? "",
    keyspace: partial.keyspace,
    bucketsVersion: partial.bucketsVersion ?? 0,
    sourceStmt: partial.sourceStmt,
    clusterId: partial.clusterId ?? 0,
    traceId: partial.traceId ?? EMPTY,
    traceControlFlags: partial.traceControlFlags ?? 0n
  }
}

export function writeContext(m: Context, w: Writer): void {
  if (m.keyspace !== undefined) {
    switch (m.keyspace.case) {
      case "keyspaceIdentity": {
        const start = w.mark()
        apipb.writeKeyspaceIdentity(m.keyspace.value, w)
        w.lengthSince(start)
        w.tag(306)
        break
      }
    }
  }
  if (m.traceControlFlags !== 0n) {
    w.uint64(m.traceControlFlags)
    w.tag(296)
  }
  if (m.traceId.length > 0) {
    w.bytes(m.traceId)
    w.tag(290)
  }
  if (m.clusterId !== 0) {
    w.uint53(m.clusterId)
    w.tag(280)
  }
  if (m.sourceStmt !== undefined) {
    const start = w.mark()
    writeSourceStmt(m.sourceStmt, w)
    w.lengthSince(start)
    w.tag(274)
  }
  if (m.bucketsVersion !== 0) {
    w.uint53(m.bucketsVersion)
    w.tag(264)
  }
  if (m.keyspace !== undefined) {
    switch (m.keyspace.case) {
      case "keyspaceId": {
        w.uint32(m.keyspace.value)
        w.tag(256)
        break
      }
    }
  }
  if (m.keyspaceName !== "") {
    w.string(m.keyspaceName)
    w.tag(250)
  }
  if (m.requestOrigin !== 0) {
    w.int32(m.requestOrigin)
    w.tag(232)
  }
  if (m.resourceControlContext !== undefined) {
    const start = w.mark()
    writeResourceControlContext(m.resourceControlContext, w)
    w.lengthSince(start)
    w.tag(226)
  }
  if (m.busyThresholdMs !== 0) {
    w.uint32(m.busyThresholdMs)
    w.tag(216)
  }
  if (m.txnSource !== 0n) {
    w.uint64(m.txnSource)
    w.tag(200)
  }
  if (m.requestSource !== "") {
    w.string(m.requestSource)
    w.tag(194)
  }
  if (m.traceContext !== undefined) {
    const start = w.mark()
    tracepb.writeTraceContext(m.traceContext, w)
    w.lengthSince(start)
    w.tag(186)
  }
  if (m.committedLocks.length > 0) {
    const list = w.mark()
    for (let i = m.committedLocks.length - 1; i >= 0; i--) w.uint64(m.committedLocks[i]!)
    w.lengthSince(list)
    w.tag(178)
  }
  if (m.apiVersion !== 0) {
    w.int32(m.apiVersion)
    w.tag(168)
  }
  if (m.isRetryRequest) {
    w.bool(m.isRetryRequest)
    w.tag(160)
  }
  if (m.diskFullOpt !== 0) {
    w.int32(m.diskFullOpt)
    w.tag(152)
  }
  if (m.resourceGroupTag.length > 0) {
    w.bytes(m.resourceGroupTag)
    w.tag(146)
  }
  if (m.staleRead) {
    w.bool(m.staleRead)
    w.tag(136)
  }
  if (m.taskId !== 0n) {
    w.uint64(m.taskId)
    w.tag(128)
  }
  if (m.appliedIndex !== 0) {
    w.uint53(m.appliedIndex)
    w.tag(120)
  }
  if (m.maxExecutionDurationMs !== 0) {
    w.uint53(m.maxExecutionDurationMs)
    w.tag(112)
  }
  if (m.resolvedLocks.length > 0) {
    const list = w.mark()
    for (let i = m.resolvedLocks.length - 1; i >= 0; i--) w.uint64(m.resolvedLocks[i]!)
    w.lengthSince(list)
    w.tag(106)
  }
  if (m.replicaRead) {
    w.bool(m.replicaRead)
    w.tag(96)
  }
  if (m.recordScanStat) {
    w.bool(m.recordScanStat)
    w.tag(88)
  }
  if (m.recordTimeStat) {
    w.bool(m.recordTimeStat)
    w.tag(80)
  }
  if (m.syncLog) {
    w.bool(m.syncLog)
    w.tag(72)
  }
  if (m.notFillCache) {
    w.bool(m.notFillCache)
    w.tag(64)
  }
  if (m.isolationLevel !== 0) {
    w.int32(m.isolationLevel)
    w.tag(56)
  }
  if (m.priority !== 0) {
    w.int32(m.priority)
    w.tag(48)
  }
  if (m.term !== 0) {
    w.uint53(m.term)
    w.tag(40)
  }
  if (m.peer !== undefined) {
    const start = w.mark()
    metapb.writePeer(m.peer, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.regionEpoch !== undefined) {
    const start = w.mark()
    metapb.writeRegionEpoch(m.regionEpoch, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionId !== 0) {
    w.uint53(m.regionId)
    w.tag(8)
  }
}

export function readContext(r: Reader, end: number): Context {
  const m: Context = {
    regionId: 0,
    regionEpoch: undefined,
    peer: undefined,
    term: 0,
    priority: 0,
    isolationLevel: 0,
    notFillCache: false,
    syncLog: false,
    recordTimeStat: false,
    recordScanStat: false,
    replicaRead: false,
    resolvedLocks: [],
    maxExecutionDurationMs: 0,
    appliedIndex: 0,
    taskId: 0n,
    staleRead: false,
    resourceGroupTag: EMPTY,
    diskFullOpt: 0,
    isRetryRequest: false,
    apiVersion: 0,
    committedLocks: [],
    traceContext: undefined,
    requestSource: "",
    txnSource: 0n,
    busyThresholdMs: 0,
    resourceControlContext: undefined,
    requestOrigin: 0,
    keyspaceName: "",
    keyspace: undefined,
    bucketsVersion: 0,
    sourceStmt: undefined,
    clusterId: 0,
    traceId: EMPTY,
    traceControlFlags: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regionId = r.uint53()
        break
      case 18: {
        const to = r.enter()
        m.regionEpoch = metapb.readRegionEpoch(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.peer = metapb.readPeer(r, to)
        r.leave(to)
        break
      }
      case 40:
        m.term = r.uint53()
        break
      case 48:
        m.priority = r.int32()
        break
      case 56:
        m.isolationLevel = r.int32()
        break
      case 64:
        m.notFillCache = r.bool()
        break
      case 72:
        m.syncLog = r.bool()
        break
      case 80:
        m.recordTimeStat = r.bool()
        break
      case 88:
        m.recordScanStat = r.bool()
        break
      case 96:
        m.replicaRead = r.bool()
        break
      case 104:
        m.resolvedLocks.push(r.uint64())
        break
      case 106: {
        const to = r.enterPacked()
        while (r.pos < to) m.resolvedLocks.push(r.uint64())
        r.leavePacked(to)
        break
      }
      case 112:
        m.maxExecutionDurationMs = r.uint53()
        break
      case 120:
        m.appliedIndex = r.uint53()
        break
      case 128:
        m.taskId = r.uint64()
        break
      case 136:
        m.staleRead = r.bool()
        break
      case 146:
        m.resourceGroupTag = r.bytes()
        break
      case 152:
        m.diskFullOpt = r.int32()
        break
      case 160:
        m.isRetryRequest = r.bool()
        break
      case 168:
        m.apiVersion = r.int32()
        break
      case 176:
        m.committedLocks.push(r.uint64())
        break
      case 178: {
        const to = r.enterPacked()
        while (r.pos < to) m.committedLocks.push(r.uint64())
        r.leavePacked(to)
        break
      }
      case 186: {
        const to = r.enter()
        m.traceContext = tracepb.readTraceContext(r, to)
        r.leave(to)
        break
      }
      case 194:
        m.requestSource = r.string()
        break
      case 200:
        m.txnSource = r.uint64()
        break
      case 216:
        m.busyThresholdMs = r.uint32()
        break
      case 226: {
        const to = r.enter()
        m.resourceControlContext = readResourceControlContext(r, to)
        r.leave(to)
        break
      }
      case 232:
        m.requestOrigin = r.int32()
        break
      case 250:
        m.keyspaceName = r.string()
        break
      case 256:
        m.keyspace = { case: "keyspaceId", value: r.uint32() }
        break
      case 306: {
        const to = r.enter()
        m.keyspace = { case: "keyspaceIdentity", value: apipb.readKeyspaceIdentity(r, to) }
        r.leave(to)
        break
      }
      case 264:
        m.bucketsVersion = r.uint53()
        break
      case 274: {
        const to = r.enter()
        m.sourceStmt = readSourceStmt(r, to)
        r.leave(to)
        break
      }
      case 280:
        m.clusterId = r.uint53()
        break
      case 290:
        m.traceId = r.bytes()
        break
      case 296:
        m.traceControlFlags = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.Context", [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 27, 28, 29, 31, 32, 33, 34, 35, 36, 37, 38])
    }
  }
  return m
}

export const Context: Codec<Context> = {
  name: "kvrpcpb.Context",
  create: makeContext,
  encode: writeContext,
  decode: readContext
}

export interface ResourceControlContext {
  resourceGroupName: string
  overridePriority: number
}

function makeResourceControlContext(partial: Partial<ResourceControlContext> = {}): ResourceControlContext {
  return {
    resourceGroupName: partial.resourceGroupName ?? "",
    overridePriority: partial.overridePriority ?? 0
  }
}

export function writeResourceControlContext(m: ResourceControlContext, w: Writer): void {
  if (m.overridePriority !== 0) {
    w.uint53(m.overridePriority)
    w.tag(24)
  }
  if (m.resourceGroupName !== "") {
    w.string(m.resourceGroupName)
    w.tag(10)
  }
}

export function readResourceControlContext(r: Reader, end: number): ResourceControlContext {
  const m: ResourceControlContext = {
    resourceGroupName: "",
    overridePriority: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.resourceGroupName = r.string()
        break
      case 24:
        m.overridePriority = r.uint53()
        break
      default:
        r.unknown(tag, "kvrpcpb.ResourceControlContext", [1, 3])
    }
  }
  return m
}

export const ResourceControlContext: Codec<ResourceControlContext> = {
  name: "kvrpcpb.ResourceControlContext",
  create: makeResourceControlContext,
  encode: writeResourceControlContext,
  decode: readResourceControlContext
}

export interface SourceStmt {
  startTs: bigint
  connectionId: bigint
  stmtId: bigint
  sessionAlias: string
}

function makeSourceStmt(partial: Partial<SourceStmt> = {}): SourceStmt {
  return {
    startTs: partial.startTs ?? 0n,
    connectionId: partial.connectionId ?? 0n,
    stmtId: partial.stmtId ?? 0n,
    sessionAlias: partial.sessionAlias ?? ""
  }
}

export function writeSourceStmt(m: SourceStmt, w: Writer): void {
  if (m.sessionAlias !== "") {
    w.string(m.sessionAlias)
    w.tag(34)
  }
  if (m.stmtId !== 0n) {
    w.uint64(m.stmtId)
    w.tag(24)
  }
  if (m.connectionId !== 0n) {
    w.uint64(m.connectionId)
    w.tag(16)
  }
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(8)
  }
}

export function readSourceStmt(r: Reader, end: number): SourceStmt {
  const m: SourceStmt = {
    startTs: 0n,
    connectionId: 0n,
    stmtId: 0n,
    sessionAlias: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.startTs = r.uint64()
        break
      case 16:
        m.connectionId = r.uint64()
        break
      case 24:
        m.stmtId = r.uint64()
        break
      case 34:
        m.sessionAlias = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.SourceStmt", [1, 2, 3, 4])
    }
  }
  return m
}

export const SourceStmt: Codec<SourceStmt> = {
  name: "kvrpcpb.SourceStmt",
  create: makeSourceStmt,
  encode: writeSourceStmt,
  decode: readSourceStmt
}

export interface LockInfo {
  primaryLock: Uint8Array
  lockVersion: bigint
  key: Uint8Array
  lockTtl: number
  txnSize: bigint
  lockType: Op
  lockForUpdateTs: bigint
  useAsyncCommit: boolean
  minCommitTs: bigint
  secondaries: Uint8Array[]
  durationToLastUpdateMs: number
  sharedLockInfos: LockInfo[]
  isTxnFile: boolean
}

function makeLockInfo(partial: Partial<LockInfo> = {}): LockInfo {
  return {
    primaryLock: partial.primaryLock ?? EMPTY,
    lockVersion: partial.lockVersion ?? 0n,
    key: partial.key ?? EMPTY,
    lockTtl: partial.lockTtl ?? 0,
    txnSize: partial.txnSize ?? 0n,
    lockType: partial.lockType ?? 0,
    lockForUpdateTs: partial.lockForUpdateTs ?? 0n,
    useAsyncCommit: partial.useAsyncCommit ?? false,
    minCommitTs: partial.minCommitTs ?? 0n,
    secondaries: partial.secondaries ?? [],
    durationToLastUpdateMs: partial.durationToLastUpdateMs ?? 0,
    sharedLockInfos: partial.sharedLockInfos ?? [],
    isTxnFile: partial.isTxnFile ?? false
  }
}

export function writeLockInfo(m: LockInfo, w: Writer): void {
  if (m.isTxnFile) {
    w.bool(m.isTxnFile)
    w.tag(800)
  }
  for (let i = m.sharedLockInfos.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeLockInfo(m.sharedLockInfos[i]!, w)
    w.lengthSince(start)
    w.tag(98)
  }
  if (m.durationToLastUpdateMs !== 0) {
    w.uint53(m.durationToLastUpdateMs)
    w.tag(88)
  }
  for (let i = m.secondaries.length - 1; i >= 0; i--) {
    w.bytes(m.secondaries[i]!)
    w.tag(82)
  }
  if (m.minCommitTs !== 0n) {
    w.uint64(m.minCommitTs)
    w.tag(72)
  }
  if (m.useAsyncCommit) {
    w.bool(m.useAsyncCommit)
    w.tag(64)
  }
  if (m.lockForUpdateTs !== 0n) {
    w.uint64(m.lockForUpdateTs)
    w.tag(56)
  }
  if (m.lockType !== 0) {
    w.int32(m.lockType)
    w.tag(48)
  }
  if (m.txnSize !== 0n) {
    w.uint64(m.txnSize)
    w.tag(40)
  }
  if (m.lockTtl !== 0) {
    w.uint53(m.lockTtl)
    w.tag(32)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(26)
  }
  if (m.lockVersion !== 0n) {
    w.uint64(m.lockVersion)
    w.tag(16)
  }
  if (m.primaryLock.length > 0) {
    w.bytes(m.primaryLock)
    w.tag(10)
  }
}

export function readLockInfo(r: Reader, end: number): LockInfo {
  const m: LockInfo = {
    primaryLock: EMPTY,
    lockVersion: 0n,
    key: EMPTY,
    lockTtl: 0,
    txnSize: 0n,
    lockType: 0,
    lockForUpdateTs: 0n,
    useAsyncCommit: false,
    minCommitTs: 0n,
    secondaries: [],
    durationToLastUpdateMs: 0,
    sharedLockInfos: [],
    isTxnFile: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.primaryLock = r.bytes()
        break
      case 16:
        m.lockVersion = r.uint64()
        break
      case 26:
        m.key = r.bytes()
        break
      case 32:
        m.lockTtl = r.uint53()
        break
      case 40:
        m.txnSize = r.uint64()
        break
      case 48:
        m.lockType = r.int32()
        break
      case 56:
        m.lockForUpdateTs = r.uint64()
        break
      case 64:
        m.useAsyncCommit = r.bool()
        break
      case 72:
        m.minCommitTs = r.uint64()
        break
      case 82:
        m.secondaries.push(r.bytes())
        break
      case 88:
        m.durationToLastUpdateMs = r.uint53()
        break
      case 98: {
        const to = r.enter()
        m.sharedLockInfos.push(readLockInfo(r, to))
        r.leave(to)
        break
      }
      case 800:
        m.isTxnFile = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.LockInfo", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 100])
    }
  }
  return m
}

export const LockInfo: Codec<LockInfo> = {
  name: "kvrpcpb.LockInfo",
  create: makeLockInfo,
  encode: writeLockInfo,
  decode: readLockInfo
}

export interface KeyError {
  locked: LockInfo | undefined
  retryable: string
  abort: string
  conflict: WriteConflict | undefined
  alreadyExist: AlreadyExist | undefined
  deadlock: Deadlock | undefined
  commitTsExpired: CommitTsExpired | undefined
  txnNotFound: TxnNotFound | undefined
  commitTsTooLarge: CommitTsTooLarge | undefined
  assertionFailed: AssertionFailed | undefined
  primaryMismatch: PrimaryMismatch | undefined
  txnLockNotFound: TxnLockNotFound | undefined
  lockUpgradeConflict: LockUpgradeConflict | undefined
  sharedLockLost: SharedLockLost | undefined
  debugInfo: DebugInfo | undefined
}

function makeKeyError(partial: Partial<KeyError> = {}): KeyError {
  return {
    locked: partial.locked,
    retryable: partial.retryable ?? "",
    abort: partial.abort ?? "",
    conflict: partial.conflict,
    alreadyExist: partial.alreadyExist,
    deadlock: partial.deadlock,
    commitTsExpired: partial.commitTsExpired,
    txnNotFound: partial.txnNotFound,
    commitTsTooLarge: partial.commitTsTooLarge,
    assertionFailed: partial.assertionFailed,
    primaryMismatch: partial.primaryMismatch,
    txnLockNotFound: partial.txnLockNotFound,
    lockUpgradeConflict: partial.lockUpgradeConflict,
    sharedLockLost: partial.sharedLockLost,
    debugInfo: partial.debugInfo
  }
}

export function writeKeyError(m: KeyError, w: Writer): void {
  if (m.debugInfo !== undefined) {
    const start = w.mark()
    writeDebugInfo(m.debugInfo, w)
    w.lengthSince(start)
    w.tag(802)
  }
  if (m.sharedLockLost !== undefined) {
    const start = w.mark()
    writeSharedLockLost(m.sharedLockLost, w)
    w.lengthSince(start)
    w.tag(114)
  }
  if (m.lockUpgradeConflict !== undefined) {
    const start = w.mark()
    writeLockUpgradeConflict(m.lockUpgradeConflict, w)
    w.lengthSince(start)
    w.tag(106)
  }
  if (m.txnLockNotFound !== undefined) {
    const start = w.mark()
    writeTxnLockNotFound(m.txnLockNotFound, w)
    w.lengthSince(start)
    w.tag(98)
  }
  if (m.primaryMismatch !== undefined) {
    const start = w.mark()
    writePrimaryMismatch(m.primaryMismatch, w)
    w.lengthSince(start)
    w.tag(90)
  }
  if (m.assertionFailed !== undefined) {
    const start = w.mark()
    writeAssertionFailed(m.assertionFailed, w)
    w.lengthSince(start)
    w.tag(82)
  }
  if (m.commitTsTooLarge !== undefined) {
    const start = w.mark()
    writeCommitTsTooLarge(m.commitTsTooLarge, w)
    w.lengthSince(start)
    w.tag(74)
  }
  if (m.txnNotFound !== undefined) {
    const start = w.mark()
    writeTxnNotFound(m.txnNotFound, w)
    w.lengthSince(start)
    w.tag(66)
  }
  if (m.commitTsExpired !== undefined) {
    const start = w.mark()
    writeCommitTsExpired(m.commitTsExpired, w)
    w.lengthSince(start)
    w.tag(58)
  }
  if (m.deadlock !== undefined) {
    const start = w.mark()
    writeDeadlock(m.deadlock, w)
    w.lengthSince(start)
    w.tag(50)
  }
  if (m.alreadyExist !== undefined) {
    const start = w.mark()
    writeAlreadyExist(m.alreadyExist, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.conflict !== undefined) {
    const start = w.mark()
    writeWriteConflict(m.conflict, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.abort !== "") {
    w.string(m.abort)
    w.tag(26)
  }
  if (m.retryable !== "") {
    w.string(m.retryable)
    w.tag(18)
  }
  if (m.locked !== undefined) {
    const start = w.mark()
    writeLockInfo(m.locked, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readKeyError(r: Reader, end: number): KeyError {
  const m: KeyError = {
    locked: undefined,
    retryable: "",
    abort: "",
    conflict: undefined,
    alreadyExist: undefined,
    deadlock: undefined,
    commitTsExpired: undefined,
    txnNotFound: undefined,
    commitTsTooLarge: undefined,
    assertionFailed: undefined,
    primaryMismatch: undefined,
    txnLockNotFound: undefined,
    lockUpgradeConflict: undefined,
    sharedLockLost: undefined,
    debugInfo: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.locked = readLockInfo(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.retryable = r.string()
        break
      case 26:
        m.abort = r.string()
        break
      case 34: {
        const to = r.enter()
        m.conflict = readWriteConflict(r, to)
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.alreadyExist = readAlreadyExist(r, to)
        r.leave(to)
        break
      }
      case 50: {
        const to = r.enter()
        m.deadlock = readDeadlock(r, to)
        r.leave(to)
        break
      }
      case 58: {
        const to = r.enter()
        m.commitTsExpired = readCommitTsExpired(r, to)
        r.leave(to)
        break
      }
      case 66: {
        const to = r.enter()
        m.txnNotFound = readTxnNotFound(r, to)
        r.leave(to)
        break
      }
      case 74: {
        const to = r.enter()
        m.commitTsTooLarge = readCommitTsTooLarge(r, to)
        r.leave(to)
        break
      }
      case 82: {
        const to = r.enter()
        m.assertionFailed = readAssertionFailed(r, to)
        r.leave(to)
        break
      }
      case 90: {
        const to = r.enter()
        m.primaryMismatch = readPrimaryMismatch(r, to)
        r.leave(to)
        break
      }
      case 98: {
        const to = r.enter()
        m.txnLockNotFound = readTxnLockNotFound(r, to)
        r.leave(to)
        break
      }
      case 106: {
        const to = r.enter()
        m.lockUpgradeConflict = readLockUpgradeConflict(r, to)
        r.leave(to)
        break
      }
      case 114: {
        const to = r.enter()
        m.sharedLockLost = readSharedLockLost(r, to)
        r.leave(to)
        break
      }
      case 802: {
        const to = r.enter()
        m.debugInfo = readDebugInfo(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.KeyError", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 100])
    }
  }
  return m
}

export const KeyError: Codec<KeyError> = {
  name: "kvrpcpb.KeyError",
  create: makeKeyError,
  encode: writeKeyError,
  decode: readKeyError
}

export interface WriteConflict {
  startTs: bigint
  conflictTs: bigint
  key: Uint8Array
  primary: Uint8Array
  conflictCommitTs: bigint
  reason: WriteConflict_Reason
}

function makeWriteConflict(partial: Partial<WriteConflict> = {}): WriteConflict {
  return {
    startTs: partial.startTs ?? 0n,
    conflictTs: partial.conflictTs ?? 0n,
    key: partial.key ?? EMPTY,
    primary: partial.primary ?? EMPTY,
    conflictCommitTs: partial.conflictCommitTs ?? 0n,
    reason: partial.reason ?? 0
  }
}

export function writeWriteConflict(m: WriteConflict, w: Writer): void {
  if (m.reason !== 0) {
    w.int32(m.reason)
    w.tag(48)
  }
  if (m.conflictCommitTs !== 0n) {
    w.uint64(m.conflictCommitTs)
    w.tag(40)
  }
  if (m.primary.length > 0) {
    w.bytes(m.primary)
    w.tag(34)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(26)
  }
  if (m.conflictTs !== 0n) {
    w.uint64(m.conflictTs)
    w.tag(16)
  }
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(8)
  }
}

export function readWriteConflict(r: Reader, end: number): WriteConflict {
  const m: WriteConflict = {
    startTs: 0n,
    conflictTs: 0n,
    key: EMPTY,
    primary: EMPTY,
    conflictCommitTs: 0n,
    reason: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.startTs = r.uint64()
        break
      case 16:
        m.conflictTs = r.uint64()
        break
      case 26:
        m.key = r.bytes()
        break
      case 34:
        m.primary = r.bytes()
        break
      case 40:
        m.conflictCommitTs = r.uint64()
        break
      case 48:
        m.reason = r.int32()
        break
      default:
        r.unknown(tag, "kvrpcpb.WriteConflict", [1, 2, 3, 4, 5, 6])
    }
  }
  return m
}

export const WriteConflict: Codec<WriteConflict> = {
  name: "kvrpcpb.WriteConflict",
  create: makeWriteConflict,
  encode: writeWriteConflict,
  decode: readWriteConflict
}

export interface LockUpgradeConflict {
  key: Uint8Array
  startTs: bigint
  ownerStartTs: bigint
  reason: LockUpgradeConflict_Reason
}

function makeLockUpgradeConflict(partial: Partial<LockUpgradeConflict> = {}): LockUpgradeConflict {
  return {
    key: partial.key ?? EMPTY,
    startTs: partial.startTs ?? 0n,
    ownerStartTs: partial.ownerStartTs ?? 0n,
    reason: partial.reason ?? 0
  }
}

export function writeLockUpgradeConflict(m: LockUpgradeConflict, w: Writer): void {
  if (m.reason !== 0) {
    w.int32(m.reason)
    w.tag(32)
  }
  if (m.ownerStartTs !== 0n) {
    w.uint64(m.ownerStartTs)
    w.tag(24)
  }
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(16)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(10)
  }
}

export function readLockUpgradeConflict(r: Reader, end: number): LockUpgradeConflict {
  const m: LockUpgradeConflict = {
    key: EMPTY,
    startTs: 0n,
    ownerStartTs: 0n,
    reason: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.key = r.bytes()
        break
      case 16:
        m.startTs = r.uint64()
        break
      case 24:
        m.ownerStartTs = r.uint64()
        break
      case 32:
        m.reason = r.int32()
        break
      default:
        r.unknown(tag, "kvrpcpb.LockUpgradeConflict", [1, 2, 3, 4])
    }
  }
  return m
}

export const LockUpgradeConflict: Codec<LockUpgradeConflict> = {
  name: "kvrpcpb.LockUpgradeConflict",
  create: makeLockUpgradeConflict,
  encode: writeLockUpgradeConflict,
  decode: readLockUpgradeConflict
}

export interface SharedLockLost {
  key: Uint8Array
  startTs: bigint
}

function makeSharedLockLost(partial: Partial<SharedLockLost> = {}): SharedLockLost {
  return {
    key: partial.key ?? EMPTY,
    startTs: partial.startTs ?? 0n
  }
}

export function writeSharedLockLost(m: SharedLockLost, w: Writer): void {
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(16)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(10)
  }
}

export function readSharedLockLost(r: Reader, end: number): SharedLockLost {
  const m: SharedLockLost = {
    key: EMPTY,
    startTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.key = r.bytes()
        break
      case 16:
        m.startTs = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.SharedLockLost", [1, 2])
    }
  }
  return m
}

export const SharedLockLost: Codec<SharedLockLost> = {
  name: "kvrpcpb.SharedLockLost",
  create: makeSharedLockLost,
  encode: writeSharedLockLost,
  decode: readSharedLockLost
}

export interface AlreadyExist {
  key: Uint8Array
}

function makeAlreadyExist(partial: Partial<AlreadyExist> = {}): AlreadyExist {
  return {
    key: partial.key ?? EMPTY
  }
}

export function writeAlreadyExist(m: AlreadyExist, w: Writer): void {
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(10)
  }
}

export function readAlreadyExist(r: Reader, end: number): AlreadyExist {
  const m: AlreadyExist = {
    key: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.key = r.bytes()
        break
      default:
        r.unknown(tag, "kvrpcpb.AlreadyExist", [1])
    }
  }
  return m
}

export const AlreadyExist: Codec<AlreadyExist> = {
  name: "kvrpcpb.AlreadyExist",
  create: makeAlreadyExist,
  encode: writeAlreadyExist,
  decode: readAlreadyExist
}

export interface Deadlock {
  lockTs: bigint
  lockKey: Uint8Array
  deadlockKeyHash: bigint
  waitChain: deadlock.WaitForEntry[]
  deadlockKey: Uint8Array
}

function makeDeadlock(partial: Partial<Deadlock> = {}): Deadlock {
  return {
    lockTs: partial.lockTs ?? 0n,
    lockKey: partial.lockKey ?? EMPTY,
    deadlockKeyHash: partial.deadlockKeyHash ?? 0n,
    waitChain: partial.waitChain ?? [],
    deadlockKey: partial.deadlockKey ?? EMPTY
  }
}

export function writeDeadlock(m: Deadlock, w: Writer): void {
  if (m.deadlockKey.length > 0) {
    w.bytes(m.deadlockKey)
    w.tag(42)
  }
  for (let i = m.waitChain.length - 1; i >= 0; i--) {
    const start = w.mark()
    deadlock.writeWaitForEntry(m.waitChain[i]!, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.deadlockKeyHash !== 0n) {
    w.uint64(m.deadlockKeyHash)
    w.tag(24)
  }
  if (m.lockKey.length > 0) {
    w.bytes(m.lockKey)
    w.tag(18)
  }
  if (m.lockTs !== 0n) {
    w.uint64(m.lockTs)
    w.tag(8)
  }
}

export function readDeadlock(r: Reader, end: number): Deadlock {
  const m: Deadlock = {
    lockTs: 0n,
    lockKey: EMPTY,
    deadlockKeyHash: 0n,
    waitChain: [],
    deadlockKey: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.lockTs = r.uint64()
        break
      case 18:
        m.lockKey = r.bytes()
        break
      case 24:
        m.deadlockKeyHash = r.uint64()
        break
      case 34: {
        const to = r.enter()
        m.waitChain.push(deadlock.readWaitForEntry(r, to))
        r.leave(to)
        break
      }
      case 42:
        m.deadlockKey = r.bytes()
        break
      default:
        r.unknown(tag, "kvrpcpb.Deadlock", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const Deadlock: Codec<Deadlock> = {
  name: "kvrpcpb.Deadlock",
  create: makeDeadlock,
  encode: writeDeadlock,
  decode: readDeadlock
}

export interface CommitTsExpired {
  startTs: bigint
  attemptedCommitTs: bigint
  key: Uint8Array
  minCommitTs: bigint
}

function makeCommitTsExpired(partial: Partial<CommitTsExpired> = {}): CommitTsExpired {
  return {
    startTs: partial.startTs ?? 0n,
    attemptedCommitTs: partial.attemptedCommitTs ?? 0n,
    key: partial.key ?? EMPTY,
    minCommitTs: partial.minCommitTs ?? 0n
  }
}

export function writeCommitTsExpired(m: CommitTsExpired, w: Writer): void {
  if (m.minCommitTs !== 0n) {
    w.uint64(m.minCommitTs)
    w.tag(32)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(26)
  }
  if (m.attemptedCommitTs !== 0n) {
    w.uint64(m.attemptedCommitTs)
    w.tag(16)
  }
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(8)
  }
}

export function readCommitTsExpired(r: Reader, end: number): CommitTsExpired {
  const m: CommitTsExpired = {
    startTs: 0n,
    attemptedCommitTs: 0n,
    key: EMPTY,
    minCommitTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.startTs = r.uint64()
        break
      case 16:
        m.attemptedCommitTs = r.uint64()
        break
      case 26:
        m.key = r.bytes()
        break
      case 32:
        m.minCommitTs = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.CommitTsExpired", [1, 2, 3, 4])
    }
  }
  return m
}

export const CommitTsExpired: Codec<CommitTsExpired> = {
  name: "kvrpcpb.CommitTsExpired",
  create: makeCommitTsExpired,
  encode: writeCommitTsExpired,
  decode: readCommitTsExpired
}

export interface TxnNotFound {
  startTs: bigint
  primaryKey: Uint8Array
}

function makeTxnNotFound(partial: Partial<TxnNotFound> = {}): TxnNotFound {
  return {
    startTs: partial.startTs ?? 0n,
    primaryKey: partial.primaryKey ?? EMPTY
  }
}

export function writeTxnNotFound(m: TxnNotFound, w: Writer): void {
  if (m.primaryKey.length > 0) {
    w.bytes(m.primaryKey)
    w.tag(18)
  }
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(8)
  }
}

export function readTxnNotFound(r: Reader, end: number): TxnNotFound {
  const m: TxnNotFound = {
    startTs: 0n,
    primaryKey: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.startTs = r.uint64()
        break
      case 18:
        m.primaryKey = r.bytes()
        break
      default:
        r.unknown(tag, "kvrpcpb.TxnNotFound", [1, 2])
    }
  }
  return m
}

export const TxnNotFound: Codec<TxnNotFound> = {
  name: "kvrpcpb.TxnNotFound",
  create: makeTxnNotFound,
  encode: writeTxnNotFound,
  decode: readTxnNotFound
}

export interface CommitTsTooLarge {
  commitTs: bigint
}

function makeCommitTsTooLarge(partial: Partial<CommitTsTooLarge> = {}): CommitTsTooLarge {
  return {
    commitTs: partial.commitTs ?? 0n
  }
}

export function writeCommitTsTooLarge(m: CommitTsTooLarge, w: Writer): void {
  if (m.commitTs !== 0n) {
    w.uint64(m.commitTs)
    w.tag(8)
  }
}

export function readCommitTsTooLarge(r: Reader, end: number): CommitTsTooLarge {
  const m: CommitTsTooLarge = {
    commitTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.commitTs = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.CommitTsTooLarge", [1])
    }
  }
  return m
}

export const CommitTsTooLarge: Codec<CommitTsTooLarge> = {
  name: "kvrpcpb.CommitTsTooLarge",
  create: makeCommitTsTooLarge,
  encode: writeCommitTsTooLarge,
  decode: readCommitTsTooLarge
}

export interface AssertionFailed {
  startTs: bigint
  key: Uint8Array
  assertion: Assertion
  existingStartTs: bigint
  existingCommitTs: bigint
}

function makeAssertionFailed(partial: Partial<AssertionFailed> = {}): AssertionFailed {
  return {
    startTs: partial.startTs ?? 0n,
    key: partial.key ?? EMPTY,
    assertion: partial.assertion ?? 0,
    existingStartTs: partial.existingStartTs ?? 0n,
    existingCommitTs: partial.existingCommitTs ?? 0n
  }
}

export function writeAssertionFailed(m: AssertionFailed, w: Writer): void {
  if (m.existingCommitTs !== 0n) {
    w.uint64(m.existingCommitTs)
    w.tag(40)
  }
  if (m.existingStartTs !== 0n) {
    w.uint64(m.existingStartTs)
    w.tag(32)
  }
  if (m.assertion !== 0) {
    w.int32(m.assertion)
    w.tag(24)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(18)
  }
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(8)
  }
}

export function readAssertionFailed(r: Reader, end: number): AssertionFailed {
  const m: AssertionFailed = {
    startTs: 0n,
    key: EMPTY,
    assertion: 0,
    existingStartTs: 0n,
    existingCommitTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.startTs = r.uint64()
        break
      case 18:
        m.key = r.bytes()
        break
      case 24:
        m.assertion = r.int32()
        break
      case 32:
        m.existingStartTs = r.uint64()
        break
      case 40:
        m.existingCommitTs = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.AssertionFailed", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const AssertionFailed: Codec<AssertionFailed> = {
  name: "kvrpcpb.AssertionFailed",
  create: makeAssertionFailed,
  encode: writeAssertionFailed,
  decode: readAssertionFailed
}

export interface PrimaryMismatch {
  lockInfo: LockInfo | undefined
}

function makePrimaryMismatch(partial: Partial<PrimaryMismatch> = {}): PrimaryMismatch {
  return {
    lockInfo: partial.lockInfo
  }
}

export function writePrimaryMismatch(m: PrimaryMismatch, w: Writer): void {
  if (m.lockInfo !== undefined) {
    const start = w.mark()
    writeLockInfo(m.lockInfo, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readPrimaryMismatch(r: Reader, end: number): PrimaryMismatch {
  const m: PrimaryMismatch = {
    lockInfo: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.lockInfo = readLockInfo(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.PrimaryMismatch", [1])
    }
  }
  return m
}

export const PrimaryMismatch: Codec<PrimaryMismatch> = {
  name: "kvrpcpb.PrimaryMismatch",
  create: makePrimaryMismatch,
  encode: writePrimaryMismatch,
  decode: readPrimaryMismatch
}

export interface TxnLockNotFound {
  key: Uint8Array
}

function makeTxnLockNotFound(partial: Partial<TxnLockNotFound> = {}): TxnLockNotFound {
  return {
    key: partial.key ?? EMPTY
  }
}

export function writeTxnLockNotFound(m: TxnLockNotFound, w: Writer): void {
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(10)
  }
}

export function readTxnLockNotFound(r: Reader, end: number): TxnLockNotFound {
  const m: TxnLockNotFound = {
    key: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.key = r.bytes()
        break
      default:
        r.unknown(tag, "kvrpcpb.TxnLockNotFound", [1])
    }
  }
  return m
}

export const TxnLockNotFound: Codec<TxnLockNotFound> = {
  name: "kvrpcpb.TxnLockNotFound",
  create: makeTxnLockNotFound,
  encode: writeTxnLockNotFound,
  decode: readTxnLockNotFound
}

export interface MvccDebugInfo {
  key: Uint8Array
  mvcc: MvccInfo | undefined
}

function makeMvccDebugInfo(partial: Partial<MvccDebugInfo> = {}): MvccDebugInfo {
  return {
    key: partial.key ?? EMPTY,
    mvcc: partial.mvcc
  }
}

export function writeMvccDebugInfo(m: MvccDebugInfo, w: Writer): void {
  if (m.mvcc !== undefined) {
    const start = w.mark()
    writeMvccInfo(m.mvcc, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(10)
  }
}

export function readMvccDebugInfo(r: Reader, end: number): MvccDebugInfo {
  const m: MvccDebugInfo = {
    key: EMPTY,
    mvcc: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.key = r.bytes()
        break
      case 18: {
        const to = r.enter()
        m.mvcc = readMvccInfo(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.MvccDebugInfo", [1, 2])
    }
  }
  return m
}

export const MvccDebugInfo: Codec<MvccDebugInfo> = {
  name: "kvrpcpb.MvccDebugInfo",
  create: makeMvccDebugInfo,
  encode: writeMvccDebugInfo,
  decode: readMvccDebugInfo
}

export interface DebugInfo {
  mvccInfo: MvccDebugInfo[]
}

function makeDebugInfo(partial: Partial<DebugInfo> = {}): DebugInfo {
  return {
    mvccInfo: partial.mvccInfo ?? []
  }
}

export function writeDebugInfo(m: DebugInfo, w: Writer): void {
  for (let i = m.mvccInfo.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeMvccDebugInfo(m.mvccInfo[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readDebugInfo(r: Reader, end: number): DebugInfo {
  const m: DebugInfo = {
    mvccInfo: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.mvccInfo.push(readMvccDebugInfo(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.DebugInfo", [1])
    }
  }
  return m
}

export const DebugInfo: Codec<DebugInfo> = {
  name: "kvrpcpb.DebugInfo",
  create: makeDebugInfo,
  encode: writeDebugInfo,
  decode: readDebugInfo
}

export interface TimeDetail {
  waitWallTimeMs: number
  processWallTimeMs: number
  kvReadWallTimeMs: number
  totalRpcWallTimeNs: number
}

function makeTimeDetail(partial: Partial<TimeDetail> = {}): TimeDetail {
  return {
    waitWallTimeMs: partial.waitWallTimeMs ?? 0,
    processWallTimeMs: partial.processWallTimeMs ?? 0,
    kvReadWallTimeMs: partial.kvReadWallTimeMs ?? 0,
    totalRpcWallTimeNs: partial.totalRpcWallTimeNs ?? 0
  }
}

export function writeTimeDetail(m: TimeDetail, w: Writer): void {
  if (m.totalRpcWallTimeNs !== 0) {
    w.uint53(m.totalRpcWallTimeNs)
    w.tag(32)
  }
  if (m.kvReadWallTimeMs !== 0) {
    w.uint53(m.kvReadWallTimeMs)
    w.tag(24)
  }
  if (m.processWallTimeMs !== 0) {
    w.uint53(m.processWallTimeMs)
    w.tag(16)
  }
  if (m.waitWallTimeMs !== 0) {
    w.uint53(m.waitWallTimeMs)
    w.tag(8)
  }
}

export function readTimeDetail(r: Reader, end: number): TimeDetail {
  const m: TimeDetail = {
    waitWallTimeMs: 0,
    processWallTimeMs: 0,
    kvReadWallTimeMs: 0,
    totalRpcWallTimeNs: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.waitWallTimeMs = r.uint53()
        break
      case 16:
        m.processWallTimeMs = r.uint53()
        break
      case 24:
        m.kvReadWallTimeMs = r.uint53()
        break
      case 32:
        m.totalRpcWallTimeNs = r.uint53()
        break
      default:
        r.unknown(tag, "kvrpcpb.TimeDetail", [1, 2, 3, 4])
    }
  }
  return m
}

export const TimeDetail: Codec<TimeDetail> = {
  name: "kvrpcpb.TimeDetail",
  create: makeTimeDetail,
  encode: writeTimeDetail,
  decode: readTimeDetail
}

export interface TimeDetailV2 {
  waitWallTimeNs: number
  processWallTimeNs: number
  processSuspendWallTimeNs: number
  kvReadWallTimeNs: number
  totalRpcWallTimeNs: number
  kvGrpcProcessTimeNs: number
  kvGrpcWaitTimeNs: number
}

function makeTimeDetailV2(partial: Partial<TimeDetailV2> = {}): TimeDetailV2 {
  return {
    waitWallTimeNs: partial.waitWallTimeNs ?? 0,
    processWallTimeNs: partial.processWallTimeNs ?? 0,
    processSuspendWallTimeNs: partial.processSuspendWallTimeNs ?? 0,
    kvReadWallTimeNs: partial.kvReadWallTimeNs ?? 0,
    totalRpcWallTimeNs: partial.totalRpcWallTimeNs ?? 0,
    kvGrpcProcessTimeNs: partial.kvGrpcProcessTimeNs ?? 0,
    kvGrpcWaitTimeNs: partial.kvGrpcWaitTimeNs ?? 0
  }
}

export function writeTimeDetailV2(m: TimeDetailV2, w: Writer): void {
  if (m.kvGrpcWaitTimeNs !== 0) {
    w.uint53(m.kvGrpcWaitTimeNs)
    w.tag(56)
  }
  if (m.kvGrpcProcessTimeNs !== 0) {
    w.uint53(m.kvGrpcProcessTimeNs)
    w.tag(48)
  }
  if (m.totalRpcWallTimeNs !== 0) {
    w.uint53(m.totalRpcWallTimeNs)
    w.tag(40)
  }
  if (m.kvReadWallTimeNs !== 0) {
    w.uint53(m.kvReadWallTimeNs)
    w.tag(32)
  }
  if (m.processSuspendWallTimeNs !== 0) {
    w.uint53(m.processSuspendWallTimeNs)
    w.tag(24)
  }
  if (m.processWallTimeNs !== 0) {
    w.uint53(m.processWallTimeNs)
    w.tag(16)
  }
  if (m.waitWallTimeNs !== 0) {
    w.uint53(m.waitWallTimeNs)
    w.tag(8)
  }
}

export function readTimeDetailV2(r: Reader, end: number): TimeDetailV2 {
  const m: TimeDetailV2 = {
    waitWallTimeNs: 0,
    processWallTimeNs: 0,
    processSuspendWallTimeNs: 0,
    kvReadWallTimeNs: 0,
    totalRpcWallTimeNs: 0,
    kvGrpcProcessTimeNs: 0,
    kvGrpcWaitTimeNs: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.waitWallTimeNs = r.uint53()
        break
      case 16:
        m.processWallTimeNs = r.uint53()
        break
      case 24:
        m.processSuspendWallTimeNs = r.uint53()
        break
      case 32:
        m.kvReadWallTimeNs = r.uint53()
        break
      case 40:
        m.totalRpcWallTimeNs = r.uint53()
        break
      case 48:
        m.kvGrpcProcessTimeNs = r.uint53()
        break
      case 56:
        m.kvGrpcWaitTimeNs = r.uint53()
        break
      default:
        r.unknown(tag, "kvrpcpb.TimeDetailV2", [1, 2, 3, 4, 5, 6, 7])
    }
  }
  return m
}

export const TimeDetailV2: Codec<TimeDetailV2> = {
  name: "kvrpcpb.TimeDetailV2",
  create: makeTimeDetailV2,
  encode: writeTimeDetailV2,
  decode: readTimeDetailV2
}

export interface ScanInfo {
  total: number
  processed: number
  readBytes: number
}

function makeScanInfo(partial: Partial<ScanInfo> = {}): ScanInfo {
  return {
    total: partial.total ?? 0,
    processed: partial.processed ?? 0,
    readBytes: partial.readBytes ?? 0
  }
}

export function writeScanInfo(m: ScanInfo, w: Writer): void {
  if (m.readBytes !== 0) {
    w.int53(m.readBytes)
    w.tag(24)
  }
  if (m.processed !== 0) {
    w.int53(m.processed)
    w.tag(16)
  }
  if (m.total !== 0) {
    w.int53(m.total)
    w.tag(8)
  }
}

export function readScanInfo(r: Reader, end: number): ScanInfo {
  const m: ScanInfo = {
    total: 0,
    processed: 0,
    readBytes: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.total = r.int53()
        break
      case 16:
        m.processed = r.int53()
        break
      case 24:
        m.readBytes = r.int53()
        break
      default:
        r.unknown(tag, "kvrpcpb.ScanInfo", [1, 2, 3])
    }
  }
  return m
}

export const ScanInfo: Codec<ScanInfo> = {
  name: "kvrpcpb.ScanInfo",
  create: makeScanInfo,
  encode: writeScanInfo,
  decode: readScanInfo
}

export interface ScanDetail {
  write: ScanInfo | undefined
  lock: ScanInfo | undefined
  data: ScanInfo | undefined
}

function makeScanDetail(partial: Partial<ScanDetail> = {}): ScanDetail {
  return {
    write: partial.write,
    lock: partial.lock,
    data: partial.data
  }
}

export function writeScanDetail(m: ScanDetail, w: Writer): void {
  if (m.data !== undefined) {
    const start = w.mark()
    writeScanInfo(m.data, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.lock !== undefined) {
    const start = w.mark()
    writeScanInfo(m.lock, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.write !== undefined) {
    const start = w.mark()
    writeScanInfo(m.write, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readScanDetail(r: Reader, end: number): ScanDetail {
  const m: ScanDetail = {
    write: undefined,
    lock: undefined,
    data: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.write = readScanInfo(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.lock = readScanInfo(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.data = readScanInfo(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.ScanDetail", [1, 2, 3])
    }
  }
  return m
}

export const ScanDetail: Codec<ScanDetail> = {
  name: "kvrpcpb.ScanDetail",
  create: makeScanDetail,
  encode: writeScanDetail,
  decode: readScanDetail
}

export interface ScanDetailV2 {
  processedVersions: number
  processedVersionsSize: number
  totalVersions: number
  rocksdbDeleteSkippedCount: number
  rocksdbKeySkippedCount: number
  rocksdbBlockCacheHitCount: number
  rocksdbBlockReadCount: number
  rocksdbBlockReadByte: number
  rocksdbBlockReadNanos: number
  getSnapshotNanos: number
  readIndexProposeWaitNanos: number
  readIndexConfirmWaitNanos: number
  readPoolScheduleWaitNanos: number
  totalVersionsSize: number
  iaCacheHitCount: number
  iaRemoteReadSegmentCount: number
  iaRemoteReadSegmentBytes: number
  iaRemoteReadSegmentNanos: number
}

function makeScanDetailV2(partial: Partial<ScanDetailV2> = {}): ScanDetailV2 {
  return {
    processedVersions: partial.processedVersions ?? 0,
    processedVersionsSize: partial.processedVersionsSize ?? 0,
    totalVersions: partial.totalVersions ?? 0,
    rocksdbDeleteSkippedCount: partial.rocksdbDeleteSkippedCount ?? 0,
    rocksdbKeySkippedCount: partial.rocksdbKeySkippedCount ?? 0,
    rocksdbBlockCacheHitCount: partial.rocksdbBlockCacheHitCount ?? 0,
    rocksdbBlockReadCount: partial.rocksdbBlockReadCount ?? 0,
    rocksdbBlockReadByte: partial.rocksdbBlockReadByte ?? 0,
    rocksdbBlockReadNanos: partial.rocksdbBlockReadNanos ?? 0,
    getSnapshotNanos: partial.getSnapshotNanos ?? 0,
    readIndexProposeWaitNanos: partial.readIndexProposeWaitNanos ?? 0,
    readIndexConfirmWaitNanos: partial.readIndexConfirmWaitNanos ?? 0,
    readPoolScheduleWaitNanos: partial.readPoolScheduleWaitNanos ?? 0,
    totalVersionsSize: partial.totalVersionsSize ?? 0,
    iaCacheHitCount: partial.iaCacheHitCount ?? 0,
    iaRemoteReadSegmentCount: partial.iaRemoteReadSegmentCount ?? 0,
    iaRemoteReadSegmentBytes: partial.iaRemoteReadSegmentBytes ?? 0,
    iaRemoteReadSegmentNanos: partial.iaRemoteReadSegmentNanos ?? 0
  }
}

export function writeScanDetailV2(m: ScanDetailV2, w: Writer): void {
  if (m.iaRemoteReadSegmentNanos !== 0) {
    w.uint53(m.iaRemoteReadSegmentNanos)
    w.tag(144)
  }
  if (m.iaRemoteReadSegmentBytes !== 0) {
    w.uint53(m.iaRemoteReadSegmentBytes)
    w.tag(136)
  }
  if (m.iaRemoteReadSegmentCount !== 0) {
    w.uint53(m.iaRemoteReadSegmentCount)
    w.tag(128)
  }
  if (m.iaCacheHitCount !== 0) {
    w.uint53(m.iaCacheHitCount)
    w.tag(120)
  }
  if (m.totalVersionsSize !== 0) {
    w.uint53(m.totalVersionsSize)
    w.tag(112)
  }
  if (m.readPoolScheduleWaitNanos !== 0) {
    w.uint53(m.readPoolScheduleWaitNanos)
    w.tag(104)
  }
  if (m.readIndexConfirmWaitNanos !== 0) {
    w.uint53(m.readIndexConfirmWaitNanos)
    w.tag(96)
  }
  if (m.readIndexProposeWaitNanos !== 0) {
    w.uint53(m.readIndexProposeWaitNanos)
    w.tag(88)
  }
  if (m.getSnapshotNanos !== 0) {
    w.uint53(m.getSnapshotNanos)
    w.tag(80)
  }
  if (m.rocksdbBlockReadNanos !== 0) {
    w.uint53(m.rocksdbBlockReadNanos)
    w.tag(72)
  }
  if (m.processedVersionsSize !== 0) {
    w.uint53(m.processedVersionsSize)
    w.tag(64)
  }
  if (m.rocksdbBlockReadByte !== 0) {
    w.uint53(m.rocksdbBlockReadByte)
    w.tag(56)
  }
  if (m.rocksdbBlockReadCount !== 0) {
    w.uint53(m.rocksdbBlockReadCount)
    w.tag(48)
  }
  if (m.rocksdbBlockCacheHitCount !== 0) {
    w.uint53(m.rocksdbBlockCacheHitCount)
    w.tag(40)
  }
  if (m.rocksdbKeySkippedCount !== 0) {
    w.uint53(m.rocksdbKeySkippedCount)
    w.tag(32)
  }
  if (m.rocksdbDeleteSkippedCount !== 0) {
    w.uint53(m.rocksdbDeleteSkippedCount)
    w.tag(24)
  }
  if (m.totalVersions !== 0) {
    w.uint53(m.totalVersions)
    w.tag(16)
  }
  if (m.processedVersions !== 0) {
    w.uint53(m.processedVersions)
    w.tag(8)
  }
}

export function readScanDetailV2(r: Reader, end: number): ScanDetailV2 {
  const m: ScanDetailV2 = {
    processedVersions: 0,
    processedVersionsSize: 0,
    totalVersions: 0,
    rocksdbDeleteSkippedCount: 0,
    rocksdbKeySkippedCount: 0,
    rocksdbBlockCacheHitCount: 0,
    rocksdbBlockReadCount: 0,
    rocksdbBlockReadByte: 0,
    rocksdbBlockReadNanos: 0,
    getSnapshotNanos: 0,
    readIndexProposeWaitNanos: 0,
    readIndexConfirmWaitNanos: 0,
    readPoolScheduleWaitNanos: 0,
    totalVersionsSize: 0,
    iaCacheHitCount: 0,
    iaRemoteReadSegmentCount: 0,
    iaRemoteReadSegmentBytes: 0,
    iaRemoteReadSegmentNanos: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.processedVersions = r.uint53()
        break
      case 64:
        m.processedVersionsSize = r.uint53()
        break
      case 16:
        m.totalVersions = r.uint53()
        break
      case 24:
        m.rocksdbDeleteSkippedCount = r.uint53()
        break
      case 32:
        m.rocksdbKeySkippedCount = r.uint53()
        break
      case 40:
        m.rocksdbBlockCacheHitCount = r.uint53()
        break
      case 48:
        m.rocksdbBlockReadCount = r.uint53()
        break
      case 56:
        m.rocksdbBlockReadByte = r.uint53()
        break
      case 72:
        m.rocksdbBlockReadNanos = r.uint53()
        break
      case 80:
        m.getSnapshotNanos = r.uint53()
        break
      case 88:
        m.readIndexProposeWaitNanos = r.uint53()
        break
      case 96:
        m.readIndexConfirmWaitNanos = r.uint53()
        break
      case 104:
        m.readPoolScheduleWaitNanos = r.uint53()
        break
      case 112:
        m.totalVersionsSize = r.uint53()
        break
      case 120:
        m.iaCacheHitCount = r.uint53()
        break
      case 128:
        m.iaRemoteReadSegmentCount = r.uint53()
        break
      case 136:
        m.iaRemoteReadSegmentBytes = r.uint53()
        break
      case 144:
        m.iaRemoteReadSegmentNanos = r.uint53()
        break
      default:
        r.unknown(tag, "kvrpcpb.ScanDetailV2", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18])
    }
  }
  return m
}

export const ScanDetailV2: Codec<ScanDetailV2> = {
  name: "kvrpcpb.ScanDetailV2",
  create: makeScanDetailV2,
  encode: writeScanDetailV2,
  decode: readScanDetailV2
}

export interface ExecDetails {
  timeDetail: TimeDetail | undefined
  scanDetail: ScanDetail | undefined
}

function makeExecDetails(partial: Partial<ExecDetails> = {}): ExecDetails {
  return {
    timeDetail: partial.timeDetail,
    scanDetail: partial.scanDetail
  }
}

export function writeExecDetails(m: ExecDetails, w: Writer): void {
  if (m.scanDetail !== undefined) {
    const start = w.mark()
    writeScanDetail(m.scanDetail, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.timeDetail !== undefined) {
    const start = w.mark()
    writeTimeDetail(m.timeDetail, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readExecDetails(r: Reader, end: number): ExecDetails {
  const m: ExecDetails = {
    timeDetail: undefined,
    scanDetail: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.timeDetail = readTimeDetail(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.scanDetail = readScanDetail(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.ExecDetails", [1, 2])
    }
  }
  return m
}

export const ExecDetails: Codec<ExecDetails> = {
  name: "kvrpcpb.ExecDetails",
  create: makeExecDetails,
  encode: writeExecDetails,
  decode: readExecDetails
}

export interface ExecDetailsV2 {
  /** Deprecated. */
  timeDetail: TimeDetail | undefined
  scanDetailV2: ScanDetailV2 | undefined
  writeDetail: WriteDetail | undefined
  timeDetailV2: TimeDetailV2 | undefined
  ruV2: RUV2 | undefined
  readPoolTaskDetails: PoolTaskDetails | undefined
}

function makeExecDetailsV2(partial: Partial<ExecDetailsV2> = {}): ExecDetailsV2 {
  return {
    timeDetail: partial.timeDetail,
    scanDetailV2: partial.scanDetailV2,
    writeDetail: partial.writeDetail,
    timeDetailV2: partial.timeDetailV2,
    ruV2: partial.ruV2,
    readPoolTaskDetails: partial.readPoolTaskDetails
  }
}

export function writeExecDetailsV2(m: ExecDetailsV2, w: Writer): void {
  if (m.readPoolTaskDetails !== undefined) {
    const start = w.mark()
    writePoolTaskDetails(m.readPoolTaskDetails, w)
    w.lengthSince(start)
    w.tag(50)
  }
  if (m.ruV2 !== undefined) {
    const start = w.mark()
    writeRUV2(m.ruV2, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.timeDetailV2 !== undefined) {
    const start = w.mark()
    writeTimeDetailV2(m.timeDetailV2, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.writeDetail !== undefined) {
    const start = w.mark()
    writeWriteDetail(m.writeDetail, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.scanDetailV2 !== undefined) {
    const start = w.mark()
    writeScanDetailV2(m.scanDetailV2, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.timeDetail !== undefined) {
    const start = w.mark()
    writeTimeDetail(m.timeDetail, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readExecDetailsV2(r: Reader, end: number): ExecDetailsV2 {
  const m: ExecDetailsV2 = {
    timeDetail: undefined,
    scanDetailV2: undefined,
    writeDetail: undefined,
    timeDetailV2: undefined,
    ruV2: undefined,
    readPoolTaskDetails: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.timeDetail = readTimeDetail(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.scanDetailV2 = readScanDetailV2(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.writeDetail = readWriteDetail(r, to)
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.timeDetailV2 = readTimeDetailV2(r, to)
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.ruV2 = readRUV2(r, to)
        r.leave(to)
        break
      }
      case 50: {
        const to = r.enter()
        m.readPoolTaskDetails = readPoolTaskDetails(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.ExecDetailsV2", [1, 2, 3, 4, 5, 6])
    }
  }
  return m
}

export const ExecDetailsV2: Codec<ExecDetailsV2> = {
  name: "kvrpcpb.ExecDetailsV2",
  create: makeExecDetailsV2,
  encode: writeExecDetailsV2,
  decode: readExecDetailsV2
}

export interface PoolTaskDetails {
  pollCount: number
  dispatchCount: number
  totalWallNanos: number
  totalQueueWaitNanos: number
  maxQueueWaitNanos: number
  minQueueWaitNanos: number
  totalWakeWaitNanos: number
  maxWakeWaitNanos: number
  minWakeWaitNanos: number
  fairQueueEnabled: boolean
  totalFairQueueWaitedTaskSlices: number
  maxFairQueueWaitedTaskSlices: number
  minFairQueueWaitedTaskSlices: number
  pollCpuNanos: number
  maxPollCpuNanos: number
  minPollCpuNanos: number
  pollWallNanos: number
  minPollWallNanos: number
  maxPollWallNanos: number
}

function makePoolTaskDetails(partial: Partial<PoolTaskDetails> = {}): PoolTaskDetails {
  return {
    pollCount: partial.pollCount ?? 0,
    dispatchCount: partial.dispatchCount ?? 0,
    totalWallNanos: partial.totalWallNanos ?? 0,
    totalQueueWaitNanos: partial.totalQueueWaitNanos ?? 0,
    maxQueueWaitNanos: partial.maxQueueWaitNanos ?? 0,
    minQueueWaitNanos: partial.minQueueWaitNanos ?? 0,
    totalWakeWaitNanos: partial.totalWakeWaitNanos ?? 0,
    maxWakeWaitNanos: partial.maxWakeWaitNanos ?? 0,
    minWakeWaitNanos: partial.minWakeWaitNanos ?? 0,
    fairQueueEnabled: partial.fairQueueEnabled ?? false,
    totalFairQueueWaitedTaskSlices: partial.totalFairQueueWaitedTaskSlices ?? 0,
    maxFairQueueWaitedTaskSlices: partial.maxFairQueueWaitedTaskSlices ?? 0,
    minFairQueueWaitedTaskSlices: partial.minFairQueueWaitedTaskSlices ?? 0,
    pollCpuNanos: partial.pollCpuNanos ?? 0,
    maxPollCpuNanos: partial.maxPollCpuNanos ?? 0,
    minPollCpuNanos: partial.minPollCpuNanos ?? 0,
    pollWallNanos: partial.pollWallNanos ?? 0,
    minPollWallNanos: partial.minPollWallNanos ?? 0,
    maxPollWallNanos: partial.maxPollWallNanos ?? 0
  }
}

export function writePoolTaskDetails(m: PoolTaskDetails, w: Writer): void {
  if (m.maxPollWallNanos !== 0) {
    w.uint53(m.maxPollWallNanos)
    w.tag(152)
  }
  if (m.minPollWallNanos !== 0) {
    w.uint53(m.minPollWallNanos)
    w.tag(144)
  }
  if (m.pollWallNanos !== 0) {
    w.uint53(m.pollWallNanos)
    w.tag(136)
  }
  if (m.minPollCpuNanos !== 0) {
    w.uint53(m.minPollCpuNanos)
    w.tag(128)
  }
  if (m.maxPollCpuNanos !== 0) {
    w.uint53(m.maxPollCpuNanos)
    w.tag(120)
  }
  if (m.pollCpuNanos !== 0) {
    w.uint53(m.pollCpuNanos)
    w.tag(112)
  }
  if (m.minFairQueueWaitedTaskSlices !== 0) {
    w.uint53(m.minFairQueueWaitedTaskSlices)
    w.tag(104)
  }
  if (m.maxFairQueueWaitedTaskSlices !== 0) {
    w.uint53(m.maxFairQueueWaitedTaskSlices)
    w.tag(96)
  }
  if (m.totalFairQueueWaitedTaskSlices !== 0) {
    w.uint53(m.totalFairQueueWaitedTaskSlices)
    w.tag(88)
  }
  if (m.fairQueueEnabled) {
    w.bool(m.fairQueueEnabled)
    w.tag(80)
  }
  if (m.minWakeWaitNanos !== 0) {
    w.uint53(m.minWakeWaitNanos)
    w.tag(72)
  }
  if (m.maxWakeWaitNanos !== 0) {
    w.uint53(m.maxWakeWaitNanos)
    w.tag(64)
  }
  if (m.totalWakeWaitNanos !== 0) {
    w.uint53(m.totalWakeWaitNanos)
    w.tag(56)
  }
  if (m.minQueueWaitNanos !== 0) {
    w.uint53(m.minQueueWaitNanos)
    w.tag(48)
  }
  if (m.maxQueueWaitNanos !== 0) {
    w.uint53(m.maxQueueWaitNanos)
    w.tag(40)
  }
  if (m.totalQueueWaitNanos !== 0) {
    w.uint53(m.totalQueueWaitNanos)
    w.tag(32)
  }
  if (m.totalWallNanos !== 0) {
    w.uint53(m.totalWallNanos)
    w.tag(24)
  }
  if (m.dispatchCount !== 0) {
    w.uint53(m.dispatchCount)
    w.tag(16)
  }
  if (m.pollCount !== 0) {
    w.uint53(m.pollCount)
    w.tag(8)
  }
}

export function readPoolTaskDetails(r: Reader, end: number): PoolTaskDetails {
  const m: PoolTaskDetails = {
    pollCount: 0,
    dispatchCount: 0,
    totalWallNanos: 0,
    totalQueueWaitNanos: 0,
    maxQueueWaitNanos: 0,
    minQueueWaitNanos: 0,
    totalWakeWaitNanos: 0,
    maxWakeWaitNanos: 0,
    minWakeWaitNanos: 0,
    fairQueueEnabled: false,
    totalFairQueueWaitedTaskSlices: 0,
    maxFairQueueWaitedTaskSlices: 0,
    minFairQueueWaitedTaskSlices: 0,
    pollCpuNanos: 0,
    maxPollCpuNanos: 0,
    minPollCpuNanos: 0,
    pollWallNanos: 0,
    minPollWallNanos: 0,
    maxPollWallNanos: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.pollCount = r.uint53()
        break
      case 16:
        m.dispatchCount = r.uint53()
        break
      case 24:
        m.totalWallNanos = r.uint53()
        break
      case 32:
        m.totalQueueWaitNanos = r.uint53()
        break
      case 40:
        m.maxQueueWaitNanos = r.uint53()
        break
      case 48:
        m.minQueueWaitNanos = r.uint53()
        break
      case 56:
        m.totalWakeWaitNanos = r.uint53()
        break
      case 64:
        m.maxWakeWaitNanos = r.uint53()
        break
      case 72:
        m.minWakeWaitNanos = r.uint53()
        break
      case 80:
        m.fairQueueEnabled = r.bool()
        break
      case 88:
        m.totalFairQueueWaitedTaskSlices = r.uint53()
        break
      case 96:
        m.maxFairQueueWaitedTaskSlices = r.uint53()
        break
      case 104:
        m.minFairQueueWaitedTaskSlices = r.uint53()
        break
      case 112:
        m.pollCpuNanos = r.uint53()
        break
      case 120:
        m.maxPollCpuNanos = r.uint53()
        break
      case 128:
        m.minPollCpuNanos = r.uint53()
        break
      case 136:
        m.pollWallNanos = r.uint53()
        break
      case 144:
        m.minPollWallNanos = r.uint53()
        break
      case 152:
        m.maxPollWallNanos = r.uint53()
        break
      default:
        r.unknown(tag, "kvrpcpb.PoolTaskDetails", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19])
    }
  }
  return m
}

export const PoolTaskDetails: Codec<PoolTaskDetails> = {
  name: "kvrpcpb.PoolTaskDetails",
  create: makePoolTaskDetails,
  encode: writePoolTaskDetails,
  decode: readPoolTaskDetails
}

export interface RUV2 {
  kvEngineCacheMiss: number
  executorInputs: ExecutorInputs | undefined
  coprocessorExecutorIterations: number
  coprocessorResponseBytes: number
  raftstoreStoreWriteTriggerWbBytes: number
  storageProcessedKeysBatchGet: number
  storageProcessedKeysGet: number
  readRpcCount: number
  writeRpcCount: number
}

function makeRUV2(partial: Partial<RUV2> = {}): RUV2 {
  return {
    kvEngineCacheMiss: partial.kvEngineCacheMiss ?? 0,
    executorInputs: partial.executorInputs,
    coprocessorExecutorIterations: partial.coprocessorExecutorIterations ?? 0,
    coprocessorResponseBytes: partial.coprocessorResponseBytes ?? 0,
    raftstoreStoreWriteTriggerWbBytes: partial.raftstoreStoreWriteTriggerWbBytes ?? 0,
    storageProcessedKeysBatchGet: partial.storageProcessedKeysBatchGet ?? 0,
    storageProcessedKeysGet: partial.storageProcessedKeysGet ?? 0,
    readRpcCount: partial.readRpcCount ?? 0,
    writeRpcCount: partial.writeRpcCount ?? 0
  }
}

export function writeRUV2(m: RUV2, w: Writer): void {
  if (m.writeRpcCount !== 0) {
    w.uint53(m.writeRpcCount)
    w.tag(72)
  }
  if (m.readRpcCount !== 0) {
    w.uint53(m.readRpcCount)
    w.tag(64)
  }
  if (m.storageProcessedKeysGet !== 0) {
    w.uint53(m.storageProcessedKeysGet)
    w.tag(56)
  }
  if (m.storageProcessedKeysBatchGet !== 0) {
    w.uint53(m.storageProcessedKeysBatchGet)
    w.tag(48)
  }
  if (m.raftstoreStoreWriteTriggerWbBytes !== 0) {
    w.uint53(m.raftstoreStoreWriteTriggerWbBytes)
    w.tag(40)
  }
  if (m.coprocessorResponseBytes !== 0) {
    w.uint53(m.coprocessorResponseBytes)
    w.tag(32)
  }
  if (m.coprocessorExecutorIterations !== 0) {
    w.uint53(m.coprocessorExecutorIterations)
    w.tag(24)
  }
  if (m.executorInputs !== undefined) {
    const start = w.mark()
    writeExecutorInputs(m.executorInputs, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.kvEngineCacheMiss !== 0) {
    w.uint53(m.kvEngineCacheMiss)
    w.tag(8)
  }
}

export function readRUV2(r: Reader, end: number): RUV2 {
  const m: RUV2 = {
    kvEngineCacheMiss: 0,
    executorInputs: undefined,
    coprocessorExecutorIterations: 0,
    coprocessorResponseBytes: 0,
    raftstoreStoreWriteTriggerWbBytes: 0,
    storageProcessedKeysBatchGet: 0,
    storageProcessedKeysGet: 0,
    readRpcCount: 0,
    writeRpcCount: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.kvEngineCacheMiss = r.uint53()
        break
      case 18: {
        const to = r.enter()
        m.executorInputs = readExecutorInputs(r, to)
        r.leave(to)
        break
      }
      case 24:
        m.coprocessorExecutorIterations = r.uint53()
        break
      case 32:
        m.coprocessorResponseBytes = r.uint53()
        break
      case 40:
        m.raftstoreStoreWriteTriggerWbBytes = r.uint53()
        break
      case 48:
        m.storageProcessedKeysBatchGet = r.uint53()
        break
      case 56:
        m.storageProcessedKeysGet = r.uint53()
        break
      case 64:
        m.readRpcCount = r.uint53()
        break
      case 72:
        m.writeRpcCount = r.uint53()
        break
      default:
        r.unknown(tag, "kvrpcpb.RUV2", [1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
  }
  return m
}

export const RUV2: Codec<RUV2> = {
  name: "kvrpcpb.RUV2",
  create: makeRUV2,
  encode: writeRUV2,
  decode: readRUV2
}

export interface ExecutorInputs {
  tikvCoprocessorExecutorWorkTotalBatchIndexScan: number
  tikvCoprocessorExecutorWorkTotalBatchTableScan: number
  tikvCoprocessorExecutorWorkTotalBatchSelection: number
  tikvCoprocessorExecutorWorkTotalBatchTopN: number
  tikvCoprocessorExecutorWorkTotalBatchLimit: number
  tikvCoprocessorExecutorWorkTotalBatchSimpleAggr: number
  tikvCoprocessorExecutorWorkTotalBatchFastHashAggr: number
}

function makeExecutorInputs(partial: Partial<ExecutorInputs> = {}): ExecutorInputs {
  return {
    tikvCoprocessorExecutorWorkTotalBatchIndexScan: partial.tikvCoprocessorExecutorWorkTotalBatchIndexScan ?? 0,
    tikvCoprocessorExecutorWorkTotalBatchTableScan: partial.tikvCoprocessorExecutorWorkTotalBatchTableScan ?? 0,
    tikvCoprocessorExecutorWorkTotalBatchSelection: partial.tikvCoprocessorExecutorWorkTotalBatchSelection ?? 0,
    tikvCoprocessorExecutorWorkTotalBatchTopN: partial.tikvCoprocessorExecutorWorkTotalBatchTopN ?? 0,
    tikvCoprocessorExecutorWorkTotalBatchLimit: partial.tikvCoprocessorExecutorWorkTotalBatchLimit ?? 0,
    tikvCoprocessorExecutorWorkTotalBatchSimpleAggr: partial.tikvCoprocessorExecutorWorkTotalBatchSimpleAggr ?? 0,
    tikvCoprocessorExecutorWorkTotalBatchFastHashAggr: partial.tikvCoprocessorExecutorWorkTotalBatchFastHashAggr ?? 0
  }
}

export function writeExecutorInputs(m: ExecutorInputs, w: Writer): void {
  if (m.tikvCoprocessorExecutorWorkTotalBatchFastHashAggr !== 0) {
    w.uint53(m.tikvCoprocessorExecutorWorkTotalBatchFastHashAggr)
    w.tag(56)
  }
  if (m.tikvCoprocessorExecutorWorkTotalBatchSimpleAggr !== 0) {
    w.uint53(m.tikvCoprocessorExecutorWorkTotalBatchSimpleAggr)
    w.tag(48)
  }
  if (m.tikvCoprocessorExecutorWorkTotalBatchLimit !== 0) {
    w.uint53(m.tikvCoprocessorExecutorWorkTotalBatchLimit)
    w.tag(40)
  }
  if (m.tikvCoprocessorExecutorWorkTotalBatchTopN !== 0) {
    w.uint53(m.tikvCoprocessorExecutorWorkTotalBatchTopN)
    w.tag(32)
  }
  if (m.tikvCoprocessorExecutorWorkTotalBatchSelection !== 0) {
    w.uint53(m.tikvCoprocessorExecutorWorkTotalBatchSelection)
    w.tag(24)
  }
  if (m.tikvCoprocessorExecutorWorkTotalBatchTableScan !== 0) {
    w.uint53(m.tikvCoprocessorExecutorWorkTotalBatchTableScan)
    w.tag(16)
  }
  if (m.tikvCoprocessorExecutorWorkTotalBatchIndexScan !== 0) {
    w.uint53(m.tikvCoprocessorExecutorWorkTotalBatchIndexScan)
    w.tag(8)
  }
}

export function readExecutorInputs(r: Reader, end: number): ExecutorInputs {
  const m: ExecutorInputs = {
    tikvCoprocessorExecutorWorkTotalBatchIndexScan: 0,
    tikvCoprocessorExecutorWorkTotalBatchTableScan: 0,
    tikvCoprocessorExecutorWorkTotalBatchSelection: 0,
    tikvCoprocessorExecutorWorkTotalBatchTopN: 0,
    tikvCoprocessorExecutorWorkTotalBatchLimit: 0,
    tikvCoprocessorExecutorWorkTotalBatchSimpleAggr: 0,
    tikvCoprocessorExecutorWorkTotalBatchFastHashAggr: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.tikvCoprocessorExecutorWorkTotalBatchIndexScan = r.uint53()
        break
      case 16:
        m.tikvCoprocessorExecutorWorkTotalBatchTableScan = r.uint53()
        break
      case 24:
        m.tikvCoprocessorExecutorWorkTotalBatchSelection = r.uint53()
        break
      case 32:
        m.tikvCoprocessorExecutorWorkTotalBatchTopN = r.uint53()
        break
      case 40:
        m.tikvCoprocessorExecutorWorkTotalBatchLimit = r.uint53()
        break
      case 48:
        m.tikvCoprocessorExecutorWorkTotalBatchSimpleAggr = r.uint53()
        break
      case 56:
        m.tikvCoprocessorExecutorWorkTotalBatchFastHashAggr = r.uint53()
        break
      default:
        r.unknown(tag, "kvrpcpb.ExecutorInputs", [1, 2, 3, 4, 5, 6, 7])
    }
  }
  return m
}

export const ExecutorInputs: Codec<ExecutorInputs> = {
  name: "kvrpcpb.ExecutorInputs",
  create: makeExecutorInputs,
  encode: writeExecutorInputs,
  decode: readExecutorInputs
}

export interface WriteDetail {
  storeBatchWaitNanos: number
  proposeSendWaitNanos: number
  persistLogNanos: number
  raftDbWriteLeaderWaitNanos: number
  raftDbSyncLogNanos: number
  raftDbWriteMemtableNanos: number
  commitLogNanos: number
  applyBatchWaitNanos: number
  applyLogNanos: number
  applyMutexLockNanos: number
  applyWriteLeaderWaitNanos: number
  applyWriteWalNanos: number
  applyWriteMemtableNanos: number
  latchWaitNanos: number
  processNanos: number
  throttleNanos: number
  pessimisticLockWaitNanos: number
}

function makeWriteDetail(partial: Partial<WriteDetail> = {}): WriteDetail {
  return {
    storeBatchWaitNanos: partial.storeBatchWaitNanos ?? 0,
    proposeSendWaitNanos: partial.proposeSendWaitNanos ?? 0,
    persistLogNanos: partial.persistLogNanos ?? 0,
    raftDbWriteLeaderWaitNanos: partial.raftDbWriteLeaderWaitNanos ?? 0,
    raftDbSyncLogNanos: partial.raftDbSyncLogNanos ?? 0,
    raftDbWriteMemtableNanos: partial.raftDbWriteMemtableNanos ?? 0,
    commitLogNanos: partial.commitLogNanos ?? 0,
    applyBatchWaitNanos: partial.applyBatchWaitNanos ?? 0,
    applyLogNanos: partial.applyLogNanos ?? 0,
    applyMutexLockNanos: partial.applyMutexLockNanos ?? 0,
    applyWriteLeaderWaitNanos: partial.applyWriteLeaderWaitNanos ?? 0,
    applyWriteWalNanos: partial.applyWriteWalNanos ?? 0,
    applyWriteMemtableNanos: partial.applyWriteMemtableNanos ?? 0,
    latchWaitNanos: partial.latchWaitNanos ?? 0,
    processNanos: partial.processNanos ?? 0,
    throttleNanos: partial.throttleNanos ?? 0,
    pessimisticLockWaitNanos: partial.pessimisticLockWaitNanos ?? 0
  }
}

export function writeWriteDetail(m: WriteDetail, w: Writer): void {
  if (m.pessimisticLockWaitNanos !== 0) {
    w.uint53(m.pessimisticLockWaitNanos)
    w.tag(136)
  }
  if (m.throttleNanos !== 0) {
    w.uint53(m.throttleNanos)
    w.tag(128)
  }
  if (m.processNanos !== 0) {
    w.uint53(m.processNanos)
    w.tag(120)
  }
  if (m.latchWaitNanos !== 0) {
    w.uint53(m.latchWaitNanos)
    w.tag(112)
  }
  if (m.applyWriteMemtableNanos !== 0) {
    w.uint53(m.applyWriteMemtableNanos)
    w.tag(104)
  }
  if (m.applyWriteWalNanos !== 0) {
    w.uint53(m.applyWriteWalNanos)
    w.tag(96)
  }
  if (m.applyWriteLeaderWaitNanos !== 0) {
    w.uint53(m.applyWriteLeaderWaitNanos)
    w.tag(88)
  }
  if (m.applyMutexLockNanos !== 0) {
    w.uint53(m.applyMutexLockNanos)
    w.tag(80)
  }
  if (m.applyLogNanos !== 0) {
    w.uint53(m.applyLogNanos)
    w.tag(72)
  }
  if (m.applyBatchWaitNanos !== 0) {
    w.uint53(m.applyBatchWaitNanos)
    w.tag(64)
  }
  if (m.commitLogNanos !== 0) {
    w.uint53(m.commitLogNanos)
    w.tag(56)
  }
  if (m.raftDbWriteMemtableNanos !== 0) {
    w.uint53(m.raftDbWriteMemtableNanos)
    w.tag(48)
  }
  if (m.raftDbSyncLogNanos !== 0) {
    w.uint53(m.raftDbSyncLogNanos)
    w.tag(40)
  }
  if (m.raftDbWriteLeaderWaitNanos !== 0) {
    w.uint53(m.raftDbWriteLeaderWaitNanos)
    w.tag(32)
  }
  if (m.persistLogNanos !== 0) {
    w.uint53(m.persistLogNanos)
    w.tag(24)
  }
  if (m.proposeSendWaitNanos !== 0) {
    w.uint53(m.proposeSendWaitNanos)
    w.tag(16)
  }
  if (m.storeBatchWaitNanos !== 0) {
    w.uint53(m.storeBatchWaitNanos)
    w.tag(8)
  }
}

export function readWriteDetail(r: Reader, end: number): WriteDetail {
  const m: WriteDetail = {
    storeBatchWaitNanos: 0,
    proposeSendWaitNanos: 0,
    persistLogNanos: 0,
    raftDbWriteLeaderWaitNanos: 0,
    raftDbSyncLogNanos: 0,
    raftDbWriteMemtableNanos: 0,
    commitLogNanos: 0,
    applyBatchWaitNanos: 0,
    applyLogNanos: 0,
    applyMutexLockNanos: 0,
    applyWriteLeaderWaitNanos: 0,
    applyWriteWalNanos: 0,
    applyWriteMemtableNanos: 0,
    latchWaitNanos: 0,
    processNanos: 0,
    throttleNanos: 0,
    pessimisticLockWaitNanos: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.storeBatchWaitNanos = r.uint53()
        break
      case 16:
        m.proposeSendWaitNanos = r.uint53()
        break
      case 24:
        m.persistLogNanos = r.uint53()
        break
      case 32:
        m.raftDbWriteLeaderWaitNanos = r.uint53()
        break
      case 40:
        m.raftDbSyncLogNanos = r.uint53()
        break
      case 48:
        m.raftDbWriteMemtableNanos = r.uint53()
        break
      case 56:
        m.commitLogNanos = r.uint53()
        break
      case 64:
        m.applyBatchWaitNanos = r.uint53()
        break
      case 72:
        m.applyLogNanos = r.uint53()
        break
      case 80:
        m.applyMutexLockNanos = r.uint53()
        break
      case 88:
        m.applyWriteLeaderWaitNanos = r.uint53()
        break
      case 96:
        m.applyWriteWalNanos = r.uint53()
        break
      case 104:
        m.applyWriteMemtableNanos = r.uint53()
        break
      case 112:
        m.latchWaitNanos = r.uint53()
        break
      case 120:
        m.processNanos = r.uint53()
        break
      case 128:
        m.throttleNanos = r.uint53()
        break
      case 136:
        m.pessimisticLockWaitNanos = r.uint53()
        break
      default:
        r.unknown(tag, "kvrpcpb.WriteDetail", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17])
    }
  }
  return m
}

export const WriteDetail: Codec<WriteDetail> = {
  name: "kvrpcpb.WriteDetail",
  create: makeWriteDetail,
  encode: writeWriteDetail,
  decode: readWriteDetail
}

export interface KvPair {
  error: KeyError | undefined
  key: Uint8Array
  value: Uint8Array
  commitTs: bigint
}

function makeKvPair(partial: Partial<KvPair> = {}): KvPair {
  return {
    error: partial.error,
    key: partial.key ?? EMPTY,
    value: partial.value ?? EMPTY,
    commitTs: partial.commitTs ?? 0n
  }
}

export function writeKvPair(m: KvPair, w: Writer): void {
  if (m.commitTs !== 0n) {
    w.uint64(m.commitTs)
    w.tag(32)
  }
  if (m.value.length > 0) {
    w.bytes(m.value)
    w.tag(26)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(18)
  }
  if (m.error !== undefined) {
    const start = w.mark()
    writeKeyError(m.error, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readKvPair(r: Reader, end: number): KvPair {
  const m: KvPair = {
    error: undefined,
    key: EMPTY,
    value: EMPTY,
    commitTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.error = readKeyError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.key = r.bytes()
        break
      case 26:
        m.value = r.bytes()
        break
      case 32:
        m.commitTs = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.KvPair", [1, 2, 3, 4])
    }
  }
  return m
}

export const KvPair: Codec<KvPair> = {
  name: "kvrpcpb.KvPair",
  create: makeKvPair,
  encode: writeKvPair,
  decode: readKvPair
}

export interface Mutation {
  op: Op
  key: Uint8Array
  value: Uint8Array
  assertion: Assertion
}

function makeMutation(partial: Partial<Mutation> = {}): Mutation {
  return {
    op: partial.op ?? 0,
    key: partial.key ?? EMPTY,
    value: partial.value ?? EMPTY,
    assertion: partial.assertion ?? 0
  }
}

export function writeMutation(m: Mutation, w: Writer): void {
  if (m.assertion !== 0) {
    w.int32(m.assertion)
    w.tag(32)
  }
  if (m.value.length > 0) {
    w.bytes(m.value)
    w.tag(26)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(18)
  }
  if (m.op !== 0) {
    w.int32(m.op)
    w.tag(8)
  }
}

export function readMutation(r: Reader, end: number): Mutation {
  const m: Mutation = {
    op: 0,
    key: EMPTY,
    value: EMPTY,
    assertion: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.op = r.int32()
        break
      case 18:
        m.key = r.bytes()
        break
      case 26:
        m.value = r.bytes()
        break
      case 32:
        m.assertion = r.int32()
        break
      default:
        r.unknown(tag, "kvrpcpb.Mutation", [1, 2, 3, 4])
    }
  }
  return m
}

export const Mutation: Codec<Mutation> = {
  name: "kvrpcpb.Mutation",
  create: makeMutation,
  encode: writeMutation,
  decode: readMutation
}

export interface MvccWrite {
  type: Op
  startTs: bigint
  commitTs: bigint
  shortValue: Uint8Array
  hasOverlappedRollback: boolean
  hasGcFence: boolean
  gcFence: bigint
  lastChangeTs: bigint
  versionsToLastChange: number
}

function makeMvccWrite(partial: Partial<MvccWrite> = {}): MvccWrite {
  return {
    type: partial.type ?? 0,
    startTs: partial.startTs ?? 0n,
    commitTs: partial.commitTs ?? 0n,
    shortValue: partial.shortValue ?? EMPTY,
    hasOverlappedRollback: partial.hasOverlappedRollback ?? false,
    hasGcFence: partial.hasGcFence ?? false,
    gcFence: partial.gcFence ?? 0n,
    lastChangeTs: partial.lastChangeTs ?? 0n,
    versionsToLastChange: partial.versionsToLastChange ?? 0
  }
}

export function writeMvccWrite(m: MvccWrite, w: Writer): void {
  if (m.versionsToLastChange !== 0) {
    w.uint53(m.versionsToLastChange)
    w.tag(72)
  }
  if (m.lastChangeTs !== 0n) {
    w.uint64(m.lastChangeTs)
    w.tag(64)
  }
  if (m.gcFence !== 0n) {
    w.uint64(m.gcFence)
    w.tag(56)
  }
  if (m.hasGcFence) {
    w.bool(m.hasGcFence)
    w.tag(48)
  }
  if (m.hasOverlappedRollback) {
    w.bool(m.hasOverlappedRollback)
    w.tag(40)
  }
  if (m.shortValue.length > 0) {
    w.bytes(m.shortValue)
    w.tag(34)
  }
  if (m.commitTs !== 0n) {
    w.uint64(m.commitTs)
    w.tag(24)
  }
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(16)
  }
  if (m.type !== 0) {
    w.int32(m.type)
    w.tag(8)
  }
}

export function readMvccWrite(r: Reader, end: number): MvccWrite {
  const m: MvccWrite = {
    type: 0,
    startTs: 0n,
    commitTs: 0n,
    shortValue: EMPTY,
    hasOverlappedRollback: false,
    hasGcFence: false,
    gcFence: 0n,
    lastChangeTs: 0n,
    versionsToLastChange: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.type = r.int32()
        break
      case 16:
        m.startTs = r.uint64()
        break
      case 24:
        m.commitTs = r.uint64()
        break
      case 34:
        m.shortValue = r.bytes()
        break
      case 40:
        m.hasOverlappedRollback = r.bool()
        break
      case 48:
        m.hasGcFence = r.bool()
        break
      case 56:
        m.gcFence = r.uint64()
        break
      case 64:
        m.lastChangeTs = r.uint64()
        break
      case 72:
        m.versionsToLastChange = r.uint53()
        break
      default:
        r.unknown(tag, "kvrpcpb.MvccWrite", [1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
  }
  return m
}

export const MvccWrite: Codec<MvccWrite> = {
  name: "kvrpcpb.MvccWrite",
  create: makeMvccWrite,
  encode: writeMvccWrite,
  decode: readMvccWrite
}

export interface MvccValue {
  startTs: bigint
  value: Uint8Array
}

function makeMvccValue(partial: Partial<MvccValue> = {}): MvccValue {
  return {
    startTs: partial.startTs ?? 0n,
    value: partial.value ?? EMPTY
  }
}

export function writeMvccValue(m: MvccValue, w: Writer): void {
  if (m.value.length > 0) {
    w.bytes(m.value)
    w.tag(18)
  }
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(8)
  }
}

export function readMvccValue(r: Reader, end: number): MvccValue {
  const m: MvccValue = {
    startTs: 0n,
    value: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.startTs = r.uint64()
        break
      case 18:
        m.value = r.bytes()
        break
      default:
        r.unknown(tag, "kvrpcpb.MvccValue", [1, 2])
    }
  }
  return m
}

export const MvccValue: Codec<MvccValue> = {
  name: "kvrpcpb.MvccValue",
  create: makeMvccValue,
  encode: writeMvccValue,
  decode: readMvccValue
}

export interface MvccLock {
  type: Op
  startTs: bigint
  primary: Uint8Array
  shortValue: Uint8Array
  ttl: number
  forUpdateTs: bigint
  txnSize: bigint
  useAsyncCommit: boolean
  secondaries: Uint8Array[]
  rollbackTs: bigint[]
  lastChangeTs: bigint
  versionsToLastChange: number
}

function makeMvccLock(partial: Partial<MvccLock> = {}): MvccLock {
  return {
    type: partial.type ?? 0,
    startTs: partial.startTs ?? 0n,
    primary: partial.primary ?? EMPTY,
    shortValue: partial.shortValue ?? EMPTY,
    ttl: partial.ttl ?? 0,
    forUpdateTs: partial.forUpdateTs ?? 0n,
    txnSize: partial.txnSize ?? 0n,
    useAsyncCommit: partial.useAsyncCommit ?? false,
    secondaries: partial.secondaries ?? [],
    rollbackTs: partial.rollbackTs ?? [],
    lastChangeTs: partial.lastChangeTs ?? 0n,
    versionsToLastChange: partial.versionsToLastChange ?? 0
  }
}

export function writeMvccLock(m: MvccLock, w: Writer): void {
  if (m.versionsToLastChange !== 0) {
    w.uint53(m.versionsToLastChange)
    w.tag(96)
  }
  if (m.lastChangeTs !== 0n) {
    w.uint64(m.lastChangeTs)
    w.tag(88)
  }
  if (m.rollbackTs.length > 0) {
    const list = w.mark()
    for (let i = m.rollbackTs.length - 1; i >= 0; i--) w.uint64(m.rollbackTs[i]!)
    w.lengthSince(list)
    w.tag(82)
  }
  for (let i = m.secondaries.length - 1; i >= 0; i--) {
    w.bytes(m.secondaries[i]!)
    w.tag(74)
  }
  if (m.useAsyncCommit) {
    w.bool(m.useAsyncCommit)
    w.tag(64)
  }
  if (m.txnSize !== 0n) {
    w.uint64(m.txnSize)
    w.tag(56)
  }
  if (m.forUpdateTs !== 0n) {
    w.uint64(m.forUpdateTs)
    w.tag(48)
  }
  if (m.ttl !== 0) {
    w.uint53(m.ttl)
    w.tag(40)
  }
  if (m.shortValue.length > 0) {
    w.bytes(m.shortValue)
    w.tag(34)
  }
  if (m.primary.length > 0) {
    w.bytes(m.primary)
    w.tag(26)
  }
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(16)
  }
  if (m.type !== 0) {
    w.int32(m.type)
    w.tag(8)
  }
}

export function readMvccLock(r: Reader, end: number): MvccLock {
  const m: MvccLock = {
    type: 0,
    startTs: 0n,
    primary: EMPTY,
    shortValue: EMPTY,
    ttl: 0,
    forUpdateTs: 0n,
    txnSize: 0n,
    useAsyncCommit: false,
    secondaries: [],
    rollbackTs: [],
    lastChangeTs: 0n,
    versionsToLastChange: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.type = r.int32()
        break
      case 16:
        m.startTs = r.uint64()
        break
      case 26:
        m.primary = r.bytes()
        break
      case 34:
        m.shortValue = r.bytes()
        break
      case 40:
        m.ttl = r.uint53()
        break
      case 48:
        m.forUpdateTs = r.uint64()
        break
      case 56:
        m.txnSize = r.uint64()
        break
      case 64:
        m.useAsyncCommit = r.bool()
        break
      case 74:
        m.secondaries.push(r.bytes())
        break
      case 80:
        m.rollbackTs.push(r.uint64())
        break
      case 82: {
        const to = r.enterPacked()
        while (r.pos < to) m.rollbackTs.push(r.uint64())
        r.leavePacked(to)
        break
      }
      case 88:
        m.lastChangeTs = r.uint64()
        break
      case 96:
        m.versionsToLastChange = r.uint53()
        break
      default:
        r.unknown(tag, "kvrpcpb.MvccLock", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    }
  }
  return m
}

export const MvccLock: Codec<MvccLock> = {
  name: "kvrpcpb.MvccLock",
  create: makeMvccLock,
  encode: writeMvccLock,
  decode: readMvccLock
}

export interface MvccInfo {
  lock: MvccLock | undefined
  writes: MvccWrite[]
  values: MvccValue[]
}

function makeMvccInfo(partial: Partial<MvccInfo> = {}): MvccInfo {
  return {
    lock: partial.lock,
    writes: partial.writes ?? [],
    values: partial.values ?? []
  }
}

export function writeMvccInfo(m: MvccInfo, w: Writer): void {
  for (let i = m.values.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeMvccValue(m.values[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  for (let i = m.writes.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeMvccWrite(m.writes[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.lock !== undefined) {
    const start = w.mark()
    writeMvccLock(m.lock, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readMvccInfo(r: Reader, end: number): MvccInfo {
  const m: MvccInfo = {
    lock: undefined,
    writes: [],
    values: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.lock = readMvccLock(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.writes.push(readMvccWrite(r, to))
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.values.push(readMvccValue(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.MvccInfo", [1, 2, 3])
    }
  }
  return m
}

export const MvccInfo: Codec<MvccInfo> = {
  name: "kvrpcpb.MvccInfo",
  create: makeMvccInfo,
  encode: writeMvccInfo,
  decode: readMvccInfo
}

export interface TxnInfo {
  txn: bigint
  status: bigint
  isTxnFile: boolean
}

function makeTxnInfo(partial: Partial<TxnInfo> = {}): TxnInfo {
  return {
    txn: partial.txn ?? 0n,
    status: partial.status ?? 0n,
    isTxnFile: partial.isTxnFile ?? false
  }
}

export function writeTxnInfo(m: TxnInfo, w: Writer): void {
  if (m.isTxnFile) {
    w.bool(m.isTxnFile)
    w.tag(800)
  }
  if (m.status !== 0n) {
    w.uint64(m.status)
    w.tag(16)
  }
  if (m.txn !== 0n) {
    w.uint64(m.txn)
    w.tag(8)
  }
}

export function readTxnInfo(r: Reader, end: number): TxnInfo {
  const m: TxnInfo = {
    txn: 0n,
    status: 0n,
    isTxnFile: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.txn = r.uint64()
        break
      case 16:
        m.status = r.uint64()
        break
      case 800:
        m.isTxnFile = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.TxnInfo", [1, 2, 100])
    }
  }
  return m
}

export const TxnInfo: Codec<TxnInfo> = {
  name: "kvrpcpb.TxnInfo",
  create: makeTxnInfo,
  encode: writeTxnInfo,
  decode: readTxnInfo
}

export interface KeyRange {
  startKey: Uint8Array
  endKey: Uint8Array
}

function makeKeyRange(partial: Partial<KeyRange> = {}): KeyRange {
  return {
    startKey: partial.startKey ?? EMPTY,
    endKey: partial.endKey ?? EMPTY
  }
}

export function writeKeyRange(m: KeyRange, w: Writer): void {
  if (m.endKey.length > 0) {
    w.bytes(m.endKey)
    w.tag(18)
  }
  if (m.startKey.length > 0) {
    w.bytes(m.startKey)
    w.tag(10)
  }
}

export function readKeyRange(r: Reader, end: number): KeyRange {
  const m: KeyRange = {
    startKey: EMPTY,
    endKey: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.startKey = r.bytes()
        break
      case 18:
        m.endKey = r.bytes()
        break
      default:
        r.unknown(tag, "kvrpcpb.KeyRange", [1, 2])
    }
  }
  return m
}

export const KeyRange: Codec<KeyRange> = {
  name: "kvrpcpb.KeyRange",
  create: makeKeyRange,
  encode: writeKeyRange,
  decode: readKeyRange
}

export interface LeaderInfo {
  regionId: number
  peerId: number
  term: number
  regionEpoch: metapb.RegionEpoch | undefined
  readState: ReadState | undefined
}

function makeLeaderInfo(partial: Partial<LeaderInfo> = {}): LeaderInfo {
  return {
    regionId: partial.regionId ?? 0,
    peerId: partial.peerId ?? 0,
    term: partial.term ?? 0,
    regionEpoch: partial.regionEpoch,
    readState: partial.readState
  }
}

export function writeLeaderInfo(m: LeaderInfo, w: Writer): void {
  if (m.readState !== undefined) {
    const start = w.mark()
    writeReadState(m.readState, w)
    w.lengthSince(start)
    w.tag(42)
  }
  if (m.regionEpoch !== undefined) {
    const start = w.mark()
    metapb.writeRegionEpoch(m.regionEpoch, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.term !== 0) {
    w.uint53(m.term)
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

export function readLeaderInfo(r: Reader, end: number): LeaderInfo {
  const m: LeaderInfo = {
    regionId: 0,
    peerId: 0,
    term: 0,
    regionEpoch: undefined,
    readState: undefined
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
        m.term = r.uint53()
        break
      case 34: {
        const to = r.enter()
        m.regionEpoch = metapb.readRegionEpoch(r, to)
        r.leave(to)
        break
      }
      case 42: {
        const to = r.enter()
        m.readState = readReadState(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.LeaderInfo", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const LeaderInfo: Codec<LeaderInfo> = {
  name: "kvrpcpb.LeaderInfo",
  create: makeLeaderInfo,
  encode: writeLeaderInfo,
  decode: readLeaderInfo
}

export interface ReadState {
  appliedIndex: number
  safeTs: bigint
}

function makeReadState(partial: Partial<ReadState> = {}): ReadState {
  return {
    appliedIndex: partial.appliedIndex ?? 0,
    safeTs: partial.safeTs ?? 0n
  }
}

export function writeReadState(m: ReadState, w: Writer): void {
  if (m.safeTs !== 0n) {
    w.uint64(m.safeTs)
    w.tag(16)
  }
  if (m.appliedIndex !== 0) {
    w.uint53(m.appliedIndex)
    w.tag(8)
  }
}

export function readReadState(r: Reader, end: number): ReadState {
  const m: ReadState = {
    appliedIndex: 0,
    safeTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.appliedIndex = r.uint53()
        break
      case 16:
        m.safeTs = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.ReadState", [1, 2])
    }
  }
  return m
}

export const ReadState: Codec<ReadState> = {
  name: "kvrpcpb.ReadState",
  create: makeReadState,
  encode: writeReadState,
  decode: readReadState
}

export interface CheckLeaderRequest {
  regions: LeaderInfo[]
  ts: bigint
}

function makeCheckLeaderRequest(partial: Partial<CheckLeaderRequest> = {}): CheckLeaderRequest {
  return {
    regions: partial.regions ?? [],
    ts: partial.ts ?? 0n
  }
}

export function writeCheckLeaderRequest(m: CheckLeaderRequest, w: Writer): void {
  if (m.ts !== 0n) {
    w.uint64(m.ts)
    w.tag(16)
  }
  for (let i = m.regions.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeLeaderInfo(m.regions[i]!, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readCheckLeaderRequest(r: Reader, end: number): CheckLeaderRequest {
  const m: CheckLeaderRequest = {
    regions: [],
    ts: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regions.push(readLeaderInfo(r, to))
        r.leave(to)
        break
      }
      case 16:
        m.ts = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.CheckLeaderRequest", [1, 2])
    }
  }
  return m
}

export const CheckLeaderRequest: Codec<CheckLeaderRequest> = {
  name: "kvrpcpb.CheckLeaderRequest",
  create: makeCheckLeaderRequest,
  encode: writeCheckLeaderRequest,
  decode: readCheckLeaderRequest
}

export interface CheckLeaderResponse {
  regions: number[]
  ts: bigint
}

function makeCheckLeaderResponse(partial: Partial<CheckLeaderResponse> = {}): CheckLeaderResponse {
  return {
    regions: partial.regions ?? [],
    ts: partial.ts ?? 0n
  }
}

export function writeCheckLeaderResponse(m: CheckLeaderResponse, w: Writer): void {
  if (m.ts !== 0n) {
    w.uint64(m.ts)
    w.tag(16)
  }
  if (m.regions.length > 0) {
    const list = w.mark()
    for (let i = m.regions.length - 1; i >= 0; i--) w.uint53(m.regions[i]!)
    w.lengthSince(list)
    w.tag(10)
  }
}

export function readCheckLeaderResponse(r: Reader, end: number): CheckLeaderResponse {
  const m: CheckLeaderResponse = {
    regions: [],
    ts: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.regions.push(r.uint53())
        break
      case 10: {
        const to = r.enterPacked()
        while (r.pos < to) m.regions.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 16:
        m.ts = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.CheckLeaderResponse", [1, 2])
    }
  }
  return m
}

export const CheckLeaderResponse: Codec<CheckLeaderResponse> = {
  name: "kvrpcpb.CheckLeaderResponse",
  create: makeCheckLeaderResponse,
  encode: writeCheckLeaderResponse,
  decode: readCheckLeaderResponse
}

export interface StoreSafeTSRequest {
  keyRange: KeyRange | undefined
}

function makeStoreSafeTSRequest(partial: Partial<StoreSafeTSRequest> = {}): StoreSafeTSRequest {
  return {
    keyRange: partial.keyRange
  }
}

export function writeStoreSafeTSRequest(m: StoreSafeTSRequest, w: Writer): void {
  if (m.keyRange !== undefined) {
    const start = w.mark()
    writeKeyRange(m.keyRange, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readStoreSafeTSRequest(r: Reader, end: number): StoreSafeTSRequest {
  const m: StoreSafeTSRequest = {
    keyRange: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.keyRange = readKeyRange(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.StoreSafeTSRequest", [1])
    }
  }
  return m
}

export const StoreSafeTSRequest: Codec<StoreSafeTSRequest> = {
  name: "kvrpcpb.StoreSafeTSRequest",
  create: makeStoreSafeTSRequest,
  encode: writeStoreSafeTSRequest,
  decode: readStoreSafeTSRequest
}

export interface StoreSafeTSResponse {
  safeTs: bigint
}

function makeStoreSafeTSResponse(partial: Partial<StoreSafeTSResponse> = {}): StoreSafeTSResponse {
  return {
    safeTs: partial.safeTs ?? 0n
  }
}

export function writeStoreSafeTSResponse(m: StoreSafeTSResponse, w: Writer): void {
  if (m.safeTs !== 0n) {
    w.uint64(m.safeTs)
    w.tag(8)
  }
}

export function readStoreSafeTSResponse(r: Reader, end: number): StoreSafeTSResponse {
  const m: StoreSafeTSResponse = {
    safeTs: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.safeTs = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.StoreSafeTSResponse", [1])
    }
  }
  return m
}

export const StoreSafeTSResponse: Codec<StoreSafeTSResponse> = {
  name: "kvrpcpb.StoreSafeTSResponse",
  create: makeStoreSafeTSResponse,
  encode: writeStoreSafeTSResponse,
  decode: readStoreSafeTSResponse
}

export interface RawGetKeyTTLRequest {
  context: Context | undefined
  key: Uint8Array
  cf: string
}

function makeRawGetKeyTTLRequest(partial: Partial<RawGetKeyTTLRequest> = {}): RawGetKeyTTLRequest {
  return {
    context: partial.context,
    key: partial.key ?? EMPTY,
    cf: partial.cf ?? ""
  }
}

export function writeRawGetKeyTTLRequest(m: RawGetKeyTTLRequest, w: Writer): void {
  if (m.cf !== "") {
    w.string(m.cf)
    w.tag(26)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawGetKeyTTLRequest(r: Reader, end: number): RawGetKeyTTLRequest {
  const m: RawGetKeyTTLRequest = {
    context: undefined,
    key: EMPTY,
    cf: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.key = r.bytes()
        break
      case 26:
        m.cf = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawGetKeyTTLRequest", [1, 2, 3])
    }
  }
  return m
}

export const RawGetKeyTTLRequest: Codec<RawGetKeyTTLRequest> = {
  name: "kvrpcpb.RawGetKeyTTLRequest",
  create: makeRawGetKeyTTLRequest,
  encode: writeRawGetKeyTTLRequest,
  decode: readRawGetKeyTTLRequest
}

export interface RawGetKeyTTLResponse {
  regionError: errorpb.Error | undefined
  error: string
  ttl: number
  notFound: boolean
}

function makeRawGetKeyTTLResponse(partial: Partial<RawGetKeyTTLResponse> = {}): RawGetKeyTTLResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? "",
    ttl: partial.ttl ?? 0,
    notFound: partial.notFound ?? false
  }
}

export function writeRawGetKeyTTLResponse(m: RawGetKeyTTLResponse, w: Writer): void {
  if (m.notFound) {
    w.bool(m.notFound)
    w.tag(32)
  }
  if (m.ttl !== 0) {
    w.uint53(m.ttl)
    w.tag(24)
  }
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawGetKeyTTLResponse(r: Reader, end: number): RawGetKeyTTLResponse {
  const m: RawGetKeyTTLResponse = {
    regionError: undefined,
    error: "",
    ttl: 0,
    notFound: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      case 24:
        m.ttl = r.uint53()
        break
      case 32:
        m.notFound = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawGetKeyTTLResponse", [1, 2, 3, 4])
    }
  }
  return m
}

export const RawGetKeyTTLResponse: Codec<RawGetKeyTTLResponse> = {
  name: "kvrpcpb.RawGetKeyTTLResponse",
  create: makeRawGetKeyTTLResponse,
  encode: writeRawGetKeyTTLResponse,
  decode: readRawGetKeyTTLResponse
}

export interface RawCASRequest {
  context: Context | undefined
  key: Uint8Array
  value: Uint8Array
  previousNotExist: boolean
  previousValue: Uint8Array
  cf: string
  ttl: number
  delete: boolean
}

function makeRawCASRequest(partial: Partial<RawCASRequest> = {}): RawCASRequest {
  return {
    context: partial.context,
    key: partial.key ?? EMPTY,
    value: partial.value ?? EMPTY,
    previousNotExist: partial.previousNotExist ?? false,
    previousValue: partial.previousValue ?? EMPTY,
    cf: partial.cf ?? "",
    ttl: partial.ttl ?? 0,
    delete: partial.delete ?? false
  }
}

export function writeRawCASRequest(m: RawCASRequest, w: Writer): void {
  if (m.delete) {
    w.bool(m.delete)
    w.tag(64)
  }
  if (m.ttl !== 0) {
    w.uint53(m.ttl)
    w.tag(56)
  }
  if (m.cf !== "") {
    w.string(m.cf)
    w.tag(50)
  }
  if (m.previousValue.length > 0) {
    w.bytes(m.previousValue)
    w.tag(42)
  }
  if (m.previousNotExist) {
    w.bool(m.previousNotExist)
    w.tag(32)
  }
  if (m.value.length > 0) {
    w.bytes(m.value)
    w.tag(26)
  }
  if (m.key.length > 0) {
    w.bytes(m.key)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawCASRequest(r: Reader, end: number): RawCASRequest {
  const m: RawCASRequest = {
    context: undefined,
    key: EMPTY,
    value: EMPTY,
    previousNotExist: false,
    previousValue: EMPTY,
    cf: "",
    ttl: 0,
    delete: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.key = r.bytes()
        break
      case 26:
        m.value = r.bytes()
        break
      case 32:
        m.previousNotExist = r.bool()
        break
      case 42:
        m.previousValue = r.bytes()
        break
      case 50:
        m.cf = r.string()
        break
      case 56:
        m.ttl = r.uint53()
        break
      case 64:
        m.delete = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawCASRequest", [1, 2, 3, 4, 5, 6, 7, 8])
    }
  }
  return m
}

export const RawCASRequest: Codec<RawCASRequest> = {
  name: "kvrpcpb.RawCASRequest",
  create: makeRawCASRequest,
  encode: writeRawCASRequest,
  decode: readRawCASRequest
}

export interface RawCASResponse {
  regionError: errorpb.Error | undefined
  error: string
  succeed: boolean
  previousNotExist: boolean
  previousValue: Uint8Array
}

function makeRawCASResponse(partial: Partial<RawCASResponse> = {}): RawCASResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? "",
    succeed: partial.succeed ?? false,
    previousNotExist: partial.previousNotExist ?? false,
    previousValue: partial.previousValue ?? EMPTY
  }
}

export function writeRawCASResponse(m: RawCASResponse, w: Writer): void {
  if (m.previousValue.length > 0) {
    w.bytes(m.previousValue)
    w.tag(42)
  }
  if (m.previousNotExist) {
    w.bool(m.previousNotExist)
    w.tag(32)
  }
  if (m.succeed) {
    w.bool(m.succeed)
    w.tag(24)
  }
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawCASResponse(r: Reader, end: number): RawCASResponse {
  const m: RawCASResponse = {
    regionError: undefined,
    error: "",
    succeed: false,
    previousNotExist: false,
    previousValue: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      case 24:
        m.succeed = r.bool()
        break
      case 32:
        m.previousNotExist = r.bool()
        break
      case 42:
        m.previousValue = r.bytes()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawCASResponse", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const RawCASResponse: Codec<RawCASResponse> = {
  name: "kvrpcpb.RawCASResponse",
  create: makeRawCASResponse,
  encode: writeRawCASResponse,
  decode: readRawCASResponse
}

export interface GetLockWaitInfoRequest {
  context: Context | undefined
}

function makeGetLockWaitInfoRequest(partial: Partial<GetLockWaitInfoRequest> = {}): GetLockWaitInfoRequest {
  return {
    context: partial.context
  }
}

export function writeGetLockWaitInfoRequest(m: GetLockWaitInfoRequest, w: Writer): void {
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetLockWaitInfoRequest(r: Reader, end: number): GetLockWaitInfoRequest {
  const m: GetLockWaitInfoRequest = {
    context: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.GetLockWaitInfoRequest", [1])
    }
  }
  return m
}

export const GetLockWaitInfoRequest: Codec<GetLockWaitInfoRequest> = {
  name: "kvrpcpb.GetLockWaitInfoRequest",
  create: makeGetLockWaitInfoRequest,
  encode: writeGetLockWaitInfoRequest,
  decode: readGetLockWaitInfoRequest
}

export interface GetLockWaitInfoResponse {
  regionError: errorpb.Error | undefined
  error: string
  entries: deadlock.WaitForEntry[]
}

function makeGetLockWaitInfoResponse(partial: Partial<GetLockWaitInfoResponse> = {}): GetLockWaitInfoResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? "",
    entries: partial.entries ?? []
  }
}

export function writeGetLockWaitInfoResponse(m: GetLockWaitInfoResponse, w: Writer): void {
  for (let i = m.entries.length - 1; i >= 0; i--) {
    const start = w.mark()
    deadlock.writeWaitForEntry(m.entries[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetLockWaitInfoResponse(r: Reader, end: number): GetLockWaitInfoResponse {
  const m: GetLockWaitInfoResponse = {
    regionError: undefined,
    error: "",
    entries: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      case 26: {
        const to = r.enter()
        m.entries.push(deadlock.readWaitForEntry(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.GetLockWaitInfoResponse", [1, 2, 3])
    }
  }
  return m
}

export const GetLockWaitInfoResponse: Codec<GetLockWaitInfoResponse> = {
  name: "kvrpcpb.GetLockWaitInfoResponse",
  create: makeGetLockWaitInfoResponse,
  encode: writeGetLockWaitInfoResponse,
  decode: readGetLockWaitInfoResponse
}

export interface GetLockWaitHistoryRequest {
  context: Context | undefined
}

function makeGetLockWaitHistoryRequest(partial: Partial<GetLockWaitHistoryRequest> = {}): GetLockWaitHistoryRequest {
  return {
    context: partial.context
  }
}

export function writeGetLockWaitHistoryRequest(m: GetLockWaitHistoryRequest, w: Writer): void {
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetLockWaitHistoryRequest(r: Reader, end: number): GetLockWaitHistoryRequest {
  const m: GetLockWaitHistoryRequest = {
    context: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.GetLockWaitHistoryRequest", [1])
    }
  }
  return m
}

export const GetLockWaitHistoryRequest: Codec<GetLockWaitHistoryRequest> = {
  name: "kvrpcpb.GetLockWaitHistoryRequest",
  create: makeGetLockWaitHistoryRequest,
  encode: writeGetLockWaitHistoryRequest,
  decode: readGetLockWaitHistoryRequest
}

export interface GetLockWaitHistoryResponse {
  regionError: errorpb.Error | undefined
  error: string
  entries: deadlock.WaitForEntry[]
}

function makeGetLockWaitHistoryResponse(partial: Partial<GetLockWaitHistoryResponse> = {}): GetLockWaitHistoryResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? "",
    entries: partial.entries ?? []
  }
}

export function writeGetLockWaitHistoryResponse(m: GetLockWaitHistoryResponse, w: Writer): void {
  for (let i = m.entries.length - 1; i >= 0; i--) {
    const start = w.mark()
    deadlock.writeWaitForEntry(m.entries[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetLockWaitHistoryResponse(r: Reader, end: number): GetLockWaitHistoryResponse {
  const m: GetLockWaitHistoryResponse = {
    regionError: undefined,
    error: "",
    entries: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      case 26: {
        const to = r.enter()
        m.entries.push(deadlock.readWaitForEntry(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.GetLockWaitHistoryResponse", [1, 2, 3])
    }
  }
  return m
}

export const GetLockWaitHistoryResponse: Codec<GetLockWaitHistoryResponse> = {
  name: "kvrpcpb.GetLockWaitHistoryResponse",
  create: makeGetLockWaitHistoryResponse,
  encode: writeGetLockWaitHistoryResponse,
  decode: readGetLockWaitHistoryResponse
}

export interface RawCoprocessorRequest {
  context: Context | undefined
  coprName: string
  coprVersionReq: string
  ranges: KeyRange[]
  data: Uint8Array
}

function makeRawCoprocessorRequest(partial: Partial<RawCoprocessorRequest> = {}): RawCoprocessorRequest {
  return {
    context: partial.context,
    coprName: partial.coprName ?? "",
    coprVersionReq: partial.coprVersionReq ?? "",
    ranges: partial.ranges ?? [],
    data: partial.data ?? EMPTY
  }
}

export function writeRawCoprocessorRequest(m: RawCoprocessorRequest, w: Writer): void {
  if (m.data.length > 0) {
    w.bytes(m.data)
    w.tag(42)
  }
  for (let i = m.ranges.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKeyRange(m.ranges[i]!, w)
    w.lengthSince(start)
    w.tag(34)
  }
  if (m.coprVersionReq !== "") {
    w.string(m.coprVersionReq)
    w.tag(26)
  }
  if (m.coprName !== "") {
    w.string(m.coprName)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawCoprocessorRequest(r: Reader, end: number): RawCoprocessorRequest {
  const m: RawCoprocessorRequest = {
    context: undefined,
    coprName: "",
    coprVersionReq: "",
    ranges: [],
    data: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.coprName = r.string()
        break
      case 26:
        m.coprVersionReq = r.string()
        break
      case 34: {
        const to = r.enter()
        m.ranges.push(readKeyRange(r, to))
        r.leave(to)
        break
      }
      case 42:
        m.data = r.bytes()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawCoprocessorRequest", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const RawCoprocessorRequest: Codec<RawCoprocessorRequest> = {
  name: "kvrpcpb.RawCoprocessorRequest",
  create: makeRawCoprocessorRequest,
  encode: writeRawCoprocessorRequest,
  decode: readRawCoprocessorRequest
}

export interface RawCoprocessorResponse {
  regionError: errorpb.Error | undefined
  error: string
  data: Uint8Array
}

function makeRawCoprocessorResponse(partial: Partial<RawCoprocessorResponse> = {}): RawCoprocessorResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? "",
    data: partial.data ?? EMPTY
  }
}

export function writeRawCoprocessorResponse(m: RawCoprocessorResponse, w: Writer): void {
  if (m.data.length > 0) {
    w.bytes(m.data)
    w.tag(26)
  }
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawCoprocessorResponse(r: Reader, end: number): RawCoprocessorResponse {
  const m: RawCoprocessorResponse = {
    regionError: undefined,
    error: "",
    data: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      case 26:
        m.data = r.bytes()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawCoprocessorResponse", [1, 2, 3])
    }
  }
  return m
}

export const RawCoprocessorResponse: Codec<RawCoprocessorResponse> = {
  name: "kvrpcpb.RawCoprocessorResponse",
  create: makeRawCoprocessorResponse,
  encode: writeRawCoprocessorResponse,
  decode: readRawCoprocessorResponse
}

export interface RawChecksumRequest {
  context: Context | undefined
  algorithm: ChecksumAlgorithm
  ranges: KeyRange[]
}

function makeRawChecksumRequest(partial: Partial<RawChecksumRequest> = {}): RawChecksumRequest {
  return {
    context: partial.context,
    algorithm: partial.algorithm ?? 0,
    ranges: partial.ranges ?? []
  }
}

export function writeRawChecksumRequest(m: RawChecksumRequest, w: Writer): void {
  for (let i = m.ranges.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKeyRange(m.ranges[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.algorithm !== 0) {
    w.int32(m.algorithm)
    w.tag(16)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawChecksumRequest(r: Reader, end: number): RawChecksumRequest {
  const m: RawChecksumRequest = {
    context: undefined,
    algorithm: 0,
    ranges: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.algorithm = r.int32()
        break
      case 26: {
        const to = r.enter()
        m.ranges.push(readKeyRange(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.RawChecksumRequest", [1, 2, 3])
    }
  }
  return m
}

export const RawChecksumRequest: Codec<RawChecksumRequest> = {
  name: "kvrpcpb.RawChecksumRequest",
  create: makeRawChecksumRequest,
  encode: writeRawChecksumRequest,
  decode: readRawChecksumRequest
}

export interface RawChecksumResponse {
  regionError: errorpb.Error | undefined
  error: string
  checksum: bigint
  totalKvs: number
  totalBytes: number
}

function makeRawChecksumResponse(partial: Partial<RawChecksumResponse> = {}): RawChecksumResponse {
  return {
    regionError: partial.regionError,
    error: partial.error ?? "",
    checksum: partial.checksum ?? 0n,
    totalKvs: partial.totalKvs ?? 0,
    totalBytes: partial.totalBytes ?? 0
  }
}

export function writeRawChecksumResponse(m: RawChecksumResponse, w: Writer): void {
  if (m.totalBytes !== 0) {
    w.uint53(m.totalBytes)
    w.tag(40)
  }
  if (m.totalKvs !== 0) {
    w.uint53(m.totalKvs)
    w.tag(32)
  }
  if (m.checksum !== 0n) {
    w.uint64(m.checksum)
    w.tag(24)
  }
  if (m.error !== "") {
    w.string(m.error)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readRawChecksumResponse(r: Reader, end: number): RawChecksumResponse {
  const m: RawChecksumResponse = {
    regionError: undefined,
    error: "",
    checksum: 0n,
    totalKvs: 0,
    totalBytes: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.error = r.string()
        break
      case 24:
        m.checksum = r.uint64()
        break
      case 32:
        m.totalKvs = r.uint53()
        break
      case 40:
        m.totalBytes = r.uint53()
        break
      default:
        r.unknown(tag, "kvrpcpb.RawChecksumResponse", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const RawChecksumResponse: Codec<RawChecksumResponse> = {
  name: "kvrpcpb.RawChecksumResponse",
  create: makeRawChecksumResponse,
  encode: writeRawChecksumResponse,
  decode: readRawChecksumResponse
}

export interface CompactError {
  error:
    | { readonly case: "errInvalidStartKey"; readonly value: CompactErrorInvalidStartKey }
    | { readonly case: "errPhysicalTableNotExist"; readonly value: CompactErrorPhysicalTableNotExist }
    | { readonly case: "errCompactInProgress"; readonly value: CompactErrorCompactInProgress }
    | { readonly case: "errTooManyPendingTasks"; readonly value: CompactErrorTooManyPendingTasks }
    | undefined
}

function makeCompactError(partial: Partial<CompactError> = {}): CompactError {
  return {
    error: partial.error
  }
}

export function writeCompactError(m: CompactError, w: Writer): void {
  if (m.error !== undefined) {
    switch (m.error.case) {
      case "errTooManyPendingTasks": {
        const start = w.mark()
        writeCompactErrorTooManyPendingTasks(m.error.value, w)
        w.lengthSince(start)
        w.tag(34)
        break
      }
      case "errCompactInProgress": {
        const start = w.mark()
        writeCompactErrorCompactInProgress(m.error.value, w)
        w.lengthSince(start)
        w.tag(26)
        break
      }
      case "errPhysicalTableNotExist": {
        const start = w.mark()
        writeCompactErrorPhysicalTableNotExist(m.error.value, w)
        w.lengthSince(start)
        w.tag(18)
        break
      }
      case "errInvalidStartKey": {
        const start = w.mark()
        writeCompactErrorInvalidStartKey(m.error.value, w)
        w.lengthSince(start)
        w.tag(10)
        break
      }
    }
  }
}

export function readCompactError(r: Reader, end: number): CompactError {
  const m: CompactError = {
    error: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.error = { case: "errInvalidStartKey", value: readCompactErrorInvalidStartKey(r, to) }
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.error = { case: "errPhysicalTableNotExist", value: readCompactErrorPhysicalTableNotExist(r, to) }
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.error = { case: "errCompactInProgress", value: readCompactErrorCompactInProgress(r, to) }
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.error = { case: "errTooManyPendingTasks", value: readCompactErrorTooManyPendingTasks(r, to) }
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.CompactError", [1, 2, 3, 4])
    }
  }
  return m
}

export const CompactError: Codec<CompactError> = {
  name: "kvrpcpb.CompactError",
  create: makeCompactError,
  encode: writeCompactError,
  decode: readCompactError
}

export interface CompactErrorInvalidStartKey {}

function makeCompactErrorInvalidStartKey(_partial?: Partial<CompactErrorInvalidStartKey>): CompactErrorInvalidStartKey {
  return {}
}

export function writeCompactErrorInvalidStartKey(_m: CompactErrorInvalidStartKey, _w: Writer): void {}

export function readCompactErrorInvalidStartKey(r: Reader, end: number): CompactErrorInvalidStartKey {
  const m: CompactErrorInvalidStartKey = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "kvrpcpb.CompactErrorInvalidStartKey", [])
  }
  return m
}

export const CompactErrorInvalidStartKey: Codec<CompactErrorInvalidStartKey> = {
  name: "kvrpcpb.CompactErrorInvalidStartKey",
  create: makeCompactErrorInvalidStartKey,
  encode: writeCompactErrorInvalidStartKey,
  decode: readCompactErrorInvalidStartKey
}

export interface CompactErrorPhysicalTableNotExist {}

function makeCompactErrorPhysicalTableNotExist(_partial?: Partial<CompactErrorPhysicalTableNotExist>): CompactErrorPhysicalTableNotExist {
  return {}
}

export function writeCompactErrorPhysicalTableNotExist(_m: CompactErrorPhysicalTableNotExist, _w: Writer): void {}

export function readCompactErrorPhysicalTableNotExist(r: Reader, end: number): CompactErrorPhysicalTableNotExist {
  const m: CompactErrorPhysicalTableNotExist = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "kvrpcpb.CompactErrorPhysicalTableNotExist", [])
  }
  return m
}

export const CompactErrorPhysicalTableNotExist: Codec<CompactErrorPhysicalTableNotExist> = {
  name: "kvrpcpb.CompactErrorPhysicalTableNotExist",
  create: makeCompactErrorPhysicalTableNotExist,
  encode: writeCompactErrorPhysicalTableNotExist,
  decode: readCompactErrorPhysicalTableNotExist
}

export interface CompactErrorCompactInProgress {}

function makeCompactErrorCompactInProgress(_partial?: Partial<CompactErrorCompactInProgress>): CompactErrorCompactInProgress {
  return {}
}

export function writeCompactErrorCompactInProgress(_m: CompactErrorCompactInProgress, _w: Writer): void {}

export function readCompactErrorCompactInProgress(r: Reader, end: number): CompactErrorCompactInProgress {
  const m: CompactErrorCompactInProgress = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "kvrpcpb.CompactErrorCompactInProgress", [])
  }
  return m
}

export const CompactErrorCompactInProgress: Codec<CompactErrorCompactInProgress> = {
  name: "kvrpcpb.CompactErrorCompactInProgress",
  create: makeCompactErrorCompactInProgress,
  encode: writeCompactErrorCompactInProgress,
  decode: readCompactErrorCompactInProgress
}

export interface CompactErrorTooManyPendingTasks {}

function makeCompactErrorTooManyPendingTasks(_partial?: Partial<CompactErrorTooManyPendingTasks>): CompactErrorTooManyPendingTasks {
  return {}
}

export function writeCompactErrorTooManyPendingTasks(_m: CompactErrorTooManyPendingTasks, _w: Writer): void {}

export function readCompactErrorTooManyPendingTasks(r: Reader, end: number): CompactErrorTooManyPendingTasks {
  const m: CompactErrorTooManyPendingTasks = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "kvrpcpb.CompactErrorTooManyPendingTasks", [])
  }
  return m
}

export const CompactErrorTooManyPendingTasks: Codec<CompactErrorTooManyPendingTasks> = {
  name: "kvrpcpb.CompactErrorTooManyPendingTasks",
  create: makeCompactErrorTooManyPendingTasks,
  encode: writeCompactErrorTooManyPendingTasks,
  decode: readCompactErrorTooManyPendingTasks
}

export interface CompactRequest {
  startKey: Uint8Array
  physicalTableId: number
  logicalTableId: number
  apiVersion: APIVersion
  keyspace:
    | { readonly case: "keyspaceId"; readonly value: number }
    | { readonly case: "keyspaceIdentity"; readonly value: apipb.KeyspaceIdentity }
    | undefined
}

function makeCompactRequest(partial: Partial<CompactRequest> = {}): CompactRequest {
  return {
    startKey: partial.startKey ?? EMPTY,
    physicalTableId: partial.physicalTableId ?? 0,
    logicalTableId: partial.logicalTableId ?? 0,
    apiVersion: partial.apiVersion ?? 0,
    keyspace: partial.keyspace
  }
}

export function writeCompactRequest(m: CompactRequest, w: Writer): void {
  if (m.keyspace !== undefined) {
    switch (m.keyspace.case) {
      case "keyspaceIdentity": {
        const start = w.mark()
        apipb.writeKeyspaceIdentity(m.keyspace.value, w)
        w.lengthSince(start)
        w.tag(74)
        break
      }
      case "keyspaceId": {
        w.uint32(m.keyspace.value)
        w.tag(64)
        break
      }
    }
  }
  if (m.apiVersion !== 0) {
    w.int32(m.apiVersion)
    w.tag(56)
  }
  if (m.logicalTableId !== 0) {
    w.int53(m.logicalTableId)
    w.tag(24)
  }
  if (m.physicalTableId !== 0) {
    w.int53(m.physicalTableId)
    w.tag(16)
  }
  if (m.startKey.length > 0) {
    w.bytes(m.startKey)
    w.tag(10)
  }
}

export function readCompactRequest(r: Reader, end: number): CompactRequest {
  const m: CompactRequest = {
    startKey: EMPTY,
    physicalTableId: 0,
    logicalTableId: 0,
    apiVersion: 0,
    keyspace: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.startKey = r.bytes()
        break
      case 16:
        m.physicalTableId = r.int53()
        break
      case 24:
        m.logicalTableId = r.int53()
        break
      case 56:
        m.apiVersion = r.int32()
        break
      case 64:
        m.keyspace = { case: "keyspaceId", value: r.uint32() }
        break
      case 74: {
        const to = r.enter()
        m.keyspace = { case: "keyspaceIdentity", value: apipb.readKeyspaceIdentity(r, to) }
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.CompactRequest", [1, 2, 3, 7, 8, 9])
    }
  }
  return m
}

export const CompactRequest: Codec<CompactRequest> = {
  name: "kvrpcpb.CompactRequest",
  create: makeCompactRequest,
  encode: writeCompactRequest,
  decode: readCompactRequest
}

export interface CompactResponse {
  error: CompactError | undefined
  hasRemaining: boolean
  compactedStartKey: Uint8Array
  compactedEndKey: Uint8Array
}

function makeCompactResponse(partial: Partial<CompactResponse> = {}): CompactResponse {
  return {
    error: partial.error,
    hasRemaining: partial.hasRemaining ?? false,
    compactedStartKey: partial.compactedStartKey ?? EMPTY,
    compactedEndKey: partial.compactedEndKey ?? EMPTY
  }
}

export function writeCompactResponse(m: CompactResponse, w: Writer): void {
  if (m.compactedEndKey.length > 0) {
    w.bytes(m.compactedEndKey)
    w.tag(34)
  }
  if (m.compactedStartKey.length > 0) {
    w.bytes(m.compactedStartKey)
    w.tag(26)
  }
  if (m.hasRemaining) {
    w.bool(m.hasRemaining)
    w.tag(16)
  }
  if (m.error !== undefined) {
    const start = w.mark()
    writeCompactError(m.error, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readCompactResponse(r: Reader, end: number): CompactResponse {
  const m: CompactResponse = {
    error: undefined,
    hasRemaining: false,
    compactedStartKey: EMPTY,
    compactedEndKey: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.error = readCompactError(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.hasRemaining = r.bool()
        break
      case 26:
        m.compactedStartKey = r.bytes()
        break
      case 34:
        m.compactedEndKey = r.bytes()
        break
      default:
        r.unknown(tag, "kvrpcpb.CompactResponse", [1, 2, 3, 4])
    }
  }
  return m
}

export const CompactResponse: Codec<CompactResponse> = {
  name: "kvrpcpb.CompactResponse",
  create: makeCompactResponse,
  encode: writeCompactResponse,
  decode: readCompactResponse
}

export interface TiFlashSystemTableRequest {
  sql: string
}

function makeTiFlashSystemTableRequest(partial: Partial<TiFlashSystemTableRequest> = {}): TiFlashSystemTableRequest {
  return {
    sql: partial.sql ?? ""
  }
}

export function writeTiFlashSystemTableRequest(m: TiFlashSystemTableRequest, w: Writer): void {
  if (m.sql !== "") {
    w.string(m.sql)
    w.tag(10)
  }
}

export function readTiFlashSystemTableRequest(r: Reader, end: number): TiFlashSystemTableRequest {
  const m: TiFlashSystemTableRequest = {
    sql: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.sql = r.string()
        break
      default:
        r.unknown(tag, "kvrpcpb.TiFlashSystemTableRequest", [1])
    }
  }
  return m
}

export const TiFlashSystemTableRequest: Codec<TiFlashSystemTableRequest> = {
  name: "kvrpcpb.TiFlashSystemTableRequest",
  create: makeTiFlashSystemTableRequest,
  encode: writeTiFlashSystemTableRequest,
  decode: readTiFlashSystemTableRequest
}

export interface TiFlashSystemTableResponse {
  data: Uint8Array
}

function makeTiFlashSystemTableResponse(partial: Partial<TiFlashSystemTableResponse> = {}): TiFlashSystemTableResponse {
  return {
    data: partial.data ?? EMPTY
  }
}

export function writeTiFlashSystemTableResponse(m: TiFlashSystemTableResponse, w: Writer): void {
  if (m.data.length > 0) {
    w.bytes(m.data)
    w.tag(10)
  }
}

export function readTiFlashSystemTableResponse(r: Reader, end: number): TiFlashSystemTableResponse {
  const m: TiFlashSystemTableResponse = {
    data: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.data = r.bytes()
        break
      default:
        r.unknown(tag, "kvrpcpb.TiFlashSystemTableResponse", [1])
    }
  }
  return m
}

export const TiFlashSystemTableResponse: Codec<TiFlashSystemTableResponse> = {
  name: "kvrpcpb.TiFlashSystemTableResponse",
  create: makeTiFlashSystemTableResponse,
  encode: writeTiFlashSystemTableResponse,
  decode: readTiFlashSystemTableResponse
}

export interface FlushRequest {
  context: Context | undefined
  mutations: Mutation[]
  primaryKey: Uint8Array
  startTs: bigint
  minCommitTs: bigint
  generation: number
  lockTtl: number
  assertionLevel: AssertionLevel
}

function makeFlushRequest(partial: Partial<FlushRequest> = {}): FlushRequest {
  return {
    context: partial.context,
    mutations: partial.mutations ?? [],
    primaryKey: partial.primaryKey ?? EMPTY,
    startTs: partial.startTs ?? 0n,
    minCommitTs: partial.minCommitTs ?? 0n,
    generation: partial.generation ?? 0,
    lockTtl: partial.lockTtl ?? 0,
    assertionLevel: partial.assertionLevel ?? 0
  }
}

export function writeFlushRequest(m: FlushRequest, w: Writer): void {
  if (m.assertionLevel !== 0) {
    w.int32(m.assertionLevel)
    w.tag(64)
  }
  if (m.lockTtl !== 0) {
    w.uint53(m.lockTtl)
    w.tag(56)
  }
  if (m.generation !== 0) {
    w.uint53(m.generation)
    w.tag(48)
  }
  if (m.minCommitTs !== 0n) {
    w.uint64(m.minCommitTs)
    w.tag(40)
  }
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(32)
  }
  if (m.primaryKey.length > 0) {
    w.bytes(m.primaryKey)
    w.tag(26)
  }
  for (let i = m.mutations.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeMutation(m.mutations[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readFlushRequest(r: Reader, end: number): FlushRequest {
  const m: FlushRequest = {
    context: undefined,
    mutations: [],
    primaryKey: EMPTY,
    startTs: 0n,
    minCommitTs: 0n,
    generation: 0,
    lockTtl: 0,
    assertionLevel: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.mutations.push(readMutation(r, to))
        r.leave(to)
        break
      }
      case 26:
        m.primaryKey = r.bytes()
        break
      case 32:
        m.startTs = r.uint64()
        break
      case 40:
        m.minCommitTs = r.uint64()
        break
      case 48:
        m.generation = r.uint53()
        break
      case 56:
        m.lockTtl = r.uint53()
        break
      case 64:
        m.assertionLevel = r.int32()
        break
      default:
        r.unknown(tag, "kvrpcpb.FlushRequest", [1, 2, 3, 4, 5, 6, 7, 8])
    }
  }
  return m
}

export const FlushRequest: Codec<FlushRequest> = {
  name: "kvrpcpb.FlushRequest",
  create: makeFlushRequest,
  encode: writeFlushRequest,
  decode: readFlushRequest
}

export interface FlushResponse {
  regionError: errorpb.Error | undefined
  errors: KeyError[]
  execDetailsV2: ExecDetailsV2 | undefined
}

function makeFlushResponse(partial: Partial<FlushResponse> = {}): FlushResponse {
  return {
    regionError: partial.regionError,
    errors: partial.errors ?? [],
    execDetailsV2: partial.execDetailsV2
  }
}

export function writeFlushResponse(m: FlushResponse, w: Writer): void {
  if (m.execDetailsV2 !== undefined) {
    const start = w.mark()
    writeExecDetailsV2(m.execDetailsV2, w)
    w.lengthSince(start)
    w.tag(26)
  }
  for (let i = m.errors.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKeyError(m.errors[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readFlushResponse(r: Reader, end: number): FlushResponse {
  const m: FlushResponse = {
    regionError: undefined,
    errors: [],
    execDetailsV2: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.errors.push(readKeyError(r, to))
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.execDetailsV2 = readExecDetailsV2(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.FlushResponse", [1, 2, 3])
    }
  }
  return m
}

export const FlushResponse: Codec<FlushResponse> = {
  name: "kvrpcpb.FlushResponse",
  create: makeFlushResponse,
  encode: writeFlushResponse,
  decode: readFlushResponse
}

export interface BufferBatchGetRequest {
  context: Context | undefined
  keys: Uint8Array[]
  version: bigint
}

function makeBufferBatchGetRequest(partial: Partial<BufferBatchGetRequest> = {}): BufferBatchGetRequest {
  return {
    context: partial.context,
    keys: partial.keys ?? [],
    version: partial.version ?? 0n
  }
}

export function writeBufferBatchGetRequest(m: BufferBatchGetRequest, w: Writer): void {
  if (m.version !== 0n) {
    w.uint64(m.version)
    w.tag(24)
  }
  for (let i = m.keys.length - 1; i >= 0; i--) {
    w.bytes(m.keys[i]!)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readBufferBatchGetRequest(r: Reader, end: number): BufferBatchGetRequest {
  const m: BufferBatchGetRequest = {
    context: undefined,
    keys: [],
    version: 0n
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18:
        m.keys.push(r.bytes())
        break
      case 24:
        m.version = r.uint64()
        break
      default:
        r.unknown(tag, "kvrpcpb.BufferBatchGetRequest", [1, 2, 3])
    }
  }
  return m
}

export const BufferBatchGetRequest: Codec<BufferBatchGetRequest> = {
  name: "kvrpcpb.BufferBatchGetRequest",
  create: makeBufferBatchGetRequest,
  encode: writeBufferBatchGetRequest,
  decode: readBufferBatchGetRequest
}

export interface BufferBatchGetResponse {
  regionError: errorpb.Error | undefined
  error: KeyError | undefined
  pairs: KvPair[]
  execDetailsV2: ExecDetailsV2 | undefined
}

function makeBufferBatchGetResponse(partial: Partial<BufferBatchGetResponse> = {}): BufferBatchGetResponse {
  return {
    regionError: partial.regionError,
    error: partial.error,
    pairs: partial.pairs ?? [],
    execDetailsV2: partial.execDetailsV2
  }
}

export function writeBufferBatchGetResponse(m: BufferBatchGetResponse, w: Writer): void {
  if (m.execDetailsV2 !== undefined) {
    const start = w.mark()
    writeExecDetailsV2(m.execDetailsV2, w)
    w.lengthSince(start)
    w.tag(34)
  }
  for (let i = m.pairs.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeKvPair(m.pairs[i]!, w)
    w.lengthSince(start)
    w.tag(26)
  }
  if (m.error !== undefined) {
    const start = w.mark()
    writeKeyError(m.error, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readBufferBatchGetResponse(r: Reader, end: number): BufferBatchGetResponse {
  const m: BufferBatchGetResponse = {
    regionError: undefined,
    error: undefined,
    pairs: [],
    execDetailsV2: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.error = readKeyError(r, to)
        r.leave(to)
        break
      }
      case 26: {
        const to = r.enter()
        m.pairs.push(readKvPair(r, to))
        r.leave(to)
        break
      }
      case 34: {
        const to = r.enter()
        m.execDetailsV2 = readExecDetailsV2(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.BufferBatchGetResponse", [1, 2, 3, 4])
    }
  }
  return m
}

export const BufferBatchGetResponse: Codec<BufferBatchGetResponse> = {
  name: "kvrpcpb.BufferBatchGetResponse",
  create: makeBufferBatchGetResponse,
  encode: writeBufferBatchGetResponse,
  decode: readBufferBatchGetResponse
}

export interface GetHealthFeedbackRequest {
  context: Context | undefined
}

function makeGetHealthFeedbackRequest(partial: Partial<GetHealthFeedbackRequest> = {}): GetHealthFeedbackRequest {
  return {
    context: partial.context
  }
}

export function writeGetHealthFeedbackRequest(m: GetHealthFeedbackRequest, w: Writer): void {
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetHealthFeedbackRequest(r: Reader, end: number): GetHealthFeedbackRequest {
  const m: GetHealthFeedbackRequest = {
    context: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.GetHealthFeedbackRequest", [1])
    }
  }
  return m
}

export const GetHealthFeedbackRequest: Codec<GetHealthFeedbackRequest> = {
  name: "kvrpcpb.GetHealthFeedbackRequest",
  create: makeGetHealthFeedbackRequest,
  encode: writeGetHealthFeedbackRequest,
  decode: readGetHealthFeedbackRequest
}

export interface GetHealthFeedbackResponse {
  regionError: errorpb.Error | undefined
  healthFeedback: HealthFeedback | undefined
}

function makeGetHealthFeedbackResponse(partial: Partial<GetHealthFeedbackResponse> = {}): GetHealthFeedbackResponse {
  return {
    regionError: partial.regionError,
    healthFeedback: partial.healthFeedback
  }
}

export function writeGetHealthFeedbackResponse(m: GetHealthFeedbackResponse, w: Writer): void {
  if (m.healthFeedback !== undefined) {
    const start = w.mark()
    writeHealthFeedback(m.healthFeedback, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.regionError !== undefined) {
    const start = w.mark()
    errorpb.writeError(m.regionError, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readGetHealthFeedbackResponse(r: Reader, end: number): GetHealthFeedbackResponse {
  const m: GetHealthFeedbackResponse = {
    regionError: undefined,
    healthFeedback: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.regionError = errorpb.readError(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.healthFeedback = readHealthFeedback(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.GetHealthFeedbackResponse", [1, 2])
    }
  }
  return m
}

export const GetHealthFeedbackResponse: Codec<GetHealthFeedbackResponse> = {
  name: "kvrpcpb.GetHealthFeedbackResponse",
  create: makeGetHealthFeedbackResponse,
  encode: writeGetHealthFeedbackResponse,
  decode: readGetHealthFeedbackResponse
}

export interface HealthFeedback {
  storeId: number
  feedbackSeqNo: number
  slowScore: number
}

function makeHealthFeedback(partial: Partial<HealthFeedback> = {}): HealthFeedback {
  return {
    storeId: partial.storeId ?? 0,
    feedbackSeqNo: partial.feedbackSeqNo ?? 0,
    slowScore: partial.slowScore ?? 0
  }
}

export function writeHealthFeedback(m: HealthFeedback, w: Writer): void {
  if (m.slowScore !== 0) {
    w.int32(m.slowScore)
    w.tag(24)
  }
  if (m.feedbackSeqNo !== 0) {
    w.uint53(m.feedbackSeqNo)
    w.tag(16)
  }
  if (m.storeId !== 0) {
    w.uint53(m.storeId)
    w.tag(8)
  }
}

export function readHealthFeedback(r: Reader, end: number): HealthFeedback {
  const m: HealthFeedback = {
    storeId: 0,
    feedbackSeqNo: 0,
    slowScore: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.storeId = r.uint53()
        break
      case 16:
        m.feedbackSeqNo = r.uint53()
        break
      case 24:
        m.slowScore = r.int32()
        break
      default:
        r.unknown(tag, "kvrpcpb.HealthFeedback", [1, 2, 3])
    }
  }
  return m
}

export const HealthFeedback: Codec<HealthFeedback> = {
  name: "kvrpcpb.HealthFeedback",
  create: makeHealthFeedback,
  encode: writeHealthFeedback,
  decode: readHealthFeedback
}

export interface BroadcastTxnStatusRequest {
  context: Context | undefined
  txnStatus: TxnStatus[]
}

function makeBroadcastTxnStatusRequest(partial: Partial<BroadcastTxnStatusRequest> = {}): BroadcastTxnStatusRequest {
  return {
    context: partial.context,
    txnStatus: partial.txnStatus ?? []
  }
}

export function writeBroadcastTxnStatusRequest(m: BroadcastTxnStatusRequest, w: Writer): void {
  for (let i = m.txnStatus.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeTxnStatus(m.txnStatus[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.context !== undefined) {
    const start = w.mark()
    writeContext(m.context, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readBroadcastTxnStatusRequest(r: Reader, end: number): BroadcastTxnStatusRequest {
  const m: BroadcastTxnStatusRequest = {
    context: undefined,
    txnStatus: []
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.context = readContext(r, to)
        r.leave(to)
        break
      }
      case 18: {
        const to = r.enter()
        m.txnStatus.push(readTxnStatus(r, to))
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "kvrpcpb.BroadcastTxnStatusRequest", [1, 2])
    }
  }
  return m
}

export const BroadcastTxnStatusRequest: Codec<BroadcastTxnStatusRequest> = {
  name: "kvrpcpb.BroadcastTxnStatusRequest",
  create: makeBroadcastTxnStatusRequest,
  encode: writeBroadcastTxnStatusRequest,
  decode: readBroadcastTxnStatusRequest
}

export interface TxnStatus {
  startTs: bigint
  minCommitTs: bigint
  commitTs: bigint
  rolledBack: boolean
  isCompleted: boolean
}

function makeTxnStatus(partial: Partial<TxnStatus> = {}): TxnStatus {
  return {
    startTs: partial.startTs ?? 0n,
    minCommitTs: partial.minCommitTs ?? 0n,
    commitTs: partial.commitTs ?? 0n,
    rolledBack: partial.rolledBack ?? false,
    isCompleted: partial.isCompleted ?? false
  }
}

export function writeTxnStatus(m: TxnStatus, w: Writer): void {
  if (m.isCompleted) {
    w.bool(m.isCompleted)
    w.tag(40)
  }
  if (m.rolledBack) {
    w.bool(m.rolledBack)
    w.tag(32)
  }
  if (m.commitTs !== 0n) {
    w.uint64(m.commitTs)
    w.tag(24)
  }
  if (m.minCommitTs !== 0n) {
    w.uint64(m.minCommitTs)
    w.tag(16)
  }
  if (m.startTs !== 0n) {
    w.uint64(m.startTs)
    w.tag(8)
  }
}

export function readTxnStatus(r: Reader, end: number): TxnStatus {
  const m: TxnStatus = {
    startTs: 0n,
    minCommitTs: 0n,
    commitTs: 0n,
    rolledBack: false,
    isCompleted: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.startTs = r.uint64()
        break
      case 16:
        m.minCommitTs = r.uint64()
        break
      case 24:
        m.commitTs = r.uint64()
        break
      case 32:
        m.rolledBack = r.bool()
        break
      case 40:
        m.isCompleted = r.bool()
        break
      default:
        r.unknown(tag, "kvrpcpb.TxnStatus", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const TxnStatus: Codec<TxnStatus> = {
  name: "kvrpcpb.TxnStatus",
  create: makeTxnStatus,
  encode: writeTxnStatus,
  decode: readTxnStatus
}

export interface BroadcastTxnStatusResponse {}

function makeBroadcastTxnStatusResponse(_partial?: Partial<BroadcastTxnStatusResponse>): BroadcastTxnStatusResponse {
  return {}
}

export function writeBroadcastTxnStatusResponse(_m: BroadcastTxnStatusResponse, _w: Writer): void {}

export function readBroadcastTxnStatusResponse(r: Reader, end: number): BroadcastTxnStatusResponse {
  const m: BroadcastTxnStatusResponse = {}
  while (r.pos < end) {
    const tag = r.tag()
    r.unknown(tag, "kvrpcpb.BroadcastTxnStatusResponse", [])
  }
  return m
}

export const BroadcastTxnStatusResponse: Codec<BroadcastTxnStatusResponse> = {
  name: "kvrpcpb.BroadcastTxnStatusResponse",
  create: makeBroadcastTxnStatusResponse,
  encode: writeBroadcastTxnStatusResponse,
  decode: readBroadcastTxnStatusResponse
}
