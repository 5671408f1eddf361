/**
 * The network between the stores of one test process. Everything that crosses it is encoded to bytes by the sender and
 * decoded by the receiver; stores share no object.
 *
 * A link is one direction between two stores and keeps its order, as a stream does. Faults are set by the test at any
 * time and asked at two moments, when a frame leaves and when it arrives, so that a cut also takes what was on the way:
 * random loss per message, a latency range, cut links (one-way), detached stores (stopped or crashed), and a filter for
 * single messages. All chance comes from one seed; all time is the test clock's.
 */
import { decode, encode, raft_serverpb, type StoreId } from "@reefkv/wire"
import { type Clock, Effect, Latch, type Scope, Stream } from "effect"
import type { RouterService } from "../../../src/raftstore/Router.ts"
import { TransportError, type TransportService } from "../../../src/raftstore/Transport.ts"
import type { Seeded } from "./seeded.ts"

/** What one store offers the network while it runs. */
export interface Endpoint {
  readonly router: RouterService
  /** Settles when the store stops or crashes: whatever still runs on its behalf ends. */
  readonly gone: Effect.Effect<void>
}

export interface MessageFate {
  readonly drop?: boolean
  /** Instead of the link's latency; later messages of the link do not wait for it. */
  readonly delayMs?: number
}
/** Looks at one decoded message; undefined lets it pass. */
export type MessageFilter = (message: raft_serverpb.RaftMessage, from: StoreId, to: StoreId) => MessageFate | undefined

/** The head of the snapshot; what it holds was fixed before it came here. */
export type SnapshotFilter = (
  head: raft_serverpb.RaftMessage,
  from: StoreId,
  to: StoreId
) => { readonly delayMs: number } | "break" | undefined

interface Frame {
  readonly from: StoreId
  readonly to: StoreId
  /** Whom it was sent to: a store that restarts has new connections, and what was on the old ones is lost. */
  readonly target: Endpoint
  readonly messages: ReadonlyArray<Uint8Array>
}

export interface NetworkStats {
  sent: number
  delivered: number
  lostByChance: number
  lostByCut: number
  lostByFilter: number
  snapshots: number
  snapshotsFailed: number
}

/** Frames on one link at most; beyond it the link drops, as a full send buffer does. */
const framesInFlightMax = 4096

export class Network {
  /** Share of messages lost, and per chunk the chance that a snapshot stream breaks. */
  lossRate = 0
  latencyMinMs = 1
  latencyMaxMs = 3
  filter: MessageFilter | undefined
  /** Holds a snapshot stream back before its first byte, or breaks it; undefined lets it pass. */
  snapshotFilter: SnapshotFilter | undefined
  readonly stats: NetworkStats = {
    sent: 0,
    delivered: 0,
    lostByChance: 0,
    lostByCut: 0,
    lostByFilter: 0,
    snapshots: 0,
    snapshotsFailed: 0
  }
  private readonly clock: Clock.Clock
  private readonly random: Seeded
  private readonly endpoints = new Map<StoreId, Endpoint>()
  private readonly cuts = new Set<string>()
  /** Frames by the millisecond at which they arrive; within one in order of sending. */
  private readonly due = new Map<number, Array<Frame>>()
  private dueCount = 0
  private readonly lastArrival = new Map<string, number>()
  private readonly wake = Latch.makeUnsafe()

  constructor(clock: Clock.Clock, random: Seeded) {
    this.clock = clock
    this.random = random
  }

  // ---- faults

  attach(storeId: StoreId, endpoint: Endpoint): void {
    if (this.endpoints.has(storeId)) throw new Error(`store ${storeId} is attached twice`)
    this.endpoints.set(storeId, endpoint)
  }
  detach(storeId: StoreId): void {
    this.endpoints.delete(storeId)
  }
  /** One direction only. */
  cut(from: StoreId, to: StoreId): void {
    this.cuts.add(linkOf(from, to))
  }
  /** Stores of different groups do not hear each other; a store in no group hears nobody. */
  partition(groups: ReadonlyArray<ReadonlyArray<StoreId>>, all: ReadonlyArray<StoreId>): void {
    this.cuts.clear()
    const groupOf = (id: StoreId): number => groups.findIndex((group) => group.includes(id))
    for (const from of all) {
      for (const to of all) {
        if (from !== to && (groupOf(from) < 0 || groupOf(from) !== groupOf(to))) this.cut(from, to)
      }
    }
  }
  heal(): void {
    this.cuts.clear()
  }
  isCut(from: StoreId, to: StoreId): boolean {
    return this.cuts.has(linkOf(from, to))
  }

  // ---- traffic

  transportOf(from: StoreId): TransportService {
    return {
      send: (to, messages) => this.send(from, to, messages),
      sendSnapshot: (to, head, chunks) => this.sendSnapshot(from, to, head, chunks)
    }
  }

