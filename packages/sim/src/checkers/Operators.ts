/**
 * What the scheduler does to regions: one operator a region at a time, its steps one after the other, each one done before
 * the next. No plan of its own leaves a region with fewer voters than it should have, nobody who is to go gets a replica,
 * and nobody gets a vote before it has the data. Whose store is down is replaced no earlier than that is so. Plans are read as the scheduler describes them to people.
 */
import type { SchedulerEvent } from "@reefkv/scheduler"
import { formatRegion, metapb, type StoreId } from "@reefkv/wire"
import type { World } from "../world/World.ts"

interface Replica {
  readonly peerId: number
  readonly storeId: StoreId
}
type Step =
  | { readonly type: "add" | "promote" | "remove"; readonly replica: Replica }
  | { readonly type: "enter"; readonly promote: ReadonlyArray<Replica>; readonly demote: ReadonlyArray<Replica> }
  | { readonly type: "leave" | "split" }
  | { readonly type: "transfer"; readonly toStoreId: StoreId }

interface Running {
  readonly operatorId: number
  readonly desc: string
  readonly steps: ReadonlyArray<string>
  readonly sinceMs: number
  done: number
}

export interface OperatorsOptions {
  readonly maxReplicas: number
  /** No operator runs for longer; a slack for the scheduler's timer is in it. */
  readonly operatorMaxMs: number
  /** Why this replica is not one on a store that is down, if it is not. */
  readonly whyNotDown: (storeId: StoreId, peerId: number) => string | undefined
  /** Asked to go, or gone. */
  readonly isLeaving: (storeId: StoreId) => boolean
  /** Of a peer that runs now: whether it has data. Undefined when nobody can tell. */
  readonly hasData: (regionId: number, replica: Replica) => boolean | undefined
}

const { DemotingVoter, IncomingVoter, Learner, Voter } = metapb.PeerRole
const votes = ({ role }: metapb.Peer): boolean => role === Voter || role === IncomingVoter

export class Operators {
  started = 0
  private readonly options: OperatorsOptions
  private running = new Map<number, Running>()
  /** As the scheduler took them last. */
  private regions = new Map<number, { readonly region: metapb.Region; readonly leaderStoreId: StoreId }>()

  constructor(options: OperatorsOptions) {
    this.options = options
  }

  /** It has forgotten all operators. */
  onSchedulerStart(): void {
    this.running = new Map()
    this.regions = new Map()
  }

  /** While the scheduler runs. */
  onProbe(world: World): void {
    for (const [regionId, { desc, sinceMs }] of this.running) {
      if (world.nowMs - sinceMs <= this.options.operatorMaxMs) continue
      world.fail(`${desc} of region ${regionId} runs since ${sinceMs.toFixed(0)} ms`)
    }
  }

  onSchedulerEvent(world: World, event: SchedulerEvent): void {
    switch (event.type) {
      case "RegionChanged":
        for (const id of event.evictedRegionIds) this.regions.delete(id)
        this.regions.set(event.regionId, { region: event.region, leaderStoreId: event.leaderStoreId })
        return
      case "OperatorStarted": {
        const { regionId, operatorId, desc, steps } = event
        const other = this.running.get(regionId)
        if (other !== undefined) world.fail(`region ${regionId} has two operators: ${other.desc} and ${desc}`)
        this.started++
        this.running.set(regionId, { operatorId, desc, steps, sinceMs: world.nowMs, done: 0 })
        this.judgePlan(world, event)
        return
      }
      case "OperatorStepSent":
        this.judgeOrder(world, event)
        return
      case "OperatorStepDone": {
        const running = this.current(world, event)
        if (running === undefined) return
        running.done++
        const known = this.regions.get(event.regionId)
        if (known !== undefined && !isDone(parse(world, event.step), known.region, known.leaderStoreId)) {
          world.fail(`"${event.step}" counts as done: ${describe(known.region)}, led by store ${known.leaderStoreId}`)
        }
        return
      }
      case "OperatorEnded": {
        const { regionId, operatorId, outcome, desc } = event
        const running = this.running.get(regionId)
        if (running?.operatorId !== operatorId) {
          world.fail(`operator ${operatorId} (${desc}) of region ${regionId} ended and was not running`)
        } else {
          if (outcome === "success" && running.done < running.steps.length) {
            world.fail(`${desc} of region ${regionId} ended with ${running.done} of ${running.steps.length} steps done`)
          }
          this.running.delete(regionId)
        }
      }
    }
  }

