/**
 * Processes that are frozen and thawed (SIGSTOP, SIGCONT): to themselves no time has passed, to the others they were gone.
 */
import { expect, test } from "bun:test"
import { awaitCondition, awaitReplicated, leaderOf, startCluster } from "@reefkv/process/testing"
import { bytes, makeRawCalls } from "./support/rawCalls.ts"

const testTimeoutMs = 60_000

test(
  "a leader that was frozen over an election never answers a read with what it knew before",
  async () => {
    await using cluster = await startCluster({ stores: 3, engine: "memory" })
    await awaitReplicated(cluster.stores)
    await using calls = makeRawCalls(cluster)
    const context = await calls.contextOf(bytes("k"))
    const old = await leaderOf(cluster.stores, context.regionId)
    const oldContext = await calls.contextAt(old, context)
    expect(await calls.put(old, oldContext, "k", "old")).toMatchObject({ regionError: undefined, error: "" })
    expect((await calls.get(old, oldContext, "k")).value).toEqual(bytes("old"))

    old.pause()
    // These wait in the frozen process's sockets, and are the first thing it sees when it goes on.
    const asked = Array.from({ length: 20 }, () => calls.get(old, oldContext, "k"))
    const others = cluster.stores.filter((store) => store !== old)
    const next = await leaderOf(others, context.regionId)
    const nextContext = await calls.contextAt(next, context)
    await awaitCondition("the new leader's write", async () => {
      const { regionError, error } = await calls.put(next, nextContext, "k", "new")
      return regionError === undefined && error === "" ? true : undefined
    })
    old.resume()
    for (const { regionError, value } of await Promise.all(asked)) {
      if (regionError === undefined) expect(value).toEqual(bytes("new"))
    }
    // It learns who leads now, and says so.
    const hint = await awaitCondition("a word of the new leader", async () => {
      const { regionError } = await calls.get(old, oldContext, "k")
      return regionError?.notLeader?.leader
    })
    expect(others.map(({ storeId }) => storeId)).toContain(hint.storeId)
  },
  testTimeoutMs
)

test(
  "a frozen scheduler holds up nobody's reads and writes",
  async () => {
    await using cluster = await startCluster({ stores: 1, engine: "memory" })
    await using calls = makeRawCalls(cluster)
    const context = await calls.contextOf(bytes("k"))
    const [store] = cluster.stores
    cluster.scheduler.pause()
    for (let i = 0; i < 100; i++) {
      expect(await calls.put(store!, context, `k${i}`, "v")).toMatchObject({ regionError: undefined, error: "" })
      expect((await calls.get(store!, context, `k${i}`)).value).toEqual(bytes("v"))
    }
    // Neither is a store that ends held up by it.
    expect(await store!.stop()).toMatchObject({ code: 0 })
    cluster.scheduler.resume()
  },
  testTimeoutMs
)
