/**
 * One store on one host, put together as an app would: disk, scheduler client, router, store, raw storage, and what the
 * host answers to calls. States follow the host's; a store whose disk failed ends its process and is started again.
 */
import {
  layerRouter,
  layerStore,
  Router,
  type RouterService,
  SchedulerClient,
  Store,
  type StoreConfig,
  type StoreEvent,
  StoreEvents,
  StoreHandle,
  Transport
} from "@reefkv/core"
import { Engine, EngineError, type EngineService, RaftLog, type RaftLogService } from "@reefkv/engine"
import { defaultRawConfig, makeRawStorage, type RawCommands } from "@reefkv/storage"
import { type Codec, decode, encode, kvrpcpb, metapb, type StoreId } from "@reefkv/wire"
import { Cause, Context, Effect, Exit, Layer, type Scope } from "effect"
import { AnswerCount } from "../checkers/AnswerCount.ts"
import { type OpenDisk, SimDisk } from "../disk/SimDisk.ts"
import type { Handler } from "../network/Rpc.ts"
import { makeSchedulerClient } from "../network/schedulerCalls.ts"
import { makeTransport, type StoreNetwork, snapshotHandlers } from "../network/storeTransport.ts"
import { Host } from "../world/Host.ts"
import type { World } from "../world/World.ts"

export interface StoreEnvironment {
  readonly world: World
  readonly net: StoreNetwork
  readonly scheduler: Host
  readonly config: StoreConfig
  readonly diskTimes: { readonly syncMaxMs: number; readonly writeMaxMs: number }
  readonly clockRate: number
  readonly apiVersion: "V1" | "V1TTL"
  readonly isTombstone: (storeId: StoreId) => boolean
  readonly onEvent: (store: SimStore, event: StoreEvent) => void
  readonly onRunning: (store: SimStore) => void
  /** A raw command has come in and is about to be served. */
  readonly onRequest: (store: SimStore, name: RawMethodName, request: object) => void
}

/** What one incarnation offers while it runs. */
export interface RunningStore {
  readonly router: RouterService
  readonly handle: StoreHandle["Service"]
  readonly engine: EngineService
  readonly raftLog: RaftLogService
  readonly answers: AnswerCount
}

export class SimStore {
  readonly slot: number
  readonly host: Host
  readonly disk: SimDisk
  running: RunningStore | undefined
  /** 0 until the scheduler has given one. */
  storeId: StoreId = 0
  /** Ended because its disk failed, and not started since. */
  diskFailures = 0
  /** Not wanted: it has not joined yet, or has gone for good. It is not started then, and does not count at rest. */
  wanted = true
  /** Somebody asked the scheduler to remove it. */
  leaving = false
  /** Starts that the scheduler refused because of that. */
  comebacksRefused = 0
  /** It ended because what it keeps is damaged in a way that no region can be named for: its files are of no use any more. */
  isLost = false
  /** Not to be started: somebody is at its files. */
  held = false
  private readonly env: StoreEnvironment

  constructor(env: StoreEnvironment, slot: number) {
    this.env = env
    this.slot = slot
    this.host = new Host(env.world, `s${slot}`, env.clockRate)
    this.disk = new SimDisk(env.world, `s${slot}`, env.diskTimes)
  }

  start(): void {
    if (this.host.phase !== "down" || !this.wanted || this.held) return
    const isTombstone = this.env.isTombstone(this.storeId)
    this.host.start(this.program(), {
      onStarted: (storeId) => {
        if (isTombstone) this.env.world.fail(`store ${storeId} was removed for good and came back`)
        this.storeId = storeId
        this.env.world.log(`${this.host.name} is store ${storeId}`)
        this.env.onRunning(this)
      },
      onFailure: (cause) => this.onEnd(cause)
    })
  }
  /** kill -9; with `power` the machine loses what was not synced. */
  kill(power: boolean): void {
    if (this.host.phase === "down") return
    this.host.kill()
    this.running = undefined
    if (power) this.disk.crash()
    else this.disk.processDied()
  }
  stop(onStopped: () => void): void {
    const { running } = this
    this.host.stop(() => {
      this.running = undefined
      if (running !== undefined && running.answers.open > 0) {
        this.env.world.fail(`${this.host.name} stopped and left ${running.answers.open} requests unanswered`)
      }
      onStopped()
    })
  }

