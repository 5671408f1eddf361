/**
 * A Router without Raft, for tests of what stands above it: one replica, always leader unless told otherwise, that
 * checks requests as a store does and applies writes to an engine at once. Tests hold answers back, refuse requests and
 * split regions by hand. It keeps the contract: each accepted request is answered exactly once.
 */
import type {
  AdminDone,
  AdminRequest,
  Answer,
  ReadDone,
  ReadRequest,
  RegionError,
  RegionStatus,
  RequestHeader,
  RouterService,
  SnapshotRefused,
  WriteCommand,
  WriteDone,
  WriteRequest
} from "@reefkv/core"
import { type EngineError, type EngineService, WriteBatch } from "@reefkv/engine"
import {
  compareEnds,
  equalBytes,
  keyInRange,
  type metapb,
  type RegionId,
  type raft_serverpb,
  regionContains
} from "@reefkv/wire"
import { Effect, Stream } from "effect"

export interface MemoryRouterOptions {
  readonly storeId: number
  /** Proposals over this many bytes of keys and values are RaftEntryTooLarge. */
  readonly raftEntryMaxBytes?: number
  readonly monotonicMs?: () => number
}

type Kind = "read" | "write" | "admin"

export class MemoryRouter implements RouterService {
  readonly engine: EngineService
  private readonly options: MemoryRouterOptions
  private readonly byId = new Map<RegionId, metapb.Region>()
  private readonly refusals: Array<{ readonly kind: Kind; readonly error: RegionError }> = []
  private held: Array<() => void> | undefined
  private nextId = 1_000
  private index = 0
  term = 1
  /** Requests seen, for tests that count passes. */
  readonly seen: Record<Kind, number> = { read: 0, write: 0, admin: 0 }
  readonly raftFrames: Array<ReadonlyArray<raft_serverpb.RaftMessage>> = []
  readonly snapshots: Array<{ readonly head: raft_serverpb.RaftMessage; readonly bytes: number }> = []
  refuseSnapshots: string | undefined

  constructor(engine: EngineService, regions: ReadonlyArray<metapb.Region>, options: MemoryRouterOptions) {
    this.engine = engine
    this.options = options
    for (const region of regions) this.byId.set(region.id, region)
  }

  /** From now on writes are applied, but answered only by `release`. */
  hold(): void {
    this.held ??= []
  }
  /** Answers what is held, oldest first (or in the order `pick` gives), and stops holding. */
  release(pick: (held: Array<() => void>) => Array<() => void> = (held) => held): void {
    const held = pick(this.held ?? [])
    this.held = undefined
    for (const answer of held) answer()
  }
  get heldCount(): number {
    return this.held?.length ?? 0
  }
  /** The next request of this kind is refused with this. */
  refuseNext(kind: Kind, error: RegionError): void {
    this.refusals.push({ kind, error })
  }
  regionOf(id: RegionId): metapb.Region {
    const region = this.byId.get(id)
    if (region === undefined) throw new Error(`MemoryRouter has no region ${id}`)
    return region
  }

  storeId = (): number => this.options.storeId

  write(request: WriteRequest, answer: Answer<WriteDone>): void {
    this.seen.write++
    const checked = this.check("write", request.header, request.commands.flatMap(keysOf))
    if ("_tag" in checked) {
      this.answer(answer, checked)
      return
    }
    const bytes = request.commands.reduce((sum, command) => sum + bytesOf(command), 0)
    const maxBytes = this.options.raftEntryMaxBytes ?? Number.POSITIVE_INFINITY
    if (bytes > maxBytes) {
      this.answer(answer, { _tag: "RaftEntryTooLarge", regionId: checked.id, entryBytes: bytes, maxBytes })
      return
    }
    const batch = new WriteBatch()
    for (const command of request.commands) {
      if (command.type === "put") batch.put(command.cf, command.key, command.value)
      else if (command.type === "delete") batch.delete(command.cf, command.key)
      else {
        const end = command.end.length === 0 ? checked.endKey : command.end
        if (compareEnds(end, checked.endKey) > 0) {
          this.answer(answer, { _tag: "KeyNotInRegion", key: command.end, region: checked })
          return
        }
        if (end.length === 0) batch.deleteFrom(command.cf, command.start)
        else batch.deleteRange(command.cf, command.start, end)
      }
    }
    Effect.runSync(this.engine.write(batch, { sync: false }))
    const done: WriteDone = { _tag: "Written", index: ++this.index, term: this.term }
    if (this.held === undefined) queueMicrotask(() => answer(done))
    else this.held.push(() => answer(done))
  }

