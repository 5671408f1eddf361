/**
 * grpc.health.v1: is this process serving? Clients of TiKV ask after any failed send and count anything but SERVING as
 * "down" (client-go skips the store until a check passes). The empty service name stands for the whole process.
 */
import { health, services } from "@reefkv/wire"
import { type Binding, serverStream, unary } from "./Binding.ts"
import { GrpcCode } from "./GrpcStatus.ts"

const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = health.HealthCheckResponse_ServingStatus

/** Streams of Watch open at once; over it the newest is refused. */
const WATCHERS_MAX = 1_024

export interface Health {
  readonly bindings: ReadonlyArray<Binding>
  /** Tells every watcher; starts as serving. */
  setServing(serving: boolean): void
}

/** `names`: the services offered, besides the empty name. An unknown name is NOT_FOUND in Check, as the protocol says. */
export const makeHealth = (names: ReadonlyArray<string>): Health => {
  const known = new Set(["", ...names])
  const watchers = new Set<() => void>()
  let serving = true
  const status = (name: string) => (!known.has(name) ? SERVICE_UNKNOWN : serving ? SERVING : NOT_SERVING)
  return {
    bindings: [
      unary(services.Health.methods.Check, (request, reply) => {
        if (known.has(request.service)) reply.send({ status: status(request.service) })
        else reply.fail(GrpcCode.notFound, `unknown service ${JSON.stringify(request.service)}`)
      }),
      serverStream(services.Health.methods.Watch, (request, sink) => {
        if (watchers.size >= WATCHERS_MAX) {
          sink.fail(GrpcCode.resourceExhausted, `more than ${WATCHERS_MAX} health watches`)
          return
        }
        // An unknown service stays unknown for the life of the process; the protocol wants its stream kept open all the same.
        const tell = () => {
          sink.write({ status: status(request.service) })
        }
        tell()
        watchers.add(tell)
        return { cancelled: () => watchers.delete(tell) }
      })
    ],
    setServing: (next) => {
      if (next === serving) return
      serving = next
      for (const tell of watchers) tell()
    }
  }
}
