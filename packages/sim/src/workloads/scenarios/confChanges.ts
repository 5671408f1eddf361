/**
 * Joint consensus, and etcd's `confchange` files that a cluster can show. The joint state of most plots: a spare's voter
 * comes for a follower, which becomes a learner, in one step.
 */
import { epochOf, metapb, type StoreId } from "@reefkv/wire"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { Workload } from "../../Workload.ts"
import { scenario } from "./calm.ts"
import { isAppend } from "./interference.ts"
import { addLearner, addVoter, type Command, change, type Led, peerOn, remove, type Steps } from "./steps.ts"

const { PeerRole } = metapb

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

/**
 * Of a joint configuration the leader and the new voter are alone with each other, and the two other old voters do not know
 * yet that it is in force. These elect, and what they commit at once with the new leader's first entry is done.
 */
const jointLease = scenario(
  "joint_lease",
  "in the joint state a leader that only the new half hears does not read by its lease what the old half has replaced",
  { stores: 4 },
  (s: Steps) => {
    s.put("k", "before")
    const { store: leader, status } = s.leader("k")
    const old = s.followers("k")
    const [incoming] = s.spares("k")
    const learner = s.addPeer("k", incoming!, PeerRole.Learner)
    s.holds(incoming!, "k", "before")
    const led = s.leader("k")
    const known = led.status.commitIndex
    s.wires.lose((message, _from, to) => old.includes(to) && (message.message?.commit ?? 0) > known)
    const enter = change(addVoter({ ...learner, role: PeerRole.Voter }), addLearner(peerOn(led.region, old[0]!)!))
    s.ask(leader, led.region, enter)
    s.until("the joint state is entered", () => isJoint(s.status(leader, led.region.id)!.region))
    s.wires.end()
    s.partition([leader, incoming!], old)
    // The new leader's first entry is sent again, and then with what it was asked meanwhile.
    s.wires.lose((message, from, to) => old.includes(from) && old.includes(to) && isAppend(message, from, to), 1)
    const next = (): Led | undefined => {
      const now = s.cluster.leaderOf(led.region.id)
      return now === undefined || now.status.term === status.term ? undefined : { ...now, region: now.status.region }
    }
    for (let i = 0; i < 400 && next() === undefined; i++) s.forMs(1)
    const now = next()
    if (now === undefined) return
    const written = s.askWrite(now.store, now.region, "k", "after")
    for (let i = 0; i < 100 && written.result === undefined; i++) s.forMs(1)
    if (written.result?._tag !== "Written") return
    let told: string | undefined
    const header = { regionId: led.region.id, epoch: epochOf(led.region), peer: undefined, term: 0, deadlineMs: 0 }
    s.world.after(0, leader.host, () =>
      leader.running?.router.read({ header, keys: [], replicaRead: false }, (done) => {
        if (done._tag === "Readable") told = s.local(leader, "k")
      })
    )
    s.forMs(20)
    s.assert(told !== "before", "the old leader told what was replaced")
  }
)

export const confChanges: ReadonlyArray<Workload> = [
  jointLease,
  jointEnter,
  jointRequest,
  jointRestart,
  jointLeaderDown,
  addSingle,
  addDouble,
  replaceLeader,
  removeLeader
]