  read(request: ReadRequest, answer: Answer<ReadDone>): void {
    this.seen.read++
    const checked = this.check("read", request.header, request.keys)
    if ("_tag" in checked) {
      this.answer(answer, checked)
      return
    }
    answer({ _tag: "Readable", region: checked, view: this.engine.latest, term: this.term })
  }

  admin(request: AdminRequest, answer: Answer<AdminDone>): void {
    this.seen.admin++
    const { command } = request
    const checked = this.check("admin", request.header, command.type === "split" ? command.splitKeys : [])
    if ("_tag" in checked) {
      this.answer(answer, checked)
      return
    }
    if (command.type !== "split") {
      this.answer(answer, { _tag: "Refused", message: "only splits here" })
      return
    }
    queueMicrotask(() => answer({ _tag: "AdminDone", regions: this.split(checked.id, command.splitKeys) }))
  }

  /** Cuts a region at ascending keys strictly inside it; the right-most part keeps the id. */
  split(id: RegionId, splitKeys: ReadonlyArray<Uint8Array>): ReadonlyArray<metapb.Region> {
    const parent = this.regionOf(id)
    const version = (parent.regionEpoch?.version ?? 0) + splitKeys.length
    const epoch = { confVer: parent.regionEpoch?.confVer ?? 1, version }
    const bounds = [parent.startKey, ...splitKeys, parent.endKey]
    const regions = bounds.slice(0, -1).map((startKey, i): metapb.Region => {
      const last = i === splitKeys.length
      const peers = parent.peers.map((peer) => ({ ...peer, id: last ? peer.id : this.nextId++ }))
      return {
        ...parent,
        id: last ? id : this.nextId++,
        startKey,
        endKey: bounds[i + 1] ?? parent.endKey,
        regionEpoch: epoch,
        peers
      }
    })
    for (const region of regions) this.byId.set(region.id, region)
    return regions
  }

  readonly writeEffect = (request: WriteRequest) =>
    Effect.callback<WriteDone | RegionError>((resume) =>
      this.write(request, (result) => resume(Effect.succeed(result)))
    )
  readonly adminEffect = (request: AdminRequest) =>
    Effect.callback<AdminDone | RegionError>((resume) =>
      this.admin(request, (result) => resume(Effect.succeed(result)))
    )
  readonly readEffect = <A>(request: ReadRequest, use: (done: ReadDone) => A) =>
    Effect.callback<A | RegionError>((resume) =>
      this.read(request, (result) => resume(Effect.succeed(result._tag === "Readable" ? use(result) : result)))
    )

  onRaftMessages(messages: ReadonlyArray<raft_serverpb.RaftMessage>): void {
    this.raftFrames.push(messages)
  }
  onSnapshot(
    head: raft_serverpb.RaftMessage,
    chunks: Stream.Stream<Uint8Array, unknown>
  ): Effect.Effect<void, SnapshotRefused> {
    const { refuseSnapshots: reason } = this
    if (reason !== undefined) return Effect.fail({ _tag: "SnapshotRefused", reason })
    return chunks.pipe(
      Stream.runFold(
        () => 0,
        (bytes, chunk) => bytes + chunk.length
      ),
      Effect.andThen((bytes) => Effect.sync(() => void this.snapshots.push({ head, bytes }))),
      Effect.mapError((cause): SnapshotRefused => ({ _tag: "SnapshotRefused", reason: String(cause) }))
    )
  }
  /** What was reported, for tests to look at. */
  readonly damages: Array<EngineError> = []
  onDamage(error: EngineError): void {
    this.damages.push(error)
  }
  onUnreachable(): void {}

