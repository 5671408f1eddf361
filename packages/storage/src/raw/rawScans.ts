/**
 * Reads of ranges: RawScan, RawBatchScan, RawChecksum. A first slice is read at once from the view the router allows; a
 * longer walk goes on in later turns of the event loop from a snapshot taken in the same turn, so that it sees one state.
 */
import { toErrorpb } from "@reefkv/core"
import type { EngineService } from "@reefkv/engine"
import { type errorpb, type KeyRange, kvrpcpb, type metapb, RawChecksum, regionError } from "@reefkv/wire"
import { Effect, Exit, Scope } from "effect"
import { checkApi } from "./checks.ts"
import { clipToRegion, storedRange } from "./keyForm.ts"
import type { Done, RawCommands } from "./RawCommands.ts"
import { type Refused, type RegionAccess, refusedPair } from "./RegionAccess.ts"
import { ChecksumWalk, PairWalk, ReplyBudget, type Walk, WalkSequence } from "./walks.ts"

/** Forks a fiber that is interrupted when the storage closes. */
export type Fork = (effect: Effect.Effect<void>) => unknown

type Refuse = (error: errorpb.Error) => void

export interface RawScans extends Pick<RawCommands, "scan" | "batchScan" | "checksum"> {
  /** Long walks under way. */
  readonly slicedReads: () => number
}

export const makeRawScans = (access: RegionAccess, engine: EngineService, fork: Fork): RawScans => {
  const { config, clocks } = access
  let slicedReads = 0

  /** The ranges in stored form; in a reverse request the start is the upper bound. */
  const storedRanges = (
    context: kvrpcpb.Context | undefined,
    ranges: ReadonlyArray<kvrpcpb.KeyRange>,
    reverse: boolean
  ): ReadonlyArray<KeyRange> | Refused => {
    const stored: Array<KeyRange> = []
    for (const { startKey, endKey } of ranges) {
      const [start, end] = reverse ? [endKey, startKey] : [startKey, endKey]
      const range = storedRange(config, context, { start, end })
      if ("refused" in range) return range
      stored.push(range)
    }
    return stored
  }

  const settle = (walk: Walk, refuse: Refuse, finish: () => void): void => {
    if (walk.refusal === undefined) finish()
    else refuse(regionError.otherRegionError(walk.refusal.refused))
  }

  /** Walks over what of `ranges` lies in the region, then calls one of `refuse` and `finish`. */
  const walkRegion = (
    context: kvrpcpb.Context | undefined,
    deadlineMs: number,
    ranges: ReadonlyArray<KeyRange>,
    reverse: boolean,
    makeWalk: (range: KeyRange) => Walk,
    refuse: Refuse,
    finish: () => void
  ): void => {
    // No keys for the router to check: where a range ends may be beyond the region, as clients walk from one to the next.
    access.read(context, deadlineMs, [], refuse, ({ region, view }) => {
      const walks: Array<Walk> = []
      for (const range of ranges) {
        const clipped = clipToRegion(region, range, reverse)
        if ("_tag" in clipped) {
          refuse(toErrorpb(clipped))
          return
        }
        walks.push(makeWalk(clipped))
      }
      const walk = new WalkSequence(walks)
      walk.step(view, config.scanSliceEntries)
      if (walk.over) settle(walk, refuse, finish)
      else walkOn(region, walk, deadlineMs, refuse, finish)
    })
  }

  const walkOn = (region: metapb.Region, walk: Walk, deadlineMs: number, refuse: Refuse, finish: () => void): void => {
    if (slicedReads >= config.slicedReadsMax) {
      refuse(regionError.serverIsBusy(`${config.slicedReadsMax} long scans are under way`))
      return
    }
    const scope = Scope.makeUnsafe()
    const close = Scope.close(scope, Exit.void)
    const snapshot = Effect.runSyncExit(Scope.provide(engine.snapshot, scope))
    if (Exit.isFailure(snapshot)) {
      Effect.runSync(close)
      refuse(regionError.otherRegionError("the store cannot take a snapshot for a long scan"))
      return
    }
    slicedReads++
    let answer = (): void => refuse(regionError.otherRegionError("the store is stopping"))
    const slices = Effect.gen(function* () {
      while (!walk.over) {
        yield* Effect.yieldNow
        const late = deadlineMs !== 0 && clocks.monotonicMs() > deadlineMs
        const failure = late
          ? regionError.deadlineExceeded()
          : access.failureOf(region.id, () => walk.step(snapshot.value, config.scanSliceEntries))
        if (failure !== undefined) {
          answer = () => refuse(failure)
          return
        }
      }
      answer = () => settle(walk, refuse, finish)
    })
    const end = Effect.sync(() => {
      slicedReads--
      answer()
    })
    fork(slices.pipe(Effect.ensuring(Effect.andThen(close, end))))
  }

  const scanRanges = (
    request: Pick<kvrpcpb.RawScanRequest, "context" | "cf" | "keyOnly" | "reverse">,
    ranges: ReadonlyArray<kvrpcpb.KeyRange>,
    limit: number,
    deadlineMs: number,
    done: Done<kvrpcpb.RawScanResponse>
  ): void => {
    const { context, reverse, keyOnly } = request
    const stored = storedRanges(context, ranges, reverse)
    const cf = access.accept(request, "refused" in stored ? stored.refused : undefined)
    if (typeof cf !== "string" || "refused" in stored) {
      done({ regionError: undefined, kvs: [refusedPair(typeof cf === "string" ? { refused: "" } : cf)] })
      return
    }
    const kvs: Array<kvrpcpb.KvPair> = []
    const budget = new ReplyBudget(config.replyMaxBytes)
    const nowSeconds = clocks.nowSeconds()
    walkRegion(
      context,
      deadlineMs,
      stored,
      reverse,
      (range) => new PairWalk(config, nowSeconds, cf, range, { reverse, keyOnly, limit }, budget, kvs),
      (error) => done({ regionError: error, kvs: [] }),
      () => done({ regionError: undefined, kvs })
    )
  }

  return {
    slicedReads: () => slicedReads,
    scan: (request, deadlineMs, done) => scanRanges(request, [request], request.limit, deadlineMs, done),
    batchScan: (request, deadlineMs, done) => scanRanges(request, request.ranges, request.eachLimit, deadlineMs, done),
    checksum: ({ context, algorithm, ranges }, deadlineMs, done) => {
      const respond = (part: Partial<kvrpcpb.RawChecksumResponse>): void =>
        done(kvrpcpb.RawChecksumResponse.create(part))
      const stored = storedRanges(context, ranges, false)
      const unknown =
        algorithm === kvrpcpb.ChecksumAlgorithm.Crc64_Xor
          ? undefined
          : `unknown checksum algorithm ${algorithm}; expected Crc64_Xor (0)`
      const refusal = checkApi(config, context) ?? unknown
      if (refusal !== undefined || "refused" in stored) {
        respond({ error: refusal ?? ("refused" in stored ? stored.refused : "") })
        return
      }
      const sum = new RawChecksum()
      const nowSeconds = clocks.nowSeconds()
      walkRegion(
        context,
        deadlineMs,
        stored,
        false,
        (range) => new ChecksumWalk(config, nowSeconds, range, sum),
        (error) => respond({ regionError: error }),
        () => respond({ checksum: sum.checksum, totalKvs: sum.totalKvs, totalBytes: sum.totalBytes })
      )
    }
  }
}
