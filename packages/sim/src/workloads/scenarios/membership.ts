/** Changes of membership that nobody may lose track of, and members that miss them: TiKV's scenarios by their names. */
import { epochOf, metapb } from "@reefkv/wire"
import type { Workload } from "../../Workload.ts"
import { scenario } from "./calm.ts"
import { isAppend } from "./interference.ts"
import { addLearner, addVoter, change, peerOn, remove, type Steps } from "./steps.ts"

const { PeerRole } = metapb

const confChangeSafe = scenario(
  "conf_change_safe",
  "a leader in the minority asks for a removal: it never commits, and the group is as it was",
  { stores: 5, scheduler: { maxReplicas: 5 } },
  (s: Steps) => {
    s.put("k", "1")
    const { store, region } = s.leader("k")
    const [beside, ...others] = s.followers("k")
    s.partition([store, beside!], others)
    const asked = s.ask(store, region, change(remove(peerOn(region, others[0]!)!)))
    s.put("k", "2")
    s.heal()
    s.answerOf(asked)
    s.assert(asked.result?._tag !== "AdminDone", "the removal was done")
    s.holds(store, "k", "2")
    s.assert(s.region("k").peers.length === 5, "a peer is gone")
    s.assert(epochOf(s.region("k")).confVer === epochOf(region).confVer, "membership changed")
  }
)

const transferSafe = scenario(
  "transfer_leader_safe",
  "leadership is handed to a peer that misses the log, to nobody, and to itself: no write is lost and the group goes on",
  {},
  (s: Steps) => {
    s.put("k", "1")
    const { store, region } = s.leader("k")
    const [behind] = s.followers("k")
    const lost = s.wires.lose((message, from, to) => to === behind && isAppend(message, from, to))
    s.put("k", "2")
    s.admin(store, region, { type: "transferLeader", peer: peerOn(region, behind!)! })
    s.put("k", "3")
    s.assert(s.leader("k").store !== behind, "who misses entries leads")
    lost.end()
    s.transferLeader("k", behind!)
    s.mustGet("k", "3")
    const led = s.leader("k")
    const to = (peer: metapb.Peer) => s.admin(led.store, led.region, { type: "transferLeader", peer })
    s.assert(to(metapb.Peer.create({ id: 999, storeId: 9 }))._tag === "Refused", "a stranger was taken")
    s.assert(to(peerOn(led.region, led.store)!)._tag === "AdminDone", "to oneself is refused")
    s.put("k", "4")
    // A target that dies in mid-transfer costs an election timeout at most.
    const [dying] = s.followers("k")
    const now = s.leader("k")
    s.ask(now.store, now.region, { type: "transferLeader", peer: peerOn(now.region, dying!)! })
    s.forMs(s.rng.double() * 5)
    s.kill(dying!)
    s.put("k", "5")
    s.start(dying!)
    s.holds(dying!, "k", "5")
  }
)

const removeOnPartition = scenario(
  "remove_node_on_partition",
  "a peer is removed while it is cut off: its call for votes is answered by those that know better",
  { store: { stalePeerCheckMs: 60_000 } },
  (s: Steps) => {
    s.put("k", "1")
    const { id } = s.region("k")
    const [removed] = s.followers("k")
    s.holds(removed!, "k", "1")
    s.isolate(removed!)
    s.removePeer("k", removed!)
    s.put("k", "2")
    s.assert(s.local(removed!, "k") === "1", "it left although nobody could tell it")
    s.heal()
    // Long before it would ask the scheduler.
    s.until("the removed peer left", () => s.status(removed!, id) === undefined, 5_000)
    s.until("and its data", () => s.entries(removed!) === 0)
  }
)

const splitBrain = scenario(
  "split_brain",
  "two of the first three members are cut off and removed: they are a majority of what they know, and must not lead",
  { stores: 6 },
  (s: Steps) => {
    s.put("k", "1")
    const { store, region } = s.leader("k")
    const old = s.followers("k")
    const spares = s.spares("k")
    for (const spare of spares) s.addPeer("k", spare)
    s.partition([store, ...spares], old)
    // What they do not know yet: that the new members count.
    for (const one of old) s.removePeer("k", one)
    s.put("k", "2")
    for (let i = 0; i < 50; i++) {
      s.forMs(20)
      for (const one of old) {
        s.assert(s.status(one, region.id)?.role !== "leader", `${one.host.name} leads without the new members`)
      }
    }
    s.mustGet("k", "2")
    s.heal()
    s.until("both leave", () => old.every((one) => s.status(one, region.id) === undefined))
    s.mustGet("k", "2")
  }
)

const slowSnapshot = scenario(
  "learner_with_slow_snapshot",
  "a learner waits long for its snapshot: it counts for no quorum, and is promoted once it has caught up",
  { stores: 4 },
  (s: Steps) => {
    s.put("k", "1")
    let slow = true
    const [store] = s.spares("k")
    s.wires.gate((_head, _from, to) => (to === store && slow ? "hold" : undefined))
    const learner = s.addPeer("k", store!, PeerRole.Learner)
    const [away] = s.followers("k").filter((one) => one !== store)
    s.stop(away!)
    // Two of three voters are a quorum; of four they would not be.
    s.put("k", "2")
    s.forMs(s.rng.double() * 500)
    s.assert(s.local(store!, "k") === undefined, "the snapshot was not held")
    slow = false
    s.holds(store!, "k", "2")
    s.mustAdmin(
      "the learner is promoted",
      "k",
      () => change(addVoter(learner)),
      ({ peers }) => peers.some(({ id, role }) => id === learner.id && role === PeerRole.Voter)
    )
    s.start(away!)
    s.transferLeader("k", store!)
    s.put("k", "3")
  }
)

const removeItself = scenario(
  "after_remove_itself",
  "a leader is asked to remove or demote itself: refused, nothing changes; handed over first, it goes and answers no more",
  { stores: 4 },
  (s: Steps) => {
    s.put("k", "1")
    const { store, region } = s.leader("k")
    const self = peerOn(region, store)!
    const [spare] = s.spares("k")
    const other = metapb.Peer.create({ id: s.newId(), storeId: spare!.storeId })
    for (const command of [
      change(remove(self)),
      change(addLearner(self)),
      change(addLearner(self), addVoter(other)),
      change(remove(self), addVoter(other))
    ]) {
      const { _tag } = s.admin(store, region, command)
      s.assert(_tag !== "AdminDone", "a leader removed or demoted itself")
    }
    s.assert(epochOf(s.region("k")).confVer === epochOf(region).confVer, "membership changed")
    s.addPeer("k", spare!)
    s.removePeer("k", store)
    s.until("the old leader's peer is gone", () => s.status(store, region.id) === undefined)
    const { _tag } = s.admin(store, region, { type: "split", splitKeys: [new Uint8Array([109])] })
    s.assert(_tag === "RegionNotFound", `the old leader answered ${_tag}`)
    s.put("k", "2")
  }
)

export const membership: ReadonlyArray<Workload> = [
  confChangeSafe,
  transferSafe,
  removeOnPartition,
  splitBrain,
  slowSnapshot,
  removeItself
]
