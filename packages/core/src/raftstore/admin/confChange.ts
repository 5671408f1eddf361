/**
 * Membership changes. One change enters directly; several enter a joint configuration, which a change without members
 * leaves again. Learners first: a new voter should be added as a learner and promoted once it has caught up.
 *
 *   proposeConfChange  leader, conf_ver, own-term entry committed, one at a time; refused when it would remove or demote
 *                      the leader itself or leave no healthy quorum
 *   applyConfChange    conf_ver checked again; the new peer list and conf_ver computed the same on every replica; a
 *                      repeated change (same type and peer id) succeeds without effect; a replica that finds itself
 *                      removed writes its tombstone as the last thing it does
 *   publishConfChange  Raft gets the change, the region replaces the old one, the scheduler hears of it
 *
 * Source: tikv raftstore `check_conf_change`, `exec_change_peer_v2`; Raft thesis 4.
 */
import { epochOf, eraftpb, findPeer, findPeerById, formatPeer, isVoter, metapb, type raft_cmdpb } from "@reefkv/wire"
import { type Entry, leaveJoint } from "../../raft/index.ts"
import type { AdminOutcome, AfterApply, ApplyPass, PeerApply } from "../apply.ts"
import { CommandError, decodeCommand } from "../commandCodec.ts"
import { confChangeOf, decodeConfChange } from "../confChangeCodec.ts"
import { isJoint } from "../confState.ts"
import { beginFarewells } from "../farewell.ts"
import type { Peer } from "../Peer.ts"
import { proposeConfEntry } from "../propose.ts"
import type { RegionError } from "../RegionError.ts"
import type { AdminDone, Answer } from "../Router.ts"
import { putRegionState } from "../records.ts"
import { epochNotMatch } from "../requestChecks.ts"
import type { StoreState } from "../StoreState.ts"
import { heartbeatNow } from "../workers/heartbeats.ts"

const { ConfChangeType } = eraftpb
const { PeerRole } = metapb
type Change = raft_cmdpb.ChangePeerRequest

const refused = (message: string): RegionError => ({ _tag: "Refused", message })

/** A peer that was silent for so many election timeouts does not count as healthy. */
const healthyElectionTimeouts = 2

// ---- proposing

export const proposeConfChange = (
  store: StoreState,
  peer: Peer,
  changes: ReadonlyArray<Change>,
  deadlineMs: number,
  answer: Answer<AdminDone>
): void => {
  const next = nextRegion(peer.region, changes)
  const refusal =
    next._tag === "Refused"
      ? next
      : next._tag === "Unchanged"
        ? undefined
        : (checkKeepsLeader(peer, next.region) ?? checkHealthyQuorum(store, peer, next.region))
  if (refusal !== undefined) {
    store.answers.add(answer, refusal)
    return
  }
  if (next._tag === "Unchanged") {
    // A step that was sent twice: what it asks for is so already.
    store.answers.add(answer, { _tag: "AdminDone", regions: [peer.region] })
    return
  }
  const index = proposeConfEntry(store, peer, changes, deadlineMs, answer)
  if (index === undefined) return
  store.emit({
    type: "ConfChangeProposed",
    storeId: store.storeId,
    regionId: peer.regionId,
    index,
    summary: summaryOf(changes)
  })
}

/** The leader would leave before the others know the change is committed; in a pair the survivor could never elect. */
const checkKeepsLeader = (peer: Peer, next: metapb.Region): RegionError | undefined => {
  const self = findPeerById(next, peer.id)
  if (self !== undefined && (self.role === PeerRole.Voter || self.role === PeerRole.IncomingVoter)) return undefined
  return refused(`region ${peer.regionId}: the change removes or demotes its leader; transfer leadership first`)
}

const checkHealthyQuorum = (store: StoreState, peer: Peer, next: metapb.Region): RegionError | undefined => {
  const voters = peer.region.peers.filter(isVoter)
  // A single voter is a quorum whatever comes: the new configuration can always be taken back by it.
  if (voters.length === 1 && voters[0]!.id === peer.id) return undefined
  const { progress } = peer.raft.status()
  const silentSinceMs = store.nowMs - healthyElectionTimeouts * store.config.electionTicks * store.config.raftTickMs
  const healthy = (voter: metapb.Peer): boolean =>
    voter.id === peer.id ||
    ((progress.get(voter.id)?.match ?? 0) >= peer.storage.applyState.truncatedIndex &&
      lastSignOfLife(store, peer, voter) > silentSinceMs)
  const joint = isJoint(next)
  const incoming = next.peers.filter((one) => one.role === PeerRole.Voter || one.role === PeerRole.IncomingVoter)
  const outgoing = joint
    ? next.peers.filter((one) => one.role === PeerRole.Voter || one.role === PeerRole.DemotingVoter)
    : []
  for (const half of [incoming, outgoing]) {
    const alive = half.filter(healthy).length
    const quorum = Math.floor(half.length / 2) + 1
    if (half.length > 0 && alive < quorum) {
      return refused(
        `region ${peer.regionId}: ${alive} of ${half.length} voters (${half.map(formatPeer).join(", ")}) would be healthy, a quorum is ${quorum}`
      )
    }
  }
  return undefined
}

