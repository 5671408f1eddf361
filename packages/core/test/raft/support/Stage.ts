/**
 * The environment of Raft's golden scripts: peers, the messages between them, and the commands that move them.
 *
 *     cluster peers=3 [voters=1,2] [learners=3] [leader=1] [start=10] [prevote] [checkquorum] [lease=500] [inflight=3]
 *             [page=100] [uncommitted=8] [skipcommit] [noreports] [patience=0,0.9,0]
 *                                                       patience: what each peer draws for its election timeout;
 *                                                       noreports: nobody tells the leader that a snapshot arrived
 *                              start: the log begins after a snapshot at that index, in term 1
 *     join 4                                            a peer that knows nothing yet
 *     campaign 1 · tick 1 [n=3] · propose 1 a b · read 1 ctx · transfer 1 to=2 · now 500
 *     change 1 v4 l5 r2 [implicit|explicit] · leave 1   v voter, l learner, r removed
 *     ready 1                                           one Ready: persist, queue messages, apply
 *     take 1 · synced 1                                 the same in two steps: what may leave before the sync, and the rest
 *     deliver 2 [from=1] [kind=append] [n=1] · drop … · repeat …
 *     partition 1 2 · heal                              those named are cut off from the others; what they send is lost
 *     stabilize [1 2]                                   Readies and deliveries until nothing moves
 *     compact 1 · unreachable 1 peer=2 · reported 1 peer=3 [failed] · request-snapshot 2 · restart 2
 *     state [1] · progress 1 · log 1 · lease 1
 *
 * Proposals and reads that are refused are errors.
 */
import { type Message, MessageType } from "../../../src/raft/message.ts"
import type { Ready } from "../../../src/raft/ready.ts"
import { type ConfChangeSingle, type Config, leaveJoint } from "../../../src/raft/types.ts"
import { bytes, encodeConfChange, Peer, paperConfig } from "./Cluster.ts"
import { dumpEntry, dumpMessage, dumpProgress, dumpReady, dumpState } from "./dump.ts"
import { confStateOf, MemoryStorage } from "./MemoryStorage.ts"
import type { Command } from "./script.ts"

const maxRounds = 100

export class Stage {
  private readonly peers = new Map<number, Peer>()
  private network: Message[] = []
  private cutOff: ReadonlyArray<number> = []
  private readonly taken = new Map<number, Ready>()
  /** Whether a delivered snapshot is reported to its sender, as a transport does. */
  private reports = true
  private config: Omit<Config, "id"> = paperConfig

  run(c: Command): ReadonlyArray<string> {
    switch (c.name) {
      case "cluster":
        return this.cluster(c)
      case "join": {
        const empty = { voters: [], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false }
        this.peers.set(word(c, 0), new Peer({ ...this.config, id: word(c, 0) }, new MemoryStorage(empty)))
        return []
      }
      case "campaign":
        this.peer(c).node.campaign()
        return []
      case "tick":
        for (let i = 0; i < option(c, "n", 1); i++) this.peer(c).node.tick()
        return []
      case "now":
        for (const peer of this.peers.values()) peer.node.setNow(word(c, 0))
        return []
      case "propose":
        for (const data of c.words.slice(1)) this.accept(this.peer(c).node.propose(bytes(data)))
        return []
      case "change":
        return this.change(c)
      case "leave":
        this.accept(this.peer(c).node.proposeConfChange(bytes(""), leaveJoint))
        return []
      case "read":
        if (!this.peer(c).node.readIndex(bytes(c.words[1] ?? "r"))) throw new Error("read not accepted")
        return []
      case "transfer":
        this.peer(c).node.transferLeader(option(c, "to"))
        return []
      case "ready":
        return this.ready(this.peer(c))
      case "take":
        return this.take(this.peer(c))
      case "synced":
        return this.synced(this.peer(c))
      case "deliver":
        return this.select(c).flatMap((m) => this.deliver(m))
      case "drop":
        return this.select(c).map((m) => `lost ${dumpMessage(m)}`)
      case "repeat":
        this.network.push(...this.select(c).flatMap((m) => [m, m]))
        return []
      case "partition":
        this.cutOff = c.words.map(Number)
        return []
      case "heal":
        this.cutOff = []
        return []
      case "stabilize":
        return this.stabilize(c.words.length === 0 ? [...this.peers.keys()] : c.words.map(Number))
      case "compact":
        this.peer(c).compact()
        return []
      case "unreachable":
        this.peer(c).node.reportUnreachable(option(c, "peer"))
        return []
      case "reported":
        this.peer(c).node.reportSnapshot(option(c, "peer"), !c.words.includes("failed"))
        return []
      case "request-snapshot":
        if (!this.peer(c).node.requestSnapshot()) throw new Error("snapshot request not accepted")
        return []
      case "restart":
        this.peer(c).restart()
        return []
      case "state":
        return [...this.peers.values()]
          .filter((peer) => c.words.length === 0 || c.words.includes(`${peer.id}`))
          .map((peer) => dumpState(peer.node.status(), peer.node.lastTerm))
      case "progress":
        return dumpProgress(this.peer(c).node.status())
      case "log":
        return this.peer(c).storage.all().map(dumpEntry)
      case "lease": {
        const { quorumAckedAt, basis } = this.peer(c).node.status().lease
        return [
          `quorum answered a round sent at ${quorumAckedAt ?? "?"}, lease ${basis === undefined ? "void" : `from ${basis}`}`
        ]
      }
      default:
        throw new Error(`unknown command ${c.name}`)
    }
  }

