/** The three bidi streams of PD: Tso, QueryRegion, RegionHeartbeat. */
import { describe, expect, test } from "bun:test"
import { schedulerError } from "@reefkv/scheduler"
import { metapb, pdpb, services } from "@reefkv/wire"
import { Deferred, Effect } from "effect"
import { CLUSTER_ID, peer, region } from "./memoryScheduler.ts"
import { type Fixture, header, type RawStream, rawClient, until, withPd } from "./rawClient.ts"

const PD = services.PD.methods
const bytes = (text: string) => new TextEncoder().encode(text)
const tsoRequest = (count: number, dcLocation = ""): pdpb.TsoRequest => ({ header, count, dcLocation })
const asNumber = (ts: pdpb.Timestamp | undefined): bigint =>
  ts === undefined ? -1n : (BigInt(ts.physical) << 18n) | BigInt(ts.logical)

/** Holds the scheduler's answers back until the gate is opened. */
const closeGate = (fixture: Fixture): (() => void) => {
  const gate = Deferred.makeUnsafe<void>()
  fixture.memory.gate = Deferred.await(gate)
  return () => {
    fixture.memory.gate = Effect.void
    Deferred.doneUnsafe(gate, Effect.void)
  }
}

/** What was sent before on the same connection has reached the server, as far as it reads on. */
const arrived = async (fixture: Fixture): Promise<void> => {
  for (let i = 0; i < 3; i++) await fixture.client.unary(PD.IsBootstrapped, { header })
}

describe("Tso", () => {
  test("echoes the count and answers the largest timestamp of the batch", () =>
    withPd(async ({ client }) => {
      const tso = client.bidi(PD.Tso)
      tso.send(tsoRequest(5))
      const first = await tso.next()
      expect(first?.count).toBe(5)
      expect(first?.header).toEqual({ clusterId: CLUSTER_ID, error: undefined })
      expect(first?.timestamp).toEqual({ physical: 1_700_000_000_000, logical: 5, suffixBits: 0 })
      tso.send(tsoRequest(3))
      expect((await tso.next())?.timestamp?.logical).toBe(8)
      tso.cancel()
    }))

  test("pipelined requests of mixed size are answered one by one, in order, without overlap or gap", () =>
    withPd(async (fixture) => {
      const open = closeGate(fixture)
      const tso = fixture.client.bidi(PD.Tso)
      const counts = Array.from({ length: 500 }, (_, i) => 1 + ((i * 7) % 64))
      for (const count of counts) tso.send(tsoRequest(count))
      await arrived(fixture)
      open()
      let last = 0n
      for (const count of counts) {
        const reply = await tso.next()
        expect(reply?.count).toBe(count)
        const upper = asNumber(reply?.timestamp)
        if (last !== 0n) expect(upper - BigInt(count)).toBeGreaterThanOrEqual(last)
        last = upper
      }
      // Many requests shared one grant.
      expect(fixture.memory.tsoCalls.length).toBeLessThan(counts.length)
      expect(fixture.memory.tsoCalls.reduce((sum, n) => sum + n, 0)).toBe(counts.reduce((sum, n) => sum + n, 0))
      tso.cancel()
    }))

  test("two streams never get the same timestamp", () =>
    withPd(async ({ client }) => {
      const streams = [client.bidi(PD.Tso), client.bidi(PD.Tso)]
      const seen = new Set<bigint>()
      for (let round = 0; round < 50; round++) {
        for (const stream of streams) stream.send(tsoRequest(2))
        for (const stream of streams) {
          const upper = asNumber((await stream.next())?.timestamp)
          for (const ts of [upper, upper - 1n]) {
            expect(seen.has(ts)).toBe(false)
            seen.add(ts)
          }
        }
      }
      for (const stream of streams) stream.cancel()
    }))

  test("`global` and no dc-location are the same allocator; another one is refused by name", () =>
    withPd(async ({ client }) => {
      const tso = client.bidi(PD.Tso)
      tso.send(tsoRequest(1, "global"))
      tso.send(tsoRequest(1, ""))
      expect((await tso.next())?.timestamp?.logical).toBe(1)
      expect((await tso.next())?.timestamp?.logical).toBe(2)
      tso.send(tsoRequest(1, "dc-9"))
      const status = await tso.status
      expect(status.code).toBe(3)
      expect(status.details).toContain("dc-9")
    }))

  test("half-close after one message: one reply, then status OK (client-java uses it as a unary call)", () =>
    withPd(async (fixture) => {
      const open = closeGate(fixture)
      const tso = fixture.client.bidi(PD.Tso)
      tso.send(tsoRequest(1))
      tso.halfClose()
      open()
      expect((await tso.next())?.count).toBe(1)
      expect(await tso.next()).toBeUndefined()
      expect((await tso.status).code).toBe(0)
    }))

  test("half-close without any message ends with OK too", () =>
    withPd(async ({ client }) => {
      const tso = client.bidi(PD.Tso)
      tso.halfClose()
      expect((await tso.status).code).toBe(0)
    }))

  test("count 0 and a count above the bound end the stream with a status, after the replies before it", () =>
    withPd(async ({ client }) => {
      for (const count of [0, 10_001, 4_000_000_000]) {
        const tso = client.bidi(PD.Tso)
        tso.send(tsoRequest(2))
        tso.send(tsoRequest(count))
        expect((await tso.next())?.count).toBe(2)
        expect(await tso.next()).toBeUndefined()
        expect((await tso.status).code).toBe(3)
      }
    }))

  test("errors end the stream with a gRPC status: another cluster id, a scheduler that cannot answer", () =>
    withPd(async ({ client, memory }) => {
      const wrong = client.bidi(PD.Tso)
      wrong.send({ ...tsoRequest(1), header: { ...header, clusterId: 3 } })
      expect(await wrong.status).toEqual({ code: 9, details: `mismatch cluster id, need ${CLUSTER_ID} but got 3` })
      memory.failure = schedulerError("unavailable", "this member is not leader")
      const failed = client.bidi(PD.Tso)
      failed.send(tsoRequest(1))
      expect(await failed.status).toEqual({ code: 14, details: "this member is not leader" })
    }))

  test("a flood of requests beyond the queue is held back, not dropped", () =>
    withPd(async (fixture) => {
      const open = closeGate(fixture)
      const tso = fixture.client.bidi(PD.Tso)
      const flood = 12_000
      for (let i = 0; i < flood; i++) tso.send(tsoRequest(1))
      await arrived(fixture)
      open()
      let last = 0n
      for (let i = 0; i < flood; i++) {
        const next = asNumber((await tso.next())?.timestamp)
        expect(next).toBeGreaterThan(last)
        last = next
      }
      tso.halfClose()
      expect((await tso.status).code).toBe(0)
    }))
})

