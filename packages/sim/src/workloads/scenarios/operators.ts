/** Operators that get nowhere, or whose region somebody else has changed. */
import type { SchedulerEvent } from "@reefkv/scheduler"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { Workload } from "../../Workload.ts"
import { scenario } from "./calm.ts"
import { change, peerOn, remove, type Steps } from "./steps.ts"

type Ended = Extract<SchedulerEvent, { type: "OperatorEnded" }>

/** A replica is on its way to a spare store, and its snapshot is held. */
const addHeld = (
  s: Steps
): { readonly spare: SimStore; readonly ended: Array<Ended>; readonly release: () => void } => {
  s.put("k", "1")
  const { region } = s.leader("k")
  const spare = s.spares("k")[0]!
  const ended: Array<Ended> = []
  s.cluster.watchesScheduler = (event) => {
    if (event.type === "OperatorEnded") ended.push(event)
  }
  const heldBack = s.wires.gate((_head, _from, to) => (to === spare ? "hold" : undefined))
  s.operator({ kind: "add-peer", regionId: region.id, storeId: spare.storeId })
  s.until("the learner is there", () => peerOn(s.leads("k")?.region ?? region, spare) !== undefined)
  return { spare, ended, release: () => heldBack.end() }
}

const expires = scenario(
  "operator_expires",
  "a replica never gets its snapshot: the operator that waits for it ends when its time is over",
  { stores: 4, scheduler: { regionOperatorTimeoutMs: 2_000 } },
  (s: Steps) => {
    const { ended, release } = addHeld(s)
    s.forMs(4_000)
    s.assert(ended.length === 1 && ended[0]!.outcome === "timeout", `it has ended: ${JSON.stringify(ended)}`)
    release()
  }
)

const givesWay = scenario(
  "operator_gives_way",
  "while an operator waits somebody changes the members of its region by hand: it ends, and plans are made anew",
  { stores: 4 },
  (s: Steps) => {
    const { spare, ended, release } = addHeld(s)
    const gone = s.followers("k").find((store) => store !== spare)!
    const { store, region } = s.leader("k")
    s.admin(store, region, change(remove(peerOn(region, gone)!)))
    s.forMs(500)
    s.assert(ended.length === 1 && ended[0]!.outcome === "cancelled", `it has ended: ${JSON.stringify(ended)}`)
    release()
  }
)

export const operators: ReadonlyArray<Workload> = [expires, givesWay]
