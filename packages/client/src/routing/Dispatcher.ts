/**
 * Takes a command to the leader of its region and does not let go of it until there is an answer or its time is up.
 *
 * A call is locating (its region is asked from the scheduler) → resolving (the store's address is) → on its way (queued or
 * in flight) → settled; a region error, a lost connection or an attempt without answer brings it, at once or after a wait,
 * back to the start. With region and connection known, which is nearly always, `start` runs straight through to the lane
 * without a fiber, a promise or a timer.
 *
 * Each call is settled exactly once. A write whose answer was lost is sent again only if its command says so; otherwise,
 * and when its time is up, it fails as `undetermined`.
 */
import { GrpcCode, type GrpcError } from "@reefkv/grpc"
import { type metapb, printable } from "@reefkv/wire"
import { type Clock, Effect, type Fiber, type Random, Result } from "effect"
import { KvError, type KvErrorReason } from "../KvError.ts"
import type { BatchedReply, BatchWaiter, Lane, Ticket } from "../store/BatchLane.ts"
import type { StoreConnection, Stores } from "../store/Stores.ts"
import { Backoff, type BackoffSchedule, backoffs } from "./backoff.ts"
import type { Command, CommandName, RegionReply, Replies } from "./Command.ts"
import { Deadlines, type Timed } from "./Deadlines.ts"
import type { Locator } from "./Locator.ts"
import type { CachedRegion, RegionCache } from "./RegionCache.ts"
import { actionFor } from "./regionErrors.ts"

/** Retries without a wait before waiting all the same: two stores may each think that the other leads. */
const AT_ONCE_MAX = 3

export interface DispatcherOptions {
  readonly cache: RegionCache
  readonly locator: Locator
  readonly stores: Stores
  readonly clock: Clock.Clock
  readonly random: (typeof Random.Random)["Service"]
  readonly fork: (effect: Effect.Effect<void>) => Fiber.Fiber<void>
  /** How long one attempt may go unanswered before the next peer is tried. */
  readonly attemptTimeoutMs: number
  /** Calls open at once; more are refused. */
  readonly openCallsMax: number
}

export interface CallListener<N extends CommandName> {
  onReply(reply: Replies[N], region: CachedRegion): void
  onFail(error: KvError): void
}

/** A command under way. */
export class Call<N extends CommandName = CommandName> implements BatchWaiter, Timed {
  readonly command: Command<N>
  readonly listener: CallListener<N>
  readonly timeoutMs: number
  readonly deadlineMs: number
  settled = false
  attempts = 0
  /** A store may have taken the command in, and its answer is not known. */
  uncertain = false
  atOnce = 0
  backoff: Backoff | undefined
  /** What went wrong last, for the message at the end. */
  trouble = ""
  region: CachedRegion | undefined
  /** Whom the current attempt went to. */
  peer: metapb.Peer | undefined
  lane: Lane | undefined
  ticket: Ticket | undefined
  fiber: Fiber.Fiber<void> | undefined
  attemptDueMs = Number.POSITIVE_INFINITY
  private readonly dispatcher: Dispatcher

  constructor(
    dispatcher: Dispatcher,
    command: Command<N>,
    startMs: number,
    timeoutMs: number,
    listener: CallListener<N>
  ) {
    this.dispatcher = dispatcher
    this.command = command
    this.timeoutMs = timeoutMs
    this.deadlineMs = startMs + timeoutMs
    this.listener = listener
  }

  get dueMs(): number {
    return Math.min(this.deadlineMs, this.attemptDueMs)
  }

  onReply(reply: BatchedReply | undefined): void {
    this.dispatcher.onBatchReply(this, reply)
  }

  onLost(error: GrpcError | undefined, sent: boolean): void {
    this.dispatcher.onLost(this, error, sent)
  }

  onDue(nowMs: number): void {
    this.dispatcher.onDue(this, nowMs)
  }
}

export class Dispatcher {
  private readonly options: DispatcherOptions
  private readonly open: Deadlines<Call>
  private closed = false

  constructor(options: DispatcherOptions) {
    this.options = options
    this.open = new Deadlines<Call>(options.clock, options.fork)
  }

  get openCalls(): number {
    return this.open.size
  }

