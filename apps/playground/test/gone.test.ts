/** A store that is gone for long, and one that is asked to go: its replicas are made anew elsewhere, and nothing is lost. */
import { expect, test } from "bun:test"
import { connect } from "@reefkv/client"
import {
  awaitCondition,
  fetchJson,
  type StoreMember,
  startCluster,
  storeRegions,
  type TestCluster
} from "@reefkv/process/testing"

const testTimeoutMs = 60_000
const keys = 400
const replicas = 3
const voter = "Voter"

interface PdRegion {
  readonly id: number
  readonly peers: ReadonlyArray<{ readonly store_id: number; readonly role_name: string }>
}

const pdRegions = async (cluster: TestCluster): Promise<ReadonlyArray<PdRegion>> =>
  ((await fetchJson(cluster.scheduler.address, "/pd/api/v1/regions")) as { readonly regions: ReadonlyArray<PdRegion> })
    .regions

const isWhole = ({ peers }: PdRegion): boolean =>
  peers.length === replicas && peers.every(({ role_name }) => role_name === voter)
const isOn = ({ peers }: PdRegion, store: StoreMember): boolean =>
  peers.some(({ store_id }) => store_id === store.storeId)

const awaitRegions = (cluster: TestCluster, what: string, holds: (regions: ReadonlyArray<PdRegion>) => boolean) =>
  awaitCondition(what, async () => (holds(await pdRegions(cluster)) ? true : undefined))

test(
  "four stores: one dies, is replaced, comes back as a guest; another is removed, emptied, and not let in again",
  async () => {
    await using cluster = await startCluster({
      stores: 4,
      engine: "sqlite",
      storeFlags: {
        "raftstore.region-max-size": "24KiB",
        "raftstore.region-split-size": "16KiB",
        "raftstore.stale-peer-check": "2s",
        "raftstore.peer-down": "2s"
      },
      schedulerFlags: {
        "schedule.store-disconnected": "1s",
        "schedule.store-unhealthy": "1500ms",
        "schedule.max-store-down": "2s"
      }
    })
    await using kv = await connect(cluster.scheduler.address)
    await kv.putMany(Array.from({ length: keys }, (_, i) => [`key/${i}`, `value ${i} ${"x".repeat(200)}`] as const))
    await awaitRegions(cluster, "several whole regions", (all) => all.length > 3 && all.every(isWhole))
    const [first, second] = [cluster.stores[0]!, cluster.stores[1]!]

    await first.kill()
    await awaitRegions(cluster, "the dead store replaced", (all) =>
      all.every((region) => isWhole(region) && !isOn(region, first))
    )
    await first.restart()
    await awaitCondition("only what is its own on the store that came back", async () => {
      const all = await pdRegions(cluster)
      const here = await storeRegions(first.statusAddress)
      const isOwn = (id: number): boolean => all.some((region) => region.id === id && isOn(region, first))
      return all.every(isWhole) && here.length > 0 && here.every(({ id }) => isOwn(id)) ? true : undefined
    })

    const path = `/pd/api/v1/store/${second.storeId}`
    const removal = await fetch(`http://${cluster.scheduler.address}${path}`, { method: "DELETE" })
    expect(removal.status).toBe(200)
    await cluster.scheduler.process.waitForLine(new RegExp(`INFO +store ${second.storeId} is Tombstone now`))
    await second.process.waitForLine(/WARN +the scheduler refuses this store's heartbeats: /)
    await awaitRegions(cluster, "the removed store replaced", (all) =>
      all.every((region) => isWhole(region) && !isOn(region, second))
    )
    expect(await storeRegions(second.statusAddress)).toEqual([])
    await second.stop()
    await second.restart().catch(() => {})
    const { code, stderr } = await second.process.awaitEnd()
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `error: store ${second.storeId} was removed for good: start it with an empty data directory to join under a new id`
    })
    expect(await kv.scan({ prefix: "key/" }).toArray()).toHaveLength(keys)
  },
  testTimeoutMs
)
