/**
 * Everything the scheduler writes down, as one log of commands: `write` is the only way to disk, so that the same
 * commands can be proposed to a Raft group later. Records live in column family `default` of an engine of the
 * scheduler's own, under keys a person can read; numbers and JSON as text, kvproto records as their messages.
 *
 *   scheduler/cluster-id · member-id · bootstrapped · cluster · config · id-window · tso-window
 *   scheduler/store/<id> · heard/<id> · region/<id>          ids padded to 16 digits, so that they sort
 *   scheduler/gc/safe-point · gc/txn-safe-point · gc/service/<id> · gc/barrier/<id> · gc/global-barrier/<id>
 *   scheduler/record/<key>
 */
import { columnFamilies, type EngineService, WriteBatch } from "@reefkv/engine"
import { type ClusterId, decode, encode, metapb, type RegionId, type StoreId } from "@reefkv/wire"
import { Effect, Schema } from "effect"
import type { SchedulerConfig } from "./SchedulerConfig.ts"
import { SchedulerError } from "./SchedulerError.ts"

/** A service safe point or a GC barrier. */
export interface GcHold {
  readonly id: string
  readonly ts: bigint
  /** Unix milliseconds; `Infinity` never expires. */
  readonly expiresUnixMs: number
}
export const gcHoldKinds = ["service", "barrier", "global-barrier"] as const
export type GcHoldKind = (typeof gcHoldKinds)[number]

export type Command =
  | { readonly type: "identity"; readonly clusterId: ClusterId; readonly memberId: number }
  | {
      readonly type: "bootstrap"
      readonly cluster: metapb.Cluster
      readonly store: metapb.Store
      readonly region: metapb.Region
    }
  | { readonly type: "cluster"; readonly cluster: metapb.Cluster }
  /** What was changed while running; the rest follows the configuration the scheduler is started with. */
  | { readonly type: "config"; readonly config: Partial<SchedulerConfig> }
  | { readonly type: "store"; readonly store: metapb.Store }
  /** When the store was last heard, by the wall clock, more or less. */
  | { readonly type: "storeHeard"; readonly storeId: StoreId; readonly unixMs: number }
  | { readonly type: "region"; readonly region: metapb.Region }
  | { readonly type: "regionGone"; readonly regionId: RegionId }
  /** Ids below `end` may be given out. */
  | { readonly type: "idWindow"; readonly end: number }
  /** Timestamps with a physical part below `untilMs` may be given out. */
  | { readonly type: "tsoWindow"; readonly untilMs: number }
  | { readonly type: "gcSafePoint"; readonly ts: bigint }
  | { readonly type: "txnSafePoint"; readonly ts: bigint }
  | { readonly type: "gcHold"; readonly kind: GcHoldKind; readonly hold: GcHold }
  | { readonly type: "gcHoldGone"; readonly kind: GcHoldKind; readonly id: string }
  | { readonly type: "record"; readonly key: string; readonly value: Uint8Array }
  | { readonly type: "recordGone"; readonly key: string }

/** What a restart finds. */
export interface Persisted {
  readonly clusterId: ClusterId | undefined
  /** Something is there that no scheduler wrote: its records lie in `default` alone, and the cluster id comes first. */
  readonly foreign: boolean
  readonly memberId: number | undefined
  readonly bootstrapped: boolean
  readonly cluster: metapb.Cluster | undefined
  /** As stored; the caller checks it before use. */
  readonly config: unknown
  readonly idWindowEnd: number
  readonly tsoWindowMs: number
  readonly stores: ReadonlyArray<metapb.Store>
  /** Unix milliseconds of the last heartbeat written down; nothing for a store that an older version wrote. */
  readonly heard: ReadonlyMap<StoreId, number>
  readonly regions: ReadonlyArray<metapb.Region>
  readonly gcSafePoint: bigint
  readonly txnSafePoint: bigint
  readonly gcHolds: Readonly<Record<GcHoldKind, ReadonlyArray<GcHold>>>
}

