/**
 * The two corners of etcd that clients reach through the PD port: the member list, which a Go client takes its endpoints
 * from, and a few keys, above all the transaction safe point. This is no etcd: there is one revision and no history, and
 * what is asked for beyond that is refused as UNIMPLEMENTED rather than answered wrongly.
 */

import { type Binding, GrpcCode, unary } from "@reefkv/grpc"
import type { SchedulerError, SchedulerServiceShape } from "@reefkv/scheduler"
import { etcdserverpb, mvccpb, services } from "@reefkv/wire"
import { Effect, Exit, Semaphore } from "effect"
import { answerOf, type PdContext, type Refusal, refusalOf } from "./pdCall.ts"

/** Where client-go reads the txn safe point: decimal text. Source: client-go `tikv/safepoint.go`. */
export const SAVED_SAFE_POINT_KEY = "/tidb/store/gcworker/saved_safe_point"
/** Keys one Range call looks at. */
export const RANGE_KEYS_MAX = 10_000
/** In records, etcd's keys live under this, byte for byte as Latin-1 so that their order is kept. */
const RECORD_PREFIX = "etcd/"
/** The one revision there is: non-zero, since zero means "none" to etcd's clients. */
const REVISION = 1

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1")
const bytesOf = (text: string): Uint8Array => Buffer.from(text, "latin1")

/** etcd's keys, kept as the scheduler's records, with the safe point key tied to the txn safe point. */
export interface EtcdKeys {
  get(key: Uint8Array): Effect.Effect<Uint8Array | undefined, SchedulerError>
  /** Pairs in `[key, rangeEnd)`, by key; etcd's rules for `rangeEnd`: empty is one key, a zero byte is no bound. */
  range(
    key: Uint8Array,
    rangeEnd: Uint8Array
  ): Effect.Effect<ReadonlyArray<{ readonly key: Uint8Array; readonly value: Uint8Array }>, SchedulerError>
  put(key: Uint8Array, value: Uint8Array): Effect.Effect<void, SchedulerError>
  /** Advances the txn safe point and writes what is in force afterwards to its key. */
  advanceTxnSafePoint(target: bigint): ReturnType<SchedulerServiceShape["advanceTxnSafePoint"]>
}

export const makeEtcdKeys = (scheduler: SchedulerServiceShape): EtcdKeys => {
  // Two advances at once must not leave the older value in the key.
  const oneAtATime = Semaphore.makeUnsafe(1)
  const put = (key: string, value: Uint8Array) => scheduler.putRecord(RECORD_PREFIX + key, value)
  const advanceTxnSafePoint = (target: bigint) =>
    oneAtATime.withPermit(
      Effect.tap(scheduler.advanceTxnSafePoint(target), ({ newTxnSafePoint }) =>
        put(SAVED_SAFE_POINT_KEY, bytesOf(newTxnSafePoint.toString()))
      )
    )
  const get = (key: Uint8Array) => scheduler.getRecord(RECORD_PREFIX + textOf(key))
  return {
    get,
    range: Effect.fnUntraced(function* (key, rangeEnd) {
      if (rangeEnd.length === 0) {
        const value = yield* get(key)
        return value === undefined ? [] : [{ key, value }]
      }
      const records = yield* scheduler.scanRecords(RECORD_PREFIX, RANGE_KEYS_MAX)
      const unbounded = rangeEnd.length === 1 && rangeEnd[0] === 0
      return records
        .map((record) => ({ key: bytesOf(record.key.slice(RECORD_PREFIX.length)), value: record.value }))
        .filter((pair) => Buffer.compare(pair.key, key) >= 0 && (unbounded || Buffer.compare(pair.key, rangeEnd) < 0))
    }),
    put: Effect.fnUntraced(function* (key, value) {
      const name = textOf(key)
      yield* put(name, value)
      const text = textOf(value)
      // A client that saves the safe point itself means the same value that GetGCState answers. Held back by a barrier,
      // or below what is in force, it stays a mere key, as it would in etcd.
      if (name === SAVED_SAFE_POINT_KEY && /^\d{1,20}$/.test(text)) {
        yield* scheduler.advanceTxnSafePoint(BigInt(text)).pipe(
          Effect.catchIf(
            (error) => error.reason !== "unavailable",
            () => Effect.void
          )
        )
      }
    }),
    advanceTxnSafePoint
  }
}