  private send(from: StoreId, to: StoreId, messages: ReadonlyArray<raft_serverpb.RaftMessage>): void {
    this.stats.sent += messages.length
    const source = this.endpoints.get(from)
    const target = this.endpoints.get(to)
    if (source === undefined || target === undefined || this.isCut(from, to)) {
      this.stats.lostByCut += messages.length
      // A refused connection is noticed at once; a silent link is not.
      if (source !== undefined && !this.isCut(from, to)) source.router.onUnreachable(to)
      return
    }
    const kept: Array<Uint8Array> = []
    for (const message of messages) {
      const fate = this.filter?.(message, from, to)
      if (fate?.drop === true) {
        this.stats.lostByFilter += 1
        continue
      }
      if (this.lossRate > 0 && this.random.chance(this.lossRate)) {
        this.stats.lostByChance += 1
        continue
      }
      const bytes = encode(raft_serverpb.RaftMessage, message)
      if (fate?.delayMs !== undefined)
        this.schedule({ from, to, target, messages: [bytes] }, this.nowMs() + fate.delayMs)
      else kept.push(bytes)
    }
    if (kept.length === 0) return
    const link = linkOf(from, to)
    const arrival = Math.max(this.nowMs() + this.latency(), this.lastArrival.get(link) ?? 0)
    this.lastArrival.set(link, arrival)
    this.schedule({ from, to, target, messages: kept }, arrival)
  }

  private sendSnapshot(
    from: StoreId,
    to: StoreId,
    head: raft_serverpb.RaftMessage,
    chunks: Stream.Stream<Uint8Array, unknown>
  ): Effect.Effect<void, TransportError> {
    const self = this
    const fail = (reason: TransportError["reason"], message: string): Effect.Effect<never, TransportError> =>
      Effect.fail(new TransportError({ reason, message }))
    const cross = Effect.gen(function* () {
      yield* Effect.sleep(self.latency())
      if (self.isCut(from, to) || self.isCut(to, from)) {
        return yield* fail("unreachable", `the link from store ${from} to store ${to} is cut`)
      }
      if (self.lossRate > 0 && self.random.chance(self.lossRate / 2)) {
        return yield* fail("closed", "the stream broke")
      }
    })
    return Effect.gen(function* () {
      self.stats.snapshots += 1
      yield* cross
      const fate = self.snapshotFilter?.(head, from, to)
      if (fate === "break") return yield* fail("closed", "the stream broke")
      if (fate !== undefined) yield* Effect.sleep(fate.delayMs)
      const target = self.endpoints.get(to)
      const source = self.endpoints.get(from)
      if (target === undefined || source === undefined) return yield* fail("unreachable", `store ${to} is not running`)
      const copied = decode(raft_serverpb.RaftMessage, encode(raft_serverpb.RaftMessage, head))
      const received = target.router
        .onSnapshot(
          copied,
          Stream.mapEffect(chunks, (chunk) => Effect.as(cross, chunk.slice()))
        )
        .pipe(Effect.mapError(({ reason }) => new TransportError({ reason: "rejected", message: reason })))
      const ended = Effect.flatMap(Effect.raceFirst(target.gone, source.gone), () => fail("closed", "a store stopped"))
      yield* Effect.raceFirst(received, ended)
    }).pipe(
      Effect.tapError(() =>
        Effect.sync(() => {
          self.stats.snapshotsFailed += 1
        })
      )
    )
  }

  /** Delivers what is due, one millisecond after the other, for as long as the scope is open. */
  readonly run: Effect.Effect<void, never, Scope.Scope> = Effect.gen({ self: this }, function* () {
    for (;;) {
      if (this.dueCount === 0) {
        yield* this.wake.await
        this.wake.closeUnsafe()
        continue
      }
      this.deliverDue()
      if (this.dueCount > 0) yield* Effect.sleep(1)
    }
  }).pipe(Effect.forkScoped, Effect.asVoid)

  private deliverDue(): void {
    const now = this.nowMs()
    for (const at of [...this.due.keys()].sort((a, b) => a - b)) {
      if (at > now) return
      const frames = this.due.get(at)!
      this.due.delete(at)
      this.dueCount -= frames.length
      for (const frame of frames) this.deliver(frame)
    }
  }

  private deliver(frame: Frame): void {
    const { target } = frame
    if (this.endpoints.get(frame.to) !== target || this.isCut(frame.from, frame.to)) {
      this.stats.lostByCut += frame.messages.length
      return
    }
    this.stats.delivered += frame.messages.length
    target.router.onRaftMessages(frame.messages.map((bytes) => decode(raft_serverpb.RaftMessage, bytes)))
  }

  private schedule(frame: Frame, at: number): void {
    if (this.dueCount >= framesInFlightMax) {
      this.stats.lostByCut += frame.messages.length
      return
    }
    const frames = this.due.get(at)
    if (frames === undefined) this.due.set(at, [frame])
    else frames.push(frame)
    this.dueCount += 1
    this.wake.openUnsafe()
  }

  private latency(): number {
    return this.random.int(this.latencyMinMs, this.latencyMaxMs + 1)
  }
  private nowMs(): number {
    return Math.floor(this.clock.currentTimeMillisUnsafe())
  }
}

const linkOf = (from: StoreId, to: StoreId): string => `${from}>${to}`
