import { afterEach, beforeEach, describe, expect, test } from "bun:test"
import { Effect, Exit, Scope } from "effect"
import { connect, type Kv } from "../src/index.ts"
import { type FakeCluster, makeFakeCluster } from "./FakeCluster.ts"
import { kvSuite } from "./kvSuite.ts"

const startCluster = async () => {
  const scope = Scope.makeUnsafe()
  const cluster = await Effect.runPromise(Effect.provideService(makeFakeCluster(), Scope.Scope, scope))
  return { cluster, stop: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}

kvSuite("connect, to a cluster of servers", async () => {
  const { cluster, stop } = await startCluster()
  return { kv: await connect(cluster.pd?.address ?? ""), cleanUp: stop }
})

describe("connect", () => {
  let cluster: FakeCluster
  let stop: () => Promise<void>
  let kv: Kv
  beforeEach(async () => {
    const started = await startCluster()
    cluster = started.cluster
    stop = started.stop
    kv = await connect(cluster.pd?.address ?? "")
  })
  afterEach(async () => {
    await kv.close()
    await stop()
  })

  test("leaving a scan early asks for no more pages", async () => {
    await kv.putMany(Array.from({ length: 100 }, (_, i) => [`k${i + 100}`, "v"] as const))
    cluster.counts.clear()
    for await (const [key] of kv.scan({ pageSize: 10 }).strings()) if (key === "k105") break
    expect(cluster.counted("rawScan")).toBeLessThanOrEqual(2)
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