  /** `timeoutMs` from now. The listener hears of the end, possibly before this returns. */
  start<N extends CommandName>(command: Command<N>, timeoutMs: number, listener: CallListener<N>): Call<N> {
    const now = this.options.clock.currentTimeMillisUnsafe()
    const call = new Call(this, command, now, timeoutMs, listener)
    if (this.closed) this.fail(call, "closed", "the client is closed")
    else if (this.open.size >= this.options.openCallsMax) {
      this.fail(call, "unavailable", `${this.options.openCallsMax} calls are open already; wait for some of them`)
    } else {
      this.open.add(call)
      this.open.moved(call)
      this.attempt(call, now)
    }
    return call
  }

  /** Nobody waits for the call any more. A write may still be applied. */
  cancel(call: Call<CommandName>): void {
    if (call.settled) return
    this.abandonAttempt(call)
    this.settle(call)
  }

  /** Fails every open call, and every call from now on. */
  close(): void {
    this.closed = true
    for (const call of this.open.all()) {
      this.abandonAttempt(call)
      this.fail(call, "closed", "the client was closed before the answer came")
    }
  }

  // --- the way out

  private attempt<N extends CommandName>(call: Call<N>, now: number): void {
    const { command } = call
    const { cache } = this.options
    const region = command.before ? cache.locateBefore(command.key) : cache.locate(command.key)
    if (region !== undefined) {
      this.toStore(call, region, now)
      return
    }
    this.options.locator.locate(command.key, command.before, (located) => {
      if (call.settled) return
      if (Result.isFailure(located)) return this.onSchedulerFailure(call, located.failure)
      if (located.success !== undefined) return this.toStore(call, located.success, this.now())
      call.trouble = "the scheduler knows no current region for the key"
      this.retry(call, backoffs.regionMiss)
    })
  }

  private toStore<N extends CommandName>(call: Call<N>, region: CachedRegion, now: number): void {
    const storeId = region.peer.storeId
    const connection = this.options.stores.connected(storeId)
    if (connection !== undefined) {
      this.send(call, region, connection, now)
      return
    }
    this.options.stores.resolve(storeId, (resolved) => {
      if (call.settled) return
      if (Result.isFailure(resolved)) return this.onSchedulerFailure(call, resolved.failure)
      if (resolved.success === undefined) {
        call.trouble = `the scheduler knows no store ${storeId}, where region ${region.id} should be`
        this.options.cache.drop(region)
        return this.retry(call, backoffs.regionMiss)
      }
      // The leader or the region may have changed meanwhile.
      if (region.live && region.peer.storeId === storeId) this.send(call, region, resolved.success, this.now())
      else this.attempt(call, this.now())
    })
  }

  private send<N extends CommandName>(call: Call<N>, region: CachedRegion, to: StoreConnection, now: number): void {
    const { command } = call
    call.attempts++
    call.region = region
    call.peer = region.peer
    call.attemptDueMs = now + this.options.attemptTimeoutMs
    this.open.moved(call)
    if (command.transport.kind === "batch") {
      const lane = to.lane()
      call.lane = lane
      const ticket: Ticket = { waiter: call, request: command.transport.request(region), id: 0 }
      call.ticket = ticket
      lane.send(ticket)
      return
    }
    const timeoutMs = Math.max(1, Math.min(call.deadlineMs, call.attemptDueMs) - now)
    call.fiber = this.options.fork(
      Effect.map(Effect.result(command.transport.send(to.calls, region, timeoutMs)), (result) => {
        call.fiber = undefined
        if (Result.isSuccess(result)) this.onReply(call, result.success)
        else this.onLost(call, result.failure, true)
      })
    )
  }

  // --- the way back

  onBatchReply<N extends CommandName>(call: Call<N>, reply: BatchedReply | undefined): void {
    call.ticket = undefined
    if (reply === undefined || reply.case !== call.command.name) {
      const what = `the store answered ${reply?.case ?? "nothing"} to ${call.command.name}`
      this.fail(call, call.command.write ? "undetermined" : "refused", what)
      return
    }
    // The name of a batched reply decides its type.
    this.onReply(call, reply.value as Replies[N])
  }

