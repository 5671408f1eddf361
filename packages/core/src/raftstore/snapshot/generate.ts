/**
 * Makes a region's snapshot: off the store's loop, from one engine snapshot, streamed while it is scanned, so that no
 * copy of the region lies about. Driven by the snapshot sender.
 *
 * Region, applied index and applied term are read from the same engine snapshot as the data: they belong together by the
 * engine's atomic batches, whatever the store's loop does meanwhile.
 */
import type { EngineError, EngineService, ReadView } from "@reefkv/engine"
import { epochOf, formatRegion, type metapb, nextKey, type RegionId } from "@reefkv/wire"
import { Effect, Schema, type Scope, Stream } from "effect"
import type { Snapshot } from "../../raft/index.ts"
import { confStateOf } from "../confState.ts"
import { readEngine } from "../readEngine.ts"
import { readApplyState, readRegionState } from "../records.ts"
import type { StoreConfig } from "../StoreConfig.ts"
import { ChunkBuilder, dataFamilies, emptyTotals, encodeEndChunk, encodeManifest, type Totals } from "./format.ts"

/** The region is not in a state that can be sent: gone, or itself waiting for a snapshot. */
export class SnapshotGenerateError extends Schema.TaggedError<SnapshotGenerateError>()("SnapshotGenerateError", {
  regionId: Schema.Number,
  message: Schema.String
}) {}

export interface GeneratedSnapshot {
  readonly region: metapb.Region
  /** For the Raft message: `data` is the manifest. Its index is at least that of the snapshot Raft asked to send. */
  readonly snapshot: Snapshot
  /** To be consumed once, within the scope. */
  readonly chunks: Stream.Stream<Uint8Array, EngineError>
  /** What has been streamed so far. */
  readonly sent: Totals
}

export type GenerateLimits = Pick<StoreConfig, "snapshotChunkBytes" | "scanSliceEntries">

export const generateSnapshot = Effect.fnUntraced(function* (
  engine: EngineService,
  regionId: RegionId,
  limits: GenerateLimits
): Effect.fn.Return<GeneratedSnapshot, EngineError | SnapshotGenerateError, Scope.Scope> {
  const view = yield* engine.snapshot
  const state = yield* readEngine(() => readRegionState(view, regionId))
  const apply = yield* readEngine(() => readApplyState(view, regionId))
  if (state === undefined || state.kind !== "Normal" || apply === undefined) {
    return yield* new SnapshotGenerateError({
      regionId,
      message: `region ${regionId} is ${state?.kind ?? "unknown"} here and has no data to send`
    })
  }
  const { region } = state
  const scan = new ChunkScan(view, region, limits)
  const estimatedBytes = engine.approximateSize({ start: region.startKey, end: region.endKey }).bytes
  return {
    region,
    snapshot: {
      metadata: { index: apply.appliedIndex, term: apply.appliedTerm, confState: confStateOf(region) },
      data: encodeManifest({ region, estimatedBytes })
    },
    chunks: Stream.unfold(scan, (self) =>
      Effect.map(self.next, (chunk) => (chunk === undefined ? undefined : ([chunk, self] as const)))
    ),
    sent: scan.totals
  }
})

/**
 * The manifest alone, for a Raft node that wants to know what a snapshot taken now would be: nothing is scanned. The
 * stream that is sent later is made anew and may be newer.
 */
export const describeSnapshot = (view: ReadView, regionId: RegionId): Snapshot | undefined => {
  const state = readRegionState(view, regionId)
  const apply = readApplyState(view, regionId)
  if (state === undefined || state.kind !== "Normal" || apply === undefined) return undefined
  return {
    metadata: { index: apply.appliedIndex, term: apply.appliedTerm, confState: confStateOf(state.region) },
    data: encodeManifest({ region: state.region, estimatedBytes: 0 })
  }
}

/** Walks the three data families of a region and packs them into chunks; yields between slices. */
class ChunkScan {
  readonly totals = emptyTotals()
  private readonly view: ReadView
  private readonly region: metapb.Region
  private readonly limits: GenerateLimits
  private family = 0
  private from: Uint8Array
  private seq = 0
  private ended = false

  constructor(view: ReadView, region: metapb.Region, limits: GenerateLimits) {
    // The epoch is what the receiver checks first; a region without one must not leave this store.
    epochOf(region)
    this.view = view
    this.region = region
    this.limits = limits
    this.from = region.startKey
  }

  /** The next chunk; the end chunk last, then undefined. */
  readonly next: Effect.Effect<Uint8Array | undefined, EngineError> = Effect.gen({ self: this }, function* () {
    if (this.ended) return undefined
    const builder = new ChunkBuilder(this.limits.snapshotChunkBytes)
    while (this.family < dataFamilies.length && builder.bodyBytes < this.limits.snapshotChunkBytes) {
      yield* readEngine(() => this.slice(builder))
      yield* Effect.yieldNow
    }
    if (builder.bodyBytes > 0) return builder.finish(this.seq++)
    if (this.family < dataFamilies.length)
      throw new Error(`${formatRegion(this.region)}: an empty chunk before the end`)
    this.ended = true
    return encodeEndChunk(this.seq, this.totals)
  })

  /** Reads at most one slice of the present family, less when the chunk fills up. */
  private slice(builder: ChunkBuilder): void {
    const family = dataFamilies[this.family]!
    const totals = this.totals[this.family]!
    const range = { start: this.from, end: this.region.endKey, limit: this.limits.scanSliceEntries }
    let visited = 0
    let last: Uint8Array | undefined
    this.view.scan(family, range, (key, value) => {
      builder.add(this.family, key, value)
      totals.entries += 1
      totals.bytes += key.length + value.length
      visited += 1
      last = key
      return builder.bodyBytes < this.limits.snapshotChunkBytes
    })
    const more = visited === this.limits.scanSliceEntries || builder.bodyBytes >= this.limits.snapshotChunkBytes
    if (more && last !== undefined) {
      this.from = nextKey(last)
    } else {
      this.family += 1
      this.from = this.region.startKey
    }
  }
}
