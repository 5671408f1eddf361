/** A store that waits for something does not turn in circles meanwhile. */
import { expect, test } from "bun:test"
import { runSeed } from "../src/index.ts"
import { calmOptions } from "../src/workloads/scenarios/calm.ts"

test("entries that wait for a snapshot to be in place do not keep the store's loop busy", () => {
  let passes = 0
  const { failure } = runSeed(
    {
      name: "test/backlog-behind-snapshot",
      what: "a peer has entries to apply while its snapshot is put in place",
      options: (seed) => calmOptions(seed),
      play: (run) => {
        run.start()
        const { handle } = run.cluster.stores[0]!.running!
        const [peer] = handle.peers.values()
        // As after a consistency check: the entries behind it wait for the next pass, in which a snapshot is accepted.
        const { appliedIndex, raft } = peer!
        peer!.applyBacklog = [{ index: appliedIndex + 1, term: raft.term, kind: 0, data: new Uint8Array(0) }]
        peer!.applyingSnapshot = true
        handle.touch(peer!)
        const before = handle.counters.passes
        run.forMs(100)
        passes = handle.counters.passes - before
        peer!.applyBacklog = []
        peer!.applyingSnapshot = false
      }
    },
    1
  )
  expect(failure).toBeUndefined()
  expect(passes).toBeGreaterThan(0)
  expect(passes).toBeLessThan(200)
})
