/**
 * Core's Transport over the simulated wires: Raft messages as one frame per pass and destination, snapshots chunk by
 * chunk, each acknowledged before the next, as a stream with a small window.
 */
import { type RouterService, TransportError, type TransportService } from "@reefkv/core"
import { decode, encode, raft_serverpb, type StoreId } from "@reefkv/wire"
import { Cause, Effect, Exit, Queue, Stream } from "effect"
import type { Host } from "../world/Host.ts"
import { markAlso, markOfText } from "../world/Trace.ts"
import type { Network } from "./Network.ts"
import type { CallEnd, Handler, Rpc } from "./Rpc.ts"

/** What becomes of a snapshot that is ready to be sent: `hold` asks again until it is something else. */
export type SnapshotGate = "pass" | "break" | "hold"

export interface StoreNetwork {
  readonly network: Network
  readonly rpc: Rpc
  /** The host of a store; undefined while nobody knows that store's address. */
  readonly hostOf: (storeId: StoreId) => Host | undefined
  /** Where frames for a host's store go; undefined while it does not serve. */
  readonly routerOf: (host: Host) => RouterService | undefined
  /** Whether a workload has its hand on single Raft messages. */
  readonly isWatched: () => boolean
  /** A workload's hand on single Raft messages; false loses the message. */
  readonly passes: (from: Host, to: Host, message: raft_serverpb.RaftMessage) => boolean
  /** The same for snapshots. */
  readonly gateOf: (from: Host, to: Host, head: raft_serverpb.RaftMessage) => SnapshotGate
  /** Never the same twice in a run. */
  readonly nextStreamId: () => number
}

const chunkTimeoutMs = 500
const lastTimeoutMs = 2_000
/** Between two looks at a gate that holds a snapshot. */
const gateEveryMs = 5

export const makeTransport = (host: Host, net: StoreNetwork): TransportService => ({
  send: (toStoreId, messages) => {
    const to = net.hostOf(toStoreId)
    const router = net.routerOf(host)
    if (to === undefined) {
      router?.onUnreachable(toStoreId)
      return
    }
    const passing = net.isWatched() ? messages.filter((message) => net.passes(host, to, message)) : messages
    if (passing.length === 0) return
    const frame = passing.map((message) => encode(raft_serverpb.RaftMessage, message))
    net.network.send({
      from: host,
      to,
      get label() {
        return labelOf(passing)
      },
      mark: markOf(frame),
      kind: "datagram",
      deliver: () => net.routerOf(to)?.onRaftMessages(frame.map((bytes) => decode(raft_serverpb.RaftMessage, bytes))),
      onRefused: () => net.routerOf(host)?.onUnreachable(toStoreId)
    })
  },
  sendSnapshot: (toStoreId, head, chunks) => sendSnapshot(host, net, toStoreId, head, chunks)
})

const raftMark = markOfText("raft")
const markOf = (messages: ReadonlyArray<Uint8Array>): number => {
  let mark = raftMark
  for (const bytes of messages) {
    mark = markAlso(mark, bytes.length)
    for (let i = 0; i < bytes.length; i++) mark = Math.imul(mark ^ bytes[i]!, 2654435761)
  }
  return mark
}
const labelOf = (messages: ReadonlyArray<raft_serverpb.RaftMessage>): string => {
  let label = "raft"
  for (const { regionId, message, isTombstone } of messages) {
    label += ` ${regionId}:`
    if (message === undefined) label += isTombstone ? "tombstone" : "extra"
    else label += `${message.msgType}t${message.term}i${message.index}${message.reject ? "!" : ""}`
  }
  return label
}

const failed = (reason: TransportError["reason"], message: string): Effect.Effect<never, TransportError> =>
  Effect.fail(new TransportError({ reason, message }))

