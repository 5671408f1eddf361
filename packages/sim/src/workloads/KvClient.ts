/**
 * One client: one operation at a time, to whom it believes to lead, again after a refusal that certainly did nothing,
 * until it succeeds or its time is over. An answer that never comes, or says that it does not know, ends a write as
 * unknown: to try it again could apply it twice.
 *
 * A plain state machine on events of the clients' host; each call travels as kvrpcpb's bytes.
 */
import {
  type Codec,
  compareEnds,
  decode,
  encode,
  epochOf,
  type errorpb,
  kvrpcpb,
  type metapb,
  overlaps,
  pdpb,
  regionContains
} from "@reefkv/wire"
import type { Operation } from "../checkers/linearizability.ts"
import type { Cluster } from "../cluster/Cluster.ts"
import { rawMethods } from "../cluster/SimStore.ts"
import { readAnswer, schedulerCallTimeoutMs, schedulerMethods } from "../network/schedulerCalls.ts"
import type { Rng } from "../world/Rng.ts"

interface CachedRegion {
  readonly region: metapb.Region
  /** Position in `region.peers` to try next. */
  next: number
}

/** How an operation ended for its client. */
export type Outcome =
  | { readonly type: "found"; readonly value: string | undefined }
  | { readonly type: "swapped"; readonly succeeded: boolean }
  /** Pairs in order of their keys; each region's part was read at one moment. */
  | { readonly type: "scanned"; readonly pairs: ReadonlyArray<readonly [key: string, value: string]> }
  | { readonly type: "done" }
  /** Nobody knows whether it happened. */
  | { readonly type: "unknown" }
  /** It did not happen, and the client's time is over. */
  | { readonly type: "given up" }
type Done = (outcome: Outcome) => void

type Asked =
  | { readonly type: "get"; readonly key: string; readonly replica: boolean; readonly atStore?: number }
  | { readonly type: "put"; readonly key: string; readonly value: string }
  | { readonly type: "delete"; readonly key: string }
  /** Without a `value` it deletes. */
  | {
      readonly type: "cas"
      readonly key: string
      readonly expected: string | undefined
      readonly value: string | undefined
    }
  /** Of `[key, to)` what one region has; an empty `to` is no bound. */
  | { readonly type: "scan"; readonly key: string; readonly to: string; readonly onPart: OnPart }
/** `next` is where the rest begins; undefined: there is no rest. */
type OnPart = (pairs: ReadonlyArray<readonly [key: string, value: string]>, next: string | undefined) => void

const callTimeoutMs = 400
const operationMaxMs = 3_000
/** Pairs that one scan of one region asks for. */
const scanLimit = 1_000

export const keyName = (index: number): string => `k${String(index).padStart(3, "0")}`
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

export class KvClient {
  busy = false
  private readonly cluster: Cluster
  private readonly name: string
  private readonly cf: string
  private readonly rng: Rng
  private readonly cache = new Map<number, CachedRegion>()
  private written = 0
  /** The last value seen under a key: what a swap expects. */
  private readonly lastSeen = new Map<string, string | undefined>()

  /** `cf` is the column family that it works on, as kvrpcpb names it: the default one is "". */
  constructor(cluster: Cluster, name: string, cf = "") {
    this.cluster = cluster
    this.name = name
    this.cf = cf
    this.rng = cluster.world.rng(`client ${name}`)
  }

  /** One operation of random kind on a random key. */
  act(done: Done): void {
    const { rng, cluster } = this
    const key = keyName(rng.below(cluster.options.keys))
    const type = rng.weighted([
      ["get", 4],
      ["put", 4],
      ["delete", 1],
      ["cas", cluster.options.swaps ? 2 : 0],
      ["scan", 0.5]
    ] as const)
    switch (type) {
      case "get":
        this.run({ type, key, replica: rng.chance(0.25) }, done)
        break
      case "put":
        this.run({ type, key, value: this.newValue() }, done)
        break
      case "cas":
        this.swapLastSeen(key, done)
        break
      case "scan":
        this.run({ type, key, to: "", onPart: () => {} }, done)
        break
      case "delete":
        this.run({ type, key }, done)
        break
    }
  }
  get(key: string, done: Done): void {
    this.run({ type: "get", key, replica: false }, done)
  }
  /** A replica read of the peer on that store, whether it leads or not. */
  getAt(storeId: number, key: string, done: Done): void {
    this.run({ type: "get", key, replica: true, atStore: storeId }, done)
  }
  put(key: string, done: Done, value = this.newValue()): void {
    this.run({ type: "put", key, value }, done)
  }
  delete(key: string, done: Done): void {
    this.run({ type: "delete", key }, done)
  }
  /** Expects what it saw under the key when it was last told anything of it. */
  swapLastSeen(key: string, done: Done, deletes = false): void {
    const value = deletes ? undefined : this.newValue()
    this.run({ type: "cas", key, expected: this.lastSeen.get(key), value }, done)
  }
  swap(key: string, expected: string | undefined, value: string, done: Done): void {
    this.run({ type: "cas", key, expected, value }, done)
  }

