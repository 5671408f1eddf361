/**
 * Safe points: timestamps before which versions may be gone. None of them ever falls, and each is on disk before it is
 * answered.
 *
 * - The txn safe point is raised first: no transaction may start or read below it. Barriers and service safe points hold
 *   it back.
 * - The GC safe point follows, never above it: versions only older readers need may be deleted below it.
 *
 * Older clients know one safe point only and raise the second directly; the first then follows at once, since what may be
 * deleted may not be read. All keyspaces share this state (PD calls that unified GC).
 * Source: PD `gc_state_manager`, `safepoint.go`.
 */
import { pdpb } from "@reefkv/wire"
import { type Clock, Effect, Semaphore } from "effect"
import type { CommandLog, GcHold, GcHoldKind, Persisted } from "../persist.ts"
import { type SchedulerError, schedulerError } from "../SchedulerError.ts"
import type { ServiceSafePoint } from "../SchedulerService.ts"

/** The service that stands for the garbage collector itself: always there, never expires, no barrier. */
const gcWorker = "gc_worker"
/** Holds of one kind at most. */
export const gcHoldsMax = 1_024
const ttlForever = 2n ** 63n - 1n

export interface GcStateService {
  gcSafePoint(): bigint
  txnSafePoint(): bigint
  updateGcSafePoint(ts: bigint): Effect.Effect<bigint, SchedulerError>
  advanceGcSafePoint(
    target: bigint
  ): Effect.Effect<{ readonly oldGcSafePoint: bigint; readonly newGcSafePoint: bigint }, SchedulerError>
  advanceTxnSafePoint(target: bigint): Effect.Effect<
    {
      readonly oldTxnSafePoint: bigint
      readonly newTxnSafePoint: bigint
      readonly blockerDescription: string
    },
    SchedulerError
  >
  updateService(
    serviceId: string,
    ttlSeconds: bigint,
    safePoint: bigint
  ): Effect.Effect<
    { readonly serviceId: string; readonly ttlSeconds: bigint; readonly minSafePoint: bigint },
    SchedulerError
  >
  services(): ReadonlyArray<ServiceSafePoint>
  barriers(kind: "barrier" | "global-barrier"): ReadonlyArray<pdpb.GCBarrierInfo>
  setBarrier(
    kind: "barrier" | "global-barrier",
    id: string,
    ts: bigint,
    ttlSeconds: bigint
  ): Effect.Effect<pdpb.GCBarrierInfo, SchedulerError>
  deleteBarrier(
    kind: "barrier" | "global-barrier",
    id: string
  ): Effect.Effect<pdpb.GCBarrierInfo | undefined, SchedulerError>
  state(scope: pdpb.KeyspaceScope | undefined): pdpb.GCState
}

const later = (a: bigint, b: bigint): bigint => {
  if (a > b) return a
  return b
}

