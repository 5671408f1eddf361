/** Processes that are ended and started as an operator does it, while a client writes. */
import { describe, expect, test } from "bun:test"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { connect } from "@reefkv/client"
import {
  awaitCondition,
  awaitReplicated,
  flagArgs,
  leaderOf,
  quickStoreFlags,
  regionsOf,
  startCluster
} from "@reefkv/process/testing"
import { startAckedLoad } from "./support/AckedLoad.ts"

const testTimeoutMs = 60_000
const someKeys = 200
/** Of our SQLite files. */
const pageBytes = 4096

/** Not `expect().rejects`, which holds up the sockets of this process while it waits. */
const failureOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    (value) => `no failure, but ${String(value)}`,
    (error) => String(error)
  )

describe("SIGTERM and a start again, during a load", () => {
  test(
    "store after store, the last one at another address: no put fails, nothing is lost",
    async () => {
      await using cluster = await startCluster({ stores: 3, engine: "sqlite" })
      await awaitReplicated(cluster.stores)
      await using kv = await connect(cluster.scheduler.address)
      const load = startAckedLoad(kv, "rolling/")
      await load.awaitMore(someKeys)
      for (const [i, store] of cluster.stores.entries()) {
        const { stderr } = await store.stop()
        expect(stderr).not.toContain("rror")
        await load.awaitMore(someKeys)
        const elsewhere = { "server.addr": "127.0.0.1:0", "server.status-addr": "127.0.0.1:0" }
        await store.restart(i === cluster.stores.length - 1 ? elsewhere : {})
        await awaitReplicated(cluster.stores)
      }
      await load.stop()
      expect(load.failures()).toEqual([])
      await load.verify(kv)
    },
    testTimeoutMs
  )

  test(
    "the scheduler: stores and clients find it again",
    async () => {
      await using cluster = await startCluster({ stores: 1, engine: "sqlite" })
      await using kv = await connect(cluster.scheduler.address)
      const load = startAckedLoad(kv, "scheduler/")
      await load.awaitMore(someKeys)
      await cluster.scheduler.stop()
      const [store] = cluster.stores
      await store!.process.waitForLine(/WARN +the scheduler does not answer/)
      await load.awaitMore(someKeys)
      await cluster.scheduler.restart()
      await store!.process.waitForLine(/INFO +the scheduler answers again/)
      await load.stop()
      expect(load.failures()).toEqual([])
      await using another = await connect(cluster.scheduler.address)
      await load.verify(another)
    },
    testTimeoutMs
  )
})

describe("two of three stores gone", () => {
  test(
    "no write is acknowledged and no old value is served as if all were well; with one back all goes on",
    async () => {
      await using cluster = await startCluster({ stores: 3, engine: "sqlite" })
      await awaitReplicated(cluster.stores)
      await using kv = await connect(cluster.scheduler.address)
      await kv.put("k", "before")
      const [first] = await regionsOf(cluster.stores[0]!)
      const leader = await leaderOf(cluster.stores, first!.id)
      const others = cluster.stores.filter((store) => store !== leader)
      await Promise.all(others.map((store) => store.kill()))
      const refused = { timeoutMs: 1_500 }
      expect(await failureOf(kv.put("k", "after", refused))).toStartWith("KvError: ")
      expect(await failureOf(kv.get("k", refused))).toStartWith("KvError: ")
      await others[0]!.restart()
      expect(["before", "after"]).toContain((await kv.getString("k", { timeoutMs: 20_000 })) ?? "nothing")
      await kv.put("k", "at last", { timeoutMs: 20_000 })
      expect(await kv.getString("k")).toBe("at last")
    },
    testTimeoutMs
  )
})

