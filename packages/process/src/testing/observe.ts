/** What the cluster is like just now, from its status ports. */
import { awaitCondition } from "./awaitCondition.ts"
import { type StoreRegion, storeRegions } from "./httpStatus.ts"
import type { StoreMember } from "./TestCluster.ts"

/** The member whose store leads `regionId`, as itself says. */
export const leaderOf = (stores: ReadonlyArray<StoreMember>, regionId: number): Promise<StoreMember> =>
  awaitCondition(`a leader of region ${regionId}`, async () => {
    for (const store of stores) {
      if (!store.process.isRunning()) continue
      const region = (await storeRegions(store.statusAddress)).find(({ id }) => id === regionId)
      if (region !== undefined && region.leader_peer_id === region.peer_id) return store
    }
    return undefined
  })

const voterRole = 0

/** Waits until every region that the first store knows has a voter on each store, applied as far as its leader. */
export const awaitReplicated = (stores: ReadonlyArray<StoreMember>): Promise<void> =>
  awaitCondition("all replicas voters and equal", async () => {
    const views = await Promise.all(stores.map((store) => storeRegions(store.statusAddress)))
    const ids = new Set(views.flatMap((regions) => regions.map(({ id }) => id)))
    const isReplicated = (id: number): boolean => {
      const peers = views.map((regions) => regions.find((region) => region.id === id))
      return peers.every(
        (peer) =>
          peer !== undefined &&
          peer.leader_peer_id !== 0 &&
          peer.applied_index === peers[0]?.applied_index &&
          peer.peers.length === stores.length &&
          peer.peers.every(({ role }) => role === voterRole)
      )
    }
    return ids.size > 0 && [...ids].every(isReplicated) ? true : undefined
  }).then(() => undefined)

/** The regions of one store, smallest id first. */
export const regionsOf = async (store: StoreMember): Promise<ReadonlyArray<StoreRegion>> =>
  [...(await storeRegions(store.statusAddress))].sort((a, b) => a.id - b.id)
