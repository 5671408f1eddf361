/** Each reason a store acts on survives the way through pdpb.Error, and the texts clients look for stay as they are. */
import { expect, test } from "bun:test"
import { type SchedulerErrorReason, schedulerError } from "@reefkv/scheduler"
import { decode, encode, pdpb } from "@reefkv/wire"
import { fromPdError, toPdError } from "../../src/pd/errorCodec.ts"

const through = (error: ReturnType<typeof schedulerError>) =>
  fromPdError(decode(pdpb.Error, encode(pdpb.Error, toPdError(error))))

test("reason, type and message come back", () => {
  const reasons: ReadonlyArray<SchedulerErrorReason> = [
    "notBootstrapped",
    "alreadyBootstrapped",
    "clusterMismatch",
    "notFound",
    "stale",
    "refused"
  ]
  for (const reason of reasons) {
    const error = schedulerError(reason, "region 4 at v3/c2 is behind v5/c2")
    const back = through(error)
    expect([back.reason, back.type, back.message]).toEqual([error.reason, error.type, error.message])
  }
  const region = schedulerError("notFound", "no operator", pdpb.ErrorType.REGION_NOT_FOUND)
  expect(through(region)).toMatchObject({ reason: "notFound", type: 6, message: "no operator" })
})

test("a store that is not known keeps PD's words, without a bracket", () => {
  const error = schedulerError("notFound", "invalid store ID 9, not found")
  expect(toPdError(error)).toEqual({ type: pdpb.ErrorType.UNKNOWN, message: "invalid store ID 9, not found" })
  expect(through(error).reason).toBe("notFound")
})

test("an error of type OK would pass for success, so it leaves as UNKNOWN", () => {
  expect(toPdError(schedulerError("refused", "no", pdpb.ErrorType.OK)).type).toBe(pdpb.ErrorType.UNKNOWN)
})

test("a real PD's unknown error is a refusal", () => {
  expect(fromPdError({ type: 1, message: "[PD:region:ErrX]something" }).reason).toBe("refused")
})
