/**
 * A peer that was cut off while its region moved on: everybody it knew may be gone, so nobody tells it. After a long time
 * without a leader it asks the scheduler who the members are, and leaves when it is not among them any more.
 * Source: tikv `on_check_peer_stale_state`, tikv/tikv#1003.
 */
import { epochOf, findPeerById, type metapb, type RegionId } from "@reefkv/wire"
import { destroyLater } from "./destroy.ts"
import type { Peer } from "./Peer.ts"
import type { StoreState } from "./StoreState.ts"

/** Once per tick of an awake peer. */
export const checkStale = (store: StoreState, peer: Peer): void => {
  if (peer.isLeader && peer.damaged === undefined) {
    peer.leaderHeardMs = store.nowMs
    return
  }
  if (peer.staleCheckPending || store.nowMs - peer.leaderHeardMs < store.config.stalePeerCheckMs) return
  peer.staleCheckPending = true
  // Asks again after another such time, whatever the answer.
  const askedMs = store.nowMs
  peer.leaderHeardMs = askedMs
  store.services.workers.lookUpRegion.submit(peer.regionId, (answer) =>
    store.mailbox.put({
      type: "result",
      run: () => {
        peer.staleCheckPending = false
        if (answer._tag === "Done" && peer.leaderHeardMs === askedMs) {
          onVerdict(store, peer.regionId, peer, answer.value?.region)
        }
      }
    })
  )
}

/**
 * Only a newer membership without this peer is a proof. A scheduler that does not know the region may have lost it, and
 * one that knows an older membership may not have heard yet, also of a peer that is still empty.
 */
const onVerdict = (store: StoreState, regionId: RegionId, asked: Peer, region: metapb.Region | undefined): void => {
  const peer = store.peers.get(regionId)
  if (peer === undefined || peer !== asked || region === undefined) return
  if (findPeerById(region, peer.id) !== undefined) return
  const own = Math.max(peer.region.regionEpoch?.confVer ?? 0, peer.memberAtConfVer)
  if (epochOf(region).confVer > own) destroyLater(store, peer, "stale", { epoch: epochOf(region) })
}