  private cluster(c: Command): ReadonlyArray<string> {
    const list = (name: string) => c.options.get(name)?.split(",").map(Number)
    const ids = Array.from({ length: option(c, "peers") }, (_, i) => i + 1)
    const learners = list("learners") ?? []
    const voters = list("voters") ?? ids.filter((id) => !learners.includes(id))
    const lease = option(c, "lease", 0)
    this.reports = !c.words.includes("noreports")
    const patience = list("patience") ?? []
    this.config = {
      ...paperConfig,
      electionTicks: option(c, "election", paperConfig.electionTicks),
      heartbeatTicks: option(c, "heartbeat", paperConfig.heartbeatTicks),
      maxInflightMessages: option(c, "inflight", paperConfig.maxInflightMessages),
      maxCommittedBytesPerReady: option(c, "page", paperConfig.maxCommittedBytesPerReady),
      maxUncommittedBytes: option(c, "uncommitted", paperConfig.maxUncommittedBytes),
      preVote: c.words.includes("prevote"),
      checkQuorum: c.words.includes("checkquorum"),
      skipBroadcastCommit: c.words.includes("skipcommit"),
      ...(lease > 0 ? { readOnly: "leaseBased" as const, leaseMs: lease } : {})
    }
    for (const id of ids) {
      const storage = new MemoryStorage(confStateOf(voters, learners))
      const start = option(c, "start", 0)
      if (start > 0) {
        const confState = confStateOf(voters, learners)
        storage.install({ metadata: { index: start, term: 1, confState }, data: bytes("[]") })
        storage.offered = undefined
        storage.hardState = { term: 1, vote: 0, commit: start }
      }
      const random = () => patience[id - 1] ?? 0
      // These peers have made no promise before, unless they restart.
      const peer = new Peer({ ...this.config, id, random, voteQuietTicks: 0 }, storage)
      this.peers.set(id, peer)
    }
    const leader = option(c, "leader", 0)
    if (leader > 0) {
      this.get(leader).node.campaign()
      this.stabilize(ids)
    }
    return []
  }

  private change(c: Command): ReadonlyArray<string> {
    const types = { v: "addNode", l: "addLearnerNode", r: "removeNode" } as const
    const changes: ConfChangeSingle[] = []
    for (const spec of c.words.slice(1)) {
      const type = types[spec[0] as keyof typeof types]
      const nodeId = Number(spec.slice(1))
      if (type !== undefined && Number.isInteger(nodeId)) changes.push({ type, nodeId })
    }
    const transition = c.words.includes("explicit") ? "explicit" : c.words.includes("implicit") ? "implicit" : "auto"
    const cc = { transition, changes, context: bytes("") } as const
    this.accept(this.peer(c).node.proposeConfChange(encodeConfChange(cc), cc))
    return []
  }

