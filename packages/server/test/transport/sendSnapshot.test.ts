/** Snapshots over real sockets: the whole of it arrives, a refusal or a deadline comes back, backpressure holds the source. */
import { describe, expect, test } from "bun:test"
import type { TransportError } from "@reefkv/core"
import type { Flow, Inbound, Reply } from "@reefkv/grpc"
import type { raft_serverpb } from "@reefkv/wire"
import { Effect, Fiber, Stream } from "effect"
import { until, within } from "../pd/rawClient.ts"
import { makeReceiver, makeSender, message, type Sender } from "./fixtures.ts"

const head = message(42)
const MIB = 1024 * 1024

interface Taken {
  head: raft_serverpb.RaftMessage | undefined
  readonly chunks: Array<number>
  /** The stream is over, by half-close or by reset: Bun's HTTP/2 client half-closes before it resets. */
  over: boolean
}

/** A receiver whose reaction to each chunk the test decides, and a transport towards it. */
const withReceiver = async (
  react: (taken: Taken, reply: Reply<raft_serverpb.Done>, flow: Flow) => Partial<Inbound<raft_serverpb.SnapshotChunk>>,
  use: (sender: Sender, taken: Taken, closeReceiver: () => Promise<void>) => Promise<void>,
  snapshotTimeoutMs = 5_000
): Promise<void> => {
  const taken: Taken = { head: undefined, chunks: [], over: false }
  const receiver = await makeReceiver(0, (reply, flow) => {
    const reaction = react(taken, reply, flow)
    return {
      message: (chunk) => {
        if (chunk.message === undefined) taken.chunks.push(chunk.data.length)
        else taken.head = chunk.message
        reaction.message?.(chunk)
      },
      halfClosed: () => {
        taken.over = true
        reaction.halfClosed?.()
      },
      cancelled: () => {
        taken.over = true
      }
    }
  })
  const sender = await makeSender([[2, receiver.address]], { snapshotTimeoutMs })
  try {
    await use(sender, taken, receiver.close)
  } finally {
    await sender.close()
    await receiver.close()
  }
}
const chunksOf = (...sizes: ReadonlyArray<number>) => Stream.fromIterable(sizes.map((size) => new Uint8Array(size)))
const refusal = (sender: Sender, chunks: Stream.Stream<Uint8Array, unknown>): Promise<TransportError> =>
  within("the refusal", Effect.runPromise(Effect.flip(sender.transport.sendSnapshot(2, head, chunks))))

test("the head and every chunk arrive in order, and it succeeds when the receiver says so", () =>
  withReceiver(
    (_taken, reply) => ({ halfClosed: () => reply.send({}) }),
    async (sender, taken) => {
      await within("sent", Effect.runPromise(sender.transport.sendSnapshot(2, head, chunksOf(10, MIB, 3, 0, 2 * MIB))))
      expect(taken.head).toEqual(head)
      expect(taken.chunks).toEqual([10, MIB, 3, 0, 2 * MIB])
    }
  ))

test("a snapshot without data is a head alone", () =>
  withReceiver(
    (_taken, reply) => ({ halfClosed: () => reply.send({}) }),
    async (sender, taken) => {
      await within("sent", Effect.runPromise(sender.transport.sendSnapshot(2, head, Stream.empty)))
      expect([taken.head, taken.chunks]).toEqual([head, []])
    }
  ))

