/** A bare grpc-js client over wire's codecs: what a client of any language puts on the wire, nothing more. */
import * as grpc from "@grpc/grpc-js"
import { decode, encode, type Method } from "@reefkv/wire"
import { Effect, Exit, Scope } from "effect"
import { makePdServer, type PdServer } from "../../src/pd/PdServer.ts"
import { CLUSTER_ID, type MemoryScheduler, makeMemoryScheduler, region, store } from "./memoryScheduler.ts"

/** Everything awaited in these tests comes within this, or the test says what did not. */
export const BOUND_MS = 5_000

export const within = <A>(what: string, promise: Promise<A>): Promise<A> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing within ${BOUND_MS} ms`)), BOUND_MS)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** Lets the event loop turn until the condition holds. */
export const until = (what: string, holds: () => boolean): Promise<void> => {
  const give = { up: false }
  const turn = async () => {
    while (!holds() && !give.up) await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return within(what, turn()).finally(() => {
    give.up = true
  })
}

export interface RawStream<Request, Response> {
  send(request: Request): void
  halfClose(): void
  cancel(): void
  /** The next response, or undefined after the last one. */
  next(): Promise<Response | undefined>
  /** Code and text the call ended with. */
  readonly status: Promise<{ readonly code: number; readonly details: string }>
}

export interface RawClient {
  unary<Q, R>(method: Method<Q, R>, request: Q): Promise<R>
  /** For calls that must end with a status other than OK. */
  refused<Q, R>(method: Method<Q, R>, request: Q): Promise<{ readonly code: number; readonly details: string }>
  bidi<Q, R>(method: Method<Q, R>): RawStream<Q, R>
  close(): void
}

const serializer =
  <Q, R>(method: Method<Q, R>) =>
  (message: Q) =>
    Buffer.from(encode(method.request, message))
const deserializer =
  <Q, R>(method: Method<Q, R>) =>
  (bytes: Buffer) =>
    decode(method.response, bytes)

export const rawClient = (address: string): RawClient => {
  const client = new grpc.Client(address, grpc.credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 })
  const call = <Q, R>(method: Method<Q, R>, request: Q) =>
    new Promise<{ readonly error: grpc.ServiceError | null; readonly response: R | undefined }>((resolve) => {
      client.makeUnaryRequest(method.path, serializer(method), deserializer(method), request, (error, response) =>
        resolve({ error, response })
      )
    })
  return {
    unary: async (method, request) => {
      const { error, response } = await within(method.path, call(method, request))
      if (error !== null) throw error
      if (response === undefined) throw new Error(`${method.path}: no response`)
      return response
    },
    refused: async (method, request) => {
      const { error } = await within(method.path, call(method, request))
      if (error === null) throw new Error(`${method.path} succeeded`)
      return { code: error.code, details: error.details }
    },
    bidi: <Q, R>(method: Method<Q, R>): RawStream<Q, R> => {
      const stream = client.makeBidiStreamRequest(method.path, serializer(method), deserializer(method))
      const ready: Array<R> = []
      const waiting: Array<(value: R | undefined) => void> = []
      let ended = false
      stream.on("data", (response: R) => {
        const waiter = waiting.shift()
        if (waiter === undefined) ready.push(response)
        else waiter(response)
      })
      stream.on("error", () => {})
      const status = new Promise<{ readonly code: number; readonly details: string }>((resolve) => {
        stream.on("status", ({ code, details }) => {
          ended = true
          for (const waiter of waiting.splice(0)) waiter(undefined)
          resolve({ code, details })
        })
      })
      return {
        send: (request) => void stream.write(request),
        halfClose: () => stream.end(),
        cancel: () => stream.cancel(),
        next: () =>
          within(
            `${method.path} response`,
            new Promise((resolve) => {
              if (ready.length > 0) resolve(ready.shift())
              else if (ended) resolve(undefined)
              else waiting.push(resolve)
            })
          ),
        status: within(`${method.path} status`, status)
      }
    },
    close: () => client.close()
  }
}

export const header = { clusterId: CLUSTER_ID, senderId: 0, callerId: "", callerComponent: "" }

export interface Fixture {
  readonly memory: MemoryScheduler
  readonly server: PdServer
  readonly client: RawClient
}

/** A PD port over the memory scheduler on a port of its own, closed when the test is over. */
export const withPd = async (
  use: (fixture: Fixture) => Promise<void>,
  options: { readonly bootstrap?: boolean } = {}
): Promise<void> => {
  const memory = makeMemoryScheduler()
  if (options.bootstrap !== false) await Effect.runPromise(memory.service.bootstrap(store(1), region(2, "", "")))
  const scope = Scope.makeUnsafe()
  const server = await Effect.runPromise(
    Scope.provide(makePdServer(memory.service, { host: "127.0.0.1", port: 0, name: "pd-test" }), scope)
  )
  const client = rawClient(server.address)
  try {
    await use({ memory, server, client })
  } finally {
    client.close()
    await within("close the server", Effect.runPromise(Scope.close(scope, Exit.void)))
  }
}
