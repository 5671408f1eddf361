/** When disk or log fail, in a write or in a read of the loop, everybody is answered and the store says why it ended. */
import { expect, test } from "bun:test"
import { EngineError, type EngineService, type RaftLogService } from "@reefkv/engine"
import { makeMemoryEngine, makeMemoryRaftLog } from "@reefkv/engine-memory"
import { epochOf, eraftpb, metapb, raft_serverpb } from "@reefkv/wire"
import { Cause, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { testStoreConfig } from "./cluster/Cluster.ts"
import { launchStore } from "./cluster/launchStore.ts"
import { TestScheduler } from "./cluster/TestScheduler.ts"
import { runTest } from "./support/run.ts"

const failure = new EngineError({ reason: "io", message: "the disk is gone" })
type Fault = "none" | "engine write" | "engine read" | "log append"

const doors = (fault: { now: Fault }): { engine: EngineService; raftLog: RaftLogService } => {
  const engine = makeMemoryEngine({})
  const raftLog = makeMemoryRaftLog({})
  const unless = <A>(when: Fault, effect: Effect.Effect<A, EngineError>): Effect.Effect<A, EngineError> =>
    Effect.suspend(() => (fault.now === when ? Effect.fail(failure) : effect))
  return {
    engine: {
      ...engine,
      write: (batch, options) => unless("engine write", engine.write(batch, options)),
      latest: {
        get: (cf, key) => {
          if (fault.now === "engine read") throw failure
          return engine.latest.get(cf, key)
        },
        getMany: (cf, keys) => engine.latest.getMany(cf, keys),
        scan: (cf, options, visit) => engine.latest.scan(cf, options, visit)
      }
    },
    raftLog: { ...raftLog, append: (groups) => unless("log append", raftLog.append(groups)) }
  }
}

for (const kind of ["engine write", "engine read", "log append"] as const) {
  test(`5.3 ${kind} fails: every request is answered, and the store ends with the failure`, () =>
    runTest(
      Effect.gen(function* () {
        const fault: { now: Fault } = { now: "none" }
        const scheduler = new TestScheduler()
        const { router, stopped } = yield* launchStore({
          store: metapb.Store.create({ address: "store" }),
          ...doors(fault),
          transport: { send: () => {}, sendSnapshot: () => Effect.void },
          scheduler: scheduler.client,
          config: testStoreConfig,
          keyMode: "raw",
          seed: 1,
          onEvent: () => {}
        })
        yield* TestClock.adjust(testStoreConfig.raftTickMs * 30)
        const region = scheduler.all()[0]!.region
        const header = { regionId: region.id, epoch: epochOf(region), peer: undefined, term: 0, deadlineMs: 0 }
        const put = { type: "put", cf: "default", key: new Uint8Array([1]), value: new Uint8Array([2]) } as const
        const write = router.writeEffect({ header, commands: [put] })
        expect((yield* write)._tag).toBe("Written")

        fault.now = kind
        // Met by whoever asks for a region that has no peer here.
        if (kind === "engine read") router.onRaftMessages([voteFor(router.storeId(), 999)])
        const asked = yield* Effect.forkScoped(write)
        const answered = yield* Fiber.join(asked)
        expect(["UndeterminedResult", "ServerIsBusy"]).toContain(answered._tag)
        const exit = yield* Effect.exit(stopped)
        expect(Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined).toBe(failure)
        expect((yield* write)._tag).toBe("ServerIsBusy")
      })
    ))
}

const voteFor = (storeId: number, regionId: number): raft_serverpb.RaftMessage =>
  raft_serverpb.RaftMessage.create({
    regionId,
    fromPeer: metapb.Peer.create({ id: 1, storeId: storeId + 1 }),
    toPeer: metapb.Peer.create({ id: 2, storeId }),
    regionEpoch: { confVer: 1, version: 1 },
    message: eraftpb.Message.create({ msgType: eraftpb.MessageType.MsgRequestPreVote, from: 1, to: 2, term: 6 })
  })
