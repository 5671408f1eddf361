/**
 * The real scheduler behind the PD port, end to end over sockets: bootstrap, heartbeats, lookups, splits, operators,
 * timestamps, and a restart on the same disk.
 */
import { expect, test } from "bun:test"
import { MemoryDisk, MemoryEngine } from "@reefkv/engine-memory"
import { SchedulerService, type SchedulerServiceShape } from "@reefkv/scheduler"
import { keyspacepb, type metapb, pdpb, services } from "@reefkv/wire"
import { Context, Effect, Exit, Layer, Scope } from "effect"
import type { PdServer } from "../../src/pd/PdServer.ts"
import { layer, SchedulerServer } from "../../src/schedulerServer.ts"
import { peer, region, store } from "./memoryScheduler.ts"
import { type RawClient, rawClient, until, within } from "./rawClient.ts"

const PD = services.PD.methods
const bytes = (text: string) => new TextEncoder().encode(text)

interface Running {
  readonly server: PdServer
  readonly scheduler: SchedulerServiceShape
  readonly client: RawClient
  readonly header: pdpb.RequestHeader
  close(): Promise<void>
}

const start = async (disk: MemoryDisk, port = 0): Promise<Running> => {
  const scope = Scope.makeUnsafe()
  const context = await Effect.runPromise(
    Layer.buildWithScope(
      layer({ host: "127.0.0.1", port, name: "pd-1" }).pipe(Layer.provide(MemoryEngine.layer({ disk }))),
      scope
    )
  )
  const server = Context.get(context, SchedulerServer)
  const client = rawClient(server.address)
  return {
    server,
    scheduler: Context.get(context, SchedulerService),
    client,
    header: pdpb.RequestHeader.create({ clusterId: server.clusterId }),
    close: async () => {
      client.close()
      await within("close", Effect.runPromise(Scope.close(scope, Exit.void)))
    }
  }
}

const storeOf = (id: number) => ({ ...store(id), version: "8.5.0" })
const stats = (storeId: number) =>
  pdpb.StoreStats.create({ storeId, capacity: 1 << 30, available: 1 << 29, regionCount: 1, startTime: 1_700_000_000 })
const whole = (peers: Array<metapb.Peer>, confVer = 1, version = 1): metapb.Region => ({
  ...region(4, "", "", peers),
  regionEpoch: { confVer, version }
})
const heartbeat = (running: Running, meta: metapb.Region, term = 6) =>
  pdpb.RegionHeartbeatRequest.create({ header: running.header, region: meta, leader: meta.peers[0], term })

const bootstrapped = async (running: Running, peers = [peer(5, 1)]) => {
  const { client, header } = running
  expect((await client.unary(PD.IsBootstrapped, { header })).bootstrapped).toBe(false)
  const first = await client.unary(PD.Bootstrap, { header, store: storeOf(1), region: whole([peer(5, 1)]) })
  expect(first.header?.error).toBeUndefined()
  for (const { storeId } of peers.slice(1)) await client.unary(PD.PutStore, { header, store: storeOf(storeId) })
  for (const { storeId } of peers) {
    await client.unary(PD.StoreHeartbeat, pdpb.StoreHeartbeatRequest.create({ header, stats: stats(storeId) }))
  }
}

