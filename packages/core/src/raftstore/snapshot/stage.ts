/**
 * Takes a snapshot in from another store: every chunk is checked and written, as it came, under a staging key of the
 * `raft` column family; when the end chunk agrees with what came, the head is written beside the chunks and the snapshot
 * is staged. Driven by `Router.onSnapshot`, off the store's loop.
 *
 * Why staged in the engine and not in memory or in files: memory holds one chunk at a time however large the region is;
 * there is no second place to keep clean; and since a crash takes only a suffix of the engine's writes, a region state
 * `Applying` written after the chunks proves that all of them are there, so an interrupted apply simply starts again.
 * The price is that the data is written twice.
 */
import { type EngineError, type EngineService, type ReadView, WriteBatch } from "@reefkv/engine"
import {
  cloneRegion,
  compareBytes,
  decode,
  encode,
  findPeerById,
  formatRegion,
  keyInRange,
  type metapb,
  nextKey,
  type RegionId,
  raft_serverpb
} from "@reefkv/wire"
import { Effect, Exit, Stream } from "effect"
import type { Snapshot } from "../../raft/index.ts"
import { fromEraftSnapshot } from "../messageCodec.ts"
import type { SnapshotRefused } from "../Router.ts"
import { readEngine } from "../readEngine.ts"
import { allStagedRange, parseRegionKey, stagedChunkKey, stagedManifestKey, stagedRange } from "../records.ts"
import {
  dataFamilies,
  decodeChunk,
  decodeManifest,
  emptyTotals,
  SnapshotFormatError,
  totalBytes,
  visitEntries
} from "./format.ts"

/** A whole snapshot, checked and kept, waiting for Raft to accept it. */
export interface StagedSnapshot {
  readonly regionId: RegionId
  readonly region: metapb.Region
  /** Metadata and manifest, as in the Raft message. */
  readonly snapshot: Snapshot
  readonly chunks: number
  /** Keys plus values. Exact when just received, the sender's estimate after a restart. */
  readonly bytes: number
}

const refused = (reason: string): SnapshotRefused => ({ _tag: "SnapshotRefused", reason })

/**
 * What the head says, or why it cannot be taken: no snapshot in it, a manifest that does not fit the envelope, or a
 * region that the addressed peer is no member of.
 */
export const readHead = (
  head: raft_serverpb.RaftMessage
):
  | { readonly region: metapb.Region; readonly snapshot: Snapshot; readonly estimatedBytes: number }
  | SnapshotRefused => {
  const snapshot = fromEraftSnapshot(head.message?.snapshot)
  if (snapshot === undefined || snapshot.metadata.index === 0) return refused("the head carries no raft snapshot")
  try {
    const { region, estimatedBytes } = decodeManifest(snapshot.data)
    if (region.id !== head.regionId) {
      return refused(`the manifest is of region ${region.id}, the head of region ${head.regionId}`)
    }
    if (head.toPeer === undefined || findPeerById(region, head.toPeer.id) === undefined) {
      return refused(`peer ${head.toPeer?.id ?? 0} is not in ${formatRegion(region)}`)
    }
    // The region outlives the frame it was decoded from.
    return { region: cloneRegion(region), snapshot, estimatedBytes }
  } catch (error) {
    if (error instanceof SnapshotFormatError) return refused(error.message)
    throw error
  }
}

/**
 * Reads the stream to its end. Fails with SnapshotRefused when anything in it does not fit; then, and when interrupted,
 * nothing of it is kept. Whatever was staged for the region before goes first, so one receiver per region at a time.
 */
export const receiveSnapshot = (
  engine: EngineService,
  head: raft_serverpb.RaftMessage,
  chunks: Stream.Stream<Uint8Array, unknown>
): Effect.Effect<StagedSnapshot, EngineError | SnapshotRefused> =>
  Effect.gen(function* () {
    const known = readHead(head)
    if ("_tag" in known) return yield* Effect.fail(known)
    const { region, snapshot } = known
    yield* dropStaged(engine, region.id)
    const checker = new ChunkChecker(region)
    yield* chunks.pipe(
      Stream.mapError((cause) => refused(`the stream broke: ${String(cause)}`)),
      Stream.runForEach((bytes) =>
        Effect.gen(function* () {
          const seq = checker.check(bytes)
          if (typeof seq !== "number") return yield* Effect.fail(seq)
          if (checker.ended) return
          yield* engine.write(new WriteBatch().put("raft", stagedChunkKey(region.id, seq), bytes), { sync: false })
        })
      )
    )
    if (!checker.ended) return yield* Effect.fail(refused("the stream ended before its end chunk"))
    const manifest = encode(raft_serverpb.RaftMessage, head)
    yield* engine.write(new WriteBatch().put("raft", stagedManifestKey(region.id), manifest), { sync: false })
    return { regionId: region.id, region, snapshot, chunks: checker.chunks, bytes: checker.bytes }
  }).pipe(
    Effect.onExit((exit) =>
      // The failure to report is the first one; what stays behind is dropped before the next receive or at restart.
      Exit.isSuccess(exit) ? Effect.void : Effect.ignore(dropStaged(engine, head.regionId))
    )
  )