/** Of the peer itself, or of its store: a group that slept until now has heard nothing of its members for long. */
const lastSignOfLife = (store: StoreState, peer: Peer, voter: metapb.Peer): number =>
  Math.max(
    peer.lastHeardMs?.get(voter.id) ?? Number.NEGATIVE_INFINITY,
    store.neighbours.heard(voter.storeId) ?? Number.NEGATIVE_INFINITY
  )

// ---- the new membership

type Next =
  | { readonly _tag: "Changed"; readonly region: metapb.Region }
  | { readonly _tag: "Unchanged" }
  | (RegionError & { readonly _tag: "Refused" })

/**
 * The region after the changes, with conf_ver raised once per peer that changed. Pure: leader and replicas come to the
 * same result.
 */
export const nextRegion = (region: metapb.Region, changes: ReadonlyArray<Change>): Next => {
  const joint = isJoint(region)
  if (changes.length === 0) return joint ? leave(region) : { _tag: "Unchanged" }
  if (joint) return refuseChange(region, "is in a joint configuration, which must be left first")
  const enterJoint = changes.length > 1
  let peers: ReadonlyArray<metapb.Peer> = region.peers
  let changed = 0
  const seen = new Set<number>()
  for (const change of changes) {
    const peer = change.peer
    if (peer === undefined || peer.id === 0 || peer.storeId === 0) return refuseChange(region, "a change without peer")
    if (seen.has(peer.id)) return refuseChange(region, `two changes of peer ${peer.id} in one`)
    seen.add(peer.id)
    const next = changeOne(region, peers, change.changeType, peer, enterJoint)
    if (!Array.isArray(next)) return next as RegionError & { _tag: "Refused" }
    if (next !== peers) changed++
    peers = next
  }
  if (changed === 0) return { _tag: "Unchanged" }
  if (!peers.some(isVoter)) return refuseChange(region, "would have no voter")
  const next = withPeers(region, peers, changed)
  // Raft enters a joint configuration for any several changes, and the region's roles would not show it: nobody would ever
  // ask to leave it, and no other change could follow. Source: tikv `check_conf_change`.
  if (enterJoint && !isJoint(next)) {
    return refuseChange(region, "several changes at once that touch no voter: ask for one at a time")
  }
  return { _tag: "Changed", region: next }
}

/** The peers after one change; the very same list when it is already so. */
const changeOne = (
  region: metapb.Region,
  peers: ReadonlyArray<metapb.Peer>,
  type: eraftpb.ConfChangeType,
  peer: metapb.Peer,
  enterJoint: boolean
): ReadonlyArray<metapb.Peer> | Next => {
  const known = peers.find((one) => one.storeId === peer.storeId)
  const byId = peers.find((one) => one.id === peer.id)
  if (byId !== undefined && byId.storeId !== peer.storeId) {
    return refuseChange(region, `peer ${peer.id} is on store ${byId.storeId}, not on ${peer.storeId}`)
  }
  if (type === ConfChangeType.RemoveNode) {
    if (byId === undefined) return peers
    if (enterJoint && isVoter(byId)) {
      return refuseChange(region, `a joint change demotes voter ${peer.id} first, it cannot remove it`)
    }
    return peers.filter((one) => one !== byId)
  }
  if (type !== ConfChangeType.AddNode && type !== ConfChangeType.AddLearnerNode) {
    return refuseChange(region, `conf change type ${type} is not known`)
  }
  if (known !== undefined && known.id !== peer.id) {
    return refuseChange(region, `store ${peer.storeId} already holds peer ${known.id}`)
  }
  const wantsVoter = type === ConfChangeType.AddNode
  if (known === undefined) {
    const role = !wantsVoter ? PeerRole.Learner : enterJoint ? PeerRole.IncomingVoter : PeerRole.Voter
    return [...peers, { id: peer.id, storeId: peer.storeId, role, isWitness: false }]
  }
  if (wantsVoter === isVoter(known)) return peers
  const role = wantsVoter
    ? enterJoint
      ? PeerRole.IncomingVoter
      : PeerRole.Voter
    : enterJoint
      ? PeerRole.DemotingVoter
      : PeerRole.Learner
  return peers.map((one) => (one === known ? { ...one, role } : one))
}

