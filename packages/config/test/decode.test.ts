import { describe, expect, test } from "bun:test"
import { Effect, Result } from "effect"
import { decodeConfig, exampleToml, type Sources } from "../src/decode.ts"
import { choice, durationMs, flag, integer, list, sizeBytes, text } from "../src/key.ts"

const table = {
  server: { addr: text("127.0.0.1:1", "Where to listen."), verbose: flag(false, "Say more.") },
  pd: { endpoints: list(["a:1"], "Schedulers.") },
  storage: { engine: choice(["sqlite", "memory"], "sqlite", "Which engine.") },
  raftstore: {
    tickMs: durationMs(100, "A tick."),
    regionMaxBytes: sizeBytes(144 * 1024 * 1024, "A region."),
    ticks: integer(10, "Ticks.")
  }
}
const decode = (sources: Sources) => Effect.runSync(Effect.result(decodeConfig(table, sources)))
const problems = (sources: Sources): ReadonlyArray<string> => {
  const result = decode(sources)
  return Result.isFailure(result) ? result.failure.problems : []
}
const toml = (body: string): Sources => ({ toml: { path: "reef.toml", text: body } })

describe("decodeConfig", () => {
  test("gives every default when nothing is written", () => {
    const result = decode({})
    expect(Result.isSuccess(result) && result.success).toEqual({
      server: { addr: "127.0.0.1:1", verbose: false },
      pd: { endpoints: ["a:1"] },
      storage: { engine: "sqlite" },
      raftstore: { tickMs: 100, regionMaxBytes: 144 * 1024 * 1024, ticks: 10 }
    })
  })

  test("a flag wins over the environment, the environment over the file", () => {
    const file = toml('[storage]\nengine = "memory"\n[raftstore]\nticks = 1\ntick = "1s"\n')
    const env = { REEFKV_RAFTSTORE_TICKS: "2", REEFKV_RAFTSTORE_TICK: "2s", PATH: "/bin" }
    const result = decode({ ...file, env, flags: { "raftstore.ticks": "3" } })
    expect(Result.isSuccess(result) && [result.success.storage.engine, result.success.raftstore]).toEqual([
      "memory",
      { tickMs: 2_000, regionMaxBytes: 144 * 1024 * 1024, ticks: 3 }
    ])
  })

  test("reads sizes, durations and arrays as people write them", () => {
    const result = decode(
      toml('[pd]\nendpoints = ["x:1", "y:2"]\n[raftstore]\nregion-max-size = "1.5MiB"\ntick = "250ms"')
    )
    expect(Result.isSuccess(result) && result.success.pd.endpoints).toEqual(["x:1", "y:2"])
    expect(Result.isSuccess(result) && result.success.raftstore).toEqual({
      tickMs: 250,
      regionMaxBytes: 1_572_864,
      ticks: 10
    })
  })

  test("names an unknown key and what was probably meant", () => {
    expect(problems(toml("[raftstore]\nregion-max-siz = 1"))).toEqual([
      "reef.toml: unknown key raftstore.region-max-siz; did you mean raftstore.region-max-size?"
    ])
    expect(problems({ env: { REEFKV_SERVER_ADR: "x" } })).toEqual([
      "environment: unknown variable REEFKV_SERVER_ADR; did you mean REEFKV_SERVER_ADDR?"
    ])
    expect(problems({ flags: { "no.such": "1" } })).toEqual(["unknown flag --no.such"])
    expect(problems(toml("stray = 1"))[0]).toContain('"stray" must stand in a section')
  })

  test("says where a wrong value stands, what was expected and what was found; all problems at once", () => {
    const found = problems({
      ...toml('[storage]\nengine = "rocks"\n[raftstore]\nregion-max-size = "lots"'),
      env: { REEFKV_RAFTSTORE_TICK: "soon" },
      flags: { "raftstore.ticks": "1.5" }
    })
    expect(found).toEqual([
      'storage.engine (reef.toml): expected one of sqlite, memory, found "rocks"',
      'raftstore.tick (environment REEFKV_RAFTSTORE_TICK): expected a duration such as "100ms", "3s", "10m", found "soon"',
      'raftstore.region-max-size (reef.toml): expected a size such as "96MiB", "512KiB" or a number of bytes, found "lots"',
      'raftstore.ticks (flag --raftstore.ticks): expected a whole number, found "1.5"'
    ])
  })

  test("bad TOML is a problem with its line, not a crash", () => {
    expect(problems(toml("[server\naddr = 1"))[0]).toContain("reef.toml: not valid TOML at line")
    expect(problems(toml("[server]\naddr = { a = 1 }"))[0]).toContain("expected a single value, found a table")
  })

  test("the example file of a table decodes to its defaults", () => {
    expect(decode(toml(exampleToml(table)))).toEqual(decode({}))
  })
})
