/**
 * A random life of one Raft group: messages are lost, repeated and reordered; links are cut; peers crash at each point
 * between two steps of a Ready and restart from what was durable; logs are compacted, members come and go, leadership is
 * transferred, applying lags. `World.step` takes one random step and checks what must always hold:
 *
 * - election safety: at most one leader in a term (Raft figure 3);
 * - log matching: an (index, term) has one content and one predecessor everywhere;
 * - leader completeness: a new leader's log holds every entry that was ever committed;
 * - state machine safety: no two peers apply different entries at an index;
 * - reads: a read index is at or above every commit made before the request; a leader whose lease is valid knows every
 *   commit there is.
 */
import { type Message, MessageType } from "../../../src/raft/message.ts"
import { RawNode } from "../../../src/raft/rawNode.ts"
import type { Ready } from "../../../src/raft/ready.ts"
import {
  type ConfChangeSingle,
  type Config,
  type ConfState,
  type Entry,
  EntryKind,
  type HardState,
  type Snapshot
} from "../../../src/raft/types.ts"
import { bytes, decodeConfChange, encodeConfChange, paperConfig, unbytes } from "./Cluster.ts"
import { confStateOf, MemoryStorage } from "./MemoryStorage.ts"
import { makeRng, type Rng } from "./random.ts"

const electionTicks = 6
const heartbeatTicks = 2
const tickMs = 100
const leaseMs = (electionTicks - 1) * tickMs
const origin = { index: 5, term: 5 }
const emptyConfState: ConfState = { voters: [], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false }

export interface WorldOptions {
  readonly voters: number
  /** Peers that exist and may be added by membership changes. */
  readonly spares: number
  readonly preVote: boolean
  readonly checkQuorum: boolean
  readonly readOnly: "safe" | "leaseBased"
  /** Chances per step. */
  readonly loss: number
  readonly crash: number
}

class WorldStorage extends MemoryStorage {
  generate: () => Snapshot | "temporarilyUnavailable" = () => "temporarilyUnavailable"
  override snapshot(): Snapshot | "temporarilyUnavailable" {
    return this.generate()
  }
}

class Host {
  node!: RawNode
  storage: WorldStorage
  /** Hard state as of the last synced write. */
  synced: HardState
  /** The state machine: entries applied above the origin, and the membership after each index that changed it. */
  applied: Entry[] = []
  memberships: Array<{ index: number; confState: ConfState }> = []
  toApply: Entry[] = []
  nextTickMs = 0
  readonly id: number
  constructor(id: number, storage: WorldStorage) {
    this.id = id
    this.storage = storage
    this.synced = storage.hardState
  }
  get appliedIndex(): number {
    return this.applied[this.applied.length - 1]?.index ?? this.storage.firstIndex() - 1
  }
}

export class World {
  readonly rng: Rng
  readonly hosts: Host[] = []
  now = 1000
  steps = 0
  readonly trace: string[] = []
  readonly seen = {
    leaders: 0,
    commits: 0,
    reads: 0,
    leases: 0,
    snapshots: 0,
    confChanges: 0,
    crashes: 0,
    transfers: 0
  }
  private readonly options: WorldOptions
  private inFlight: Message[] = []
  private readonly cut = new Set<string>()
  private readonly leaderOf = new Map<number, number>()
  private readonly contents = new Map<string, string>()
  private readonly committed = new Map<number, Entry>()
  private maxCommit = origin.index
  private readonly readFloors = new Map<string, number>()
  private proposals = 0
  private readonly actions: ReadonlyArray<readonly [number, () => void]>
  private readonly totalWeight: number
  /** Share of messages that the network keeps for long. */
  private lateness: number
  private readonly crashiness: number
  private late: Message[] = []

