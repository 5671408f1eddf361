/** The tool against real servers in this process: one scheduler, one store, in memory. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { MemoryDisk, MemoryEngine, MemoryRaftLog } from "@reefkv/engine-memory"
import {
  GrpcSchedulerClient,
  SchedulerServer,
  StoreServer,
  schedulerServerLayer,
  storeServerLayer
} from "@reefkv/server"
import { Context, Effect, Exit, Layer, Scope } from "effect"
import { Command } from "effect/cli"
import { FetchHttpClient } from "effect/http"
import { TestConsole } from "effect/testing"
import { ctl } from "../src/command.ts"

const scope = Scope.makeUnsafe()
let pd = ""
let storeId = 0

beforeAll(() =>
  Effect.gen(function* () {
    const scheduler = yield* Layer.build(
      schedulerServerLayer({ host: "127.0.0.1", port: 0 }).pipe(Layer.provide(MemoryEngine.layer()))
    )
    pd = Context.get(scheduler, SchedulerServer).address
    const disk = new MemoryDisk()
    const store = yield* Layer.build(
      storeServerLayer({ host: "127.0.0.1", port: 0, graceMs: 0 }).pipe(
        Layer.provide(GrpcSchedulerClient.layer({ endpoints: [pd] })),
        Layer.provide(Layer.merge(MemoryEngine.layer({ disk }), MemoryRaftLog.layer({ disk })))
      )
    )
    storeId = Context.get(store, StoreServer).storeId
  }).pipe(Effect.provideService(Scope.Scope, scope), Effect.runPromise)
)
afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

/** What the tool prints, one item a line, or the error it ends with. */
const run = (...args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const outcome = yield* Effect.result(
      Command.runWith(ctl, { version: "0", renderErrors: false })(["--pd", pd, ...args])
    )
    const lines = (yield* TestConsole.logLines).map(String)
    return outcome._tag === "Success" ? lines : `${outcome.failure._tag}: ${outcome.failure.message}`
  }).pipe(
    Effect.provide(Layer.mergeAll(NodeServices.layer, FetchHttpClient.layer, TestConsole.layer)),
    Effect.runPromise
  )
const json = async (...args: ReadonlyArray<string>): Promise<unknown> => {
  const lines = await run("--json", ...args)
  return typeof lines === "string" ? lines : JSON.parse(lines.join("\n"))
}

describe("keys and values", () => {
  test("put, get, scan and delete, in text, hex and escapes", async () => {
    expect(await run("put", "city/delft", "Delft")).toEqual(["stored"])
    expect(await run("put", "0x00ff", "a\\nb\\xff")).toEqual(["stored"])
    expect(await run("put", "city/zürich", "Zürich", "--ttl", "1000")).toEqual(["stored"])
    expect(await run("get", "city/delft")).toEqual(["Delft"])
    expect(await run("get", "\\000\\377")).toEqual(["a\\nb\\377"])
    expect(await run("get", "city/zürich")).toEqual(["Zürich"])
    expect(await run("scan", "--prefix", "city/")).toEqual(["city/delft\tDelft", "city/zürich\tZürich"])
    expect(await run("scan", "--reverse", "--keys-only", "--limit", "2")).toEqual(["city/zürich", "city/delft"])
    expect(await run("scan", "--start", "0x00", "--end", "a")).toEqual(["\\000\\377\ta\\nb\\377"])
    expect(await json("get", "0x00ff")).toEqual({ key: null, key_hex: "00ff", value: null, value_hex: "610a62ff" })
    expect(await json("scan", "--prefix", "city/d")).toEqual({
      key: "city/delft",
      key_hex: "636974792f64656c6674",
      value: "Delft",
      value_hex: "44656c6674"
    })
    expect(await run("delete", "city/delft")).toEqual(["deleted"])
    expect(await run("get", "city/delft")).toBe("CtlError: there is no value for city/delft")
  })

  test("keys that are no keys are refused before anything is asked", async () => {
    for (const key of ["0x1", "0xzz", "a\\q"]) expect(await run("get", key)).toMatch(/^(InvalidValue|ShowHelp)/)
    expect(await run("get", "")).toContain("the key is empty")
  })
})

describe("the cluster", () => {
  test("stores", async () => {
    const lines = await run("stores")
    const [head, row] = String(lines[0]).split("\n")
    expect(head).toStartWith("ID  ADDRESS")
    expect(row).toContain("Up")
    expect(await json("stores")).toMatchObject([{ store: { id: storeId, state_name: "Up" } }])
    expect(await json("store", `${storeId}`)).toMatchObject({ store: { id: storeId } })
    expect(await run("store", "99")).toContain("99")
  })

  test("regions are split, listed, and found by id and key", async () => {
    const [made] = await run("split", "m", "t")
    const rows = String(made).split("\n")
    expect(rows.length).toBe(4)
    expect(rows[1]).toContain("-∞")
    expect(rows[3]).toContain("+∞")
    const all = await json("regions")
    expect(all).toMatchObject([{ end_key: "6D" }, { start_key: "6D", end_key: "74" }, { start_key: "74" }])
    const middle = (all as ReadonlyArray<{ id: number }>)[1]?.id
    expect(await json("region-for-key", "m")).toMatchObject({ id: middle, start_key: "6D" })
    expect(await json("region-for-key", "0x73FF")).toMatchObject({ id: middle })
    expect(await json("region", `${middle}`)).toMatchObject({ id: middle })
    expect(String((await run("regions"))[0])).toMatch(/m +t +v\d+\/c1 +store \d+/)
    expect(await run("region", "424242")).toBe("CtlError: there is no region 424242")
  })

  test("operators: a refusal comes in the scheduler's words", async () => {
    expect(await run("operators")).toEqual(["no operators are running"])
    const region = (await json("region-for-key", "a")) as { id: number }
    expect(await run("transfer-leader", `${region.id}`, "99")).toMatch(/^CtlError: .*99/)
    expect(await run("add-peer", "424242", `${storeId}`)).toMatch(/^CtlError: .*424242/)
    expect(await run("remove-peer", `${region.id}`, "99")).toMatch(/^CtlError: /)
    expect(await run("scatter", "424242")).toMatch(/^CtlError: /)
  })
})

test("exit codes: 1 could not do it, 2 asked wrongly", () => {
  const main = join(import.meta.dir, "../src/main.ts")
  const exit = (...args: ReadonlyArray<string>) => {
    const { exitCode, stderr } = Bun.spawnSync(["bun", main, ...args])
    return { exitCode, stderr: stderr.toString() }
  }
  expect(exit("--pd", "127.0.0.1:1", "stores")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("error: no answer")
  })
  expect(exit("store", "x").exitCode).toBe(2)
}, 20_000)
