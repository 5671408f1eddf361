/**
 * Leadership moves to another voter: asked of Raft, not written to the log, and answered at once. Raft brings the target
 * up to date, refuses proposals meanwhile, and gives up after an election timeout; the lease is void for that time.
 */
import { findPeerById, formatPeer, isVoter, type metapb } from "@reefkv/wire"
import type { Peer } from "../Peer.ts"
import type { AdminDone, Answer } from "../Router.ts"
import type { StoreState } from "../StoreState.ts"

export const transferLeader = (store: StoreState, peer: Peer, target: metapb.Peer, answer: Answer<AdminDone>): void => {
  const { answers } = store
  const to = findPeerById(peer.region, target.id)
  if (to === undefined || !isVoter(to)) {
    answers.add(answer, {
      _tag: "Refused",
      message: `region ${peer.regionId}: ${formatPeer(target)} is no voter of it, leadership stays with peer ${peer.id}`
    })
    return
  }
  if (to.id !== peer.id) {
    store.emit({ type: "LeaderTransferStarted", storeId: store.storeId, regionId: peer.regionId, toPeerId: to.id })
    peer.raft.transferLeader(to.id)
    store.touch(peer)
  }
  answers.add(answer, { _tag: "AdminDone", regions: [peer.region] })
}
