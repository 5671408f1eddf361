/**
 * PD's HTTP API as far as this tool uses it. Answers are decoded, so that another server's shape is told as such; a
 * refusal is told in the server's own words.
 */
import { Effect, Schema } from "effect"
import { HttpBody, HttpClient, HttpClientRequest, type HttpClientResponse } from "effect/http"
import { CtlError } from "./CtlError.ts"

/** How long PD may take for one answer. */
const ANSWER_MS = 10_000

const Peer = Schema.Struct({
  id: Schema.Number,
  store_id: Schema.Number,
  role_name: Schema.optional(Schema.String),
  is_learner: Schema.optional(Schema.Boolean)
})

export const PdRegion = Schema.Struct({
  id: Schema.Number,
  /** Hex. */
  start_key: Schema.String,
  end_key: Schema.String,
  epoch: Schema.Struct({ conf_ver: Schema.optional(Schema.Number), version: Schema.optional(Schema.Number) }),
  peers: Schema.Array(Peer),
  leader: Schema.optional(Peer),
  pending_peers: Schema.optional(Schema.Array(Peer)),
  down_peers: Schema.optional(Schema.Array(Schema.Struct({ peer: Schema.optional(Peer) }))),
  /** MiB. */
  approximate_size: Schema.optional(Schema.Number),
  approximate_keys: Schema.optional(Schema.Number)
})
export type PdRegion = typeof PdRegion.Type

export const PdStore = Schema.Struct({
  store: Schema.Struct({
    id: Schema.Number,
    address: Schema.String,
    version: Schema.optional(Schema.String),
    status_address: Schema.optional(Schema.String),
    state_name: Schema.String,
    labels: Schema.optional(Schema.NullOr(Schema.Array(Schema.Struct({ key: Schema.String, value: Schema.String }))))
  }),
  status: Schema.Struct({
    capacity: Schema.optional(Schema.String),
    available: Schema.optional(Schema.String),
    used_size: Schema.optional(Schema.String),
    leader_count: Schema.optional(Schema.Number),
    region_count: Schema.optional(Schema.Number),
    uptime: Schema.optional(Schema.String),
    last_heartbeat_ts: Schema.optional(Schema.String)
  })
})
export type PdStore = typeof PdStore.Type

const Stores = Schema.Struct({ count: Schema.Number, stores: Schema.NullOr(Schema.Array(PdStore)) })
const Regions = Schema.Struct({ count: Schema.Number, regions: Schema.NullOr(Schema.Array(PdRegion)) })
const Operators = Schema.NullOr(Schema.Array(Schema.String))

/** Field names are pd-ctl's. */
export type OperatorRequest =
  | { readonly name: "transfer-leader"; readonly region_id: number; readonly to_store_id: number }
  | { readonly name: "add-peer" | "remove-peer"; readonly region_id: number; readonly store_id: number }
  | { readonly name: "scatter-region"; readonly region_id: number }

export interface PdApi {
  readonly stores: Effect.Effect<ReadonlyArray<PdStore>, CtlError>
  readonly store: (id: number) => Effect.Effect<PdStore, CtlError>
  readonly regions: Effect.Effect<ReadonlyArray<PdRegion>, CtlError>
  readonly region: (id: number) => Effect.Effect<PdRegion, CtlError>
  readonly regionForKey: (key: Uint8Array) => Effect.Effect<PdRegion, CtlError>
  readonly operators: Effect.Effect<ReadonlyArray<string>, CtlError>
  /** What the server says when it has taken the operator. */
  readonly addOperator: (request: OperatorRequest) => Effect.Effect<string, CtlError>
}

export const makePdApi = Effect.fnUntraced(function* (
  endpoint: string
): Effect.fn.Return<PdApi, never, HttpClient.HttpClient> {
  const http = yield* HttpClient.HttpClient
  const base = `${/^https?:\/\//.test(endpoint) ? endpoint : `http://${endpoint}`}/pd/api/v1`

  const body = Effect.fnUntraced(function* (
    request: HttpClientRequest.HttpClientRequest
  ): Effect.fn.Return<unknown, CtlError> {
    const response: HttpClientResponse.HttpClientResponse = yield* http.execute(request).pipe(
      Effect.timeout(ANSWER_MS),
      Effect.mapError(
        () => new CtlError({ message: `no answer from ${endpoint}: is a scheduler running there? (--pd)` })
      )
    )
    const text = yield* response.text.pipe(
      Effect.mapError(() => new CtlError({ message: `${endpoint} broke off its answer` }))
    )
    // Refusals of other servers on the port may be plain text.
    const parsed = yield* Effect.orElseSucceed(
      Effect.try((): unknown => JSON.parse(text)),
      () => text
    )
    if (response.status >= 200 && response.status < 300) return parsed
    const said = typeof parsed === "string" && parsed.trim() !== "" ? parsed.trim() : `status ${response.status}`
    return yield* new CtlError({ message: said })
  })
  const get = Effect.fnUntraced(function* <S extends Schema.ConstraintDecoder<unknown, never>>(
    path: string,
    schema: S
  ): Effect.fn.Return<S["Type"], CtlError> {
    const found = yield* body(HttpClientRequest.get(`${base}${path}`))
    return yield* Schema.decodeUnknownEffect(schema)(found).pipe(
      Effect.mapError(
        (error) => new CtlError({ message: `${endpoint}${path} answered in a form that is not PD's: ${error.message}` })
      )
    )
  })
  const oneRegion = Effect.fnUntraced(function* (path: string, what: string): Effect.fn.Return<PdRegion, CtlError> {
    // PD answers null for a region it does not know.
    const region = yield* get(path, Schema.NullOr(PdRegion))
    return region ?? (yield* new CtlError({ message: `there is no region ${what}` }))
  })

  return {
    stores: Effect.map(get("/stores", Stores), ({ stores }) => stores ?? []),
    store: (id) => get(`/store/${id}`, PdStore),
    regions: Effect.map(get("/regions", Regions), ({ regions }) => regions ?? []),
    region: (id) => oneRegion(`/region/id/${id}`, `${id}`),
    regionForKey: (key) => oneRegion(`/region/key/${Buffer.from(key).toString("hex")}?format=hex`, "for that key"),
    operators: Effect.map(get("/operators", Operators), (operators) => operators ?? []),
    addOperator: (request) =>
      Effect.map(body(HttpClientRequest.post(`${base}/operators`, { body: HttpBody.jsonUnsafe(request) })), (answer) =>
        typeof answer === "string" && answer !== "" ? answer : "The operator is created."
      )
  }
})
