/**
 * When each store was last heard, kept over restarts, so that a scheduler which restarts more often than
 * `maxStoreDownMs` still replaces what a dead store held. The wall clock's time is written down, at a bounded rate: a
 * store's only when it differs by `storePersistIntervalMs` from what is written, all that are due in one batch.
 *
 * PD does the like (`last_heartbeat` in its record of a store) and trusts the difference of the two clocks alone: after
 * an hour without PD every store is down until it reports. Here what was before the start only shortens the way from
 * unhealthy to down, see `livenessOf`: the scheduler may have been away itself, and the wall clock may have jumped.
 */
import type { StoreId } from "@reefkv/wire"
import { Effect } from "effect"
import type { Cluster } from "../cluster/Cluster.ts"
import { isTombstone } from "../cluster/StoreInfo.ts"
import type { Command, CommandLog } from "../persist.ts"
import type { SchedulerConfig } from "../SchedulerConfig.ts"
import type { SchedulerError } from "../SchedulerError.ts"

/** How often it is looked for stores whose time has to be written. */
export const heardTickMs = 500

export interface HeardTimes {
  /** Writes the times that are due. Synced: a crash that took one back would make the store look silent for longer. */
  readonly save: Effect.Effect<void, SchedulerError>
}

/**
 * How long a store had been silent at the start, at the least: the time that is written may be older than the last
 * heartbeat by the interval and a tick. A time in the future says only that a clock has jumped. Milliseconds.
 */
export const silentBefore = (
  writtenUnixMs: number | undefined,
  nowUnixMs: number,
  { storePersistIntervalMs }: SchedulerConfig
): number =>
  writtenUnixMs === undefined ? 0 : Math.max(0, nowUnixMs - writtenUnixMs - storePersistIntervalMs - heardTickMs)

export const makeHeardTimes = (options: {
  readonly cluster: Cluster
  readonly log: CommandLog
  readonly config: () => SchedulerConfig
  readonly nowUnixMs: () => number
  /** As found at the start. */
  readonly written: ReadonlyMap<StoreId, number>
}): HeardTimes => {
  const { cluster, config, log, nowUnixMs } = options
  const written = new Map(options.written)
  const due = (): ReadonlyArray<Extract<Command, { readonly type: "storeHeard" }>> =>
    cluster.stores
      .filter((store) => !isTombstone(store))
      .flatMap((store) => {
        const before = written.get(store.meta.id)
        // A store that was never heard, or that an older scheduler wrote down, counts from when it is first met here.
        const unixMs = Math.floor(store.heardUnixMs === 0 ? (before ?? nowUnixMs()) : store.heardUnixMs)
        // Both ways: a time from a clock that ran ahead must not stay until the clock gets there.
        const isDue = before === undefined || Math.abs(unixMs - before) >= config().storePersistIntervalMs
        return isDue ? [{ type: "storeHeard", storeId: store.meta.id, unixMs } as const] : []
      })
  return {
    save: Effect.suspend(() => {
      const commands = due()
      if (commands.length === 0) return Effect.void
      return Effect.map(log.write(commands, { sync: true }), () => {
        for (const { storeId, unixMs } of commands) written.set(storeId, unixMs)
      })
    })
  }
}