  constructor(seed: number, options: WorldOptions) {
    this.rng = makeRng(seed)
    this.options = options
    this.actions = this.drawActions()
    this.totalWeight = this.actions.reduce((sum, [weight]) => sum + weight, 0)
    this.lateness = this.rng.pick([0, 0.01, 0.05])
    this.crashiness = this.rng.pick([0, 0.1, 1])
    const ids = Array.from({ length: options.voters }, (_, i) => i + 1)
    for (const id of ids) {
      const storage = new WorldStorage(emptyConfState)
      const confState = confStateOf(ids)
      storage.install({ metadata: { ...origin, confState }, data: bytes("[]") })
      storage.hardState = { term: origin.term, vote: 0, commit: origin.index }
      const host = new Host(id, storage)
      host.memberships.push({ index: origin.index, confState })
      this.hosts.push(host)
    }
    for (let i = 0; i < options.spares; i++)
      this.hosts.push(new Host(options.voters + 1 + i, new WorldStorage(emptyConfState)))
    for (const host of this.hosts) this.boot(host, 0)
  }

  // --- one step ---

  step(): void {
    this.steps++
    let roll = this.rng.next() * this.totalWeight
    for (const [weight, act] of this.actions) {
      roll -= weight
      if (roll >= 0) continue
      act()
      break
    }
    this.checkLeases()
  }

  /**
   * What may happen, by weight. Each life exaggerates some of it and leaves some out, since one mixture for all lives would
   * drown the rare meetings that break things (swarm testing).
   */
  private drawActions(): ReadonlyArray<readonly [number, () => void]> {
    const { rng } = this
    const some = (weight: number) => weight * rng.pick([0, 0.3, 1, 1, 1, 3, 10])
    const most = (weight: number) => weight * rng.pick([0.3, 1, 1, 2])
    return [
      [most(40), () => this.deliverOne()],
      [most(30), () => this.pass(rng.pick(this.hosts))],
      [most(3), () => this.tickNext()],
      [most(8), () => this.applySome(rng.pick(this.hosts))],
      [some(1), () => this.propose()],
      [some(1), () => this.read()],
      [some(0.3), () => this.changeMembers()],
      [some(0.2), () => this.transfer()],
      [some(0.3), () => this.compact(rng.pick(this.hosts))],
      [some(0.05), () => this.toggleLinks()],
      [some(0.05), () => rng.pick(this.hosts).node.campaign()],
      [some(this.options.crash * 5), () => this.crash(rng.pick(this.hosts))],
      [some(0.2), () => this.deliverLate()]
    ]
  }

  /** Heals everything and lets time pass evenly; true once a leader commits a fresh proposal. */
  recovers(): boolean {
    this.cut.clear()
    this.lateness = 0
    while (this.late.length > 0) this.deliverLate()
    for (let round = 0; round < 80 * electionTicks; round++) {
      for (const host of this.hosts) {
        host.node.setNow(this.now)
        host.node.tick()
      }
      this.now += tickMs
      for (let i = 0; i < 20; i++) {
        for (const host of this.hosts) {
          this.pass(host, false)
          this.applySome(host, Number.POSITIVE_INFINITY)
        }
        const messages = this.inFlight
        this.inFlight = []
        for (const m of messages) this.deliver(m)
        this.checkLeases()
      }
      const marker = `end-${round}`
      for (const host of this.hosts) if (host.node.isLeader) host.node.propose(bytes(marker))
      for (const entry of this.committed.values()) if (unbytes(entry.data).startsWith("end-")) return true
    }
    return false
  }

  private boot(host: Host, quietTicks: number | undefined): void {
    const config: Config = {
      ...paperConfig,
      id: host.id,
      electionTicks,
      heartbeatTicks,
      maxInflightMessages: 3,
      maxEntriesBytesPerMessage: 80,
      maxCommittedBytesPerReady: 120,
      preVote: this.options.preVote,
      checkQuorum: this.options.checkQuorum,
      readOnly: this.options.readOnly,
      leaseMs,
      appliedIndex: host.appliedIndex,
      random: this.rng.next,
      ...(quietTicks === undefined ? {} : { voteQuietTicks: quietTicks })
    }
    host.storage.generate = () => this.snapshotOf(host)
    host.node = new RawNode(config, host.storage)
    host.node.setNow(this.now)
    host.nextTickMs = this.now + this.rng.below(tickMs) + 1
    host.toApply = []
  }

