/** PD's HTTP API on the same port: shapes that pd-ctl and dashboards read, clear refusals, and what changes. */
import { describe, expect, test } from "bun:test"
import { connect } from "node:net"
import { metapb, pdpb, services } from "@reefkv/wire"
import { Effect } from "effect"
import { configChangeOf, parseDuration } from "../../src/pd/http/configJson.ts"
import { operatorRequestOf } from "../../src/pd/http/operatorJson.ts"
import { bytesText, durationText } from "../../src/pd/http/regionJson.ts"
import { HTTP_BODY_BYTES_MAX } from "../../src/port/HttpServer.ts"
import { CLUSTER_ID, peer, region, store } from "./memoryScheduler.ts"
import { type Fixture, header, within, withPd } from "./rawClient.ts"

const at = (fixture: Fixture, path: string) => `http://${fixture.server.address}${path}`
const get = async (fixture: Fixture, path: string): Promise<{ status: number; body: unknown }> => {
  const reply = await within(path, fetch(at(fixture, path)))
  return { status: reply.status, body: await reply.json() }
}
const send = async (fixture: Fixture, method: string, path: string, body?: unknown) => {
  const init =
    body === undefined ? { method } : { method, body: typeof body === "string" ? body : JSON.stringify(body) }
  const reply = await within(path, fetch(at(fixture, path), init))
  return { status: reply.status, body: (await reply.json()) as unknown }
}

