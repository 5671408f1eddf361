/**
 * Every accepted request is answered exactly once, and no later than a store promises: a router whose answers are counted.
 * Time is counted in the store's own ticks, which stand still while its process or its disk does.
 */
import type { AdminDone, Answer, ReadDone, RequestHeader, RouterService, WriteDone } from "@reefkv/core"
import type { World } from "../world/World.ts"

/** Requests that one store may hold unanswered; more means that somebody forgets to answer. */
const openMax = 20_000

/** A request waits for its turn before its time begins, and for the tick that ends it; clocks are read between ticks. */
const slackTicks = 5

interface Clock {
  readonly ticks: () => number
  /** Within which a request without a deadline of its own is answered. */
  readonly timeoutTicks: number
}

export class AnswerCount {
  /** Requests without an answer. */
  open = 0
  private readonly world: World
  private readonly name: string
  private readonly clock: Clock
  /** Without a deadline of their own and without an answer, in the order in which they came. */
  private readonly waiting = new Set<{ readonly what: string; readonly sinceTick: number }>()

  constructor(world: World, name: string, clock: Clock) {
    this.world = world
    this.name = name
    this.clock = clock
  }

  /** Nobody waits for longer than is promised. */
  onProbe(): void {
    for (const { what, sinceTick } of this.waiting) {
      const ticks = this.clock.ticks() - sinceTick
      if (ticks <= this.clock.timeoutTicks + slackTicks) return
      this.world.fail(`${this.name} has not answered a ${what} in ${ticks} ticks`)
    }
  }

  wrap(router: RouterService): RouterService {
    const once = <Done>(what: string, { deadlineMs }: RequestHeader, answer: Answer<Done>): Answer<Done> => {
      let answered = false
      const waits = { what, sinceTick: this.clock.ticks() }
      if (deadlineMs === 0) this.waiting.add(waits)
      this.open++
      if (this.open > openMax) this.world.fail(`${this.name} has ${this.open} unanswered requests`)
      return (result) => {
        if (answered) this.world.fail(`${this.name} answered a ${what} twice`)
        else this.open--
        answered = true
        this.waiting.delete(waits)
        answer(result)
      }
    }
    return {
      ...router,
      write: (request, answer) => router.write(request, once<WriteDone>("write", request.header, answer)),
      read: (request, answer) => router.read(request, once<ReadDone>("read", request.header, answer)),
      admin: (request, answer) => router.admin(request, once<AdminDone>("admin", request.header, answer))
    }
  }
}