const prefix = "scheduler/"
const text = new TextEncoder()
const fromText = new TextDecoder()
const key = (path: string): Uint8Array => text.encode(prefix + path)
const idDigits = 16
const idKey = (kind: "store" | "heard" | "region", id: number): Uint8Array =>
  key(`${kind}/${String(id).padStart(idDigits, "0")}`)
/** The first key after all keys that start with `path`: "/" is followed by "0". */
const endOf = (path: string): Uint8Array => key(`${path}0`)

const GcHoldRecord = Schema.Struct({ ts: Schema.String, expiresUnixMs: Schema.NullOr(Schema.Number) })

const addTo = (batch: WriteBatch, command: Command): void => {
  const put = (path: string, value: Uint8Array | string) =>
    batch.put("default", key(path), typeof value === "string" ? text.encode(value) : value)
  switch (command.type) {
    case "identity":
      put("cluster-id", String(command.clusterId))
      put("member-id", String(command.memberId))
      return
    case "bootstrap":
      put("bootstrapped", "1")
      put("cluster", encode(metapb.Cluster, command.cluster))
      batch.put("default", idKey("store", command.store.id), encode(metapb.Store, command.store))
      batch.put("default", idKey("region", command.region.id), encode(metapb.Region, command.region))
      return
    case "cluster":
      put("cluster", encode(metapb.Cluster, command.cluster))
      return
    case "config":
      put("config", JSON.stringify(command.config))
      return
    case "store":
      batch.put("default", idKey("store", command.store.id), encode(metapb.Store, command.store))
      return
    case "storeHeard":
      batch.put("default", idKey("heard", command.storeId), text.encode(String(command.unixMs)))
      return
    case "region":
      batch.put("default", idKey("region", command.region.id), encode(metapb.Region, command.region))
      return
    case "regionGone":
      batch.delete("default", idKey("region", command.regionId))
      return
    case "idWindow":
      put("id-window", String(command.end))
      return
    case "tsoWindow":
      put("tso-window", String(command.untilMs))
      return
    case "gcSafePoint":
      put("gc/safe-point", String(command.ts))
      return
    case "txnSafePoint":
      put("gc/txn-safe-point", String(command.ts))
      return
    case "gcHold": {
      const { hold, kind } = command
      const expiresUnixMs = Number.isFinite(hold.expiresUnixMs) ? hold.expiresUnixMs : null
      put(`gc/${kind}/${hold.id}`, JSON.stringify({ ts: String(hold.ts), expiresUnixMs }))
      return
    }
    case "gcHoldGone":
      batch.delete("default", key(`gc/${command.kind}/${command.id}`))
      return
    case "record":
      put(`record/${command.key}`, command.value)
      return
    case "recordGone":
      batch.delete("default", key(`record/${command.key}`))
      return
  }
}

export interface CommandLog {
  /** All or none. With `sync` they are durable on return; without, a crash may lose the newest of them. */
  write(commands: ReadonlyArray<Command>, options: { readonly sync: boolean }): Effect.Effect<void, SchedulerError>
  /** Everything but records. Fails when a record cannot be read: the scheduler must not start on half a memory. */
  readonly load: Effect.Effect<Persisted, SchedulerError>
  readonly record: (recordKey: string) => Effect.Effect<Uint8Array | undefined, SchedulerError>
  /** In byte order, at most `limit`. */
  readonly records: (
    recordPrefix: string,
    limit: number
  ) => Effect.Effect<ReadonlyArray<{ readonly key: string; readonly value: Uint8Array }>, SchedulerError>
}

const unavailable = (doing: string, cause: unknown): SchedulerError =>
  new SchedulerError({
    reason: "unavailable",
    type: 1,
    message: `the scheduler's engine failed while ${doing}: ${cause instanceof Error ? cause.message : String(cause)}`,
    cause
  })

