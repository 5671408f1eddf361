/**
 * The operators that run: at most one a region. Driven by three things: `add` starts one, an accepted heartbeat moves it
 * on and answers its next step, and the timer expires it, drops it when its region is gone, and repeats a step that
 * showed no effect. Ended ones stay in a bounded history.
 */
import type { pdpb, RegionId, StoreId } from "@reefkv/wire"
import type { RunningOperators } from "../cluster/ClusterView.ts"
import { confVerOf, type RegionInfo, versionOf } from "../cluster/RegionInfo.ts"
import type { SchedulerConfig } from "../SchedulerConfig.ts"
import type { SchedulerEventSink } from "../SchedulerEvent.ts"
import type { OperatorState, OperatorStatus } from "../SchedulerService.ts"
import {
  addInfluence,
  type Influence,
  kindText,
  type Operator,
  type OperatorKind,
  type OperatorPlan,
  timeoutMsOf,
  withPeerIds
} from "./Operator.ts"
import {
  checkStep,
  confVerDelta,
  describeStep,
  hasTakenEffect,
  isStepDone,
  stepResponse,
  storesNeeded
} from "./OperatorStep.ts"

export type Added =
  | { readonly _tag: "Started"; readonly operator: Operator }
  | { readonly _tag: "Refused"; readonly reason: string }

/**
 * A region may be out of the map for a moment: the heartbeat of a child that a split cut off takes the range before the
 * parent reports what it kept. Only a longer absence ends its operator.
 */
const goneGraceMs = 2_000

export interface OperatorControllerOptions {
  readonly config: () => SchedulerConfig
  readonly events: SchedulerEventSink
  readonly region: (id: RegionId) => RegionInfo | undefined
  /** An id for a new peer, or undefined when none is reserved at the moment. */
  readonly allocId: () => number | undefined
  readonly nowMs: () => number
  readonly nowUnixMs: () => number
  /** Why the store must not get a leader, or a replica or a vote; undefined when it may. */
  readonly whyNotStore: (storeId: StoreId, gets: "leader" | "replica") => string | undefined
  /** Carries a step to the store that leads the region. */
  readonly send: (storeId: StoreId, response: pdpb.RegionHeartbeatResponse) => void
}

export class OperatorController implements RunningOperators {
  private readonly running = new Map<RegionId, Operator>()
  private ended: Array<Operator> = []
  private nextId = 1

  private readonly options: OperatorControllerOptions

  constructor(options: OperatorControllerOptions) {
    this.options = options
  }

  get size(): number {
    return this.running.size
  }
  has(regionId: RegionId): boolean {
    return this.running.has(regionId)
  }
  count(kind: OperatorKind): number {
    let count = 0
    for (const operator of this.running.values()) if (operator.plan.kind === kind) count++
    return count
  }
  influences(): ReadonlyMap<StoreId, Influence> {
    const byStore = new Map<StoreId, Influence>()
    for (const operator of this.running.values()) {
      const region = this.options.region(operator.plan.regionId)
      if (region !== undefined) addInfluence(operator, region, byStore)
    }
    return byStore
  }

