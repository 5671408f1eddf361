/**
 * Core's SchedulerClient and the workload's own questions, as calls between hosts in pdpb's bytes.
 *
 * Calls: method name, encoded pdpb request, one status byte before the answer (0: pdpb response; 1: the reason and the
 * message of a SchedulerError, as JSON: the only part that is not pdpb's). Heartbeats of regions go one way on an ordered
 * stream. Operator steps flow on a subscription that the store's host renews, so that it survives losses and restarts of
 * either side.
 */
import type { SchedulerClientService, SchedulerError } from "@reefkv/core"
import type { SchedulerServiceShape } from "@reefkv/scheduler"
import { type Codec, decode, encode, pdpb, type StoreId } from "@reefkv/wire"
import { type Cause, Effect, type Fiber, Queue, Stream } from "effect"
import type { Host } from "../world/Host.ts"
import { markAlso, markOfText } from "../world/Trace.ts"
import type { Network } from "./Network.ts"
import type { Handler, Rpc } from "./Rpc.ts"

export const schedulerCallTimeoutMs = 300
/** A store says this often that it wants steps. */
const renewMs = 150

/** One method: how the request and the response travel, and what the service does. */
interface Method<Request, Response> {
  readonly name: string
  readonly request: Codec<Request>
  readonly response: Codec<Response>
  readonly serve: (service: SchedulerServiceShape, request: Request) => Effect.Effect<Response, SchedulerError>
}

const method = <Request, Response>(
  name: string,
  request: Codec<Request>,
  response: Codec<Response>,
  serve: Method<Request, Response>["serve"]
): Method<Request, Response> => ({ name, request, response, serve })

const noRegion = pdpb.GetRegionResponse.create()
const regionResponse = (found: pdpb.Region | undefined): pdpb.GetRegionResponse =>
  found === undefined ? noRegion : pdpb.GetRegionResponse.create({ region: found.region!, leader: found.leader })

export const schedulerMethods = {
  getMembers: method("GetMembers", pdpb.GetMembersRequest, pdpb.GetMembersResponse, (service) =>
    Effect.succeed(
      pdpb.GetMembersResponse.create({ header: pdpb.ResponseHeader.create({ clusterId: service.clusterId }) })
    )
  ),
  isBootstrapped: method("IsBootstrapped", pdpb.IsBootstrappedRequest, pdpb.IsBootstrappedResponse, (service) =>
    Effect.map(service.isBootstrapped, (bootstrapped) => pdpb.IsBootstrappedResponse.create({ bootstrapped }))
  ),
  bootstrap: method("Bootstrap", pdpb.BootstrapRequest, pdpb.BootstrapResponse, (service, { store, region }) =>
    Effect.as(service.bootstrap(store!, region!), pdpb.BootstrapResponse.create())
  ),
  allocId: method("AllocID", pdpb.AllocIDRequest, pdpb.AllocIDResponse, (service, { count }) =>
    Effect.map(service.allocId(count), (id) => pdpb.AllocIDResponse.create({ id, count }))
  ),
  putStore: method("PutStore", pdpb.PutStoreRequest, pdpb.PutStoreResponse, (service, { store }) =>
    Effect.as(service.putStore(store!), pdpb.PutStoreResponse.create())
  ),
  getStore: method("GetStore", pdpb.GetStoreRequest, pdpb.GetStoreResponse, (service, { storeId }) =>
    Effect.map(service.getStore(storeId), ({ store }) => pdpb.GetStoreResponse.create({ store }))
  ),
  getAllStores: method("GetAllStores", pdpb.GetAllStoresRequest, pdpb.GetAllStoresResponse, (service) =>
    Effect.map(service.getAllStores({ excludeTombstone: false }), (stores) =>
      pdpb.GetAllStoresResponse.create({ stores: [...stores] })
    )
  ),
  storeHeartbeat: method(
    "StoreHeartbeat",
    pdpb.StoreHeartbeatRequest,
    pdpb.StoreHeartbeatResponse,
    (service, { stats }) => Effect.as(service.storeHeartbeat(stats!), pdpb.StoreHeartbeatResponse.create())
  ),
  askBatchSplit: method(
    "AskBatchSplit",
    pdpb.AskBatchSplitRequest,
    pdpb.AskBatchSplitResponse,
    (service, { region, splitCount }) =>
      Effect.map(service.askBatchSplit(region!, splitCount), (ids) =>
        pdpb.AskBatchSplitResponse.create({ ids: [...ids] })
      )
  ),
  reportBatchSplit: method(
    "ReportBatchSplit",
    pdpb.ReportBatchSplitRequest,
    pdpb.ReportBatchSplitResponse,
    (service, { regions }) => Effect.as(service.reportBatchSplit(regions), pdpb.ReportBatchSplitResponse.create())
  ),
  getRegionById: method("GetRegionByID", pdpb.GetRegionByIDRequest, pdpb.GetRegionResponse, (service, { regionId }) =>
    Effect.map(service.getRegionById(regionId), regionResponse)
  ),
  getRegion: method("GetRegion", pdpb.GetRegionRequest, pdpb.GetRegionResponse, (service, { regionKey }) =>
    Effect.map(service.getRegion(regionKey), regionResponse)
  ),
  tso: method("Tso", pdpb.TsoRequest, pdpb.TsoResponse, (service, { count }) =>
    Effect.map(service.tso(count), ({ physical, logical }) =>
      pdpb.TsoResponse.create({ count, timestamp: pdpb.Timestamp.create({ physical, logical }) })
    )
  )
} as const