test("bootstrap, heartbeats and lookups; a split leaves no hole", async () => {
  const running = await start(new MemoryDisk())
  try {
    const { client, header } = running
    await bootstrapped(running)
    const again = await client.unary(PD.Bootstrap, { header, store: storeOf(2), region: whole([peer(7, 2)]) })
    expect(again.header?.error?.type).toBe(pdpb.ErrorType.ALREADY_BOOTSTRAPPED)

    const beats = client.bidi(PD.RegionHeartbeat)
    const meta = whole([peer(5, 1)])
    beats.send(heartbeat(running, meta))
    const found = async (key: string) =>
      client.unary(PD.GetRegion, { header, regionKey: bytes(key), needBuckets: false })
    let seen = await found("k")
    while (seen.leader === undefined) seen = await found("k")
    expect([seen.region, seen.leader]).toEqual([meta, peer(5, 1)])

    const asked = await client.unary(PD.AskBatchSplit, { header, region: meta, splitCount: 1, reason: 0 })
    const ids = asked.ids[0]
    expect(ids?.newPeerIds).toHaveLength(1)
    const left: metapb.Region = {
      ...region(ids?.newRegionId ?? 0, "", "m", [peer(ids?.newPeerIds[0] ?? 0, 1)]),
      regionEpoch: { confVer: 1, version: 2 }
    }
    const right: metapb.Region = { ...meta, startKey: bytes("m"), regionEpoch: { confVer: 1, version: 2 } }
    expect((await client.unary(PD.ReportBatchSplit, { header, regions: [left, right] })).header?.error).toBeUndefined()
    // The map changes by the heartbeats of both halves, which the store sends along with its report.
    beats.send(heartbeat(running, left))
    beats.send(heartbeat(running, right))
    while ((await found("z")).region?.regionEpoch?.version !== 2) await until("a turn", () => true)
    expect((await found("a")).region).toEqual(left)
    expect((await found("z")).region?.id).toBe(4)
    // A heartbeat of the parent as it was before the split comes late and changes nothing.
    beats.send(heartbeat(running, meta))
    expect((await beats.next())?.header?.error?.message).toStartWith("[stale]")
    expect((await found("a")).region?.id).toBe(left.id)
    const scanned = await client.unary(PD.ScanRegions, pdpb.ScanRegionsRequest.create({ header }))
    expect(scanned.regionMetas.map(({ id }) => id)).toEqual([left.id, 4])
    const query = client.bidi(PD.QueryRegion)
    query.send(pdpb.QueryRegionRequest.create({ header, keys: [bytes("z"), bytes("a")], prevKeys: [bytes("z")] }))
    const answer = await query.next()
    expect([answer?.keyIdMap, answer?.prevKeyIdMap]).toEqual([[4, left.id], [left.id]])
    query.halfClose()
    expect((await query.status).code).toBe(0)
    beats.cancel()
  } finally {
    await running.close()
  }
})

test("an operator asked for over HTTP goes out on the leader's heartbeat stream and is shown until it is done", async () => {
  const running = await start(new MemoryDisk())
  try {
    const peers = [peer(5, 1), peer(6, 2), peer(7, 3)]
    await bootstrapped(running, peers)
    const beats = running.client.bidi(PD.RegionHeartbeat)
    const meta = whole(peers, 5)
    beats.send(heartbeat(running, meta))
    const url = `http://${running.server.address}/pd/api/v1/operators`
    const ask = () =>
      fetch(url, { method: "POST", body: JSON.stringify({ name: "transfer-leader", region_id: 4, to_store_id: 2 }) })
    let reply = await ask()
    while (reply.status === 404) reply = await ask()
    expect([reply.status, await reply.json()]).toEqual([200, "The operator is created."])
    const step = await beats.next()
    expect(step?.header).toEqual({ clusterId: running.server.clusterId, error: undefined })
    expect(step?.regionId).toBe(4)
    expect(step?.transferLeader?.peer?.storeId).toBe(2)
    expect(await (await fetch(`${url}/4`)).json()).toContain("status: RUNNING")
    const moved = { ...heartbeat(running, meta, 7), leader: peer(6, 2) }
    const second = running.client.bidi(PD.RegionHeartbeat)
    second.send(moved)
    const status = async () => String(await (await fetch(`${url}/4`)).json())
    let now = await status()
    while (now.includes("RUNNING")) now = await status()
    expect(now).toContain("status: SUCCESS")
    beats.cancel()
    second.cancel()
  } finally {
    await running.close()
  }
})

