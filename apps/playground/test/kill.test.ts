/**
 * Processes that die without a word while a client writes: whatever was acknowledged is there afterwards, what is left
 * of the cluster goes on, and who comes back catches up.
 */
import { describe, expect, test } from "bun:test"
import { connect, type Kv } from "@reefkv/client"
import {
  awaitCondition,
  awaitReplicated,
  leaderOf,
  regionsOf,
  startCluster,
  storeEvents,
  type TestCluster
} from "@reefkv/process/testing"
import { startAckedLoad } from "./support/AckedLoad.ts"

const testTimeoutMs = 60_000
/** Acknowledged puts before and after each blow. */
const someKeys = 300

const threeStores = () => startCluster({ stores: 3, engine: "sqlite" })
const clientOf = (cluster: TestCluster): Promise<Kv> => connect(cluster.scheduler.address)
const firstRegion = async (cluster: TestCluster): Promise<number> => {
  const [region] = await regionsOf(cluster.stores[0]!)
  return region!.id
}

describe("kill -9 during a load", () => {
  test(
    "of the leader's store: the others go on, and it catches up when it is back",
    async () => {
      await using cluster = await threeStores()
      await awaitReplicated(cluster.stores)
      await using kv = await clientOf(cluster)
      const load = startAckedLoad(kv, "leader/")
      await load.awaitMore(someKeys)
      const killed = await leaderOf(cluster.stores, await firstRegion(cluster))
      await killed.kill()
      await load.awaitMore(someKeys)
      await killed.restart()
      await load.awaitMore(someKeys)
      await load.stop()
      await load.verify(kv)
      await awaitReplicated(cluster.stores)
      expect(load.failures()).toEqual([])
    },
    testTimeoutMs
  )

  test(
    "of a follower's store: nobody waits for an election",
    async () => {
      await using cluster = await threeStores()
      await awaitReplicated(cluster.stores)
      await using kv = await clientOf(cluster)
      const load = startAckedLoad(kv, "follower/")
      await load.awaitMore(someKeys)
      const regionId = await firstRegion(cluster)
      const leader = await leaderOf(cluster.stores, regionId)
      const follower = cluster.stores.find((store) => store !== leader)!
      const termBefore = (await regionsOf(leader))[0]!.term
      await follower.kill()
      await load.awaitMore(someKeys)
      await follower.restart()
      await load.awaitMore(someKeys)
      await load.stop()
      await load.verify(kv)
      await awaitReplicated(cluster.stores)
      expect((await regionsOf(leader))[0]).toMatchObject({ term: termBefore })
      expect(load.failures()).toEqual([])
    },
    testTimeoutMs
  )

  test(
    "of every process at once: all acknowledged keys are there after the restart",
    async () => {
      await using cluster = await threeStores()
      await awaitReplicated(cluster.stores)
      const before = await clientOf(cluster)
      const load = startAckedLoad(before, "all/")
      await load.awaitMore(someKeys)
      const members = [cluster.scheduler, ...cluster.stores]
      for (const member of members) member.process.signal("SIGKILL")
      await Promise.all(members.map((member) => member.process.ended))
      const stopped = load.stop()
      await before.close()
      await stopped
      // Stores come back without their scheduler: what they know is on their own disks, but they wait for it to listen.
      await Promise.all(members.map((member) => member.restart()))
      await using kv = await clientOf(cluster)
      await load.verify(kv)
      await kv.put("all/after", "value")
      expect(await kv.getString("all/after")).toBe("value")
      await awaitReplicated(cluster.stores)
    },
    testTimeoutMs
  )
})

describe("kill -9 of the scheduler", () => {
  test(
    "the data path goes on, regions split again when it is back, and ids never repeat",
    async () => {
      await using cluster = await startCluster({
        stores: 3,
        engine: "sqlite",
        storeFlags: { "raftstore.region-max-size": "48KiB", "raftstore.region-split-size": "32KiB" }
      })
      await awaitReplicated(cluster.stores)
      await using kv = await clientOf(cluster)
      const load = startAckedLoad(kv, "scheduler/")
      const store = cluster.stores[0]!
      await awaitCondition("two regions", async () => ((await regionsOf(store)).length >= 2 ? true : undefined))
      await cluster.scheduler.kill()
      const seen = new Set((await regionsOf(store)).flatMap(({ id, peers }) => [id, ...peers.map((peer) => peer.id)]))
      await load.awaitMore(someKeys)
      await cluster.scheduler.restart()
      const regionsBefore = (await regionsOf(store)).length
      await awaitCondition("another split", async () =>
        (await regionsOf(store)).length > regionsBefore ? true : undefined
      )
      await load.stop()
      await load.verify(kv)
      expect(load.failures()).toEqual([])
      const ids = (await regionsOf(store)).flatMap(({ id, peers }) => [id, ...peers.map((peer) => peer.id)])
      expect(ids.length).toBe(new Set(ids).size)
      for (const id of seen) expect(ids).toContain(id)
      expect(Math.max(...ids)).toBeGreaterThan(Math.max(...seen))
    },
    testTimeoutMs
  )
})

describe("a store that was away while the log was compacted past it", () => {
  const shortLogs = {
    // A frozen process still finds in its sockets what was sent to it: that must not be all.
    "raftstore.max-inflight-messages": "8",
    "raftstore.log-gc-interval": "200ms",
    "raftstore.log-gc-count-limit": "50",
    "raftstore.log-gc-threshold": "10",
    "raftstore.log-gc-bytes-limit": "16KiB"
  }
  /** More than fits into those messages, with one entry for each writer at most. */
  const entriesUnderWay = 100
  for (const away of ["stopped", "frozen"] as const) {
    test(
      `${away}: it catches up by a snapshot and serves what was written meanwhile`,
      async () => {
        await using cluster = await startCluster({ stores: 3, engine: "sqlite", storeFlags: shortLogs })
        await awaitReplicated(cluster.stores)
        await using kv = await clientOf(cluster)
        const regionId = await firstRegion(cluster)
        const leader = await leaderOf(cluster.stores, regionId)
        const absent = cluster.stores.find((store) => store !== leader)!
        const before = (await regionsOf(absent))[0]!
        const appliedBefore = await storeEvents(absent.statusAddress, "snapshotsApplied")
        if (away === "stopped") await absent.stop()
        else absent.pause()
        const load = startAckedLoad(kv, "away/")
        await load.awaitMore(someKeys)
        await awaitCondition("the log compacted past the absent store", async () =>
          (await regionsOf(leader))[0]!.truncated_index > before.last_index + entriesUnderWay ? true : undefined
        )
        await load.stop()
        if (away === "stopped") await absent.restart()
        else absent.resume()
        await awaitReplicated(cluster.stores)
        const snapshots = await storeEvents(absent.statusAddress, "snapshotsApplied")
        expect(snapshots).toBeGreaterThan(away === "stopped" ? 0 : appliedBefore)
        // Only the store that was away and one other are left: it has to vote, and it may have to lead.
        await leader.kill()
        await load.verify(kv)
        await kv.put("away/after", "value")
        expect(await kv.getString("away/after")).toBe("value")
      },
      testTimeoutMs
    )
  }
})