  /** What the scheduler wants by itself keeps the voters that a region has, up to the wanted number, at every step. */
  private judgePlan(world: World, event: Extract<SchedulerEvent, { type: "OperatorStarted" }>): void {
    const { desc, regionId, steps } = event
    const known = this.regions.get(regionId)
    if (known === undefined || !isOwn(desc)) return
    const { region } = known
    const { maxReplicas } = this.options
    const voters = new Set(region.peers.filter(votes).map(({ id }) => id))
    const atStart = voters.size
    const taken = new Set(region.peers.map(({ storeId }) => storeId))
    const isForDown = /^re(place|move-extra)-down-replica$/.test(desc)
    const what = (): string => `${desc} (${steps.join("; ")}) of ${describe(region)}`
    for (const text of steps) {
      const step = parse(world, text)
      if (isForDown) this.judgeLost(world, desc, regionId, step)
      switch (step.type) {
        case "add":
          if (taken.has(step.replica.storeId)) world.fail(`a second replica on a store: ${what()}`)
          taken.add(step.replica.storeId)
          break
        case "promote":
          voters.add(step.replica.peerId)
          break
        case "remove":
          voters.delete(step.replica.peerId)
          taken.delete(step.replica.storeId)
          break
        case "enter":
          for (const { peerId } of step.promote) voters.add(peerId)
          for (const { peerId } of step.demote) voters.delete(peerId)
      }
      if (voters.size < Math.min(atStart, maxReplicas)) world.fail(`${voters.size} voters are left by ${what()}`)
    }
    // A learner may take the place of a voter that is there but no good.
    if (desc !== "promote-learner" && voters.size > Math.max(atStart, maxReplicas)) {
      world.fail(`${voters.size} voters are made by ${what()}`)
    }
  }

  /** Nobody is given up before his time. */
  private judgeLost(world: World, desc: string, regionId: number, step: Step): void {
    for (const { storeId, peerId } of step.type === "remove" ? [step.replica] : []) {
      const wrong = this.options.whyNotDown(storeId, peerId)
      if (wrong !== undefined) world.fail(`${desc} of peer ${peerId} of region ${regionId}: ${wrong}`)
    }
  }

  private judgeOrder(world: World, event: Extract<SchedulerEvent, { type: "OperatorStepSent" }>): void {
    const { desc, regionId, toStoreId } = event
    this.current(world, event)
    const step = parse(world, event.step)
    const known = this.regions.get(regionId)
    if (known !== undefined && known.leaderStoreId !== toStoreId) {
      world.fail(`"${event.step}" is sent to store ${toStoreId}; store ${known.leaderStoreId} leads region ${regionId}`)
    }
    this.judgeLoss(world, desc, event.step, step, known?.region)
    const voting = step.type === "promote" ? [step.replica] : step.type === "enter" ? step.promote : []
    for (const replica of step.type === "add" ? [step.replica] : voting) {
      if (this.options.isLeaving(replica.storeId)) {
        world.fail(`${desc}: "${event.step}" of region ${regionId}, and store ${replica.storeId} is to go`)
      }
    }
    for (const replica of voting) {
      if (this.options.hasData(regionId, replica) === false) {
        world.fail(`${desc}: "${event.step}" of region ${regionId}, and peer ${replica.peerId} has no data yet`)
      }
    }
  }

