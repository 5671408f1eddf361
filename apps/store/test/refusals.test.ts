/**
 * A store that must not start says why in one sentence and ends with 2 (wrong flags or configuration) or 1 (the world is in
 * the way). Whatever is in its data directory stays as it was, to the byte.
 */
import { describe, expect, test } from "bun:test"
import { cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import {
  directoryBytes,
  type Flags,
  flagArgs,
  makeWorkplace,
  startCluster,
  type Workplace
} from "@reefkv/process/testing"

const testTimeoutMs = 30_000

/** Nobody listens there: the store would wait for its scheduler if it came so far. */
const noScheduler = "127.0.0.1:1"
const baseFlags: Flags = {
  "server.addr": "127.0.0.1:0",
  "server.status-addr": "127.0.0.1:0",
  "pd.endpoints": noScheduler
}

const start = (workplace: Workplace, flags: Flags, env: Readonly<Record<string, string>> = {}) =>
  workplace.start(
    "store",
    flagArgs({ ...baseFlags, "storage.data-dir": join(workplace.directory, "data"), ...flags }),
    {
      env
    }
  )

/** How it ended: the exit code and everything on stderr, without a stack trace. */
const refusal = async (workplace: Workplace, flags: Flags, env: Readonly<Record<string, string>> = {}) => {
  const { code, stderr, lines } = await start(workplace, flags, env).awaitEnd()
  expect(lines.filter((line) => /^\s+at /.test(line))).toEqual([])
  return `${code} ${stderr}`
}

describe("a configuration that cannot be meant", () => {
  const wrong: ReadonlyArray<readonly [what: string, flags: Flags, said: string]> = [
    [
      "an unknown engine",
      { "storage.engine": "rocksdb" },
      'storage.engine (flag --storage.engine): expected one of sqlite, memory, found "rocksdb"'
    ],
    [
      "a wrong type",
      { "raftstore.heartbeat-ticks": "two" },
      'raftstore.heartbeat-ticks (flag --raftstore.heartbeat-ticks): expected a whole number, found "two"'
    ],
    [
      "a lease longer than an election",
      { "raftstore.lease": "10s" },
      "raftstore.lease (10000) must be at most raftstore.election-ticks - 1 ticks, 1400 ms, or two leaders could serve reads"
    ],
    ["an address without a port", { "server.addr": "localhost" }, 'server.addr: expected host:port, found "localhost"'],
    [
      "a port that is none",
      { "server.status-addr": "127.0.0.1:65536" },
      'server.status-addr: expected host:port, found "127.0.0.1:65536"'
    ],
    ["no scheduler", { "pd.endpoints": "" }, "pd.endpoints: expected at least one address"],
    [
      "a scheduler without a port",
      { "pd.endpoints": "pd.example" },
      'pd.endpoints: expected host:port, found "pd.example"'
    ],
    ["a label without a value", { "server.labels": "zone" }, 'server.labels: expected key=value, found "zone"']
  ]
  test(
    "one sentence for each, exit code 2, and no directory is made",
    async () => {
      await using workplace = makeWorkplace()
      const said = await Promise.all(wrong.map(([, flags]) => refusal(workplace, flags)))
      expect(said).toEqual(wrong.map(([, , sentence]) => `2 error: ${sentence}`))
      expect(directoryBytes(workplace.directory)).toEqual({})
    },
    testTimeoutMs
  )

  test(
    "a file: bad TOML, unknown keys, all problems at once, and a file that is not there",
    async () => {
      await using workplace = makeWorkplace()
      const at = (name: string, text?: string): string => {
        const path = join(workplace.directory, name)
        if (text !== undefined) writeFileSync(path, text)
        return path
      }
      const bad = at("bad.toml", "[server]\naddr 1\n")
      const unknown = at("unknown.toml", '[server]\nadress = "x"\n[storage]\nengine = "rocks"\n')
      const absent = at("absent.toml")
      const said = await Promise.all([bad, unknown, absent].map((config) => refusal(workplace, { config })))
      expect(said[0]).toStartWith(`2 error: ${bad}: not valid TOML at line 2, column `)
      expect(said[1]).toBe(
        `2 error: ${unknown}: unknown key server.adress; did you mean server.addr?\n       storage.engine (${unknown}): expected one of sqlite, memory, found "rocks"`
      )
      expect(said[2]).toBe(`2 error: ${absent}: cannot be read: there is no such file`)
      expect(await refusal(workplace, {}, { REEFKV_STORAGE_ENGIN: "memory" })).toBe(
        "2 error: environment: unknown variable REEFKV_STORAGE_ENGIN; did you mean REEFKV_STORAGE_ENGINE?"
      )
    },
    testTimeoutMs
  )
})

describe("a place that is taken", () => {
  test(
    "ports in use, a file where the directory should be, a parent that is a file",
    async () => {
      await using workplace = makeWorkplace()
      const taken = createServer()
      await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve))
      const address = taken.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      const file = join(workplace.directory, "file")
      writeFileSync(file, "not a directory\n")
      const inUse = `error: cannot listen on 127.0.0.1:${port}: the port is in use; stop the other process or choose another port`
      const [grpc, status, sqlite, memory, below] = await Promise.all([
        refusal(workplace, { "server.addr": `127.0.0.1:${port}`, "storage.engine": "memory" }),
        refusal(workplace, { "server.status-addr": `127.0.0.1:${port}`, "storage.engine": "memory" }),
        refusal(workplace, { "storage.data-dir": file }),
        refusal(workplace, { "storage.data-dir": file, "storage.engine": "memory" }),
        refusal(workplace, { "storage.data-dir": join(file, "data") })
      ])
      taken.close()
      expect(grpc).toBe(`1 ${inUse}`)
      expect(status).toBe(`1 ${inUse}`)
      const inTheWay = `1 error: ${file}: a file is where the data directory should be; choose another path`
      expect(sqlite).toBe(inTheWay)
      expect(memory).toBe(inTheWay)
      expect(below).toStartWith("1 error: ")
      expect(below).toContain(`not a directory, mkdir '${join(file, "data")}'`)
      expect(Object.keys(directoryBytes(workplace.directory))).toEqual(["file"])
    },
    testTimeoutMs
  )
})

