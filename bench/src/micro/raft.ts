/** Raft without a store around it: three peers that hand each other their messages at once, and many that only tick. */
import {
  type ConfState,
  type Entry,
  type HardState,
  type Message,
  RawNode,
  type Snapshot,
  type Storage
} from "@reefkv/core/raft"
import { randomBytes, seedDefault, seededRandom } from "../process/seeded.ts"
import { keep, type Micro, type Suite } from "./Suite.ts"

const voters = [1, 2, 3]
const idleNodes = 10_000
const valueBytes = 256
const electionTicks = 15

/** The log as an array, without a disk. */
class ArrayStorage implements Storage {
  hardState: HardState = { term: 0, vote: 0, commit: 0 }
  private log: Array<Entry> = []
  private truncated = { index: 0, term: 0 }
  private readonly confState: ConfState

  constructor(ids: ReadonlyArray<number>) {
    this.confState = { voters: ids, learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false }
  }
  initialState() {
    return { hardState: this.hardState, confState: this.confState }
  }
  firstIndex(): number {
    return this.truncated.index + 1
  }
  lastIndex(): number {
    return this.truncated.index + this.log.length
  }
  term(index: number): number | "compacted" | "unavailable" {
    if (index < this.truncated.index) return "compacted"
    if (index === this.truncated.index) return this.truncated.term
    return this.log[index - this.truncated.index - 1]?.term ?? "unavailable"
  }
  entries(from: number, to: number): ReadonlyArray<Entry> | "compacted" | "unavailable" {
    if (from <= this.truncated.index) return "compacted"
    return this.log.slice(from - this.truncated.index - 1, to - this.truncated.index - 1)
  }
  snapshot(): Snapshot | "temporarilyUnavailable" {
    return "temporarilyUnavailable"
  }
  append(entries: ReadonlyArray<Entry>): void {
    const [first] = entries
    if (first === undefined) return
    this.log.length = first.index - this.truncated.index - 1
    for (const entry of entries) this.log.push(entry)
  }
  compactTo(index: number): void {
    const term = this.term(index)
    if (typeof term === "string" || index === this.truncated.index) return
    this.log = this.log.slice(index - this.truncated.index)
    this.truncated = { index, term }
  }
}

const makeNode = (id: number, ids: ReadonlyArray<number>, random: () => number) => {
  const storage = new ArrayStorage(ids)
  const node = new RawNode(
    {
      id,
      electionTicks,
      heartbeatTicks: 3,
      maxEntriesBytesPerMessage: 1024 * 1024,
      maxInflightMessages: 256,
      maxUncommittedBytes: 64 * 1024 * 1024,
      maxCommittedBytesPerReady: 16 * 1024 * 1024,
      preVote: true,
      checkQuorum: true,
      readOnly: "safe",
      appliedIndex: 0,
      random,
      voteQuietTicks: 0
    },
    storage
  )
  return { node, storage }
}

type Member = ReturnType<typeof makeNode>

/** Entries kept before the logs are cut: they must not grow with the length of the run. */
const compactEntries = 4_096

class Trio {
  readonly members: ReadonlyArray<Member>

  constructor(random: () => number) {
    this.members = voters.map((id) => makeNode(id, voters, random))
    this.leader.node.campaign()
    this.settle()
    if (!this.leader.node.isLeader) throw new Error("no leader was elected")
  }
  get leader(): Member {
    return this.members[0]!
  }
  /** Until nobody has anything to say. */
  settle(): void {
    for (let busy = true; busy; ) {
      busy = false
      for (const { node, storage } of this.members) {
        if (!node.hasReady()) continue
        busy = true
        const ready = node.ready()
        this.deliver(ready.messages)
        storage.append(ready.entries)
        if (ready.hardState !== undefined) storage.hardState = ready.hardState
        this.deliver(ready.messagesAfterSync)
        node.advanceAppend(ready)
        const last = ready.committedEntries.at(-1)
        if (last !== undefined) node.advanceApply(last.index)
      }
    }
    const { storage } = this.leader
    if (storage.lastIndex() - storage.firstIndex() < compactEntries) return
    for (const member of this.members) member.storage.compactTo(member.storage.lastIndex() - 1)
  }
  private deliver(messages: ReadonlyArray<Message>): void {
    for (const message of messages) this.members[message.to - 1]!.node.step(message)
  }
}

export const raftSuite = (): Suite => {
  const random = seededRandom(seedDefault)
  const data = randomBytes(random, valueBytes)
  const trio = new Trio(random)
  const replicate = (count: number): Micro => ({
    name: `raft: three peers, ${count} ${count === 1 ? "entry" : "entries"} a round`,
    variant: "",
    items: count,
    unit: "entry",
    run: () => {
      for (let i = 0; i < count; i++) {
        const result = trio.leader.node.propose(data)
        if (!result.ok) throw new Error(`a proposal was refused: ${result.reason}`)
      }
      trio.settle()
    }
  })
  // Followers of a leader that is heard from now and then, as regions without traffic are.
  const idle = Array.from({ length: idleNodes }, () => makeNode(1, voters, random).node)
  let tick = 0
  return {
    benches: [
      replicate(1),
      replicate(64),
      {
        name: `raft: tick of ${idleNodes} idle peers`,
        variant: "",
        items: idleNodes,
        unit: "tick",
        run: () => {
          tick++
          for (const node of idle) keep(node.tick())
          // Before the first election timeout, the peers hear of a leader.
          if (tick % (electionTicks - 1) === 0) for (const node of idle) node.step(heartbeat)
          for (const node of idle) if (node.hasReady()) node.advanceAppend(node.ready())
        }
      }
    ],
    close: () => Promise.resolve()
  }
}

const heartbeat: Message = {
  type: 8,
  to: 1,
  from: 2,
  term: 1,
  logTerm: 0,
  index: 0,
  commit: 0,
  commitTerm: 0,
  entries: [],
  snapshot: undefined,
  requestSnapshot: 0,
  reject: false,
  rejectHint: 0,
  context: new Uint8Array(0)
}
