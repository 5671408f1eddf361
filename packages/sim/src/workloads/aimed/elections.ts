/**
 * Leaders that go soon after they came: each is cut off, killed or held up at a random moment of its first round trips,
 * so that logs of few entries and many terms meet.
 */

import type { Steps } from "../scenarios/steps.ts"
import { aimed, electionMs, type Round, someLeader, someTime, waitFor } from "./aimed.ts"

/** One leader after the other goes; whoever was gone before is back for the next one. */
const storm: Round = (s) => {
  for (let left = s.rng.between(3, 8); left > 0; left--) {
    const led = nextLeader(s)
    if (led === undefined) return
    someTime(s, 0, s.rng.pick([10, 30, 80]))
    s.cluster.network.heal()
    for (const store of s.stores) store.start()
    const what = s.rng.weighted([
      ["isolate", 4],
      ["kill", 2],
      ["power", 2],
      ["silence", 1]
    ] as const)
    if (what === "isolate") s.isolate(led.store)
    else if (what === "silence") for (const one of s.stores) if (one !== led.store) s.cut(led.store, one)
    if (what === "kill" || what === "power") {
      s.kill(led.store, what === "power")
      someTime(s, 1, 50)
      led.store.start()
    }
  }
}

const nextLeader = (s: Steps) => {
  waitFor(s, 5 * electionMs, () => someLeader(s) !== undefined)
  return someLeader(s)
}

/** All power goes at once, a few times. */
const powerOff: Round = (s) => {
  for (const store of s.stores) s.kill(store)
  someTime(s, 1, 50)
  for (const store of s.stores) store.start()
  someTime(s, electionMs, 4 * electionMs)
}

export const elections = aimed({
  name: "elections",
  what: "leaders that are cut off or killed as soon as they lead",
  options: (calm, rng) => ({
    ...calm,
    clients: 4,
    keys: 3,
    thinkMs: rng.pick([2, 10]),
    wander: 0.3,
    network: { ...calm.network, latencyMaxMs: rng.pick([2, 8, 20]), loss: rng.pick([0, 0.05]) },
    store: {
      ...calm.store,
      maxEntriesBytesPerMessage: rng.pick([1, 256, 65_536]),
      requestTimeoutMs: 500,
      regionMaxBytes: 1_000_000,
      regionSplitBytes: 1_000_000
    }
  }),
  rounds: [
    [storm, 5],
    [powerOff, 1]
  ]
})
