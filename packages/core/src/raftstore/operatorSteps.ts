/**
 * What the scheduler wants of a region that this store leads. A step enters as any other admin request: an epoch that has
 * moved refuses it. Whether it took effect the scheduler sees by the next heartbeat, and sends it again if not.
 */
import { epochOf, type eraftpb, type metapb, pdpb, raft_cmdpb } from "@reefkv/wire"
import { onAdmin } from "./admin/onAdmin.ts"
import { checkSplit } from "./admin/split.ts"
import type { AdminRequest } from "./Router.ts"
import type { StoreState } from "./StoreState.ts"

export const onOperatorStep = (store: StoreState, step: pdpb.RegionHeartbeatResponse): void => {
  const peer = store.peers.get(step.regionId)
  if (peer === undefined || !peer.isLeader) return
  const command = commandOf(step)
  store.emit({
    type: "OperatorStepReceived",
    storeId: store.storeId,
    regionId: step.regionId,
    step: command?.type ?? (step.splitRegion !== undefined ? "split" : "unknown")
  })
  const epoch = step.regionEpoch ?? epochOf(peer.region)
  if (command !== undefined) {
    onAdmin(
      store,
      { header: { regionId: peer.regionId, epoch, peer: undefined, term: 0, deadlineMs: 0 }, command },
      // The scheduler sees by the next heartbeat whether the step took effect, and sends it again if not.
      () => {}
    )
    return
  }
  if (step.splitRegion !== undefined && epochOf(peer.region).version === epoch.version) checkSplit(store, peer, "half")
}

const commandOf = (step: pdpb.RegionHeartbeatResponse): AdminRequest["command"] | undefined => {
  if (step.changePeer !== undefined) return { type: "changePeers", changes: [changeOf(step.changePeer)] }
  if (step.changePeerV2 !== undefined) {
    const { changes } = step.changePeerV2
    return changes.length === 0 ? { type: "leaveJoint" } : { type: "changePeers", changes: changes.map(changeOf) }
  }
  if (step.transferLeader !== undefined) {
    const target = step.transferLeader.peer ?? step.transferLeader.peers[0]
    return target === undefined ? undefined : { type: "transferLeader", peer: target }
  }
  if (step.splitRegion?.policy === pdpb.CheckPolicy.USEKEY && step.splitRegion.keys.length > 0) {
    return { type: "split", splitKeys: step.splitRegion.keys }
  }
  return undefined
}

const changeOf = (change: {
  readonly changeType: eraftpb.ConfChangeType
  readonly peer: metapb.Peer | undefined
}): raft_cmdpb.ChangePeerRequest =>
  raft_cmdpb.ChangePeerRequest.create({ changeType: change.changeType, peer: change.peer })