  /** Starts the plan and sends its first step, unless the region moved on or is busy with something as urgent. */
  add(plan: OperatorPlan): Added {
    const region = this.options.region(plan.regionId)
    if (region === undefined) return refused(`region ${plan.regionId} is not known`)
    if (versionOf(region.meta) !== plan.version || confVerOf(region.meta) !== plan.confVer) {
      return refused(
        `region ${plan.regionId} is at version ${versionOf(region.meta)}, conf_ver ${confVerOf(region.meta)}; the plan was made for ${plan.version}, ${plan.confVer}`
      )
    }
    if (plan.steps.length === 0) return refused("the plan has no steps")
    const present = this.running.get(plan.regionId)
    if (present !== undefined && present.plan.priority >= plan.priority) {
      return refused(`region ${plan.regionId} is busy with ${present.plan.desc}`)
    }
    const limit = this.limitOf(plan.kind)
    if (limit !== undefined && this.count(plan.kind) >= limit) {
      return refused(`${limit} operators of kind ${plan.kind} are running, which is the limit`)
    }
    let outOfIds = false
    const steps = withPeerIds(plan.steps, () => {
      const id = this.options.allocId()
      if (id === undefined) outOfIds = true
      return id ?? 0
    })
    if (outOfIds) return refused("no peer ids are reserved at the moment")

    if (present !== undefined) this.end(present, "replaced", `by ${plan.desc}`)
    const nowMs = this.options.nowMs()
    const operator: Operator = {
      id: this.nextId++,
      plan,
      steps,
      startConfVer: confVerOf(region.meta),
      createdMs: nowMs,
      createdUnixMs: this.options.nowUnixMs(),
      state: "running",
      currentStep: 0,
      stepStartedMs: nowMs,
      confVerExplained: 0,
      endedMs: undefined,
      reason: "",
      sent: undefined,
      goneSinceMs: undefined
    }
    this.running.set(plan.regionId, operator)
    this.emit(operator, (of) => ({ type: "OperatorStarted", ...of, steps: operator.steps.map(describeStep) }))
    this.advance(operator, region)
    return { _tag: "Started", operator }
  }

  private limitOf(kind: OperatorKind): number | undefined {
    const config = this.options.config()
    switch (kind) {
      case "leader":
        return config.leaderScheduleLimit
      case "region":
        return config.regionScheduleLimit
      case "replica":
        return config.replicaScheduleLimit
      case "admin":
        return undefined
    }
  }

  /** After an accepted heartbeat or a split report of the region. */
  onRegion(region: RegionInfo): void {
    const operator = this.running.get(region.meta.id)
    if (operator !== undefined) this.advance(operator, region)
  }

  /** Passes over steps that are done, ends the operator if it is over, else sends the step that is due. */
  private advance(operator: Operator, region: RegionInfo): void {
    const nowMs = this.options.nowMs()
    let explained: number
    for (;;) {
      const step = operator.steps[operator.currentStep]
      if (step === undefined) {
        this.end(operator, "success", "")
        return
      }
      if (!isStepDone(step, region)) {
        explained = operator.confVerExplained + (hasTakenEffect(step, region) ? confVerDelta(step) : 0)
        break
      }
      operator.confVerExplained += confVerDelta(step)
      operator.currentStep += 1
      const elapsedMs = nowMs - operator.stepStartedMs
      operator.stepStartedMs = nowMs
      this.emit(operator, (of) => ({ type: "OperatorStepDone", ...of, step: describeStep(step), elapsedMs }))
    }
    const moved = confVerOf(region.meta) - operator.startConfVer
    if (moved > explained) {
      this.end(operator, "cancelled", `conf_ver rose by ${moved}, its own steps explain ${explained}`)
      return
    }
    this.sendStep(operator, region, nowMs)
  }

  private sendStep(operator: Operator, region: RegionInfo, nowMs: number): void {
    const step = operator.steps[operator.currentStep]
    if (step === undefined || region.leader === undefined) return
    // A store that is gone would hold the operator, and with it all repair of the region, until its time-out.
    const gets = step.type === "transferLeader" ? "leader" : "replica"
    const refusal =
      storesNeeded(step)
        .map((storeId) => this.options.whyNotStore(storeId, gets))
        .find((reason) => reason !== undefined) ?? checkStep(step, region)
    if (refusal !== undefined) {
      this.end(operator, "cancelled", refusal)
      return
    }
    // Done but for the snapshot: there is nothing more to ask for.
    if (hasTakenEffect(step, region)) return
    const { sent } = operator
    const same =
      sent !== undefined &&
      sent.step === operator.currentStep &&
      sent.leaderPeerId === region.leader.id &&
      sent.version === versionOf(region.meta) &&
      sent.confVer === confVerOf(region.meta)
    const { operatorResendMs } = this.options.config()
    if (same && nowMs - sent.atMs < Math.min(operatorResendMs, (operatorResendMs / 8) * 2 ** sent.repeats)) return
    operator.sent = {
      step: operator.currentStep,
      leaderPeerId: region.leader.id,
      version: versionOf(region.meta),
      confVer: confVerOf(region.meta),
      atMs: nowMs,
      repeats: same ? sent.repeats + 1 : 0
    }
    const response = stepResponse(step, region)
    if (response === undefined) return
    const toStoreId = region.leader.storeId
    this.emit(operator, (of) => ({ type: "OperatorStepSent", ...of, step: describeStep(step), toStoreId }))
    this.options.send(toStoreId, response)
  }

