/**
 * A scheduler and stores of ReefKV as real processes, started like an operator would, and the calls that the load makes to
 * the leader of a key's region: `RawPut` and `RawGet` unary, and `BatchCommands` with N independent commands in a frame.
 *
 * A region error (a leader that moved, a region that split) fails the operation and makes the routes be asked for anew.
 */
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type GrpcChannel, makeGrpcChannel } from "@reefkv/grpc"
import { compareBytes, decode, encode, kvrpcpb, type metapb, pdpb, services, tikvpb } from "@reefkv/wire"
import { Effect, Exit, Scope } from "effect"
import { type Child, spawnChild, until } from "../process/child.ts"
import { headerBlock, LightConnection, type LightStream } from "./LightConnection.ts"
import { type Field, message, packedVarints } from "./message.ts"
import type { Done, Target } from "./Target.ts"

export type Engine = "sqlite" | "memory"

export interface ReefOptions {
  readonly engine: Engine
  readonly directory: string
  readonly stores: number
  /** Another checkout of the project to run instead of this one. */
  readonly root?: string | undefined
  /** Flags for each store besides those that say where it is. */
  readonly storeFlags?: Readonly<Record<string, string>>
  /** Flags for the runtime of each store, such as a profiler's. */
  readonly runtimeFlags?: ReadonlyArray<string>
}

export interface ReefCluster {
  readonly scheduler: Child
  readonly stores: ReadonlyArray<{ readonly child: Child; readonly address: string; readonly statusAddress: string }>
  readonly control: Control
  stop(): Promise<void>
}

const settleTimeoutMs = 60_000
const replicas = 3
const voter = 0

const ownRoot = fileURLToPath(new URL("../../..", import.meta.url))

const start = (
  root: string | undefined,
  name: string,
  app: string,
  flags: Readonly<Record<string, string>>,
  runtimeFlags: ReadonlyArray<string> = []
): Child =>
  spawnChild(name, [
    process.execPath,
    ...runtimeFlags,
    join(root ?? ownRoot, "apps", app, "src/main.ts"),
    ...Object.entries(flags).flatMap(([key, value]) => [`--${key}`, value])
  ])

/** Ready once every store has a replica of every region and every region a leader. */
export const startReef = async (options: ReefOptions): Promise<ReefCluster> => {
  const { directory, engine } = options
  const scheduler = start(options.root, "scheduler", "scheduler", {
    "server.addr": "127.0.0.1:0",
    "storage.engine": engine,
    "storage.data-dir": join(directory, "scheduler")
  })
  const schedulerAddress = (await scheduler.line(/listening on (\S+)/))[1]!
  const startStore = async (number: number) => {
    const child = start(
      options.root,
      `store ${number}`,
      "store",
      {
        "server.addr": "127.0.0.1:0",
        "server.status-addr": "127.0.0.1:0",
        "pd.endpoints": schedulerAddress,
        "storage.engine": engine,
        "storage.data-dir": join(directory, `store-${number}`),
        ...options.storeFlags
      },
      options.runtimeFlags
    )
    const said = await child.line(/listening on ([^,\s]+), status on (\S+)/)
    return { child, address: said[1]!, statusAddress: said[2]! }
  }
  const first = await startStore(1)
  const rest = await Promise.all(Array.from({ length: options.stores - 1 }, (_, i) => startStore(i + 2)))
  const stores = [first, ...rest]
  const control = await openControl(schedulerAddress)
  await until("every region on every store", settleTimeoutMs, async () => {
    const regions = await control.regions()
    const whole = ({ region }: Route): boolean =>
      region.peers.length === Math.min(replicas, options.stores) && region.peers.every(({ role }) => role === voter)
    return regions.length > 0 && regions.every(whole) ? true : undefined
  })
  return {
    scheduler,
    stores,
    control,
    stop: async () => {
      await control.close()
      await Promise.all(stores.map(({ child }) => child.stop()))
      await scheduler.stop()
    }
  }
}

export interface Route {
  readonly region: metapb.Region
  readonly leader: metapb.Peer
  readonly address: string
}

/** The scheduler and the stores as a benchmark asks them things that are not measured. */
export interface Control {
  /** All regions in key order; empty while one of them has no leader. */
  regions(): Promise<ReadonlyArray<Route>>
  /** Cuts at these keys, whatever regions they lie in now. */
  split(keys: ReadonlyArray<Uint8Array>): Promise<void>
  close(): Promise<void>
}

const regionsPerScan = 1_000