// ---- the calling side

const heartbeatMark = markOfText("heartbeat")

const unavailable = (message: string): SchedulerError => ({ _tag: "SchedulerError", reason: "unavailable", message })

/** What a call's end means to who asked. */
export const readAnswer = <Response>(
  codec: Codec<Response>,
  bytes: Uint8Array
): { readonly _tag: "Ok"; readonly value: Response } | { readonly _tag: "Error"; readonly error: SchedulerError } => {
  if (bytes[0] === 0) return { _tag: "Ok", value: decode(codec, bytes.slice(1)) }
  const error: { reason: SchedulerError["reason"]; message: string } = JSON.parse(
    new TextDecoder().decode(bytes.slice(1))
  )
  return { _tag: "Error", error: { _tag: "SchedulerError", ...error } }
}

export const makeSchedulerClient = Effect.fnUntraced(function* (
  host: Host,
  scheduler: Host,
  rpc: Rpc,
  network: Network
) {
  const ask = <Request, Response>(
    { name, request, response }: Method<Request, Response>,
    body: Partial<Request>
  ): Effect.Effect<Response, SchedulerError> =>
    Effect.flatMap(
      Effect.suspend(() =>
        rpc.ask(host, scheduler, name, encode(request, request.create(body)), schedulerCallTimeoutMs)
      ),
      (end) => {
        if (end._tag !== "Answered") return Effect.fail(unavailable(`${name}: ${end._tag}`))
        const answer = readAnswer(response, end.bytes)
        return answer._tag === "Ok" ? Effect.succeed(answer.value) : Effect.fail(answer.error)
      }
    )
  const withLeader = ({ region, leader }: pdpb.GetRegionResponse) =>
    region === undefined ? undefined : { region, leader }
  const m = schedulerMethods

  // One subscription an incarnation: steps come in as frames of this host.
  const steps = yield* Queue.unbounded<pdpb.RegionHeartbeatResponse, Cause.Done>()
  const subscription = host.generation
  rpc.serve(host, {
    step: (_from, bytes, reply) => {
      Queue.offerUnsafe(steps, decode(pdpb.RegionHeartbeatResponse, bytes))
      reply(new Uint8Array(0))
    }
  })
  const renew = (storeId: StoreId): Effect.Effect<never> => {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setUint32(0, storeId)
    new DataView(bytes.buffer).setUint32(4, subscription)
    return Effect.forever(
      Effect.andThen(
        Effect.sync(() => {
          rpc.call(host, scheduler, "steps", bytes, schedulerCallTimeoutMs, () => {})
        }),
        Effect.sleep(renewMs)
      )
    )
  }

  const client: SchedulerClientService = {
    clusterId: Effect.map(ask(m.getMembers, {}), ({ header }) => header!.clusterId),
    isBootstrapped: Effect.map(ask(m.isBootstrapped, {}), ({ bootstrapped }) => bootstrapped),
    bootstrap: (store, region) => Effect.asVoid(ask(m.bootstrap, { store, region })),
    allocId: Effect.map(ask(m.allocId, { count: 1 }), ({ id }) => id),
    putStore: (store) => Effect.asVoid(ask(m.putStore, { store })),
    getStore: (storeId) => Effect.map(ask(m.getStore, { storeId }), ({ store }) => store!),
    getAllStores: Effect.map(ask(m.getAllStores, {}), ({ stores }) => stores),
    storeHeartbeat: (stats) => Effect.asVoid(ask(m.storeHeartbeat, { stats })),
    regionHeartbeat: (heartbeat) => {
      const bytes = encode(pdpb.RegionHeartbeatRequest, heartbeat)
      network.send({
        from: host,
        to: scheduler,
        label: `heartbeat ${heartbeat.region?.id}`,
        mark: markAlso(heartbeatMark, heartbeat.region?.id ?? 0),
        kind: "stream",
        deliver: () => rpc.deliver(scheduler, host, "heartbeat", bytes)
      })
    },
    operatorSteps: (storeId) => Stream.unwrap(Effect.as(Effect.forkScoped(renew(storeId)), Stream.fromQueue(steps))),
    askBatchSplit: (region, count) => Effect.map(ask(m.askBatchSplit, { region, splitCount: count }), ({ ids }) => ids),
    reportBatchSplit: (regions) => Effect.asVoid(ask(m.reportBatchSplit, { regions: [...regions] })),
    getRegionById: (regionId) => Effect.map(ask(m.getRegionById, { regionId }), withLeader),
    getRegion: (regionKey) => Effect.map(ask(m.getRegion, { regionKey }), withLeader)
  }
  return client
})

