/** A store whose engine takes its time: what is committed there and not yet applied is not answered as if it were. */
import { expect, setDefaultTimeout, test } from "bun:test"
import { epochOf, eraftpb } from "@reefkv/wire"
import { Effect } from "effect"
import { firstRegionId } from "../cluster/Cluster.ts"
import { type DiskFactory, memoryDisks } from "../cluster/disks.ts"
import type { MessageFilter } from "../cluster/Network.ts"
import { runScenario } from "../cluster/runScenario.ts"
import { bytes } from "../support/values.ts"

// Time inside is virtual; this only bounds a machine under load.
setDefaultTimeout(60_000)

const slow = 2
const slowDisks =
  (delay: { ms: number }): DiskFactory =>
  (storeId) =>
    Effect.map(memoryDisks(storeId), (disk) =>
      storeId !== slow
        ? disk
        : {
            ...disk,
            open: Effect.map(disk.open, ({ engine, raftLog }) => ({
              raftLog,
              engine: {
                ...engine,
                write: (batch, options) =>
                  Effect.suspend(() => Effect.andThen(Effect.sleep(delay.ms), engine.write(batch, options)))
              }
            }))
          }
    )

test("5.2 a new leader that has not applied what was acknowledged before it led answers no read, by lease or otherwise", () => {
  const delay = { ms: 0 }
  return runScenario({ seed: 75_001, stores: 3, disks: slowDisks(delay) }, (c) =>
    Effect.gen(function* () {
      yield* c.mustPut("k", "old")
      yield* c.transferLeader("k", 1)
      yield* c.waitLocal(slow, "k", "old")
      // Store 2 gets the entry of the next write and is not told that it is committed.
      const known = c.status(slow, firstRegionId)!.commitIndex
      const blind: MessageFilter = (m, _from, to) =>
        to === slow && m.regionId === firstRegionId && (m.message?.commit ?? 0) > known ? { drop: true } : undefined
      c.network.filter = blind
      yield* c.mustPut("k", "new")
      expect(c.localGet(slow, "k")).toBe("old")
      delay.ms = 60
      // Its heartbeats are answered before its entries are, so that it has a lease when it learns of the commit.
      c.network.filter = (m, from, to) =>
        to === slow && m.message?.msgType === eraftpb.MessageType.MsgAppendResponse
          ? { delayMs: 50 }
          : blind(m, from, to)
      const { region } = yield* c.mustLead("k")
      yield* c.admin(1, region, { type: "transferLeader", peer: c.peerOn(region, slow)! })
      const header = { regionId: region.id, epoch: epochOf(region), peer: undefined, term: 0, deadlineMs: 0 }
      const answers: Array<string> = []
      let asked = 0
      let between = 0
      const startedMs = c.nowMs()
      while (c.nowMs() - startedMs < 400) {
        asked += 1
        const status = c.status(slow, firstRegionId)!
        if (status.role === "leader" && status.commitIndex > known && c.localGet(slow, "k") === "old") between += 1
        c.router(slow).read({ header, keys: [bytes("k")], replicaRead: false }, (result) => {
          if (result._tag !== "Readable") return
          answers.push(Buffer.from(result.view.get("default", bytes("k")) ?? new Uint8Array(0)).toString())
        })
        yield* Effect.sleep(2)
      }
      c.network.filter = undefined
      delay.ms = 0
      // It led, knew the entry to be committed and had not applied it, for as long as its engine took.
      expect(between).toBeGreaterThan(10)
      expect(new Set(answers)).toEqual(new Set(["new"]))
      expect(asked).toBeGreaterThan(answers.length - 1)
      yield* c.mustGet("k", "new")
    })
  )
})