/** Follows one stream: positions, order and range of the keys, totals. */
class ChunkChecker {
  ended = false
  chunks = 0
  private readonly region: metapb.Region
  private readonly totals = emptyTotals()
  private family = 0
  private last: Uint8Array | undefined

  constructor(region: metapb.Region) {
    this.region = region
  }

  get bytes(): number {
    return totalBytes(this.totals)
  }

  /** The chunk's position, or why the snapshot is refused. */
  check(bytes: Uint8Array): number | SnapshotRefused {
    try {
      const chunk = decodeChunk(bytes)
      if (this.ended) return refused("a chunk after the end chunk")
      if (chunk.seq !== this.chunks) return refused(`chunk ${chunk.seq} came where ${this.chunks} was due`)
      if (chunk.kind === "data") {
        visitEntries(chunk.body, (family, key, value) => this.onEntry(family, key, value))
        this.chunks += 1
        // A view into a chunk that is about to be let go.
        this.last = this.last?.slice()
        return chunk.seq
      }
      for (let i = 0; i < dataFamilies.length; i++) {
        const came = this.totals[i]!
        const said = chunk.totals[i]!
        if (came.entries !== said.entries || came.bytes !== said.bytes) {
          return refused(
            `${dataFamilies[i]}: ${came.entries} entries of ${came.bytes} bytes came, ${said.entries} of ${said.bytes} were sent`
          )
        }
      }
      this.ended = true
      return chunk.seq
    } catch (error) {
      if (error instanceof SnapshotFormatError) return refused(error.message)
      throw error
    }
  }

  private onEntry(family: number, key: Uint8Array, value: Uint8Array): void {
    if (!keyInRange(key, this.region.startKey, this.region.endKey)) {
      throw new SnapshotFormatError({ message: `a key outside ${formatRegion(this.region)}` })
    }
    const ordered =
      family > this.family || (family === this.family && (this.last === undefined || compareBytes(key, this.last) > 0))
    if (!ordered) throw new SnapshotFormatError({ message: "keys do not ascend" })
    this.family = family
    this.last = key
    const totals = this.totals[family]!
    totals.entries += 1
    totals.bytes += key.length + value.length
  }
}

/** Forgets what is staged for the region, if anything. */
export const dropStaged = (engine: EngineService, regionId: RegionId): Effect.Effect<void, EngineError> => {
  const range = stagedRange(regionId)
  return Effect.flatMap(
    readEngine(() => {
      let found = false
      engine.latest.scan("raft", { ...range, limit: 1, keyOnly: true }, () => {
        found = true
      })
      return found
    }),
    (found) =>
      found ? engine.write(new WriteBatch().deleteRange("raft", range.start, range.end), { sync: false }) : Effect.void
  )
}

/** What is staged and complete for the region: after a restart, for a region found `Applying`. Throws EngineError, SnapshotFormatError. */
export const readStaged = (view: ReadView, regionId: RegionId): StagedSnapshot | undefined => {
  const manifest = view.get("raft", stagedManifestKey(regionId))
  if (manifest === undefined) return undefined
  const known = readHead(decodeHead(regionId, manifest))
  if ("_tag" in known) throw new SnapshotFormatError({ message: `staged for region ${regionId}: ${known.reason}` })
  let chunks = 0
  view.scan("raft", { ...stagedRange(regionId), limit: Number.MAX_SAFE_INTEGER, keyOnly: true }, () => {
    chunks += 1
  })
  return {
    regionId,
    region: known.region,
    snapshot: known.snapshot,
    chunks: chunks - 1,
    bytes: known.estimatedBytes
  }
}

const decodeHead = (regionId: RegionId, bytes: Uint8Array): raft_serverpb.RaftMessage => {
  try {
    return decode(raft_serverpb.RaftMessage, bytes)
  } catch (cause) {
    throw new SnapshotFormatError({ message: `staged for region ${regionId}: the head cannot be read`, cause })
  }
}

/** Ids of the regions for which anything is staged. At a start, those not `Applying` are leftovers to drop. */
export const stagedRegionIds = (view: ReadView): Array<RegionId> => {
  const ids: Array<RegionId> = []
  let from = allStagedRange.start
  for (;;) {
    let found: Uint8Array | undefined
    view.scan("raft", { start: from, end: allStagedRange.end, limit: 1, keyOnly: true }, (key) => {
      found = key
    })
    if (found === undefined) return ids
    const parsed = parseRegionKey(found)
    if (parsed === undefined) from = nextKey(found)
    else {
      ids.push(parsed.regionId)
      from = stagedRange(parsed.regionId).end
    }
  }
}