  /** Everything in `[from, to)`, region after region; an empty `to` is no bound. Not one moment for all regions. */
  scan(from: string, to: string, done: Done): void {
    const found: Array<readonly [string, string]> = []
    const part = (key: string): void => {
      let rest: string | undefined
      const onPart: OnPart = (pairs, next) => {
        found.push(...pairs)
        rest = next
      }
      this.run({ type: "scan", key, to, onPart }, (outcome) => {
        if (outcome.type === "given up") done(outcome)
        else if (rest === undefined) done({ type: "scanned", pairs: found })
        else part(rest)
      })
    }
    part(from)
  }

  private newValue(): string {
    const id = `${this.name}-${++this.written}`
    return id + ".".repeat(this.rng.below(this.cluster.options.valueBytesMax))
  }

  private run(asked: Asked, done: Done): void {
    const { cluster } = this
    const { world, history, clients } = cluster
    const called = history.now()
    const untilMs = world.nowMs + operationMaxMs
    this.busy = true
    const finish = (outcome: Outcome): void => {
      this.busy = false
      done(outcome)
    }
    const record = (key: string, operation: Operation, known: boolean): void => {
      if (known && operation.type === "get") this.lastSeen.set(key, operation.found)
      if (known && operation.type === "put") this.lastSeen.set(key, operation.value)
      if (known && operation.type === "delete") this.lastSeen.set(key, undefined)
      if (operation.type === "cas" && operation.result !== undefined) {
        const { succeeded, previous } = operation.result
        this.lastSeen.set(key, succeeded ? operation.value : previous)
      }
      const returned = known ? history.now() : Number.POSITIVE_INFINITY
      history.add(key, { client: this.name, called, returned, operation }, this.cf)
    }
    if (asked.type === "put" || asked.type === "cas") history.mention(this.cf, asked.key)
    /** Nobody knows what became of it. */
    const unknown = (): void => {
      switch (asked.type) {
        case "put":
          record(asked.key, { type: "put", value: asked.value }, false)
          break
        case "delete":
          record(asked.key, { type: "delete" }, false)
          break
        case "cas":
          record(asked.key, { type: "cas", expected: asked.expected, value: asked.value, result: undefined }, false)
          break
        default:
          // A read without an answer tells nothing.
          again(5)
          return
      }
      finish({ type: "unknown" })
    }
    const again = (pauseMs: number): void => {
      if (world.nowMs >= untilMs) {
        world.log(`${this.name} gives up ${asked.type} ${asked.key}`)
        finish({ type: "given up" })
        return
      }
      world.after(pauseMs + this.rng.below(5), clients, attempt)
    }
    const attempt = (): void =>
      this.locate(bytesOf(asked.key), (cached) => (cached === undefined ? again(15) : call(cached)))

    const call = (cached: CachedRegion): void => {
      const peers = cached.region.peers
      const replica = asked.type === "get" && asked.replica
      const anyPeer = replica || this.rng.chance(cluster.options.wander)
      const wanted = asked.type === "get" ? peers.find(({ storeId }) => storeId === asked.atStore) : undefined
      const peer = wanted ?? (anyPeer ? this.rng.pick(peers) : peers[cached.next % peers.length]!)
      const context = kvrpcpb.Context.create({
        regionId: cached.region.id,
        regionEpoch: epochOf(cached.region),
        peer,
        replicaRead: replica
      })
      const refused = (error: errorpb.Error | undefined, text: string): boolean => {
        if (error !== undefined) {
          if (error.undeterminedResult !== undefined) unknown()
          else again(this.onRefusal(cached, error))
          return true
        }
        if (text !== "") {
          world.fail(`${asked.type} ${asked.key} is called wrong: ${text}`)
          return true
        }
        return false
      }
      const { cf } = this
      const key = bytesOf(asked.key)
      // Swaps are atomic among the writes that ask to be ordered with them, and only among those.
      const forCas = cluster.options.swaps
      switch (asked.type) {
        case "get":
          this.send("get", peer, { context, cf, key }, again, unknown, cached, (answer) => {
            if (refused(answer.regionError, answer.error)) return
            const found = answer.notFound ? undefined : textOf(answer.value)
            record(asked.key, { type: "get", found }, true)
            finish({ type: "found", value: found })
          })
          break
        case "put":
          this.send(
            "put",
            peer,
            { context, cf, key, value: bytesOf(asked.value), forCas },
            again,
            unknown,
            cached,
            (answer) => {
              if (refused(answer.regionError, answer.error)) return
              record(asked.key, { type: "put", value: asked.value }, true)
              finish({ type: "done" })
            }
          )
          break
        case "delete":
          this.send("delete", peer, { context, cf, key, forCas }, again, unknown, cached, (answer) => {
            if (refused(answer.regionError, answer.error)) return
            record(asked.key, { type: "delete" }, true)
            finish({ type: "done" })
          })
          break
        case "cas": {
          const previousValue = bytesOf(asked.expected ?? "")
          const request = {
            context,
            cf,
            key,
            value: bytesOf(asked.value ?? ""),
            delete: asked.value === undefined,
            previousNotExist: asked.expected === undefined,
            previousValue
          }
          this.send("cas", peer, request, again, unknown, cached, (answer) => {
            if (refused(answer.regionError, answer.error)) return
            const previous = answer.previousNotExist ? undefined : textOf(answer.previousValue)
            const result = { succeeded: answer.succeed, previous }
            record(asked.key, { type: "cas", expected: asked.expected, value: asked.value, result }, true)
            finish({ type: "swapped", succeeded: answer.succeed })
          })
          break
        }
        case "scan": {
          const { region } = cached
          const request = { context, cf, startKey: key, endKey: earlierEnd(region.endKey, bytesOf(asked.to)) }
          this.send("scan", peer, { ...request, limit: scanLimit }, again, unknown, cached, (answer) => {
            if (refused(answer.regionError, answer.kvs.some(({ error }) => error !== undefined) ? "a key error" : ""))
              return
            const pairs = answer.kvs.map((pair) => [textOf(pair.key), textOf(pair.value)] as const)
            // More may follow the last one of a full answer.
            const last = pairs.length === scanLimit ? pairs[pairs.length - 1]![0] : undefined
            const end = last === undefined ? textOf(request.endKey) : `${last}\u0000`
            // One moment for the whole region's part: a read of every key in it that anybody has written or may have.
            const found = new Map(pairs)
            for (const [name] of pairs) history.mention(this.cf, name)
            for (const name of history.mentioned(this.cf)) {
              if (name < asked.key || (end !== "" && name >= end)) continue
              record(name, { type: "get", found: found.get(name) }, true)
            }
            asked.onPart(pairs, end === asked.to ? undefined : end)
            finish({ type: "scanned", pairs })
          })
          break
        }
      }
    }
    attempt()
  }