describe("a data directory that is not this store's", () => {
  test(
    "of another cluster, of another engine, a scheduler's, held by a live process: refused and left as it is",
    async () => {
      await using mine = await startCluster({ stores: 1, engine: "sqlite" })
      await using other = await startCluster({ stores: 0, engine: "memory" })
      const store = mine.stores[0]!
      const { workplace } = mine

      const locked = await refusal(workplace, {
        "storage.data-dir": store.directory,
        "pd.endpoints": mine.scheduler.address
      })
      expect(locked).toStartWith(`1 error: ${store.directory}/`)
      expect(locked).toEndWith(
        ".lock: another process (or another store in this one) has this directory open; stop it first"
      )
      expect(store.process.isRunning()).toBe(true)

      await store.stop()
      await mine.scheduler.stop()
      const before = directoryBytes(store.directory)
      expect(Object.keys(before)).toContain("data.db")
      // A directory is open for one process at a time.
      const copy = join(workplace.directory, "copy")
      cpSync(store.directory, copy, { recursive: true })
      const schedulerBefore = directoryBytes(mine.scheduler.directory)
      const [engine, cluster, role, apiVersion] = await Promise.all([
        refusal(workplace, { "storage.data-dir": store.directory, "storage.engine": "memory" }),
        refusal(workplace, { "storage.data-dir": store.directory, "pd.endpoints": other.scheduler.address }),
        refusal(workplace, { "storage.data-dir": mine.scheduler.directory, "pd.endpoints": other.scheduler.address }),
        refusal(workplace, { "storage.data-dir": copy, "storage.api-version": "v1" })
      ])
      expect(apiVersion).toBe(
        "1 error: the data directory was written with API version V1TTL and would be misread as V1: set the version back, or give the store an empty directory"
      )
      expect(engine).toBe(
        `1 error: ${store.directory}: the directory was written by engine "sqlite" and cannot be opened by "memory"; set the engine back or choose another directory`
      )
      expect(cluster).toMatch(
        /^1 error: the data directory belongs to cluster \d+, the scheduler to \d+: point the store at its own scheduler, or give it an empty directory$/
      )
      expect(role).toBe(
        "1 error: the data directory holds data that no store wrote, such as a scheduler's: give the store a directory of its own"
      )
      expect(directoryBytes(store.directory)).toEqual(before)
      expect(directoryBytes(copy)).toEqual(before)
      expect(directoryBytes(mine.scheduler.directory)).toEqual(schedulerBefore)
    },
    testTimeoutMs
  )
})

