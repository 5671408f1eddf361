/**
 * Peers in one process and the network between them, driven by hand. A peer here is a `RawNode`, its storage and its
 * applied entries; `Cluster.settle` plays the store's loop and the network until nothing moves.
 */

import { type Message, MessageType } from "../../../src/raft/message.ts"
import { RawNode } from "../../../src/raft/rawNode.ts"
import type { Ready } from "../../../src/raft/ready.ts"
import {
  type ConfChangeV2,
  type Config,
  type ConfState,
  type Entry,
  EntryKind,
  leaveJoint,
  type Snapshot
} from "../../../src/raft/types.ts"
import { confStateOf, MemoryStorage } from "./MemoryStorage.ts"

const text = new TextEncoder()
const untext = new TextDecoder()
export const bytes = (s: string): Uint8Array => text.encode(s)
export const unbytes = (b: Uint8Array): string => untext.decode(b)

/** Small ticks, generous limits, no pre-vote and no check quorum: what the Raft paper describes. */
export const paperConfig: Omit<Config, "id"> = {
  electionTicks: 10,
  heartbeatTicks: 1,
  maxEntriesBytesPerMessage: 1 << 20,
  maxInflightMessages: 256,
  maxUncommittedBytes: 1 << 30,
  maxCommittedBytesPerReady: 1 << 30,
  preVote: false,
  checkQuorum: false,
  readOnly: "safe",
  appliedIndex: 0,
  random: () => 0
}

export function encodeConfChange(cc: ConfChangeV2): Uint8Array {
  return bytes(JSON.stringify({ transition: cc.transition, changes: cc.changes }))
}
export function decodeConfChange(data: Uint8Array): ConfChangeV2 {
  if (data.length === 0) return leaveJoint
  return { ...JSON.parse(unbytes(data)), context: new Uint8Array(0) }
}
export function change(
  type: "addNode" | "removeNode" | "addLearnerNode",
  nodeId: number,
  ...more: ReadonlyArray<readonly ["addNode" | "removeNode" | "addLearnerNode", number]>
): ConfChangeV2 {
  const changes = [{ type, nodeId }, ...more.map(([type, nodeId]) => ({ type, nodeId }))]
  return { transition: "auto", changes, context: new Uint8Array(0) }
}

/** A RawNode with the disk and the state machine that a store would give it. */
export class Peer {
  node: RawNode
  storage: MemoryStorage
  readonly config: Config
  /** Everything applied since the beginning of time, in order; survives restarts as an applied engine would. */
  applied: Entry[] = []
  /** Messages that left and were not collected yet. */
  outbox: Message[] = []
  readStates: Array<{ index: number; context: string }> = []
  snapshotsInstalled: Snapshot[] = []

  constructor(config: Config, storage: MemoryStorage) {
    this.config = config
    this.storage = storage
    this.node = new RawNode(config, storage)
  }

  get id(): number {
    return this.config.id
  }

  /** Handles Readies until there is none, as a store does: send, persist, send, advance, apply, advance. */
  run(): void {
    for (let passes = 0; this.node.hasReady(); passes++) {
      if (passes > 1000) throw new Error(`peer ${this.id} is always ready`)
      this.pass()
    }
  }

  pass(): Ready {
    const ready = this.node.ready()
    this.outbox.push(...ready.messages)
    this.persist(ready)
    this.outbox.push(...ready.messagesAfterSync)
    this.node.advanceAppend(ready)
    this.apply(ready.committedEntries)
    for (const { index, context } of ready.readStates) this.readStates.push({ index, context: unbytes(context) })
    this.node.assertInvariants()
    return ready
  }

  persist(ready: Ready): void {
    if (ready.snapshot !== undefined) {
      this.storage.install(ready.snapshot)
      this.snapshotsInstalled.push(ready.snapshot)
      this.applied = JSON.parse(unbytes(ready.snapshot.data), revive) as Entry[]
    }
    if (ready.hardState !== undefined) this.storage.hardState = ready.hardState
    this.storage.append(ready.entries)
  }

  apply(entries: ReadonlyArray<Entry>): void {
    for (const entry of entries) {
      const last = this.applied[this.applied.length - 1]?.index ?? 0
      if (last !== 0 && entry.index !== last + 1)
        throw new Error(`peer ${this.id} applies ${entry.index} after ${last}`)
      this.applied.push(entry)
      if (entry.kind === EntryKind.confChangeV2)
        this.storage.confState = this.node.applyConfChange(decodeConfChange(entry.data))
      this.node.advanceApply(entry.index)
    }
  }

  /** Offers a snapshot of what is applied now and drops the log before it. */
  compact(): Snapshot {
    const snapshot = this.makeSnapshot()
    this.storage.offered = snapshot
    this.storage.compact(snapshot.metadata.index)
    return snapshot
  }

