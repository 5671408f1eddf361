/**
 * One queue per key for commands that must not overlap: compare-and-swap, and writes that ask to be ordered with it. A
 * command enters the queues of all its keys in one step and runs when it is first in each, so that two commands can never
 * wait for each other, and each key is served first come, first served.
 *
 * Synchronous and in memory: latches are worth nothing beyond this store, whose leadership of the key's region the
 * command checks itself.
 */

interface Waiter {
  readonly keys: ReadonlyArray<string>
  /** Queues in which it is not first yet. */
  behind: number
  readonly run: (release: () => void) => void
}

export class KeyLatches {
  private readonly queues = new Map<string, Array<Waiter>>()
  private readonly waitersMax: number
  private readonly runnable: Array<Waiter> = []
  private draining = false

  constructor(waitersMax: number) {
    this.waitersMax = waitersMax
  }

  /** Keys with a holder; for metrics and tests. */
  get size(): number {
    return this.queues.size
  }

  /**
   * Runs `run` once it holds all of `keys` (duplicates do no harm): at once, or from a later `release`. It holds them
   * until it calls `release`, once. False: one of the queues is full, and `run` will never be called.
   */
  acquire(keys: ReadonlyArray<string>, run: (release: () => void) => void): boolean {
    const unique = keys.length === 1 ? keys : [...new Set(keys)]
    for (const key of unique) {
      if ((this.queues.get(key)?.length ?? 0) > this.waitersMax) return false
    }
    const waiter: Waiter = { keys: unique, behind: 0, run }
    for (const key of unique) {
      const queue = this.queues.get(key)
      if (queue === undefined) this.queues.set(key, [waiter])
      else {
        queue.push(waiter)
        waiter.behind++
      }
    }
    if (waiter.behind === 0) this.start(waiter)
    return true
  }

  // A released waiter may release in its turn before it returns: a loop here keeps a long queue off the stack.
  private start(waiter: Waiter): void {
    this.runnable.push(waiter)
    if (this.draining) return
    this.draining = true
    try {
      for (let next = this.runnable.shift(); next !== undefined; next = this.runnable.shift()) {
        const running = next
        let released = false
        running.run(() => {
          if (released) throw new Error("KeyLatches: released twice")
          released = true
          this.release(running)
        })
      }
    } finally {
      this.draining = false
    }
  }

  private release(waiter: Waiter): void {
    for (const key of waiter.keys) {
      const queue = this.queues.get(key)
      if (queue === undefined || queue[0] !== waiter)
        throw new Error("KeyLatches: released by a command not first in line")
      queue.shift()
      const next = queue[0]
      if (next === undefined) this.queues.delete(key)
      else if (--next.behind === 0) this.start(next)
    }
  }
}
