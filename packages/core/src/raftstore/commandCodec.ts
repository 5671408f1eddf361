/**
 * What a region proposes ⇄ the bytes of a log entry, which are a `raft_cmdpb.RaftCmdRequest`.
 *
 * Every entry carries who proposed it and what that peer believed: region id, peer, epoch, term. Apply checks them again.
 * A data entry holds puts, deletes and range deletes; an admin entry holds one admin command. A membership change is an
 * entry of another kind, with the command inside: confChangeCodec.ts. Empty data is Raft's own: the no-op that opens a
 * term, or leave-joint.
 *
 * Writes are written field by field, back to front, without building the message: this is the hottest encoder of the
 * store. The bytes are the generated codec's, which a test holds it to. Decoded keys and values are views into the entry.
 */
import { encode, metapb, Reader, raft_cmdpb, WireError, Writer } from "@reefkv/wire"
import { Schema } from "effect"
import type { RequestHeader, WriteCommand } from "./Router.ts"

/** What a log entry says about its proposer. `term` is the term it was proposed in. */
export interface CommandHeader {
  readonly regionId: number
  readonly peer: metapb.Peer | undefined
  readonly epoch: metapb.RegionEpoch
  readonly term: number
}

/** One new region of a split: the key it starts at, its id, and one peer id per peer of the parent, in the parent's order. */
export interface SplitPiece {
  readonly splitKey: Uint8Array
  readonly newRegionId: number
  readonly newPeerIds: ReadonlyArray<number>
}

export type AdminCommand =
  /** `rightDerive`: the right-most piece keeps the region id, else the left-most. */
  | { readonly type: "split"; readonly pieces: ReadonlyArray<SplitPiece>; readonly rightDerive: boolean }
  /** No changes: leave the joint configuration. */
  | { readonly type: "changePeers"; readonly changes: ReadonlyArray<raft_cmdpb.ChangePeerRequest> }
  /** The log may forget everything up to and including `index`. */
  | { readonly type: "compactLog"; readonly index: number; readonly term: number }
  | { readonly type: "computeHash"; readonly context: Uint8Array }
  | {
      readonly type: "verifyHash"
      readonly index: number
      readonly hash: Uint8Array
      readonly context: Uint8Array
    }

export type Command =
  | { readonly type: "write"; readonly header: CommandHeader; readonly commands: ReadonlyArray<WriteCommand> }
  | { readonly type: "admin"; readonly header: CommandHeader; readonly admin: AdminCommand }
  /** Raft's own entry. */
  | { readonly type: "empty" }

/**
 * A committed entry that cannot be read: every replica sees the same bytes, so this is corruption here or an entry of a
 * newer version. The peer must stop rather than skip it.
 */
export class CommandError extends Schema.TaggedError<CommandError>()("CommandError", {
  message: Schema.String,
  cause: Schema.optional(Schema.Defect())
}) {}

const emptyCommand: Command = { type: "empty" }
const { CmdType, AdminCmdType } = raft_cmdpb

// ---- writing

export const commandHeader = (header: RequestHeader, term: number): CommandHeader => ({
  regionId: header.regionId,
  peer: header.peer,
  epoch: header.epoch,
  term
})

// Encoding is synchronous and never re-entered, so one buffer serves the process.
const writer = new Writer()

/** A data entry. Throws WireError only for ids that no message can carry. */
export const encodeWrite = (header: CommandHeader, commands: ReadonlyArray<WriteCommand>): Uint8Array => {
  const w = writer
  w.reset()
  for (let i = commands.length - 1; i >= 0; i--) {
    const start = w.mark()
    writeCommand(commands[i]!, w)
    w.lengthSince(start)
    w.tag(requestsTag)
  }
  const start = w.mark()
  writeHeader(header, w)
  w.lengthSince(start)
  w.tag(headerTag)
  return w.finish()
}

/** Upper bound of a command's part of an entry, for the entry limit before it is encoded. */
export const commandBytes = (command: WriteCommand): number => {
  switch (command.type) {
    case "put":
      return command.key.length + command.value.length + commandOverheadBytes
    case "delete":
      return command.key.length + commandOverheadBytes
    case "deleteRange":
      return command.start.length + command.end.length + commandOverheadBytes
  }
}
/** Tags and lengths around one command: 2 × (tag, 5-byte length), cmd_type, cf name, key and value tags and lengths. */
const commandOverheadBytes = 40

// Tags: field number << 3 | 2 (length-delimited) or | 0 (varint). A test compares the bytes with the generated codec's.
const headerTag = (1 << 3) | 2
const requestsTag = (2 << 3) | 2
const cmdTypeTag = 1 << 3
const putTag = (4 << 3) | 2
const deleteTag = (5 << 3) | 2
const deleteRangeTag = (8 << 3) | 2
const firstBytesTag = (1 << 3) | 2
const secondBytesTag = (2 << 3) | 2
const thirdBytesTag = (3 << 3) | 2

