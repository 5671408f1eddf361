/**
 * A client of the test cluster: finds the region of a key, calls the store it believes to lead it, and on a region error
 * does what the error says until the call succeeds or its bound is over. Each call costs at least a millisecond of
 * virtual time, so a client in a loop never stands still in time.
 *
 * A write that ended undetermined is tried again: every write here is idempotent, as the tests' histories take care of.
 */
import {
  compareBytes,
  compareEnds,
  epochOf,
  type metapb,
  type RegionId,
  regionContains,
  type StoreId
} from "@reefkv/wire"
import { Effect } from "effect"
import type { RegionError } from "../../../src/raftstore/RegionError.ts"
import type { ReadDone, RequestHeader, RouterService, WriteCommand, WriteDone } from "../../../src/raftstore/Router.ts"
import type { SchedulerClientService } from "../../../src/raftstore/SchedulerClient.ts"
import type { Seeded } from "./seeded.ts"

/** What the client sees of the cluster. */
export interface ClientWorld {
  readonly scheduler: SchedulerClientService
  /** Undefined while the store is down. */
  readonly store: (
    storeId: StoreId
  ) => { readonly router: RouterService; readonly gone: Effect.Effect<void> } | undefined
  readonly nowMs: () => number
  /** Fails the test with the state of everything. */
  readonly giveUp: (why: string) => Effect.Effect<never>
}

export type Family = "default" | "lock" | "write"

/** No answer: the store is down, or went down meanwhile. */
interface NoAnswer {
  readonly _tag: "NoAnswer"
}
const noAnswer: NoAnswer = { _tag: "NoAnswer" }

interface CachedRegion {
  readonly region: metapb.Region
  /** Position in `region.peers` to try next. */
  next: number
}

const retryPauseMs = 8

export class Client {
  /** How long one operation may take in all, in virtual time, before the test fails. */
  boundMs = 30_000
  /** How long one call waits for a store's answer. */
  callTimeoutMs = 300
  retries = 0
  private readonly world: ClientWorld
  private readonly random: Seeded
  private readonly cache = new Map<RegionId, CachedRegion>()

  constructor(world: ClientWorld, random: Seeded) {
    this.world = world
    this.random = random
  }

  put(key: Uint8Array, value: Uint8Array, cf: Family = "default"): Effect.Effect<WriteDone> {
    return this.write(key, [{ type: "put", cf, key, value }])
  }
  delete(key: Uint8Array, cf: Family = "default"): Effect.Effect<WriteDone> {
    return this.write(key, [{ type: "delete", cf, key }])
  }
  write(key: Uint8Array, commands: ReadonlyArray<WriteCommand>): Effect.Effect<WriteDone> {
    return this.persist("write", key, (router, header) => router.writeEffect({ header, commands }))
  }
  get(key: Uint8Array, cf: Family = "default"): Effect.Effect<Uint8Array | undefined> {
    return Effect.map(
      this.persist("get", key, (router, header) =>
        router.readEffect({ header, keys: [key], replicaRead: false }, (done) => ({
          _tag: "Got" as const,
          value: done.view.get(cf, key)
        }))
      ),
      ({ value }) => value
    )
  }
  /** All entries of `[start, end)` in order, region by region: not one moment, but each region at one. */
  scan(
    start: Uint8Array,
    end: Uint8Array,
    cf: Family = "default"
  ): Effect.Effect<Array<readonly [Uint8Array, Uint8Array]>> {
    const self = this
    return Effect.gen(function* () {
      const found: Array<readonly [Uint8Array, Uint8Array]> = []
      let from = start
      for (;;) {
        const part: {
          readonly _tag: "Part"
          readonly entries: Array<readonly [Uint8Array, Uint8Array]>
          readonly end: Uint8Array
        } = yield* self.persist("scan", from, (router, header) =>
          router.readEffect({ header, keys: [from], replicaRead: false }, (done: ReadDone) => {
            const upTo = compareEnds(done.region.endKey, end) < 0 ? done.region.endKey : end
            const entries: Array<readonly [Uint8Array, Uint8Array]> = []
            done.view.scan(cf, { start: from, end: upTo, limit: 1_000_000 }, (key, value) => {
              entries.push([key, value])
            })
            return { _tag: "Part" as const, entries, end: done.region.endKey }
          })
        )
        found.push(...part.entries)
        if (part.end.length === 0 || compareEnds(part.end, end) >= 0) return found
        from = part.end
      }
    })
  }

  /** One try at the peer the client believes to lead; for tests that look at refusals. */
  header(region: metapb.Region, peer: metapb.Peer): RequestHeader {
    return {
      regionId: region.id,
      epoch: epochOf(region),
      peer,
      term: 0,
      deadlineMs: this.world.nowMs() + this.callTimeoutMs
    }
  }

