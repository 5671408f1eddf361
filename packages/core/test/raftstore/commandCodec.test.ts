import { describe, expect, test } from "bun:test"
import { decode, encode, eraftpb, metapb, raft_cmdpb } from "@reefkv/wire"
import fc from "fast-check"
import {
  type AdminCommand,
  CommandError,
  type CommandHeader,
  commandBytes,
  decodeCommand,
  encodeAdmin,
  encodeWrite
} from "../../src/raftstore/commandCodec.ts"
import { confChangeOf, decodeConfChange, encodeConfChange } from "../../src/raftstore/confChangeCodec.ts"
import type { WriteCommand } from "../../src/raftstore/Router.ts"
import { bytes, seeded } from "./support/values.ts"

const families = ["default", "lock", "write"] as const
const someId = fc.nat({ max: Number.MAX_SAFE_INTEGER })
const someBytes = fc.uint8Array({ maxLength: 40 })
const someCommand: fc.Arbitrary<WriteCommand> = fc.oneof(
  fc.record({ type: fc.constant("put" as const), cf: fc.constantFrom(...families), key: someBytes, value: someBytes }),
  fc.record({ type: fc.constant("delete" as const), cf: fc.constantFrom(...families), key: someBytes }),
  fc.record({
    type: fc.constant("deleteRange" as const),
    cf: fc.constantFrom(...families),
    start: someBytes,
    end: someBytes
  })
)
const someHeader: fc.Arbitrary<CommandHeader> = fc.record({
  regionId: someId,
  peer: fc.option(
    fc.record({ id: someId, storeId: someId }).map((peer) => metapb.Peer.create(peer)),
    { nil: undefined }
  ),
  epoch: fc.record({ confVer: someId, version: someId }),
  term: someId
})

const header: CommandHeader = {
  regionId: 2,
  peer: metapb.Peer.create({ id: 3, storeId: 1 }),
  epoch: { confVer: 4, version: 9 },
  term: 6
}

const requestOf = (command: WriteCommand): raft_cmdpb.Request => {
  switch (command.type) {
    case "put":
      return raft_cmdpb.Request.create({
        cmdType: raft_cmdpb.CmdType.Put,
        put: { cf: command.cf, key: command.key, value: command.value }
      })
    case "delete":
      return raft_cmdpb.Request.create({
        cmdType: raft_cmdpb.CmdType.Delete,
        delete: { cf: command.cf, key: command.key }
      })
    case "deleteRange":
      return raft_cmdpb.Request.create({
        cmdType: raft_cmdpb.CmdType.DeleteRange,
        deleteRange: { cf: command.cf, startKey: command.start, endKey: command.end, notifyOnly: false }
      })
  }
}

/** The same request through the generated codec: the slow twin of `encodeWrite`. */
const byTheBook = (head: CommandHeader, commands: ReadonlyArray<WriteCommand>): Uint8Array =>
  encode(
    raft_cmdpb.RaftCmdRequest,
    raft_cmdpb.RaftCmdRequest.create({
      header: raft_cmdpb.RaftRequestHeader.create({
        regionId: head.regionId,
        peer: head.peer,
        regionEpoch: head.epoch,
        term: head.term
      }),
      requests: commands.map(requestOf)
    })
  )

describe("data entries", () => {
  test("are byte for byte what the generated codec writes, and read back as they were", () => {
    fc.assert(
      fc.property(someHeader, fc.array(someCommand, { maxLength: 6 }), (head, commands) => {
        const entry = encodeWrite(head, commands)
        expect(entry).toEqual(byTheBook(head, commands))
        expect(decodeCommand(entry)).toEqual({ type: "write", header: head, commands })
        const bound = commands.reduce((sum, command) => sum + commandBytes(command), 0)
        expect(entry.length).toBeLessThanOrEqual(bound + 80)
      }),
      seeded(400)
    )
  })

  test("a real raft_cmdpb.RaftCmdRequest with other kinds of request is refused, not skipped", () => {
    const foreign = (cmd: Partial<raft_cmdpb.RaftCmdRequest>): Uint8Array =>
      encode(
        raft_cmdpb.RaftCmdRequest,
        raft_cmdpb.RaftCmdRequest.create({
          header: raft_cmdpb.RaftRequestHeader.create({ regionId: 1, regionEpoch: { confVer: 1, version: 1 } }),
          ...cmd
        })
      )
    const get = raft_cmdpb.Request.create({ cmdType: raft_cmdpb.CmdType.Get, get: { cf: "", key: bytes("k") } })
    const disagreeing = raft_cmdpb.Request.create({
      cmdType: raft_cmdpb.CmdType.Delete,
      put: { cf: "default", key: bytes("k"), value: bytes("v") }
    })
    const raftFamily = raft_cmdpb.Request.create({
      cmdType: raft_cmdpb.CmdType.Put,
      put: { cf: "raft", key: bytes("k"), value: bytes("v") }
    })
    for (const request of [get, disagreeing, raftFamily]) {
      expect(() => decodeCommand(foreign({ requests: [request] }))).toThrow(CommandError)
    }
    expect(() => decodeCommand(foreign({ customRequest: { data: bytes("x") } }))).toThrow(CommandError)
    expect(() => decodeCommand(encode(raft_cmdpb.RaftCmdRequest, raft_cmdpb.RaftCmdRequest.create()))).not.toThrow()
    expect(() => decodeCommand(foreign({ header: undefined, requests: [] }))).not.toThrow()
    expect(() => decodeCommand(foreign({ header: raft_cmdpb.RaftRequestHeader.create({ regionId: 1 }) }))).toThrow(
      "region epoch is missing"
    )
  })

  test("any bytes give a command or a CommandError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (input) => {
        try {
          decodeCommand(input)
        } catch (error) {
          expect(error).toBeInstanceOf(CommandError)
        }
      }),
      seeded(1000)
    )
  })

  test("empty data is Raft's own", () => {
    expect(decodeCommand(new Uint8Array(0))).toEqual({ type: "empty" })
  })
})

