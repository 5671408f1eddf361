/**
 * Work that people and clients ask for: operators by name, splits at given keys, scatter. Each answers with a refusal
 * that says what was expected, or with an operator that runs like any other.
 */
import { pdpb, type RegionId, type StoreId } from "@reefkv/wire"
import { Effect } from "effect"
import { isVoter, peerOnStore, type RegionInfo } from "../cluster/RegionInfo.ts"
import { whyNotAlive, whyNotLeaderOf } from "../filters.ts"
import { type Decision, nothing, Priority, planFor } from "../operators/Operator.ts"
import { type PlanWords, planAdd, planRemove, planReplace, planTransfer } from "../operators/plans.ts"
import { schedulerError } from "../SchedulerError.ts"
import type { OperatorRequest, OperatorStatus } from "../SchedulerService.ts"
import { alreadySpread, Scatterer } from "../scatter.ts"
import { type Parts, whyNotBootstrapped } from "./Parts.ts"

/** Keys of one `splitRegions`, regions of one scatter at most. */
export const requestItemsMax = 10_000
const splitPollMs = 50
const scatterPollMs = 100
/** How long `scatterRegions` tries again what it cannot scatter yet. */
const scatterTimeoutMs = 3_000
const splitDesc = "split-region"

export const makeRequests = (parts: Parts) => {
  const { cluster, ids, operators } = parts
  const scatterer = new Scatterer()

  const splitPlan = (region: RegionInfo, policy: pdpb.CheckPolicy, keys: ReadonlyArray<Uint8Array>): Decision =>
    planFor(region, {
      desc: splitDesc,
      kind: "admin",
      priority: Priority.high,
      steps: [{ type: "split", policy, keys, startKey: region.meta.startKey, endKey: region.meta.endKey }]
    })

  const strictlyInside = (region: RegionInfo, key: Uint8Array): boolean =>
    cluster.regions.tree.find(key) === region && Buffer.compare(key, region.meta.startKey) > 0

  /** Why the store cannot take a replica that a person wants there; softer than for balance: only life and place count. */
  const whyNotHost = (region: RegionInfo, storeId: StoreId): string | undefined => {
    const store = cluster.store(storeId)
    if (store === undefined) return `store ${storeId} is not known`
    if (peerOnStore(region.meta, storeId) !== undefined) {
      return `store ${storeId} already holds a replica of region ${region.meta.id}`
    }
    const dead = whyNotAlive(parts.view(), store)
    return dead === undefined ? undefined : `store ${storeId} ${dead}`
  }
  const whyNotHolder = (region: RegionInfo, storeId: StoreId): string | undefined =>
    peerOnStore(region.meta, storeId) === undefined
      ? `store ${storeId} holds no replica of region ${region.meta.id}`
      : undefined

  const decide = (region: RegionInfo, request: OperatorRequest): Decision => {
    const view = parts.view()
    const words: PlanWords = { desc: `admin-${request.kind}`, kind: "admin", priority: Priority.urgent }
    const unless = (refusal: string | undefined, decision: () => Decision): Decision =>
      refusal === undefined ? decision() : nothing(refusal)
    switch (request.kind) {
      case "transfer-leader": {
        if (region.leader?.storeId === request.toStoreId) {
          return nothing(`store ${request.toStoreId} already leads region ${region.meta.id}`)
        }
        const refusal = whyNotLeaderOf(view, region, request.toStoreId)
        return unless(refusal === undefined ? undefined : `store ${request.toStoreId} ${refusal}`, () =>
          planTransfer(region, request.toStoreId, words)
        )
      }
      case "add-peer":
        return unless(whyNotHost(region, request.storeId), () => planAdd(view, region, request.storeId, "voter", words))
      case "add-learner":
        return unless(whyNotHost(region, request.storeId), () =>
          planAdd(view, region, request.storeId, "learner", words)
        )
      case "remove-peer": {
        const voters = region.meta.peers.filter(isVoter)
        const last = voters.length === 1 && voters[0]!.storeId === request.storeId
        return unless(
          whyNotHolder(region, request.storeId) ??
            (last ? `store ${request.storeId} holds the only voter of region ${region.meta.id}` : undefined),
          () => planRemove(view, region, request.storeId, words)
        )
      }
      case "transfer-peer":
        return unless(whyNotHolder(region, request.fromStoreId) ?? whyNotHost(region, request.toStoreId), () =>
          planReplace(view, region, request.fromStoreId, request.toStoreId, words)
        )
      case "split-region": {
        if (request.policy !== "usekey") {
          const policy = request.policy === "scan" ? pdpb.CheckPolicy.SCAN : pdpb.CheckPolicy.APPROXIMATE
          return splitPlan(region, policy, [])
        }
        if (request.keys.length === 0) return nothing("policy usekey needs keys")
        return unless(
          request.keys.every((key) => strictlyInside(region, key))
            ? undefined
            : `every key must lie inside region ${region.meta.id} and differ from its start`,
          () => splitPlan(region, pdpb.CheckPolicy.USEKEY, request.keys)
        )
      }
      case "scatter-region":
        return scatterer.scatter(view, region, request.group)
    }
  }

  const addOperator = Effect.fnUntraced(function* (request: OperatorRequest) {
    const refusal = whyNotBootstrapped(parts)
    if (refusal !== undefined) return yield* refusal
    yield* ids.ensure(1)
    const region = cluster.regions.get(request.regionId)
    if (region === undefined) {
      return yield* schedulerError(
        "notFound",
        `region ${request.regionId} is not known`,
        pdpb.ErrorType.REGION_NOT_FOUND
      )
    }
    const decision = decide(region, request)
    if (decision._tag === "Nothing") return yield* schedulerError("refused", decision.reason)
    const added = operators.add(decision.plan)
    if (added._tag === "Refused") return yield* schedulerError("refused", added.reason)
    return operators.describe(added.operator)
  })

  /** The regions that got no operator though they are not yet where they should be. */
  const scatterOnce = Effect.fnUntraced(function* (regionIds: ReadonlyArray<RegionId>, group: string) {
    const failed: Array<RegionId> = []
    for (const regionId of regionIds) {
      // One new peer a replica at most.
      yield* ids.ensure(cluster.regions.get(regionId)?.meta.peers.length ?? 0)
      const region = cluster.regions.get(regionId)
      const decision = region === undefined ? nothing("not known") : scatterer.scatter(parts.view(), region, group)
      const refused =
        decision._tag === "Nothing"
          ? decision.reason !== alreadySpread
          : operators.add(decision.plan)._tag === "Refused"
      if (refused) failed.push(regionId)
    }
    return failed
  })

  const scatterRegions = Effect.fnUntraced(function* (regionIds: ReadonlyArray<RegionId>, group: string) {
    const refusal = whyNotBootstrapped(parts)
    if (refusal !== undefined) return yield* refusal
    if (regionIds.length > requestItemsMax) {
      return yield* schedulerError("refused", `at most ${requestItemsMax} regions at a time, not ${regionIds.length}`)
    }
    // What cannot be scattered now may be soon: halves of a fresh split report pending replicas for a moment.
    let failedRegionsId = yield* scatterOnce(regionIds, group)
    const deadlineMs = parts.nowMs() + scatterTimeoutMs
    while (failedRegionsId.length > 0 && parts.nowMs() < deadlineMs) {
      yield* Effect.sleep(scatterPollMs)
      failedRegionsId = yield* scatterOnce(failedRegionsId, group)
    }
    const done = regionIds.length - failedRegionsId.length
    const finishedPercentage = regionIds.length === 0 ? 100 : Math.floor((done * 100) / regionIds.length)
    return { finishedPercentage, failedRegionsId }
  })

  const splitRegions = Effect.fnUntraced(function* (keys: ReadonlyArray<Uint8Array>) {
    const refusal = whyNotBootstrapped(parts)
    if (refusal !== undefined) return yield* refusal
    if (keys.length > requestItemsMax) {
      return yield* schedulerError("refused", `at most ${requestItemsMax} keys at a time, not ${keys.length}`)
    }
    const regionsId = new Set<RegionId>()
    let waiting = keys.filter((key) => key.length > 0)
    const total = waiting.length
    const asked = new Set<RegionId>()
    const deadlineMs = parts.nowMs() + parts.config().splitRegionsTimeoutMs
    for (;;) {
      const byRegion = new Map<RegionInfo, Array<Uint8Array>>()
      waiting = waiting.filter((key) => {
        const region = cluster.regions.tree.find(key)
        if (region === undefined) return true
        if (Buffer.compare(region.meta.startKey, key) === 0) {
          regionsId.add(region.meta.id)
          return false
        }
        byRegion.set(region, [...(byRegion.get(region) ?? []), key])
        return true
      })
      if (waiting.length === 0 || parts.nowMs() >= deadlineMs) break
      for (const [region, inside] of byRegion) {
        if (region.leader === undefined || operators.status(region.meta.id)?.state === "running") continue
        inside.sort(Buffer.compare)
        const decision = splitPlan(region, pdpb.CheckPolicy.USEKEY, inside)
        if (decision._tag === "Plan" && operators.add(decision.plan)._tag === "Started") asked.add(region.meta.id)
      }
      yield* Effect.sleep(splitPollMs)
    }
    for (const regionId of asked) {
      const status = operators.status(regionId)
      if (status?.state === "running" && status.desc === splitDesc)
        operators.cancel(regionId, "nobody waits for it any more")
    }
    const finishedPercentage = total === 0 ? 100 : Math.floor(((total - waiting.length) * 100) / total)
    return { finishedPercentage, regionsId: [...regionsId] }
  })

  const getOperator = Effect.fnUntraced(function* (regionId: RegionId) {
    const status: OperatorStatus | undefined = operators.status(regionId)
    if (status !== undefined) return status
    return yield* schedulerError(
      "notFound",
      `region ${regionId} has no operator, running or remembered`,
      pdpb.ErrorType.REGION_NOT_FOUND
    )
  })

  return { addOperator, scatterRegions, splitRegions, getOperator }
}