/** Offsets in the header of a SQLite file (sqlite.org/fileformat2.html, 1.3). */
const pageBytes = 4096
const userVersionAt = 60
const applicationIdAt = 68
const patch = (path: string, at: number, value: number): void => {
  const bytes = readFileSync(path)
  bytes.writeUInt32BE(value, at)
  writeFileSync(path, bytes)
}

describe("files that are damaged or of another time", () => {
  test(
    "truncated, garbage, no SQLite, newer: refused with what to do, and left as they are",
    async () => {
      await using cluster = await startCluster({ stores: 1, engine: "sqlite" })
      const store = cluster.stores[0]!
      await store.stop()
      const damages: ReadonlyArray<readonly [name: string, damage: (directory: string) => void, said: RegExp]> = [
        ["truncated", (at) => truncateSync(join(at, "data.db"), 5000), /data\.db: the file has 5000 bytes/],
        ["emptied", (at) => truncateSync(join(at, "raft.db"), 0), /raft\.db: the file has 0 bytes/],
        [
          "garbage",
          (at) => writeFileSync(join(at, "data.db"), Buffer.alloc(8192, "garbage")),
          /data\.db: .*not a database/
        ],
        [
          "newer",
          (at) => patch(join(at, "data.db"), userVersionAt, 99),
          /data\.db: the file has format version 99, this program knows versions up to \d+; use the newer program/
        ],
        [
          "foreign",
          (at) => patch(join(at, "raft.db"), applicationIdAt, 7),
          /raft\.db: the file is a SQLite database but no raft\.db of a store/
        ],
        [
          "holes",
          (at) => {
            const path = join(at, "data.db")
            writeFileSync(path, readFileSync(path).fill(0xab, pageBytes * 3))
          },
          /data\.db: .*database disk image is malformed \(SQLITE_CORRUPT\); restore the store from its peers/
        ],
        ["without-log", (at) => truncateSync(join(at, "raft.db"), 4096), /raft\.db/]
      ]
      mkdirSync(join(cluster.workplace.directory, "damaged"))
      await Promise.all(
        damages.map(async ([name, damage, said]) => {
          const directory = join(cluster.workplace.directory, "damaged", name)
          cpSync(store.directory, directory, { recursive: true })
          damage(directory)
          const before = directoryBytes(directory)
          const answer = await refusal(cluster.workplace, {
            "storage.data-dir": directory,
            "pd.endpoints": cluster.scheduler.address
          })
          expect(answer).toStartWith("1 error: ")
          expect(answer).toMatch(said)
          expect(directoryBytes(directory)).toEqual(before)
        })
      )
    },
    testTimeoutMs
  )
})

describe("a scheduler that does not answer", () => {
  test(
    "is waited for with one clear line, until SIGTERM ends the store or the scheduler comes",
    async () => {
      await using cluster = await startCluster({ stores: 0, engine: "memory" })
      await cluster.scheduler.kill()
      const flags = { "pd.endpoints": cluster.scheduler.address, "storage.engine": "memory" }
      const waiting = [start(cluster.workplace, flags), start(cluster.workplace, flags)] as const
      for (const store of waiting)
        await store.waitForLine(/WARN +the scheduler does not answer, it will be asked again/)
      expect(await waiting[0].stop()).toMatchObject({ code: 0 })
      expect(waiting[0].lines.filter(({ text }) => text.includes("does not answer"))).toHaveLength(1)
      await cluster.scheduler.restart()
      await waiting[1].waitForLine(/INFO +the scheduler answers again/)
      await waiting[1].waitForLine(/^store \d+ of cluster \d+ listening on /)
      expect(await waiting[1].stop()).toMatchObject({ code: 0 })
    },
    testTimeoutMs
  )
})
