import { describe, expect, test } from "bun:test"
import { WriteBatch } from "@reefkv/engine"
import { makeMemoryEngine } from "@reefkv/engine-memory"
import type { metapb } from "@reefkv/wire"
import { Effect } from "effect"
import { ConsistencyChecks, hashRegion } from "../../src/raftstore/consistencyCheck.ts"
import { runTest } from "./support/run.ts"
import { bytes, regionOf } from "./support/values.ts"

const region = regionOf(7, "b", "y")
const hashOf = (fill: (batch: WriteBatch) => void, of: metapb.Region = region, slice = 100): Promise<string> =>
  runTest(
    Effect.gen(function* () {
      const engine = makeMemoryEngine()
      const batch = new WriteBatch()
      for (let i = 0; i < 30; i++) batch.put("default", bytes(`k${i}`), bytes(`v${i}`))
      fill(batch)
      yield* engine.write(batch, { sync: false })
      return Buffer.from(yield* hashRegion(engine.latest, of, slice)).toString("hex")
    })
  )

describe("hash of a region", () => {
  test("does not depend on slices, on data of other regions, or on the store's own records", async () => {
    const same = await hashOf(() => {})
    for (const slice of [1, 2, 7, 30, 31]) expect(await hashOf(() => {}, region, slice)).toBe(same)
    expect(
      await hashOf((batch) => batch.put("default", bytes("a"), bytes("x")).put("write", bytes("y"), bytes("x")))
    ).toBe(same)
    expect(await hashOf((batch) => batch.put("raft", bytes("k"), bytes("x")))).toBe(same)
  })
  test("sees any change of data, of family, or of the region", async () => {
    const hashes = await Promise.all([
      hashOf(() => {}),
      hashOf((batch) => batch.put("default", bytes("k7"), bytes("V7"))),
      hashOf((batch) => batch.delete("default", bytes("k7"))),
      hashOf((batch) => batch.put("lock", bytes("k"), bytes(""))),
      hashOf((batch) => batch.put("write", bytes("k"), bytes(""))),
      // The same bytes, cut elsewhere between key and value.
      hashOf((batch) => batch.delete("default", bytes("k7")).put("default", bytes("k7v"), bytes("7"))),
      hashOf(() => {}, regionOf(7, "b", "y", [1], { confVer: 2 })),
      hashOf(() => {}, regionOf(7, "b", "x"))
    ])
    expect(new Set(hashes).size).toBe(hashes.length)
  })
})

describe("comparison", () => {
  const one = bytes("one")
  const two = bytes("two")
  test("own hash first, then the leader's; or the other way round", () => {
    const checks = new ConsistencyChecks()
    checks.onComputeHash(7, 40)
    expect(checks.onHashed(7, 40, one)).toBeUndefined()
    expect(checks.onVerifyHash(7, 40, one)).toEqual({ _tag: "Match", index: 40 })
    checks.onComputeHash(7, 50)
    expect(checks.onVerifyHash(7, 50, two)).toBeUndefined()
    expect(checks.onHashed(7, 50, one)).toEqual({ _tag: "Mismatch", index: 50, own: one, leader: two })
  })
  test("a hash or an expectation of another index says nothing", () => {
    const checks = new ConsistencyChecks()
    expect(checks.onVerifyHash(7, 40, one)).toBeUndefined()
    checks.onComputeHash(7, 40)
    checks.onComputeHash(7, 50)
    expect(checks.onHashed(7, 40, one)).toBeUndefined()
    expect(checks.onVerifyHash(7, 40, two)).toBeUndefined()
    expect(checks.onHashed(7, 50, one)).toBeUndefined()
    expect(checks.onVerifyHash(7, 50, one)).toEqual({ _tag: "Match", index: 50 })
    checks.forget(7)
    expect(checks.onHashed(7, 50, one)).toBeUndefined()
  })
})
