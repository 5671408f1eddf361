/**
 * One BatchCommands stream to one store: many requests out in few messages, replies back by id.
 *
 * A request is `queued` until the end of the current turn of the event loop, when everything queued leaves in messages of
 * up to `batchMax` requests; then it is `in flight` until its reply comes. When the transport's buffer is full, the queue
 * waits for `writable`. When the stream ends, for whatever reason, everything queued or in flight is told so and the next
 * request opens a new stream. No Effect runs here: this loop is what the client's speed is made of.
 */
import type { GrpcChannel, GrpcError, RequestStream } from "@reefkv/grpc"
import { services, type tikvpb } from "@reefkv/wire"

export type BatchedRequest = NonNullable<tikvpb.BatchCommandsRequest_Request["cmd"]>
export type BatchedReply = NonNullable<tikvpb.BatchCommandsResponse_Response["cmd"]>

/** Who waits for a reply. Exactly one of the two is called for each ticket sent, unless it was withdrawn. */
export interface BatchWaiter {
  onReply(reply: BatchedReply | undefined): void
  /** The stream ended first. `sent`: the store may have seen the request. */
  onLost(error: GrpcError | undefined, sent: boolean): void
}

/** One request on its way. Sent once; `id` is the lane's. */
export interface Ticket {
  waiter: BatchWaiter | undefined
  readonly request: BatchedRequest
  id: number
}

/** The way to one store for requests that have a place in BatchCommands. */
export interface Lane {
  /** The answer may come before this returns. */
  send(ticket: Ticket): void
  /** Nobody waits any more: the reply will be thrown away. True if the store may have seen the request. */
  withdraw(ticket: Ticket): boolean
}

/** Runs a task after the current turn of the event loop. */
export type Defer = (task: () => void) => void

const { BatchCommands } = services.Tikv.methods

export class BatchLane implements Lane {
  private readonly channel: GrpcChannel
  private readonly defer: Defer
  private readonly batchMax: number
  private queue: Array<Ticket> = []
  private readonly inFlight = new Map<number, Ticket>()
  private stream: RequestStream<tikvpb.BatchCommandsRequest> | undefined
  private flushing = false
  private full = false
  private closed = false
  private lastId = 0

  constructor(channel: GrpcChannel, defer: Defer, batchMax: number) {
    this.channel = channel
    this.defer = defer
    this.batchMax = batchMax
  }

  get waiting(): number {
    return this.queue.length + this.inFlight.size
  }

  send(ticket: Ticket): void {
    this.queue.push(ticket)
    if (!this.flushing && !this.full) {
      this.flushing = true
      this.defer(this.flush)
    }
  }

  withdraw(ticket: Ticket): boolean {
    ticket.waiter = undefined
    return this.inFlight.delete(ticket.id)
  }

  /** Tells everybody, and everybody who sends from now on, that the connection is gone. */
  close(): void {
    this.closed = true
    this.onEnded(undefined)
  }

  private readonly flush = (): void => {
    this.flushing = false
    if (this.closed) {
      this.onEnded(undefined)
      return
    }
    const queue = this.queue
    let next = 0
    while (next < queue.length && !this.full) {
      const requests: Array<tikvpb.BatchCommandsRequest_Request> = []
      const requestIds: Array<number> = []
      for (; next < queue.length && requests.length < this.batchMax; next++) {
        const ticket = queue[next] as Ticket
        if (ticket.waiter === undefined) continue
        ticket.id = ++this.lastId
        this.inFlight.set(ticket.id, ticket)
        requests.push({ cmd: ticket.request })
        requestIds.push(ticket.id)
      }
      if (requests.length === 0) break
      this.stream ??= this.open()
      if (!this.stream.write({ requests, requestIds, clientSendTimeNs: 0n })) this.full = true
    }
    this.queue = next === queue.length ? [] : queue.slice(next)
  }

  private open(): RequestStream<tikvpb.BatchCommandsRequest> {
    const stream: RequestStream<tikvpb.BatchCommandsRequest> = this.channel.bidi(BatchCommands, {
      message: this.onMessage,
      writable: () => {
        if (this.stream !== stream) return
        this.full = false
        this.flush()
      },
      // The end of a stream must not touch one opened after it.
      ended: (error) => {
        if (this.stream === stream) this.onEnded(error)
      }
    })
    return stream
  }

  private readonly onMessage = (message: tikvpb.BatchCommandsResponse): void => {
    const { responses, requestIds } = message
    for (let i = 0; i < requestIds.length; i++) {
      const id = requestIds[i] as number
      const ticket = this.inFlight.get(id)
      // Withdrawn, or answered twice by a store that should not.
      if (ticket === undefined) continue
      this.inFlight.delete(id)
      ticket.waiter?.onReply(responses[i]?.cmd)
    }
  }

  private onEnded(error: GrpcError | undefined): void {
    this.stream = undefined
    this.full = false
    const sent = [...this.inFlight.values()]
    const unsent = this.queue
    this.inFlight.clear()
    this.queue = []
    for (const ticket of sent) ticket.waiter?.onLost(error, true)
    for (const ticket of unsent) ticket.waiter?.onLost(error, false)
  }
}
