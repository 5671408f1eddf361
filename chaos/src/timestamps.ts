/** A client of the scheduler's timestamps: asks on a stream for a few at a time, and again on a new one when that breaks. */
import { makeGrpcChannel, type RequestStream } from "@reefkv/grpc"
import type { Timestamps } from "@reefkv/sim/checkers"
import type { Rng } from "@reefkv/sim/rng"
import { pdpb, services } from "@reefkv/wire"
import { Effect } from "effect"

const { methods } = services.PD
const answerTimeoutMs = 5_000
const pauseMs = 60
const countMax = 8
/** After a stream that broke. */
const retryMs = 200
const logicalBits = 18n

export interface TimestampParts {
  readonly address: string
  readonly timestamps: Timestamps
  readonly rng: Rng
  readonly stopping: () => boolean
  readonly onBroken: (what: string) => void
}

export const runTimestampClient = async (parts: TimestampParts): Promise<void> => {
  while (!parts.stopping()) {
    await Effect.runPromise(Effect.scoped(Effect.ignore(oneConnection(parts))))
    await Bun.sleep(retryMs)
  }
}

const oneConnection = Effect.fnUntraced(function* ({ address, timestamps, rng, stopping, onBroken }: TimestampParts) {
  const channel = yield* makeGrpcChannel(address)
  const members = yield* channel.unary(methods.GetMembers, pdpb.GetMembersRequest.create(), {
    timeoutMs: answerTimeoutMs
  })
  const header = pdpb.RequestHeader.create({ clusterId: members.header?.clusterId ?? 0 })
  let answered = (_: pdpb.TsoResponse | undefined): void => {}
  const stream: RequestStream<pdpb.TsoRequest> = channel.bidi(methods.Tso, {
    message: (answer) => answered(answer),
    ended: () => answered(undefined)
  })
  const ask = (count: number): Promise<pdpb.TsoResponse | undefined> => {
    const { promise, resolve } = Promise.withResolvers<pdpb.TsoResponse | undefined>()
    answered = resolve
    const timer = setTimeout(() => resolve(undefined), answerTimeoutMs)
    stream.write(pdpb.TsoRequest.create({ header, count }))
    return promise.finally(() => clearTimeout(timer))
  }
  const loop = async (): Promise<void> => {
    while (!stopping()) {
      const count = rng.between(1, countMax)
      const floor = timestamps.floor()
      const answer = await ask(count)
      if (answer?.timestamp === undefined || answer.header?.error !== undefined) break
      const { physical, logical } = answer.timestamp
      const last = (BigInt(physical) << logicalBits) | BigInt(logical)
      if (answer.count !== count) onBroken(`asked for ${count} timestamps, was given ${answer.count}`)
      timestamps.onAnswer({ fail: onBroken }, floor, last, count)
      await Bun.sleep(pauseMs)
    }
    stream.cancel()
  }
  yield* Effect.promise(loop)
})
