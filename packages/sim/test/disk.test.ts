/**
 * Disks: damage at rest is found and never served; and what simulated stores asked of their disks comes out the same on
 * SQLite's files, also when they are cut where a crash would.
 */
import { expect, test } from "bun:test"
import { WriteBatch } from "@reefkv/engine"
import { epochOf } from "@reefkv/wire"
import { Effect } from "effect"
import type { SimStore } from "../src/cluster/SimStore.ts"
import type { DiskCall } from "../src/disk/DiskCall.ts"
import { replayDisks } from "../src/disk/replay.ts"
import { runSeed } from "../src/index.ts"
import type { Run } from "../src/Run.ts"
import type { Workload } from "../src/Workload.ts"
import { mix } from "../src/workloads/mix.ts"
import { drawRotOptions, replaceStore, rot } from "../src/workloads/rot.ts"

for (const seed of [6, 7]) {
  test(`what changes at rest is found, not served, and made good again (seed ${seed})`, () => {
    const lines: Array<string> = []
    const { failure, counts } = runSeed(rot, seed, { echo: (line) => lines.push(line) })
    expect(failure).toBeUndefined()
    expect(counts["undecided"]).toBe(0)
    expect(Number(/rot made (\d+)/.exec(lines.join("\n"))?.[1])).toBeGreaterThan(5)
    expect(lines.some((line) => line.includes("PeerDamaged"))).toBe(true)
  }, 30_000)
}

/** Three stores at rest with a few keys; damaged replicas stay where they are for the length of a test. */
const calm = (play: (run: Run) => void): Workload => ({
  name: "test",
  what: "one thing goes wrong in a quiet world",
  options: (seed) => {
    const drawn = drawRotOptions(seed)
    return {
      ...drawn,
      stores: 3,
      faults: [],
      store: { ...drawn.store, scrubIntervalMs: 0, consistencyCheckIntervalMs: 0, stalePeerCheckMs: 600 }
    }
  },
  play: (run) => {
    run.cluster.regions.mayBeDamaged = () => true
    run.start()
    const client = run.client("c")
    for (const key of ["k000", "k001"]) {
      run.wait("a put", (done) => run.world.after(0, run.cluster.clients, () => client.put(key, done)))
    }
    play(run)
  }
})
const damageOf = (store: SimStore): string => store.running?.router.regions()[0]?.role ?? "no peer"
const restart = (run: Run, store: SimStore): void => {
  store.kill(true)
  store.start()
  run.until("it runs again", () => (store.running?.handle.phase === "running" ? undefined : "it does not run"))
}
const follower = (run: Run): SimStore => run.cluster.stores.find((store) => damageOf(store) === "follower")!
const expectFine = (play: (run: Run) => void): void => {
  expect(runSeed(calm(play), 1).failure).toBeUndefined()
}

test("damage that the consistency check found is remembered over a restart, and then repaired", () =>
  expectFine((run: Run) => {
    // The checkers would see the difference before the store does.
    Object.assign(run.cluster.replicas, { onProbe: () => {} })
    const store = follower(run)
    const { engine, router } = store.running!
    const [status] = router.regions()
    // Data that came to differ by some bug: right as far as checksums go.
    const batch = new WriteBatch().put("default", new TextEncoder().encode("k000"), Uint8Array.of(1))
    let written = false
    const write = Effect.tap(engine.write(batch, { sync: true }), () =>
      Effect.sync(() => {
        written = true
      })
    )
    run.world.after(0, store.host, () => void store.host.fork(write))
    run.until("it is written", () => (written ? undefined : "not yet"))
    const leader = run.cluster.leaderOf(status!.region.id)!
    run.wait("the check", (done) => {
      const header = {
        regionId: status!.region.id,
        epoch: epochOf(status!.region),
        peer: undefined,
        term: 0,
        deadlineMs: 0
      }
      run.world.after(0, leader.store.host, () =>
        leader.store.running!.router.admin({ header, command: { type: "consistencyCheck" } }, done)
      )
    })
    run.until("it is found", () => (damageOf(store) === "damaged" ? undefined : damageOf(store)))
    restart(run, store)
    run.assert(damageOf(store) === "damaged", `after a restart the peer is ${damageOf(store)}`)
  }))

test("a hard state or an apply state that cannot be read halts the peer at the next start", () => {
  for (const record of ["state", "apply"] as const) {
    expectFine((run: Run) => {
      const store = follower(run)
      const regionId = store.running!.router.regions()[0]!.region.id
      store.kill(false)
      const key = new TextEncoder().encode(`region/${String(regionId).padStart(16, "0")}/apply`)
      run.assert(
        record === "state" ? store.disk.rotState(regionId) : store.disk.rotValue("raft", key),
        "nothing changed"
      )
      store.start()
      run.until("it runs again", () => (store.running?.handle.phase === "running" ? undefined : "it does not run"))
      run.assert(damageOf(store) === "damaged", `the peer is ${damageOf(store)}`)
    })
  }
})

test("a store whose ident cannot be read does not start, and says why", () =>
  expectFine((run: Run) => {
    const store = follower(run)
    store.kill(false)
    run.assert(store.disk.rotValue("raft", new TextEncoder().encode("store/ident")), "nothing changed")
    store.start()
    run.until("it has ended", () => (store.isLost ? undefined : "it has not"))
    run.assert(store.host.phase === "down", "it runs")
    replaceStore(run, store, (replaced) => run.assert(replaced, "the scheduler did not answer"))
  }))

for (const seed of [4]) {
  test(`a run's stores on SQLite: equal all along, and after every crash (seed ${seed})`, () => {
    let disks: ReadonlyMap<string, ReadonlyArray<DiskCall>> = new Map()
    const { failure } = runSeed(mix, seed, { disks: (calls) => (disks = calls) })
    expect(failure).toBeUndefined()
    const { calls, crashes, copies, flips } = replayDisks(disks, seed, 10)
    expect(calls).toBeGreaterThan(300)
    expect(crashes).toBeGreaterThan(1)
    expect(copies).toBeGreaterThan(20)
    expect(flips).toBeGreaterThan(20)
  }, 30_000)
}

test("bytes that a run changes are changed in SQLite's files too, and found there alike", () => {
  let disks: ReadonlyMap<string, ReadonlyArray<DiskCall>> = new Map()
  const { failure } = runSeed(rot, 6, { disks: (calls) => (disks = calls) })
  expect(failure).toBeUndefined()
  const rotten = [...disks].filter(([, calls]) => calls.some(({ type }) => type === "rot"))
  expect(rotten.length).toBeGreaterThan(1)
  // No other copies than the one in which the run's own bytes change.
  const { flips } = replayDisks(new Map(rotten), 6, 0)
  expect(flips).toBeGreaterThan(rotten.length)
}, 30_000)

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
