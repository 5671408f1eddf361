/** Loads a data set over the wire and reads every key of it back, both in batches with a bound on how many are open. */
import type { KvError, RawClientService } from "@reefkv/client"
import { equalBytes } from "@reefkv/wire"
import { Clock, Effect } from "effect"
import type { DataSet, Pair } from "./dataset.ts"
import type { Terminal } from "./terminal.ts"

const batchKeys = 256
const batchesOpen = 16
/** The load goes on through elections and splits; only a cluster that is gone for this long fails it. */
const batchTimeoutMs = 60_000

export interface LoadResult {
  readonly keys: number
  readonly bytes: number
  readonly elapsedMs: number
}
export interface ReadBackResult extends LoadResult {
  readonly missing: number
  readonly different: number
}

const batchesOf = (pairs: ReadonlyArray<Pair>): Array<ReadonlyArray<Pair>> => {
  const batches: Array<ReadonlyArray<Pair>> = []
  for (let from = 0; from < pairs.length; from += batchKeys) batches.push(pairs.slice(from, from + batchKeys))
  return batches
}

const bytesOf = (pairs: ReadonlyArray<Pair>): number =>
  pairs.reduce((sum, { key, value }) => sum + key.length + value.length, 0)

/** Runs `work` over all batches, drawing the progress as they finish. */
const overBatches = Effect.fnUntraced(function* (
  label: string,
  { pairs }: DataSet,
  terminal: Terminal,
  work: (batch: ReadonlyArray<Pair>) => Effect.Effect<void, KvError>
) {
  const startedMs = yield* Clock.currentTimeMillis
  let done = 0
  yield* Effect.forEach(
    batchesOf(pairs),
    Effect.fnUntraced(function* (batch: ReadonlyArray<Pair>) {
      yield* work(batch)
      done += batch.length
      const seconds = Math.max(1, (yield* Clock.currentTimeMillis) - startedMs) / 1000
      terminal.progress(label, done, pairs.length, `${done} keys, ${Math.round(done / seconds)} keys/s`)
    }),
    { concurrency: batchesOpen, discard: true }
  )
  terminal.endProgress()
  return { keys: pairs.length, bytes: bytesOf(pairs), elapsedMs: (yield* Clock.currentTimeMillis) - startedMs }
})

export const load = (client: RawClientService, data: DataSet, terminal: Terminal): Effect.Effect<LoadResult, KvError> =>
  overBatches("loading  ", data, terminal, (batch) =>
    client.batchPut(
      batch.map(({ key, value }) => [key, value] as const),
      { timeoutMs: batchTimeoutMs }
    )
  )

export const readBack = Effect.fnUntraced(function* (client: RawClientService, data: DataSet, terminal: Terminal) {
  let missing = 0
  let different = 0
  const result = yield* overBatches("reading  ", data, terminal, (batch) =>
    Effect.map(
      client.batchGet(
        batch.map(({ key }) => key),
        { timeoutMs: batchTimeoutMs }
      ),
      (values) => {
        batch.forEach(({ value }, i) => {
          const found = values[i]
          if (found === undefined) missing++
          else if (!equalBytes(found, value)) different++
        })
      }
    )
  )
  return { ...result, missing, different } satisfies ReadBackResult
})