test("after a restart on the same disk: same cluster, higher ids and timestamps, same stores, regions and keyspaces", async () => {
  const disk = new MemoryDisk()
  const first = await start(disk)
  await bootstrapped(first)
  const tsoOf = async (running: Running): Promise<bigint> => {
    const stream = running.client.bidi(PD.Tso)
    stream.send({ header: running.header, count: 7, dcLocation: "" })
    stream.halfClose()
    const reply = await stream.next()
    expect(reply?.count).toBe(7)
    expect((await stream.status).code).toBe(0)
    return (BigInt(reply?.timestamp?.physical ?? 0) << 18n) + BigInt(reply?.timestamp?.logical ?? 0)
  }
  const idOf = async (running: Running) =>
    (await running.client.unary(PD.AllocID, { header: running.header, count: 1 })).id
  const before = { ts: await tsoOf(first), id: await idOf(first), clusterId: first.server.clusterId }
  await first.client.unary(
    PD.AdvanceTxnSafePoint,
    pdpb.AdvanceTxnSafePointRequest.create({ header: first.header, target: 5n })
  )
  await fetch(`http://${first.server.address}/pd/api/v2/keyspaces`, { method: "POST", body: '{"name":"ks1"}' })
  await first.close()

  const second = await start(disk, first.server.port)
  try {
    const { client, header, server } = second
    expect(server.clusterId).toBe(before.clusterId)
    // The batch of seven starts above the last timestamp of the first run.
    expect((await tsoOf(second)) - 7n).toBeGreaterThanOrEqual(before.ts)
    expect(await idOf(second)).toBeGreaterThan(before.id)
    expect((await client.unary(PD.IsBootstrapped, { header })).bootstrapped).toBe(true)
    expect((await client.unary(PD.GetStore, { header, storeId: 1 })).store?.address).toBe(store(1).address)
    expect((await client.unary(PD.GetRegion, { header, regionKey: bytes("k"), needBuckets: false })).region?.id).toBe(4)
    const state = await client.unary(PD.GetGCState, pdpb.GetGCStateRequest.create({ header }))
    expect(state.gcState?.txnSafePoint).toBe(5n)
    const keyspace = await client.unary(
      services.Keyspace.methods.LoadKeyspace,
      keyspacepb.LoadKeyspaceRequest.create({ header, name: "ks1" })
    )
    expect(keyspace.keyspace?.keyspace).toEqual({ case: "id", value: 1 })
    const unknown = await client.unary(PD.GetStore, { header, storeId: 99 })
    expect(unknown.header?.error?.message).toBe("invalid store ID 99, not found")
    const members = await client.unary(PD.GetMembers, pdpb.GetMembersRequest.create())
    expect(members.leader?.clientUrls).toEqual([`http://${server.address}`])
  } finally {
    await second.close()
  }
})

test("a port in use is told by address, and the scheduler's layer fails as a whole", async () => {
  const running = await start(new MemoryDisk())
  try {
    const exit = await Effect.runPromiseExit(
      Effect.scoped(
        Layer.build(
          layer({ host: "127.0.0.1", port: running.server.port }).pipe(
            Layer.provide(MemoryEngine.layer({ disk: new MemoryDisk() }))
          )
        )
      )
    )
    expect(Exit.isFailure(exit)).toBe(true)
    expect(String(exit)).toContain(running.server.address)
  } finally {
    await running.close()
  }
})

test("a wildcard host is announced as the loopback, and an advertised address as it is", async () => {
  const announced = async (options: { host: string; advertiseAddress?: string }) => {
    const scope = Scope.makeUnsafe()
    const built = layer({ ...options, port: 0 }).pipe(Layer.provide(MemoryEngine.layer({ disk: new MemoryDisk() })))
    const context = await Effect.runPromise(Layer.buildWithScope(built, scope))
    const server = Context.get(context, SchedulerServer)
    const { leader } = await Effect.runPromise(Context.get(context, SchedulerService).members)
    await Effect.runPromise(Scope.close(scope, Exit.void))
    return { urls: leader.clientUrls, port: server.port }
  }
  const wildcard = await announced({ host: "0.0.0.0" })
  expect(wildcard.urls).toEqual([`http://127.0.0.1:${wildcard.port}`])
  expect((await announced({ host: "127.0.0.1", advertiseAddress: "pd.example:2379" })).urls).toEqual([
    "http://pd.example:2379"
  ])
})
