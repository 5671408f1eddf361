/** Region helpers and the region error vocabulary. */
import { describe, expect, test } from "bun:test"
import {
  cloneRegion,
  decode,
  encode,
  epochOf,
  errorpb,
  findPeer,
  findPeerById,
  formatPeer,
  formatRegion,
  freezeRegion,
  isEpochStale,
  isInJointState,
  isLearner,
  isVoter,
  metapb,
  overlaps,
  type RegionId,
  regionContains,
  regionError,
  type StoreId,
  sameEpoch
} from "../src/index.ts"

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const peer = (id: number, storeId: number, role: metapb.PeerRole = metapb.PeerRole.Voter): metapb.Peer =>
  metapb.Peer.create({ id, storeId, role })
const region = (id: number, start: string, end: string, version = 3, confVer = 2): metapb.Region =>
  metapb.Region.create({
    id,
    startKey: text(start),
    endKey: text(end),
    regionEpoch: { version, confVer },
    peers: [peer(10, 1), peer(11, 2, metapb.PeerRole.Learner)]
  })

test("ids of different kinds do not mix", () => {
  const storeId: StoreId = region(1, "", "").peers[0]?.storeId ?? 0
  // @ts-expect-error a store id is no region id
  const regionId: RegionId = storeId
  expect(regionId).toBe(storeId as number)
})

describe("regions", () => {
  const five = region(5, "a", "b")

  test("range", () => {
    expect(["", "a", "az", "b"].map((key) => regionContains(five, text(key)))).toEqual([false, true, true, false])
    expect(regionContains(region(6, "b", ""), text("zzz"))).toBe(true)
    expect(overlaps(five, region(6, "b", ""))).toBe(false)
    expect(overlaps(five, region(6, "", ""))).toBe(true)
    expect(overlaps(five, region(6, "", "a"))).toBe(false)
  })

  test("epochs are stale by either number", () => {
    const epoch = (version: number, confVer: number): metapb.RegionEpoch => ({ version, confVer })
    expect(isEpochStale(epoch(1, 2), epoch(2, 2))).toBe(true)
    expect(isEpochStale(epoch(2, 1), epoch(2, 2))).toBe(true)
    expect(isEpochStale(epoch(3, 1), epoch(2, 2))).toBe(true)
    expect(isEpochStale(epoch(2, 2), epoch(2, 2))).toBe(false)
    expect(isEpochStale(epoch(3, 3), epoch(2, 2))).toBe(false)
    expect(sameEpoch(epoch(1, 2), epoch(1, 2))).toBe(true)
    expect(sameEpoch(epoch(1, 2), epoch(2, 1))).toBe(false)
    expect(epochOf(five)).toEqual({ version: 3, confVer: 2 })
    expect(() => epochOf(metapb.Region.create({ id: 9 }))).toThrow("region 9 has no epoch")
  })

  test("peers", () => {
    expect(findPeer(five, 2)?.id).toBe(11)
    expect(findPeer(five, 11)).toBeUndefined()
    expect(findPeerById(five, 11)?.storeId).toBe(2)
    expect(five.peers.map(isLearner)).toEqual([false, true])
    expect(five.peers.map(isVoter)).toEqual([true, false])
    expect(isInJointState(five)).toBe(false)
    const joint = { ...five, peers: [peer(12, 3, metapb.PeerRole.DemotingVoter)] }
    expect(isInJointState(joint)).toBe(true)
    expect(joint.peers.map(isVoter)).toEqual([true])
  })

  test("a clone shares nothing", () => {
    const frame = encode(metapb.Region, five)
    const decoded = decode(metapb.Region, frame)
    const clone = cloneRegion(decoded)
    expect(clone).toEqual(decoded)
    frame.fill(0xff)
    expect(clone).toEqual(five)
    ;(clone.peers[0] as metapb.Peer).id = 99
    ;(clone.regionEpoch as metapb.RegionEpoch).version = 99
    expect(decoded.peers[0]?.id).toBe(10)
    expect(decoded.regionEpoch?.version).toBe(3)
  })

  test("a frozen region refuses changes at every level", () => {
    const frozen = freezeRegion(cloneRegion(five))
    expect(() => Object.assign(frozen, { id: 1 })).toThrow(TypeError)
    expect(() => Object.assign(epochOf(frozen), { version: 1 })).toThrow(TypeError)
    expect(() => Object.assign(frozen.peers[0] as metapb.Peer, { id: 1 })).toThrow(TypeError)
    expect(() => frozen.peers.push(peer(1, 1))).toThrow(TypeError)
  })

  test("for people", () => {
    expect(formatRegion(five)).toBe("region 5 [a, b) v3/c2")
    expect(formatRegion(metapb.Region.create({ id: 1 }))).toBe("region 1 [-∞, +∞) v?/c?")
    expect(five.peers.map(formatPeer)).toEqual(["10@1", "11@2 (learner)"])
    expect(formatPeer(peer(1, 2, 7))).toBe("1@2 (role 7)")
    expect(formatPeer(undefined)).toBe("none")
  })
})

