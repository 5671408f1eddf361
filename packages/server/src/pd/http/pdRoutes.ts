/**
 * PD's HTTP API, the part that people, pd-ctl, dashboards and tests use. Shapes are PD's; each route is a few lines from
 * URL to service call.
 */
import type { RegionStatus, SchedulerServiceShape } from "@reefkv/scheduler"
import { keyInRange, type keyspacepb, metapb } from "@reefkv/wire"
import { Clock, Effect, Result, Schema } from "effect"
import { json, text } from "../../port/HttpServer.ts"
import type { PortCounters } from "../../port/OnePort.ts"
import { PROMETHEUS_TYPE } from "../../status/prometheus.ts"
import { idOf, type Keyspaces, stateName } from "../Keyspaces.ts"
import { CLUSTER_VERSION } from "../stores.ts"
import { configChangeOf, configJson, configSection } from "./configJson.ts"
import { metricsText } from "./metrics.ts"
import { operatorJson, operatorRequestOf, operatorStatusText, operatorText } from "./operatorJson.ts"
import { idParam, jsonBody, type Route, refuse } from "./Routes.ts"
import { memberJson, regionJson, regionsJson, storeJson } from "./regionJson.ts"

export interface PdRoutesOptions {
  readonly scheduler: SchedulerServiceShape
  readonly keyspaces: Keyspaces
  readonly portCounters: () => PortCounters | undefined
}

/** Regions in one answer of `/regions/key` when the caller names no limit, as in PD. */
const REGIONS_DEFAULT_LIMIT = 16
const REGIONS_LIMIT_MAX = 10_240

const HEX = /^(?:[0-9a-fA-F]{2})*$/

/** A key in a URL: plain text, or hex with `format=hex`. */
const keyOf = (value: string, query: URLSearchParams) => {
  if (query.get("format") !== "hex") return Effect.succeed<Uint8Array>(Buffer.from(value, "utf8"))
  return HEX.test(value)
    ? Effect.succeed<Uint8Array>(Buffer.from(value, "hex"))
    : refuse(400, `the key ${JSON.stringify(value)} is not hex`)
}

const keyspaceJson = (keyspace: keyspacepb.KeyspaceMeta) => ({
  id: idOf(keyspace),
  name: keyspace.name,
  state: stateName(keyspace.state),
  created_at: keyspace.createdAt,
  state_changed_at: keyspace.stateChangedAt,
  config: Object.fromEntries(keyspace.config)
})

const KeyspaceBody = Schema.Struct({
  name: Schema.String,
  config: Schema.optional(Schema.Record(Schema.String, Schema.String))
})
const StateBody = Schema.Struct({ state: Schema.String })
const SchedulerBody = Schema.Struct({ name: Schema.String, store_id: Schema.optional(Schema.Int) })
const decoded = <A>(result: Result.Result<A, { readonly message: string }>) =>
  Result.isSuccess(result) ? Effect.succeed(result.success) : refuse(400, result.failure.message)

/** pd-ctl's names end in `-scheduler`; ours do not. */
const schedulerName = (name: string): string => name.replace(/-scheduler$/, "")