describe("QueryRegion", () => {
  const query = (partial: Partial<pdpb.QueryRegionRequest>) => pdpb.QueryRegionRequest.create({ header, ...partial })

  test("one id for each key and previous key in their order, and every named region in the map", () =>
    withPd(async ({ client, memory }) => {
      memory.setRegions([region(2, "", "b"), region(4, "b", "d"), region(6, "d", "")])
      const stream = client.bidi(PD.QueryRegion)
      stream.send(
        query({
          keys: [bytes("z"), bytes("a"), bytes("b")],
          prevKeys: [bytes("z"), bytes("c")],
          ids: [4],
          needBuckets: true
        })
      )
      const reply = await stream.next()
      expect(reply?.header).toEqual({ clusterId: CLUSTER_ID, error: undefined })
      expect(reply?.keyIdMap).toEqual([6, 2, 4])
      expect(reply?.prevKeyIdMap).toEqual([4, 2])
      expect([...(reply?.regionsById.keys() ?? [])].sort()).toEqual([2, 4, 6])
      expect(reply?.regionsById.get(4)?.region).toEqual(region(4, "b", "d"))
      expect(reply?.regionsById.get(4)?.leader).toEqual(peer(5, 1))
      stream.halfClose()
      expect((await stream.status).code).toBe(0)
    }))

  test("what is not found is 0 in lists of unchanged length, and absent from the map", () =>
    withPd(async ({ client, memory }) => {
      memory.setRegions([region(2, "", "b")])
      const stream = client.bidi(PD.QueryRegion)
      stream.send(query({ keys: [bytes("x"), bytes("a"), bytes("y")], prevKeys: [bytes("a")], ids: [99] }))
      const reply = await stream.next()
      expect(reply?.keyIdMap).toEqual([0, 2, 0])
      expect(reply?.prevKeyIdMap).toEqual([0])
      expect([...(reply?.regionsById.keys() ?? [])]).toEqual([2])
      stream.cancel()
    }))

  test("thousands of keys in one message, and many messages, exactly one reply each in order", () =>
    withPd(async (fixture) => {
      const { client, memory } = fixture
      memory.setRegions([region(2, "", "m"), region(4, "m", "")])
      const open = closeGate(fixture)
      const stream = client.bidi(PD.QueryRegion)
      stream.send(query({ keys: Array.from({ length: 5_000 }, (_, i) => bytes(i % 2 === 0 ? "a" : "z")) }))
      for (let i = 0; i < 100; i++) stream.send(query({ keys: Array.from({ length: i }, () => bytes("a")) }))
      open()
      const big = await stream.next()
      expect(big?.keyIdMap).toHaveLength(5_000)
      expect(big?.keyIdMap.slice(0, 4)).toEqual([2, 4, 2, 4])
      for (let i = 0; i < 100; i++) expect((await stream.next())?.keyIdMap).toHaveLength(i)
      stream.halfClose()
      expect(await stream.next()).toBeUndefined()
      expect((await stream.status).code).toBe(0)
    }))

  test("an answer of no is header.error; no answer at all is a gRPC status", () =>
    withPd(
      async ({ client, memory }) => {
        const stream = client.bidi(PD.QueryRegion)
        stream.send(query({ keys: [bytes("a")] }))
        expect((await stream.next())?.header?.error?.type).toBe(pdpb.ErrorType.NOT_BOOTSTRAPPED)
        memory.failure = schedulerError("unavailable", "this member is not leader")
        stream.send(query({ keys: [bytes("a")] }))
        expect(await stream.status).toEqual({ code: 14, details: "this member is not leader" })
      },
      { bootstrap: false }
    ))
})

