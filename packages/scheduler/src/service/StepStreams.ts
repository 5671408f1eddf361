/**
 * Carries operator steps to the stores that consume them, one subscriber a store. A step for a store that does not listen
 * is dropped, and sent again when it begins to. A newer step of a region replaces one that still waits, so that a slow
 * consumer holds at most one step a region.
 */
import type { pdpb, RegionId, StoreId } from "@reefkv/wire"
import { type Cause, Effect, Queue, Stream } from "effect"

interface Subscriber {
  readonly waiting: Map<RegionId, pdpb.RegionHeartbeatResponse>
  /** Region ids with an entry in `waiting`, each once: bounded by the number of regions. */
  readonly queue: Queue.Queue<RegionId, Cause.Done>
}

export class StepStreams {
  private readonly subscribers = new Map<StoreId, Subscriber>()
  private readonly onListening: (storeId: StoreId) => void

  constructor(onListening: (storeId: StoreId) => void) {
    this.onListening = onListening
  }

  send(storeId: StoreId, step: pdpb.RegionHeartbeatResponse): void {
    const subscriber = this.subscribers.get(storeId)
    if (subscriber === undefined) return
    const known = subscriber.waiting.has(step.regionId)
    subscriber.waiting.set(step.regionId, step)
    if (!known) Queue.offerUnsafe(subscriber.queue, step.regionId)
  }

  /** A second subscription of the same store ends the first: it comes from a store that reconnected. */
  subscribe(storeId: StoreId): Stream.Stream<pdpb.RegionHeartbeatResponse> {
    return Stream.unwrap(
      Effect.acquireRelease(
        Effect.gen({ self: this }, function* () {
          const queue = yield* Queue.unbounded<RegionId, Cause.Done>()
          const subscriber: Subscriber = { waiting: new Map(), queue }
          const older = this.subscribers.get(storeId)
          this.subscribers.set(storeId, subscriber)
          if (older !== undefined) Queue.endUnsafe(older.queue)
          this.onListening(storeId)
          return subscriber
        }),
        (subscriber) =>
          Effect.sync(() => {
            if (this.subscribers.get(storeId) === subscriber) this.subscribers.delete(storeId)
          })
      ).pipe(
        Effect.map((subscriber) =>
          Stream.fromQueue(subscriber.queue).pipe(
            Stream.map((regionId) => {
              const step = subscriber.waiting.get(regionId)
              if (step === undefined) throw new Error(`StepStreams: no step waits for region ${regionId}`)
              subscriber.waiting.delete(regionId)
              return step
            })
          )
        )
      )
    )
  }

  /** Ends every stream; on shutdown. */
  end(): void {
    for (const subscriber of this.subscribers.values()) Queue.endUnsafe(subscriber.queue)
    this.subscribers.clear()
  }
}