  /** A region that has moved on since the plan was made has another plan made for it. */
  private judgeLoss(world: World, desc: string, text: string, step: Step, region: metapb.Region | undefined): void {
    if (region === undefined || !isOwn(desc)) return
    const voters = new Set(region.peers.filter(votes).map(({ id }) => id))
    const atStart = voters.size
    if (step.type === "remove") voters.delete(step.replica.peerId)
    else if (step.type === "enter") {
      for (const { peerId } of step.promote) voters.add(peerId)
      for (const { peerId } of step.demote) voters.delete(peerId)
    }
    if (voters.size < Math.min(atStart, this.options.maxReplicas)) {
      world.fail(`${desc}: "${text}" leaves ${voters.size} voters of ${describe(region)}`)
    }
  }

  /** The operator that the event names, which must be at that step. */
  private current(
    world: World,
    event: { readonly regionId: number; readonly operatorId: number; readonly step: string }
  ): Running | undefined {
    const running = this.running.get(event.regionId)
    const at = running?.operatorId === event.operatorId ? running.steps[running.done] : undefined
    if (at === event.step) return running
    world.fail(`operator ${event.operatorId} of region ${event.regionId}: "${event.step}" while it is at "${at}"`)
    return undefined
  }
}

/** What a person wants is done. Where no store has room, what is damaged goes before its successor comes. */
const isOwn = (desc: string): boolean => !desc.startsWith("admin-") && desc !== "remove-damaged-replica"

const describe = (region: metapb.Region): string =>
  `${formatRegion(region)} with ${region.peers.map(({ id, storeId, role }) => `${id}@${storeId}r${role}`).join(" ")}`

const isDone = (step: Step, region: metapb.Region, leaderStoreId: StoreId): boolean => {
  const peerOf = ({ peerId, storeId }: Replica): metapb.Peer | undefined =>
    region.peers.find((peer) => peer.id === peerId && peer.storeId === storeId)
  const demoted = (replica: Replica): boolean => {
    const role = peerOf(replica)?.role
    return role === undefined || role === Learner || role === DemotingVoter
  }
  switch (step.type) {
    case "add":
      return peerOf(step.replica) !== undefined
    case "promote":
      return peerOf(step.replica)?.role === Voter
    case "remove":
      return peerOf(step.replica) === undefined
    case "enter":
      return (
        step.promote.every((replica) => {
          const peer = peerOf(replica)
          return peer !== undefined && votes(peer)
        }) && step.demote.every(demoted)
      )
    case "leave":
      return region.peers.every(({ role }) => role === Voter || role === Learner)
    case "transfer":
      return leaderStoreId === step.toStoreId
    case "split":
      return true
  }
}

/** The words of `describeStep`; other words are a failure, so that they cannot change unnoticed. */
const parse = (world: World, text: string): Step => {
  const single = /^(add|promote|remove) (?:learner|peer) (\d+) on store (\d+)$/.exec(text)
  if (single !== null) {
    const [, type, peerId, storeId] = single
    const replica = { peerId: Number(peerId), storeId: Number(storeId) }
    return { type: type === "add" ? "add" : type === "promote" ? "promote" : "remove", replica }
  }
  const joint = /^enter joint state: promote (.*); demote (.*)$/.exec(text)
  if (joint !== null) return { type: "enter", promote: replicasIn(joint[1] ?? ""), demote: replicasIn(joint[2] ?? "") }
  const transfer = /^transfer leader from store \d+ to store (\d+)$/.exec(text)
  if (transfer !== null) return { type: "transfer", toStoreId: Number(transfer[1]) }
  if (text === "leave joint state") return { type: "leave" }
  if (!text.startsWith("split")) world.fail(`no known step: ${text}`)
  return { type: "split" }
}

const replicasIn = (text: string): ReadonlyArray<Replica> =>
  [...text.matchAll(/(\d+) on store (\d+)/g)].map(([, peerId, storeId]) => ({
    peerId: Number(peerId),
    storeId: Number(storeId)
  }))
