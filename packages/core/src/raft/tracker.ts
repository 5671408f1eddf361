/**
 * A leader's view of all members: one `Progress` each, itself included, and the quorum questions over them. Lives as long
 * as one leadership; `reconfigure` follows membership changes. Learners are fed but never counted.
 */
import { allMembers, isVoter } from "./membership.ts"
import { type InflightLimits, Progress } from "./progress.ts"
import { majoritySize, majorityValue } from "./quorum.ts"
import type { ConfState } from "./types.ts"

export class Tracker {
  readonly selfId: number
  readonly progress = new Map<number, Progress>()
  /** Everybody but this peer, ascending by id. */
  peers: ReadonlyArray<Progress> = []
  private incoming: ReadonlyArray<Progress> = []
  private outgoing: ReadonlyArray<Progress> = []
  private readonly limits: InflightLimits
  private readonly scratch: number[] = []

  /** All members start as probed from the end of the leader's log. */
  constructor(selfId: number, confState: ConfState, lastIndex: number, limits: InflightLimits) {
    this.selfId = selfId
    this.limits = limits
    this.follow(confState, lastIndex + 1, false)
  }

  get(id: number): Progress | undefined {
    return this.progress.get(id)
  }

  /**
   * Newcomers are probed from `lastIndex`, and count as active: they could not answer before they were members. True when
   * there are any.
   */
  reconfigure(confState: ConfState, lastIndex: number): boolean {
    return this.follow(confState, Math.max(lastIndex, 1), true)
  }

  /** The only voter there is. */
  get isSingleton(): boolean {
    return this.incoming.length === 1 && this.outgoing.length === 0
  }

  /** The largest index that a majority of each half holds durably. */
  committedIndex(): number {
    const { incoming, outgoing, scratch } = this
    for (let i = 0; i < incoming.length; i++) scratch[i] = incoming[i]!.match
    const a = majorityValue(scratch, incoming.length)
    if (outgoing.length === 0) return a
    for (let i = 0; i < outgoing.length; i++) scratch[i] = outgoing[i]!.match
    return Math.min(a, majorityValue(scratch, outgoing.length))
  }

  /** The latest heartbeat round that a majority of each half has answered; this peer answers all. Infinity when alone. */
  quorumRound(): number {
    return Math.min(this.roundOf(this.incoming), this.roundOf(this.outgoing))
  }

  /** A majority of each half was heard from since `resetActivity`. */
  isQuorumActive(): boolean {
    return this.isActive(this.incoming) && this.isActive(this.outgoing)
  }

  resetActivity(): void {
    for (const pr of this.peers) pr.recentActive = false
  }

  private roundOf(voters: ReadonlyArray<Progress>): number {
    for (let i = 0; i < voters.length; i++) {
      const pr = voters[i]!
      this.scratch[i] = pr.id === this.selfId ? Number.POSITIVE_INFINITY : pr.ackedRound
    }
    return majorityValue(this.scratch, voters.length)
  }

  private isActive(voters: ReadonlyArray<Progress>): boolean {
    if (voters.length === 0) return true
    let active = 0
    for (const pr of voters) if (pr.recentActive || pr.id === this.selfId) active++
    return active >= majoritySize(voters.length)
  }

  private follow(confState: ConfState, next: number, recentActive: boolean): boolean {
    const members = allMembers(confState)
    let joined = false
    for (const id of this.progress.keys()) if (!members.includes(id)) this.progress.delete(id)
    for (const id of members) {
      const isLearner = !isVoter(confState, id)
      const known = this.progress.get(id)
      if (known !== undefined) {
        known.isLearner = isLearner
        continue
      }
      this.progress.set(id, new Progress(id, next, isLearner, recentActive, this.limits))
      joined = true
    }
    const of = (ids: ReadonlyArray<number>) => ids.map((id) => this.progress.get(id)!)
    this.peers = of(members.filter((id) => id !== this.selfId))
    this.incoming = of(confState.voters)
    this.outgoing = of(confState.votersOutgoing)
    return joined
  }
}
