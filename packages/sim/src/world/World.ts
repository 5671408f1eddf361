/**
 * Time and order of a whole simulated cluster. One event heap holds everything that will happen; one list holds the tasks
 * of all hosts that are ready now. Driven by `run`: drain the ready tasks in seeded order, then take the next event.
 * Nothing in a world waits for the real world: a run is one synchronous call.
 *
 * Three endings: `done` says so, the time is over, or nothing is left to happen (which is a failure when something was
 * still expected). A run that goes on without end is stopped by the event budget.
 */
import { EventHeap, type WorldEvent } from "./EventHeap.ts"
import type { Host } from "./Host.ts"
import { Rng } from "./Rng.ts"
import type { Trace } from "./Trace.ts"

export interface WorldOptions {
  readonly seed: number
  readonly trace: Trace
  /** Chance that a fiber yields at an operation where it need not: what finds races between two yields. */
  readonly preemption: number
  /** Events and tasks after which the run is taken to be a livelock. */
  readonly budget: number
}

/** Events and tasks at one moment; time stands still for somebody who only takes turns. */
const momentMax = 100_000

interface Task {
  readonly host: Host
  readonly generation: number
  readonly run: () => void
}

export type RunEnd = "done" | "time" | "quiescent"

/** A promise broken by the system under test, or by the simulator itself; ends the run. */
export class Violation extends Error {
  override readonly name = "Violation"
}

export class World {
  readonly seed: number
  readonly trace: Trace
  readonly preemption: number
  /** Virtual milliseconds since the run began. */
  nowMs = 0
  events = 0
  tasks = 0
  /** What a checker or host found wrong first; the run ends at the next event. */
  violation: Violation | undefined
  readonly order: Rng
  private readonly budget: number
  private readonly heap = new EventHeap()
  private readonly ready: Array<Task> = []
  private sequence = 0
  private hosts = 0
  private momentMs = -1
  private atMoment = 0
  /** Operations of fibers until the next one that yields where it need not. */
  private untilPreemption: number

  constructor(options: WorldOptions) {
    this.seed = options.seed
    this.trace = options.trace
    this.preemption = options.preemption
    this.budget = options.budget
    this.order = new Rng(`order ${options.seed}`)
    this.untilPreemption = this.drawPreemption()
  }

  rng(name: string): Rng {
    return new Rng(`${name} ${this.seed}`)
  }
  log(line: string): void {
    this.trace.add(this.nowMs, line)
  }
  /** For lines by the thousand: in words only when somebody reads them (see Trace.addMarked). */
  logMarked(mark: number, words: () => string): void {
    this.trace.addMarked(this.nowMs, mark, words)
  }
  /** A number of its own for each host. */
  nextHostIndex(): number {
    return this.hosts++
  }
  fail(message: string): Violation {
    if (this.violation === undefined) {
      this.log(`VIOLATION ${message}`)
      this.violation = new Violation(message)
    }
    return this.violation
  }

  at(atMs: number, host: Host | undefined, run: () => void): WorldEvent {
    const event: WorldEvent = {
      atMs: Math.max(atMs, this.nowMs),
      tie: this.order.u32(),
      sequence: this.sequence++,
      host,
      generation: host?.generation ?? 0,
      run
    }
    this.heap.push(event)
    return event
  }
  after(delayMs: number, host: Host | undefined, run: () => void): WorldEvent {
    return this.at(this.nowMs + delayMs, host, run)
  }
  /** Again and again, at intervals that `nextMs` draws, until it answers undefined. */
  repeat(nextMs: () => number | undefined, run: () => void): void {
    const step = (): void => {
      const delayMs = nextMs()
      if (delayMs === undefined) return
      this.after(delayMs, undefined, () => {
        run()
        step()
      })
    }
    step()
  }

  /** Asked at each operation of each fiber: with the chance `preemption` it yields. */
  preempts(): boolean {
    if (--this.untilPreemption > 0) return false
    this.untilPreemption = this.drawPreemption()
    return true
  }
  /** One draw for all operations up to the next that yields, instead of one for each: a geometric distribution. */
  private drawPreemption(): number {
    if (this.preemption <= 0) return Number.POSITIVE_INFINITY
    return 1 + Math.floor(Math.log(1 - this.order.double()) / Math.log(1 - this.preemption))
  }

  /** A host's scheduler has a task to run as soon as its turn comes. */
  schedule(host: Host, generation: number, run: () => void): void {
    this.ready.push({ host, generation, run })
  }
  /** A resumed host's stalled tasks and events come at once, in seeded order. */
  resume(host: Host, stalled: ReadonlyArray<() => void>): void {
    for (const run of stalled) this.schedule(host, host.generation, run)
  }

  run(untilMs: number, done: () => boolean = () => false): RunEnd {
    for (;;) {
      this.drain()
      if (this.violation !== undefined) throw this.violation
      if (done()) return "done"
      const event = this.heap.peek()
      if (event === undefined) {
        if (Number.isFinite(untilMs)) this.nowMs = Math.max(this.nowMs, untilMs)
        return "quiescent"
      }
      if (event.atMs > untilMs) {
        this.nowMs = untilMs
        return "time"
      }
      this.heap.pop()
      this.happen(event)
    }
  }

  private happen(event: WorldEvent): void {
    const { run, host } = event
    if (event.atMs > this.nowMs) this.nowMs = event.atMs
    if (run === undefined || (host !== undefined && event.generation !== host.generation)) return
    event.run = undefined
    this.count()
    if (host?.paused === true) host.stall(run)
    else run()
  }

  private drain(): void {
    const { ready, order } = this
    while (ready.length > 0 && this.violation === undefined) {
      const at = ready.length === 1 ? 0 : order.below(ready.length)
      const task = ready[at]!
      const last = ready.pop()!
      if (at < ready.length) ready[at] = last
      const { host } = task
      // A task of a dead incarnation never runs.
      if (task.generation !== host.generation) continue
      if (host.paused) {
        host.stall(task.run)
        continue
      }
      this.tasks++
      this.count()
      task.run()
    }
  }

  private count(): void {
    if (this.nowMs !== this.momentMs) {
      this.momentMs = this.nowMs
      this.atMoment = 0
    }
    if (++this.atMoment > momentMax) {
      throw new Violation(`more than ${momentMax} events and tasks at ${this.nowMs.toFixed(3)} ms: a livelock`)
    }
    if (++this.events > this.budget) {
      throw new Violation(`the event budget of ${this.budget} is used up at ${this.nowMs.toFixed(0)} ms: a livelock?`)
    }
  }
}
