/**
 * HTTP/1.1 on sockets that someone else accepted: requests become values, handlers are Effects, answers are values.
 *
 * It speaks JSON and text in small pieces: a body over `HTTP_BODY_BYTES_MAX` is 413, a request that takes longer than
 * `HTTP_REQUEST_DEADLINE_MS` to arrive or to be answered is 408 or 503, a quiet connection is closed. The scope drives it:
 * closing it interrupts the handlers and ends the connections.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { Socket } from "node:net"
import { Cause, Effect, Exit, FiberSet, type Scope } from "effect"

export const HTTP_BODY_BYTES_MAX = 1024 * 1024
export const HTTP_REQUEST_DEADLINE_MS = 60_000
/** A kept-alive connection without a request is closed after this. */
export const HTTP_IDLE_MS = 120_000

export interface HttpRequest {
  /** Upper case. */
  readonly method: string
  /** Without the query and without a slash at the end; still percent-encoded. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: Uint8Array
}
export interface HttpResponse {
  readonly status: number
  readonly contentType: string
  readonly body: string
  readonly headers?: { readonly [name: string]: string }
}
export type HttpHandler = (request: HttpRequest) => Effect.Effect<HttpResponse>

export interface HttpServer {
  /** Takes over a connection whose first unread bytes are a request line. */
  accept(socket: Socket): void
  readonly counters: { requests: number; failures: number }
}

const JSON_TYPE = "application/json; charset=UTF-8"
/** PD prints two spaces deep, and errors as a JSON string. */
export const json = (value: unknown, status = 200): HttpResponse => ({
  status,
  contentType: JSON_TYPE,
  body: `${JSON.stringify(value, undefined, 2)}\n`
})
export const text = (body: string, status = 200): HttpResponse => ({
  status,
  contentType: "text/plain; charset=utf-8",
  body
})

const answer = (
  response: ServerResponse,
  reply: HttpResponse,
  extra: { readonly [name: string]: string } = {}
): void => {
  if (response.headersSent || response.destroyed) return
  response.writeHead(reply.status, {
    "content-type": reply.contentType,
    "content-length": String(Buffer.byteLength(reply.body)),
    ...reply.headers,
    ...extra
  })
  response.end(reply.body)
}

/** The request as a value, or undefined after it was answered because its target or its body cannot be. */
const read = (incoming: IncomingMessage, response: ServerResponse, done: (request: HttpRequest) => void): void => {
  const refuse = (status: number, message: string) => {
    answer(response, json(message, status), { connection: "close" })
    incoming.resume()
  }
  let url: URL
  try {
    url = new URL(incoming.url ?? "/", "http://localhost")
  } catch {
    refuse(400, `bad request target ${JSON.stringify(incoming.url)}`)
    return
  }
  const chunks: Array<Uint8Array> = []
  let bytes = 0
  incoming.on("data", (chunk: Uint8Array) => {
    bytes += chunk.length
    if (bytes <= HTTP_BODY_BYTES_MAX) chunks.push(chunk)
    else refuse(413, `the body is larger than ${HTTP_BODY_BYTES_MAX} bytes`)
  })
  incoming.on("end", () => {
    if (bytes > HTTP_BODY_BYTES_MAX) return
    done({
      method: incoming.method ?? "GET",
      path: url.pathname.length > 1 ? url.pathname.replace(/\/+$/, "") : url.pathname,
      query: url.searchParams,
      body: chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
    })
  })
}

export const makeHttpServer = Effect.fnUntraced(function* (
  handler: HttpHandler
): Effect.fn.Return<HttpServer, never, Scope.Scope> {
  const run = yield* FiberSet.makeRuntime<never, HttpResponse, never>()
  const sockets = new Set<Socket>()
  const counters = { requests: 0, failures: 0 }
  const server = createServer((incoming, response) => {
    counters.requests++
    incoming.on("error", () => {})
    response.on("error", () => {})
    const deadline = setTimeout(
      () => answer(response, json("the request did not arrive in time", 408), { connection: "close" }),
      HTTP_REQUEST_DEADLINE_MS
    )
    response.on("close", () => clearTimeout(deadline))
    read(incoming, response, (request) => {
      const fiber = run(
        Effect.timeoutOrElse(handler(request), {
          duration: HTTP_REQUEST_DEADLINE_MS,
          orElse: () => Effect.succeed(json("no answer in time", 503))
        })
      )
      response.on("close", () => fiber.interruptUnsafe())
      fiber.addObserver((exit) => {
        if (Exit.isSuccess(exit)) answer(response, exit.value)
        else if (Cause.hasInterruptsOnly(exit.cause)) answer(response, json("the server is stopping", 503))
        else {
          counters.failures++
          const error = Cause.squash(exit.cause)
          answer(response, json(`internal error: ${error instanceof Error ? error.message : String(error)}`, 500))
        }
      })
    })
  })
  server.on("clientError", (_error, socket) => {
    // What passed for a request line and is none.
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    else socket.destroy()
  })
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      for (const socket of sockets) socket.destroy()
    })
  )
  return {
    accept: (socket) => {
      sockets.add(socket)
      socket.on("close", () => sockets.delete(socket))
      socket.setTimeout(HTTP_IDLE_MS, () => socket.destroy())
      server.emit("connection", socket)
    },
    counters
  }
})
