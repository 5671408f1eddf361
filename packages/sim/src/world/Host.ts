/**
 * One machine: its own Effect Scheduler, Clock and Random under the world's heap, and its own incarnations.
 *
 *   down ─start─▶ up ─kill─▶ down      kill -9: the generation rises; tasks, timers and finalizers of before never run
 *                 up ─stop─▶ stopping ─▶ down      the program's scope closes, as on SIGTERM
 *                 up ⇄ paused      SIGSTOP: what becomes due meanwhile happens on resume, clocks go on
 *
 * Hosts share nothing: whoever wants something of another host posts an event that belongs to that host.
 */
import { type Cause, Clock, Context, Duration, Effect, Exit, Random, Scheduler, Scope } from "effect"
import type { WorldEvent } from "./EventHeap.ts"
import type { Rng } from "./Rng.ts"
import type { World } from "./World.ts"

/** Operations of a fiber after which it yields in any case. */
const operationsMax = 2_048
/** Wall time at the start of every run: 2026-01-01T00:00:00Z. */
export const epochUnixMs = 1_767_225_600_000

/** A fiber's sleep. Over, it serves for another one: sleeps are what a run makes most of. */
class Sleep {
  ms = 0
  /** To be run once, by who asked for the sleep. */
  readonly effect: Effect.Effect<void>
  private event: WorldEvent | undefined
  private resume: ((effect: Effect.Effect<void>) => void) | undefined

  constructor(host: Host, idle: Array<Sleep>) {
    const wake = (): void => {
      idle.push(this)
      this.resume!(Effect.void)
    }
    const cancel = Effect.sync(() => {
      // What happens to a paused host is on its way already, and does nothing then.
      if (this.event?.run === undefined) return
      this.event.run = undefined
      idle.push(this)
    })
    this.effect = Effect.callback<void>((resume) => {
      this.resume = resume
      this.event = host.world.after(this.ms / host.rate, host, wake)
      return cancel
    })
  }
}

export type HostPhase = "down" | "up" | "stopping"

/** How the wall clock goes from `fromMs` of the world's time on, until the next piece. */
interface WallPiece {
  readonly fromMs: number
  /** How far it is ahead at `fromMs`. */
  readonly skewMs: number
  /** Milliseconds that it gains for each that passes. */
  readonly slew: number
}

export class Host {
  readonly world: World
  readonly name: string
  /** Distinct in the world. */
  readonly index: number
  generation = 0
  phase: HostPhase = "down"
  paused = false
  /** Monotonic milliseconds that pass here per virtual millisecond. */
  readonly rate: number
  context: Context.Context<never> = Context.empty()
  private readonly random: Rng
  private stalled: Array<() => void> = []
  private idleSleeps: Array<Sleep> = []
  private scope: Scope.Closeable | undefined
  /** One more with each jump and change of pace, in order. */
  private readonly wall: Array<WallPiece> = [{ fromMs: 0, skewMs: 0, slew: 0 }]

  constructor(world: World, name: string, rate = 1) {
    this.world = world
    this.name = name
    this.index = world.nextHostIndex()
    this.rate = rate
    this.random = world.rng(`host ${name}`)
    this.boot()
  }

  get isUp(): boolean {
    return this.phase === "up"
  }
  /** Milliseconds on this host's monotonic clock. */
  monotonicMs(): number {
    return this.world.nowMs * this.rate
  }
  wallMs(): number {
    return this.wallMsOf(this.wall[this.wall.length - 1]!, this.world.nowMs)
  }
  /** Whole seconds since the epoch. */
  wallSeconds(): number {
    return Math.floor(this.wallMs() / 1_000)
  }
  /** Added to the wall clock; timers and monotonic time do not feel it. To set it is a jump. */
  get wallSkewMs(): number {
    const { fromMs, skewMs, slew } = this.wall[this.wall.length - 1]!
    return skewMs + (this.world.nowMs - fromMs) * slew
  }
  set wallSkewMs(skewMs: number) {
    this.wall.push({ fromMs: this.world.nowMs, skewMs, slew: this.wall[this.wall.length - 1]!.slew })
  }
  /** The wall clock goes on from where it is and gains so much for each millisecond: more than -1. */
  slewWall(slew: number): void {
    this.wall.push({ fromMs: this.world.nowMs, skewMs: this.wallSkewMs, slew })
  }
  /** The lowest and the highest whole second that the wall clock showed between two moments of the world. */
  wallSecondsBetween(fromMs: number, toMs: number): { readonly earliest: number; readonly latest: number } {
    let earliest = Number.POSITIVE_INFINITY
    let latest = Number.NEGATIVE_INFINITY
    // Of a piece that ends at `fromMs` the last moment counts: who reads the clock at a jump may read it before.
    let untilMs = toMs
    for (let at = this.wall.length - 1; at >= 0 && untilMs >= fromMs; at--) {
      const piece = this.wall[at]!
      if (piece.fromMs > toMs) continue
      earliest = Math.min(earliest, this.wallMsOf(piece, Math.max(fromMs, piece.fromMs)))
      latest = Math.max(latest, this.wallMsOf(piece, untilMs))
      untilMs = piece.fromMs
    }
    return { earliest: Math.floor(earliest / 1_000), latest: Math.floor(latest / 1_000) }
  }

