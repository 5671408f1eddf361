/** pdpb.PD's unary methods as raw clients meet them. Test names follow the rules of the wire contract, sections 2.1–2.3. */
import { describe, expect, test } from "bun:test"
import { metapb, pdpb, services } from "@reefkv/wire"
import { CLUSTER_ID, peer, region, store } from "./memoryScheduler.ts"
import { header, rawClient, withPd } from "./rawClient.ts"

const PD = services.PD.methods
const bytes = (text: string) => new TextEncoder().encode(text)
const key = (regionKey: string) => ({ header, regionKey: bytes(regionKey), needBuckets: true })
const three = [region(2, "", "b"), region(4, "b", "d"), region(6, "d", "")]

describe("headers", () => {
  test("every unary reply has a header with the one cluster id and no error", () =>
    withPd(async ({ client }) => {
      const replies = [
        await client.unary(PD.GetMembers, pdpb.GetMembersRequest.create()),
        await client.unary(PD.GetClusterInfo, pdpb.GetClusterInfoRequest.create()),
        await client.unary(PD.IsBootstrapped, { header }),
        await client.unary(PD.AllocID, { header, count: 1 }),
        await client.unary(PD.GetStore, { header, storeId: 1 }),
        await client.unary(PD.PutStore, { header, store: store(2) }),
        await client.unary(PD.GetAllStores, { header, excludeTombstoneStores: false }),
        await client.unary(
          PD.StoreHeartbeat,
          pdpb.StoreHeartbeatRequest.create({ header, stats: pdpb.StoreStats.create({ storeId: 1 }) })
        ),
        await client.unary(PD.GetRegion, key("a")),
        await client.unary(PD.GetPrevRegion, key("a")),
        await client.unary(PD.GetRegionByID, { header, regionId: 99, needBuckets: false }),
        await client.unary(PD.ScanRegions, pdpb.ScanRegionsRequest.create({ header })),
        await client.unary(
          PD.BatchScanRegions,
          pdpb.BatchScanRegionsRequest.create({ header, ranges: [{ startKey: bytes("a"), endKey: bytes("b") }] })
        ),
        await client.unary(PD.AskSplit, { header, region: region(2, "", "") }),
        await client.unary(PD.AskBatchSplit, { header, region: region(2, "", ""), splitCount: 1, reason: 0 }),
        await client.unary(PD.ReportBatchSplit, { header, regions: [region(2, "", "")] }),
        await client.unary(PD.SplitRegions, { header, splitKeys: [bytes("m")], retryLimit: 0 }),
        await client.unary(PD.ScatterRegion, pdpb.ScatterRegionRequest.create({ header, regionsId: [2] })),
        await client.unary(PD.GetOperator, { header, regionId: 2 }),
        await client.unary(PD.GetGCState, pdpb.GetGCStateRequest.create({ header })),
        await client.unary(PD.AdvanceTxnSafePoint, pdpb.AdvanceTxnSafePointRequest.create({ header, target: 5n })),
        await client.unary(PD.UpdateGCSafePoint, { header, safePoint: 3n }),
        await client.unary(PD.GetGCSafePoint, { header }),
        await client.unary(PD.UpdateServiceGCSafePoint, { header, serviceId: bytes("cdc"), ttl: 60n, safePoint: 2n }),
        await client.unary(PD.GetClusterConfig, { header }),
        await client.unary(PD.PutClusterConfig, { header, cluster: { id: CLUSTER_ID, maxPeerCount: 5 } })
      ]
      for (const reply of replies) expect(reply.header).toEqual({ clusterId: CLUSTER_ID, error: undefined })
      expect(CLUSTER_ID).not.toBe(0)
    }))

  test("another cluster id, and none, end with FAILED_PRECONDITION and both ids in the text", () =>
    withPd(async ({ client }) => {
      const other = { ...header, clusterId: 8 }
      expect(await client.refused(PD.GetRegion, { ...key("a"), header: other })).toEqual({
        code: 9,
        details: `mismatch cluster id, need ${CLUSTER_ID} but got 8`
      })
      const none = await client.refused(PD.GetAllStores, pdpb.GetAllStoresRequest.create())
      expect(none).toEqual({ code: 9, details: `mismatch cluster id, need ${CLUSTER_ID} but got 0` })
      expect((await client.refused(PD.IsBootstrapped, { header: other })).code).toBe(9)
    }))

  test("before the bootstrap, cluster methods answer NOT_BOOTSTRAPPED in the header, not a gRPC error", () =>
    withPd(
      async ({ client }) => {
        const replies = [
          await client.unary(PD.GetRegion, key("a")),
          await client.unary(PD.GetStore, { header, storeId: 1 }),
          await client.unary(PD.GetAllStores, { header, excludeTombstoneStores: true }),
          await client.unary(PD.PutStore, { header, store: store(1) }),
          await client.unary(PD.ScanRegions, pdpb.ScanRegionsRequest.create({ header }))
        ]
        for (const reply of replies) {
          expect(reply.header?.clusterId).toBe(CLUSTER_ID)
          expect(reply.header?.error?.type).toBe(pdpb.ErrorType.NOT_BOOTSTRAPPED)
        }
        expect((await client.unary(PD.IsBootstrapped, { header })).bootstrapped).toBe(false)
      },
      { bootstrap: false }
    ))

  test("a scheduler that cannot answer is UNAVAILABLE, so that clients look for the leader again", () =>
    withPd(async ({ client, memory }) => {
      const { schedulerError } = await import("@reefkv/scheduler")
      memory.failure = schedulerError("unavailable", "this member is not leader")
      expect(await client.refused(PD.GetRegion, key("a"))).toEqual({ code: 14, details: "this member is not leader" })
    }))

  test("a request without the message it needs is an error in the header, not a crash", () =>
    withPd(async ({ client }) => {
      const reply = await client.unary(PD.PutStore, { header, store: undefined })
      expect(reply.header?.error?.message).toContain("no store")
    }))

  test("bytes that are no message end with INVALID_ARGUMENT", () =>
    withPd(async ({ client }) => {
      const broken = { ...PD.GetStore, request: services.Health.methods.Check.request }
      // Field 1 as a string where a message is due.
      expect((await client.refused(broken, { service: "\u0001\u0002\u0003" })).code).toBe(3)
    }))
})

