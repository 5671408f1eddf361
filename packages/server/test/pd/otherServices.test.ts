/** What else lives on the PD port: safe points, keyspaces, etcd's corners, health. Wire contract 2.3, 2.6, 2.7. */
import { describe, expect, test } from "bun:test"
import { etcdserverpb, health, keyspacepb, pdpb, services } from "@reefkv/wire"
import { Effect } from "effect"
import { SAVED_SAFE_POINT_KEY } from "../../src/pd/etcd.ts"
import { CLUSTER_ID } from "./memoryScheduler.ts"
import { header, rawClient, withPd } from "./rawClient.ts"

const PD = services.PD.methods
const Keyspace = services.Keyspace.methods
const KV = services.KV.methods
const bytes = (text: string) => new TextEncoder().encode(text)
const textOf = (value: Uint8Array | undefined) => (value === undefined ? undefined : new TextDecoder().decode(value))
const nullScope = pdpb.KeyspaceScope.create({ keyspace: { case: "keyspaceId", value: 0xffff_ffff } })
const range = (key: string, partial: Partial<etcdserverpb.RangeRequest> = {}) =>
  etcdserverpb.RangeRequest.create({ key: bytes(key), ...partial })
const put = (key: string, value: string) => etcdserverpb.PutRequest.create({ key: bytes(key), value: bytes(value) })

describe("safe points", () => {
  test("GetGCState echoes the keyspace scope asked for: a reply without it crashes the Go client", () =>
    withPd(async ({ client }) => {
      const reply = await client.unary(
        PD.GetGCState,
        pdpb.GetGCStateRequest.create({ header, keyspaceScope: nullScope })
      )
      expect(reply.gcState?.keyspaceScope).toEqual(nullScope)
      expect(reply.gcState?.txnSafePoint).toBe(0n)
      const unscoped = await client.unary(PD.GetGCState, pdpb.GetGCStateRequest.create({ header }))
      expect(unscoped.gcState?.keyspaceScope).toBeDefined()
    }))

  test("AdvanceTxnSafePoint answers old and new, is held back by a barrier, and mirrors to the etcd key", () =>
    withPd(async ({ client }) => {
      const advance = (target: bigint) =>
        client.unary(PD.AdvanceTxnSafePoint, { header, keyspaceScope: nullScope, target })
      const first = await advance(449_000_000_000_000_001n)
      expect([first.oldTxnSafePoint, first.newTxnSafePoint]).toEqual([0n, 449_000_000_000_000_001n])
      const mirrored = await client.unary(KV.Range, range(SAVED_SAFE_POINT_KEY))
      expect(textOf(mirrored.kvs[0]?.value)).toBe("449000000000000001")
      await client.unary(PD.SetGCBarrier, {
        header,
        keyspaceScope: nullScope,
        barrierId: "backup",
        barrierTs: 449_000_000_000_000_005n,
        ttlSeconds: 60n
      })
      const held = await advance(449_000_000_000_000_009n)
      expect(held.newTxnSafePoint).toBe(449_000_000_000_000_005n)
      expect(held.blockerDescription).toContain("backup")
      expect(textOf((await client.unary(KV.Range, range(SAVED_SAFE_POINT_KEY))).kvs[0]?.value)).toBe(
        "449000000000000005"
      )
      const backwards = await advance(7n)
      expect(backwards.header?.error?.message).toContain("never falls")
      const state = await client.unary(
        PD.GetGCState,
        pdpb.GetGCStateRequest.create({ header, excludeGcBarriers: true })
      )
      expect(state.gcState?.txnSafePoint).toBe(449_000_000_000_000_005n)
      expect(state.gcState?.gcBarriers).toEqual([])
    }))

  test("UpdateGCSafePoint never falls and answers what is in force", () =>
    withPd(async ({ client }) => {
      const update = async (safePoint: bigint) =>
        (await client.unary(PD.UpdateGCSafePoint, { header, safePoint })).newSafePoint
      expect([await update(50n), await update(20n), await update(60n)]).toEqual([50n, 50n, 60n])
      expect((await client.unary(PD.GetGCSafePoint, { header })).safePoint).toBe(60n)
    }))

  test("UpdateServiceGCSafePoint answers the smallest of all services", () =>
    withPd(async ({ client }) => {
      const update = (service: string, ttl: bigint, safePoint: bigint) =>
        client.unary(PD.UpdateServiceGCSafePoint, { header, serviceId: bytes(service), ttl, safePoint })
      await update("cdc", 60n, 30n)
      const reply = await update("br", 60n, 40n)
      expect([textOf(reply.serviceId), reply.minSafePoint]).toEqual(["cdc", 30n])
      expect((await update("cdc", 0n, 0n)).minSafePoint).toBe(40n)
    }))
})