  /**
   * Runs the program until it is stopped or killed. It must have started everything when it ends; what it started lives in
   * its scope. `onFailure` hears of a start that failed; `onStarted` of one that did not.
   */
  start<A, E>(
    program: Effect.Effect<A, E, Scope.Scope>,
    hooks: { readonly onStarted: (value: A) => void; readonly onFailure: (cause: Cause.Cause<E>) => void }
  ): void {
    if (this.phase !== "down") throw new Error(`host ${this.name} is ${this.phase}`)
    this.generation++
    this.phase = "up"
    this.boot()
    this.world.log(`${this.name} start`)
    this.world.after(0, this, () => {
      const scope = Scope.makeUnsafe()
      this.scope = scope
      const fiber = this.fork(Scope.provide(program, scope))
      fiber.addObserver((exit) => {
        if (Exit.isSuccess(exit)) hooks.onStarted(exit.value)
        else hooks.onFailure(exit.cause)
      })
    })
  }

  /** kill -9, or the power: nothing of this incarnation ever runs again. */
  kill(): void {
    if (this.phase === "down") return
    this.world.log(`${this.name} kill`)
    this.die()
  }

  /** SIGTERM: the scope closes; the host is down when all finalizers have run. */
  stop(onStopped: () => void): void {
    if (this.phase !== "up") return
    this.phase = "stopping"
    this.world.log(`${this.name} stop`)
    const { scope } = this
    const fiber = this.fork(scope === undefined ? Effect.void : Scope.close(scope, Exit.void))
    fiber.addObserver((exit) => {
      if (Exit.isFailure(exit)) this.world.fail(`${this.name}: a graceful stop failed: ${String(exit.cause)}`)
      this.world.log(`${this.name} stopped`)
      this.die()
      onStopped()
    })
  }

  pause(): void {
    if (this.phase !== "up" || this.paused) return
    this.paused = true
    this.world.log(`${this.name} pause`)
  }
  resume(): void {
    if (!this.paused) return
    this.paused = false
    const { stalled } = this
    this.stalled = []
    this.world.log(`${this.name} resume ${stalled.length}`)
    this.world.resume(this, stalled)
  }
  /** Something comes in from outside, while the host is not down. */
  receive(run: () => void): void {
    if (this.paused) this.stall(run)
    else run()
  }
  /** For the world: something became due while the host was paused. */
  stall(run: () => void): void {
    this.stalled.push(run)
  }

  /** Runs an effect on this host, now; only from an event or task of this host. */
  fork<A, E>(effect: Effect.Effect<A, E>) {
    return Effect.runForkWith(this.context)(effect)
  }

  private wallMsOf({ fromMs, skewMs, slew }: WallPiece, atMs: number): number {
    return epochUnixMs + atMs * this.rate + skewMs + (atMs - fromMs) * slew
  }
  private die(): void {
    this.generation++
    this.phase = "down"
    this.paused = false
    this.stalled = []
    this.idleSleeps = []
    this.scope = undefined
  }

  private boot(): void {
    const { world, random } = this
    const generation = this.generation
    const dispatcher: Scheduler.SchedulerDispatcher = {
      scheduleTask: (task) => {
        if (generation === this.generation) world.schedule(this, generation, task)
      },
      flush: () => {
        throw new Error("a simulated fiber was run to its end synchronously")
      }
    }
    const scheduler: Scheduler.Scheduler = {
      executionMode: "sync",
      makeDispatcher: () => dispatcher,
      // A fiber that yields at its very first operations would never get past them.
      shouldYield: (fiber) => fiber.currentOpCount > 2 && (fiber.currentOpCount >= operationsMax || world.preempts())
    }
    // Asked several times at each moment.
    let askedMs = -1
    let nanos = 0n
    const monotonicNanos = (): bigint => {
      if (world.nowMs !== askedMs) {
        askedMs = world.nowMs
        nanos = BigInt(Math.round(this.monotonicMs() * 1_000)) * 1_000n
      }
      return nanos
    }
    const wallNanos = (): bigint => BigInt(Math.round(this.wallMs() * 1_000)) * 1_000n
    const clock: Clock.Clock = {
      currentTimeMillisUnsafe: () => this.wallMs(),
      currentTimeNanosUnsafe: wallNanos,
      monotonicTimeNanosUnsafe: monotonicNanos,
      currentTimeMillis: Effect.sync(() => this.wallMs()),
      currentTimeNanos: Effect.sync(wallNanos),
      monotonicTimeNanos: Effect.sync(monotonicNanos),
      sleep: (duration) => {
        const ms = Duration.toMillis(duration)
        if (ms <= 0) return Effect.yieldNow
        if (!Number.isFinite(ms)) return Effect.never
        const sleep = this.idleSleeps.pop() ?? new Sleep(this, this.idleSleeps)
        sleep.ms = ms
        return sleep.effect
      }
    }
    const chance = {
      nextDoubleUnsafe: () => random.double(),
      nextIntUnsafe: () =>
        Math.floor(random.double() * (Number.MAX_SAFE_INTEGER - Number.MIN_SAFE_INTEGER + 1)) + Number.MIN_SAFE_INTEGER
    }
    this.context = Context.empty().pipe(
      Context.add(Scheduler.Scheduler, scheduler),
      Context.add(Clock.Clock, clock),
      Context.add(Random.Random, chance)
    )
  }
}
