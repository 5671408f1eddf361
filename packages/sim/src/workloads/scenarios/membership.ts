/** Membership: TiKV's scenarios by their names, and those of etcd's `confchange_v2` files that a cluster can show. */
import { epochOf, metapb, type StoreId } from "@reefkv/wire"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { Workload } from "../../Workload.ts"
import { scenario } from "./calm.ts"
import { isAppend } from "./interference.ts"
import { addLearner, addVoter, type Command, change, peerOn, remove, type Steps } from "./steps.ts"

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

// ---- joint consensus: a spare's voter comes for a follower, which becomes a learner, in one step

interface Joint {
  readonly leader: SimStore
  readonly incoming: SimStore
  readonly outgoing: SimStore
  /** The third of the old voters. */
  readonly staying: SimStore
  readonly region: metapb.Region
}

const isJoint = ({ peers }: metapb.Region): boolean =>
  peers.some(({ role }) => role === PeerRole.IncomingVoter || role === PeerRole.DemotingVoter)
const roleOn = (region: metapb.Region, store: SimStore): number | undefined => peerOn(region, store)?.role

const enter = (s: Steps): Joint => {
  s.put("k", "before")
  const { store: leader } = s.leader("k")
  const [outgoing, staying] = s.followers("k")
  const [incoming] = s.spares("k")
  const learner = s.addPeer("k", incoming!, PeerRole.Learner)
  s.holds(incoming!, "k", "before")
  const region = s.mustAdmin(
    "the joint state is entered",
    "k",
    (led) => change(addVoter({ ...learner, role: PeerRole.Voter }), addLearner(peerOn(led.region, outgoing!)!)),
    isJoint
  )
  s.assert(roleOn(region, incoming!) === PeerRole.IncomingVoter, "the new voter is not incoming")
  s.assert(roleOn(region, outgoing!) === PeerRole.DemotingVoter, "the old voter is not outgoing")
  return { leader, incoming: incoming!, outgoing: outgoing!, staying: staying!, region }
}
const leave = (s: Steps, { incoming, outgoing }: Joint): metapb.Region => {
  // A leader does not leave by itself: who is to become a learner hands over first.
  if (s.leader("k").store === outgoing) s.transferLeader("k", incoming)
  const region = s.mustAdmin(
    "the joint state is left",
    "k",
    () => ({ type: "leaveJoint" }),
    (now) => !isJoint(now)
  )
  s.assert(roleOn(region, incoming) === PeerRole.Voter, "the new voter is none")
  s.assert(roleOn(region, outgoing) === PeerRole.Learner, "the old voter is no learner")
  return region
}

const jointEnter = scenario(
  "joint_enter",
  "a joint state is entered and left; in between nothing else may change, and both steps are counted in conf_ver",
  { stores: 4 },
  (s: Steps) => {
    const joint = enter(s)
    const led = s.leader("k")
    const more = change(addLearner(metapb.Peer.create({ id: s.newId(), storeId: 9 })))
    s.assert(s.admin(led.store, led.region, more)._tag === "Refused", "a second change was taken")
    const after = leave(s, joint)
    s.assert(epochOf(after).confVer === epochOf(joint.region).confVer + 2, "conf_ver did not rise by two")
    s.admin(s.leader("k").store, after, { type: "leaveJoint" })
    s.assert(epochOf(s.region("k")).confVer === epochOf(after).confVer, "left twice")
    s.put("k", "after")
    s.holds(joint.outgoing, "k", "after")
  }
)

const jointRequest = scenario(
  "joint_request_in",
  "in the joint state reads and writes go on, and need a majority of the old and of the new voters",
  { stores: 4 },
  (s: Steps) => {
    const joint = enter(s)
    s.put("k", "in joint")
    s.mustGet("k", "in joint")
    const { leader, incoming, outgoing, staying } = joint
    if (s.leader("k").store === leader) {
      // Two of the three new voters, and one of the three old ones.
      s.partition([leader, incoming], [outgoing, staying])
      const outcome = s.tryPut("k", "lone")
      const before = s.status(leader, joint.region.id)
      s.forMs(s.rng.double() * 50)
      const after = s.status(leader, joint.region.id)
      s.assert(
        after?.role !== "leader" || before?.role !== "leader" || after.commitIndex === before.commitIndex,
        "committed without a majority of the old voters"
      )
      s.assert(outcome.type !== "done", "acknowledged without a majority of the old voters")
      s.heal()
    }
    s.put("k", "whole again")
    leave(s, joint)
    s.mustGet("k", "whole again")
  }
)

const jointRestart = scenario(
  "joint_restart_in",
  "all power goes in the joint state: the stores come back in it, go on, and leave it",
  { stores: 4 },
  (s: Steps) => {
    const joint = enter(s)
    s.put("k", "in joint")
    for (const store of s.rng.shuffle(s.stores)) s.kill(store)
    for (const store of s.rng.shuffle(s.stores)) s.start(store)
    s.mustGet("k", "in joint")
    s.assert(isJoint(s.region("k")), "the joint state was forgotten")
    leave(s, joint)
  }
)

