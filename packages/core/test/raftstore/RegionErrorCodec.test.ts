import { expect, test } from "bun:test"
import { type errorpb, metapb } from "@reefkv/wire"
import type { RegionError } from "../../src/raftstore/RegionError.ts"
import { toErrorpb } from "../../src/raftstore/RegionErrorCodec.ts"
import { bytes, regionOf } from "./support/values.ts"

const peer = metapb.Peer.create({ id: 3, storeId: 2 })
const region = regionOf(5, "b", "d")

/** FEATURES 1.4: RaftstoreErrToPbError. Each error sets its own member of errorpb.Error and no other. */
const table: ReadonlyArray<readonly [RegionError, keyof errorpb.Error | undefined, object | undefined]> = [
  [{ _tag: "NotLeader", regionId: 5, leader: peer }, "notLeader", { regionId: 5, leader: peer }],
  [{ _tag: "NotLeader", regionId: 5, leader: undefined }, "notLeader", { regionId: 5, leader: undefined }],
  [{ _tag: "RegionNotFound", regionId: 5 }, "regionNotFound", { regionId: 5 }],
  [
    { _tag: "KeyNotInRegion", key: bytes("a"), region },
    "keyNotInRegion",
    { key: bytes("a"), regionId: 5, startKey: bytes("b"), endKey: bytes("d") }
  ],
  [{ _tag: "EpochNotMatch", currentRegions: [region] }, "epochNotMatch", { currentRegions: [region] }],
  [{ _tag: "ServerIsBusy", reason: "mailbox is full" }, "serverIsBusy", { reason: "mailbox is full" }],
  [{ _tag: "StaleCommand", message: "term 5 < 6" }, "staleCommand", {}],
  [
    { _tag: "StoreNotMatch", requestStoreId: 1, actualStoreId: 2 },
    "storeNotMatch",
    { requestStoreId: 1, actualStoreId: 2 }
  ],
  [
    { _tag: "MismatchPeerId", requestPeerId: 1, actualPeerId: 2 },
    "mismatchPeerId",
    { requestPeerId: 1, storePeerId: 2 }
  ],
  [
    { _tag: "RaftEntryTooLarge", regionId: 5, entryBytes: 9, maxBytes: 8 },
    "raftEntryTooLarge",
    { regionId: 5, entrySize: 9 }
  ],
  [{ _tag: "RegionNotInitialized", regionId: 5 }, "regionNotInitialized", { regionId: 5 }],
  [{ _tag: "ReadIndexNotReady", regionId: 5, reason: "r" }, "readIndexNotReady", { regionId: 5, reason: "r" }],
  [{ _tag: "DiskFull", storeId: 2, message: "full" }, "diskFull", { storeId: [2], reason: "full" }],
  [{ _tag: "UndeterminedResult", message: "stopped" }, "undeterminedResult", {}],
  [{ _tag: "DeadlineExceeded" }, undefined, undefined],
  [{ _tag: "Refused", message: "no such peer" }, undefined, undefined]
]

for (const [error, member, value] of table) {
  test(`${error._tag} becomes ${member ?? "a message only"}`, () => {
    const proto = toErrorpb(error)
    const { message, ...members } = proto
    expect(message.length).toBeGreaterThan(0)
    const set = Object.entries(members).filter(([, content]) => content !== undefined)
    expect(set.map(([name]) => name)).toEqual(member === undefined ? [] : [member])
    if (value !== undefined) expect(set[0]?.[1]).toMatchObject(value)
  })
}

test("clients find the deadline by its text", () => {
  expect(toErrorpb({ _tag: "DeadlineExceeded" }).message).toBe("Deadline is exceeded")
})