describe("members", () => {
  test("GetMembers names a leader with client URLs that can be dialled, ids non-zero", () =>
    withPd(async ({ client, server }) => {
      const reply = await client.unary(PD.GetMembers, pdpb.GetMembersRequest.create())
      expect(reply.members).toHaveLength(1)
      expect(reply.leader).toEqual(reply.members[0])
      expect(reply.leader?.memberId).toBeGreaterThan(0)
      expect(reply.leader?.name).toBe("pd-test")
      expect(reply.leader?.clientUrls).toEqual([`http://${server.address}`])
      const url = reply.leader?.clientUrls[0] ?? ""
      const followed = rawClient(url.replace("http://", ""))
      expect((await followed.unary(PD.GetMembers, pdpb.GetMembersRequest.create())).header?.clusterId).toBe(CLUSTER_ID)
      followed.close()
    }))

  test("GetClusterInfo says PD mode first, never an empty list", () =>
    withPd(async ({ client }) => {
      const reply = await client.unary(PD.GetClusterInfo, pdpb.GetClusterInfoRequest.create())
      expect(reply.serviceModes).toEqual([pdpb.ServiceMode.PD_SVC_MODE])
    }))
})

describe("stores", () => {
  test("GetStore of an unknown id is UNKNOWN `invalid store ID N, not found`, never a success without a store", () =>
    withPd(async ({ client }) => {
      const reply = await client.unary(PD.GetStore, { header, storeId: 77 })
      expect(reply.store).toBeUndefined()
      expect(reply.header?.error).toEqual({ type: pdpb.ErrorType.UNKNOWN, message: "invalid store ID 77, not found" })
    }))

  test("bootstrap succeeds once; the second caller gets ALREADY_BOOTSTRAPPED", () =>
    withPd(
      async ({ client }) => {
        const request = { header, store: store(1), region: region(2, "", "") }
        expect((await client.unary(PD.Bootstrap, request)).header?.error).toBeUndefined()
        const again = await client.unary(PD.Bootstrap, request)
        expect(again.header?.error?.type).toBe(pdpb.ErrorType.ALREADY_BOOTSTRAPPED)
        const found = await client.unary(PD.GetStore, { header, storeId: 1 })
        expect(found.store?.address).toBe(store(1).address)
        expect(found.store?.version).toBe("8.5.0")
        expect((await client.unary(PD.GetRegion, key("any"))).region?.id).toBe(2)
      },
      { bootstrap: false }
    ))

  test("GetAllStores leaves tombstones out when asked", () =>
    withPd(async ({ client, memory }) => {
      await client.unary(PD.PutStore, { header, store: store(2) })
      const { Effect } = await import("effect")
      await Effect.runPromise(memory.service.removeStore(2, { force: true }))
      const all = await client.unary(PD.GetAllStores, { header, excludeTombstoneStores: false })
      expect(all.stores.map(({ id, state }) => [id, state])).toEqual([
        [1, metapb.StoreState.Up],
        [2, metapb.StoreState.Tombstone]
      ])
      const live = await client.unary(PD.GetAllStores, { header, excludeTombstoneStores: true })
      expect(live.stores.map(({ id }) => id)).toEqual([1])
    }))

  test("AllocID gives one id when no count is asked for, a batch otherwise, and refuses a huge one", () =>
    withPd(async ({ client }) => {
      const one = await client.unary(PD.AllocID, { header, count: 0 })
      const ten = await client.unary(PD.AllocID, { header, count: 10 })
      expect([one.count, ten.count]).toEqual([1, 10])
      expect(ten.id - one.id).toBe(10)
      const huge = await client.unary(PD.AllocID, { header, count: 4_000_000_000 })
      expect(huge.header?.error?.type).toBe(pdpb.ErrorType.INVALID_VALUE)
    }))

  test("a store heartbeat is answered with the store's node state", () =>
    withPd(async ({ client }) => {
      const stats = pdpb.StoreStats.create({ storeId: 1, capacity: 1000, available: 900 })
      const reply = await client.unary(PD.StoreHeartbeat, pdpb.StoreHeartbeatRequest.create({ header, stats }))
      expect(reply.state).toBe(metapb.NodeState.Serving)
      expect(reply.clusterVersion).toBe("8.5.0")
    }))

  test("cluster configuration is kept", () =>
    withPd(async ({ client }) => {
      await client.unary(PD.PutClusterConfig, { header, cluster: { id: CLUSTER_ID, maxPeerCount: 5 } })
      expect((await client.unary(PD.GetClusterConfig, { header })).cluster?.maxPeerCount).toBe(5)
    }))
})

