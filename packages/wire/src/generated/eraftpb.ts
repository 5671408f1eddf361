/**
 * Generated from proto/eraftpb.proto by `bun run generate`; do not edit.
 *
 * Raft itself: entries, messages, hard state and configuration.
 */

import type { Codec } from "../codec/Codec.ts"
import { EMPTY, type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"

export const EntryType = {
  EntryNormal: 0,
  EntryConfChange: 1,
  EntryConfChangeV2: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type EntryType = (typeof EntryType)[keyof typeof EntryType] | (number & {})

export const MessageType = {
  MsgHup: 0,
  MsgBeat: 1,
  MsgPropose: 2,
  MsgAppend: 3,
  MsgAppendResponse: 4,
  MsgRequestVote: 5,
  MsgRequestVoteResponse: 6,
  MsgSnapshot: 7,
  MsgHeartbeat: 8,
  MsgHeartbeatResponse: 9,
  MsgUnreachable: 10,
  MsgSnapStatus: 11,
  MsgCheckQuorum: 12,
  MsgTransferLeader: 13,
  MsgTimeoutNow: 14,
  MsgReadIndex: 15,
  MsgReadIndexResp: 16,
  MsgRequestPreVote: 17,
  MsgRequestPreVoteResponse: 18
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type MessageType = (typeof MessageType)[keyof typeof MessageType] | (number & {})

export const ConfChangeTransition = {
  Auto: 0,
  Implicit: 1,
  Explicit: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type ConfChangeTransition = (typeof ConfChangeTransition)[keyof typeof ConfChangeTransition] | (number & {})

export const ConfChangeType = {
  AddNode: 0,
  RemoveNode: 1,
  AddLearnerNode: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type ConfChangeType = (typeof ConfChangeType)[keyof typeof ConfChangeType] | (number & {})

export interface Entry {
  entryType: EntryType
  term: number
  index: number
  data: Uint8Array
  context: Uint8Array
  /** Deprecated. */
  syncLog: boolean
}

function makeEntry(partial: Partial<Entry> = {}): Entry {
  return {
    entryType: partial.entryType ?? 0,
    term: partial.term ?? 0,
    index: partial.index ?? 0,
    data: partial.data ?? EMPTY,
    context: partial.context ?? EMPTY,
    syncLog: partial.syncLog ?? false
  }
}

export function writeEntry(m: Entry, w: Writer): void {
  if (m.context.length > 0) {
    w.bytes(m.context)
    w.tag(50)
  }
  if (m.syncLog) {
    w.bool(m.syncLog)
    w.tag(40)
  }
  if (m.data.length > 0) {
    w.bytes(m.data)
    w.tag(34)
  }
  if (m.index !== 0) {
    w.uint53(m.index)
    w.tag(24)
  }
  if (m.term !== 0) {
    w.uint53(m.term)
    w.tag(16)
  }
  if (m.entryType !== 0) {
    w.int32(m.entryType)
    w.tag(8)
  }
}

export function readEntry(r: Reader, end: number): Entry {
  const m: Entry = {
    entryType: 0,
    term: 0,
    index: 0,
    data: EMPTY,
    context: EMPTY,
    syncLog: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.entryType = r.int32()
        break
      case 16:
        m.term = r.uint53()
        break
      case 24:
        m.index = r.uint53()
        break
      case 34:
        m.data = r.bytes()
        break
      case 50:
        m.context = r.bytes()
        break
      case 40:
        m.syncLog = r.bool()
        break
      default:
        r.unknown(tag, "eraftpb.Entry", [1, 2, 3, 4, 5, 6])
    }
  }
  return m
}

export const Entry: Codec<Entry> = {
  name: "eraftpb.Entry",
  create: makeEntry,
  encode: writeEntry,
  decode: readEntry
}

export interface SnapshotMetadata {
  confState: ConfState | undefined
  index: number
  term: number
}

function makeSnapshotMetadata(partial: Partial<SnapshotMetadata> = {}): SnapshotMetadata {
  return {
    confState: partial.confState,
    index: partial.index ?? 0,
    term: partial.term ?? 0
  }
}

export function writeSnapshotMetadata(m: SnapshotMetadata, w: Writer): void {
  if (m.term !== 0) {
    w.uint53(m.term)
    w.tag(24)
  }
  if (m.index !== 0) {
    w.uint53(m.index)
    w.tag(16)
  }
  if (m.confState !== undefined) {
    const start = w.mark()
    writeConfState(m.confState, w)
    w.lengthSince(start)
    w.tag(10)
  }
}

export function readSnapshotMetadata(r: Reader, end: number): SnapshotMetadata {
  const m: SnapshotMetadata = {
    confState: undefined,
    index: 0,
    term: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10: {
        const to = r.enter()
        m.confState = readConfState(r, to)
        r.leave(to)
        break
      }
      case 16:
        m.index = r.uint53()
        break
      case 24:
        m.term = r.uint53()
        break
      default:
        r.unknown(tag, "eraftpb.SnapshotMetadata", [1, 2, 3])
    }
  }
  return m
}

export const SnapshotMetadata: Codec<SnapshotMetadata> = {
  name: "eraftpb.SnapshotMetadata",
  create: makeSnapshotMetadata,
  encode: writeSnapshotMetadata,
  decode: readSnapshotMetadata
}

export interface Snapshot {
  data: Uint8Array
  metadata: SnapshotMetadata | undefined
}

function makeSnapshot(partial: Partial<Snapshot> = {}): Snapshot {
  return {
    data: partial.data ?? EMPTY,
    metadata: partial.metadata
  }
}

export function writeSnapshot(m: Snapshot, w: Writer): void {
  if (m.metadata !== undefined) {
    const start = w.mark()
    writeSnapshotMetadata(m.metadata, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.data.length > 0) {
    w.bytes(m.data)
    w.tag(10)
  }
}

export function readSnapshot(r: Reader, end: number): Snapshot {
  const m: Snapshot = {
    data: EMPTY,
    metadata: undefined
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.data = r.bytes()
        break
      case 18: {
        const to = r.enter()
        m.metadata = readSnapshotMetadata(r, to)
        r.leave(to)
        break
      }
      default:
        r.unknown(tag, "eraftpb.Snapshot", [1, 2])
    }
  }
  return m
}

export const Snapshot: Codec<Snapshot> = {
  name: "eraftpb.Snapshot",
  create: makeSnapshot,
  encode: writeSnapshot,
  decode: readSnapshot
}

export interface Message {
  msgType: MessageType
  to: number
  from: number
  term: number
  logTerm: number
  index: number
  entries: Entry[]
  commit: number
  snapshot: Snapshot | undefined
  requestSnapshot: number
  reject: boolean
  rejectHint: number
  context: Uint8Array
  deprecatedPriority: number
  priority: number
}

function makeMessage(partial: Partial<Message> = {}): Message {
  return {
    msgType: partial.msgType ?? 0,
    to: partial.to ?? 0,
    from: partial.from ?? 0,
    term: partial.term ?? 0,
    logTerm: partial.logTerm ?? 0,
    index: partial.index ?? 0,
    entries: partial.entries ?? [],
    commit: partial.commit ?? 0,
    snapshot: partial.snapshot,
    requestSnapshot: partial.requestSnapshot ?? 0,
    reject: partial.reject ?? false,
    rejectHint: partial.rejectHint ?? 0,
    context: partial.context ?? EMPTY,
    deprecatedPriority: partial.deprecatedPriority ?? 0,
    priority: partial.priority ?? 0
  }
}

export function writeMessage(m: Message, w: Writer): void {
  if (m.priority !== 0) {
    w.int53(m.priority)
    w.tag(120)
  }
  if (m.deprecatedPriority !== 0) {
    w.uint53(m.deprecatedPriority)
    w.tag(112)
  }
  if (m.requestSnapshot !== 0) {
    w.uint53(m.requestSnapshot)
    w.tag(104)
  }
  if (m.context.length > 0) {
    w.bytes(m.context)
    w.tag(98)
  }
  if (m.rejectHint !== 0) {
    w.uint53(m.rejectHint)
    w.tag(88)
  }
  if (m.reject) {
    w.bool(m.reject)
    w.tag(80)
  }
  if (m.snapshot !== undefined) {
    const start = w.mark()
    writeSnapshot(m.snapshot, w)
    w.lengthSince(start)
    w.tag(74)
  }
  if (m.commit !== 0) {
    w.uint53(m.commit)
    w.tag(64)
  }
  for (let i = m.entries.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeEntry(m.entries[i]!, w)
    w.lengthSince(start)
    w.tag(58)
  }
  if (m.index !== 0) {
    w.uint53(m.index)
    w.tag(48)
  }
  if (m.logTerm !== 0) {
    w.uint53(m.logTerm)
    w.tag(40)
  }
  if (m.term !== 0) {
    w.uint53(m.term)
    w.tag(32)
  }
  if (m.from !== 0) {
    w.uint53(m.from)
    w.tag(24)
  }
  if (m.to !== 0) {
    w.uint53(m.to)
    w.tag(16)
  }
  if (m.msgType !== 0) {
    w.int32(m.msgType)
    w.tag(8)
  }
}

export function readMessage(r: Reader, end: number): Message {
  const m: Message = {
    msgType: 0,
    to: 0,
    from: 0,
    term: 0,
    logTerm: 0,
    index: 0,
    entries: [],
    commit: 0,
    snapshot: undefined,
    requestSnapshot: 0,
    reject: false,
    rejectHint: 0,
    context: EMPTY,
    deprecatedPriority: 0,
    priority: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.msgType = r.int32()
        break
      case 16:
        m.to = r.uint53()
        break
      case 24:
        m.from = r.uint53()
        break
      case 32:
        m.term = r.uint53()
        break
      case 40:
        m.logTerm = r.uint53()
        break
      case 48:
        m.index = r.uint53()
        break
      case 58: {
        const to = r.enter()
        m.entries.push(readEntry(r, to))
        r.leave(to)
        break
      }
      case 64:
        m.commit = r.uint53()
        break
      case 74: {
        const to = r.enter()
        m.snapshot = readSnapshot(r, to)
        r.leave(to)
        break
      }
      case 104:
        m.requestSnapshot = r.uint53()
        break
      case 80:
        m.reject = r.bool()
        break
      case 88:
        m.rejectHint = r.uint53()
        break
      case 98:
        m.context = r.bytes()
        break
      case 112:
        m.deprecatedPriority = r.uint53()
        break
      case 120:
        m.priority = r.int53()
        break
      default:
        r.unknown(tag, "eraftpb.Message", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
    }
  }
  return m
}

export const Message: Codec<Message> = {
  name: "eraftpb.Message",
  create: makeMessage,
  encode: writeMessage,
  decode: readMessage
}

export interface HardState {
  term: number
  vote: number
  commit: number
}

function makeHardState(partial: Partial<HardState> = {}): HardState {
  return {
    term: partial.term ?? 0,
    vote: partial.vote ?? 0,
    commit: partial.commit ?? 0
  }
}

export function writeHardState(m: HardState, w: Writer): void {
  if (m.commit !== 0) {
    w.uint53(m.commit)
    w.tag(24)
  }
  if (m.vote !== 0) {
    w.uint53(m.vote)
    w.tag(16)
  }
  if (m.term !== 0) {
    w.uint53(m.term)
    w.tag(8)
  }
}

export function readHardState(r: Reader, end: number): HardState {
  const m: HardState = {
    term: 0,
    vote: 0,
    commit: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.term = r.uint53()
        break
      case 16:
        m.vote = r.uint53()
        break
      case 24:
        m.commit = r.uint53()
        break
      default:
        r.unknown(tag, "eraftpb.HardState", [1, 2, 3])
    }
  }
  return m
}

export const HardState: Codec<HardState> = {
  name: "eraftpb.HardState",
  create: makeHardState,
  encode: writeHardState,
  decode: readHardState
}

export interface ConfState {
  voters: number[]
  learners: number[]
  votersOutgoing: number[]
  learnersNext: number[]
  autoLeave: boolean
}

function makeConfState(partial: Partial<ConfState> = {}): ConfState {
  return {
    voters: partial.voters ?? [],
    learners: partial.learners ?? [],
    votersOutgoing: partial.votersOutgoing ?? [],
    learnersNext: partial.learnersNext ?? [],
    autoLeave: partial.autoLeave ?? false
  }
}

export function writeConfState(m: ConfState, w: Writer): void {
  if (m.autoLeave) {
    w.bool(m.autoLeave)
    w.tag(40)
  }
  if (m.learnersNext.length > 0) {
    const list = w.mark()
    for (let i = m.learnersNext.length - 1; i >= 0; i--) w.uint53(m.learnersNext[i]!)
    w.lengthSince(list)
    w.tag(34)
  }
  if (m.votersOutgoing.length > 0) {
    const list = w.mark()
    for (let i = m.votersOutgoing.length - 1; i >= 0; i--) w.uint53(m.votersOutgoing[i]!)
    w.lengthSince(list)
    w.tag(26)
  }
  if (m.learners.length > 0) {
    const list = w.mark()
    for (let i = m.learners.length - 1; i >= 0; i--) w.uint53(m.learners[i]!)
    w.lengthSince(list)
    w.tag(18)
  }
  if (m.voters.length > 0) {
    const list = w.mark()
    for (let i = m.voters.length - 1; i >= 0; i--) w.uint53(m.voters[i]!)
    w.lengthSince(list)
    w.tag(10)
  }
}

export function readConfState(r: Reader, end: number): ConfState {
  const m: ConfState = {
    voters: [],
    learners: [],
    votersOutgoing: [],
    learnersNext: [],
    autoLeave: false
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.voters.push(r.uint53())
        break
      case 10: {
        const to = r.enterPacked()
        while (r.pos < to) m.voters.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 16:
        m.learners.push(r.uint53())
        break
      case 18: {
        const to = r.enterPacked()
        while (r.pos < to) m.learners.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 24:
        m.votersOutgoing.push(r.uint53())
        break
      case 26: {
        const to = r.enterPacked()
        while (r.pos < to) m.votersOutgoing.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 32:
        m.learnersNext.push(r.uint53())
        break
      case 34: {
        const to = r.enterPacked()
        while (r.pos < to) m.learnersNext.push(r.uint53())
        r.leavePacked(to)
        break
      }
      case 40:
        m.autoLeave = r.bool()
        break
      default:
        r.unknown(tag, "eraftpb.ConfState", [1, 2, 3, 4, 5])
    }
  }
  return m
}

export const ConfState: Codec<ConfState> = {
  name: "eraftpb.ConfState",
  create: makeConfState,
  encode: writeConfState,
  decode: readConfState
}

export interface ConfChange {
  changeType: ConfChangeType
  nodeId: number
  context: Uint8Array
  id: number
}

function makeConfChange(partial: Partial<ConfChange> = {}): ConfChange {
  return {
    changeType: partial.changeType ?? 0,
    nodeId: partial.nodeId ?? 0,
    context: partial.context ?? EMPTY,
    id: partial.id ?? 0
  }
}

export function writeConfChange(m: ConfChange, w: Writer): void {
  if (m.context.length > 0) {
    w.bytes(m.context)
    w.tag(34)
  }
  if (m.nodeId !== 0) {
    w.uint53(m.nodeId)
    w.tag(24)
  }
  if (m.changeType !== 0) {
    w.int32(m.changeType)
    w.tag(16)
  }
  if (m.id !== 0) {
    w.uint53(m.id)
    w.tag(8)
  }
}

export function readConfChange(r: Reader, end: number): ConfChange {
  const m: ConfChange = {
    changeType: 0,
    nodeId: 0,
    context: EMPTY,
    id: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 16:
        m.changeType = r.int32()
        break
      case 24:
        m.nodeId = r.uint53()
        break
      case 34:
        m.context = r.bytes()
        break
      case 8:
        m.id = r.uint53()
        break
      default:
        r.unknown(tag, "eraftpb.ConfChange", [1, 2, 3, 4])
    }
  }
  return m
}

export const ConfChange: Codec<ConfChange> = {
  name: "eraftpb.ConfChange",
  create: makeConfChange,
  encode: writeConfChange,
  decode: readConfChange
}

export interface ConfChangeSingle {
  changeType: ConfChangeType
  nodeId: number
}

function makeConfChangeSingle(partial: Partial<ConfChangeSingle> = {}): ConfChangeSingle {
  return {
    changeType: partial.changeType ?? 0,
    nodeId: partial.nodeId ?? 0
  }
}

export function writeConfChangeSingle(m: ConfChangeSingle, w: Writer): void {
  if (m.nodeId !== 0) {
    w.uint53(m.nodeId)
    w.tag(16)
  }
  if (m.changeType !== 0) {
    w.int32(m.changeType)
    w.tag(8)
  }
}

export function readConfChangeSingle(r: Reader, end: number): ConfChangeSingle {
  const m: ConfChangeSingle = {
    changeType: 0,
    nodeId: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.changeType = r.int32()
        break
      case 16:
        m.nodeId = r.uint53()
        break
      default:
        r.unknown(tag, "eraftpb.ConfChangeSingle", [1, 2])
    }
  }
  return m
}

export const ConfChangeSingle: Codec<ConfChangeSingle> = {
  name: "eraftpb.ConfChangeSingle",
  create: makeConfChangeSingle,
  encode: writeConfChangeSingle,
  decode: readConfChangeSingle
}

export interface ConfChangeV2 {
  transition: ConfChangeTransition
  changes: ConfChangeSingle[]
  context: Uint8Array
}

function makeConfChangeV2(partial: Partial<ConfChangeV2> = {}): ConfChangeV2 {
  return {
    transition: partial.transition ?? 0,
    changes: partial.changes ?? [],
    context: partial.context ?? EMPTY
  }
}

export function writeConfChangeV2(m: ConfChangeV2, w: Writer): void {
  if (m.context.length > 0) {
    w.bytes(m.context)
    w.tag(26)
  }
  for (let i = m.changes.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeConfChangeSingle(m.changes[i]!, w)
    w.lengthSince(start)
    w.tag(18)
  }
  if (m.transition !== 0) {
    w.int32(m.transition)
    w.tag(8)
  }
}

export function readConfChangeV2(r: Reader, end: number): ConfChangeV2 {
  const m: ConfChangeV2 = {
    transition: 0,
    changes: [],
    context: EMPTY
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.transition = r.int32()
        break
      case 18: {
        const to = r.enter()
        m.changes.push(readConfChangeSingle(r, to))
        r.leave(to)
        break
      }
      case 26:
        m.context = r.bytes()
        break
      default:
        r.unknown(tag, "eraftpb.ConfChangeV2", [1, 2, 3])
    }
  }
  return m
}

export const ConfChangeV2: Codec<ConfChangeV2> = {
  name: "eraftpb.ConfChangeV2",
  create: makeConfChangeV2,
  encode: writeConfChangeV2,
  decode: readConfChangeV2
}