  private snapshotOf(host: Host): Snapshot | "temporarilyUnavailable" {
    if (this.rng.chance(0.3)) return "temporarilyUnavailable"
    const index = host.appliedIndex
    const term = host.storage.term(index)
    const confState = host.memberships[host.memberships.length - 1]?.confState
    if (typeof term === "string" || confState === undefined) return "temporarilyUnavailable"
    const data = JSON.stringify(host.applied.map((e) => [e.kind, e.term, e.index, unbytes(e.data)]))
    return { metadata: { index, term, confState }, data: bytes(data) }
  }

  private deliverOne(): void {
    const { rng } = this
    if (this.inFlight.length === 0) return
    const at = rng.chance(0.5) ? 0 : rng.below(this.inFlight.length)
    const m = this.inFlight[at]!
    if (!rng.chance(0.03)) this.inFlight.splice(at, 1)
    if (rng.chance(this.options.loss)) this.lose(m)
    else this.deliver(m)
  }

  private deliverLate(): void {
    if (this.late.length === 0) return
    const [m] = this.late.splice(this.rng.below(this.late.length), 1)
    if (m !== undefined) this.deliver(m)
  }

  private lose(m: Message): void {
    const sender = this.host(m.from)?.node
    if (m.type === MessageType.snapshot) sender?.reportSnapshot(m.to, false)
    else if (this.rng.chance(0.2)) sender?.reportUnreachable(m.to)
  }

  private deliver(m: Message): void {
    if (this.cut.has(`${m.from}>${m.to}`)) {
      this.lose(m)
      return
    }
    const host = this.host(m.to)
    if (host === undefined) return
    host.node.setNow(this.now)
    const refusal = host.node.step(m)
    if (refusal !== undefined && refusal !== "unknownPeer") this.fail(`${host.id} refuses ${m.type}: ${refusal}`)
    if (m.type === MessageType.snapshot) this.host(m.from)?.node.reportSnapshot(m.to, true)
    this.observe(host)
  }

  /** One pass of a store's loop over this peer, with crashes between its steps. */
  private pass(host: Host, mayCrash = true): void {
    if (!host.node.hasReady()) return
    const crashes = () => mayCrash && this.rng.chance(this.options.crash * this.crashiness)
    host.node.setNow(this.now)
    const ready = host.node.ready()
    this.post(ready.messages)
    if (crashes()) {
      this.crash(host)
      return
    }
    this.persist(host, ready)
    if (crashes()) {
      this.crash(host)
      return
    }
    this.post(ready.messagesAfterSync)
    if (crashes()) {
      this.crash(host)
      return
    }
    // The network does not wait for the disk.
    if (mayCrash) while (this.rng.chance(0.2)) this.deliverOne()
    host.node.advanceAppend(ready)
    host.toApply.push(...ready.committedEntries)
    for (const entry of ready.committedEntries) this.onCommitted(host, entry)
    for (const { index, context } of ready.readStates) {
      const floor = this.readFloors.get(unbytes(context))
      if (floor === undefined) this.fail(`a read nobody asked for: ${unbytes(context)}`)
      else if (index < floor) this.fail(`read ${unbytes(context)} at ${host.id} got ${index}, below ${floor}`)
      this.seen.reads++
    }
    this.observe(host)
  }

  private post(messages: ReadonlyArray<Message>): void {
    for (const m of messages) {
      if (this.rng.chance(m.type === MessageType.timeoutNow ? this.lateness * 10 : this.lateness)) {
        if (this.late.length < 50) this.late.push(m)
        else this.lose(m)
        continue
      }
      if (this.inFlight.length < 400) this.inFlight.push(m)
      else this.lose(m)
    }
  }