describe("regions", () => {
  test("by key, by id, the one before; each with its leader", () =>
    withPd(async ({ client, memory }) => {
      memory.setRegions(three)
      const at = async (k: string) => (await client.unary(PD.GetRegion, key(k))).region?.id
      expect([await at("a"), await at("b"), await at("cz"), await at("d"), await at("zz")]).toEqual([2, 4, 4, 6, 6])
      const found = await client.unary(PD.GetRegionByID, { header, regionId: 4, needBuckets: false })
      expect(found.region).toEqual(three[1])
      expect(found.leader).toEqual(peer(5, 1))
      expect((await client.unary(PD.GetPrevRegion, key("d"))).region?.id).toBe(4)
    }))

  test("a region that is not there is a header without region, not an error", () =>
    withPd(async ({ client, memory }) => {
      memory.setRegions([region(2, "", "b")])
      const replies = [
        await client.unary(PD.GetRegion, key("x")),
        await client.unary(PD.GetPrevRegion, key("a")),
        await client.unary(PD.GetRegionByID, { header, regionId: 9, needBuckets: false })
      ]
      for (const reply of replies) {
        expect(reply.region).toBeUndefined()
        expect(reply.leader).toBeUndefined()
        expect(reply.header).toEqual({ clusterId: CLUSTER_ID, error: undefined })
      }
    }))

  test("ScanRegions fills the new list and both old ones, as long and in one order", () =>
    withPd(async ({ client, memory }) => {
      memory.setRegions(three)
      const scan = (limit: number, start = "", end = "") =>
        client.unary(PD.ScanRegions, { header, startKey: bytes(start), endKey: bytes(end), limit })
      const all = await scan(0)
      expect(all.regions.map(({ region: r }) => r?.id)).toEqual([2, 4, 6])
      expect(all.regionMetas).toEqual(three)
      expect(all.leaders).toEqual([peer(3, 1), peer(5, 1), peer(7, 1)])
      expect((await scan(-1)).regions).toHaveLength(3)
      expect((await scan(2, "c")).regions.map(({ region: r }) => r?.id)).toEqual([4, 6])
      expect((await scan(0, "", "b")).regions.map(({ region: r }) => r?.id)).toEqual([2])
      memory.regions[1] = pdpb.Region.create({ region: three[1] })
      const leaderless = await scan(0)
      expect(leaderless.leaders).toHaveLength(3)
      expect(leaderless.leaders[1]?.id).toBe(0)
    }))

  test("BatchScanRegions with a gap is error type 12, not a short list", () =>
    withPd(async ({ client, memory }) => {
      memory.setRegions([region(2, "", "b"), region(6, "d", "")])
      const ranges = [{ startKey: bytes("c"), endKey: bytes("e") }]
      const ask = (containAllKeyRange: boolean) =>
        client.unary(PD.BatchScanRegions, { header, needBuckets: false, ranges, limit: 0, containAllKeyRange })
      const strict = await ask(true)
      expect(strict.header?.error?.type).toBe(12)
      expect(strict.regions).toEqual([])
      const loose = await ask(false)
      expect(loose.header?.error).toBeUndefined()
      expect(loose.regions.map(({ region: r }) => r?.id)).toEqual([6])
    }))
})

