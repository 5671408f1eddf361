/** Which region holds a key, at 10,000 regions: asked by a client, the scheduler and a store for every request or report. */
import { makeKeyCodec, metapb } from "@reefkv/wire"
import { RegionCache } from "../../../packages/client/src/routing/RegionCache.ts"
import { RegionMap } from "../../../packages/core/src/raftstore/regionMap.ts"
import { unreportedRegion } from "../../../packages/scheduler/src/cluster/RegionInfo.ts"
import { RegionTree } from "../../../packages/scheduler/src/cluster/RegionTree.ts"
import { keyOf, seedDefault, seededRandom } from "../process/seeded.ts"
import { keep, type Micro, type Suite } from "./Suite.ts"

const regions = 10_000
const lookups = 1_000

export const lookupSuite = (): Suite => {
  const random = seededRandom(seedDefault)
  const metas = Array.from({ length: regions }, (_, i) =>
    metapb.Region.create({
      id: i + 1,
      startKey: i === 0 ? new Uint8Array(0) : keyOf(i * 100),
      endKey: i === regions - 1 ? new Uint8Array(0) : keyOf((i + 1) * 100),
      regionEpoch: metapb.RegionEpoch.create({ confVer: 3, version: 10 }),
      peers: [1, 2, 3].map((storeId) => metapb.Peer.create({ id: i * 3 + storeId, storeId }))
    })
  )
  const cache = new RegionCache({
    codec: makeKeyCodec("V1", "raw"),
    context: { apiVersion: kvV1, keyspace: undefined, keyspaceName: "", clusterId: 1 },
    regionsMax: regions
  })
  const tree = new RegionTree()
  const map = new RegionMap()
  for (const meta of metas) {
    cache.insert(meta, meta.peers[0])
    tree.put(unreportedRegion(meta))
  }
  map.replace([], metas)
  const keys = Array.from({ length: lookups }, () => keyOf(Math.floor(random() * regions * 100)))
  const lookup = (name: string, find: (key: Uint8Array) => unknown): Micro => ({
    name: `lookup in 10,000 regions: ${name}`,
    variant: "",
    items: lookups,
    unit: "lookup",
    run: () => {
      for (let i = 0; i < lookups; i++) keep(find(keys[i]!))
    }
  })
  return {
    benches: [
      lookup("client's cache", (key) => cache.locate(key)),
      lookup("scheduler's tree", (key) => tree.find(key)),
      lookup("store's map", (key) => map.byKey(key))
    ],
    close: () => Promise.resolve()
  }
}

const kvV1 = 0
