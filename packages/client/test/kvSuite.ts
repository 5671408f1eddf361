/** What a Kv promises, whatever is behind it. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test"
import { Effect } from "effect"
import { type Kv, KvError } from "../src/index.ts"
import { bytes } from "./FakeCluster.ts"

export interface Opened {
  readonly kv: Kv
  /** Whatever must go away after the test besides `kv`. */
  readonly cleanUp: () => Promise<void>
}

export const kvSuite = (name: string, open: () => Promise<Opened>): void => {
  describe(name, () => {
    let kv: Kv
    let opened: Opened
    beforeEach(async () => {
      opened = await open()
      kv = opened.kv
    })
    afterEach(async () => {
      await kv.close()
      await opened.cleanUp()
    })
    const split = (...keys: ReadonlyArray<string>) => Effect.runPromise(kv.client.splitRegions(keys))

    test("put, get, delete", async () => {
      await kv.put("city/delft", "Delft")
      expect(await kv.get("city/delft")).toEqual(bytes("Delft"))
      expect(await kv.getString("city/delft")).toBe("Delft")
      await kv.put("city/delft", "")
      expect(await kv.get("city/delft")).toEqual(new Uint8Array())
      await kv.delete("city/delft")
      await kv.delete("city/delft")
      expect(await kv.get("city/delft")).toBeUndefined()
      expect(await kv.getString("city/delft")).toBeUndefined()
    })

    test("keys and values are any bytes", async () => {
      const key = new Uint8Array([0, 255, 0])
      const value = new Uint8Array([255, 0, 128])
      await kv.put(key, value)
      expect(await kv.get(key)).toEqual(value)
      expect(await kv.scan().toArray()).toEqual([[key, value]])
    })

    test("a value that was got is the caller's own", async () => {
      const value = bytes("one")
      await kv.put("a", value)
      value.fill(0)
      const got = await kv.get("a")
      expect(got).toEqual(bytes("one"))
      got?.fill(0)
      expect(await kv.get("a")).toEqual(bytes("one"))
    })

    test("many at once, over regions", async () => {
      await split("b", "c")
      await kv.putMany([
        ["a", "1"],
        ["b", "2"]
      ])
      await kv.putMany(new Map([["c", "3"]]))
      expect(await kv.getMany(["c", "x", "a"])).toEqual([bytes("3"), undefined, bytes("1")])
      await kv.deleteMany(["a", "b"])
      await kv.deleteRange({ prefix: "c" })
      expect(await kv.scan().toArray()).toEqual([])
    })

    test("a scan is a loop, as bytes, as text or as a list", async () => {
      await kv.putMany([
        ["city/b", "B"],
        ["city/a", "A"],
        ["country/c", "C"]
      ])
      await split("city/b")
      const seen: Array<readonly [Uint8Array, Uint8Array]> = []
      for await (const entry of kv.scan({ prefix: "city/" })) seen.push(entry)
      expect(seen).toEqual([
        [bytes("city/a"), bytes("A")],
        [bytes("city/b"), bytes("B")]
      ])
      const names: Array<string> = []
      for await (const [key, value] of kv.scan({ reverse: true }).strings()) names.push(`${key}=${value}`)
      expect(names).toEqual(["country/c=C", "city/b=B", "city/a=A"])
      expect((await kv.scan({ limit: 2 }).toArray()).length).toBe(2)
    })

    test("a scan follows regions that split under it, in both directions", async () => {
      const keys = Array.from({ length: 60 }, (_, i) => `k${String(i).padStart(2, "0")}`)
      await kv.putMany(keys.map((key) => [key, "v"] as const))
      for (const reverse of [false, true]) {
        const seen: Array<string> = []
        for await (const [key] of kv.scan({ pageSize: 7, reverse }).strings()) {
          seen.push(key)
          if (seen.length === 9) await split(reverse ? "k44" : "k15", "k30")
        }
        expect(seen).toEqual(reverse ? [...keys].reverse() : keys)
      }
    })

    test("compare and swap", async () => {
      expect(await kv.compareAndSwap("a", undefined, "1")).toEqual({ swapped: true, previous: undefined })
      expect(await kv.compareAndSwap("a", "0", "2")).toEqual({ swapped: false, previous: bytes("1") })
      expect(await kv.compareAndSwap("a", "1", "2")).toEqual({ swapped: true, previous: bytes("1") })
      expect(await kv.getString("a")).toBe("2")
    })

    test("of many who swap at once one wins", async () => {
      const swaps = Array.from({ length: 20 }, (_, i) => kv.compareAndSwap("a", undefined, `${i}`))
      const won = (await Promise.all(swaps)).flatMap(({ swapped }, i) => (swapped ? [`${i}`] : []))
      expect(won.length).toBe(1)
      expect(await kv.getString("a")).toBe(won[0])
    })

    test("atomic writes take their turn with swaps", async () => {
      await kv.put("a", "0")
      await Promise.all([kv.compareAndSwap("a", "0", "1"), kv.put("a", "2", { atomic: true })])
      // The put came before the swap, which then found 2; or after it.
      expect(await kv.getString("a")).toBe("2")
      await kv.delete("a", { atomic: true })
      expect(await kv.get("a")).toBeUndefined()
    })

    test("time to live, and a checksum", async () => {
      await kv.put("a", "1")
      await kv.put("b", "1", { ttlSeconds: 1_000 })
      expect(await kv.getTtl("a")).toBe(Number.POSITIVE_INFINITY)
      expect(await kv.getTtl("b")).toBeWithin(990, 1_001)
      expect(await kv.getTtl("c")).toBeUndefined()
      await split("b")
      expect((await kv.checksum()).totalKvs).toBe(2)
      expect((await kv.checksum({ start: "b" })).totalKvs).toBe(1)
    })

    test("regions and stores are told", async () => {
      await split("m")
      const regions = await Effect.runPromise(kv.client.regions())
      expect(regions.map(({ end, start }) => [start, end])).toEqual([
        [new Uint8Array(), bytes("m")],
        [bytes("m"), new Uint8Array()]
      ])
      expect((await Effect.runPromise(kv.client.stores())).length).toBeGreaterThan(0)
    })

    test("errors are errors, with a reason and a sentence", async () => {
      const error = await kv.put("", "1").catch((error: unknown) => error)
      expect(error).toBeInstanceOf(KvError)
      expect(error).toBeInstanceOf(Error)
      expect(String(error)).toContain("the key is empty")
      const family = await kv.put("a", "1", { columnFamily: "nothing" }).catch((error: unknown) => error)
      expect(family).toMatchObject({ _tag: "KvError", reason: "refused" })
      const inLoop = async () => {
        for await (const _ of kv.scan({ prefix: "a", end: "b" }));
      }
      await expect(inLoop()).rejects.toMatchObject({ _tag: "KvError", reason: "invalid-argument" })
    })

    test("close may be called twice, and answers what comes after", async () => {
      await Promise.all([kv.close(), kv.close()])
      await kv.close()
      await expect(kv.get("a")).rejects.toMatchObject({ reason: "closed" })
      await expect(kv.getMany(["a"])).rejects.toMatchObject({ reason: "closed" })
      await expect(kv.scan().toArray()).rejects.toMatchObject({ reason: "closed" })
    })

    test("calls that are open when it closes are answered", async () => {
      const calls = Array.from({ length: 50 }, (_, i) =>
        kv.put(`k${i}`, "v").then(
          () => "done",
          (error: KvError) => error.reason
        )
      )
      await kv.close()
      for (const outcome of await Promise.all(calls)) expect(["done", "closed", "undetermined"]).toContain(outcome)
    })
  })
}
