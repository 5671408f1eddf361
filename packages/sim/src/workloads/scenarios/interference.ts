/**
 * A scenario's hand on single Raft messages and snapshots between stores: messages that are lost, messages that are held
 * and released later, snapshots that break or wait. Several can be in force at once; the first that wants a message has it.
 */
import { decode, encode, eraftpb, raft_serverpb } from "@reefkv/wire"
import type { Cluster } from "../../cluster/Cluster.ts"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { SnapshotGate } from "../../network/storeTransport.ts"
import type { Host } from "../../world/Host.ts"

export type MessageTest = (message: raft_serverpb.RaftMessage, from: SimStore, to: SimStore) => boolean
export type SnapshotTest = (head: raft_serverpb.RaftMessage, from: SimStore, to: SimStore) => SnapshotGate | undefined

export interface Losing {
  /** Messages lost so far. */
  count: number
  end(): void
}
export interface Holding {
  /** Messages held now. */
  readonly count: number
  /** Delivers what is held, in order, and holds no more. */
  release(): void
  /** The same in one piece: the receiver takes all of it before it does anything else. */
  releaseTogether(): void
  /** Loses what is held, and holds no more. */
  drop(): void
}
export interface Recording {
  /** Messages recorded so far. */
  readonly count: number
  /** Sends all of them once more, in order. */
  deliver(): void
  /** Records no more. */
  end(): void
}
export interface Gating {
  /** Questions asked at the gate. */
  asked: number
  end(): void
}

const { MessageType } = eraftpb
export const typeOf = ({ message }: raft_serverpb.RaftMessage): eraftpb.MessageType | undefined => message?.msgType
export const isVote: MessageTest = (message) => {
  const type = typeOf(message)
  return type === MessageType.MsgRequestVote || type === MessageType.MsgRequestPreVote
}
export const isAppend: MessageTest = (message) => typeOf(message) === MessageType.MsgAppend

/** Messages that may be held at once; a plot that holds more has forgotten to let go. */
const heldMax = 10_000

export class Interference {
  private readonly cluster: Cluster
  private readonly takers = new Set<MessageTest>()
  private readonly gates = new Set<SnapshotTest>()

  constructor(cluster: Cluster) {
    this.cluster = cluster
    cluster.loses = (from, to, message) => {
      const sender = this.storeAt(from)
      const receiver = this.storeAt(to)
      for (const takes of this.takers) if (takes(message, sender, receiver)) return true
      return false
    }
    cluster.gatesSnapshot = (from, to, head) => {
      for (const gate of this.gates) {
        const verdict = gate(head, this.storeAt(from), this.storeAt(to))
        if (verdict !== undefined) return verdict
      }
      return "pass"
    }
  }

  lose(test: MessageTest, atMost = Number.POSITIVE_INFINITY): Losing {
    const takes: MessageTest = (message, from, to) => {
      if (losing.count >= atMost || !test(message, from, to)) return false
      losing.count++
      return true
    }
    const losing: Losing = { count: 0, end: () => void this.takers.delete(takes) }
    this.takers.add(takes)
    return losing
  }
  hold(test: MessageTest): Holding {
    const held: Array<{ readonly to: SimStore; readonly bytes: Uint8Array }> = []
    const takes: MessageTest = (message, from, to) => {
      if (!test(message, from, to)) return false
      held.push({ to, bytes: encode(raft_serverpb.RaftMessage, message) })
      if (held.length > heldMax) this.cluster.world.fail(`more than ${heldMax} messages are held`)
      return true
    }
    this.takers.add(takes)
    return {
      get count() {
        return held.length
      },
      release: () => {
        this.takers.delete(takes)
        for (const { to, bytes } of held.splice(0)) this.deliver(to, bytes)
      },
      releaseTogether: () => {
        this.takers.delete(takes)
        const all = held.splice(0)
        for (const to of new Set(all.map((one) => one.to))) {
          this.deliver(to, ...all.filter((one) => one.to === to).map(({ bytes }) => bytes))
        }
      },
      drop: () => {
        this.takers.delete(takes)
        held.length = 0
      }
    }
  }
  /** Messages pass, and are kept, so that they can arrive once more much later. */
  record(test: MessageTest): Recording {
    const kept: Array<{ readonly to: SimStore; readonly bytes: Uint8Array }> = []
    const takes: MessageTest = (message, from, to) => {
      if (kept.length < heldMax && test(message, from, to)) {
        kept.push({ to, bytes: encode(raft_serverpb.RaftMessage, message) })
      }
      return false
    }
    this.takers.add(takes)
    return {
      get count() {
        return kept.length
      },
      deliver: () => {
        for (const { to, bytes } of kept) this.deliver(to, bytes)
      },
      end: () => void this.takers.delete(takes)
    }
  }
  /** What a store would be told by another; also for messages that nobody sent just now. */
  deliver(to: SimStore, ...messages: ReadonlyArray<Uint8Array>): void {
    this.cluster.world.after(0, to.host, () =>
      to.running?.router.onRaftMessages(messages.map((bytes) => decode(raft_serverpb.RaftMessage, bytes)))
    )
  }
  /** The first gate with an opinion decides about a snapshot. */
  gate(test: SnapshotTest): Gating {
    const asks: SnapshotTest = (head, from, to) => {
      const verdict = test(head, from, to)
      if (verdict !== undefined) gating.asked++
      return verdict
    }
    const gating: Gating = { asked: 0, end: () => void this.gates.delete(asks) }
    this.gates.add(asks)
    return gating
  }
  end(): void {
    this.takers.clear()
    this.gates.clear()
  }

  private storeAt(host: Host): SimStore {
    return this.cluster.stores.find((store) => store.host === host)!
  }
}
