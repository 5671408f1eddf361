/**
 * BatchCommands: many commands a frame, replies in any order and any grouping, each named by its request id. The main
 * door for speed: all commands of a decoded frame enter the store in one go, and the replies that are ready in one turn
 * of the event loop leave in one frame. A reply never waits for a slower one.
 *
 * States of a stream: open → (client half-closed, or the server stops) draining: what was accepted is answered → ended.
 * A client that stops reading, or has too much under way, is held back: commands of a frame wait in the backlog, and no
 * further frame is read, until replies have left. A client that vanished ends the stream at once; answers that still come
 * are dropped.
 *
 * Source: wire contract 4.1; tikv `src/server/service/kv.rs` (`batch_commands`).
 */

import { type Binding, bidi, type Flow, GrpcCode, type Inbound, type Sink } from "@reefkv/grpc"
import { services, type tikvpb } from "@reefkv/wire"
import { type BatchReply, contextOf, runCommand } from "./commands.ts"
import type { TikvCalls } from "./TikvCalls.ts"

export const batchCommandsBinding = (calls: TikvCalls): Binding =>
  bidi(services.Tikv.methods.BatchCommands, (sink, flow) => new BatchStream(calls, sink, flow))

class BatchStream implements Inbound<tikvpb.BatchCommandsRequest> {
  private readonly calls: TikvCalls
  private readonly sink: Sink<tikvpb.BatchCommandsResponse>
  private readonly flow: Flow
  /** Frames with commands that have not been started, in order. */
  private readonly backlog: Array<{ readonly frame: tikvpb.BatchCommandsRequest; next: number }> = []
  /** Accepted and not yet written. */
  private inFlight = 0
  /** Started and not yet answered. */
  private running = 0
  private readyIds: Array<number> = []
  private ready: Array<tikvpb.BatchCommandsResponse_Response> = []
  private readyBytes: Array<number> = []
  private readyBytesTotal = 0
  private flushDue = false
  private paused = false
  /** The transport took the last frame without complaint. */
  private hasRoom = true
  private ended = false
  /** How to end once all is answered; undefined while open. */
  private ending: (() => void) | undefined

  constructor(calls: TikvCalls, sink: Sink<tikvpb.BatchCommandsResponse>, flow: Flow) {
    this.calls = calls
    this.sink = sink
    this.flow = flow
  }

  message(frame: tikvpb.BatchCommandsRequest): void {
    if (this.ended) return
    const { requests, requestIds } = frame
    if (requests.length !== requestIds.length) {
      this.fail(`BatchCommands has ${requests.length} requests and ${requestIds.length} request ids`)
      return
    }
    this.calls.count("BatchCommands")
    this.inFlight += requests.length
    this.backlog.push({ frame, next: 0 })
    this.startCommands()
    this.adjustFlow()
  }

  private startCommands(): void {
    const { commandsInFlightMax, replyBytesWaitingMax } = this.calls.parts.limits
    for (let head = this.backlog[0]; head !== undefined; head = this.backlog[0]) {
      const { requests, requestIds } = head.frame
      while (head.next < requests.length) {
        if (this.ended || this.running >= commandsInFlightMax || this.readyBytesTotal >= replyBytesWaitingMax) return
        const at = head.next++
        this.startCommand(requestIds[at] ?? 0, requests[at]?.cmd)
      }
      this.backlog.shift()
    }
  }

  private startCommand(id: number, command: NonNullable<tikvpb.BatchCommandsRequest_Request["cmd"]> | undefined): void {
    this.running++
    if (command === undefined) {
      this.respond(id, { case: "empty", value: { testId: 0 } })
      return
    }
    const context = contextOf(command)
    const refusal = this.calls.clusterRefusal(context)
    if (refusal !== undefined) {
      this.fail(refusal)
      return
    }
    this.calls.count(`batch:${command.case}`)
    const deadlineMs = this.calls.deadlineMs(context, undefined)
    runCommand(this.calls.parts.raw, command, deadlineMs, (reply) => this.respond(id, reply))
  }

  halfClosed(): void {
    this.ending = () => this.sink.end()
    this.endIfDone()
  }

  stopping(): void {
    this.ending = () => this.sink.fail(GrpcCode.unavailable, "the store is stopping")
    this.flow.pause()
    this.paused = true
    this.endIfDone()
  }

  cancelled(): void {
    this.ended = true
    this.backlog.length = 0
    this.ready = []
    this.readyIds = []
    this.readyBytes = []
  }

  writable(): void {
    this.hasRoom = true
    this.flush()
  }

  private respond(id: number, reply: BatchReply): void {
    this.running--
    if (this.ended) return
    const bytes = replyBytes(reply)
    this.readyIds.push(id)
    this.ready.push({ cmd: reply })
    this.readyBytes.push(bytes)
    this.readyBytesTotal += bytes
    if (this.flushDue) return
    this.flushDue = true
    // The end of this turn: whatever else the turn answers leaves in the same frame.
    setImmediate(() => {
      this.flushDue = false
      this.flush()
    })
  }

  private flush(): void {
    const { replyFrameBytes } = this.calls.parts.limits
    let from = 0
    while (from < this.ready.length && this.hasRoom && !this.ended) {
      let to = from
      let bytes = 0
      while (to < this.ready.length && bytes < replyFrameBytes) bytes += this.readyBytes[to++] ?? 0
      const whole = from === 0 && to === this.ready.length
      this.hasRoom = this.sink.write({
        responses: whole ? this.ready : this.ready.slice(from, to),
        requestIds: whole ? this.readyIds : this.readyIds.slice(from, to),
        transportLayerLoad: 0,
        healthFeedback: undefined,
        tikvSendTimeNs: 0n
      })
      this.inFlight -= to - from
      this.readyBytesTotal -= bytes
      from = to
    }
    if (this.ended) return
    this.ready = this.ready.slice(from)
    this.readyIds = this.readyIds.slice(from)
    this.readyBytes = this.readyBytes.slice(from)
    this.startCommands()
    this.adjustFlow()
    this.endIfDone()
  }

  private adjustFlow(): void {
    if (this.ended || this.ending !== undefined) return
    const { commandsInFlightMax } = this.calls.parts.limits
    if (!this.paused && (this.inFlight >= commandsInFlightMax || !this.hasRoom)) {
      this.paused = true
      this.flow.pause()
    } else if (this.paused && this.hasRoom && this.inFlight <= commandsInFlightMax / 2) {
      this.paused = false
      this.flow.resume()
    }
  }

  private endIfDone(): void {
    if (this.ending === undefined || this.ended || this.inFlight > 0) return
    this.ended = true
    this.ending()
  }

  private fail(message: string): void {
    this.ended = true
    this.sink.fail(GrpcCode.invalidArgument, message)
  }
}

/** What a reply weighs, about. */
const replyBytes = (reply: BatchReply): number => {
  switch (reply.case) {
    case "rawGet":
      return SMALL_REPLY_BYTES + reply.value.value.length
    case "rawBatchGet":
      return SMALL_REPLY_BYTES + pairBytes(reply.value.pairs)
    case "rawScan":
    case "rawBatchScan":
      return SMALL_REPLY_BYTES + pairBytes(reply.value.kvs)
    default:
      return SMALL_REPLY_BYTES
  }
}
const SMALL_REPLY_BYTES = 16

const pairBytes = (pairs: ReadonlyArray<{ readonly key: Uint8Array; readonly value: Uint8Array }>): number =>
  pairs.reduce((sum, { key, value }) => sum + key.length + value.length + SMALL_REPLY_BYTES, 0)