  regions(): ReadonlyArray<RegionStatus> {
    return [...this.byId.values()].map((region) => this.statusOf(region))
  }
  region(id: RegionId): RegionStatus | undefined {
    const region = this.byId.get(id)
    return region === undefined ? undefined : this.statusOf(region)
  }
  regionByKey(key: Uint8Array): RegionStatus | undefined {
    for (const region of this.byId.values()) if (regionContains(region, key)) return this.statusOf(region)
    return undefined
  }
  counters(): ReadonlyMap<string, number> {
    return new Map(Object.entries(this.seen))
  }

  private answer<Done>(answer: Answer<Done>, error: RegionError): void {
    queueMicrotask(() => answer(error))
  }

  /** The checks of a store, in its order. Source: tikv raftstore `util.rs`, wire contract 4.2. */
  private check(kind: Kind, header: RequestHeader, keys: ReadonlyArray<Uint8Array>): metapb.Region | RegionError {
    const planned = this.refusals.findIndex((refusal) => refusal.kind === kind)
    if (planned >= 0) {
      const [refusal] = this.refusals.splice(planned, 1)
      if (refusal !== undefined) return refusal.error
    }
    const now = this.options.monotonicMs?.() ?? 0
    if (header.deadlineMs !== 0 && now > header.deadlineMs) return { _tag: "DeadlineExceeded" }
    const actualStoreId = this.options.storeId
    const requestStoreId = header.peer?.storeId ?? actualStoreId
    if (requestStoreId !== actualStoreId) return { _tag: "StoreNotMatch", requestStoreId, actualStoreId }
    const region = this.byId.get(header.regionId)
    if (region === undefined) return { _tag: "RegionNotFound", regionId: header.regionId }
    const own = region.peers.find((peer) => peer.storeId === actualStoreId)
    if (header.peer !== undefined && own !== undefined && header.peer.id !== own.id) {
      return { _tag: "MismatchPeerId", requestPeerId: header.peer.id, actualPeerId: own.id }
    }
    if (header.term !== 0 && header.term < this.term) return { _tag: "StaleCommand", message: "an older term" }
    if (header.epoch.version !== (region.regionEpoch?.version ?? 0)) {
      return { _tag: "EpochNotMatch", currentRegions: [...this.byId.values()] }
    }
    // As a store does: what is read may end at the region's own end.
    const isEnd = (key: Uint8Array): boolean => kind === "read" && key.length > 0 && equalBytes(key, region.endKey)
    const outside = keys.find((key) => !keyInRange(key, region.startKey, region.endKey) && !isEnd(key))
    return outside === undefined ? region : { _tag: "KeyNotInRegion", key: outside, region }
  }

  private statusOf(region: metapb.Region): RegionStatus {
    const peerId = region.peers.find((peer) => peer.storeId === this.options.storeId)?.id ?? 0
    return {
      region,
      peerId,
      leaderPeerId: peerId,
      role: "leader",
      term: this.term,
      appliedIndex: this.index,
      commitIndex: this.index,
      lastIndex: this.index,
      truncatedIndex: 0,
      approximateBytes: 0,
      approximateKeys: 0,
      pendingPeerIds: []
    }
  }
}

const keysOf = (command: WriteCommand): ReadonlyArray<Uint8Array> =>
  command.type === "deleteRange" ? [command.start] : [command.key]

const bytesOf = (command: WriteCommand): number => {
  if (command.type === "put") return command.key.length + command.value.length
  return command.type === "delete" ? command.key.length : command.start.length + command.end.length
}