  private persist(host: Host, ready: Ready): void {
    const { storage } = host
    if (ready.snapshot !== undefined) {
      const { index, confState } = ready.snapshot.metadata
      storage.install(ready.snapshot)
      const rows = JSON.parse(unbytes(ready.snapshot.data)) as Array<[number, number, number, string]>
      host.applied = rows.map(([kind, term, index, data]) => ({ kind, term, index, data: bytes(data) }))
      host.memberships = [{ index, confState }]
      host.toApply = []
      this.seen.snapshots++
    }
    for (const entry of ready.entries) this.checkContent(host, entry, ready.entries)
    storage.append(ready.entries)
    if (ready.hardState !== undefined) {
      storage.hardState = ready.hardState
      // What comes without a sync may vanish in a crash.
      if (ready.mustSync) host.synced = ready.hardState
    }
  }

  private tickNext(): void {
    const host = this.hosts.reduce((a, b) => (b.nextTickMs < a.nextTickMs ? b : a))
    this.now = Math.max(this.now, host.nextTickMs)
    host.nextTickMs += tickMs
    host.node.setNow(this.now)
    host.node.tick()
    this.observe(host)
  }

  private applySome(host: Host, most = 1 + this.rng.below(6)): void {
    for (let i = 0; i < most; i++) {
      const entry = host.toApply.shift()
      if (entry === undefined) return
      if (entry.index <= host.appliedIndex) continue
      if (entry.index !== host.appliedIndex + 1)
        this.fail(`${host.id} applies ${entry.index} after ${host.appliedIndex}`)
      host.applied.push(entry)
      if (entry.kind === EntryKind.confChangeV2) {
        const confState = host.node.applyConfChange(decodeConfChange(entry.data))
        host.memberships.push({ index: entry.index, confState })
        this.seen.confChanges++
      }
      host.node.advanceApply(entry.index)
    }
  }

  private propose(): void {
    const leader = this.someLeader()
    if (leader === undefined) return
    leader.node.propose(bytes(`p${this.proposals++}`.padEnd(this.rng.below(40), ".")))
  }

  private read(): void {
    const host = this.rng.pick(this.hosts)
    const id = `read-${host.id}-${this.steps}`
    this.readFloors.set(id, this.maxCommit)
    host.node.setNow(this.now)
    host.node.readIndex(bytes(id))
  }

  private changeMembers(): void {
    const leader = this.someLeader()
    if (leader === undefined) return
    const count = 1 + this.rng.below(3)
    const changes: ConfChangeSingle[] = []
    for (let i = 0; i < count; i++)
      changes.push({
        type: this.rng.pick(["addNode", "removeNode", "addLearnerNode"] as const),
        nodeId: this.rng.pick(this.hosts).id
      })
    const transition = this.rng.pick(["auto", "auto", "implicit", "explicit"] as const)
    const joint = leader.node.confState.votersOutgoing.length > 0
    const cc = { transition: joint ? ("auto" as const) : transition, changes: joint ? [] : changes, context: bytes("") }
    leader.node.proposeConfChange(joint ? bytes("") : encodeConfChange(cc), cc)
  }

  private transfer(): void {
    this.rng.pick(this.hosts).node.transferLeader(this.rng.pick(this.hosts).id)
    this.seen.transfers++
  }

  private compact(host: Host): void {
    const to = host.appliedIndex - this.rng.below(5)
    if (to > host.storage.firstIndex()) host.storage.compact(to)
  }

  /** A new state of the network, which then lasts: whole, without one link, without one direction, or without one host. */
  private toggleLinks(): void {
    const { rng } = this
    const [a, b] = [rng.pick(this.hosts).id, rng.pick(this.hosts).id]
    if (!rng.chance(0.3)) this.cut.clear()
    const kind = rng.pick(["whole", "whole", "link", "link", "direction", "host"] as const)
    if (kind === "whole") this.cut.clear()
    else if (kind === "direction") this.cut.add(`${a}>${b}`)
    else
      for (const { id } of this.hosts)
        if (kind === "host" || id === b) for (const l of [`${a}>${id}`, `${id}>${a}`]) this.cut.add(l)
  }

