/**
 * The one-way link to one other store: a /tikvpb.Tikv/BatchRaft stream and what waits for it.
 *
 * States: idle (nothing sent yet, or the last stream is gone) → connecting (messages wait, up to a bound) → open (written
 * at once while the transport has room, else waiting) → pausing (after a failure: messages are dropped, since they would
 * be stale by the time a stream is there) → idle. A lost stream loses what waited and what was on its way; the Router is
 * told, so that Raft probes again. Nothing here waits for a reconnect without a message to send.
 */
import type { RouterService } from "@reefkv/core"
import { type GrpcError, makeGrpcChannel, type RequestStream } from "@reefkv/grpc"
import type { raft_serverpb, StoreId } from "@reefkv/wire"
import { Clock, Deferred, Effect, Latch, Schedule, type Scope } from "effect"
import { formatAddress, parseAddress } from "../port/OnePort.ts"
import type { AddressBook } from "./AddressBook.ts"
import { type Frame, framesOf } from "./raftFrames.ts"
import { sealedBatchRaft, sealHeaders } from "./raftSeal.ts"

const MIB = 1024 * 1024
/** Messages that wait on one link, and their bytes; over either a frame is dropped and counted. */
export const LINK_MESSAGES_MAX = 8_192
export const LINK_BYTES_MAX = 64 * MIB
/** A stream that lived this long counts as having worked: the next pause is short again. */
const ESTABLISHED_MS = 3_000
/** A quiet connection is pinged, so that a vanished host is noticed although TCP is silent. */
const KEEPALIVE_MS = 10_000
const KEEPALIVE_TIMEOUT_MS = 3_000

/** Pauses after a failed stream: 100 ms doubled up to 3 s, each ± 20 %. */
export const linkSchedule = Schedule.min([Schedule.exponential("100 millis", 2), Schedule.spaced("3 seconds")]).pipe(
  Schedule.jittered
)

export type LinkState = "idle" | "connecting" | "open" | "pausing"

export interface LinkCounters {
  /** Messages given to a stream; it may still lose them. */
  sent: number
  dropped: number
  /** Streams opened so far. */
  connects: number
}

export interface RaftLink {
  /** Never waits. */
  send(messages: ReadonlyArray<raft_serverpb.RaftMessage>): void
  readonly state: () => LinkState
  readonly waiting: () => number
  readonly counters: LinkCounters
}

export interface RaftLinkOptions {
  readonly toStoreId: StoreId
  readonly addresses: AddressBook
  readonly router: Pick<RouterService, "onUnreachable">
  readonly messagesMax?: number
  readonly bytesMax?: number
  readonly frameBytesMax?: number
}

type BatchRaftStream = RequestStream<{ msgs: Array<raft_serverpb.RaftMessage>; lastObservedTime: bigint }>

/** Lives as long as the scope; closing it ends the stream, and what is sent afterwards is dropped. */
export const makeRaftLink = Effect.fnUntraced(function* (
  options: RaftLinkOptions
): Effect.fn.Return<RaftLink, never, Scope.Scope> {
  const { addresses, router, toStoreId } = options
  const messagesMax = options.messagesMax ?? LINK_MESSAGES_MAX
  const bytesMax = options.bytesMax ?? LINK_BYTES_MAX
  const counters: LinkCounters = { sent: 0, dropped: 0, connects: 0 }
  const demand = Latch.makeUnsafe(false)
  let state: LinkState | "closed" = "idle"
  let stream: BatchRaftStream | undefined
  let hasRoom = false
  let queue: Array<Frame> = []
  let queuedMessages = 0
  let queuedBytes = 0
  /** The Router was told of this overflow; told again only after the queue has been empty. */
  let overflowTold = false

  const clear = (): void => {
    counters.dropped += queuedMessages
    queue = []
    queuedMessages = 0
    queuedBytes = 0
  }
  const write = (to: BatchRaftStream, frame: Frame): void => {
    counters.sent += frame.messages.length
    hasRoom = to.write({ msgs: frame.messages as Array<raft_serverpb.RaftMessage>, lastObservedTime: 0n })
  }
  const flush = (): void => {
    if (stream === undefined) return
    let written = 0
    while (hasRoom && written < queue.length) {
      const frame = queue[written++] as Frame
      queuedMessages -= frame.messages.length
      queuedBytes -= frame.bytes
      write(stream, frame)
    }
    if (written > 0) queue = queue.slice(written)
    if (queue.length === 0) overflowTold = false
  }
  const enqueue = (frame: Frame): void => {
    if (queuedMessages + frame.messages.length > messagesMax || queuedBytes + frame.bytes > bytesMax) {
      counters.dropped += frame.messages.length
      if (!overflowTold) {
        overflowTold = true
        router.onUnreachable(toStoreId)
      }
      return
    }
    queue.push(frame)
    queuedMessages += frame.messages.length
    queuedBytes += frame.bytes
  }

  /** One stream from its address to its end; the result tells whether it had worked. */
  const live = Effect.gen(function* () {
    state = "connecting"
    const address = parseAddress(yield* addresses.addressOf(toStoreId))
    if (address === undefined) return false
    const channel = yield* makeGrpcChannel(formatAddress(address.host, address.port), {
      keepaliveMs: KEEPALIVE_MS,
      keepaliveTimeoutMs: KEEPALIVE_TIMEOUT_MS
    })
    const ended = Deferred.makeUnsafe<GrpcError | undefined>()
    const startedMs = yield* Clock.currentTimeMillis
    yield* Effect.acquireRelease(
      Effect.sync(() => {
        const call: BatchRaftStream = channel.clientStream(
          sealedBatchRaft,
          {
            message: () => {},
            writable: () => {
              hasRoom = true
              flush()
            },
            ended: (error) => {
              Deferred.doneUnsafe(ended, Effect.succeed(error))
            }
          },
          { headers: sealHeaders }
        )
        counters.connects++
        stream = call
        hasRoom = true
        state = "open"
        flush()
        return call
      }),
      (call) =>
        Effect.sync(() => {
          stream = undefined
          hasRoom = false
          call.cancel()
        })
    )
    yield* Deferred.await(ended)
    return (yield* Clock.currentTimeMillis) - startedMs >= ESTABLISHED_MS
  }).pipe(Effect.scoped)

  const loop = Effect.gen(function* () {
    let pause = yield* Schedule.toStepWithSleep(linkSchedule)
    while (true) {
      yield* demand.await
      const worked = yield* Effect.catch(live, () => Effect.succeed(false))
      state = "pausing"
      demand.closeUnsafe()
      clear()
      overflowTold = false
      // The store may have moved; and whatever was on its way may be lost.
      yield* addresses.forget(toStoreId)
      router.onUnreachable(toStoreId)
      if (worked) pause = yield* Schedule.toStepWithSleep(linkSchedule)
      yield* pause(undefined)
      state = "idle"
    }
  })
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      state = "closed"
      clear()
    })
  )
  yield* Effect.forkScoped(loop)

  return {
    send: (messages) => {
      if (state === "pausing" || state === "closed") {
        counters.dropped += messages.length
        return
      }
      for (const frame of framesOf(messages, options.frameBytesMax)) {
        if (stream !== undefined && hasRoom && queue.length === 0) write(stream, frame)
        else enqueue(frame)
      }
      if (state === "idle") demand.openUnsafe()
    },
    state: () => (state === "closed" ? "idle" : state),
    waiting: () => queuedMessages,
    counters
  }
})
