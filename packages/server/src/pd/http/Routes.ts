/**
 * A table of HTTP routes and its lookup: a path with `:name` parts, a method, a handler. Unknown paths are 404, known
 * paths with another method 405, both saying so.
 */
import { SchedulerError } from "@reefkv/scheduler"
import { Effect, Result } from "effect"
import { type HttpHandler, type HttpRequest, type HttpResponse, json } from "../../port/HttpServer.ts"

/** An answer that is no success, with its status and the sentence to print. */
export class HttpRefusal {
  readonly _tag = "HttpRefusal"
  readonly status: number
  readonly message: string
  constructor(status: number, message: string) {
    this.status = status
    this.message = message
  }
}

export type RouteHandler = (
  request: HttpRequest,
  /** The decoded `:name` parts. */
  params: { readonly [name: string]: string }
) => Effect.Effect<HttpResponse, HttpRefusal | SchedulerError>

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE"
  readonly path: string
  readonly handler: RouteHandler
}

export const refuse = (status: number, message: string): Effect.Effect<never, HttpRefusal> =>
  Effect.fail(new HttpRefusal(status, message))

/** The body as JSON, or 400 with the parser's words. */
export const jsonBody = (request: HttpRequest): Effect.Effect<unknown, HttpRefusal> =>
  Effect.suspend(() => {
    const parsed = Result.try((): unknown => JSON.parse(Buffer.from(request.body).toString("utf8")))
    return Result.isSuccess(parsed)
      ? Effect.succeed(parsed.success)
      : refuse(400, `the body is not JSON: ${parsed.failure instanceof Error ? parsed.failure.message : "unreadable"}`)
  })

/** A positive whole number in the path, or 400. */
export const idParam = (name: string, value: string | undefined): Effect.Effect<number, HttpRefusal> => {
  const id = Number(value)
  return /^\d{1,16}$/.test(value ?? "") && Number.isSafeInteger(id) && id > 0
    ? Effect.succeed(id)
    : refuse(400, `${name} must be a positive whole number, found ${JSON.stringify(value)}`)
}

const match = (pattern: ReadonlyArray<string>, path: ReadonlyArray<string>): { [name: string]: string } | undefined => {
  if (pattern.length !== path.length) return undefined
  const params: { [name: string]: string } = {}
  for (const [index, part] of pattern.entries()) {
    const given = path[index] ?? ""
    if (!part.startsWith(":")) {
      if (part !== given) return undefined
      continue
    }
    const decoded = Result.try(() => decodeURIComponent(given))
    if (Result.isFailure(decoded)) return undefined
    params[part.slice(1)] = decoded.success
  }
  return params
}

const statusOf = (error: SchedulerError): number => {
  switch (error.reason) {
    case "notFound":
      return 404
    case "unavailable":
      return 503
    case "notBootstrapped":
      // What PD's HTTP API answers before the bootstrap.
      return 500
    default:
      return 400
  }
}

export const routesHandler = (routes: ReadonlyArray<Route>): HttpHandler => {
  const table = routes.map((route) => ({ ...route, parts: route.path.split("/") }))
  return (request) => {
    const path = request.path.split("/")
    const methods: Array<string> = []
    for (const route of table) {
      const params = match(route.parts, path)
      if (params === undefined) continue
      if (route.method !== request.method) {
        methods.push(route.method)
        continue
      }
      return route
        .handler(request, params)
        .pipe(
          Effect.catch((error) =>
            Effect.succeed(json(error.message, error instanceof SchedulerError ? statusOf(error) : error.status))
          )
        )
    }
    if (methods.length === 0) return Effect.succeed(json(`unknown path ${request.path}`, 404))
    const allow = methods.join(", ")
    const message = `${request.method} is not possible on ${request.path}; possible: ${allow}`
    return Effect.succeed({ ...json(message, 405), headers: { allow } })
  }
}
