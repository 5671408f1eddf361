/** One store's raw commands over a MemoryRouter, with clocks a test sets by hand. */
import { MemoryDisk, makeMemoryEngine } from "@reefkv/engine-memory"
import type { kvrpcpb, metapb } from "@reefkv/wire"
import { kvrpcpb as kv, metapb as meta } from "@reefkv/wire"
import { Effect, Exit, Scope } from "effect"
import { type Command, defaultRawConfig, makeRawStorage, type RawCommands, type RawConfig } from "../../src/index.ts"
import { MemoryRouter } from "../../src/testing/index.ts"

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const text = (value: Uint8Array): string => new TextDecoder().decode(value)

export interface World {
  readonly raw: RawCommands
  readonly router: MemoryRouter
  readonly disk: MemoryDisk
  readonly engine: ReturnType<typeof makeMemoryEngine>
  readonly clock: { seconds: number; ms: number }
  readonly context: (regionId?: number) => kvrpcpb.Context
  readonly call: <Request, Response>(command: Command<Request, Response>, request: Request) => Promise<Response>
  readonly close: () => Promise<void>
}

export const wholeRegion = (): metapb.Region =>
  meta.Region.create({
    id: 1,
    regionEpoch: { confVer: 1, version: 1 },
    peers: [meta.Peer.create({ id: 11, storeId: 1 })]
  })

export const makeWorld = async (config: Partial<RawConfig> = {}, raftEntryMaxBytes = 8 << 20): Promise<World> => {
  const disk = new MemoryDisk()
  const engine = makeMemoryEngine({ disk })
  const clock = { seconds: 1_000, ms: 0 }
  const router = new MemoryRouter(engine, [wholeRegion()], {
    storeId: 1,
    raftEntryMaxBytes,
    monotonicMs: () => clock.ms
  })
  const scope = Scope.makeUnsafe()
  const raw = await Effect.runPromise(
    makeRawStorage({
      config: { ...defaultRawConfig, ...config },
      clocks: { nowSeconds: () => clock.seconds, monotonicMs: () => clock.ms },
      router,
      engine
    }).pipe(Scope.provide(scope))
  )
  return {
    raw,
    router,
    disk,
    engine,
    clock,
    context: (regionId = 1) => {
      const region = router.regionOf(regionId)
      return kv.Context.create({
        regionId,
        regionEpoch: region.regionEpoch,
        peer: region.peers[0],
        apiVersion: config.apiVersion === "V2" ? kv.APIVersion.V2 : kv.APIVersion.V1
      })
    },
    call: (command, request) => new Promise((resolve) => command(request, 0, resolve)),
    close: async () => {
      await Effect.runPromise(Scope.close(scope, Exit.void))
      engine.close()
    }
  }
}

/** Puts `pairs` in order, failing the test for any refusal. */
export const putAll = async (world: World, pairs: ReadonlyArray<readonly [string, string]>, cf = ""): Promise<void> => {
  const response = await world.call(
    world.raw.batchPut,
    kv.RawBatchPutRequest.create({
      context: world.context(),
      pairs: pairs.map(([key, value]) => kv.KvPair.create({ key: bytes(key), value: bytes(value) })),
      cf
    })
  )
  if (response.error !== "" || response.regionError !== undefined) throw new Error(JSON.stringify(response))
}