  /**
   * One raw command to the leader of the region that holds `key`, again after each refusal. `body` says what is asked of
   * that region. The client is busy until `ended`. A read may be asked of any of the region's peers instead.
   */
  request<Name extends keyof typeof rawMethods>(
    name: Name,
    key: string,
    body: (context: kvrpcpb.Context, region: metapb.Region) => Partial<RequestOf<Name>>,
    ended: (end: RequestEnd<Name>) => void,
    { ofAnyPeer = false }: { readonly ofAnyPeer?: boolean } = {}
  ): void {
    const { world, clients } = this.cluster
    const untilMs = world.nowMs + operationMaxMs
    this.busy = true
    const end = (how: RequestEnd<Name>): void => {
      this.busy = false
      ended(how)
    }
    const again = (pauseMs: number): void => {
      if (world.nowMs >= untilMs) end({ type: "given up" })
      else world.after(pauseMs + this.rng.below(5), clients, attempt)
    }
    const attempt = (): void =>
      this.locate(bytesOf(key), (cached) => {
        if (cached === undefined) return again(15)
        const { region } = cached
        const peer = ofAnyPeer ? this.rng.pick(region.peers) : region.peers[cached.next % region.peers.length]!
        const context = kvrpcpb.Context.create({
          regionId: region.id,
          regionEpoch: epochOf(region),
          peer,
          replicaRead: ofAnyPeer
        })
        const sentMs = world.nowMs
        const unknown = (): void => end({ type: "unknown" })
        this.send(name, peer, body(context, region), again, unknown, cached, (answer) => {
          // Reads of ranges have no sentence of their own for what is wrong with a request.
          const error = "error" in answer ? answer.error : ""
          if (answer.regionError?.undeterminedResult !== undefined) unknown()
          else if (answer.regionError !== undefined) again(this.onRefusal(cached, answer.regionError))
          else if (error !== "") world.fail(`${name} ${key} is called wrong: ${error}`)
          else end({ type: "answered", answer, region, storeId: peer.storeId, sentMs })
        })
      })
    attempt()
  }