export const makeCommandLog = (engine: EngineService): CommandLog => {
  const read = <A>(doing: string, use: () => A): Effect.Effect<A, SchedulerError> =>
    Effect.try({ try: use, catch: (cause) => unavailable(doing, cause) })
  const scan = (path: string, visit: (name: string, value: Uint8Array) => void): void => {
    const start = key(path)
    engine.latest.scan(
      "default",
      { start, end: endOf(path.slice(0, -1)), limit: Number.MAX_SAFE_INTEGER },
      (at, value) => {
        visit(fromText.decode(at.subarray(start.length)), value)
      }
    )
  }
  const getText = (path: string): string | undefined => {
    const value = engine.latest.get("default", key(path))
    return value === undefined ? undefined : fromText.decode(value)
  }
  const numberIn = (path: string, value: string): number => {
    const number = Number(value)
    if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${prefix}${path} holds ${value}, not a number`)
    return number
  }
  const getNumber = (path: string): number | undefined => {
    const value = getText(path)
    return value === undefined ? undefined : numberIn(path, value)
  }
  const holds = (kind: GcHoldKind): ReadonlyArray<GcHold> => {
    const found: Array<GcHold> = []
    scan(`gc/${kind}/`, (id, value) => {
      const record = Schema.decodeUnknownSync(GcHoldRecord)(JSON.parse(fromText.decode(value)))
      found.push({ id, ts: BigInt(record.ts), expiresUnixMs: record.expiresUnixMs ?? Number.POSITIVE_INFINITY })
    })
    return found
  }
  return {
    write: (commands, options) =>
      Effect.suspend(() => {
        const batch = new WriteBatch()
        for (const command of commands) addTo(batch, command)
        return engine.write(batch, options)
      }).pipe(Effect.mapError((cause) => unavailable("writing", cause))),
    load: read("loading", () => {
      const cluster = engine.latest.get("default", key("cluster"))
      const config = getText("config")
      const stores: Array<metapb.Store> = []
      const heard = new Map<StoreId, number>()
      const regions: Array<metapb.Region> = []
      const isEmpty = columnFamilies.every((family) => {
        let empty = true
        const everything = { start: new Uint8Array(0), end: new Uint8Array(0) }
        engine.latest.scan(family, { ...everything, limit: 1, keyOnly: true }, () => {
          empty = false
        })
        return empty
      })
      scan("store/", (_, value) => stores.push(decode(metapb.Store, value)))
      scan("heard/", (id, value) => heard.set(Number(id), numberIn(`heard/${id}`, fromText.decode(value))))
      scan("region/", (_, value) => regions.push(decode(metapb.Region, value)))
      return {
        clusterId: getNumber("cluster-id"),
        foreign: !isEmpty && getNumber("cluster-id") === undefined,
        memberId: getNumber("member-id"),
        bootstrapped: getText("bootstrapped") === "1",
        cluster: cluster === undefined ? undefined : decode(metapb.Cluster, cluster),
        config: config === undefined ? undefined : JSON.parse(config),
        idWindowEnd: getNumber("id-window") ?? 0,
        tsoWindowMs: getNumber("tso-window") ?? 0,
        stores,
        heard,
        regions,
        gcSafePoint: BigInt(getText("gc/safe-point") ?? "0"),
        txnSafePoint: BigInt(getText("gc/txn-safe-point") ?? "0"),
        gcHolds: { service: holds("service"), barrier: holds("barrier"), "global-barrier": holds("global-barrier") }
      }
    }),
    record: (recordKey) => read("reading a record", () => engine.latest.get("default", key(`record/${recordKey}`))),
    records: (recordPrefix, limit) =>
      read("reading records", () => {
        const found: Array<{ key: string; value: Uint8Array }> = []
        const start = key(`record/${recordPrefix}`)
        const base = key("record/").length
        engine.latest.scan("default", { start, end: endOf("record"), limit }, (at, value) => {
          if (Buffer.compare(at.subarray(0, start.length), start) !== 0) return false
          found.push({ key: fromText.decode(at.subarray(base)), value })
          return true
        })
        return found
      })
  }
}