  /** Loses what was not synced: the commit index on its own, and some of what was applied above the log's start. */
  private crash(host: Host): void {
    const { rng } = this
    this.seen.crashes++
    const image = new WorldStorage(host.storage.confState)
    image.hardState = host.storage.hardState
    const start = host.storage.firstIndex() - 1
    const startTerm = host.storage.term(start)
    if (typeof startTerm === "string") throw new Error("no term at the start of the log")
    if (start > 0) {
      const confState = host.memberships.filter((m) => m.index <= start).at(-1)?.confState ?? emptyConfState
      image.install({ metadata: { index: start, term: startTerm, confState }, data: bytes("[]") })
    }
    image.append(host.storage.all())
    image.hardState = rng.chance(0.5) ? host.storage.hardState : host.synced
    host.synced = image.hardState
    host.storage = image
    const losable = host.applied.filter((e) => e.index > start).length
    if (rng.chance(0.5)) host.applied.length -= rng.below(losable + 1)
    const applied = host.appliedIndex
    host.memberships = host.memberships.filter((m) => m.index <= applied)
    image.confState = host.memberships.at(-1)?.confState ?? emptyConfState
    this.boot(host, undefined)
  }

  // --- checks ---

  private onCommitted(host: Host, entry: Entry): void {
    const known = this.committed.get(entry.index)
    if (known === undefined) {
      this.committed.set(entry.index, entry)
      this.seen.commits++
    } else if (known.term !== entry.term || unbytes(known.data) !== unbytes(entry.data))
      this.fail(`${host.id} commits ${entry.index}/${entry.term}, others ${known.index}/${known.term}`)
  }

  private observe(host: Host): void {
    const { node } = host
    node.assertInvariants()
    if (node.commit > this.maxCommit) this.maxCommit = node.commit
    if (!node.isLeader) return
    const known = this.leaderOf.get(node.term)
    if (known === host.id) return
    if (known !== undefined) this.fail(`${known} and ${host.id} lead term ${node.term}`)
    this.leaderOf.set(node.term, host.id)
    this.seen.leaders++
    for (const [index, entry] of this.committed) {
      if (index < host.storage.firstIndex()) continue
      // The tail from earlier terms is durable before a peer can win.
      if (host.storage.term(index) !== entry.term)
        this.fail(`leader ${host.id} of ${node.term} lacks ${index}/${entry.term}`)
    }
  }

  private checkContent(host: Host, entry: Entry, batch: ReadonlyArray<Entry>): void {
    const previous = batch[entry.index - batch[0]!.index - 1]?.term ?? host.storage.term(entry.index - 1)
    const content = `${previous} ${entry.kind} ${unbytes(entry.data)}`
    const key = `${entry.index}/${entry.term}`
    const known = this.contents.get(key)
    if (known === undefined) this.contents.set(key, content)
    else if (known !== content) this.fail(`two entries ${key}: "${known}" and "${content}" at ${host.id}`)
  }

  private checkLeases(): void {
    for (const { id, node } of this.hosts) {
      const basis = node.leaseBasis()
      if (basis === undefined || this.now >= basis + leaseMs) continue
      this.seen.leases++
      if (node.commit < this.maxCommit)
        this.fail(
          `leader ${id} of ${node.term} holds a lease at commit ${node.commit}, others reached ${this.maxCommit}`
        )
    }
  }

  private someLeader(): Host | undefined {
    const leaders = this.hosts.filter((host) => host.node.isLeader)
    return leaders.length === 0 ? undefined : this.rng.pick(leaders)
  }

  private host(id: number): Host | undefined {
    return this.hosts[id - 1]
  }

  private fail(message: string): never {
    throw new Error(`step ${this.steps}: ${message}`)
  }
}