describe("what is shown", () => {
  test("regions: count, hex upper keys, epoch, peers with role names, leader", () =>
    withPd(async (fixture) => {
      const learner = metapb.Peer.create({ id: 9, storeId: 2, role: metapb.PeerRole.Learner })
      fixture.memory.setRegions([region(2, "", "az\u007f", [peer(3, 1), learner]), region(4, "az\u007f", "")])
      const { status, body } = await get(fixture, "/pd/api/v1/regions")
      expect(status).toBe(200)
      expect(body).toMatchObject({
        count: 2,
        regions: [
          {
            id: 2,
            start_key: "",
            end_key: "617A7F",
            epoch: { conf_ver: 1, version: 1 },
            peers: [
              { id: 3, store_id: 1, role_name: "Voter" },
              { id: 9, store_id: 2, role: 1, role_name: "Learner", is_learner: true }
            ],
            leader: { id: 3, store_id: 1, role_name: "Voter" },
            approximate_size: 3,
            approximate_keys: 42
          },
          { id: 4, start_key: "617A7F", end_key: "" }
        ]
      })
      expect((await get(fixture, "/pd/api/v1/regions/count")).body).toEqual({ count: 2 })
      expect((await get(fixture, "/pd/api/v1/regions/store/2")).body).toMatchObject({ count: 1 })
      expect((await get(fixture, "/pd/api/v1/regions/key?key=b&limit=5")).body).toMatchObject({ count: 1 })
    }))

  test("one region by id, by plain key, by hex key; null for one that is not known", () =>
    withPd(async (fixture) => {
      fixture.memory.setRegions([region(2, "", "m"), region(4, "m", "")])
      expect((await get(fixture, "/pd/api/v1/region/id/4")).body).toMatchObject({ id: 4 })
      expect((await get(fixture, "/pd/api/v1/region/key/a%2Fb")).body).toMatchObject({ id: 2 })
      expect((await get(fixture, "/pd/api/v1/region/key/6D00?format=hex")).body).toMatchObject({ id: 4 })
      expect(await get(fixture, "/pd/api/v1/region/id/99")).toEqual({ status: 200, body: null })
      expect((await get(fixture, "/pd/api/v1/region/id/x")).status).toBe(400)
      expect((await get(fixture, "/pd/api/v1/region/key/xyz?format=hex")).status).toBe(400)
    }))

  test("stores: count, store and status in PD's names and units", () =>
    withPd(async (fixture) => {
      const stats = pdpb.StoreStats.create({
        storeId: 1,
        capacity: 1536 * 1024 * 1024,
        available: 1024 ** 3,
        startTime: 1_700_000_000
      })
      await fixture.client.unary(
        services.PD.methods.StoreHeartbeat,
        pdpb.StoreHeartbeatRequest.create({ header, stats })
      )
      const { body } = await get(fixture, "/pd/api/v1/stores")
      expect(body).toMatchObject({
        count: 1,
        stores: [
          {
            store: { id: 1, address: store(1).address, version: "8.5.0", state_name: "Up" },
            status: {
              capacity: "1.5GiB",
              available: "1GiB",
              leader_count: 1,
              region_count: 1,
              start_ts: "2023-11-14T22:13:20.000Z"
            }
          }
        ]
      })
      expect((await get(fixture, "/pd/api/v1/store/1")).body).toMatchObject({ store: { id: 1 } })
      expect(await get(fixture, "/pd/api/v1/store/8")).toEqual({ status: 404, body: "store 8 not found" })
    }))

  test("members, leader, version, status, health, config, schedulers", () =>
    withPd(async (fixture) => {
      const url = `http://${fixture.server.address}`
      expect((await get(fixture, "/pd/api/v1/members")).body).toMatchObject({
        header: { cluster_id: CLUSTER_ID },
        members: [{ name: "pd-test", client_urls: [url] }],
        leader: { name: "pd-test" },
        etcd_leader: { name: "pd-test" }
      })
      expect((await get(fixture, "/pd/api/v1/leader")).body).toMatchObject({ client_urls: [url] })
      expect((await get(fixture, "/pd/api/v1/version")).body).toEqual({ version: "v8.5.0" })
      expect((await get(fixture, "/pd/api/v1/status")).body).toMatchObject({ version: "v8.5.0", is_bootstrapped: true })
      expect((await get(fixture, "/pd/api/v1/health")).body).toMatchObject([{ name: "pd-test", health: true }])
      expect((await get(fixture, "/pd/api/v1/config")).body).toMatchObject({
        replication: { "max-replicas": 3 },
        schedule: { "leader-schedule-limit": 4, "max-store-down-time": "30m0s" }
      })
      expect((await get(fixture, "/pd/api/v1/schedulers")).body).toEqual([
        "balance-leader-scheduler",
        "balance-region-scheduler"
      ])
      expect((await fetch(at(fixture, "/pd/api/v1/ping"))).status).toBe(200)
    }))

  test("metrics: Prometheus text under PD's names", () =>
    withPd(async (fixture) => {
      const reply = await fetch(at(fixture, "/metrics"))
      expect(reply.headers.get("content-type")).toContain("text/plain")
      const text = await reply.text()
      expect(text).toContain('pd_cluster_status{type="store_up_count"} 1\n')
      expect(text).toContain('pd_cluster_status{type="region_count"} 1\n')
      expect(text).toContain(
        `pd_scheduler_store_status{address="${store(1).address}",store="1",type="leader_count"} 1\n`
      )
      expect(text).toContain('pd_regions_status{type="miss-peer-region-count"} 1\n')
      expect(text).toMatch(/reefkv_port_connections_total\{kind="http"\} [1-9]/)
      for (const line of text.trim().split("\n")) {
        expect(line).toMatch(/^(#.*|[a-z_]+(\{[^}]*\})? -?[0-9.e+-]+)$/)
      }
    }))

  test("before the bootstrap stores and regions say what to do; members work", () =>
    withPd(
      async (fixture) => {
        expect(await get(fixture, "/pd/api/v1/stores")).toEqual({
          status: 500,
          body: "TiKV cluster not bootstrapped, please start TiKV first"
        })
        expect((await get(fixture, "/pd/api/v1/regions")).status).toBe(500)
        expect((await get(fixture, "/pd/api/v1/members")).status).toBe(200)
      },
      { bootstrap: false }
    ))
})

describe("what changes", () => {
  test("operators: made, shown, read, cancelled", () =>
    withPd(async (fixture) => {
      const made = await send(fixture, "POST", "/pd/api/v1/operators", {
        name: "transfer-leader",
        region_id: 2,
        to_store_id: 3
      })
      expect(made).toEqual({ status: 200, body: "The operator is created." })
      const shown = (await get(fixture, "/pd/api/v1/operators")).body
      expect(shown).toEqual([expect.stringContaining("admin-transfer-leader (kind:admin,region, region:2")])
      expect((await get(fixture, "/pd/api/v1/operators/2")).body).toContain("status: RUNNING, operator: ")
      expect((await get(fixture, "/pd/api/v1/operators?object=1")).body).toMatchObject([
        { region_id: 2, status: "RUNNING" }
      ])
      expect((await send(fixture, "DELETE", "/pd/api/v1/operators/2")).status).toBe(200)
      expect((await send(fixture, "DELETE", "/pd/api/v1/operators/2")).status).toBe(404)
      expect((await get(fixture, "/pd/api/v1/operators/2")).status).toBe(404)
      expect(await get(fixture, "/pd/api/v1/operators/records")).toEqual({ status: 200, body: [] })
    }))

  test("a store is taken out, brought back, and forced out; a tombstone is gone", () =>
    withPd(async (fixture) => {
      expect((await send(fixture, "DELETE", "/pd/api/v1/store/1")).body).toBe("The store is set as Offline.")
      expect((await get(fixture, "/pd/api/v1/store/1")).body).toMatchObject({ store: { state_name: "Offline" } })
      expect((await send(fixture, "POST", "/pd/api/v1/store/1/state?state=Up")).status).toBe(200)
      expect((await get(fixture, "/pd/api/v1/store/1")).body).toMatchObject({ store: { state_name: "Up" } })
      expect((await send(fixture, "DELETE", "/pd/api/v1/store/1?force")).body).toBe("The store is set as Tombstone.")
      expect((await send(fixture, "DELETE", "/pd/api/v1/store/1")).status).toBe(410)
      expect((await send(fixture, "DELETE", "/pd/api/v1/store/9")).status).toBe(404)
      expect((await get(fixture, "/pd/api/v1/stores")).body).toMatchObject({ count: 0 })
      expect((await get(fixture, "/pd/api/v1/stores?state=2")).body).toMatchObject({ count: 1 })
    }))

  test("configuration under pd-ctl's names, refused as a whole when one is wrong", () =>
    withPd(async (fixture) => {
      const config = "/pd/api/v1/config"
      expect(
        (await send(fixture, "POST", config, { "max-replicas": 5, "schedule.max-store-down-time": "1h" })).status
      ).toBe(200)
      expect((await get(fixture, config)).body).toMatchObject({
        replication: { "max-replicas": 5 },
        schedule: { "max-store-down-time": "1h0m0s" }
      })
      const unknown = await send(fixture, "POST", config, { "max-replicas": 1, "no-such": 1 })
      expect(unknown).toEqual({ status: 400, body: 'unknown configuration item "no-such"' })
      expect((await send(fixture, "POST", config, { "max-replicas": "three" })).status).toBe(400)
      expect((await send(fixture, "POST", config, { "max-replicas": 0 })).status).toBe(400)
      expect((await get(fixture, config)).body).toMatchObject({ replication: { "max-replicas": 5 } })
    }))

  test("schedulers are stopped and started again", () =>
    withPd(async (fixture) => {
      expect((await send(fixture, "DELETE", "/pd/api/v1/schedulers/balance-region-scheduler")).status).toBe(200)
      expect((await get(fixture, "/pd/api/v1/schedulers")).body).toEqual(["balance-leader-scheduler"])
      expect((await send(fixture, "DELETE", "/pd/api/v1/schedulers/balance-region-scheduler")).status).toBe(404)
      expect((await send(fixture, "POST", "/pd/api/v1/schedulers", { name: "balance-region-scheduler" })).status).toBe(
        200
      )
      expect((await send(fixture, "POST", "/pd/api/v1/schedulers", { nom: 1 })).status).toBe(400)
    }))
})

describe("refusals", () => {
  test("bad JSON, unknown paths, wrong methods, unknown operators, oversized bodies: each a clear 4xx", () =>
    withPd(async (fixture) => {
      const operators = "/pd/api/v1/operators"
      const cases: ReadonlyArray<readonly [number, RegExp, Promise<{ status: number; body: unknown }>]> = [
        [400, /not JSON/, send(fixture, "POST", operators, "{name:")],
        [400, /missing operator name/, send(fixture, "POST", operators, [])],
        [
          400,
          /unknown operator "explode"; known are transfer-leader/,
          send(fixture, "POST", operators, { name: "explode" })
        ],
        [400, /bad add-peer operator/, send(fixture, "POST", operators, { name: "add-peer", region_id: 2 })],
        [
          404,
          /region 77 not found/,
          send(fixture, "POST", operators, { name: "add-peer", region_id: 77, store_id: 1 })
        ],
        [404, /unknown path \/pd\/api\/v1\/nope/, get(fixture, "/pd/api/v1/nope")],
        [405, /possible: GET, POST/, send(fixture, "PUT", operators, {})],
        [413, /larger than/, send(fixture, "POST", operators, "x".repeat(HTTP_BODY_BYTES_MAX + 1))]
      ]
      for (const [status, words, reply] of cases) {
        const { status: found, body } = await reply
        expect(String(body)).toMatch(words)
        expect(found).toBe(status)
      }
    }))

  test("a request line that is none ends with 400 and the port lives on", () =>
    withPd(async (fixture) => {
      const said = await within(
        "a close",
        new Promise<string>((resolve) => {
          const socket = connect(fixture.server.port, "127.0.0.1", () => socket.write("GET nonsense\r\n\r\n"))
          let all = ""
          socket.on("data", (chunk) => {
            all += chunk.toString("latin1")
          })
          socket.on("close", () => resolve(all))
        })
      )
      expect(said).toStartWith("HTTP/1.1 400")
      expect((await get(fixture, "/pd/api/v1/version")).status).toBe(200)
    }))

  test("two requests on one kept-alive connection are both answered", () =>
    withPd(async (fixture) => {
      const said = await within(
        "two replies",
        new Promise<string>((resolve) => {
          const request = "GET /pd/api/v1/version HTTP/1.1\r\nHost: x\r\n"
          const socket = connect(fixture.server.port, "127.0.0.1", () => socket.write(`${request}\r\n`))
          let all = ""
          let asked = false
          socket.on("data", (chunk) => {
            all += chunk.toString("latin1")
            if (!asked && all.includes("v8.5.0")) {
              asked = true
              socket.write(`${request}Connection: close\r\n\r\n`)
            }
          })
          socket.on("close", () => resolve(all))
        })
      )
      expect(said.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
    }))
})

describe("forms", () => {
  test("split-region: keys are hex and belong to policy usekey", () => {
    const split = (body: object) => operatorRequestOf({ name: "split-region", region_id: 2, ...body })
    expect(split({ policy: "usekey", keys: ["6162"] })).toMatchObject({
      success: { kind: "split-region", regionId: 2, policy: "usekey", keys: [new Uint8Array([0x61, 0x62])] }
    })
    expect(split({})).toMatchObject({ success: { policy: "approximate", keys: [] } })
    expect(split({ policy: "usekey", keys: ["zz"] })).toMatchObject({ failure: 'split key "zz" is not hex' })
    expect(split({ policy: "usekey" })).toMatchObject({ failure: expect.stringContaining("policy usekey") })
    expect(split({ policy: "scan", keys: ["61"] })).toMatchObject({ failure: expect.stringContaining("policy usekey") })
  })

  test("sizes and durations read as PD prints them", () => {
    expect([0, 1023, 1536, 100 * 1024 ** 3].map(bytesText)).toEqual(["0B", "1023B", "1.5KiB", "100GiB"])
    expect([0, 1_500, 61_000, 1_800_000, 3_661_000].map(durationText)).toEqual([
      "0s",
      "1.5s",
      "1m1s",
      "30m0s",
      "1h1m1s"
    ])
    expect(["30m0s", "1h", "250ms", "1.5s", "10", "-1s", "1 h"].map(parseDuration)).toEqual([
      1_800_000,
      3_600_000,
      250,
      1_500,
      undefined,
      undefined,
      undefined
    ])
  })

  test("configuration bodies that are no object, or hold a wrong type, name the problem", () => {
    expect(configChangeOf([1])).toMatchObject({ failure: expect.stringContaining("JSON object") })
    expect(configChangeOf({ "halt-scheduling": 1 })).toMatchObject({
      failure: expect.stringContaining("halt-scheduling")
    })
    expect(configChangeOf({ "max-store-down-time": "soon" })).toMatchObject({
      failure: expect.stringContaining("duration")
    })
    expect(configChangeOf({ "operator-resend-ms": 100 })).toMatchObject({ success: { operatorResendMs: 100 } })
  })
})

test("closing the server ends HTTP connections that are kept alive", async () => {
  let closed: Promise<void> | undefined
  await withPd(async (fixture) => {
    const socket = connect(fixture.server.port, "127.0.0.1")
    closed = new Promise((resolve) => socket.on("close", () => resolve()))
    socket.on("error", () => {})
    await new Promise<void>((resolve) =>
      socket.once("data", () => resolve()).write("GET /pd/api/v1/ping HTTP/1.1\r\nHost: x\r\n\r\n")
    )
    await Effect.runPromise(Effect.void)
  })
  await within("the connection's end", closed ?? Promise.reject(new Error("no connection")))
})
