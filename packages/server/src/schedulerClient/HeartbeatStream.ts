/**
 * The region heartbeat stream of one store: heartbeats out, operator steps in, over one bidi call that is opened again
 * whenever it ends.
 *
 * States: closed (until the first heartbeat or subscriber) → connecting → open (written to directly, while the transport
 * has room) → connecting … → over with the scope. What cannot be written yet waits as the latest heartbeat of its region;
 * the number of regions bounds the queue. A heartbeat that was written into a breaking stream is not sent again: the next
 * one of its region comes by the store's own interval.
 */

import type { GrpcError, RequestStream } from "@reefkv/grpc"
import { type pdpb, type RegionId, services } from "@reefkv/wire"
import { Clock, Deferred, Effect, Latch, Queue, Schedule, type Scope, Stream } from "effect"
import type { PdConnection } from "./PdConnection.ts"

/** Steps one subscriber may leave unread; the oldest goes first, since the scheduler sends steps again. */
export const STEPS_UNREAD_MAX = 1_024
/** A stream that lived this long, or brought a message, counts as having worked: the next pause is short again. */
const ESTABLISHED_MS = 3_000

/** Pauses between attempts to open the stream: 100 ms doubled up to 3 s, each ± 20 %. */
export const reconnectSchedule = Schedule.min([
  Schedule.exponential("100 millis", 2),
  Schedule.spaced("3 seconds")
]).pipe(Schedule.jittered)

export interface HeartbeatStream {
  /** Never waits. */
  send(heartbeat: pdpb.RegionHeartbeatRequest): void
  readonly steps: Stream.Stream<pdpb.RegionHeartbeatResponse>
  /** Heartbeats that wait, streams opened, refusals heard, readers of steps; for tests and metrics. */
  counters(): {
    readonly unsent: number
    readonly opened: number
    readonly refused: number
    readonly subscribers: number
  }
}

export const makeHeartbeatStream = Effect.fnUntraced(function* (
  connection: PdConnection
): Effect.fn.Return<HeartbeatStream, never, Scope.Scope> {
  const unsent = new Map<RegionId, pdpb.RegionHeartbeatRequest>()
  const subscribers = new Set<Queue.Queue<pdpb.RegionHeartbeatResponse>>()
  const wanted = Latch.makeUnsafe(false)
  let stream: RequestStream<pdpb.RegionHeartbeatRequest> | undefined
  let header: pdpb.RequestHeader | undefined
  let hasRoom = false
  let opened = 0
  let refused = 0

  const flush = (): void => {
    if (stream === undefined) return
    for (const [regionId, heartbeat] of unsent) {
      if (!hasRoom) return
      unsent.delete(regionId)
      hasRoom = stream.write({ ...heartbeat, header })
    }
  }
  const onResponse = (response: pdpb.RegionHeartbeatResponse): void => {
    // The scheduler knows better than that heartbeat; a newer one follows.
    if (response.header?.error !== undefined) refused++
    else for (const queue of subscribers) Queue.offerUnsafe(queue, response)
  }

  /** One life of the stream. Succeeds when it had worked before it ended; fails when it is worth a longer pause. */
  const live = Effect.gen(function* () {
    const { channel, header: ours } = yield* connection.channel
    const ended = Deferred.makeUnsafe<GrpcError | undefined>()
    const startedMs = yield* Clock.currentTimeMillis
    let heard = false
    yield* Effect.acquireUseRelease(
      Effect.sync(() => {
        const call = channel.bidi(services.PD.methods.RegionHeartbeat, {
          message: (response) => {
            heard = true
            onResponse(response)
          },
          writable: () => {
            hasRoom = true
            flush()
          },
          ended: (error) => {
            Deferred.doneUnsafe(ended, Effect.succeed(error))
          }
        })
        opened++
        stream = call
        header = ours
        hasRoom = true
        flush()
        return call
      }),
      () => Deferred.await(ended),
      (call) =>
        Effect.sync(() => {
          stream = undefined
          hasRoom = false
          call.cancel()
        })
    )
    connection.moveOn(channel)
    const livedMs = (yield* Clock.currentTimeMillis) - startedMs
    if (!heard && livedMs < ESTABLISHED_MS) return yield* Effect.fail("not established" as const)
  })
  yield* wanted.await.pipe(
    Effect.andThen(Effect.retry(live, reconnectSchedule)),
    // A worked stream that ended: one short pause, so that a scheduler that ends every stream is not hammered.
    Effect.andThen(Effect.sleep("100 millis")),
    Effect.forever,
    Effect.forkScoped
  )

  return {
    send: (heartbeat) => {
      const regionId = heartbeat.region?.id
      if (regionId === undefined) throw new Error("a region heartbeat without a region")
      wanted.openUnsafe()
      unsent.set(regionId, heartbeat)
      flush()
    },
    steps: Stream.unwrap(
      Effect.gen(function* () {
        const queue = yield* Queue.sliding<pdpb.RegionHeartbeatResponse>(STEPS_UNREAD_MAX)
        subscribers.add(queue)
        wanted.openUnsafe()
        return Stream.fromQueue(queue).pipe(Stream.ensuring(Effect.sync(() => subscribers.delete(queue))))
      })
    ),
    counters: () => ({ unsent: unsent.size, opened, refused, subscribers: subscribers.size })
  }
})