describe("region errors", () => {
  const five = region(5, "a", "b")
  const cases: readonly (readonly [string, errorpb.Error, keyof errorpb.Error | undefined, string])[] = [
    [
      "leader known",
      regionError.notLeader(5, peer(11, 2)),
      "notLeader",
      "this peer does not lead region 5; the leader is peer 11@2"
    ],
    ["leader unknown", regionError.notLeader(5), "notLeader", "this peer does not lead region 5; no leader is known"],
    ["not found", regionError.regionNotFound(5), "regionNotFound", "region 5 is not found on this store"],
    [
      "key",
      regionError.keyNotInRegion(text("z\0"), five),
      "keyNotInRegion",
      "key z\\000 is not in region 5 [a, b) v3/c2"
    ],
    [
      "epoch",
      regionError.epochNotMatch([five, region(6, "b", "")], { regionId: 5, epoch: { version: 2, confVer: 2 } }),
      "epochNotMatch",
      "the epoch does not match: now region 5 [a, b) v3/c2, region 6 [b, +∞) v3/c2, the request has region 5 v2/c2"
    ],
    ["epoch, unknown", regionError.epochNotMatch([]), "epochNotMatch", "the epoch does not match: now unknown"],
    [
      "busy",
      regionError.serverIsBusy("apply is behind", { backoffMs: 50 }),
      "serverIsBusy",
      "the store is busy: apply is behind"
    ],
    ["stale", regionError.staleCommand(), "staleCommand", "the command is stale and was not applied: the term changed"],
    ["store", regionError.storeNotMatch(1, 2), "storeNotMatch", "the request is for store 1, this is store 2"],
    [
      "too large",
      regionError.raftEntryTooLarge(5, 9, 8),
      "raftEntryTooLarge",
      "a raft entry of region 5 takes 9 bytes, the limit is 8"
    ],
    [
      "max ts",
      regionError.maxTimestampNotSynced(5),
      "maxTimestampNotSynced",
      "the leader of region 5 has not synced its max timestamp yet"
    ],
    [
      "read index",
      regionError.readIndexNotReady(5, "no leader"),
      "readIndexNotReady",
      "region 5 cannot serve a read index yet: no leader"
    ],
    [
      "merging",
      regionError.proposalInMergingMode(5),
      "proposalInMergingMode",
      "region 5 is merging and takes no writes"
    ],
    [
      "stale read",
      regionError.dataIsNotReady(5, 10, 7n),
      "dataIsNotReady",
      "peer 10 of region 5 serves stale reads up to 7 only"
    ],
    [
      "not initialized",
      regionError.regionNotInitialized(5),
      "regionNotInitialized",
      "region 5 is not initialized on this store yet"
    ],
    ["disk", regionError.diskFull([1, 2], "0 bytes free"), "diskFull", "the disk is full on store 1, 2: 0 bytes free"],
    ["recovery", regionError.recoveryInProgress(5), "recoveryInProgress", "region 5 is being recovered"],
    ["flashback", regionError.flashbackInProgress(5, 9n), "flashbackInProgress", "region 5 is in flashback since 9"],
    [
      "flashback, not prepared",
      regionError.flashbackNotPrepared(5),
      "flashbackNotPrepared",
      "region 5 is not prepared for flashback"
    ],
    ["witness", regionError.isWitness(5), "isWitness", "this peer of region 5 is a witness and holds no data"],
    [
      "peer",
      regionError.mismatchPeerId(10, 12),
      "mismatchPeerId",
      "the request is for peer 10, this store has peer 12"
    ],
    [
      "buckets",
      regionError.bucketVersionNotMatch(4, [text("a")]),
      "bucketVersionNotMatch",
      "the bucket version does not match: now 4"
    ],
    [
      "undetermined",
      regionError.undeterminedResult("the store stopped"),
      "undeterminedResult",
      "the result is undetermined: the store stopped"
    ],
    ["deadline", regionError.deadlineExceeded(), undefined, "Deadline is exceeded"],
    ["other", regionError.otherRegionError("refused"), undefined, "refused"]
  ]
  for (const [name, error, member, message] of cases) {
    test(`${name}: ${message}`, () => {
      expect(error.message).toBe(message)
      const set = Object.entries(error).filter(([field, value]) => field !== "message" && value !== undefined)
      expect(set.map(([field]) => field)).toEqual(member === undefined ? [] : [member])
      expect(decode(errorpb.Error, encode(errorpb.Error, error))).toEqual(error)
    })
  }

  test("every member of errorpb.Error has a constructor", () => {
    const covered = new Set(cases.map(([, , member]) => member))
    const members = Object.keys(errorpb.Error.create()).filter((field) => field !== "message")
    expect(members.filter((member) => !covered.has(member as keyof errorpb.Error))).toEqual([])
  })

  test("what clients read beside the member", () => {
    expect(regionError.notLeader(5, peer(11, 2)).notLeader).toEqual({ regionId: 5, leader: peer(11, 2) })
    expect(regionError.keyNotInRegion(text("z"), five).keyNotInRegion).toEqual({
      key: text("z"),
      regionId: 5,
      startKey: text("a"),
      endKey: text("b")
    })
    expect(regionError.epochNotMatch([five]).epochNotMatch?.currentRegions).toEqual([five])
    expect(regionError.serverIsBusy("x", { estimatedWaitMs: 3 }).serverIsBusy?.estimatedWaitMs).toBe(3)
    expect(regionError.storeNotMatch(1, 2).storeNotMatch).toEqual({ requestStoreId: 1, actualStoreId: 2 })
    expect(regionError.mismatchPeerId(10, 12).mismatchPeerId).toEqual({ requestPeerId: 10, storePeerId: 12 })
  })
})