/** etcd's replies have no error in their header: everything is a status. */
const answer = <A>(
  pd: PdContext,
  reply: { send(response: A): void; fail(code: number, message: string): void },
  effect: Effect.Effect<A, SchedulerError>
) => {
  const fiber = pd.run(effect)
  fiber.addObserver((exit) => {
    if (Exit.isSuccess(exit)) {
      reply.send(exit.value)
      return
    }
    const refused = answerOf(exit.cause)
    const refusal: Refusal =
      refused === undefined ? refusalOf(exit.cause) : { code: GrpcCode.failedPrecondition, message: refused.message }
    reply.fail(refusal.code, refusal.message)
  })
  return { cancelled: () => fiber.interruptUnsafe() }
}

const pairOf = (key: Uint8Array, value: Uint8Array): mvccpb.KeyValue =>
  mvccpb.KeyValue.create({ key, value, createRevision: REVISION, modRevision: REVISION, version: 1 })

const unsupportedRange = (request: etcdserverpb.RangeRequest): string | undefined => {
  if (request.revision > 0 && request.revision !== REVISION) return "no history is kept; leave the revision out"
  const byRevision =
    request.minModRevision | request.maxModRevision | request.minCreateRevision | request.maxCreateRevision
  if (byRevision !== 0n) return "ranges by revision"
  const { DESCEND } = etcdserverpb.RangeRequest_SortOrder
  const { KEY } = etcdserverpb.RangeRequest_SortTarget
  if (request.sortOrder === DESCEND && request.sortTarget !== KEY) return "sorting by anything but the key"
  return undefined
}

export const etcdBindings = (pd: PdContext, keys: EtcdKeys): ReadonlyArray<Binding> => {
  const header: etcdserverpb.ResponseHeader = etcdserverpb.ResponseHeader.create({
    clusterId: pd.scheduler.clusterId,
    revision: REVISION,
    raftTerm: 1
  })
  return [
    unary(services.Cluster.methods.MemberList, (_request, reply) =>
      answer(
        pd,
        {
          ...reply,
          // The client replaces its endpoints by these: an empty list would cut it off.
          send: (response: etcdserverpb.MemberListResponse) => {
            if (response.members.some((member) => member.clientURLs.length > 0)) reply.send(response)
            else reply.fail(GrpcCode.unavailable, "the member's client URLs are not known yet")
          }
        },
        Effect.map(pd.scheduler.members, ({ members }) => ({
          header,
          members: members.map((member) =>
            etcdserverpb.Member.create({
              id: member.memberId,
              // An empty name means "not started" to etcd's clients.
              name: member.name === "" ? `pd-${member.memberId}` : member.name,
              peerURLs: [...member.peerUrls],
              clientURLs: [...member.clientUrls]
            })
          )
        }))
      )
    ),
    unary(services.KV.methods.Range, (request, reply) => {
      const unsupported = unsupportedRange(request)
      if (unsupported !== undefined) {
        reply.fail(GrpcCode.unimplemented, `Unimplemented in etcd Range here: ${unsupported}`)
        return
      }
      return answer(
        pd,
        reply,
        Effect.map(keys.range(request.key, request.rangeEnd), (pairs) => {
          const descending = request.sortOrder === etcdserverpb.RangeRequest_SortOrder.DESCEND
          const ordered = descending ? [...pairs].reverse() : pairs
          const kept = request.limit > 0 ? ordered.slice(0, request.limit) : ordered
          const kvs = kept.map(({ key, value }) => pairOf(key, request.keysOnly ? new Uint8Array(0) : value))
          return etcdserverpb.RangeResponse.create({
            header,
            kvs: request.countOnly ? [] : kvs,
            more: kept.length < ordered.length,
            count: pairs.length
          })
        })
      )
    }),
    unary(services.KV.methods.Put, (request, reply) => {
      if (request.lease !== 0n || request.ignoreLease || request.ignoreValue) {
        reply.fail(GrpcCode.unimplemented, "Unimplemented in etcd Put here: leases and ignore_value")
        return
      }
      return answer(
        pd,
        reply,
        Effect.gen(function* () {
          const previous = request.prevKv ? yield* keys.get(request.key) : undefined
          yield* keys.put(request.key, request.value)
          const prevKv = previous === undefined ? undefined : pairOf(request.key, previous)
          return { header, prevKv }
        })
      )
    })
  ]
}
