/**
 * One tick of a store: Raft's clocks, deadlines of what waits, and whatever is due by time. Driven by the tick driver
 * through the mailbox, so that ticks never overtake messages that came before them: a store that was held up handles the
 * heartbeats it got before it thinks that its leaders are gone.
 */
import type { EngineError } from "@reefkv/engine"
import { Cause, Effect } from "effect"
import { proposeCompactLog } from "./admin/compactLog.ts"
import { checkNextRegion } from "./admin/consistency.ts"
import { checkSplit } from "./admin/split.ts"
import { noticeLogDamage } from "./damage.ts"
import { repeatFarewells } from "./farewell.ts"
import { checkSlowly, exchangeLifeSigns, hibernateIfIdle, wakeOthers } from "./hibernate.ts"
import type { Peer } from "./Peer.ts"
import { reaskTicks } from "./readFlow.ts"
import type { StoreState } from "./StoreState.ts"
import { discardStaged } from "./snapshotFlow.ts"
import { checkStale } from "./stalePeer.ts"
import { heartbeatNow, heartbeatStore, pendingPeersChanged } from "./workers/heartbeats.ts"
import { chooseCompactIndex, type LogGcTask } from "./workers/logGc.ts"
import { scrubNext } from "./workers/scrub.ts"

/** Puts a tick into the mailbox each `raftTickMs`. A tick that still waits there is coalesced with the next one. */
export const driveTicks = (store: StoreState): Effect.Effect<never> =>
  Effect.forever(
    Effect.andThen(
      Effect.sleep(store.config.raftTickMs),
      Effect.sync(() => {
        if (store.tickPending) store.counters.ticksCoalesced++
        else {
          store.tickPending = true
          store.mailbox.put({ type: "tick" })
        }
      })
    )
  )

/** Entry caches and pending peers are looked at this often, in ticks. */
const slowTicks = 16

export const onTick = (store: StoreState): void => {
  const { config, answers, nowMs } = store
  store.tickPending = false
  store.tick++
  store.counters.ticks++
  const slow = store.tick % slowTicks === 0
  const splitChecks = isDue(store.nextSplitCheckMs, nowMs)
  const logGc = isDue(store.nextLogGcMs, nowMs)
  if (splitChecks) store.nextSplitCheckMs = nowMs + config.splitCheckIntervalMs
  if (logGc) store.nextLogGcMs = nowMs + config.logGcIntervalMs
  const reaskTick = store.tick - reaskTicks(store)
  for (const peer of store.peers.values()) {
    if (peer.destroyOrder !== undefined) continue
    if (slow) repeatFarewells(store, peer)
    if (peer.damaged !== undefined) {
      // It hears nobody, so nobody can tell it that it was replaced.
      checkStale(store, peer)
      if (slow) wakeOthers(store, peer)
      continue
    }
    if (peer.hibernating) {
      // Nobody speaks while all sleep: that is no silence.
      peer.leaderHeardMs = nowMs
      checkSlowly(store, peer)
    } else {
      if (!hibernateIfIdle(store, peer)) {
        peer.raft.setNow(nowMs)
        if (peer.raft.tick() || peer.raft.hasReady()) store.touch(peer)
        noticeLogDamage(store, peer)
      }
      if (!peer.proposals.isEmpty) peer.proposals.onTime(nowMs, answers)
      if (peer.reads.size > 0) {
        peer.reads.onTime(nowMs, answers)
        if (peer.reads.reaskOlderThan(reaskTick)) store.touch(peer)
      }
      if (peer.pendingSplit !== undefined) expireSplitCaller(store, peer)
      checkStale(store, peer)
      if (slow) peer.storage.releaseIdleCache()
    }
    if (!peer.isLeader) continue
    if (nowMs >= peer.nextHeartbeatMs || (slow && pendingPeersChanged(peer))) heartbeatNow(store, peer)
    if (splitChecks && peer.size.needsSplitCheck(config, nowMs)) checkSplit(store, peer, "size")
    if (logGc && !peer.hibernating) compactIfWorth(store, peer)
  }
  exchangeLifeSigns(store)
  if (logGc) submitLogGc(store)
  if (isDue(store.nextStoreHeartbeatMs, nowMs)) {
    store.nextStoreHeartbeatMs = nowMs + config.storeHeartbeatIntervalMs
    heartbeatStore(store)
  }
  if (config.consistencyCheckIntervalMs > 0 && isDue(store.nextConsistencyCheckMs, nowMs)) {
    store.nextConsistencyCheckMs = nowMs + config.consistencyCheckIntervalMs
    checkNextRegion(store)
  }
  if (config.scrubIntervalMs > 0 && isDue(store.nextScrubMs, nowMs)) {
    store.nextScrubMs = nowMs + config.scrubIntervalMs
    scrubNext(store)
  }
  if (slow) expireSnapshots(store)
}

const isDue = (atMs: number, nowMs: number): boolean => nowMs >= atMs

/** The caller of a split whose ids have not come in time. It is told that nothing is done, so nothing is: ids are burnt. */
const expireSplitCaller = (store: StoreState, peer: Peer): void => {
  const { caller } = peer.pendingSplit!
  if (caller === undefined || caller.deadlineMs > store.nowMs) return
  peer.pendingSplit = undefined
  store.answers.add(caller.answer, { _tag: "DeadlineExceeded" })
}

// ---- log GC

const compactIfWorth = (store: StoreState, peer: Peer): void => {
  const { config } = store
  const { appliedIndex, truncatedIndex } = peer.storage.applyState
  if (appliedIndex - truncatedIndex <= config.logGcThreshold && peer.logBytes < config.logGcBytesLimit) return
  const matchIndexes: Array<number> = []
  const pendingSnapshotIndexes: Array<number> = []
  for (const [id, progress] of peer.raft.status().progress) {
    if (id === peer.id) continue
    matchIndexes.push(progress.match)
    if (progress.pendingSnapshot > 0) pendingSnapshotIndexes.push(progress.pendingSnapshot)
  }
  const index = chooseCompactIndex(
    { firstIndex: truncatedIndex + 1, appliedIndex, matchIndexes, pendingSnapshotIndexes, logBytes: peer.logBytes },
    config
  )
  if (index === undefined) return
  // Nobody waits for it: when it is refused or lost, the next round finds the same and more.
  proposeCompactLog(store, peer, index, store.nowMs + config.requestTimeoutMs, () => {})
}

/** What was applied as truncated since the last round goes to the worker, all regions under one sync of the engine. */
const submitLogGc = (store: StoreState): void => {
  if (store.logGcDue.size === 0) return
  const tasks = [...store.logGcDue].map(([regionId, mark]): LogGcTask => ({ regionId, mark }))
  store.logGcDue.clear()
  store.services.workers.logGc.submit(tasks, (answer) => {
    if (answer._tag === "Failed") store.mailbox.put({ type: "result", run: () => fail(answer.cause) })
  })
}

/** The engine or the log failed: the store is over. */
const fail = (cause: Cause.Cause<EngineError>): never => {
  throw Cause.squash(cause)
}

const expireSnapshots = (store: StoreState): void => {
  for (const { regionId } of store.snapshots.registry.takeExpired(store.nowMs).receives) discardStaged(store, regionId)
}