  makeSnapshot(): Snapshot {
    const index = this.node.applied
    const term = this.storage.term(index)
    if (typeof term === "string") throw new Error(`no term for ${index}`)
    const confState: ConfState = this.node.confState
    return { metadata: { index, term, confState }, data: bytes(JSON.stringify(this.applied, replace)) }
  }

  /** Loses everything that is not durable; a life that went before makes it careful with its vote. */
  restart(): void {
    const { voteQuietTicks: _, ...config } = this.config
    this.storage = this.storage.image()
    this.outbox = []
    this.readStates = []
    this.node = new RawNode(
      { ...config, appliedIndex: this.applied[this.applied.length - 1]?.index ?? 0 },
      this.storage
    )
  }

  /** Data of applied normal entries that carry any. */
  get appliedData(): string[] {
    return this.applied.filter((e) => e.kind === EntryKind.normal && e.data.length > 0).map((e) => unbytes(e.data))
  }

  /** The log as (index, term) pairs, durable or not. */
  get log(): string {
    return this.storage
      .all()
      .map((e) => `${e.index}/${e.term}`)
      .join(" ")
  }
}

function replace(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { bytes: [...value] } : value
}
function revive(_key: string, value: unknown): unknown {
  return typeof value === "object" && value !== null && "bytes" in value && Array.isArray(value.bytes)
    ? new Uint8Array(value.bytes)
    : value
}

export class Cluster {
  readonly peers = new Map<number, Peer>()
  /** Directed links that lose everything. */
  private readonly cut = new Set<string>()
  private readonly ignored = new Set<number>()
  /** Every message that was delivered, in order. */
  delivered: Message[] = []
  /** Messages held back instead of delivered, when set. */
  holdBack: ((m: Message) => boolean) | undefined = undefined
  held: Message[] = []

  static of(size: number, config: Partial<Config> = {}): Cluster {
    const ids = Array.from({ length: size }, (_, i) => i + 1)
    const cluster = new Cluster()
    for (const id of ids) cluster.add(id, confStateOf(ids), config)
    return cluster
  }

  add(id: number, confState: ConfState, config: Partial<Config> = {}): Peer {
    const peer = new Peer({ ...paperConfig, ...config, id }, new MemoryStorage(confState))
    this.peers.set(id, peer)
    return peer
  }

  peer(id: number): Peer {
    const peer = this.peers.get(id)
    if (peer === undefined) throw new Error(`no peer ${id}`)
    return peer
  }
  node(id: number): RawNode {
    return this.peer(id).node
  }

  drop(from: number, to: number): void {
    this.cut.add(`${from}>${to}`)
  }
  cutLink(a: number, b: number): void {
    this.drop(a, b)
    this.drop(b, a)
  }
  isolate(id: number): void {
    for (const other of this.peers.keys()) if (other !== id) this.cutLink(id, other)
  }
  ignore(type: MessageType): void {
    this.ignored.add(type)
  }
  recover(): void {
    this.cut.clear()
    this.ignored.clear()
  }

  /** Runs all peers and delivers all messages, until nothing is left to do. */
  settle(): void {
    for (let round = 0; ; round++) {
      if (round > 1000) throw new Error("the cluster does not settle")
      for (const peer of this.peers.values()) peer.run()
      const messages = [...this.peers.values()].flatMap((peer) => peer.outbox.splice(0))
      if (messages.length === 0) return
      for (const m of messages) this.deliver(m)
    }
  }

  deliver(m: Message): void {
    if (this.cut.has(`${m.from}>${m.to}`) || this.ignored.has(m.type)) return
    if (this.holdBack?.(m) === true) {
      this.held.push(m)
      return
    }
    const peer = this.peers.get(m.to)
    if (peer === undefined) return
    this.delivered.push(m)
    peer.node.step(m)
    if (m.type === MessageType.snapshot) this.peers.get(m.from)?.node.reportSnapshot(m.to, true)
  }

  release(): void {
    const held = this.held
    this.held = []
    this.holdBack = undefined
    for (const m of held) this.deliver(m)
    this.settle()
  }

  campaign(id: number): void {
    this.node(id).campaign()
    this.settle()
  }
  propose(id: number, data: string): boolean {
    const result = this.node(id).propose(bytes(data))
    this.settle()
    return result.ok
  }
  proposeConfChange(id: number, cc: ConfChangeV2) {
    const result = this.node(id).proposeConfChange(encodeConfChange(cc), cc)
    this.settle()
    return result
  }
  /** Ticks one peer `count` times, settling after each. */
  tick(id: number, count = 1): void {
    for (let i = 0; i < count; i++) {
      this.node(id).tick()
      this.settle()
    }
  }
  /** A heartbeat round of `id`. */
  beat(id: number): void {
    this.tick(id, this.peer(id).config.heartbeatTicks)
  }
  get leaders(): number[] {
    return [...this.peers.values()].filter((peer) => peer.node.isLeader).map((peer) => peer.id)
  }
}