  private accept(result: { readonly ok: boolean; readonly reason?: string }): void {
    if (!result.ok) throw new Error(result.reason)
  }

  private ready(peer: Peer): ReadonlyArray<string> {
    if (!peer.node.hasReady()) return []
    const ready = peer.pass()
    this.post(peer.outbox.splice(0))
    return dumpReady(peer.id, ready)
  }

  private take(peer: Peer): ReadonlyArray<string> {
    const ready = peer.node.ready()
    this.taken.set(peer.id, ready)
    this.post(ready.messages)
    return dumpReady(peer.id, ready)
  }

  private synced(peer: Peer): ReadonlyArray<string> {
    const ready = this.taken.get(peer.id)
    if (ready === undefined) throw new Error(`peer ${peer.id} has taken no Ready`)
    this.taken.delete(peer.id)
    peer.persist(ready)
    this.post(ready.messagesAfterSync)
    peer.node.advanceAppend(ready)
    peer.apply(ready.committedEntries)
    peer.node.assertInvariants()
    return []
  }

  private post(messages: ReadonlyArray<Message>): void {
    for (const m of messages) if (!this.isCut(m)) this.network.push(m)
  }

  private isCut(m: Message): boolean {
    return this.cutOff.includes(m.from) !== this.cutOff.includes(m.to)
  }

  private deliver(m: Message): ReadonlyArray<string> {
    const line = dumpMessage(m)
    if (this.isCut(m)) return [`lost ${line}`]
    const peer = this.peers.get(m.to)
    if (peer === undefined) return [`${line} (nobody there)`]
    const refusal = peer.node.step(m)
    if (this.reports && refusal === undefined && m.type === MessageType.snapshot)
      this.peers.get(m.from)?.node.reportSnapshot(m.to, true)
    return [refusal === undefined ? line : `${line} (${refusal})`]
  }

  /** Takes the messages meant by a command out of the network. */
  private select(c: Command): ReadonlyArray<Message> {
    const to = word(c, 0)
    const from = option(c, "from", 0)
    const kind = c.options.get("kind")
    let left = option(c, "n", Number.POSITIVE_INFINITY)
    const taken: Message[] = []
    this.network = this.network.filter((m) => {
      const meant = m.to === to && (from === 0 || m.from === from) && (kind === undefined || m.type === typeOf(kind))
      if (!meant || left <= 0) return true
      left--
      taken.push(m)
      return false
    })
    return taken
  }

  private stabilize(ids: ReadonlyArray<number>): ReadonlyArray<string> {
    const lines: string[] = []
    for (let round = 0; ; round++) {
      if (round > maxRounds) throw new Error("does not stabilize")
      const before = lines.length
      for (const id of ids) {
        const peer = this.get(id)
        while (peer.node.hasReady()) lines.push(...this.ready(peer))
      }
      const due = this.network.filter((m) => ids.includes(m.to))
      this.network = this.network.filter((m) => !ids.includes(m.to))
      for (const m of due) lines.push(...this.deliver(m))
      if (lines.length === before) return lines
    }
  }

  private peer(c: Command): Peer {
    return this.get(word(c, 0))
  }
  private get(id: number): Peer {
    const peer = this.peers.get(id)
    if (peer === undefined) throw new Error(`no peer ${id}`)
    return peer
  }
}

function typeOf(kind: string): MessageType {
  if (kind in MessageType) return MessageType[kind as keyof typeof MessageType]
  throw new Error(`no message kind ${kind}`)
}

function word(c: Command, at: number): number {
  const value = Number(c.words[at])
  if (!Number.isInteger(value)) throw new Error(`${c.name}: word ${at + 1} must be a number`)
  return value
}

function option(c: Command, name: string, otherwise?: number): number {
  const text = c.options.get(name)
  const value = text === undefined ? otherwise : Number(text)
  if (value === undefined || Number.isNaN(value)) throw new Error(`${c.name}: ${name}=<number> is missing`)
  return value
}
