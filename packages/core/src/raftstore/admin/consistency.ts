/**
 * The consistency check of a region as it passes through the log; what is hashed and compared is in consistencyCheck.ts.
 *
 *   leader proposes computeHash ─▶ every replica, when it applies it, takes an engine snapshot and hashes off the loop
 *   leader's hash is ready ─▶ leader proposes verifyHash ─▶ every replica compares; one that differs halts
 *
 * `computeHash` ends the batch of entries of its region: what comes after it must not be in the snapshot.
 */
import { hex } from "@reefkv/wire"
import { Cause } from "effect"
import type { Entry } from "../../raft/index.ts"
import type { AdminOutcome, AfterApply, PeerApply } from "../apply.ts"
import type { AdminCommand } from "../commandCodec.ts"
import type { Verdict } from "../consistencyCheck.ts"
import { containDamage, markDamaged } from "../damage.ts"
import type { Peer } from "../Peer.ts"
import { proposeAdmin } from "../propose.ts"
import type { StoreState } from "../StoreState.ts"
import type { HashTask } from "../storeWorkers.ts"

const noContext = new Uint8Array(0)
export const computeHashCommand: AdminCommand = { type: "computeHash", context: noContext }

/**
 * Each interval the replicas of one region led here are compared, in id order, so that every region has its turn and the
 * load is one region's at a time. A region that cannot be asked now has its turn in the next round.
 */
export const checkNextRegion = (store: StoreState): void => {
  let next: Peer | undefined
  let first: Peer | undefined
  for (const peer of store.peers.values()) {
    if (!peer.isLeader || peer.damaged !== undefined) continue
    if (first === undefined || peer.regionId < first.regionId) first = peer
    if (peer.regionId > store.lastCheckedRegionId && (next === undefined || peer.regionId < next.regionId)) next = peer
  }
  const peer = next ?? first
  if (peer === undefined) return
  store.lastCheckedRegionId = peer.regionId
  proposeAdmin(store, peer, computeHashCommand, store.nowMs + store.config.requestTimeoutMs, () => {})
}

export const applyComputeHash = (
  apply: PeerApply,
  entry: Entry,
  { context }: Extract<AdminCommand, { type: "computeHash" }>
): AdminOutcome => {
  apply.after.push({ type: "computeHash", index: entry.index, context })
  return { result: { _tag: "AdminDone", regions: [apply.region] }, stop: true }
}

export const publishComputeHash = (
  store: StoreState,
  peer: Peer,
  { index }: Extract<AfterApply, { type: "computeHash" }>
): void => {
  store.checks.onComputeHash(peer.regionId, index)
  store.hashesDue.push({ region: peer.region, index })
}

/** In the loop, with the engine as it was when the entry was applied. */
export const startHash = (store: StoreState, task: HashTask): void => {
  store.services.workers.hash.submit(task, (answer) => {
    store.mailbox.put({
      type: "result",
      run: () => {
        if (answer._tag === "Done") onHashed(store, task, answer.value)
        else if (answer._tag === "Failed") {
          const error = Cause.squash(answer.cause)
          if (!containDamage(store, error)) throw error
        } else store.viewsToClose.push(task.scope)
      }
    })
  })
}

const onHashed = (store: StoreState, { region, index }: HashTask, hash: Uint8Array): void => {
  const peer = store.peers.get(region.id)
  if (peer === undefined || peer.damaged !== undefined) return
  store.emit({ type: "ConsistencyChecked", storeId: store.storeId, regionId: region.id, index, hash: hex(hash) })
  onVerdict(store, peer, store.checks.onHashed(region.id, index, hash))
  if (!peer.isLeader) return
  const deadlineMs = store.nowMs + store.config.requestTimeoutMs
  // Refused when leadership is moving: the next check is as good.
  proposeAdmin(store, peer, { type: "verifyHash", index, hash, context: noContext }, deadlineMs, () => {})
}

export const applyVerifyHash = (
  store: StoreState,
  apply: PeerApply,
  { index, hash }: Extract<AdminCommand, { type: "verifyHash" }>
): AdminOutcome => {
  const verdict = store.checks.onVerifyHash(apply.peer.regionId, index, hash.slice())
  if (verdict?._tag === "Mismatch") apply.after.push({ type: "damaged", message: describe(verdict) })
  return { result: { _tag: "AdminDone", regions: [apply.region] } }
}

const onVerdict = (store: StoreState, peer: Peer, verdict: Verdict | undefined): void => {
  if (verdict?._tag === "Mismatch") markDamaged(store, peer, describe(verdict))
}

const describe = (verdict: Extract<Verdict, { _tag: "Mismatch" }>): string =>
  `at index ${verdict.index} this replica's data hashes to ${hex(verdict.own)}, the leader's to ${hex(verdict.leader)}`
