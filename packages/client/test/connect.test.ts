import { afterEach, beforeEach, describe, expect, test } from "bun:test"
import { Effect, Exit, Scope } from "effect"
import { connect, type Kv, KvError } from "../src/index.ts"
import { bytes, type FakeCluster, makeFakeCluster } from "./FakeCluster.ts"

let scope: Scope.Closeable
let cluster: FakeCluster
let kv: Kv

beforeEach(async () => {
  scope = Scope.makeUnsafe()
  cluster = await Effect.runPromise(Effect.provideService(makeFakeCluster(), Scope.Scope, scope))
  kv = await connect(cluster.pd?.address ?? "")
})
afterEach(async () => {
  await kv.close()
  await Effect.runPromise(Scope.close(scope, Exit.void))
})

describe("connect", () => {
  test("put, get, delete", async () => {
    await kv.put("city/delft", "Delft")
    expect(await kv.get("city/delft")).toEqual(bytes("Delft"))
    expect(await kv.getString("city/delft")).toBe("Delft")
    await kv.delete("city/delft")
    expect(await kv.get("city/delft")).toBeUndefined()
    expect(await kv.getString("city/delft")).toBeUndefined()
  })

  test("many at once", async () => {
    await kv.putMany([
      ["a", "1"],
      ["b", "2"]
    ])
    await kv.putMany(new Map([["c", "3"]]))
    expect(await kv.getMany(["c", "x", "a"])).toEqual([bytes("3"), undefined, bytes("1")])
    await kv.deleteMany(["a", "b"])
    await kv.deleteRange({ prefix: "c" })
    expect(cluster.data.size).toBe(0)
  })

  test("a scan is a loop, as bytes, as text or as a list", async () => {
    await kv.putMany([
      ["city/b", "B"],
      ["city/a", "A"],
      ["country/c", "C"]
    ])
    cluster.split("city/b")
    const seen: Array<[Uint8Array, Uint8Array]> = []
    for await (const [key, value] of kv.scan({ prefix: "city/" })) seen.push([key, value])
    expect(seen).toEqual([
      [bytes("city/a"), bytes("A")],
      [bytes("city/b"), bytes("B")]
    ])
    const names: Array<string> = []
    for await (const [key, value] of kv.scan({ reverse: true }).strings()) names.push(`${key}=${value}`)
    expect(names).toEqual(["country/c=C", "city/b=B", "city/a=A"])
    expect((await kv.scan({ limit: 2 }).toArray()).length).toBe(2)
  })

  test("leaving a scan early asks for no more pages", async () => {
    await kv.putMany(Array.from({ length: 100 }, (_, i) => [`k${i + 100}`, "v"]))
    cluster.counts.clear()
    for await (const [key] of kv.scan({ pageSize: 10 }).strings()) if (key === "k105") break
    expect(cluster.counted("rawScan")).toBeLessThanOrEqual(2)
  })

  test("compare and swap, and time to live", async () => {
    expect(await kv.compareAndSwap("a", undefined, "1")).toEqual({ swapped: true, previous: undefined })
    expect(await kv.compareAndSwap("a", "0", "2")).toEqual({ swapped: false, previous: bytes("1") })
    await kv.put("b", "1", { ttlSeconds: 9 })
    expect(await kv.getTtl("b")).toBe(9)
    expect((await kv.checksum()).totalKvs).toBe(2)
  })

  test("errors are errors, with a reason and a sentence", async () => {
    const error = await kv.put("a", new Uint8Array([0])).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(KvError)
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toContain('put of "a": values must not start with zero')
    const inScan = await kv
      .scan({ limit: -1 })
      .toArray()
      .catch((error: unknown) => error)
    expect(inScan).toMatchObject({ _tag: "KvError", reason: "invalid-argument" })
    const inLoop = async () => {
      for await (const _ of kv.scan({ prefix: "a", end: "b" }));
    }
    await expect(inLoop()).rejects.toBeInstanceOf(KvError)
  })

  test("close may be called twice, and answers what comes after", async () => {
    await kv.close()
    await kv.close()
    await expect(kv.get("a")).rejects.toMatchObject({ reason: "closed" })
    await expect(kv.getMany(["a"])).rejects.toMatchObject({ reason: "closed" })
  })

  test("await using closes at the end of the block", async () => {
    let inside: Kv
    {
      await using other = await connect([cluster.pd?.address ?? ""])
      await other.put("a", "1")
      inside = other
    }
    await expect(inside.get("a")).rejects.toMatchObject({ reason: "closed" })
  })

  test("nothing to connect to is an error that names the address", async () => {
    await expect(connect("nowhere")).rejects.toThrow('"nowhere" is no scheduler endpoint')
  })
})