const openControl = async (schedulerAddress: string): Promise<Control> => {
  const scope = Effect.runSync(Scope.make())
  const channelTo = (address: string): GrpcChannel => Effect.runSync(Scope.provide(makeGrpcChannel(address, {}), scope))
  const pd = channelTo(schedulerAddress)
  const { GetMembers, GetStore, ScanRegions } = services.PD.methods
  const members = await Effect.runPromise(pd.unary(GetMembers, pdpb.GetMembersRequest.create()))
  const header = pdpb.RequestHeader.create({ clusterId: members.header?.clusterId ?? 0 })
  const addresses = new Map<number, string>()
  const addressOf = async (storeId: number): Promise<string> => {
    const known = addresses.get(storeId)
    if (known !== undefined) return known
    const reply = await Effect.runPromise(pd.unary(GetStore, pdpb.GetStoreRequest.create({ header, storeId })))
    const address = reply.store?.address ?? ""
    addresses.set(storeId, address)
    return address
  }
  const regions = async (): Promise<ReadonlyArray<Route>> => {
    const found: Array<Route> = []
    let startKey: Uint8Array = new Uint8Array(0)
    for (;;) {
      const request = pdpb.ScanRegionsRequest.create({ header, startKey, limit: regionsPerScan })
      const reply = await Effect.runPromise(pd.unary(ScanRegions, request))
      for (const { leader, region } of reply.regions) {
        if (region === undefined || leader === undefined || leader.id === 0) return []
        found.push({ region, leader, address: await addressOf(leader.storeId) })
      }
      const last = reply.regions.at(-1)?.region
      if (last === undefined) return []
      if (last.endKey.length === 0) return found
      startKey = last.endKey
    }
  }
  const channels = new Map<string, GrpcChannel>()
  const storeChannel = (address: string): GrpcChannel => {
    const known = channels.get(address)
    if (known !== undefined) return known
    const made = channelTo(address)
    channels.set(address, made)
    return made
  }
  return {
    regions,
    split: async (keys) => {
      let left = [...keys].sort(compareBytes)
      while (left.length > 0) {
        const routes = await until("leaders of all regions", settleTimeoutMs, async () => {
          const all = await regions()
          return all.length === 0 ? undefined : all
        })
        const rest: Array<Uint8Array> = []
        for (const { keys: inside, route } of byRegion(routes, left)) {
          const request = kvrpcpb.SplitRegionRequest.create({
            context: contextOf(route),
            splitKeys: inside.slice(0, splitKeysPerRequest),
            isRawKv: true
          })
          const call = storeChannel(route.address).unary(services.Tikv.methods.SplitRegion, request)
          const reply = await Effect.runPromise(call)
          if (reply.regionError !== undefined) rest.push(...inside)
          else rest.push(...inside.slice(splitKeysPerRequest))
        }
        left = rest
        if (left.length > 0) await Bun.sleep(100)
      }
    },
    close: () => Effect.runPromise(Scope.close(scope, Exit.void))
  }
}

/** More in one request is one larger entry and one longer pass. */
const splitKeysPerRequest = 256

const contextOf = ({ leader, region }: Route): kvrpcpb.Context =>
  kvrpcpb.Context.create({ regionId: region.id, regionEpoch: region.regionEpoch, peer: leader })

const byRegion = (routes: ReadonlyArray<Route>, keys: ReadonlyArray<Uint8Array>) => {
  const found = new Map<Route, Array<Uint8Array>>()
  for (const key of keys) {
    const route = routes[routeOf(routes, key)]
    // A key that already starts a region needs no cut.
    if (route === undefined || compareBytes(route.region.startKey, key) === 0) continue
    const inside = found.get(route)
    if (inside === undefined) found.set(route, [key])
    else inside.push(key)
  }
  return [...found].map(([route, inside]) => ({ route, keys: inside }))
}

/** Position of the last region that starts at or before the key. */
const routeOf = (routes: ReadonlyArray<Route>, key: Uint8Array): number => {
  let low = 0
  let high = routes.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareBytes(routes[middle]!.region.startKey, key) <= 0) low = middle + 1
    else high = middle
  }
  return low - 1
}

// ---- load

/** What goes with each operation to a region, built once. */
interface Lane {
  readonly connection: LightConnection
  readonly context: Field
  readonly put: Buffer
  readonly get: Buffer
  batches(): BatchStream
}