  private onReply<N extends CommandName>(call: Call<N>, reply: Replies[N]): void {
    if (call.settled) return
    const region = call.region as CachedRegion
    const { error, regionError } = reply as RegionReply
    if (regionError !== undefined) {
      this.onRegionError(call, region, regionError)
      return
    }
    region.peersFailed = 0
    if (error !== undefined && error !== "") {
      this.fail(call, "refused", error)
      return
    }
    this.settle(call)
    call.listener.onReply(reply, region)
  }

  private onRegionError<N extends CommandName>(
    call: Call<N>,
    region: CachedRegion,
    error: NonNullable<RegionReply["regionError"]>
  ): void {
    const { cache, stores } = this.options
    const peer = call.peer as metapb.Peer
    call.trouble = error.message || "a region error without words"
    const action = actionFor(error)
    switch (action.kind) {
      case "leader":
        if (region.live && !cache.setLeader(region, action.leader)) cache.drop(region)
        this.retryAtOnce(call, backoffs.noLeader)
        return
      case "next-peer":
        if (region.live && !cache.nextPeer(region, peer)) cache.drop(region)
        this.retry(call, action.backoff)
        return
      case "drop":
        cache.drop(region)
        this.retry(call, action.backoff)
        return
      case "drop-store":
        stores.suspect(peer.storeId)
        cache.drop(region)
        this.retryAtOnce(call, backoffs.regionMiss)
        return
      case "regions": {
        // The store that knows the newer regions leads them, as far as it has peers there.
        let newer = false
        for (const current of action.regions) {
          const leader = current.peers.find((candidate) => candidate.storeId === peer.storeId)
          const taken = cache.insert(current, leader)
          if (taken !== undefined && taken !== region) newer = true
        }
        // The store is behind what is known here, or knows nothing new: it, or the scheduler, will catch up.
        if (!newer) {
          this.retry(call, backoffs.regionMiss)
          return
        }
        cache.drop(region)
        this.retryAtOnce(call, backoffs.regionMiss)
        return
      }
      case "wait":
        this.retry(call, action.backoff, action.minimumMs)
        return
      case "refuse":
        this.fail(call, "refused", call.trouble)
        return
      case "undetermined":
        if (call.command.write) call.uncertain = true
        if (call.command.resend) {
          this.retry(call, backoffs.noLeader)
          return
        }
        this.fail(call, "undetermined", call.trouble)
        return
    }
  }

  /** The connection broke, or the call upon it failed. */
  onLost<N extends CommandName>(call: Call<N>, error: GrpcError | undefined, sent: boolean): void {
    if (call.settled) return
    const region = call.region as CachedRegion
    const peer = call.peer as metapb.Peer
    call.ticket = undefined
    call.trouble = `store ${peer.storeId}: ${error?.message ?? "the connection was closed"}`
    if (error !== undefined && isRefusal(error)) {
      // A stream that is refused for one of its requests may have served the others before.
      if (sent && call.command.write && call.command.transport.kind === "batch" && !isRefusalOfAll(error)) {
        call.uncertain = true
      }
      this.fail(call, "refused", call.trouble)
      return
    }
    this.afterSilence(call, region, peer, sent && !neverSent(error))
  }

  onDue<N extends CommandName>(call: Call<N>, nowMs: number): void {
    if (call.settled) return
    if (nowMs < call.deadlineMs) {
      const sent = this.abandonAttempt(call)
      const peer = call.peer as metapb.Peer
      call.trouble = `store ${peer.storeId} gave no answer for ${this.options.attemptTimeoutMs} ms`
      this.afterSilence(call, call.region as CachedRegion, peer, sent)
      return
    }
    this.abandonAttempt(call)
    const last = call.trouble === "" ? "" : `; last: ${call.trouble}`
    const tried = call.attempts === 1 ? "1 attempt" : `${call.attempts} attempts`
    this.fail(call, "deadline", `no answer within ${call.timeoutMs} ms (${tried}${last})`)
  }

