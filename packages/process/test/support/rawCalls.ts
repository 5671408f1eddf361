/** Raw commands straight to one store, without a client's routing and retries: what the store itself says. */
import { type GrpcChannel, makeGrpcChannel } from "@reefkv/grpc"
import { awaitCondition, type StoreMember, storeRegions, type TestCluster } from "@reefkv/process/testing"
import { kvrpcpb, metapb, pdpb, services } from "@reefkv/wire"
import { Effect, Exit, Scope } from "effect"

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export interface RawCalls extends AsyncDisposable {
  channel(address: string): Promise<GrpcChannel>
  /** Region, epoch and leader of a key as the scheduler knows them. */
  contextOf(key: Uint8Array): Promise<kvrpcpb.Context>
  /** The context with the peer of this region on that store, as the store itself tells it. */
  contextAt(store: StoreMember, context: kvrpcpb.Context): Promise<kvrpcpb.Context>
  put(store: StoreMember, context: kvrpcpb.Context, key: string, value: string): Promise<kvrpcpb.RawPutResponse>
  get(store: StoreMember, context: kvrpcpb.Context, key: string): Promise<kvrpcpb.RawGetResponse>
}

const voterRole = 0

export const makeRawCalls = (cluster: TestCluster): RawCalls => {
  const scope = Scope.makeUnsafe()
  const channels = new Map<string, Promise<GrpcChannel>>()
  const channel = (address: string): Promise<GrpcChannel> => {
    const found = channels.get(address) ?? Effect.runPromise(Scope.provide(makeGrpcChannel(address), scope))
    channels.set(address, found)
    return found
  }
  return {
    channel,
    contextOf: (key) =>
      awaitCondition("a region with a leader", async () => {
        const pd = await channel(cluster.scheduler.address)
        const { header } = await Effect.runPromise(
          pd.unary(services.PD.methods.GetMembers, pdpb.GetMembersRequest.create())
        )
        const clusterId = header?.clusterId ?? 0
        const request = pdpb.GetRegionRequest.create({
          header: pdpb.RequestHeader.create({ clusterId }),
          regionKey: key
        })
        const { region, leader } = await Effect.runPromise(pd.unary(services.PD.methods.GetRegion, request))
        if (region === undefined || leader === undefined) return undefined
        return kvrpcpb.Context.create({
          regionId: region.id,
          regionEpoch: region.regionEpoch ?? metapb.RegionEpoch.create(),
          peer: leader,
          clusterId
        })
      }),
    contextAt: async (store, context) => {
      const region = (await storeRegions(store.statusAddress)).find(({ id }) => id === context.regionId)
      return kvrpcpb.Context.create({
        ...context,
        regionEpoch: { confVer: region?.epoch.conf_ver ?? 0, version: region?.epoch.version ?? 0 },
        peer: metapb.Peer.create({ id: region?.peer_id ?? 0, storeId: store.storeId, role: voterRole })
      })
    },
    put: async (store, context, key, value) => {
      const request = kvrpcpb.RawPutRequest.create({ context, key: bytes(key), value: bytes(value) })
      return Effect.runPromise((await channel(store.address)).unary(services.Tikv.methods.RawPut, request))
    },
    get: async (store, context, key) => {
      const request = kvrpcpb.RawGetRequest.create({ context, key: bytes(key) })
      return Effect.runPromise((await channel(store.address)).unary(services.Tikv.methods.RawGet, request))
    },
    [Symbol.asyncDispose]: () => Effect.runPromise(Scope.close(scope, Exit.void))
  }
}
