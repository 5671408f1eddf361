import { describe, expect, test } from "bun:test"
import { kvrpcpb } from "@reefkv/wire"
import { KeyLatches } from "../src/index.ts"
import { bytes, makeWorld, text, type World } from "./support/world.ts"

const withWorld = async (body: (w: World) => Promise<void>, latchWaitersMax = 1_024): Promise<void> => {
  const w = await makeWorld({ latchWaitersMax })
  try {
    await body(w)
  } finally {
    await w.close()
  }
}
const cas = (w: World, previous: string | undefined, value: string, part: Partial<kvrpcpb.RawCASRequest> = {}) =>
  w.call(
    w.raw.compareAndSwap,
    kvrpcpb.RawCASRequest.create({
      context: w.context(),
      key: bytes("k"),
      value: bytes(value),
      ...(previous === undefined ? { previousNotExist: true } : { previousValue: bytes(previous) }),
      ...part
    })
  )
const get = async (w: World, key = "k") => {
  const { notFound, value } = await w.call(
    w.raw.get,
    kvrpcpb.RawGetRequest.create({ context: w.context(), key: bytes(key) })
  )
  return notFound ? undefined : text(value)
}
/** Lets every microtask that is due run. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

describe("compare and swap", () => {
  test("swaps iff the value is the one named, and tells the value before", () =>
    withWorld(async (w) => {
      expect(await cas(w, "x", "v")).toMatchObject({ succeed: false, previousNotExist: true })
      expect(await cas(w, undefined, "1")).toMatchObject({ succeed: true, previousNotExist: true, error: "" })
      expect(await cas(w, undefined, "2")).toMatchObject({
        succeed: false,
        previousNotExist: false,
        previousValue: bytes("1")
      })
      expect(await cas(w, "1", "")).toMatchObject({ succeed: true, previousValue: bytes("1") })
      expect(await cas(w, "", "3")).toMatchObject({ succeed: true, previousNotExist: false, previousValue: bytes("") })
      expect(await cas(w, "3", "", { delete: true })).toMatchObject({ succeed: true, previousValue: bytes("3") })
      expect(await get(w)).toBeUndefined()
      expect(w.raw.stats().latchedKeys).toBe(0)
    }))

  test("an expired value is absent; the new one may have a ttl of its own", () =>
    withWorld(async (w) => {
      await cas(w, undefined, "1", { ttl: 5 })
      w.clock.seconds += 5
      expect(await cas(w, "1", "2")).toMatchObject({ succeed: false, previousNotExist: true })
      expect(await cas(w, undefined, "2")).toMatchObject({ succeed: true })
      expect(await get(w)).toBe("2")
    }))

  test("of many swaps from one value exactly one succeeds, also while answers are held back", () =>
    withWorld(async (w) => {
      w.router.hold()
      const results = Array.from({ length: 50 }, (_, i) => cas(w, undefined, `v${i}`))
      await settle()
      // The others wait for the latch: only one write was proposed.
      expect(w.router.seen.write).toBe(1)
      w.router.release()
      const done = await Promise.all(results)
      expect(done.filter(({ succeed }) => succeed).length).toBe(1)
      expect(done[0]?.succeed).toBe(true)
      expect(w.router.seen.write).toBe(1)
      expect(await get(w)).toBe("v0")
    }))

  test("writes for_cas take their turn with the swaps of any of their keys; others do not wait", () =>
    withWorld(async (w) => {
      w.router.hold()
      const order: Array<string> = []
      const note = (name: string) => () => {
        order.push(name)
      }
      const first = cas(w, undefined, "1").then(note("swap"))
      const batch = w
        .call(
          w.raw.batchPut,
          kvrpcpb.RawBatchPutRequest.create({
            context: w.context(),
            pairs: ["j", "k", "k"].map((key) => kvrpcpb.KvPair.create({ key: bytes(key), value: bytes("b") })),
            forCas: true
          })
        )
        .then(note("batch"))
      const other = w
        .call(w.raw.delete, kvrpcpb.RawDeleteRequest.create({ context: w.context(), key: bytes("j"), forCas: true }))
        .then(note("delete of j"))
      await settle()
      expect(w.router.seen.write).toBe(1)
      const free = w.call(
        w.raw.put,
        kvrpcpb.RawPutRequest.create({ context: w.context(), key: bytes("k"), value: bytes("plain") })
      )
      await settle()
      expect(w.router.seen.write).toBe(2)
      w.router.release()
      await Promise.all([first, batch, other, free])
      expect(order).toEqual(["swap", "batch", "delete of j"])
      expect([await get(w, "k"), await get(w, "j")]).toEqual(["b", undefined])
      expect(w.raw.stats().latchedKeys).toBe(0)
    }))

  test("a swap whose leadership changed between read and write is refused, and the latch is free again", () =>
    withWorld(async (w) => {
      const read = w.router.read.bind(w.router)
      w.router.read = (request, answer) =>
        read(request, (result) => {
          // Another term begins before the write is proposed.
          w.router.term++
          answer(result)
        })
      const refused = await cas(w, undefined, "1")
      expect(refused.regionError?.staleCommand).toBeDefined()
      expect(refused.succeed).toBe(false)
      w.router.read = read
      expect(await get(w)).toBeUndefined()
      expect(await cas(w, undefined, "2")).toMatchObject({ succeed: true })
    }))

  test("a write of unknown outcome holds the latch until the outcome is known", () =>
    withWorld(async (w) => {
      const deadlines: Array<number> = []
      const write = w.router.write.bind(w.router)
      w.router.write = (request, answer) => {
        deadlines.push(request.header.deadlineMs)
        write(request, answer)
      }
      const swap = (deadlineMs: number) =>
        new Promise<kvrpcpb.RawCASResponse>((resolve) =>
          w.raw.compareAndSwap(
            kvrpcpb.RawCASRequest.create({ context: w.context(), key: bytes("k"), previousNotExist: true }),
            deadlineMs,
            resolve
          )
        )
      w.router.hold()
      const first = swap(10)
      const second = swap(10)
      w.clock.ms = 11
      w.router.release()
      expect((await first).succeed).toBe(true)
      // The second came to its turn after its deadline: it did not read.
      expect((await second).regionError?.message).toBe("Deadline is exceeded")
      expect(deadlines.every((deadline) => deadline > 1e12)).toBe(true)
      const late = await new Promise<kvrpcpb.RawPutResponse>((resolve) =>
        w.raw.put(kvrpcpb.RawPutRequest.create({ context: w.context(), key: bytes("k"), forCas: true }), 10, resolve)
      )
      expect(late.regionError?.message).toBe("Deadline is exceeded")
    }))

  test("too many waiting for one key: ServerIsBusy, and those accepted are served", () =>
    withWorld(async (w) => {
      w.router.hold()
      const results = Array.from({ length: 6 }, () => cas(w, undefined, "v"))
      await settle()
      w.router.release()
      const done = await Promise.all(results)
      expect(done.map(({ regionError }) => regionError?.serverIsBusy !== undefined)).toEqual([
        false,
        false,
        false,
        false,
        true,
        true
      ])
    }, 3))
})

describe("KeyLatches", () => {
  test("first come, first served on each key; disjoint keys run side by side; no deadlock in any order", () => {
    const latches = new KeyLatches(100)
    const order: Array<number> = []
    const releases: Array<() => void> = []
    const run = (id: number, keys: ReadonlyArray<string>) =>
      latches.acquire(keys, (release) => {
        order.push(id)
        releases[id] = release
      })
    run(0, ["a"])
    run(1, ["a", "b"])
    run(2, ["b", "a"])
    run(3, ["c"])
    run(4, ["b"])
    expect(order).toEqual([0, 3])
    releases[0]?.()
    expect(order).toEqual([0, 3, 1])
    releases[1]?.()
    expect(order).toEqual([0, 3, 1, 2])
    releases[2]?.()
    expect(order).toEqual([0, 3, 1, 2, 4])
    releases[3]?.()
    releases[4]?.()
    expect(latches.size).toBe(0)
    expect(() => releases[4]?.()).toThrow("released twice")
  })

  test("a command waits until it is first in every one of its queues", () => {
    const latches = new KeyLatches(100)
    const releases: Array<() => void> = []
    for (const key of ["a", "b"]) latches.acquire([key], (release) => releases.push(release))
    let ran = false
    latches.acquire(["a", "b"], (release) => {
      ran = true
      release()
    })
    releases[1]?.()
    expect(ran).toBe(false)
    releases[0]?.()
    expect(ran).toBe(true)
    expect(latches.size).toBe(0)
  })

  test("a long queue that releases at once does not grow the stack", () => {
    const latches = new KeyLatches(100_000)
    let ran = 0
    let free = () => {}
    latches.acquire(["k"], (release) => {
      free = release
    })
    for (let i = 0; i < 50_000; i++) {
      latches.acquire(["k"], (release) => {
        ran++
        release()
      })
    }
    free()
    expect(ran).toBe(50_000)
    expect(latches.size).toBe(0)
  })
})