describe("refusals", () => {
  test("in the middle: the reason comes back at once and the source is not read on", () =>
    withReceiver(
      (taken, reply) => ({
        message: () => {
          if (taken.chunks.length === 2) reply.fail(9, "region 4 overlaps")
        }
      }),
      async (sender) => {
        let made = 0
        const endless = Stream.fromEffectRepeat(
          Effect.sync(() => {
            made++
            return new Uint8Array(64 * 1024)
          })
        )
        const error = await refusal(sender, endless)
        expect(error._tag).toBe("TransportError")
        expect(error.reason).toBe("rejected")
        expect(error.message).toContain("region 4 overlaps")
        expect(made).toBeLessThan(10_000)
      }
    ))

  test("each way to fail has its reason", async () => {
    const codes: ReadonlyArray<readonly [number, TransportError["reason"]]> = [
      [8, "busy"],
      [14, "unreachable"],
      [9, "rejected"],
      [13, "rejected"]
    ]
    for (const [code, reason] of codes) {
      await withReceiver(
        (_taken, reply) => ({ halfClosed: () => reply.fail(code, "no") }),
        async (sender) => expect((await refusal(sender, chunksOf(1))).reason).toBe(reason)
      )
    }
  })

  test("a receiver that says Done before it has all of it is not believed", () =>
    withReceiver(
      (_taken, reply) => ({ message: () => reply.send({}) }),
      async (sender) => {
        const error = await refusal(sender, Stream.concat(chunksOf(1), Stream.never))
        expect(error.reason).toBe("rejected")
        expect(error.message).toContain("before all was sent")
      }
    ))

  test("a receiver that never answers: `timeout` at the deadline", () =>
    withReceiver(
      () => ({}),
      async (sender) => expect((await refusal(sender, chunksOf(1))).reason).toBe("timeout"),
      50
    ))

  test("nobody there, or no address: `unreachable`", () =>
    withReceiver(
      () => ({}),
      async (sender, _taken, closeReceiver) => {
        await closeReceiver()
        expect((await refusal(sender, chunksOf(1))).reason).toBe("unreachable")
        sender.addresses.of.clear()
        const error = await refusal(sender, chunksOf(1))
        expect(error.reason).toBe("unreachable")
        expect(error.message).toContain("invalid store ID 2, not found")
      }
    ))

  test("a source that breaks ends the stream, and the receiver, which checks for the end chunk, has only a part", () =>
    withReceiver(
      () => ({}),
      async (sender, taken) => {
        const arrived = Effect.promise(() => until("the first chunk", () => taken.chunks.length === 1))
        const failing = Stream.fromEffect(Effect.andThen(arrived, Effect.fail(new Error("the engine is closed"))))
        const broken = Stream.concat(chunksOf(5), failing)
        const error = await refusal(sender, broken)
        expect([error.reason, error.message.includes("the engine is closed")]).toEqual(["closed", true])
        await until("the receiver is told", () => taken.over)
      }
    ))
})

test("a receiver that does not read holds the source back", () =>
  withReceiver(
    (_taken, reply, flow) => {
      flow.pause()
      return { halfClosed: () => reply.send({}), resume: flow.resume } as Partial<Inbound<raft_serverpb.SnapshotChunk>>
    },
    async (sender) => {
      let made = 0
      const chunk = new Uint8Array(256 * 1024)
      const source = Stream.fromEffectRepeat(
        Effect.sync(() => {
          made++
          return chunk
        })
      )
      const fiber = Effect.runFork(sender.transport.sendSnapshot(2, head, source))
      await until("the source is read", () => made > 3)
      // However long it goes on, only what buffers hold is made: no more than 16 MiB of an endless source.
      let quiet = 0
      let last = made
      await until("the source stands still", () => {
        quiet = made === last ? quiet + 1 : 0
        last = made
        return quiet > 200
      })
      expect(made).toBeLessThan(64)
      await Effect.runPromise(Fiber.interrupt(fiber))
    }
  ))

test("interrupting the sender ends the stream at the receiver", () =>
  withReceiver(
    () => ({}),
    async (sender, taken) => {
      const fiber = Effect.runFork(sender.transport.sendSnapshot(2, head, Stream.concat(chunksOf(1, 2), Stream.never)))
      await until("two chunks", () => taken.chunks.length === 2)
      await Effect.runPromise(Fiber.interrupt(fiber))
      await until("the receiver is told", () => taken.over)
    }
  ))

test("snapshots and messages to one store go side by side", () =>
  withReceiver(
    (_taken, reply) => ({ halfClosed: () => reply.send({}) }),
    async (sender) => {
      const both = Effect.all(
        [1, 2, 3].map((size) => sender.transport.sendSnapshot(2, head, chunksOf(size * MIB, size))),
        { concurrency: "unbounded" }
      )
      sender.transport.send(2, [message(1)])
      await within("three snapshots", Effect.runPromise(both))
      expect(sender.addresses.asked).toBe(1)
    }
  ))
