/**
 * From a command to an Effect or a promise: what every method of the raw client goes through.
 */
import type { Clock } from "effect"
import { Effect } from "effect"
import { KvError } from "../KvError.ts"
import type { Command, CommandName, Replies } from "../routing/Command.ts"
import type { Dispatcher } from "../routing/Dispatcher.ts"
import type { CachedRegion } from "../routing/RegionCache.ts"

export interface Answer<N extends CommandName> {
  readonly reply: Replies[N]
  /** The region that gave it, as it was when it was asked. */
  readonly region: CachedRegion
}

export class Runner {
  private readonly dispatcher: Dispatcher
  readonly clock: Clock.Clock
  closed = false

  constructor(dispatcher: Dispatcher, clock: Clock.Clock) {
    this.dispatcher = dispatcher
    this.clock = clock
  }

  run<N extends CommandName>(command: Command<N>, timeoutMs: number): Effect.Effect<Answer<N>, KvError> {
    return Effect.callback((resume) => {
      const call = this.dispatcher.start(command, timeoutMs, {
        onReply: (reply, region) => resume(Effect.succeed({ reply, region })),
        onFail: (error) => resume(Effect.fail(error))
      })
      return Effect.sync(() => this.dispatcher.cancel(call))
    })
  }

  /** For a call that needs several commands: the time that is left is for all of them. */
  runUntil<N extends CommandName>(command: Command<N>, deadlineMs: number): Effect.Effect<Answer<N>, KvError> {
    return Effect.suspend(() => this.run(command, Math.max(1, deadlineMs - this.nowMs())))
  }

  /** Fails with the KvError that `start` throws, or because the client is closed. */
  started<A>(start: () => Effect.Effect<A, KvError>): Effect.Effect<A, KvError> {
    return Effect.suspend(() => {
      if (this.closed) return Effect.fail(new KvError({ reason: "closed", message: "the client is closed" }))
      try {
        return start()
      } catch (error) {
        if (error instanceof KvError) return Effect.fail(error)
        throw error
      }
    })
  }

  /** The same without a fiber; what `start` throws rejects. */
  promised<N extends CommandName, A>(
    start: () => { readonly command: Command<N>; readonly timeoutMs: number },
    answer: (reply: Replies[N]) => A
  ): Promise<A> {
    return new Promise((resolve, reject) => {
      const { command, timeoutMs } = start()
      this.dispatcher.start(command, timeoutMs, { onReply: (reply) => resolve(answer(reply)), onFail: reject })
    })
  }

  nowMs(): number {
    return this.clock.currentTimeMillisUnsafe()
  }
}
