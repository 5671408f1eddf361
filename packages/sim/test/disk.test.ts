/**
 * Disks: damage at rest is found and never served; and what simulated stores asked of their disks comes out the same on
 * SQLite's files, also when they are cut where a crash would.
 */
import { expect, test } from "bun:test"
import type { DiskCall } from "../src/disk/DiskCall.ts"
import { replayDisks } from "../src/disk/replay.ts"
import { runSeed } from "../src/index.ts"
import { mix } from "../src/workloads/mix.ts"
import { rot } from "../src/workloads/rot.ts"

for (const seed of [2, 3, 7]) {
  test(`what changes at rest is found, not served, and made good again (seed ${seed})`, () => {
    const lines: Array<string> = []
    const { failure, counts } = runSeed(rot, seed, { echo: (line) => lines.push(line) })
    expect(failure).toBeUndefined()
    expect(counts["undecided"]).toBe(0)
    expect(Number(/rot made (\d+)/.exec(lines.join("\n"))?.[1])).toBeGreaterThan(5)
    expect(lines.some((line) => line.includes("PeerDamaged"))).toBe(true)
  }, 30_000)
}

for (const seed of [4, 12]) {
  test(`a run's stores on SQLite: equal all along, and after every crash (seed ${seed})`, () => {
    let disks: ReadonlyMap<string, ReadonlyArray<DiskCall>> = new Map()
    const { failure } = runSeed(mix, seed, { disks: (calls) => (disks = calls) })
    expect(failure).toBeUndefined()
    const { calls, crashes, copies } = replayDisks(disks, seed, 10)
    expect(calls).toBeGreaterThan(300)
    expect(crashes).toBeGreaterThan(1)
    expect(copies).toBeGreaterThan(20)
  }, 30_000)
}

test("what cannot be done again is named by its place", () => {
  const put = (n: number, value: number): DiskCall => ({
    type: "write",
    ops: [{ type: "put", cf: "default", key: Uint8Array.of(n), value: Uint8Array.of(value) }],
    sync: false
  })
  const calls: Array<DiskCall> = [{ type: "open" }, put(1, 1), put(2, 2), put(3, 3)]
  expect(replayDisks(new Map([["a", calls]]), 1, 0).calls).toBe(4)
  // A gap in the log, which no engine may take.
  const crashed: ReadonlyArray<DiskCall> = [
    ...calls,
    { type: "crash", keepWrites: 2, keepCompactions: true },
    { type: "open" },
    { type: "append", groups: [{ groupId: 1, entries: [{ index: 9, term: 1, kind: 0, data: Uint8Array.of(1) }] }] }
  ]
  expect(() => replayDisks(new Map([["a", crashed]]), 1, 0)).toThrow("call 6 of 7, append")
})