describe("a disk that runs full during a load", () => {
  test(
    "ends the store with a sentence; with room again every acknowledged key is there",
    async () => {
      await using cluster = await startCluster({ stores: 0, engine: "memory" })
      const args = flagArgs({
        ...quickStoreFlags,
        "server.addr": "127.0.0.1:0",
        "server.status-addr": "",
        "pd.endpoints": cluster.scheduler.address,
        "storage.data-dir": join(cluster.workplace.directory, "data")
      })
      const small = cluster.workplace.start("store", args, { fileKibMax: 1024 })
      await small.waitForLine(/listening on/)
      {
        await using kv = await connect(cluster.scheduler.address)
        const load = startAckedLoad(kv, "full/", { putTimeoutMs: 1_000 })
        const { code, stderr } = await small.awaitEnd()
        await load.stop()
        expect(code).toBe(1)
        expect(stderr).toMatch(/^error: \S+\/(data|raft)\.db: .*\(SQLITE_(FULL|IOERR_WRITE)\)/m)
        expect(stderr).not.toMatch(/^\s+at /m)
        expect(load.acked()).toBeGreaterThan(someKeys)
        const large = cluster.workplace.start("store", args)
        await large.waitForLine(/listening on/)
        await load.verify(kv)
      }
    },
    testTimeoutMs
  )
})

describe("a data file with damage inside", () => {
  test(
    "the store ends with a sentence that says what to do, whenever it meets the damage",
    async () => {
      await using cluster = await startCluster({ stores: 1, engine: "sqlite" })
      const [store] = cluster.stores
      {
        await using kv = await connect(cluster.scheduler.address)
        const load = startAckedLoad(kv, "damage/")
        await load.awaitMore(10 * someKeys)
        await load.stop()
      }
      await store!.stop()
      const path = join(store!.directory, "data.db")
      const file = readFileSync(path)
      writeFileSync(path, file.fill(0xab, pageBytes * 10, pageBytes * 15))
      await store!.restart().catch(() => {})
      const { code, stderr } = await store!.process.awaitEnd()
      expect(code).toBe(1)
      expect(stderr).toMatch(/^error: \S+\/data\.db: .*SQLITE_CORRUPT\); restore the store from its peers: /m)
      expect(stderr).not.toMatch(/^\s+at /m)
    },
    testTimeoutMs
  )
})

describe("a store whose log nobody reads any more", () => {
  test(
    "goes on",
    async () => {
      await using cluster = await startCluster({
        stores: 1,
        engine: "memory",
        storeFlags: { "raftstore.region-max-size": "16KiB", "raftstore.region-split-size": "8KiB" }
      })
      const [store] = cluster.stores
      await store!.process.stopListening()
      await using kv = await connect(cluster.scheduler.address)
      const load = startAckedLoad(kv, "unheard/")
      await awaitCondition("splits, which it tells of", async () =>
        (await regionsOf(store!)).length >= 4 ? true : undefined
      )
      await load.stop()
      await load.verify(kv)
      expect(store!.process.isRunning()).toBe(true)
      expect(await store!.process.stop()).toMatchObject({ code: 0 })
    },
    testTimeoutMs
  )
})

describe("a disk without room", () => {
  test(
    "refuses writes, serves reads, says so, and takes writes again when there is room",
    async () => {
      await using cluster = await startCluster({ stores: 1, engine: "sqlite" })
      const [store] = cluster.stores
      {
        await using kv = await connect(cluster.scheduler.address)
        await kv.put("k", "v")
      }
      await store!.stop()
      await store!.restart({ "raftstore.disk-reserve-size": "4096TiB" })
      await store!.process.waitForLine(/ERROR +store \d+ refuses writes: its disk has \d+ bytes left/)
      await using kv = await connect(cluster.scheduler.address)
      expect(await failureOf(kv.put("k", "w", { timeoutMs: 5_000 }))).toContain("the disk is full")
      expect(await kv.getString("k")).toBe("v")
      await store!.stop()
      await store!.restart({ "raftstore.disk-reserve-size": "1MiB" })
      await kv.put("k", "w", { timeoutMs: 20_000 })
      expect(await kv.getString("k")).toBe("w")
    },
    testTimeoutMs
  )
})