const leave = (region: metapb.Region): Next => {
  let changed = 0
  const peers = region.peers.map((peer) => {
    if (peer.role !== PeerRole.IncomingVoter && peer.role !== PeerRole.DemotingVoter) return peer
    changed++
    return { ...peer, role: peer.role === PeerRole.IncomingVoter ? PeerRole.Voter : PeerRole.Learner }
  })
  return { _tag: "Changed", region: withPeers(region, peers, changed) }
}

const withPeers = (region: metapb.Region, peers: ReadonlyArray<metapb.Peer>, changed: number): metapb.Region => {
  const { confVer, version } = epochOf(region)
  return { ...region, peers: [...peers], regionEpoch: { confVer: confVer + changed, version } }
}

const refuseChange = (region: metapb.Region, why: string): RegionError & { readonly _tag: "Refused" } => ({
  _tag: "Refused",
  message: `region ${region.id}: ${why}`
})

export const summaryOf = (changes: ReadonlyArray<Change>): string =>
  changes.length === 0
    ? "leave joint"
    : changes
        .map(({ changeType, peer }) => {
          const verb =
            changeType === ConfChangeType.AddNode
              ? "voter"
              : changeType === ConfChangeType.RemoveNode
                ? "remove"
                : "learner"
          return `${verb} ${formatPeer(peer)}`
        })
        .join(", ")

// ---- applying

export const applyConfChange = (store: StoreState, pass: ApplyPass, apply: PeerApply, entry: Entry): AdminOutcome => {
  const { region, peer } = apply
  const { index, term } = entry
  const noEffect = (result: AdminDone | RegionError): AdminOutcome => {
    apply.after.push({ type: "confChange", index, term, change: undefined, region, summary: "" })
    return { result }
  }
  const command = entry.data.length === 0 ? undefined : decodeCommand(decodeConfChange(entry.data).context)
  if (command !== undefined && (command.type !== "admin" || command.admin.type !== "changePeers")) {
    throw new CommandError({ message: `a conf change entry that holds a ${command.type} command` })
  }
  const changes = command?.admin.type === "changePeers" ? command.admin.changes : []
  if (command !== undefined && command.header.epoch.confVer !== epochOf(region).confVer) {
    return noEffect(epochNotMatch(store, region, epochOf(region).version))
  }
  const next = nextRegion(region, changes)
  if (next._tag === "Refused") return noEffect(next)
  if (next._tag === "Unchanged") return noEffect({ _tag: "AdminDone", regions: [region] })
  apply.region = next.region
  apply.after.push({
    type: "confChange",
    index,
    term,
    change: changes.length === 0 ? leaveJoint : confChangeOf(changes, entry.data),
    region: next.region,
    summary: summaryOf(changes)
  })
  if (findPeerById(next.region, peer.id) === undefined) apply.removed = true
  else putRegionState(pass.batch, { kind: "Normal", region: next.region, removedPeerId: 0 })
  return { result: { _tag: "AdminDone", regions: [next.region] } }
}

export const publishConfChange = (
  store: StoreState,
  peer: Peer,
  after: Extract<AfterApply, { type: "confChange" }>
): void => {
  if (after.change === undefined) {
    peer.raft.applyConfChangeRejected(after.index)
    return
  }
  const { region } = after
  const before = peer.region
  peer.raft.applyConfChange(after.change, after.index)
  peer.lastChange = { index: after.index, term: after.term }
  peer.region = region
  peer.peerCache = undefined
  const self = findPeer(region, store.storeId)
  if (self !== undefined && self.id === peer.id) {
    peer.meta = self
    store.regions.replace([peer.regionId], [region])
  }
  if (peer.lastHeardMs !== undefined) {
    for (const id of peer.lastHeardMs.keys()) if (findPeerById(region, id) === undefined) peer.lastHeardMs.delete(id)
    for (const one of region.peers) if (!peer.lastHeardMs.has(one.id)) peer.lastHeardMs.set(one.id, store.nowMs)
  }
  store.counters.confChangesApplied++
  store.emit({
    type: "ConfChangeApplied",
    storeId: store.storeId,
    regionId: peer.regionId,
    region,
    summary: after.summary
  })
  if (!peer.isLeader) return
  heartbeatNow(store, peer)
  beginFarewells(store, peer, before)
}
