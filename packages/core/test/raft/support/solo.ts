/** One peer without a network: messages are put in by hand and taken out to be looked at. */
import { type Message, MessageType, makeMessage, messageTypeNames } from "../../../src/raft/message.ts"
import type { Config, Entry, HardState } from "../../../src/raft/types.ts"
import { bytes, Peer, paperConfig } from "./Cluster.ts"
import { confStateOf, MemoryStorage } from "./MemoryStorage.ts"

export interface SoloOptions extends Partial<Config> {
  readonly voters?: ReadonlyArray<number>
  readonly learners?: ReadonlyArray<number>
  /** Terms of the entries at index 1, 2, … that are durable at the start. */
  readonly terms?: ReadonlyArray<number>
  readonly hardState?: HardState
}

/** Peer 1 of three, at term 0 with an empty log, unless told otherwise. */
export function solo(options: SoloOptions = {}): Peer {
  const { voters = [1, 2, 3], learners = [], terms = [], hardState, ...config } = options
  const storage = new MemoryStorage(confStateOf(voters, learners))
  storage.append(entriesOf(terms))
  const term = terms[terms.length - 1] ?? 0
  storage.hardState = hardState ?? { term, vote: 0, commit: 0 }
  return new Peer({ ...paperConfig, id: 1, ...config }, storage)
}

/** Entries with these terms, from `first` on. */
export function entriesOf(terms: ReadonlyArray<number>, first = 1): ReadonlyArray<Entry> {
  return terms.map((term, i) => ({ kind: 0, term, index: first + i, data: bytes(`${first + i}/${term}`) }))
}

/** Everything the peer wants sent now. */
export function sent(peer: Peer): Message[] {
  peer.run()
  return peer.outbox.splice(0)
}

export function sentOf(peer: Peer, type: MessageType): Message[] {
  return sent(peer).filter((m) => m.type === type)
}

/** Steps a message to the peer and returns what it answers. */
export function tell(peer: Peer, type: MessageType, from: number, fields: Partial<Message> = {}): Message[] {
  peer.node.step(makeMessage({ term: peer.node.term, ...fields, type, from, to: peer.id }))
  return sent(peer)
}

/** Makes the peer a leader by the votes of all others; drops what it sends meanwhile. */
export function lead(peer: Peer): void {
  peer.node.campaign()
  peer.run()
  const { voters, votersOutgoing } = peer.node.confState
  const type = peer.node.role === "preCandidate" ? MessageType.requestPreVoteResponse : MessageType.requestVoteResponse
  const term = peer.node.role === "preCandidate" ? peer.node.term + 1 : peer.node.term
  for (const id of new Set([...voters, ...votersOutgoing])) if (id !== peer.id) tell(peer, type, id, { term })
  if (peer.node.role === "candidate")
    for (const id of voters) if (id !== peer.id) tell(peer, MessageType.requestVoteResponse, id)
  if (!peer.node.isLeader) throw new Error(`peer ${peer.id} is ${peer.node.role}, not leader`)
  sent(peer)
}

/** The follower has everything up to `index`. */
export function ack(peer: Peer, from: number, index = peer.node.lastIndex): Message[] {
  return tell(peer, MessageType.appendResponse, from, { index })
}

export function propose(peer: Peer, data: string): boolean {
  return peer.node.propose(bytes(data)).ok
}

export function nameOf(m: Message): string {
  return messageTypeNames[m.type] ?? `${m.type}`
}