describe("admin entries", () => {
  const peer = metapb.Peer.create({ id: 8, storeId: 4 })
  const commands: ReadonlyArray<AdminCommand> = [
    {
      type: "split",
      rightDerive: true,
      pieces: [
        { splitKey: bytes("m"), newRegionId: 20, newPeerIds: [21, 22, 23] },
        { splitKey: bytes("t"), newRegionId: 30, newPeerIds: [31, 32, 33] }
      ]
    },
    { type: "changePeers", changes: [{ changeType: eraftpb.ConfChangeType.AddLearnerNode, peer }] },
    { type: "changePeers", changes: [] },
    { type: "compactLog", index: 99, term: 7 },
    { type: "computeHash", context: bytes("c") },
    { type: "verifyHash", index: 12, hash: bytes("hash"), context: bytes("c") }
  ]
  test("read back as they were", () => {
    for (const admin of commands) {
      expect(decodeCommand(encodeAdmin(header, admin))).toEqual({ type: "admin", header, admin })
    }
  })
  test("an unknown admin command is refused", () => {
    const entry = encode(
      raft_cmdpb.RaftCmdRequest,
      raft_cmdpb.RaftCmdRequest.create({
        header: raft_cmdpb.RaftRequestHeader.create({ regionId: 1, regionEpoch: { confVer: 1, version: 1 } }),
        adminRequest: raft_cmdpb.AdminRequest.create({ cmdType: raft_cmdpb.AdminCmdType.PrepareFlashback })
      })
    )
    expect(() => decodeCommand(entry)).toThrow("admin command 12 is not known")
  })
})

describe("conf change entries", () => {
  const change = (changeType: number, id: number) => ({ changeType, peer: metapb.Peer.create({ id, storeId: id }) })
  const { AddNode, RemoveNode, AddLearnerNode } = eraftpb.ConfChangeType

  test("one change is direct, several are an explicit joint change, none leaves it", () => {
    const context = bytes("command")
    expect(confChangeOf([change(AddLearnerNode, 4)], context)).toEqual({
      transition: "auto",
      changes: [{ type: "addLearnerNode", nodeId: 4 }],
      context
    })
    expect(confChangeOf([change(AddNode, 4), change(RemoveNode, 1)], context)).toEqual({
      transition: "explicit",
      changes: [
        { type: "addNode", nodeId: 4 },
        { type: "removeNode", nodeId: 1 }
      ],
      context
    })
    expect(confChangeOf([], context)).toEqual({ transition: "auto", changes: [], context })
  })

  test("carry the region's command in their context", () => {
    const admin: AdminCommand = { type: "changePeers", changes: [change(AddNode, 4), change(RemoveNode, 1)] }
    const context = encodeAdmin(header, admin)
    const entry = encodeConfChange(confChangeOf(admin.changes, context))
    const back = decodeConfChange(entry)
    expect(back).toEqual(confChangeOf(admin.changes, context))
    expect(decodeCommand(back.context)).toEqual({ type: "admin", header, admin })
    expect(decode(eraftpb.ConfChangeV2, entry).transition).toBe(eraftpb.ConfChangeTransition.Explicit)
  })

  test("empty data is leave-joint; garbage is a CommandError", () => {
    expect(decodeConfChange(new Uint8Array(0))).toEqual({ transition: "auto", changes: [], context: new Uint8Array(0) })
    expect(() => decodeConfChange(Uint8Array.of(0x0a, 0x05, 0x01))).toThrow(CommandError)
    const odd = encode(eraftpb.ConfChangeV2, { transition: 9, changes: [], context: new Uint8Array(0) })
    expect(() => decodeConfChange(odd)).toThrow("conf change number 9")
  })
})