  /** The process ended by itself. A disk that has failed is the world's doing; anything else is a bug. */
  private onEnd(cause: Cause.Cause<unknown>): void {
    const { world } = this.env
    const error = Cause.squash(cause)
    if (this.leaving && isRefusal(error)) {
      this.comebacksRefused++
      world.log(`${this.host.name} ends: it was removed`)
      this.kill(false)
      return
    }
    if (!isFailureOfTheWorld(error, this.disk)) {
      const trace = error instanceof Error ? error.stack : String(cause)
      world.fail(`${this.host.name} ended by itself: ${trace}`)
      return
    }
    this.diskFailures++
    if (error instanceof EngineError && error.reason === "corrupt") this.isLost = true
    world.log(`${this.host.name} ends: its world failed`)
    this.kill(false)
  }

  private program(): Effect.Effect<StoreId, unknown, Scope.Scope> {
    const { env, host, disk } = this
    const self = this
    return Effect.gen(function* () {
      const open: OpenDisk = yield* disk.open(host)
      const client = yield* makeSchedulerClient(host, env.scheduler, env.net.rpc, env.net.network)
      const events = Context.make(StoreEvents, {
        listening: () => true,
        emit: (event: StoreEvent) => env.onEvent(self, event)
      })
      const routing = yield* Layer.build(layerRouter(env.config)).pipe(Effect.provideContext(events))
      const handle = Context.get(routing, StoreHandle)
      const answers = new AnswerCount(env.world, host.name, {
        ticks: () => (handle.phase === "running" ? handle.counters.ticks : 0),
        timeoutTicks: Math.ceil(env.config.requestTimeoutMs / env.config.raftTickMs)
      })
      const router = answers.wrap(Context.get(routing, Router))
      self.running = { router, handle, engine: open.engine, raftLog: open.raftLog, answers }
      env.net.rpc.serve(host, snapshotHandlers(host, router))
      const services = Context.make(Engine, open.engine).pipe(
        Context.add(RaftLog, open.raftLog),
        Context.add(Transport, makeTransport(host, env.net)),
        Context.add(SchedulerClient, client),
        Context.add(StoreHandle, handle)
      )
      const started = yield* Layer.build(
        layerStore({
          store: metapb.Store.create({ address: `${host.name}:20160`, version: "8.5.0" }),
          keyMode: "raw",
          apiVersion: env.apiVersion
        })
      ).pipe(Effect.provideContext(Context.merge(services, events)))
      const store = Context.get(started, Store)
      yield* Effect.forkScoped(
        Effect.flatMap(Effect.exit(store.stopped), (exit) =>
          Effect.sync(() => {
            if (host.phase === "stopping") return
            if (Exit.isFailure(exit)) self.onEnd(exit.cause)
            else env.world.fail(`${host.name}: the loop ended without being asked to`)
          })
        )
      )
      const raw = yield* makeRawStorage({
        config: { ...defaultRawConfig, apiVersion: env.apiVersion, scanSliceEntries: env.config.scanSliceEntries },
        clocks: { nowSeconds: () => host.wallSeconds(), monotonicMs: () => host.monotonicMs() },
        router,
        engine: open.engine
      })
      env.net.rpc.serve(
        host,
        kvHandlers(raw, (name, request) => env.onRequest(self, name, request))
      )
      return store.storeId
    })
  }
}

const isFailureOfTheWorld = (error: unknown, disk: SimDisk): boolean => {
  if (error instanceof EngineError) {
    return (error.reason === "io" && disk.mayHaveFailed) || (error.reason === "corrupt" && disk.hasRotted)
  }
  if (typeof error !== "object" || error === null) return false
  // The scheduler did not answer for long: the process gives up, and its supervisor starts it again.
  return "_tag" in error && error._tag === "SchedulerError" && "reason" in error && error.reason === "unavailable"
}