const jointLeaderDown = scenario(
  "joint_leader_down_in",
  "the leader dies in the joint state: another one goes on and leaves it",
  { stores: 4 },
  (s: Steps) => {
    const joint = enter(s)
    const { store } = s.leader("k")
    s.kill(store)
    s.put("k", "without the leader")
    if (s.rng.chance(0.5)) leave(s, joint)
    else {
      // Also when the outgoing voter was elected: the scheduler sees to it.
      s.haltScheduling(false)
      s.until("the scheduler ends the joint state", () => !isJoint(s.region("k")))
    }
    s.start(store)
    s.holds(store, "k", "without the leader")
  }
)

// ---- etcd's confchange files

/** Asks once and insists on the answer; the membership afterwards, by store and role. */
const done = (s: Steps, command: Command): void => {
  const { store, region } = s.leader("k")
  const answer = s.admin(store, region, command)
  s.assert(answer._tag === "AdminDone", `${command.type}: ${answer._tag}`)
}
const voters = (region: metapb.Region): Array<StoreId> =>
  region.peers.filter(({ role }) => role === PeerRole.Voter).map(({ storeId }) => storeId)

const addSingle = scenario(
  "confchange_v2_add_single",
  "one change is applied at once, without a joint state",
  { stores: 4 },
  (s: Steps) => {
    s.put("k", "1")
    const before = epochOf(s.region("k")).confVer
    const [spare] = s.spares("k")
    const peer = metapb.Peer.create({ id: s.newId(), storeId: spare!.storeId })
    done(s, change(addVoter(peer)))
    const region = s.region("k")
    s.assert(voters(region).length === 4 && !isJoint(region), "not four voters at once")
    s.assert(epochOf(region).confVer === before + 1, "conf_ver did not rise by one")
    s.holds(spare!, "k", "1")
  }
)

const addDouble = scenario(
  "confchange_v2_add_double",
  "two changes at once enter a joint state, which stays until it is left",
  { stores: 5 },
  (s: Steps) => {
    s.put("k", "1")
    const before = epochOf(s.region("k")).confVer
    const spares = s.spares("k")
    const peers = spares.map((spare) => s.addPeer("k", spare, PeerRole.Learner))
    for (const spare of spares) s.holds(spare, "k", "1")
    done(s, change(...peers.map((peer) => addVoter({ ...peer, role: PeerRole.Voter }))))
    s.assert(isJoint(s.region("k")), "no joint state")
    s.put("k", "2")
    s.forMs(200)
    s.assert(isJoint(s.region("k")), "the joint state was left by itself")
    done(s, { type: "leaveJoint" })
    const region = s.region("k")
    s.assert(voters(region).length === 5 && !isJoint(region), "not five voters")
    s.assert(epochOf(region).confVer === before + 2 + 4, `conf_ver rose by ${epochOf(region).confVer - before}`)
    s.transferLeader("k", spares[0]!)
    s.put("k", "3")
  }
)

const replaceLeader = scenario(
  "confchange_v2_replace_leader",
  "the leader's store is exchanged for another in one joint change, after it has handed over; it may be cut off meanwhile",
  { stores: 4 },
  (s: Steps) => {
    s.put("k", "1")
    const { store: old } = s.leader("k")
    const [spare] = s.spares("k")
    const learner = s.addPeer("k", spare!, PeerRole.Learner)
    s.holds(spare!, "k", "1")
    const [next] = s.followers("k").filter((one) => one !== spare)
    s.transferLeader("k", next!)
    const swap = change(addVoter({ ...learner, role: PeerRole.Voter }), addLearner(peerOn(s.region("k"), old)!))
    s.mustAdmin("the swap", "k", () => swap, isJoint)
    const cut = s.rng.chance(0.5)
    if (cut) s.isolate(old)
    s.put("k", "2")
    s.mustAdmin(
      "the joint state is left",
      "k",
      () => ({ type: "leaveJoint" }),
      (now) => !isJoint(now)
    )
    s.removePeer("k", old)
    if (cut) s.heal()
    s.until("the old leader's peer is gone", () => s.status(old, s.region("k").id) === undefined)
    s.put("k", "3")
    s.holds(spare!, "k", "3")
  }
)

const removeLeader = scenario(
  "confchange_v1_remove_leader",
  "a removal is under way when its leader goes: it happened or it did not, the same for all",
  { stores: 5, scheduler: { maxReplicas: 5 } },
  (s: Steps) => {
    s.put("k", "1")
    const { store, region } = s.leader("k")
    const [removed] = s.followers("k")
    s.ask(store, region, change(remove(peerOn(region, removed!)!)))
    s.forMs(s.rng.double() * 6)
    s.rng.chance(0.5) ? s.kill(store) : s.isolate(store)
    s.put("k", "2")
    const was = peerOn(s.region("k"), removed!) === undefined
    s.heal()
    s.start(store)
    s.holds(store, "k", "2")
    s.assert((peerOn(s.region("k"), removed!) === undefined) === was, "a removal was undone")
    if (!was) s.removePeer("k", removed!)
    s.until("the removed peer left", () => s.status(removed!, region.id) === undefined)
  }
)

export const membership: ReadonlyArray<Workload> = [
  confChangeSafe,
  transferSafe,
  removeOnPartition,
  splitBrain,
  slowSnapshot,
  removeItself,
  jointEnter,
  jointRequest,
  jointRestart,
  jointLeaderDown,
  addSingle,
  addDouble,
  replaceLeader,
  removeLeader
]