  private afterSilence<N extends CommandName>(
    call: Call<N>,
    region: CachedRegion,
    peer: metapb.Peer,
    sent: boolean
  ): void {
    const { cache, stores } = this.options
    if (sent && call.command.write) call.uncertain = true
    stores.suspect(peer.storeId)
    if (region.live && !cache.nextPeer(region, peer)) cache.drop(region)
    if (call.uncertain && !call.command.resend) {
      this.fail(call, "undetermined", call.trouble)
      return
    }
    this.retry(call, backoffs.storeUnreachable)
  }

  /** The scheduler's own patience is shorter than a call's: ask again as long as the call has time. */
  private onSchedulerFailure<N extends CommandName>(call: Call<N>, error: KvError): void {
    call.trouble = error.message
    if (error.reason === "unavailable") this.retry(call, backoffs.scheduler)
    else this.fail(call, error.reason, error.message)
  }

  // --- again, or the end

  private retryAtOnce<N extends CommandName>(call: Call<N>, afterwards: BackoffSchedule): void {
    if (++call.atOnce > AT_ONCE_MAX) {
      this.retry(call, afterwards)
      return
    }
    call.attemptDueMs = Number.POSITIVE_INFINITY
    this.attempt(call, this.now())
  }

  private retry<N extends CommandName>(call: Call<N>, schedule: BackoffSchedule, minimumMs = 0): void {
    call.atOnce = 0
    call.attemptDueMs = Number.POSITIVE_INFINITY
    call.backoff ??= new Backoff()
    const waitMs = Math.max(minimumMs, call.backoff.next(schedule, this.options.random.nextDoubleUnsafe()))
    this.options.fork(
      Effect.map(Effect.sleep(waitMs), () => {
        if (!call.settled) this.attempt(call, this.now())
      })
    )
  }

  /** Withdraws the current attempt. True if a store may have seen it. */
  private abandonAttempt<N extends CommandName>(call: Call<N>): boolean {
    let sent = call.fiber !== undefined
    if (call.ticket !== undefined) sent = call.lane?.withdraw(call.ticket) ?? false
    call.ticket = undefined
    call.fiber?.interruptUnsafe()
    call.fiber = undefined
    if (sent && call.command.write) call.uncertain = true
    return sent
  }

  private settle<N extends CommandName>(call: Call<N>): void {
    call.settled = true
    this.open.delete(call)
  }

  private fail<N extends CommandName>(call: Call<N>, because: KvErrorReason, what: string): void {
    this.settle(call)
    const { command, uncertain } = call
    // Whatever ended the call, an earlier attempt may have gone through.
    const reason = uncertain ? "undetermined" : because
    const where = command.key.length === 0 ? "" : ` ${command.before ? "below" : "of"} ${shown(command.key)}`
    const advice = reason === "undetermined" ? `; ${MAYBE}` : ""
    call.listener.onFail(new KvError({ reason, message: `${nameOf(command)}${where}: ${what}${advice}` }))
  }

  private now(): number {
    return this.options.clock.currentTimeMillisUnsafe()
  }
}

const MAYBE = "the write may have been applied or not, so read before you write again"
const SHOWN_BYTES_MAX = 64

/** `rawBatchGet` → `batchGet`. */
const nameOf = ({ name }: Command<CommandName>): string => name.replace(/^raw(.)/, (_, first) => first.toLowerCase())

const shown = (key: Uint8Array): string =>
  key.length <= SHOWN_BYTES_MAX
    ? `"${printable(key)}"`
    : `"${printable(key.subarray(0, SHOWN_BYTES_MAX))}…" (${key.length} bytes)`

/** Failures that will be the same next time, whatever is asked. */
const isRefusalOfAll = (error: GrpcError): boolean =>
  error.code === GrpcCode.unimplemented ||
  error.code === GrpcCode.unauthenticated ||
  error.code === GrpcCode.permissionDenied

/** Failures that will be the same next time for this request. */
const isRefusal = (error: GrpcError): boolean =>
  isRefusalOfAll(error) || error.code === GrpcCode.invalidArgument || error.code === GrpcCode.failedPrecondition

/**
 * The connection never came about, so that nothing can have been sent on it. grpc-js tells this from a connection that
 * broke by these words only; where they change, we only become more careful.
 */
const neverSent = (error: GrpcError | undefined): boolean =>
  error !== undefined && error.code === GrpcCode.unavailable && error.message.startsWith("No connection established")
