/**
 * No read, by lease, read index or from a follower, answers with less than what anybody was told before it began.
 * TiKV's scenarios by their names. What is read is judged by the history of the whole run.
 */
import { eraftpb } from "@reefkv/wire"
import type { Workload } from "../../Workload.ts"
import type { Outcome } from "../KvClient.ts"
import { scenario } from "./calm.ts"
import { typeOf } from "./interference.ts"
import type { Steps } from "./steps.ts"

const { MessageType } = eraftpb

const afterFollower = scenario(
  "lease_read_after_follower_read",
  "a follower has applied a write that its leader, slow on its disk, has not: who read it there reads no less from the leader",
  {},
  (s: Steps) => {
    s.put("k", "1")
    const { store } = s.leader("k")
    const [follower] = s.followers("k")
    s.holds(follower!, "k", "1")
    // The follower is allowed to read, and told so when it has applied more than it asked for.
    const permission = s.wires.hold((message) => typeOf(message) === MessageType.MsgReadIndexResp)
    const reader = s.newClient()
    let read: Outcome | undefined
    reader.getAt(follower!.storeId, "k", (outcome) => {
      read = outcome
    })
    s.until("the leader allows the read", () => permission.count > 0)
    store.disk.stallDataMs = 60
    const writer = s.newClient()
    writer.put("k", () => {}, "2")
    s.until("the follower applies the write", () => s.local(follower!, "k") === "2")
    permission.release()
    s.until("the follower's read is answered", () => read !== undefined)
    s.mustGet("k", "2")
    s.until("the write ends", () => !writer.busy)
  }
)

export const reads: ReadonlyArray<Workload> = [afterFollower]
