/** Two ends of raft traffic on real sockets: a receiving store made of bindings, and a transport towards it. */
import { Router, type RouterService, SchedulerClient, type SchedulerClientService } from "@reefkv/core"
import { type Binding, clientStream, type Flow, type Inbound, makeGrpcServer, type Reply } from "@reefkv/grpc"
import { schedulerError } from "@reefkv/scheduler"
import { eraftpb, metapb, raft_serverpb } from "@reefkv/wire"
import { Context, Effect, Exit, Scope } from "effect"
import { type GrpcTransportOptions, type GrpcTransportService, make } from "../../src/transport/GrpcTransport.ts"
import { isSealed, sealedBatchRaft, sealedSnapshot } from "../../src/transport/raftSeal.ts"
import { within } from "../pd/rawClient.ts"

export const message = (index: number, dataBytes = 0, toStoreId = 2): raft_serverpb.RaftMessage =>
  raft_serverpb.RaftMessage.create({
    regionId: 1,
    fromPeer: metapb.Peer.create({ id: 11, storeId: 1 }),
    toPeer: metapb.Peer.create({ id: 12, storeId: toStoreId }),
    regionEpoch: { confVer: 1, version: 1 },
    message: eraftpb.Message.create({
      msgType: eraftpb.MessageType.MsgAppend,
      index,
      entries: dataBytes === 0 ? [] : [eraftpb.Entry.create({ index: index + 1, data: new Uint8Array(dataBytes) })]
    })
  })

export const indexOf = (received: raft_serverpb.RaftMessage): number => received.message?.index ?? -1

/** What a receiving store saw and how it behaves. */
export interface Receiver {
  /** One entry a frame. */
  readonly frames: Array<ReadonlyArray<raft_serverpb.RaftMessage>>
  /** Streams open now. */
  streams: number
  /** Set before a stream opens: it then reads nothing until `release`. */
  held: boolean
  readonly flows: Array<Flow>
  /** Of each stream, in the order they were opened. */
  readonly sealed: Array<boolean>
  /** Ends all streams as a store that has another id does. */
  refuseAll(): void
  readonly address: string
  readonly port: number
  close(): Promise<void>
}

export const makeReceiver = async (
  port = 0,
  snapshot?: (reply: Reply<raft_serverpb.Done>, flow: Flow) => Inbound<raft_serverpb.SnapshotChunk>
): Promise<Receiver> => {
  const frames: Array<ReadonlyArray<raft_serverpb.RaftMessage>> = []
  const flows: Array<Flow> = []
  const sealed: Array<boolean> = []
  const replies = new Set<Reply<raft_serverpb.Done>>()
  const state = { streams: 0, held: false }
  const bindings: Array<Binding> = [
    clientStream(sealedBatchRaft, (reply, flow, call) => {
      state.streams++
      sealed.push(isSealed(call))
      flows.push(flow)
      replies.add(reply)
      if (state.held) flow.pause()
      const gone = () => {
        state.streams--
        replies.delete(reply)
      }
      return {
        message: (frame) => void frames.push(frame.msgs),
        // Bun's HTTP/2 client half-closes a stream before it resets it, so a cancelled one may show as either.
        halfClosed: () => {
          gone()
          reply.send({})
        },
        cancelled: gone
      }
    })
  ]
  if (snapshot !== undefined) bindings.push(clientStream(sealedSnapshot, snapshot))
  const scope = Scope.makeUnsafe()
  const address = await Effect.runPromise(
    Scope.provide(
      Effect.gen(function* () {
        const server = yield* makeGrpcServer({ bindings, graceMs: 100 })
        return yield* server.listen("127.0.0.1", port)
      }),
      scope
    )
  )
  return {
    frames,
    flows,
    sealed,
    get streams() {
      return state.streams
    },
    get held() {
      return state.held
    },
    set held(held: boolean) {
      state.held = held
    },
    refuseAll: () => {
      for (const reply of replies) reply.fail(9, "store not match")
      replies.clear()
    },
    address: `127.0.0.1:${address.port}`,
    port: address.port,
    close: () => within("close the receiver", Effect.runPromise(Scope.close(scope, Exit.void)))
  }
}

/** Store addresses as a scheduler gives them out, and who was asked for. */
export interface Addresses {
  readonly of: Map<number, metapb.Store>
  /** The scheduler does not answer. */
  away: boolean
  asked: number
}

export interface Sender {
  readonly transport: GrpcTransportService
  readonly addresses: Addresses
  /** Store ids in the order the Router was told of them. */
  readonly unreachable: Array<number>
  close(): Promise<void>
}

export const makeSender = async (
  stores: ReadonlyArray<readonly [number, string]>,
  options: GrpcTransportOptions = {}
): Promise<Sender> => {
  const addresses: Addresses = {
    of: new Map(stores.map(([id, address]) => [id, metapb.Store.create({ id, address })])),
    away: false,
    asked: 0
  }
  const unreachable: Array<number> = []
  const scheduler: Pick<SchedulerClientService, "getStore"> = {
    getStore: (storeId) =>
      Effect.suspend(() => {
        addresses.asked++
        if (addresses.away) return Effect.fail(schedulerError("unavailable", "nobody is there"))
        const found = addresses.of.get(storeId)
        return found === undefined
          ? Effect.fail(schedulerError("notFound", `invalid store ID ${storeId}, not found`))
          : Effect.succeed(found)
      })
  }
  const router: Pick<RouterService, "onUnreachable"> = { onUnreachable: (storeId) => void unreachable.push(storeId) }
  const scope = Scope.makeUnsafe()
  const context = Context.make(Router, router as RouterService).pipe(
    Context.add(SchedulerClient, scheduler as SchedulerClientService),
    Context.add(Scope.Scope, scope)
  )
  const transport = await Effect.runPromise(Effect.provideContext(make(options), context))
  return {
    transport,
    addresses,
    unreachable,
    close: () => within("close the transport", Effect.runPromise(Scope.close(scope, Exit.void)))
  }
}
