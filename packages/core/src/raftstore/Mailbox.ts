/**
 * The one door into a store's loop: what arrived since the last pass, in order of arrival.
 *
 * States: open (offers accepted up to the bound), then closed for ever (offers refused, what is inside still to be
 * taken and answered). Driven by callers of any fiber; emptied by the store's loop alone. Nobody waits to put something
 * in: over the bound `offer` answers false and the caller says ServerIsBusy or drops the message and counts it.
 * Results of the store's own workers come by `put`, which is never refused: each worker has a bounded number of tasks
 * under way, so their results are bounded too.
 */
import { Effect, type Fiber } from "effect"

export class Mailbox<Message> {
  private items: Array<Message> = []
  private weight = 0
  private open = true
  private wake: (() => void) | undefined
  /** The fiber that is about to wait: the loop's. */
  private waiter: Fiber.Fiber<unknown, unknown> | undefined
  private readonly weightMax: number

  constructor(weightMax: number) {
    this.weightMax = weightMax
  }

  get isEmpty(): boolean {
    return this.items.length === 0
  }
  get isOpen(): boolean {
    return this.open
  }
  /** What `offer` has let in and nobody has taken. */
  get load(): number {
    return this.weight
  }

  /**
   * False when the mailbox is closed or would exceed `share` of its bound. An empty mailbox takes a single item of any
   * weight. Clients get a smaller share than other stores: a flood of requests must not cost leaders their leadership.
   */
  offer(message: Message, weight: number, share = 1): boolean {
    if (!this.open || (this.weight > 0 && this.weight + weight > this.weightMax * share)) return false
    this.weight += weight
    this.items.push(message)
    this.notify()
    return true
  }

  /** For results of the store's own workers and ticks; false only when closed. */
  put(message: Message): boolean {
    if (!this.open) return false
    this.items.push(message)
    this.notify()
    return true
  }

  takeAll(): Array<Message> {
    const taken = this.items
    this.items = []
    this.weight = 0
    return taken
  }

  /** From now on nothing comes in. What is inside can still be taken. */
  close(): void {
    this.open = false
    this.notify()
  }

  /** Wakes the loop without a message: something outside the mailbox wants its attention. */
  notify(): void {
    const wake = this.wake
    if (wake === undefined) return
    this.wake = undefined
    wake()
  }

  /**
   * Waits until something is inside or the mailbox is closed. One waiter at a time: the loop. It goes on by a turn of its
   * own, not inside the call that woke it: who offers several things in a row gets one pass for all of them.
   */
  readonly awaitMessage: Effect.Effect<void> = Effect.withFiber((fiber) => {
    this.waiter = fiber
    return this.message
  })
  private readonly message: Effect.Effect<void> = Effect.callback<void>((resume) => {
    if (this.items.length > 0 || !this.open) {
      resume(Effect.void)
      return
    }
    // Straight to the dispatcher: a loop that went on only to yield would take a turn more for each pass.
    this.wake = () => this.waiter!.currentDispatcher.scheduleTask(() => resume(Effect.void), 0)
    return this.forgetWaiter
  })
  private readonly forgetWaiter: Effect.Effect<void> = Effect.sync(() => {
    this.wake = undefined
  })
}
