/**
 * The playground as somebody runs it: loads, reports, ends when it is told to, leaves nothing behind, finds its data again,
 * and says in a sentence what it cannot do.
 */
import { describe, expect, test } from "bun:test"
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { connect } from "@reefkv/client"
import {
  awaitCondition,
  directoryBytes,
  makeWorkplace,
  type RealProcess,
  type Workplace
} from "@reefkv/process/testing"

const testTimeoutMs = 60_000
const keys = 300

/** A data set of its own, a place for temporary directories that can be looked into, and any port. */
const preparedWorkplace = (): Workplace & { readonly data: string; readonly temporary: string } => {
  const workplace = makeWorkplace()
  const data = join(workplace.directory, "data.tsv")
  const temporary = join(workplace.directory, "tmp")
  mkdirSync(temporary)
  const lines = Array.from(
    { length: keys },
    (_, i) => `key/${String(i).padStart(4, "0")}\tvalue ${i} ${"x".repeat(200)}`
  )
  writeFileSync(data, `${lines.join("\n")}\n`)
  return { ...workplace, data, temporary }
}

/** Any port and small regions, unless `args` say otherwise: a flag may stand only once. */
const play = (workplace: ReturnType<typeof preparedWorkplace>, ...args: ReadonlyArray<string>): RealProcess => {
  const defaults = [
    ["--port", "0"],
    ["--region-size", "8192"]
  ].flatMap(([flag = "", value = ""]) => (args.includes(flag) ? [] : [flag, value]))
  return workplace.start("playground", [...defaults, ...args], { env: { TMPDIR: workplace.temporary } })
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
const childPids = (playground: RealProcess): ReadonlyArray<number> => [
  ...new Set(playground.lines.flatMap(({ text }) => /\(pid (\d+)\)/.exec(text)?.slice(1, 2).map(Number) ?? []))
]
const schedulerOf = async (playground: RealProcess): Promise<string> =>
  (await playground.waitForLine(/^The cluster is up\. Any TiKV client can connect to (\S+);/))[1] ?? ""

describe("--exit", () => {
  for (const [engine, ...how] of [
    ["memory"],
    ["sqlite"],
    ["memory", "--processes"],
    ["sqlite", "--processes"]
  ] as const) {
    test(
      `${[engine, ...how].join(" ")}: loads, splits, reads back, reports, leaves nothing`,
      async () => {
        await using workplace = preparedWorkplace()
        const playground = play(workplace, "--exit", "--engine", engine, "--load", workplace.data, ...how)
        const { code, stderr, lines } = await playground.awaitEnd(testTimeoutMs)
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
        const report = lines.join("\n")
        expect(report).toMatch(/^first write accepted \d+ ms after the process started$/m)
        const [, regions] = /^(\d+) regions on 3 stores$/m.exec(report) ?? []
        expect(Number(regions)).toBeGreaterThan(3)
        const rows = lines.flatMap(
          (line) => /^ {2}(\d+) +127\.0\.0\.1:\d+ +127\.0\.0\.1:\d+ +(\d+) +(\d+)$/.exec(line) ?? []
        )
        expect(rows.length).toBe(3 * 4)
        expect(report).toMatch(/^loaded {4}300 keys, 0\.1 MiB, in /m)
        expect(report).toMatch(/^read back 300 keys in .*: every value is as it was written$/m)
        expect(childPids(playground).filter(isAlive)).toEqual([])
        expect(readdirSync(workplace.temporary)).toEqual([])
      },
      testTimeoutMs
    )
  }

  test(
    "--load none: up and down again",
    async () => {
      await using workplace = preparedWorkplace()
      const { code, lines } = await play(
        workplace,
        "--exit",
        "--load",
        "none",
        "--engine",
        "memory",
        "--quiet"
      ).awaitEnd()
      expect(code).toBe(0)
      expect(lines).toHaveLength(1)
      expect(lines[0]).toStartWith("first write accepted")
    },
    testTimeoutMs
  )
})

describe("--data", () => {
  for (const how of [[], ["--processes"]]) {
    test(
      `${how.join("") || "in process"}: SIGTERM ends it, a second start finds the data, SIGINT ends that`,
      async () => {
        await using workplace = preparedWorkplace()
        const directory = join(workplace.directory, "kept", "here")
        const args = ["--data", directory, "--stores", "2", ...how]
        const first = play(workplace, "--load", workplace.data, ...args)
        await schedulerOf(first)
        expect(await first.stop("SIGTERM")).toMatchObject({ code: 0, stderr: "" })
        expect(childPids(first).filter(isAlive)).toEqual([])
        expect(childPids(first)).toHaveLength(how.length === 0 ? 0 : 3)
        const second = play(workplace, "--load", "none", ...args)
        await using kv = await connect(await schedulerOf(second))
        const found = await kv.scan({ prefix: "key/" }).toArray()
        expect(found).toHaveLength(keys)
        expect(await second.stop("SIGINT")).toMatchObject({ code: 0, stderr: "" })
        expect(childPids(second).filter(isAlive)).toEqual([])
        expect(existsSync(join(directory, "store-1", "data.db"))).toBe(true)
        expect(readdirSync(workplace.temporary)).toEqual([])
      },
      testTimeoutMs
    )
  }
})

describe("processes of a playground", () => {
  test(
    "a store that dies is told of, and the rest goes on",
    async () => {
      await using workplace = preparedWorkplace()
      const playground = play(workplace, "--processes", "--engine", "memory", "--load", "none")
      await using kv = await connect(await schedulerOf(playground))
      const [, pid] = await playground.waitForLine(/^store-3 \(pid (\d+)\): store/)
      process.kill(Number(pid), "SIGKILL")
      await playground.waitForLine(/^store-3 \(pid \d+\) ended with SIGKILL$/)
      await kv.put("after", "the death")
      expect(await playground.stop()).toMatchObject({ code: 0 })
      await awaitCondition("no child is left", () => (childPids(playground).some(isAlive) ? undefined : true))
    },
    testTimeoutMs
  )
})

describe("what cannot be", () => {
  test(
    "wrong flags: 2, a sentence, and nothing is started",
    async () => {
      await using workplace = preparedWorkplace()
      const badLine = join(workplace.directory, "bad.tsv")
      writeFileSync(badLine, "a\tb\nno tab here\n")
      const absent = join(workplace.directory, "absent.tsv")
      const refusals: ReadonlyArray<readonly [args: ReadonlyArray<string>, code: number, said: string]> = [
        [["--stores", "0"], 2, "--stores: expected 1 to 16, found 0"],
        [["--stores", "17"], 2, "--stores: expected 1 to 16, found 17"],
        [["--engine", "rocksdb"], 2, 'Invalid value for flag --engine: "rocksdb". Expected: "sqlite" | "memory"'],
        [["--region-size", "10"], 2, "--region-size: expected at least 1024, found 10"],
        [["--port", "65536"], 2, "--port: expected 0 to 65535, found 65536"],
        [["--sotres", "3"], 2, "Unrecognized flag: --sotres"],
        [["--load", absent], 1, `${absent}: cannot be read: there is no such file`],
        [["--load", badLine], 1, `${badLine}: line 2: expected key, a tab and a value`],
        [["--data", badLine], 1, `--data: ${badLine} cannot be used: a file is in the way`]
      ]
      await Promise.all(
        refusals.map(async ([args, code, said]) => {
          const ended = await play(workplace, ...args).awaitEnd()
          expect(ended.stderr).toContain(said)
          expect(ended.code).toBe(code)
          expect(ended.lines.join("\n")).not.toContain("bootstrapped")
        })
      )
      expect(readdirSync(workplace.temporary)).toEqual([])
    },
    testTimeoutMs
  )

  test(
    "a port in use: 1, a sentence, nothing left behind",
    async () => {
      await using workplace = preparedWorkplace()
      const taken = createServer()
      await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve))
      const address = taken.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      const sentence = `cannot listen on 127.0.0.1:${port}: the port is in use; stop the other process or choose another port`
      const ended = await Promise.all(
        [[], ["--processes"]].map((how) => play(workplace, "--port", String(port), ...how).awaitEnd())
      )
      taken.close()
      expect(ended[0]).toMatchObject({ code: 1, stderr: `error: ${sentence}` })
      expect(ended[1]).toMatchObject({
        code: 1,
        stderr: `error: scheduler ended before it was ready: error: ${sentence}`
      })
      expect(directoryBytes(workplace.temporary)).toEqual({})
    },
    testTimeoutMs
  )
})
