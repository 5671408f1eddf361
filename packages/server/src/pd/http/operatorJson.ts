/** Operators as PD's HTTP API takes and prints them: pd-ctl's JSON in, PD's one-line text out. */
import type { OperatorRequest, OperatorStatus } from "@reefkv/scheduler"
import { Result, Schema } from "effect"

const Id = Schema.Int.check(Schema.isGreaterThan(0))

/** One shape per operator name; field names are those pd-ctl sends. */
const OperatorBody = Schema.Union([
  Schema.Struct({ name: Schema.Literal("transfer-leader"), region_id: Id, to_store_id: Id }),
  Schema.Struct({ name: Schema.Literal("add-peer"), region_id: Id, store_id: Id }),
  Schema.Struct({ name: Schema.Literal("add-learner"), region_id: Id, store_id: Id }),
  Schema.Struct({ name: Schema.Literal("remove-peer"), region_id: Id, store_id: Id }),
  Schema.Struct({ name: Schema.Literal("transfer-peer"), region_id: Id, from_store_id: Id, to_store_id: Id }),
  Schema.Struct({
    name: Schema.Literal("split-region"),
    region_id: Id,
    policy: Schema.optional(Schema.Literals(["scan", "approximate", "usekey", "SCAN", "APPROXIMATE", "USEKEY"])),
    keys: Schema.optional(Schema.Array(Schema.String))
  }),
  Schema.Struct({ name: Schema.Literal("scatter-region"), region_id: Id, group: Schema.optional(Schema.String) })
])
type OperatorBody = typeof OperatorBody.Type

export const operatorNames = OperatorBody.members.map((member) => member.fields.name.literal)

const decodeBody = Schema.decodeUnknownResult(OperatorBody)

const HEX = /^(?:[0-9a-fA-F]{2})+$/

/** The request, or a sentence for whoever wrote the JSON. */
export const operatorRequestOf = (body: unknown): Result.Result<OperatorRequest, string> => {
  if (typeof body !== "object" || body === null || !("name" in body)) return Result.fail("missing operator name")
  const name = (operatorNames as ReadonlyArray<unknown>).find((known) => known === body.name)
  if (name === undefined) {
    return Result.fail(`unknown operator ${JSON.stringify(body.name)}; known are ${operatorNames.join(", ")}`)
  }
  const decoded = decodeBody(body)
  if (Result.isFailure(decoded)) return Result.fail(`bad ${name} operator: ${decoded.failure.message}`)
  return requestOf(decoded.success)
}

const requestOf = (body: OperatorBody): Result.Result<OperatorRequest, string> => {
  const regionId = body.region_id
  switch (body.name) {
    case "transfer-leader":
      return Result.succeed({ kind: body.name, regionId, toStoreId: body.to_store_id })
    case "add-peer":
    case "add-learner":
    case "remove-peer":
      return Result.succeed({ kind: body.name, regionId, storeId: body.store_id })
    case "transfer-peer":
      return Result.succeed({
        kind: body.name,
        regionId,
        fromStoreId: body.from_store_id,
        toStoreId: body.to_store_id
      })
    case "split-region": {
      const policy = (body.policy ?? "approximate").toLowerCase() as "scan" | "approximate" | "usekey"
      const keys = body.keys ?? []
      const bad = keys.find((key) => !HEX.test(key))
      if (bad !== undefined) return Result.fail(`split key ${JSON.stringify(bad)} is not hex`)
      if ((policy === "usekey") !== keys.length > 0) {
        return Result.fail("split-region takes keys with policy usekey, and only then")
      }
      return Result.succeed({
        kind: body.name,
        regionId,
        policy,
        keys: keys.map((key) => Uint8Array.from(Buffer.from(key, "hex")))
      })
    }
    case "scatter-region":
      return Result.succeed({ kind: body.name, regionId, group: body.group ?? "" })
  }
}

/** PD's text for an operator. Source: pd `pkg/schedule/operator` Operator.String. */
export const operatorText = (operator: OperatorStatus): string => {
  const steps = operator.steps.map((step, index) => `${index}:{${step}}`).join(", ")
  const created = new Date(operator.createdUnixMs).toISOString()
  const { desc, kind, regionId, currentStep } = operator
  return `${desc} (kind:${kind}, region:${regionId}, createAt:${created}, currentStep:${currentStep}, steps:[${steps}])`
}

const stateNames: Record<OperatorStatus["state"], string> = {
  running: "RUNNING",
  success: "SUCCESS",
  timeout: "TIMEOUT",
  cancelled: "CANCEL",
  replaced: "REPLACE"
}
export const operatorStatusText = (operator: OperatorStatus): string =>
  `status: ${stateNames[operator.state]}, operator: ${operatorText(operator)}`

/** All that is known, for tools that want fields and not a sentence. */
export const operatorJson = (operator: OperatorStatus) => ({
  operator_id: operator.operatorId,
  region_id: operator.regionId,
  desc: operator.desc,
  kind: operator.kind,
  status: stateNames[operator.state],
  steps: operator.steps,
  current_step: operator.currentStep,
  reason: operator.reason,
  create_time: new Date(operator.createdUnixMs).toISOString(),
  elapsed_ms: operator.elapsedMs
})