export const makeGcState = (log: CommandLog, clock: Clock.Clock, persisted: Persisted): GcStateService => {
  let gcSafePoint = persisted.gcSafePoint
  let txnSafePoint = persisted.txnSafePoint
  const holds: Record<GcHoldKind, Map<string, GcHold>> = {
    service: new Map(persisted.gcHolds.service.map((hold) => [hold.id, hold])),
    barrier: new Map(persisted.gcHolds.barrier.map((hold) => [hold.id, hold])),
    "global-barrier": new Map(persisted.gcHolds["global-barrier"].map((hold) => [hold.id, hold]))
  }
  // One change at a time: each reads what it compares with before the write and sets it after.
  const changing = Semaphore.makeUnsafe(1)
  const now = (): number => clock.currentTimeMillisUnsafe()
  const live = (kind: GcHoldKind): Array<GcHold> =>
    [...holds[kind].values()].filter((hold) => hold.expiresUnixMs > now())
  const expiry = (ttlSeconds: bigint): number =>
    ttlSeconds >= ttlForever / 1_000n ? Number.POSITIVE_INFINITY : now() + Number(ttlSeconds) * 1_000
  const ttlOf = (hold: GcHold): bigint =>
    Number.isFinite(hold.expiresUnixMs) ? BigInt(Math.ceil((hold.expiresUnixMs - now()) / 1_000)) : ttlForever
  const infoOf = (hold: GcHold): pdpb.GCBarrierInfo =>
    pdpb.GCBarrierInfo.create({ barrierId: hold.id, barrierTs: hold.ts, ttlSeconds: ttlOf(hold) })

  const putHold = Effect.fnUntraced(function* (kind: GcHoldKind, hold: GcHold) {
    const expired = [...holds[kind].values()].filter((other) => other.expiresUnixMs <= now())
    if (!holds[kind].has(hold.id) && holds[kind].size - expired.length >= gcHoldsMax) {
      return yield* schedulerError("refused", `there are ${gcHoldsMax} of kind ${kind} already: delete some first`)
    }
    yield* log.write(
      [
        ...expired.map((other) => ({ type: "gcHoldGone", kind, id: other.id }) as const),
        { type: "gcHold", kind, hold } as const
      ],
      { sync: true }
    )
    for (const other of expired) holds[kind].delete(other.id)
    holds[kind].set(hold.id, hold)
  })
  const dropHold = Effect.fnUntraced(function* (kind: GcHoldKind, id: string) {
    if (!holds[kind].has(id)) return
    yield* log.write([{ type: "gcHoldGone", kind, id }], { sync: true })
    holds[kind].delete(id)
  })

  /** The garbage collector's own hold is there from the beginning, at 0. */
  const serviceHolds = (): Array<GcHold> => {
    const found = live("service")
    return found.some((hold) => hold.id === gcWorker)
      ? found
      : [{ id: gcWorker, ts: 0n, expiresUnixMs: Number.POSITIVE_INFINITY }, ...found]
  }
  const minService = (): GcHold => serviceHolds().reduce((least, hold) => (hold.ts < least.ts ? hold : least))

  return {
    gcSafePoint: () => gcSafePoint,
    txnSafePoint: () => txnSafePoint,
    updateGcSafePoint: (ts) =>
      changing.withPermit(
        Effect.gen(function* () {
          if (ts <= gcSafePoint) return gcSafePoint
          const newTxn = later(ts, txnSafePoint)
          yield* log.write(
            [
              { type: "txnSafePoint", ts: newTxn },
              { type: "gcSafePoint", ts }
            ],
            { sync: true }
          )
          txnSafePoint = newTxn
          gcSafePoint = ts
          return ts
        })
      ),
    advanceGcSafePoint: (target) =>
      changing.withPermit(
        Effect.gen(function* () {
          const oldGcSafePoint = gcSafePoint
          if (target < oldGcSafePoint) {
            return yield* schedulerError(
              "refused",
              `the GC safe point is ${oldGcSafePoint} and cannot fall to ${target}`
            )
          }
          if (target > txnSafePoint) {
            return yield* schedulerError(
              "refused",
              `the GC safe point cannot pass the txn safe point ${txnSafePoint}: advance that one first (asked for ${target})`
            )
          }
          yield* log.write([{ type: "gcSafePoint", ts: target }], { sync: true })
          gcSafePoint = target
          return { oldGcSafePoint, newGcSafePoint: target }
        })
      ),
    advanceTxnSafePoint: (target) =>
      changing.withPermit(
        Effect.gen(function* () {
          const oldTxnSafePoint = txnSafePoint
          if (target < oldTxnSafePoint) {
            return yield* schedulerError(
              "refused",
              `the txn safe point is ${oldTxnSafePoint} and cannot fall to ${target}`
            )
          }
          let newTxnSafePoint = target
          let blockerDescription = ""
          const barriers = [
            ...live("barrier").map((hold) => ["barrier", hold] as const),
            ...live("global-barrier").map((hold) => ["global barrier", hold] as const),
            ...live("service")
              .filter((hold) => hold.id !== gcWorker)
              .map((hold) => ["service", hold] as const)
          ]
          for (const [kind, hold] of barriers) {
            if (hold.ts >= newTxnSafePoint) continue
            newTxnSafePoint = hold.ts
            blockerDescription = `${kind} ${hold.id} at ${hold.ts}`
          }
          if (newTxnSafePoint <= oldTxnSafePoint) {
            return { oldTxnSafePoint, newTxnSafePoint: oldTxnSafePoint, blockerDescription }
          }
          yield* log.write([{ type: "txnSafePoint", ts: newTxnSafePoint }], { sync: true })
          txnSafePoint = newTxnSafePoint
          return { oldTxnSafePoint, newTxnSafePoint, blockerDescription }
        })
      ),
    updateService: (serviceId, ttlSeconds, safePoint) =>
      changing.withPermit(
        Effect.gen(function* () {
          if (serviceId === "") return yield* schedulerError("refused", "a service needs an id")
          if (serviceId === gcWorker && ttlSeconds < ttlForever) {
            return yield* schedulerError("refused", `${gcWorker} never expires: its TTL must be ${ttlForever}`)
          }
          if (ttlSeconds <= 0n) {
            yield* dropHold("service", serviceId)
          } else if (safePoint >= minService().ts) {
            // Below the smallest one nothing is promised: the answer tells the caller that it came too late.
            yield* putHold("service", { id: serviceId, ts: safePoint, expiresUnixMs: expiry(ttlSeconds) })
          }
          const least = minService()
          return { serviceId: least.id, ttlSeconds: ttlOf(least), minSafePoint: least.ts }
        })
      ),
    services: () =>
      serviceHolds().map((hold) => ({ serviceId: hold.id, safePoint: hold.ts, expiresUnixMs: hold.expiresUnixMs })),
    barriers: (kind) => live(kind).map(infoOf),
    setBarrier: (kind, id, ts, ttlSeconds) =>
      changing.withPermit(
        Effect.gen(function* () {
          if (id === "") return yield* schedulerError("refused", "a barrier needs an id")
          if (ttlSeconds <= 0n)
            return yield* schedulerError("refused", `a barrier's TTL must be positive, is ${ttlSeconds}`)
          if (ts < txnSafePoint) {
            return yield* schedulerError(
              "refused",
              `barrier ${id} at ${ts} is behind the txn safe point ${txnSafePoint}: what it should hold may be gone`
            )
          }
          const hold: GcHold = { id, ts, expiresUnixMs: expiry(ttlSeconds) }
          yield* putHold(kind, hold)
          return infoOf(hold)
        })
      ),
    deleteBarrier: (kind, id) =>
      changing.withPermit(
        Effect.gen(function* () {
          const hold = holds[kind].get(id)
          yield* dropHold(kind, id)
          return hold === undefined ? undefined : infoOf(hold)
        })
      ),
    state: (scope) =>
      pdpb.GCState.create({
        keyspaceScope: scope ?? pdpb.KeyspaceScope.create({ keyspace: { case: "keyspaceId", value: nullKeyspaceId } }),
        isKeyspaceLevelGc: false,
        txnSafePoint,
        gcSafePoint,
        gcBarriers: live("barrier").map(infoOf)
      })
  }
}

/** "No keyspace". Source: PD `constant.NullKeyspaceID`. */
export const nullKeyspaceId = 0xffffffff
