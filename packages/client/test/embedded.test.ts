import { afterAll, describe, expect, test } from "bun:test"
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { layerEmbedded } from "../src/embedded/index.ts"
import { open, RawClient } from "../src/index.ts"
import { bytes } from "./FakeCluster.ts"
import { kvSuite } from "./kvSuite.ts"

const root = mkdtempSync(join(tmpdir(), "reefkv-client-"))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let directories = 0
const newDirectory = (): string => join(root, `d${++directories}`)
const nothing = () => Promise.resolve()

kvSuite("open, in memory", async () => ({ kv: await open(), cleanUp: nothing }))
kvSuite("open, in a directory", async () => ({ kv: await open(newDirectory()), cleanUp: nothing }))

describe("open", () => {
  test("what was put is there after closing and opening again, regions included", async () => {
    const directory = newDirectory()
    {
      await using kv = await open(directory)
      await kv.putMany(Array.from({ length: 200 }, (_, i) => [`k${i + 100}`, `v${i}`] as const))
      await Effect.runPromise(kv.client.splitRegions(["k150", "k250"]))
      await kv.put("k299", "last")
    }
    await using kv = await open({ directory, engine: "sqlite" })
    expect((await kv.scan().toArray()).length).toBe(200)
    expect(await kv.getString("k299")).toBe("last")
    expect((await Effect.runPromise(kv.client.regions())).length).toBe(3)
    await kv.put("k150", "new")
    expect(await kv.getString("k150")).toBe("new")
  })

  test("what is in memory is gone after closing, and two stores in memory share nothing", async () => {
    await using one = await open()
    await using two = await open({ engine: "memory" })
    await one.put("a", "1")
    expect(await two.get("a")).toBeUndefined()
  })

  test("a directory is open once at a time", async () => {
    const directory = newDirectory()
    const first = await open(directory)
    await expect(open(directory)).rejects.toMatchObject({ _tag: "KvError", reason: "unavailable" })
    await expect(open(directory)).rejects.toThrow("has this directory open")
    await first.put("a", "1")
    await first.close()
    await using second = await open(directory)
    expect(await second.get("a")).toEqual(bytes("1"))
  })

  test("parts of two stores are not put together", async () => {
    const [mine, other] = [newDirectory(), newDirectory()]
    await (await open(mine)).close()
    await (await open(other)).close()
    rmSync(join(mine, "store"), { recursive: true })
    renameSync(join(other, "store"), join(mine, "store"))
    await expect(open(mine)).rejects.toMatchObject({ reason: "refused" })
    await expect(open(mine)).rejects.toThrow("belongs to cluster")
  })

  test("a file is no directory, and is left as it was", async () => {
    const file = join(root, "file")
    writeFileSync(file, "mine")
    await expect(open(file)).rejects.toThrow("is a file")
    expect(await Bun.file(file).text()).toBe("mine")
  })

  test("the data directory of a store process is refused, and nothing is written to it", async () => {
    const directory = newDirectory()
    mkdirSync(directory)
    writeFileSync(join(directory, "data.db"), "")
    await expect(open(directory)).rejects.toMatchObject({ reason: "refused" })
    expect(readdirSync(directory)).toEqual(["data.db"])
  })

  test.each([
    ["memory engine", { engine: "memory" as const, directory: "x" }],
    ["needs a directory", { engine: "sqlite" as const }],
    ["no engine", { engine: "rocksdb" as "sqlite" }]
  ])("bad options: %s", async (message, options) => {
    await expect(open(options)).rejects.toMatchObject({ reason: "invalid-argument" })
    await expect(open(options)).rejects.toThrow(message)
  })

  test("as a layer", () =>
    Effect.gen(function* () {
      const client = yield* RawClient
      yield* client.put("a", "1")
      expect(yield* client.get("a")).toEqual(bytes("1"))
    }).pipe(Effect.provide(layerEmbedded()), Effect.runPromise))

  test("a program that connects loads no engine", () => {
    const program = `
      import { connect } from "./src/index.ts"
      await connect("nowhere").catch(() => {})
      const loaded = [...Object.keys(require.cache), ...(globalThis.Loader?.registry?.keys?.() ?? [])]
      console.log(loaded.length > 0, loaded.filter((path) => /better-sqlite3|packages.(core|storage|scheduler|engine)/.test(path)).length)`
    const { stderr, stdout } = Bun.spawnSync(["bun", "-e", program], { cwd: join(import.meta.dir, "..") })
    expect(stderr.toString()).toBe("")
    expect(stdout.toString().trim()).toBe("true 0")
  })
})
