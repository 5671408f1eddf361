/**
 * A scheduler that must not start says why in one sentence and ends with 2 (wrong flags or configuration) or 1 (the world is
 * in the way), and leaves the data directory as it was, to the byte. One that runs ends with 0 on a signal.
 */
import { describe, expect, test } from "bun:test"
import { cpSync, truncateSync, writeFileSync } from "node:fs"
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

const start = (workplace: Workplace, flags: Flags) =>
  workplace.start(
    "scheduler",
    flagArgs({ "server.addr": "127.0.0.1:0", "storage.data-dir": join(workplace.directory, "data"), ...flags })
  )

const refusal = async (workplace: Workplace, flags: Flags) => {
  const { code, stderr, lines } = await start(workplace, flags).awaitEnd()
  expect(lines.filter((line) => /^\s+at /.test(line))).toEqual([])
  return `${code} ${stderr}`
}

describe("a scheduler that must not start", () => {
  test(
    "wrong flags and files: one sentence each, exit code 2, and no directory is made",
    async () => {
      await using workplace = makeWorkplace()
      const config = join(workplace.directory, "bad.toml")
      writeFileSync(config, '[schedule]\nmax-replica = 3\n[storage]\nengine = "etcd"\n')
      const said = await Promise.all([
        refusal(workplace, { config }),
        refusal(workplace, { "schedule.max-replicas": "0" }),
        refusal(workplace, { "schedule.store-disconnected": "1h" }),
        refusal(workplace, { "schedule.schedulers": "balance-moon" }),
        refusal(workplace, { "server.addr": "127.0.0.1" })
      ])
      expect(said).toEqual([
        `2 error: ${config}: unknown key schedule.max-replica; did you mean schedule.max-replicas?\n       storage.engine (${config}): expected one of sqlite, memory, found "etcd"`,
        "2 error: schedule.max-replicas must be a whole number of at least 1, is 0",
        "2 error: schedule.store-disconnected (3600000), schedule.store-unhealthy (600000) and schedule.max-store-down (1800000) must rise in this order",
        "2 error: unknown scheduler balance-moon; known are balance-leader, balance-region",
        '2 error: server.addr: expected host:port, found "127.0.0.1"'
      ])
      expect(Object.keys(directoryBytes(workplace.directory))).toEqual(["bad.toml"])
    },
    testTimeoutMs
  )

  test(
    "a port in use, a store's directory, a held one, a damaged one",
    async () => {
      await using cluster = await startCluster({ stores: 1, engine: "sqlite" })
      const { workplace, scheduler } = cluster
      const store = cluster.stores[0]!
      const taken = createServer()
      await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve))
      const address = taken.address()
      const port = typeof address === "object" && address !== null ? address.port : 0

      const locked = await refusal(workplace, { "storage.data-dir": scheduler.directory })
      expect(locked).toStartWith(`1 error: ${scheduler.directory}/`)
      expect(locked).toEndWith(
        ".lock: another process (or another store in this one) has this directory open; stop it first"
      )
      await store.stop()
      await scheduler.stop()

      const damaged = join(workplace.directory, "damaged")
      cpSync(scheduler.directory, damaged, { recursive: true })
      truncateSync(join(damaged, "data.db"), 5000)
      const directories = [store.directory, scheduler.directory, damaged]
      const before = directories.map(directoryBytes)
      const [inUse, ofStore, engine, truncated] = await Promise.all([
        refusal(workplace, { "storage.data-dir": scheduler.directory, "server.addr": `127.0.0.1:${port}` }),
        refusal(workplace, { "storage.data-dir": store.directory }),
        refusal(workplace, { "storage.data-dir": store.directory, "storage.engine": "memory" }),
        refusal(workplace, { "storage.data-dir": damaged })
      ])
      taken.close()
      expect(inUse).toBe(
        `1 error: cannot listen on 127.0.0.1:${port}: the port is in use; stop the other process or choose another port`
      )
      expect(ofStore).toBe(
        "1 error: the data directory holds data that no scheduler wrote, such as a store's: give the scheduler a directory of its own"
      )
      expect(engine).toContain('the directory was written by engine "sqlite" and cannot be opened by "memory"')
      expect(truncated).toStartWith(`1 error: ${join(damaged, "data.db")}: the file has 5000 bytes`)
      expect(directories.map(directoryBytes)).toEqual(before)
    },
    testTimeoutMs
  )
})

describe("a scheduler that runs", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    test(
      `${signal}: ends with 0, and is the same cluster when it comes back`,
      async () => {
        await using workplace = makeWorkplace()
        const first = start(workplace, {})
        const [, cluster] = await first.waitForLine(/^scheduler of cluster (\d+) listening on 127\.0\.0\.1:\d+$/)
        expect(await first.stop(signal)).toMatchObject({ code: 0, stderr: "" })
        const second = start(workplace, {})
        await second.waitForLine(new RegExp(`^scheduler of cluster ${cluster} listening on `))
        expect(await second.stop(signal)).toMatchObject({ code: 0 })
      },
      testTimeoutMs
    )
  }
})