// ---- the scheduler's side

/** What the scheduler's host answers. For one incarnation. */
export const schedulerHandlers = (
  host: Host,
  service: SchedulerServiceShape,
  rpc: Rpc
): Readonly<Record<string, Handler>> => {
  const text = new TextEncoder()
  const handlers: Record<string, Handler> = {}
  const add = <Request, Response>({ name, request, response, serve }: Method<Request, Response>): void => {
    handlers[name] = (_from, bytes, reply) => {
      host.fork(
        serve(service, decode(request, bytes)).pipe(
          Effect.match({
            onSuccess: (value) => reply(framed(0, encode(response, value))),
            onFailure: ({ reason, message }) => reply(framed(1, text.encode(JSON.stringify({ reason, message }))))
          }),
          Effect.catchDefect((defect) => Effect.sync(() => host.world.fail(`the scheduler died of ${name}: ${defect}`)))
        )
      )
    }
  }
  for (const one of Object.values(schedulerMethods)) add(one as Method<object, object>)

  handlers["heartbeat"] = (_from, bytes) => {
    const heartbeat = decode(pdpb.RegionHeartbeatRequest, bytes)
    host.fork(
      Effect.ignore(service.regionHeartbeat(heartbeat)).pipe(
        Effect.catchDefect((defect) =>
          Effect.sync(() => host.world.fail(`the scheduler died of a heartbeat: ${String(defect)}`))
        )
      )
    )
  }
  // By store: whose subscription it is, and the fiber that sends.
  const streams = new Map<StoreId, { readonly subscription: string; readonly fiber: Fiber.Fiber<void> }>()
  handlers["steps"] = (from, bytes, reply) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    const storeId = view.getUint32(0)
    const subscription = `${from.name} ${view.getUint32(4)}`
    reply(new Uint8Array(0))
    const known = streams.get(storeId)
    if (known?.subscription === subscription && known.fiber.pollUnsafe() === undefined) return
    known?.fiber.interruptUnsafe()
    const fiber = host.fork(
      Stream.runForEach(service.operatorSteps(storeId), (step) =>
        Effect.sync(() => {
          rpc.call(host, from, "step", encode(pdpb.RegionHeartbeatResponse, step), schedulerCallTimeoutMs, () => {})
        })
      )
    )
    streams.set(storeId, { subscription, fiber })
  }
  return handlers
}

const framed = (status: number, body: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(1 + body.length)
  bytes[0] = status
  bytes.set(body, 1)
  return bytes
}