export const pdRoutes = (options: PdRoutesOptions): ReadonlyArray<Route> => {
  const { scheduler, keyspaces } = options
  const v1 = "/pd/api/v1"
  const get = (path: string, handler: Route["handler"]): Route => ({ method: "GET", path, handler })
  const post = (path: string, handler: Route["handler"]): Route => ({ method: "POST", path, handler })
  const put = (path: string, handler: Route["handler"]): Route => ({ method: "PUT", path, handler })
  const del = (path: string, handler: Route["handler"]): Route => ({ method: "DELETE", path, handler })

  const requireBootstrap = Effect.flatMap(scheduler.isBootstrapped, (bootstrapped) =>
    bootstrapped ? Effect.void : refuse(500, "TiKV cluster not bootstrapped, please start TiKV first")
  )
  const regionBy = (found: (region: RegionStatus) => boolean) =>
    Effect.gen(function* () {
      yield* requireBootstrap
      // PD answers an empty object, not 404, for a region it does not know.
      const region = (yield* scheduler.regions).find(found)
      return json(region === undefined ? null : regionJson(region))
    })
  const contains = (region: RegionStatus, key: Uint8Array) =>
    region.region !== undefined && keyInRange(key, region.region.startKey, region.region.endKey)

  return [
    get(`${v1}/version`, () => Effect.succeed(json({ version: `v${CLUSTER_VERSION}` }))),
    get(`${v1}/ping`, () => Effect.succeed(text(""))),
    get(`${v1}/status`, () =>
      Effect.map(scheduler.status, (status) =>
        json({
          version: `v${CLUSTER_VERSION}`,
          build_ts: "",
          git_hash: "",
          cluster_id: status.clusterId,
          is_bootstrapped: status.bootstrapped,
          scheduling_started: status.schedulingStarted,
          regions_known: status.regionsKnown,
          regions_reported: status.regionsReported,
          operators_running: status.operatorsRunning
        })
      )
    ),
    get(`${v1}/cluster/status`, () =>
      Effect.map(scheduler.status, (status) =>
        json({ is_initialized: status.schedulingStarted, is_bootstrapped: status.bootstrapped })
      )
    ),
    get(`${v1}/health`, () =>
      Effect.map(scheduler.members, ({ members }) =>
        json(members.map((m) => ({ name: m.name, member_id: m.memberId, client_urls: m.clientUrls, health: true })))
      )
    ),
    get(`${v1}/members`, () =>
      Effect.map(scheduler.members, ({ members, leader }) =>
        json({
          header: { cluster_id: scheduler.clusterId },
          members: members.map(memberJson),
          leader: memberJson(leader),
          etcd_leader: memberJson(leader)
        })
      )
    ),
    get(`${v1}/leader`, () => Effect.map(scheduler.members, ({ leader }) => json(memberJson(leader)))),

    get(`${v1}/stores`, (request) =>
      Effect.gen(function* () {
        yield* requireBootstrap
        const now = yield* Clock.currentTimeMillis
        const asked = request.query.getAll("state").map(Number)
        const states = asked.length > 0 ? asked : [metapb.StoreState.Up, metapb.StoreState.Offline]
        const stores = (yield* scheduler.stores).filter((status) => states.includes(status.store.state))
        return json({ count: stores.length, stores: stores.map((status) => storeJson(status, now)) })
      })
    ),
    get(`${v1}/store/:id`, (_request, params) =>
      Effect.gen(function* () {
        const id = yield* idParam("store id", params.id)
        yield* requireBootstrap
        const now = yield* Clock.currentTimeMillis
        const status = (yield* scheduler.stores).find(({ store }) => store.id === id)
        return status === undefined ? yield* refuse(404, `store ${id} not found`) : json(storeJson(status, now))
      })
    ),
    del(`${v1}/store/:id`, (request, params) =>
      Effect.gen(function* () {
        const id = yield* idParam("store id", params.id)
        const { store } = yield* scheduler.getStore(id)
        if (store.state === metapb.StoreState.Tombstone) return yield* refuse(410, `store ${id} is a tombstone already`)
        const force = request.query.has("force") && request.query.get("force") !== "false"
        yield* scheduler.removeStore(id, { force })
        return json(force ? "The store is set as Tombstone." : "The store is set as Offline.")
      })
    ),
    post(`${v1}/store/:id/state`, (request, params) =>
      Effect.gen(function* () {
        const id = yield* idParam("store id", params.id)
        const state = request.query.get("state")
        if (state === "Up") yield* scheduler.cancelRemoveStore(id)
        else if (state === "Offline") yield* scheduler.removeStore(id, { force: false })
        else return yield* refuse(400, `state must be Up or Offline, found ${JSON.stringify(state)}`)
        return json("The store's state is updated.")
      })
    ),

    get(`${v1}/regions`, () =>
      Effect.andThen(
        requireBootstrap,
        Effect.map(scheduler.regions, (all) => json(regionsJson(all)))
      )
    ),
    get(`${v1}/regions/count`, () =>
      Effect.andThen(
        requireBootstrap,
        Effect.map(scheduler.regions, (all) => json({ count: all.length }))
      )
    ),
    get(`${v1}/regions/store/:id`, (_request, params) =>
      Effect.gen(function* () {
        const id = yield* idParam("store id", params.id)
        yield* requireBootstrap
        const onStore = (region: RegionStatus) => region.region?.peers.some((peer) => peer.storeId === id) ?? false
        return json(regionsJson((yield* scheduler.regions).filter(onStore)))
      })
    ),
    get(`${v1}/regions/key`, (request) =>
      Effect.gen(function* () {
        yield* requireBootstrap
        const start = yield* keyOf(request.query.get("key") ?? "", request.query)
        const limitText = request.query.get("limit")
        const limit = limitText === null ? REGIONS_DEFAULT_LIMIT : Number(limitText)
        if (!Number.isInteger(limit) || limit < 1) return yield* refuse(400, `bad limit ${JSON.stringify(limitText)}`)
        const end = yield* keyOf(request.query.get("end_key") ?? "", request.query)
        const found = yield* scheduler.scanRegions(start, end, Math.min(limit, REGIONS_LIMIT_MAX))
        const ids = new Set(found.map((region) => region.region?.id))
        const all = yield* scheduler.regions
        return json(regionsJson(all.filter((region) => ids.has(region.region?.id))))
      })
    ),
    get(`${v1}/region/id/:id`, (_request, params) =>
      Effect.flatMap(idParam("region id", params.id), (id) => regionBy((region) => region.region?.id === id))
    ),
    get(`${v1}/region/key/:key`, (request, params) =>
      Effect.flatMap(keyOf(params.key ?? "", request.query), (key) => regionBy((region) => contains(region, key)))
    ),

    get(`${v1}/operators`, (request) =>
      Effect.map(scheduler.operators, (all) =>
        json(request.query.has("object") ? all.map(operatorJson) : all.map(operatorText))
      )
    ),
    post(`${v1}/operators`, (request) =>
      Effect.gen(function* () {
        const asked = operatorRequestOf(yield* jsonBody(request))
        if (Result.isFailure(asked)) return yield* refuse(400, asked.failure)
        yield* scheduler.addOperator(asked.success)
        return json("The operator is created.")
      })
    ),
    // Ended operators, newest last; before the route that takes any word for a region id.
    get(`${v1}/operators/records`, () => Effect.map(scheduler.operatorHistory, (all) => json(all.map(operatorJson)))),
    get(`${v1}/operators/:region`, (request, params) =>
      Effect.gen(function* () {
        const operator = yield* scheduler.getOperator(yield* idParam("region id", params.region))
        return json(request.query.has("object") ? operatorJson(operator) : operatorStatusText(operator))
      })
    ),
    del(`${v1}/operators/:region`, (_request, params) =>
      Effect.gen(function* () {
        yield* scheduler.cancelOperator(yield* idParam("region id", params.region))
        return json("The pending operator is canceled.")
      })
    ),

    get(`${v1}/schedulers`, (request) =>
      Effect.map(scheduler.schedulers, (all) =>
        json(
          request.query.has("object")
            ? all.map(({ name, enabled, diagnostic }) => ({ name, enabled, diagnostic }))
            : all.filter(({ enabled }) => enabled).map(({ name }) => `${schedulerName(name)}-scheduler`)
        )
      )
    ),
    post(`${v1}/schedulers`, (request) =>
      Effect.gen(function* () {
        const body = yield* decoded(Schema.decodeUnknownResult(SchedulerBody)(yield* jsonBody(request)))
        yield* scheduler.enableScheduler(schedulerName(body.name), body.store_id)
        return json("The scheduler is created.")
      })
    ),
    del(`${v1}/schedulers/:name`, (_request, params) =>
      Effect.gen(function* () {
        // `evict-leader-scheduler-4` names its store.
        const [, name, store] = /^(.*?)(?:-(\d+))?$/.exec(params.name ?? "") ?? []
        yield* scheduler.disableScheduler(schedulerName(name ?? ""), store === undefined ? undefined : Number(store))
        return json("The scheduler is removed.")
      })
    ),

    get(`${v1}/config`, () => Effect.map(scheduler.config, (config) => json(configJson(config, CLUSTER_VERSION)))),
    get(`${v1}/config/schedule`, () =>
      Effect.map(scheduler.config, (config) => json(configSection(config, "schedule")))
    ),
    get(`${v1}/config/replicate`, () =>
      Effect.map(scheduler.config, (config) => json(configSection(config, "replication")))
    ),
    post(`${v1}/config`, (request) =>
      Effect.gen(function* () {
        const change = configChangeOf(yield* jsonBody(request))
        if (Result.isFailure(change)) return yield* refuse(400, change.failure)
        yield* scheduler.updateConfig(change.success)
        return json("The config is updated.")
      })
    ),
    get(`${v1}/gc/safepoint`, () =>
      Effect.gen(function* () {
        const safePoint = yield* scheduler.gcSafePoint
        const services = yield* scheduler.serviceSafePoints
        return json({
          gc_safe_point: Number(safePoint),
          service_gc_safe_points: services.map((service) => ({
            service_id: service.serviceId,
            expired_at: Number.isFinite(service.expiresUnixMs) ? Math.floor(service.expiresUnixMs / 1_000) : null,
            safe_point: Number(service.safePoint)
          }))
        })
      })
    ),

    get("/pd/api/v2/keyspaces", () =>
      Effect.map(keyspaces.all, (all) => json({ keyspaces: all.map(keyspaceJson), next_page_token: "" }))
    ),
    post("/pd/api/v2/keyspaces", (request) =>
      Effect.gen(function* () {
        const body = yield* decoded(Schema.decodeUnknownResult(KeyspaceBody)(yield* jsonBody(request)))
        return json(keyspaceJson(yield* keyspaces.create(body.name, new Map(Object.entries(body.config ?? {})))))
      })
    ),
    get("/pd/api/v2/keyspaces/:name", (_request, params) =>
      Effect.map(keyspaces.byName(params.name ?? ""), (keyspace) => json(keyspaceJson(keyspace)))
    ),
    put("/pd/api/v2/keyspaces/:name/state", (request, params) =>
      Effect.gen(function* () {
        const { state } = yield* decoded(Schema.decodeUnknownResult(StateBody)(yield* jsonBody(request)))
        const wanted = ["ENABLED", "DISABLED", "ARCHIVED", "TOMBSTONE"].indexOf(state.toUpperCase())
        if (wanted < 0) return yield* refuse(400, `unknown keyspace state ${JSON.stringify(state)}`)
        const keyspace = yield* keyspaces.byName(params.name ?? "")
        return json(keyspaceJson(yield* keyspaces.updateState(idOf(keyspace), wanted)))
      })
    ),

    get("/metrics", () =>
      Effect.gen(function* () {
        const config = yield* scheduler.config
        const body = metricsText({
          cluster: yield* scheduler.status,
          stores: yield* scheduler.stores,
          regions: yield* scheduler.regions,
          operators: yield* scheduler.operators,
          maxReplicas: config.maxReplicas,
          port: options.portCounters()
        })
        return { status: 200, contentType: PROMETHEUS_TYPE, body }
      })
    )
  ]
}