describe("splits and operators", () => {
  test("AskBatchSplit gives one id per new region and peer; a stale epoch is refused in the header", () =>
    withPd(async ({ client }) => {
      const asked = region(2, "", "", [peer(3, 1), peer(4, 2)])
      const reply = await client.unary(PD.AskBatchSplit, { header, region: asked, splitCount: 2, reason: 0 })
      expect(reply.ids.map((id) => id.newPeerIds.length)).toEqual([2, 2])
      expect(new Set(reply.ids.flatMap((id) => [id.newRegionId, ...id.newPeerIds])).size).toBe(6)
      const stale = { ...asked, regionEpoch: { confVer: 1, version: 0 } }
      const refused = await client.unary(PD.AskBatchSplit, { header, region: stale, splitCount: 1, reason: 0 })
      expect(refused.header?.error).toBeDefined()
      expect(refused.ids).toEqual([])
    }))

  test("ReportSplit makes both halves known", () =>
    withPd(async ({ client }) => {
      await client.unary(PD.ReportSplit, { header, left: region(9, "", "m"), right: region(2, "m", "") })
      expect((await client.unary(PD.GetRegion, key("a"))).region?.id).toBe(9)
      const missing = await client.unary(PD.ReportSplit, { header, left: region(9, "", "m"), right: undefined })
      expect(missing.header?.error?.message).toContain("right region")
    }))

  test("SplitRegions says 100 % and the ids; ScatterRegion takes the list and the single id", () =>
    withPd(async ({ client, memory }) => {
      const split = await client.unary(PD.SplitRegions, { header, splitKeys: [bytes("a"), bytes("b")], retryLimit: 3 })
      expect([split.finishedPercentage, split.regionsId.length]).toEqual([100, 2])
      const many = await client.unary(PD.ScatterRegion, pdpb.ScatterRegionRequest.create({ header, regionsId: [5, 6] }))
      expect(many.finishedPercentage).toBe(100)
      await client.unary(PD.ScatterRegion, pdpb.ScatterRegionRequest.create({ header, regionId: 7 }))
      expect([...memory.operators.keys()]).toEqual([5, 6, 7])
    }))

  test("GetOperator: RUNNING(4) while it runs; REGION_NOT_FOUND(6) without one", () =>
    withPd(async ({ client, memory }) => {
      await client.unary(PD.ScatterRegion, pdpb.ScatterRegionRequest.create({ header, regionId: 2 }))
      const running = await client.unary(PD.GetOperator, { header, regionId: 2 })
      expect(new TextDecoder().decode(running.desc)).toBe("scatter-region")
      expect(running.status).toBe(4)
      const operator = memory.operators.get(2)
      if (operator !== undefined) memory.operators.set(2, { ...operator, state: "timeout" })
      expect((await client.unary(PD.GetOperator, { header, regionId: 2 })).status).toBe(pdpb.OperatorStatus.TIMEOUT)
      const none = await client.unary(PD.GetOperator, { header, regionId: 3 })
      expect(none.header?.error?.type).toBe(6)
    }))
})

describe("methods that are not there", () => {
  test("every other method of the service, and unknown services, end with status 12", () =>
    withPd(async ({ client }) => {
      const paths = ["/pdpb.PD/GetMinTS", "/pdpb.PD/StoreGlobalConfig", "/pdpb.PD/Nope", "/no.Such/Thing"]
      for (const path of [...paths, services.MetaStorage.methods.Get.path]) {
        const method = { ...PD.GetMembers, path }
        const { code, details } = await client.refused(method, pdpb.GetMembersRequest.create())
        expect(code).toBe(12)
        expect(details.length).toBeGreaterThan(0)
      }
    }))
})