describe("keyspaces", () => {
  const load = (name: string) => keyspacepb.LoadKeyspaceRequest.create({ header, name })

  test("DEFAULT is id 0, enabled, and what an empty name means; the id is the plain `id` field", () =>
    withPd(async ({ client }) => {
      for (const name of ["", "DEFAULT"]) {
        const reply = await client.unary(Keyspace.LoadKeyspace, load(name))
        expect(reply.header).toEqual({ clusterId: CLUSTER_ID, error: undefined })
        expect(reply.keyspace?.name).toBe("DEFAULT")
        expect(reply.keyspace?.state).toBe(keyspacepb.KeyspaceState.ENABLED)
        expect(reply.keyspace?.keyspace).toEqual({ case: "id", value: 0 })
      }
    }))

  test("an unknown keyspace is ENTRY_NOT_FOUND(9) in the header", () =>
    withPd(async ({ client }) => {
      const reply = await client.unary(Keyspace.LoadKeyspace, load("nope"))
      expect(reply.header?.error?.type).toBe(9)
      expect(reply.keyspace).toBeUndefined()
    }))

  test("states move only along enabled ⇄ disabled → archived → tombstone, and DEFAULT stays", () =>
    withPd(async ({ client, server }) => {
      const created = await fetch(`http://${server.address}/pd/api/v2/keyspaces`, {
        method: "POST",
        body: JSON.stringify({ name: "tenant_1", config: { gc_management_type: "unified" } })
      })
      expect(created.status).toBe(200)
      const loaded = (await client.unary(Keyspace.LoadKeyspace, load("tenant_1"))).keyspace
      expect(loaded?.keyspace).toEqual({ case: "id", value: 1 })
      expect(loaded?.config.get("gc_management_type")).toBe("unified")
      const move = (id: number, state: number) =>
        client.unary(Keyspace.UpdateKeyspaceState, { header, keyspace: { case: "id", value: id }, state })
      const { ENABLED, DISABLED, ARCHIVED, TOMBSTONE } = keyspacepb.KeyspaceState
      expect((await move(1, ARCHIVED)).header?.error?.message).toContain("cannot go from ENABLED to ARCHIVED")
      for (const state of [DISABLED, ENABLED, DISABLED, ARCHIVED, TOMBSTONE]) {
        expect((await move(1, state)).keyspace?.state).toBe(state)
      }
      expect((await move(1, ENABLED)).header?.error).toBeDefined()
      expect((await move(0, DISABLED)).header?.error?.message).toContain("DEFAULT")
      const again = await fetch(`http://${server.address}/pd/api/v2/keyspaces`, {
        method: "POST",
        body: JSON.stringify({ name: "tenant_1" })
      })
      expect([again.status, await again.json()]).toEqual([400, 'keyspace "tenant_1" already exists'])
      const all = await client.unary(Keyspace.GetAllKeyspaces, keyspacepb.GetAllKeyspacesRequest.create({ header }))
      expect(all.keyspaces.map(({ name }) => name)).toEqual(["DEFAULT", "tenant_1"])
    }))

  test("another cluster's client is refused before anything is looked up", () =>
    withPd(async ({ client }) => {
      const refused = await client.refused(Keyspace.LoadKeyspace, keyspacepb.LoadKeyspaceRequest.create({ name: "" }))
      expect(refused.code).toBe(9)
    }))
})