  private send<Name extends keyof typeof rawMethods>(
    name: Name,
    peer: metapb.Peer,
    body: Partial<RequestOf<Name>>,
    again: (pauseMs: number) => void,
    unknown: () => void,
    cached: CachedRegion,
    onAnswer: (answer: ResponseOf<Name>) => void
  ): void {
    const { cluster } = this
    const store = cluster.storeOf(peer.storeId)
    if (store === undefined) {
      cached.next++
      again(10)
      return
    }
    const { request, response } = rawMethods[name] as unknown as {
      readonly request: Codec<RequestOf<Name>>
      readonly response: Codec<ResponseOf<Name>>
    }
    const bytes = encode(request, request.create(body))
    cluster.rpc.call(cluster.clients, store.host, name, bytes, callTimeoutMs, (answered) => {
      if (answered._tag === "Answered") {
        onAnswer(decode(response, answered.bytes))
        return
      }
      cached.next++
      if (cached.next % cached.region.peers.length === 0) this.cache.delete(cached.region.id)
      if (answered._tag === "Refused") again(10)
      else unknown()
    })
  }

  private locate(key: Uint8Array, then: (cached: CachedRegion | undefined) => void): void {
    for (const cached of this.cache.values()) {
      if (regionContains(cached.region, key)) {
        then(cached)
        return
      }
    }
    const { rpc, clients, scheduler } = this.cluster
    const { name, request } = schedulerMethods.getRegion
    const bytes = encode(request, pdpb.GetRegionRequest.create({ regionKey: key }))
    rpc.call(clients, scheduler.host, name, bytes, schedulerCallTimeoutMs, (answered) => {
      if (answered._tag !== "Answered") return then(undefined)
      const answer = readAnswer(schedulerMethods.getRegion.response, answered.bytes)
      if (answer._tag === "Error" || answer.value.region === undefined) return then(undefined)
      const { region, leader } = answer.value
      if (!regionContains(region, key)) return then(undefined)
      this.learn(region, leader)
      then(this.cache.get(region.id))
    })
  }
  private learn(region: metapb.Region, leader: metapb.Peer | undefined): void {
    for (const [id, cached] of this.cache)
      if (id === region.id || overlaps(cached.region, region)) this.cache.delete(id)
    const at = region.peers.findIndex(({ id }) => id === leader?.id)
    this.cache.set(region.id, { region, next: at >= 0 ? at : this.rng.below(region.peers.length) })
  }
  /** How long to wait before the next try. */
  private onRefusal(cached: CachedRegion, error: errorpb.Error): number {
    if (error.notLeader !== undefined) {
      const { leader } = error.notLeader
      const at = cached.region.peers.findIndex(({ id }) => id === leader?.id)
      if (at >= 0 && at !== cached.next % cached.region.peers.length) {
        cached.next = at
        return 1
      }
      cached.next++
      if (cached.next % cached.region.peers.length === 0) this.cache.delete(cached.region.id)
      return 15
    }
    this.cache.delete(cached.region.id)
    if (error.epochNotMatch !== undefined) {
      for (const region of error.epochNotMatch.currentRegions)
        if (region.peers.length > 0) this.learn(region, undefined)
      return 1
    }
    return 15
  }
}

/** Of two ends of ranges, where empty is +∞. */
const earlierEnd = (a: Uint8Array, b: Uint8Array): Uint8Array => (compareEnds(a, b) <= 0 ? a : b)

/** How a raw command ended: with its answer from that region, nobody knows how, or not at all. */
export type RequestEnd<Name extends keyof typeof rawMethods> =
  | {
      readonly type: "answered"
      readonly answer: ResponseOf<Name>
      readonly region: metapb.Region
      /** Who answered, and when it was asked, in virtual milliseconds. */
      readonly storeId: number
      readonly sentMs: number
    }
  | { readonly type: "unknown" }
  | { readonly type: "given up" }

export type RequestOf<Name extends keyof typeof rawMethods> =
  (typeof rawMethods)[Name]["request"] extends Codec<infer Request> ? Request : never
type ResponseOf<Name extends keyof typeof rawMethods> =
  (typeof rawMethods)[Name]["response"] extends Codec<infer Response extends { regionError: errorpb.Error | undefined }>
    ? Response
    : never
