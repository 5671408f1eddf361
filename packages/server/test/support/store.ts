/** A store's gRPC port over a MemoryRouter, on a loopback port the system chooses, with a channel to it. */
import { makeMemoryEngine } from "@reefkv/engine-memory"
import { type GrpcChannel, type GrpcError, makeGrpcChannel, makeGrpcServer, makeHealth } from "@reefkv/grpc"
import { defaultRawConfig, makeRawStorage, type RawConfig } from "@reefkv/storage"
import { MemoryRouter } from "@reefkv/storage/testing"
import { kvrpcpb, metapb, services, tikvpb } from "@reefkv/wire"
import { Deferred, Effect, Exit, Queue, type Scope } from "effect"
import { defaultTikvLimits, makeTikvService, type TikvLimits } from "../../src/tikv/index.ts"

export const CLUSTER_ID = 7
export const STORE_ID = 1

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const text = (value: Uint8Array): string => new TextDecoder().decode(value)

export const run = <A, E>(body: Effect.Effect<A, E, Scope.Scope>): Promise<A> => Effect.runPromise(Effect.scoped(body))

export const makeStore = Effect.fnUntraced(function* (
  options: { readonly raw?: Partial<RawConfig>; readonly limits?: Partial<TikvLimits>; readonly graceMs?: number } = {}
) {
  const engine = makeMemoryEngine()
  const clock = { seconds: 1_000, ms: 5 }
  const region = metapb.Region.create({
    id: 1,
    regionEpoch: { confVer: 1, version: 1 },
    peers: [metapb.Peer.create({ id: 11, storeId: STORE_ID })]
  })
  const router = new MemoryRouter(engine, [region], {
    storeId: STORE_ID,
    raftEntryMaxBytes: 8 << 20,
    monotonicMs: () => clock.ms
  })
  const clocks = { nowSeconds: () => clock.seconds, monotonicMs: () => clock.ms }
  const raw = yield* makeRawStorage({ config: { ...defaultRawConfig, ...options.raw }, clocks, router, engine })
  const tikv = yield* makeTikvService({
    clusterId: CLUSTER_ID,
    router,
    raw,
    clocks,
    nowMs: () => Date.now(),
    limits: { ...defaultTikvLimits, ...options.limits }
  })
  const health = makeHealth([tikv.name])
  const server = yield* makeGrpcServer({
    bindings: [...tikv.bindings, ...health.bindings],
    graceMs: options.graceMs ?? 2_000
  })
  const { port } = yield* server.listen("127.0.0.1", 0)
  const channel = yield* makeGrpcChannel(`127.0.0.1:${port}`)
  const context = (regionId = 1): kvrpcpb.Context => {
    const { regionEpoch, peers } = router.regionOf(regionId)
    return kvrpcpb.Context.create({ regionId, regionEpoch, peer: peers[0], clusterId: CLUSTER_ID })
  }
  return { engine, clock, router, raw, tikv, health, server, port, channel, context }
})

type Command = NonNullable<tikvpb.BatchCommandsRequest_Request["cmd"]>

/** A BatchCommands client that keeps every reply frame. */
export const openBatch = Effect.fnUntraced(function* (channel: GrpcChannel) {
  const frames = yield* Queue.unbounded<tikvpb.BatchCommandsResponse>()
  const ended = yield* Deferred.make<GrpcError | undefined>()
  const replies = new Map<number, tikvpb.BatchCommandsResponse_Response["cmd"]>()
  const stream = channel.bidi(services.Tikv.methods.BatchCommands, {
    message: (frame) => Queue.offerUnsafe(frames, frame),
    ended: (error) => Deferred.doneUnsafe(ended, Exit.succeed(error))
  })
  const send = (commands: ReadonlyArray<readonly [number, Command | undefined]>): boolean =>
    stream.write(
      tikvpb.BatchCommandsRequest.create({
        requests: commands.map(([, cmd]) => ({ cmd })),
        requestIds: commands.map(([id]) => id)
      })
    )
  /** Takes frames until this many replies in all have come; fails on a repeated id or on lists of two lengths. */
  const take = Effect.fnUntraced(function* (count: number) {
    while (replies.size < count) {
      const frame = yield* Queue.take(frames)
      if (frame.requestIds.length !== frame.responses.length) throw new Error("ids and responses differ in length")
      for (const [i, id] of frame.requestIds.entries()) {
        if (replies.has(id)) throw new Error(`request ${id} is answered twice`)
        replies.set(id, frame.responses[i]?.cmd)
      }
    }
    return replies
  })
  return { stream, frames, ended, send, take, replies }
})
