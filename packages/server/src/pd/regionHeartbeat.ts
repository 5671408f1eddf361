/**
 * `PD.RegionHeartbeat`: one stream per store. Heartbeats of the regions it leads come in; operator steps for them go out
 * whenever the scheduler has one, which need not be in reply to a heartbeat.
 *
 * States: open (no store known) → subscribed (the first heartbeat named the leader's store) → over. A heartbeat that is
 * stale or refused is answered by a message with `header.error`, as PD does, and the stream goes on.
 */

import { type Binding, bidi, GrpcCode } from "@reefkv/grpc"
import { type SchedulerError, schedulerError } from "@reefkv/scheduler"
import { pdpb, type StoreId, services } from "@reefkv/wire"
import { Effect, Exit, type Fiber, Stream } from "effect"
import { clusterMismatch, errorHeader, okHeader, type PdContext, refusalOf } from "./pdCall.ts"

/** Heartbeats of one stream that wait before the store is held back. */
export const HEARTBEAT_QUEUE_MAX = 4_096

export const regionHeartbeatBinding = (pd: PdContext): Binding =>
  bidi(services.PD.methods.RegionHeartbeat, (sink, flow) => {
    let waiting: Array<pdpb.RegionHeartbeatRequest> = []
    let taking: Fiber.Fiber<void, SchedulerError> | undefined
    let subscribed: { readonly storeId: StoreId; readonly steps: Fiber.Fiber<void> } | undefined
    const waitingForRoom = new Set<() => void>()
    let paused = false
    let draining = false
    let over = false

    const end = (finish: () => void) => {
      if (over) return
      over = true
      waiting = []
      taking?.interruptUnsafe()
      subscribed?.steps.interruptUnsafe()
      finish()
    }
    const write = (response: pdpb.RegionHeartbeatResponse): Effect.Effect<void> =>
      Effect.suspend(() => {
        if (sink.write(response)) return Effect.void
        // The scheduler keeps only the newest step of a region meanwhile.
        return Effect.callback<void>((resume) => {
          const wake = () => resume(Effect.void)
          waitingForRoom.add(wake)
          return Effect.sync(() => waitingForRoom.delete(wake))
        })
      })
    /** Steps for one store, until the scheduler ends them because the same store came on another stream. */
    const subscribe = (storeId: StoreId) => {
      if (subscribed?.storeId === storeId) return
      subscribed?.steps.interruptUnsafe()
      const steps = pd.run(
        Stream.runForEach(pd.scheduler.operatorSteps(storeId), (step) => write({ ...step, header: okHeader(pd) }))
      )
      subscribed = { storeId, steps }
    }
    const refuse = (heartbeat: pdpb.RegionHeartbeatRequest, error: SchedulerError) =>
      write(
        pdpb.RegionHeartbeatResponse.create({
          header: errorHeader(pd, error),
          regionId: heartbeat.region?.id ?? 0,
          regionEpoch: heartbeat.region?.regionEpoch,
          targetPeer: heartbeat.leader
        })
      )
    const take = (heartbeat: pdpb.RegionHeartbeatRequest): Effect.Effect<void, SchedulerError> => {
      if (heartbeat.region === undefined || heartbeat.leader === undefined || heartbeat.leader.storeId === 0) {
        return refuse(heartbeat, schedulerError("refused", "a region heartbeat needs a region and its leader"))
      }
      subscribe(heartbeat.leader.storeId)
      return pd.scheduler.regionHeartbeat(heartbeat).pipe(
        Effect.catchIf(
          (error) => error.reason !== "unavailable",
          (error) => refuse(heartbeat, error)
        )
      )
    }
    const pump = () => {
      if (over || taking !== undefined) return
      if (waiting.length === 0) {
        if (draining) end(() => sink.end())
        return
      }
      const batch = waiting
      waiting = []
      const fiber = pd.run(Effect.forEach(batch, take, { discard: true }))
      taking = fiber
      fiber.addObserver((exit) => {
        taking = undefined
        if (over) return
        if (paused) {
          paused = false
          flow.resume()
        }
        if (Exit.isFailure(exit)) {
          const refusal = refusalOf(exit.cause)
          end(() => sink.fail(refusal.code, refusal.message))
        } else pump()
      })
    }
    return {
      message: (heartbeat) => {
        if (over) return
        const mismatch = clusterMismatch(pd, heartbeat.header)
        if (mismatch !== undefined) {
          end(() => sink.fail(GrpcCode.failedPrecondition, mismatch))
          return
        }
        waiting.push(heartbeat)
        if (!paused && waiting.length >= HEARTBEAT_QUEUE_MAX) {
          paused = true
          flow.pause()
        }
        pump()
      },
      halfClosed: () => {
        draining = true
        pump()
      },
      cancelled: () => end(() => {}),
      writable: () => {
        const wakes = [...waitingForRoom]
        waitingForRoom.clear()
        for (const wake of wakes) wake()
      }
    }
  })