const isRefusal = (error: unknown): boolean =>
  typeof error === "object" &&
  error !== null &&
  "_tag" in error &&
  error._tag === "SchedulerError" &&
  "reason" in error &&
  error.reason === "refused"

interface RawMethod<Request, Response> {
  readonly request: Codec<Request>
  readonly response: Codec<Response>
  readonly serve: (raw: RawCommands, request: Request, done: (response: Response) => void) => void
}
const rawMethod = <Request, Response>(
  request: Codec<Request>,
  response: Codec<Response>,
  serve: RawMethod<Request, Response>["serve"]
): RawMethod<Request, Response> => ({ request, response, serve })

/** All raw commands, by name. Deadlines are the store's own. */
export const rawMethods = {
  get: rawMethod(kvrpcpb.RawGetRequest, kvrpcpb.RawGetResponse, (raw, request, done) => raw.get(request, 0, done)),
  put: rawMethod(kvrpcpb.RawPutRequest, kvrpcpb.RawPutResponse, (raw, request, done) => raw.put(request, 0, done)),
  delete: rawMethod(kvrpcpb.RawDeleteRequest, kvrpcpb.RawDeleteResponse, (raw, request, done) =>
    raw.delete(request, 0, done)
  ),
  cas: rawMethod(kvrpcpb.RawCASRequest, kvrpcpb.RawCASResponse, (raw, request, done) =>
    raw.compareAndSwap(request, 0, done)
  ),
  scan: rawMethod(kvrpcpb.RawScanRequest, kvrpcpb.RawScanResponse, (raw, request, done) => raw.scan(request, 0, done)),
  batchGet: rawMethod(kvrpcpb.RawBatchGetRequest, kvrpcpb.RawBatchGetResponse, (raw, request, done) =>
    raw.batchGet(request, 0, done)
  ),
  batchPut: rawMethod(kvrpcpb.RawBatchPutRequest, kvrpcpb.RawBatchPutResponse, (raw, request, done) =>
    raw.batchPut(request, 0, done)
  ),
  batchDelete: rawMethod(kvrpcpb.RawBatchDeleteRequest, kvrpcpb.RawBatchDeleteResponse, (raw, request, done) =>
    raw.batchDelete(request, 0, done)
  ),
  deleteRange: rawMethod(kvrpcpb.RawDeleteRangeRequest, kvrpcpb.RawDeleteRangeResponse, (raw, request, done) =>
    raw.deleteRange(request, 0, done)
  ),
  batchScan: rawMethod(kvrpcpb.RawBatchScanRequest, kvrpcpb.RawBatchScanResponse, (raw, request, done) =>
    raw.batchScan(request, 0, done)
  ),
  checksum: rawMethod(kvrpcpb.RawChecksumRequest, kvrpcpb.RawChecksumResponse, (raw, request, done) =>
    raw.checksum(request, 0, done)
  ),
  getKeyTtl: rawMethod(kvrpcpb.RawGetKeyTTLRequest, kvrpcpb.RawGetKeyTTLResponse, (raw, request, done) =>
    raw.getKeyTtl(request, 0, done)
  )
} as const

export type RawMethodName = keyof typeof rawMethods

const kvHandlers = (
  raw: RawCommands,
  onRequest: (name: RawMethodName, request: object) => void
): Readonly<Record<string, Handler>> => {
  const handlers: Record<string, Handler> = {}
  for (const [name, one] of Object.entries(rawMethods)) {
    const { request, response, serve } = one as RawMethod<object, object>
    handlers[name] = (_from, bytes, reply) => {
      const asked = decode(request, bytes)
      onRequest(name as RawMethodName, asked)
      serve(raw, asked, (answer) => reply(encode(response, answer)))
    }
  }
  return handlers
}