  /** The timer: nothing here waits for a heartbeat, which a dead leader would never send. */
  tick(): void {
    const nowMs = this.options.nowMs()
    const config = this.options.config()
    for (const operator of [...this.running.values()]) {
      const region = this.options.region(operator.plan.regionId)
      if (region === undefined) {
        operator.goneSinceMs ??= nowMs
        if (nowMs - operator.goneSinceMs >= goneGraceMs) this.end(operator, "cancelled", "its region is gone")
        continue
      }
      operator.goneSinceMs = undefined
      if (nowMs - operator.createdMs >= timeoutMsOf(operator, config)) {
        this.end(operator, "timeout", `at step ${operator.currentStep + 1} of ${operator.steps.length}`)
      } else this.sendStep(operator, region, nowMs)
    }
    this.ended = this.ended.filter((operator) => nowMs - (operator.endedMs ?? nowMs) < config.operatorHistoryMs)
  }

  /** The store has begun to listen: what was sent to it before is lost, so the steps it should know are sent again. */
  onListening(storeId: StoreId): void {
    const nowMs = this.options.nowMs()
    for (const operator of [...this.running.values()]) {
      const region = this.options.region(operator.plan.regionId)
      if (region?.leader?.storeId !== storeId) continue
      operator.sent = undefined
      this.sendStep(operator, region, nowMs)
    }
  }

  cancel(regionId: RegionId, reason: string): boolean {
    const operator = this.running.get(regionId)
    if (operator === undefined) return false
    this.end(operator, "cancelled", reason)
    return true
  }

  /** The running operator of the region, else its last one that is still remembered. */
  status(regionId: RegionId): OperatorStatus | undefined {
    const operator =
      this.running.get(regionId) ?? this.ended.findLast((candidate) => candidate.plan.regionId === regionId)
    return operator === undefined ? undefined : this.describe(operator)
  }
  list(): ReadonlyArray<OperatorStatus> {
    return [...this.running.values()].map((operator) => this.describe(operator))
  }
  /** Oldest first. */
  history(): ReadonlyArray<OperatorStatus> {
    return this.ended.map((operator) => this.describe(operator))
  }

  describe(operator: Operator): OperatorStatus {
    return {
      operatorId: operator.id,
      regionId: operator.plan.regionId,
      desc: operator.plan.desc,
      kind: kindText(operator),
      state: operator.state,
      steps: operator.steps.map(describeStep),
      currentStep: operator.currentStep,
      reason: operator.reason,
      createdUnixMs: operator.createdUnixMs,
      elapsedMs: (operator.endedMs ?? this.options.nowMs()) - operator.createdMs
    }
  }

  private end(operator: Operator, state: Exclude<OperatorState, "running">, reason: string): void {
    if (operator.state !== "running") {
      throw new Error(
        `operator ${operator.id} of region ${operator.plan.regionId} ended twice: ${operator.state}, ${state}`
      )
    }
    operator.state = state
    operator.reason = reason
    operator.endedMs = this.options.nowMs()
    this.running.delete(operator.plan.regionId)
    this.ended.push(operator)
    const excess = this.ended.length - this.options.config().operatorHistoryMax
    if (excess > 0) this.ended.splice(0, excess)
    const elapsedMs = operator.endedMs - operator.createdMs
    this.emit(operator, (of) => ({ type: "OperatorEnded", ...of, outcome: state, reason, elapsedMs }))
  }

  private emit(
    operator: Operator,
    make: (of: { regionId: RegionId; operatorId: number; desc: string }) => Parameters<SchedulerEventSink["emit"]>[0]
  ): void {
    const { events } = this.options
    if (!events.listening()) return
    events.emit(make({ regionId: operator.plan.regionId, operatorId: operator.id, desc: operator.plan.desc }))
  }
}

const refused = (reason: string): Added => ({ _tag: "Refused", reason })
