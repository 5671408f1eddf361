/**
 * The router over a store's state: requests go into the mailbox, except reads under a valid lease, which are answered
 * here and now. Made before the store, so that transport and store can both be given it; until the store runs, and after
 * it stopped, everybody is refused at once.
 */
import { Clock, Context, Effect, Layer } from "effect"
import { containDamage } from "./damage.ts"
import type { Peer } from "./Peer.ts"
import type { RegionError } from "./RegionError.ts"
import {
  type AdminDone,
  type AdminRequest,
  type Answer,
  type ReadDone,
  type ReadRequest,
  type RegionStatus,
  Router,
  type RouterService,
  type WriteDone,
  type WriteRequest
} from "./Router.ts"
import { checkRead, readDone } from "./readFlow.ts"
import type { StoreConfig } from "./StoreConfig.ts"
import { StoreEvents } from "./StoreEvent.ts"
import { StoreState } from "./StoreState.ts"
import { receive } from "./snapshotFlow.ts"
import { type StoreMessage, weightOf } from "./storeMessage.ts"

/** The state that the router fills and the store runs on. For the Store's layer, tests and the simulator. */
export class StoreHandle extends Context.Service<StoreHandle, StoreState>()("@reefkv/core/StoreHandle") {}

/** Of the mailbox, for requests of clients; the rest is for raft messages alone. */
export const clientShare = 0.75

const busy = (store: StoreState): RegionError => ({
  _tag: "ServerIsBusy",
  reason:
    store.phase === "running"
      ? `${store.mailbox.load} requests and messages wait for the store's loop`
      : store.phase === "starting"
        ? "the store is starting"
        : "the store has stopped"
})

export const makeRouter = (store: StoreState): RouterService => {
  const offer = (message: StoreMessage): boolean => {
    const share = message.type === "raft" ? 1 : clientShare
    if (store.phase === "running" && store.mailbox.offer(message, weightOf(message), share)) return true
    store.counters.mailboxRefusals++
    return false
  }

  const write = (request: WriteRequest, answer: Answer<WriteDone>): void => {
    if (!offer({ type: "write", request, answer })) answer(busy(store))
  }

  const read = (request: ReadRequest, answer: Answer<ReadDone>): void => {
    if (store.phase === "running") {
      const peer = store.peers.get(request.header.regionId)
      if (peer?.hasReadLease(store.readClockMs(), store.config.leaseMs)) {
        const refusal = checkRead(store, peer, request)
        if (refusal === undefined) store.counters.readsByLease++
        answer(refusal ?? readDone(store, peer))
        return
      }
    }
    if (!offer({ type: "read", request, answer })) answer(busy(store))
  }

  const admin = (request: AdminRequest, answer: Answer<AdminDone>): void => {
    if (!offer({ type: "admin", request, answer })) answer(busy(store))
  }

  return {
    storeId: () => store.storeId,
    write,
    read,
    admin,
    writeEffect: (request) => Effect.callback((resume) => write(request, (result) => resume(Effect.succeed(result)))),
    adminEffect: (request) => Effect.callback((resume) => admin(request, (result) => resume(Effect.succeed(result)))),
    readEffect: <A>(request: ReadRequest, use: (done: ReadDone) => A) =>
      Effect.callback<A | RegionError>((resume) =>
        read(request, (result) => {
          // The view is good in this turn only; what `use` throws is the caller's and must not reach the loop.
          resume(result._tag === "Readable" ? useNow(use, result) : Effect.succeed(result))
        })
      ),
    onRaftMessages: (messages) => {
      if (messages.length > 0 && !offer({ type: "raft", messages }))
        store.counters.raftMessagesDropped += messages.length
    },
    onSnapshot: (head, chunks) => receive(store, head, chunks),
    onUnreachable: (storeId) => {
      // One report per store waits at most: links fail in bursts.
      if (store.phase !== "running" || store.unreachable.has(storeId)) return
      store.unreachable.add(storeId)
      store.mailbox.put({ type: "unreachable", storeId })
    },
    onDamage: (error) => {
      const run = () => {
        if (!containDamage(store, error)) throw error
      }
      // When there is no room: whoever reads it next comes here again.
      store.mailbox.offer({ type: "result", run }, 1)
    },
    regions: () => store.regions.all().flatMap((region) => statusOf(store.peers.get(region.id))),
    region: (regionId) => statusOf(store.peers.get(regionId))[0],
    regionByKey: (key) => {
      const region = store.regions.byKey(key)
      return region === undefined ? undefined : statusOf(store.peers.get(region.id))[0]
    },
    counters: () => store.counters.toMap()
  }
}

const useNow = <A>(use: (done: ReadDone) => A, done: ReadDone): Effect.Effect<A> => {
  try {
    return Effect.succeed(use(done))
  } catch (error) {
    return Effect.die(error)
  }
}

const statusOf = (peer: Peer | undefined): Array<RegionStatus> => {
  if (peer === undefined) return []
  const { raft, storage } = peer
  return [
    {
      region: peer.region,
      peerId: peer.id,
      leaderPeerId: raft.leaderId,
      role: peer.damaged !== undefined ? "damaged" : peer.applyingSnapshot ? "applying snapshot" : raft.role,
      term: raft.term,
      appliedIndex: peer.appliedIndex,
      commitIndex: raft.commit,
      lastIndex: storage.lastIndex(),
      truncatedIndex: storage.applyState.truncatedIndex,
      approximateBytes: peer.size.bytes,
      approximateKeys: peer.size.keys,
      pendingPeerIds: peer.pendingPeerIds
    }
  ]
}

/** Router and the state behind it, for one store. */
export const layerRouter = (config: StoreConfig): Layer.Layer<Router | StoreHandle> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const store = new StoreState(config, yield* Clock.Clock, yield* StoreEvents)
      return Context.make(Router, makeRouter(store)).pipe(Context.add(StoreHandle, store))
    })
  )