const writeCommand = (command: WriteCommand, w: Writer): void => {
  const start = w.mark()
  switch (command.type) {
    case "put":
      writeBytes(command.value, thirdBytesTag, w)
      writeBytes(command.key, secondBytesTag, w)
      w.string(command.cf)
      w.tag(firstBytesTag)
      w.lengthSince(start)
      w.tag(putTag)
      w.int32(CmdType.Put)
      break
    case "delete":
      writeBytes(command.key, secondBytesTag, w)
      w.string(command.cf)
      w.tag(firstBytesTag)
      w.lengthSince(start)
      w.tag(deleteTag)
      w.int32(CmdType.Delete)
      break
    case "deleteRange":
      writeBytes(command.end, thirdBytesTag, w)
      writeBytes(command.start, secondBytesTag, w)
      w.string(command.cf)
      w.tag(firstBytesTag)
      w.lengthSince(start)
      w.tag(deleteRangeTag)
      w.int32(CmdType.DeleteRange)
  }
  w.tag(cmdTypeTag)
}

const writeBytes = (bytes: Uint8Array, tag: number, w: Writer): void => {
  if (bytes.length === 0) return
  w.bytes(bytes)
  w.tag(tag)
}

const regionIdTag = 1 << 3
const peerTag = (2 << 3) | 2
const regionEpochTag = (5 << 3) | 2
const termTag = 6 << 3

const writeHeader = (header: CommandHeader, w: Writer): void => {
  if (header.term !== 0) {
    w.uint53(header.term)
    w.tag(termTag)
  }
  const epoch = w.mark()
  metapb.writeRegionEpoch(header.epoch, w)
  w.lengthSince(epoch)
  w.tag(regionEpochTag)
  if (header.peer !== undefined) {
    const peer = w.mark()
    metapb.writePeer(header.peer, w)
    w.lengthSince(peer)
    w.tag(peerTag)
  }
  if (header.regionId !== 0) {
    w.uint53(header.regionId)
    w.tag(regionIdTag)
  }
}

/** An admin entry; for `changePeers` the bytes go into a conf change's context, see confChangeCodec.ts. */
export const encodeAdmin = (header: CommandHeader, admin: AdminCommand): Uint8Array =>
  encode(
    raft_cmdpb.RaftCmdRequest,
    raft_cmdpb.RaftCmdRequest.create({
      header: raft_cmdpb.RaftRequestHeader.create({
        regionId: header.regionId,
        peer: header.peer,
        regionEpoch: header.epoch,
        term: header.term
      }),
      adminRequest: adminRequestOf(admin)
    })
  )

const adminRequestOf = (admin: AdminCommand): raft_cmdpb.AdminRequest => {
  switch (admin.type) {
    case "split":
      return raft_cmdpb.AdminRequest.create({
        cmdType: AdminCmdType.BatchSplit,
        splits: raft_cmdpb.BatchSplitRequest.create({
          rightDerive: admin.rightDerive,
          requests: admin.pieces.map((piece) =>
            raft_cmdpb.SplitRequest.create({
              splitKey: piece.splitKey,
              newRegionId: piece.newRegionId,
              newPeerIds: [...piece.newPeerIds]
            })
          )
        })
      })
    case "changePeers":
      return raft_cmdpb.AdminRequest.create({
        cmdType: AdminCmdType.ChangePeerV2,
        changePeerV2: { changes: [...admin.changes] }
      })
    case "compactLog":
      return raft_cmdpb.AdminRequest.create({
        cmdType: AdminCmdType.CompactLog,
        compactLog: { compactIndex: admin.index, compactTerm: admin.term, voterReplicatedIndex: 0 }
      })
    case "computeHash":
      return raft_cmdpb.AdminRequest.create({
        cmdType: AdminCmdType.ComputeHash,
        computeHash: { context: admin.context }
      })
    case "verifyHash":
      return raft_cmdpb.AdminRequest.create({
        cmdType: AdminCmdType.VerifyHash,
        verifyHash: { index: admin.index, hash: admin.hash, context: admin.context }
      })
  }
}

// ---- reading

/** The command in a normal entry's data, or in a conf change's context. Throws CommandError. */
export const decodeCommand = (data: Uint8Array): Command => {
  if (data.length === 0) return emptyCommand
  let cmd: RawCommand
  try {
    cmd = readCommand(new Reader(data))
  } catch (cause) {
    throw new CommandError({ message: "the entry is not a raft_cmdpb.RaftCmdRequest", cause })
  }
  if (cmd.header?.regionEpoch === undefined) throw unknown("header or region epoch is missing")
  const header: CommandHeader = {
    regionId: cmd.header.regionId,
    peer: cmd.header.peer,
    epoch: cmd.header.regionEpoch,
    term: cmd.header.term
  }
  if (cmd.admin !== undefined) {
    if (cmd.commands.length > 0) throw unknown("data and admin commands in one entry")
    return { type: "admin", header, admin: adminCommandOf(cmd.admin) }
  }
  return { type: "write", header, commands: cmd.commands }
}

interface RawCommand {
  header: raft_cmdpb.RaftRequestHeader | undefined
  readonly commands: Array<WriteCommand>
  admin: raft_cmdpb.AdminRequest | undefined
}