describe("RegionHeartbeat", () => {
  const heartbeat = (id: number, storeId: number, term = 6): pdpb.RegionHeartbeatRequest => {
    const meta = region(id, "", "", [peer(id + 1, storeId)])
    return pdpb.RegionHeartbeatRequest.create({ header, region: meta, leader: meta.peers[0], term })
  }
  const step = (regionId: number, toStore: number): pdpb.RegionHeartbeatResponse =>
    pdpb.RegionHeartbeatResponse.create({
      regionId,
      regionEpoch: { confVer: 1, version: 1 },
      targetPeer: peer(regionId + 1, 1),
      transferLeader: { peer: peer(9, toStore), peers: [] }
    })
  const opened = async (fixture: Fixture, storeId: number) => {
    const stream = fixture.client.bidi(PD.RegionHeartbeat)
    const before = fixture.memory.subscribers(storeId)
    stream.send(heartbeat(2, storeId))
    await until("the store is subscribed", () => fixture.memory.subscribers(storeId) > before)
    return stream
  }

  test("heartbeats arrive in order; steps go out by themselves, with a header, to the leader's store", () =>
    withPd(async (fixture) => {
      const { memory } = fixture
      const first = await opened(fixture, 1)
      const second = await opened(fixture, 2)
      memory.pushStep(1, step(2, 3))
      const pushed = await first.next()
      expect(pushed?.header).toEqual({ clusterId: CLUSTER_ID, error: undefined })
      expect(pushed?.regionId).toBe(2)
      expect(pushed?.targetPeer).toEqual(peer(3, 1))
      expect(pushed?.transferLeader?.peer?.storeId).toBe(3)
      for (let id = 10; id < 60; id++) first.send(heartbeat(id, 1))
      await until("heartbeats", () => memory.heartbeats.length === 52)
      expect(memory.heartbeats.slice(2).map(({ region: r }) => r?.id)).toEqual(
        Array.from({ length: 50 }, (_, i) => 10 + i)
      )
      memory.pushStep(2, step(4, 1))
      expect((await second.next())?.regionId).toBe(4)
      first.cancel()
      second.cancel()
      await until("subscriptions end with their streams", () => memory.subscribers(1) + memory.subscribers(2) === 0)
    }))

  test("a stale heartbeat is told in a message of its own and the stream goes on", () =>
    withPd(async (fixture) => {
      const stream = await opened(fixture, 1)
      stream.send(heartbeat(8, 1, 0))
      const refused = await stream.next()
      expect(refused?.header?.error?.message).toContain("term is behind")
      expect(refused?.regionId).toBe(8)
      stream.send(pdpb.RegionHeartbeatRequest.create({ header }))
      expect((await stream.next())?.header?.error?.message).toContain("needs a region and its leader")
      fixture.memory.pushStep(1, step(2, 2))
      expect((await stream.next())?.transferLeader).toBeDefined()
      stream.halfClose()
      expect((await stream.status).code).toBe(0)
    }))

  test("another cluster's store is refused", () =>
    withPd(async ({ client, memory }) => {
      const stream: RawStream<pdpb.RegionHeartbeatRequest, pdpb.RegionHeartbeatResponse> = client.bidi(
        PD.RegionHeartbeat
      )
      stream.send({ ...heartbeat(2, 1), header: { ...header, clusterId: 4 } })
      expect((await stream.status).code).toBe(9)
      expect(memory.heartbeats).toEqual([])
    }))

  test("the server's end closes the stream as UNAVAILABLE, so that the store looks for a server again", async () => {
    let status: Promise<{ readonly code: number }> | undefined
    await withPd(async (fixture) => {
      const other = rawClient(fixture.server.address)
      const stream = other.bidi(PD.RegionHeartbeat)
      stream.send(heartbeat(2, 1))
      await until("the store is subscribed", () => fixture.memory.subscribers(1) > 0)
      status = stream.status.finally(() => other.close())
    })
    expect((await status)?.code).toBe(14)
  })
})

test("peers of every role survive the way through a lookup", () =>
  withPd(async ({ client, memory }) => {
    const learner = metapb.Peer.create({ id: 30, storeId: 3, role: metapb.PeerRole.Learner })
    memory.setRegions([region(2, "", "", [peer(3, 1), learner])])
    const found = await client.unary(PD.GetRegion, { header, regionKey: bytes("k"), needBuckets: false })
    expect(found.region?.peers[1]?.role).toBe(metapb.PeerRole.Learner)
  }))
