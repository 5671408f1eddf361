/** The client against the servers it is written for. */
import { describe, expect, test } from "bun:test"
import { Effect, Exit, Scope } from "effect"
import { connect, type KvError, toText } from "../src/index.ts"
import { kvSuite } from "./kvSuite.ts"
import { makeRealCluster, type RealCluster, untilRegions } from "./RealCluster.ts"

const start = async (
  stores: number,
  options: { readonly apiVersion?: "V1TTL" | "V2" } = {}
): Promise<{ cluster: RealCluster; stop: () => Promise<void> }> => {
  const scope = Scope.makeUnsafe()
  const cluster = await Effect.runPromise(Effect.provideService(makeRealCluster(stores, options), Scope.Scope, scope))
  return { cluster, stop: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}

kvSuite("connect, to a real store", async () => {
  const { cluster, stop } = await start(1)
  return { kv: await connect(cluster.address), cleanUp: stop }
})

kvSuite("connect, to a real store of API V2", async () => {
  const { cluster, stop } = await start(1, { apiVersion: "V2" })
  return { kv: await connect(cluster.address, { apiVersion: "V2" }), cleanUp: stop }
})

describe("three real stores", () => {
  test("writes and reads go on while regions split, leaders move and a store dies", async () => {
    const { cluster, stop } = await start(3)
    const kv = await connect(cluster.address, { attemptTimeoutMs: 1_000 })
    const keys = Array.from({ length: 300 }, (_, i) => `k${String(i).padStart(3, "0")}`)
    await kv.putMany(keys.map((key) => [key, "0"] as const))
    const failures: Array<string> = []
    const refused = (error: KvError) => void failures.push(error.message)
    let stopped = false
    let rounds = 0
    const last = new Map<string, string>()
    const traffic = async (mine: ReadonlyArray<string>) => {
      while (!stopped) {
        const value = `${++rounds}`
        await Promise.all(
          mine.map(async (key) => {
            await kv.put(key, value)
            last.set(key, value)
            const read = await kv.getString(key)
            if (read !== value) failures.push(`${key}: wrote ${value}, read ${read}`)
          })
        ).catch(refused)
      }
    }
    const running = [traffic(keys.slice(0, 100)), traffic(keys.slice(100, 200)), traffic(keys.slice(200))]
    const { scheduler } = cluster

    await Effect.runPromise(kv.client.splitRegions(["k075", "k150", "k225"]))
    await Effect.runPromise(untilRegions(cluster, (regions) => regions.length === 4))
    for (const { leader, region } of await Effect.runPromise(scheduler.regions)) {
      const to = region?.peers.find(({ storeId }) => storeId !== leader?.storeId)
      if (region === undefined || to === undefined) continue
      await Effect.runPromise(
        Effect.ignore(scheduler.addOperator({ kind: "transfer-leader", regionId: region.id, toStoreId: to.storeId }))
      )
    }
    const before = rounds
    await cluster.stores[2]?.stop.pipe(Effect.runPromise)
    const stoppedStore = cluster.stores[2]?.storeId
    await Effect.runPromise(
      untilRegions(cluster, (regions) => regions.every(({ leader }) => leader?.storeId !== stoppedStore))
    )
    while (rounds < before + 30) await new Promise((resolve) => setImmediate(resolve))
    stopped = true
    await Promise.all(running)

    expect(failures).toEqual([])
    const values = (await kv.getMany(keys)).map((value) => toText(value ?? new Uint8Array()))
    expect(values).toEqual(keys.map((key) => last.get(key) ?? "0"))
    await kv.close()
    await stop()
  }, 20_000)
})