export const reefTarget = async (cluster: ReefCluster, name: string): Promise<Target> => {
  const connections = new Map<string, { connection: LightConnection; batches: BatchStream | undefined }>()
  let routes: ReadonlyArray<Route> = []
  let lanes: ReadonlyArray<Lane> = []
  let refreshing: Promise<void> | undefined

  const connectTo = async (address: string) => {
    const known = connections.get(address)
    if (known !== undefined) return known
    const at = address.lastIndexOf(":")
    const connection = await LightConnection.open(address.slice(0, at), Number(address.slice(at + 1)))
    const made = { connection, batches: undefined }
    connections.set(address, made)
    return made
  }
  const laneOf = async (route: Route): Promise<Lane> => {
    const held = await connectTo(route.address)
    const path = (method: string) => headerBlock(`/tikvpb.Tikv/${method}`, route.address)
    return {
      connection: held.connection,
      context: { number: 1, bytes: encode(kvrpcpb.Context, contextOf(route)) },
      put: path("RawPut"),
      get: path("RawGet"),
      batches: () => {
        held.batches ??= new BatchStream(held.connection, path("BatchCommands"))
        return held.batches
      }
    }
  }
  const refresh = async (): Promise<void> => {
    const found = await until("leaders of all regions", settleTimeoutMs, async () => {
      const all = await cluster.control.regions()
      return all.length === 0 ? undefined : all
    })
    const made: Array<Lane> = []
    for (const route of found) made.push(await laneOf(route))
    routes = found
    lanes = made
  }
  await refresh()
  const laneFor = (key: Uint8Array): Lane => lanes[routeOf(routes, key)]!
  /** Answers after the routes are fresh, so that a closed loop does not spin on a leader that is gone. */
  const failed = (done: Done): void => {
    refreshing ??= refresh().finally(() => {
      refreshing = undefined
    })
    void refreshing.then(() => done(false))
  }
  return {
    name,
    pids: cluster.stores.map(({ child }) => child.pid),
    put: (key, value, done) => {
      const lane = laneFor(key)
      // A good answer to a put is an empty message.
      lane.connection.unary(lane.put, putRequest(lane, key, value), (reply) =>
        reply !== undefined && reply.length === 0 ? done(true) : failed(done)
      )
    },
    get: (key, done) => {
      const lane = laneFor(key)
      lane.connection.unary(lane.get, getRequest(lane, key), (reply) =>
        reply !== undefined && reply[0] === valueTag ? done(true) : failed(done)
      )
    },
    batchPut: (keys, values, done) => {
      const commands = keys.map((key, i) => ({ key, kind: rawPut, value: values[i]! }))
      sendBatches(commands, laneFor, (ok) => (ok ? done(true) : failed(done)))
    },
    batchGet: (keys, done) => {
      const commands = keys.map((key) => ({ key, kind: rawGet, value: undefined }))
      sendBatches(commands, laneFor, (ok) => (ok ? done(true) : failed(done)))
    },
    close: async () => {
      for (const { connection } of connections.values()) connection.close()
      await cluster.stop()
    }
  }
}

/** RawGetResponse.value. */
const valueTag = 3 * 8 + 2

const putRequest = (lane: Lane, key: Uint8Array, value: Uint8Array): Uint8Array =>
  message([lane.context, { number: 2, bytes: key }, { number: 3, bytes: value }])
const getRequest = (lane: Lane, key: Uint8Array): Uint8Array => message([lane.context, { number: 2, bytes: key }])

// Members of BatchCommandsRequest.Request.
const rawGet = 13
const rawPut = 15

interface BatchedCommand {
  readonly key: Uint8Array
  readonly kind: number
  readonly value: Uint8Array | undefined
}

/** One frame for each store that leads a region of these keys; done when all replies are there. */
const sendBatches = (commands: ReadonlyArray<BatchedCommand>, laneFor: (key: Uint8Array) => Lane, done: Done): void => {
  const frames = new Map<BatchStream, Array<Field>>()
  for (const { key, kind, value } of commands) {
    const lane = laneFor(key)
    const bytes = value === undefined ? getRequest(lane, key) : putRequest(lane, key, value)
    const request = { number: 1, bytes: message([{ number: kind, bytes }]) }
    const stream = lane.batches()
    const frame = frames.get(stream)
    if (frame === undefined) frames.set(stream, [request])
    else frame.push(request)
  }
  let left = frames.size
  let allOk = true
  for (const [stream, requests] of frames) {
    stream.send(requests, (ok) => {
      allOk = allOk && ok
      left--
      if (left === 0) done(allOk)
    })
  }
}

/** One BatchCommands stream; frames are told apart by ranges of request ids. */
class BatchStream {
  private readonly stream: LightStream
  private nextId = 1
  private readonly frames = new Map<number, { left: number; ok: boolean; readonly done: Done }>()
  private readonly frameOfId = new Map<number, number>()

  constructor(connection: LightConnection, headers: Buffer) {
    this.stream = connection.stream(
      headers,
      (bytes) => this.onReplies(decode(tikvpb.BatchCommandsResponse, bytes)),
      () => {
        for (const { done } of this.frames.values()) done(false)
        this.frames.clear()
      }
    )
  }

  send(requests: ReadonlyArray<Field>, done: Done): void {
    const first = this.nextId
    const ids = requests.map((_, i) => first + i)
    this.nextId += ids.length
    this.frames.set(first, { left: ids.length, ok: true, done })
    for (const id of ids) this.frameOfId.set(id, first)
    this.stream.send(message([...requests, { number: 2, bytes: packedVarints(ids) }]))
  }

  private onReplies(replies: tikvpb.BatchCommandsResponse): void {
    for (let i = 0; i < replies.requestIds.length; i++) {
      const id = replies.requestIds[i]!
      const first = this.frameOfId.get(id)
      const frame = first === undefined ? undefined : this.frames.get(first)
      if (first === undefined || frame === undefined) continue
      this.frameOfId.delete(id)
      if (!isGood(replies.responses[i]?.cmd)) frame.ok = false
      frame.left--
      if (frame.left > 0) continue
      this.frames.delete(first)
      frame.done(frame.ok)
    }
  }
}

const isGood = (reply: tikvpb.BatchCommandsResponse_Response["cmd"] | undefined): boolean => {
  switch (reply?.case) {
    case "rawPut":
      return reply.value.regionError === undefined && reply.value.error === ""
    case "rawGet":
      return reply.value.regionError === undefined && reply.value.error === "" && !reply.value.notFound
    default:
      return false
  }
}