const adminTag = (3 << 3) | 2

const readCommand = (r: Reader): RawCommand => {
  const cmd: RawCommand = { header: undefined, commands: [], admin: undefined }
  while (r.pos < r.limit) {
    const tag = r.tag()
    switch (tag) {
      case headerTag: {
        const to = r.enter()
        cmd.header = raft_cmdpb.readRaftRequestHeader(r, to)
        r.leave(to)
        break
      }
      case requestsTag: {
        const to = r.enter()
        cmd.commands.push(readWrite(r, to))
        r.leave(to)
        break
      }
      case adminTag: {
        const to = r.enter()
        cmd.admin = raft_cmdpb.readAdminRequest(r, to)
        r.leave(to)
        break
      }
      default:
        // status_request and custom_request are never in a log; anything newer must not be skipped.
        throw new WireError("invalid-tag", `tag ${tag} is no part of a logged command`, r.pos)
    }
  }
  return cmd
}

/** One of Put, Delete, DeleteRange: read straight into a WriteCommand. */
const readWrite = (r: Reader, end: number): WriteCommand => {
  let command: WriteCommand | undefined
  let type = 0
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case cmdTypeTag:
        type = r.int32()
        break
      case putTag: {
        const to = r.enter()
        readParts(r, to)
        command = { type: "put", cf: dataFamily(partCf), key: partKey, value: partValue }
        r.leave(to)
        break
      }
      case deleteTag: {
        const to = r.enter()
        readParts(r, to)
        command = { type: "delete", cf: dataFamily(partCf), key: partKey }
        r.leave(to)
        break
      }
      case deleteRangeTag: {
        const to = r.enter()
        readParts(r, to)
        command = { type: "deleteRange", cf: dataFamily(partCf), start: partKey, end: partValue }
        r.leave(to)
        break
      }
      default:
        throw new WireError("invalid-tag", `tag ${tag} is no write command`, r.pos)
    }
  }
  if (command === undefined || typeNumbers[command.type] !== type) {
    throw new WireError("malformed-key", `cmd_type ${type} and its body do not agree`, r.pos)
  }
  return command
}

const typeNumbers = { put: CmdType.Put, delete: CmdType.Delete, deleteRange: CmdType.DeleteRange } as const

const empty = new Uint8Array(0)
let partCf = ""
let partKey: Uint8Array = empty
let partValue: Uint8Array = empty

/** The three commands share a shape: 1 column family, 2 key or start, 3 value or end. Answers through the variables above. */
const readParts = (r: Reader, end: number): void => {
  partCf = ""
  partKey = empty
  partValue = empty
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case firstBytesTag:
        partCf = familyName(r.bytes())
        break
      case secondBytesTag:
        partKey = r.bytes()
        break
      case thirdBytesTag:
        partValue = r.bytes()
        break
      default:
        throw new WireError("invalid-tag", `tag ${tag} is no part of a write command`, r.pos)
    }
  }
}

const familyNames = (["default", "lock", "write"] as const).map((name) => ({
  name,
  bytes: new TextEncoder().encode(name)
}))
/** Compared as bytes: decoding UTF-8 per key costs more than all the rest. */
const familyName = (bytes: Uint8Array): string => {
  for (const family of familyNames) {
    if (family.bytes.length !== bytes.length) continue
    let i = 0
    while (i < bytes.length && bytes[i] === family.bytes[i]) i++
    if (i === bytes.length) return family.name
  }
  return new TextDecoder().decode(bytes)
}
const dataFamily = (name: string): "default" | "lock" | "write" => {
  if (name === "default" || name === "lock" || name === "write") return name
  throw new WireError("malformed-key", `column family "${name}" holds no data`, -1)
}

const adminCommandOf = (request: raft_cmdpb.AdminRequest): AdminCommand => {
  switch (request.cmdType) {
    case AdminCmdType.BatchSplit:
      if (request.splits === undefined) break
      return {
        type: "split",
        rightDerive: request.splits.rightDerive,
        pieces: request.splits.requests.map(({ splitKey, newRegionId, newPeerIds }) => ({
          splitKey,
          newRegionId,
          newPeerIds
        }))
      }
    case AdminCmdType.ChangePeerV2:
      return { type: "changePeers", changes: request.changePeerV2?.changes ?? [] }
    case AdminCmdType.CompactLog:
      if (request.compactLog === undefined) break
      return { type: "compactLog", index: request.compactLog.compactIndex, term: request.compactLog.compactTerm }
    case AdminCmdType.ComputeHash:
      return { type: "computeHash", context: request.computeHash?.context ?? empty }
    case AdminCmdType.VerifyHash:
      if (request.verifyHash === undefined) break
      return {
        type: "verifyHash",
        index: request.verifyHash.index,
        hash: request.verifyHash.hash,
        context: request.verifyHash.context
      }
  }
  throw unknown(`admin command ${request.cmdType} is not known here, or has no body`)
}

const unknown = (message: string): CommandError => new CommandError({ message })
