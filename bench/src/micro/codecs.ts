/** Bytes to messages and back: what each request and each pass of a store pays. */
import { WriteBatch } from "@reefkv/engine"
import {
  decode,
  decodeMemcomparable,
  encode,
  encodeMemcomparable,
  eraftpb,
  kvrpcpb,
  metapb,
  raft_serverpb,
  tikvpb
} from "@reefkv/wire"
import { decodeCommand, encodeWrite } from "../../../packages/core/src/raftstore/commandCodec.ts"
import { putApplyState } from "../../../packages/core/src/raftstore/records.ts"
import { keyOf, randomBytes, seedDefault, seededRandom } from "../process/seeded.ts"
import { keep, type Micro, type Suite } from "./Suite.ts"

const batch = 64
const valueBytes = 256

export const codecSuite = (): Suite => {
  const random = seededRandom(seedDefault)
  const value = randomBytes(random, valueBytes)
  const context = kvrpcpb.Context.create({
    regionId: 2,
    regionEpoch: metapb.RegionEpoch.create({ confVer: 5, version: 7 }),
    peer: metapb.Peer.create({ id: 3, storeId: 1 })
  })
  const indexes = Array.from({ length: batch }, (_, i) => i)
  const request = tikvpb.BatchCommandsRequest.create({
    requests: indexes.map((i) => ({
      cmd: { case: "rawPut", value: kvrpcpb.RawPutRequest.create({ context, key: keyOf(i), value }) }
    })),
    requestIds: indexes.map((i) => i + 1_000)
  })
  const response = tikvpb.BatchCommandsResponse.create({
    responses: indexes.map(() => ({ cmd: { case: "rawGet", value: kvrpcpb.RawGetResponse.create({ value }) } })),
    requestIds: indexes.map((i) => i + 1_000)
  })
  const raft: tikvpb.BatchRaftMessage = {
    msgs: indexes.map((i) =>
      raft_serverpb.RaftMessage.create({
        regionId: i + 1,
        fromPeer: metapb.Peer.create({ id: 1, storeId: 1 }),
        toPeer: metapb.Peer.create({ id: 2, storeId: 2 }),
        regionEpoch: metapb.RegionEpoch.create({ confVer: 3, version: 1 }),
        message: eraftpb.Message.create({
          msgType: eraftpb.MessageType.MsgAppend,
          to: 2,
          from: 1,
          term: 6,
          logTerm: 6,
          index: 1_000 + i,
          commit: 1_000,
          entries: [eraftpb.Entry.create({ term: 6, index: 1_001 + i, data: randomBytes(random, 300) })]
        })
      })
    ),
    lastObservedTime: 0n
  }
  const header = {
    regionId: 2,
    peer: metapb.Peer.create({ id: 3, storeId: 1 }),
    epoch: { confVer: 5, version: 7 },
    term: 6
  }
  const commands = indexes.map((i) => ({ type: "put", cf: "default", key: keyOf(i), value }) as const)
  const entry = encodeWrite(header, commands)
  const keys = indexes.map((i) => keyOf(i))
  const comparable = keys.map((key) => encodeMemcomparable(key))
  const both = (name: string, unit: string, write: () => unknown, read: () => unknown): ReadonlyArray<Micro> => [
    { name: `${name}, encode`, variant: "", items: batch, unit, run: () => keep(write()) },
    { name: `${name}, decode`, variant: "", items: batch, unit, run: () => keep(read()) }
  ]
  const requestBytes = encode(tikvpb.BatchCommandsRequest, request)
  const responseBytes = encode(tikvpb.BatchCommandsResponse, response)
  const raftBytes = encode(tikvpb.BatchRaftMessage, raft)
  return {
    benches: [
      ...both(
        "codec: BatchCommands request of 64 puts",
        "command",
        () => encode(tikvpb.BatchCommandsRequest, request),
        () => decode(tikvpb.BatchCommandsRequest, requestBytes)
      ),
      ...both(
        "codec: BatchCommands response of 64 gets",
        "command",
        () => encode(tikvpb.BatchCommandsResponse, response),
        () => decode(tikvpb.BatchCommandsResponse, responseBytes)
      ),
      ...both(
        "codec: 64 raft messages",
        "message",
        () => encode(tikvpb.BatchRaftMessage, raft),
        () => decode(tikvpb.BatchRaftMessage, raftBytes)
      ),
      ...both(
        "codec: memcomparable keys of 16 bytes",
        "key",
        () => keys.map((key) => encodeMemcomparable(key)),
        () => comparable.map((key) => decodeMemcomparable(key))
      ),
      {
        name: "entry of 64 puts, encode",
        variant: "",
        items: batch,
        unit: "put",
        run: () => keep(encodeWrite(header, commands))
      },
      {
        name: "apply: entry of 64 puts into a batch",
        variant: "",
        items: batch,
        unit: "put",
        run: () => {
          const command = decodeCommand(entry)
          if (command.type !== "write") throw new Error("not a write")
          const write = new WriteBatch()
          for (const one of command.commands) if (one.type === "put") write.put(one.cf, one.key, one.value)
          putApplyState(write, 2, { appliedIndex: 1_000, appliedTerm: 6, truncatedIndex: 5, truncatedTerm: 5 })
          keep(write)
        }
      }
    ],
    close: () => Promise.resolve()
  }
}