describe("etcd", () => {
  test("MemberList: a non-empty name and client URLs that can be dialled, or the Go client is cut off", () =>
    withPd(async ({ client }) => {
      const reply = await client.unary(services.Cluster.methods.MemberList, { linearizable: true })
      expect(reply.members).toHaveLength(1)
      const member = reply.members[0]
      expect(member?.id).toBeGreaterThan(0)
      expect(member?.name).toBe("pd-test")
      expect(member?.isLearner).toBe(false)
      const followed = rawClient((member?.clientURLs[0] ?? "").replace("http://", ""))
      expect((await followed.unary(PD.IsBootstrapped, { header })).bootstrapped).toBe(true)
      followed.close()
    }))

  test("MemberList never answers an empty name, nor a list without any URL", () =>
    withPd(async ({ client, memory }) => {
      const list = services.Cluster.methods.MemberList
      await Effect.runPromise(memory.service.announce({ name: "", clientUrls: ["http://a:1"], peerUrls: [] }))
      expect((await client.unary(list, { linearizable: true })).members[0]?.name).toBe("pd-11")
      await Effect.runPromise(memory.service.announce({ name: "x", clientUrls: [], peerUrls: [] }))
      expect((await client.refused(list, { linearizable: true })).code).toBe(14)
    }))

  test("Range of a key that is not there: no pairs, and no error (safe point 0)", () =>
    withPd(async ({ client }) => {
      const reply = await client.unary(KV.Range, range(SAVED_SAFE_POINT_KEY))
      expect([reply.kvs, reply.count, reply.more]).toEqual([[], 0, false])
      expect(reply.header?.revision).toBeGreaterThan(0)
    }))

  test("Put, then Range gives it back; a saved safe point is the txn safe point", () =>
    withPd(async ({ client }) => {
      await client.unary(KV.Put, put(SAVED_SAFE_POINT_KEY, "77"))
      expect(textOf((await client.unary(KV.Range, range(SAVED_SAFE_POINT_KEY))).kvs[0]?.value)).toBe("77")
      const state = await client.unary(PD.GetGCState, pdpb.GetGCStateRequest.create({ header }))
      expect(state.gcState?.txnSafePoint).toBe(77n)
      const previous = await client.unary(KV.Put, { ...put("k", "2"), prevKv: true })
      expect(previous.prevKv).toBeUndefined()
      const again = await client.unary(KV.Put, { ...put("k", "3"), prevKv: true })
      expect(textOf(again.prevKv?.value)).toBe("2")
    }))

  test("ranges: end exclusive, a zero byte for no bound, limit with `more`, order, count only", () =>
    withPd(async ({ client }) => {
      for (const key of ["a", "b", "c", "\u00ff"]) await client.unary(KV.Put, put(key, `v${key}`))
      const keysOf = (reply: etcdserverpb.RangeResponse) => reply.kvs.map((kv) => textOf(kv.key))
      expect(keysOf(await client.unary(KV.Range, range("a", { rangeEnd: bytes("c") })))).toEqual(["a", "b"])
      const open = await client.unary(KV.Range, range("b", { rangeEnd: new Uint8Array([0]) }))
      expect(keysOf(open)).toEqual(["b", "c", "\u00ff"])
      const limited = await client.unary(
        KV.Range,
        range("a", { rangeEnd: new Uint8Array([0]), limit: 2, sortOrder: 2 })
      )
      expect([keysOf(limited), limited.more, limited.count]).toEqual([["\u00ff", "c"], true, 4])
      const counted = await client.unary(KV.Range, range("a", { rangeEnd: bytes("c"), countOnly: true }))
      expect([counted.kvs, counted.count]).toEqual([[], 2])
    }))

  test("what is not kept is refused as UNIMPLEMENTED with the word in the text", () =>
    withPd(async ({ client }) => {
      for (const refused of [
        await client.refused(KV.Range, range("a", { revision: 9 })),
        await client.refused(KV.Put, { ...put("a", "b"), lease: 5n })
      ]) {
        expect(refused.code).toBe(12)
        expect(refused.details).toContain("Unimplemented")
      }
    }))
})

test("grpc.health.v1: the empty service is SERVING", () =>
  withPd(async ({ client }) => {
    const reply = await client.unary(services.Health.methods.Check, health.HealthCheckRequest.create())
    expect(reply.status).toBe(health.HealthCheckResponse_ServingStatus.SERVING)
  }))
