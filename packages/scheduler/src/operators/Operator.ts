/**
 * A plan is what a decision wants done to one region; an operator is a plan that has started. Its life:
 * running → success (all steps done) | timeout | cancelled (the region changed under it) | replaced (a more urgent one).
 */
import type { PeerId, RegionId, StoreId } from "@reefkv/wire"
import { confVerOf, type RegionInfo, regionScoreOf, versionOf } from "../cluster/RegionInfo.ts"
import type { OperatorState } from "../SchedulerService.ts"
import { isStepDone, type OperatorStep, type ReplicaId } from "./OperatorStep.ts"

/** Whose limit the operator counts against: leader balance, region balance, repair, or none (asked for by a person). */
export type OperatorKind = "leader" | "region" | "replica" | "admin"
/** A running operator gives way to one of higher priority for the same region. */
export const Priority = { low: 0, normal: 1, high: 2, urgent: 3 } as const
export type Priority = (typeof Priority)[keyof typeof Priority]

export interface OperatorPlan {
  readonly regionId: RegionId
  /** The epoch the plan was made for; it is refused when the region has moved on. */
  readonly version: number
  readonly confVer: number
  readonly desc: string
  readonly kind: OperatorKind
  readonly priority: Priority
  /** Peer id 0 stands for a new peer: `withPeerIds` gives each store's new peer one id over all steps. */
  readonly steps: ReadonlyArray<OperatorStep>
}

/** What a decision answers: something to do, or why there is nothing. */
export type Decision =
  | { readonly _tag: "Plan"; readonly plan: OperatorPlan }
  | { readonly _tag: "Nothing"; readonly reason: string }

export const nothing = (reason: string): Decision => ({ _tag: "Nothing", reason })

export const planFor = (
  region: RegionInfo,
  what: Pick<OperatorPlan, "desc" | "kind" | "priority" | "steps">
): Decision => ({
  _tag: "Plan",
  plan: { regionId: region.meta.id, version: versionOf(region.meta), confVer: confVerOf(region.meta), ...what }
})

export interface Operator {
  readonly id: number
  readonly plan: OperatorPlan
  readonly steps: ReadonlyArray<OperatorStep>
  /** conf_ver when it started: what its own steps do not explain beyond this was done by somebody else. */
  readonly startConfVer: number
  readonly createdMs: number
  readonly createdUnixMs: number
  state: OperatorState
  currentStep: number
  stepStartedMs: number
  /** Sum of `confVerDelta` of the steps before `currentStep`. */
  confVerExplained: number
  endedMs: number | undefined
  reason: string
  /** Since when its region is not in the map. */
  goneSinceMs: number | undefined
  /** The last send: to avoid repeating it on every heartbeat, and to repeat it in time. */
  sent:
    | {
        readonly step: number
        readonly leaderPeerId: PeerId
        /** The epoch it was sent with: a leader that has moved on refused it. */
        readonly version: number
        readonly confVer: number
        readonly atMs: number
        /** How often it was sent before, under the same step, leader and epoch. */
        readonly repeats: number
      }
    | undefined
}

const onlyMovesLeader = (steps: ReadonlyArray<OperatorStep>): boolean =>
  steps.every((step) => step.type === "transferLeader")

export const timeoutMsOf = (
  operator: Operator,
  config: { readonly leaderOperatorTimeoutMs: number; readonly regionOperatorTimeoutMs: number }
): number => (onlyMovesLeader(operator.steps) ? config.leaderOperatorTimeoutMs : config.regionOperatorTimeoutMs)

/** Words for people and for `GetOperator`: what the steps touch, then the kind. */
export const kindText = (operator: Operator): string => {
  const words: Array<string> = []
  if (operator.steps.some((step) => step.type === "transferLeader")) words.push("leader")
  if (operator.steps.some((step) => step.type === "split")) words.push("split")
  if (operator.steps.some((step) => step.type !== "transferLeader" && step.type !== "split")) words.push("region")
  if (operator.plan.kind === "replica" || operator.plan.kind === "admin") words.push(operator.plan.kind)
  return words.join(",")
}

/** The steps with every new peer (id 0) given an id: one id per store, the same in all steps. */
export const withPeerIds = (steps: ReadonlyArray<OperatorStep>, allocId: () => number): ReadonlyArray<OperatorStep> => {
  const given = new Map<StoreId, PeerId>()
  const fill = <R extends ReplicaId>(replica: R): R => {
    if (replica.peerId !== 0) return replica
    let id = given.get(replica.storeId)
    if (id === undefined) {
      id = allocId()
      given.set(replica.storeId, id)
    }
    return { ...replica, peerId: id }
  }
  return steps.map((step) => {
    switch (step.type) {
      case "addLearner":
      case "promoteLearner":
      case "removePeer":
        return fill(step)
      case "enterJoint":
      case "leaveJoint":
        return { ...step, promote: step.promote.map(fill), demote: step.demote.map(fill) }
      default:
        return step
    }
  })
}

/** What unfinished steps will still change on one store. */
export interface Influence {
  leaders: number
  regions: number
  regionScore: number
  /** Replicas on their way to the store. */
  arriving: number
}

/** Adds the effect of the operator's unfinished steps. Leaders and replicas move between stores; sums stay. */
export const addInfluence = (operator: Operator, region: RegionInfo, into: Map<StoreId, Influence>): void => {
  const of = (storeId: StoreId): Influence => {
    let found = into.get(storeId)
    if (found === undefined) {
      found = { leaders: 0, regions: 0, regionScore: 0, arriving: 0 }
      into.set(storeId, found)
    }
    return found
  }
  const score = regionScoreOf(region)
  for (let at = operator.currentStep; at < operator.steps.length; at++) {
    const step = operator.steps[at]!
    if (isStepDone(step, region)) continue
    switch (step.type) {
      case "transferLeader":
        of(step.fromStoreId).leaders -= 1
        of(step.toStoreId).leaders += 1
        break
      case "addLearner": {
        const target = of(step.storeId)
        // Already a member, only its snapshot is missing: it is counted by the region index.
        if (region.meta.peers.some((peer) => peer.id === step.peerId)) break
        target.regions += 1
        target.regionScore += score
        target.arriving += 1
        break
      }
      case "removePeer": {
        const source = of(step.storeId)
        source.regions -= 1
        source.regionScore -= score
        break
      }
      default:
        break
    }
  }
}