const sendSnapshot = (
  host: Host,
  net: StoreNetwork,
  toStoreId: StoreId,
  head: raft_serverpb.RaftMessage,
  chunks: Stream.Stream<Uint8Array, unknown>
): Effect.Effect<void, TransportError> =>
  Effect.suspend(() => {
    const to = net.hostOf(toStoreId)
    if (to === undefined) return failed("unreachable", `no address of store ${toStoreId}`)
    const stream = net.nextStreamId()
    const ask = (method: string, body: Uint8Array, timeoutMs: number): Effect.Effect<void, TransportError> =>
      Effect.flatMap(net.rpc.ask(host, to, method, withStream(stream, body), timeoutMs), verdictOf)
    const gate = (): Effect.Effect<void, TransportError> => {
      switch (net.gateOf(host, to, head)) {
        case "pass":
          return Effect.void
        case "break":
          return failed("closed", "the workload breaks it")
        case "hold":
          return Effect.andThen(Effect.sleep(gateEveryMs), Effect.suspend(gate))
      }
    }
    return gate().pipe(
      Effect.andThen(ask("snapshot.open", encode(raft_serverpb.RaftMessage, head), chunkTimeoutMs)),
      Effect.andThen(
        Stream.runForEach(chunks, (chunk) => ask("snapshot.chunk", chunk, chunkTimeoutMs)).pipe(
          Effect.mapError((error) =>
            error instanceof TransportError
              ? error
              : new TransportError({ reason: "closed", message: `the snapshot cannot be read: ${String(error)}` })
          )
        )
      ),
      Effect.andThen(ask("snapshot.end", new Uint8Array(0), lastTimeoutMs))
    )
  })

const verdictOf = (end: CallEnd): Effect.Effect<void, TransportError> => {
  if (end._tag === "Refused") return failed("unreachable", "nobody listens")
  if (end._tag === "Lost") return failed("timeout", "no answer")
  return end.bytes.length === 0 ? Effect.void : failed("rejected", new TextDecoder().decode(end.bytes))
}

const withStream = (stream: number, body: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(4 + body.length)
  new DataView(bytes.buffer).setUint32(0, stream)
  bytes.set(body, 4)
  return bytes
}
const streamOf = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)

interface Receiving {
  readonly queue: Queue.Queue<Uint8Array, Cause.Done>
  /** The store's verdict, once there is one: empty for a success. */
  verdict: Uint8Array | undefined
  onVerdict: ((verdict: Uint8Array) => void) | undefined
}

/** Streams that a receiver remembers; the oldest is forgotten first. */
const receivingMax = 64

/** What a store's host answers to the calls of `sendSnapshot`. For one incarnation. */
export const snapshotHandlers = (host: Host, router: RouterService): Readonly<Record<string, Handler>> => {
  const receiving = new Map<number, Receiving>()
  const text = new TextEncoder()
  return {
    "snapshot.open": (_from, bytes, reply) => {
      const head = decode(raft_serverpb.RaftMessage, bytes.slice(4))
      const stream = streamOf(bytes)
      host.fork(
        Effect.gen(function* () {
          const queue = yield* Queue.unbounded<Uint8Array, Cause.Done>()
          const one: Receiving = { queue, verdict: undefined, onVerdict: undefined }
          receiving.set(stream, one)
          for (const old of receiving.keys()) if (receiving.size > receivingMax) receiving.delete(old)
          reply(new Uint8Array(0))
          const exit = yield* Effect.exit(router.onSnapshot(head, Stream.fromQueue(queue)))
          const verdict = Exit.isSuccess(exit) ? new Uint8Array(0) : text.encode(`refused: ${reasonOf(exit.cause)}`)
          one.verdict = verdict
          one.onVerdict?.(verdict)
        })
      )
    },
    "snapshot.chunk": (_from, bytes, reply) => {
      const one = receiving.get(streamOf(bytes))
      if (one === undefined) reply(text.encode("no such stream"))
      else if (one.verdict !== undefined) reply(one.verdict.length > 0 ? one.verdict : text.encode("already ended"))
      else {
        Queue.offerUnsafe(one.queue, bytes.slice(4))
        reply(new Uint8Array(0))
      }
    },
    "snapshot.end": (_from, bytes, reply) => {
      const stream = streamOf(bytes)
      const one = receiving.get(stream)
      if (one === undefined) {
        reply(text.encode("no such stream"))
        return
      }
      const end = (verdict: Uint8Array): void => {
        receiving.delete(stream)
        reply(verdict)
      }
      if (one.verdict !== undefined) end(one.verdict)
      else {
        one.onVerdict = end
        Queue.endUnsafe(one.queue)
      }
    }
  }
}

const reasonOf = (cause: Cause.Cause<{ readonly reason: string }>): string => {
  const error = Cause.squash(cause)
  return typeof error === "object" && error !== null && "reason" in error ? String(error.reason) : String(error)
}