  /** Retries `call` until it gives something that is not a region error. */
  persist<Done extends { readonly _tag: string }>(
    what: string,
    key: Uint8Array,
    call: (router: RouterService, header: RequestHeader) => Effect.Effect<Done | RegionError>
  ): Effect.Effect<Exclude<Done, RegionError>> {
    const self = this
    return Effect.gen(function* () {
      const untilMs = self.world.nowMs() + self.boundMs
      let last = "nothing tried"
      while (self.world.nowMs() < untilMs) {
        yield* Effect.sleep(1)
        const cached = yield* self.locate(key)
        if (cached === undefined) {
          last = "no region known"
          yield* self.pause()
          continue
        }
        const peer = cached.region.peers[cached.next % cached.region.peers.length]!
        const result = yield* self.once(peer.storeId, self.header(cached.region, peer), call)
        if (!isRefusal(result)) return result as Exclude<Done, RegionError>
        last = `${result._tag} from store ${peer.storeId} for region ${cached.region.id}`
        self.retries += 1
        yield* self.onRefusal(cached, result)
      }
      return yield* self.world.giveUp(
        `${what} of key ${Buffer.from(key).toString()} did not succeed in ${self.boundMs} ms; last: ${last}`
      )
    })
  }

  private once<Done extends { readonly _tag: string }>(
    storeId: StoreId,
    header: RequestHeader,
    call: (router: RouterService, header: RequestHeader) => Effect.Effect<Done | RegionError>
  ): Effect.Effect<Done | RegionError | NoAnswer> {
    return Effect.suspend((): Effect.Effect<Done | RegionError | NoAnswer> => {
      const store = this.world.store(storeId)
      if (store === undefined) return Effect.succeed(noAnswer)
      return Effect.raceFirst(call(store.router, header), Effect.as(store.gone, noAnswer))
    })
  }

  private locate(key: Uint8Array): Effect.Effect<CachedRegion | undefined> {
    for (const cached of this.cache.values()) if (regionContains(cached.region, key)) return Effect.succeed(cached)
    return Effect.gen({ self: this }, function* () {
      const found = yield* this.world.scheduler.getRegion(key).pipe(Effect.orElseSucceed(() => undefined))
      if (found === undefined || !regionContains(found.region, key)) return undefined
      const { region, leader } = found
      this.learn(region)
      const cached = this.cache.get(region.id)
      const at = region.peers.findIndex(({ id }) => id === leader?.id)
      if (cached !== undefined) cached.next = at >= 0 ? at : this.random.int(0, region.peers.length)
      return cached
    })
  }

  /** Takes a region in and drops what it replaces. */
  private learn(region: metapb.Region): void {
    for (const [id, cached] of this.cache) {
      if (id === region.id || overlap(cached.region, region)) this.cache.delete(id)
    }
    this.cache.set(region.id, { region, next: 0 })
  }

  private onRefusal(cached: CachedRegion, refusal: RegionError | NoAnswer): Effect.Effect<void> {
    switch (refusal._tag) {
      case "NotLeader": {
        const leader = refusal.leader
        const at = leader === undefined ? -1 : cached.region.peers.findIndex(({ id }) => id === leader.id)
        if (at >= 0 && at !== cached.next % cached.region.peers.length) {
          cached.next = at
          return Effect.void
        }
        cached.next += 1
        if (cached.next % cached.region.peers.length === 0) this.cache.delete(cached.region.id)
        return this.pause()
      }
      case "EpochNotMatch":
        this.cache.delete(cached.region.id)
        for (const region of refusal.currentRegions) if (region.peers.length > 0) this.learn(region)
        return Effect.sleep(1)
      case "NoAnswer":
      case "UndeterminedResult":
      case "DeadlineExceeded":
        cached.next += 1
        if (cached.next >= 2 * cached.region.peers.length) this.cache.delete(cached.region.id)
        return this.pause()
      default:
        this.cache.delete(cached.region.id)
        return this.pause()
    }
  }

  private pause(): Effect.Effect<void> {
    return Effect.suspend(() => Effect.sleep(retryPauseMs + this.random.int(0, retryPauseMs)))
  }
}

const overlap = (a: metapb.Region, b: metapb.Region): boolean =>
  (a.endKey.length === 0 || compareBytes(b.startKey, a.endKey) < 0) &&
  (b.endKey.length === 0 || compareBytes(a.startKey, b.endKey) < 0)

const refusals: ReadonlySet<string> = new Set<RegionError["_tag"] | NoAnswer["_tag"]>([
  "NoAnswer",
  "NotLeader",
  "RegionNotFound",
  "KeyNotInRegion",
  "EpochNotMatch",
  "ServerIsBusy",
  "StaleCommand",
  "StoreNotMatch",
  "MismatchPeerId",
  "RaftEntryTooLarge",
  "RegionNotInitialized",
  "ReadIndexNotReady",
  "DiskFull",
  "DeadlineExceeded",
  "UndeterminedResult",
  "Refused"
])
export const isRefusal = <A extends { readonly _tag: string }>(
  result: A
): result is Extract<A, RegionError | NoAnswer> => refusals.has(result._tag)
