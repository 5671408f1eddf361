/** Groups without traffic sleep, and nothing is lost by it: TiKV's hibernate scenarios by their names, and our own. */
import { eraftpb, metapb } from "@reefkv/wire"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { Workload } from "../../Workload.ts"
import { electionMs, scenario } from "./calm.ts"
import { isAppend, typeOf } from "./interference.ts"
import { bytesOf, type Led, peerOn, type Steps } from "./steps.ts"

const sleepy = { hibernateAfterTicks: 30 }

const isAsleep = (store: SimStore, regionId: number): boolean =>
  store.running?.handle.peers.get(regionId)?.hibernating === true

/** Every replica of the key's region sleeps; what was on its way has arrived. */
const asleep = (s: Steps, key = "k"): Led => {
  const { region } = s.leader(key)
  s.until("every replica sleeps", () =>
    region.peers.every(({ storeId }) => isAsleep(s.cluster.storeOf(storeId)!, region.id))
  )
  s.forMs(20)
  return s.leader(key)
}
const sleeping = (s: Steps): Led => {
  s.put("k", "1")
  return asleep(s)
}

const idle = scenario(
  "hibernate_idle",
  "a sleeping group says nothing and keeps its leader; a write wakes it and reaches every store",
  { store: sleepy },
  (s: Steps) => {
    const led = sleeping(s)
    const said = s.wires.record(({ message }) => message !== undefined)
    s.forMs(3_000)
    s.assert(said.count === 0, `${said.count} messages were sent while all slept`)
    s.assert(s.leader("k").status.term === led.status.term, "there was an election")
    s.put("k", "2")
    for (const store of s.stores) s.holds(store, "k", "2")
    asleep(s)
  }
)

const noLease = scenario(
  "hibernate_read",
  "a sleeping leader has no lease: a read asks its quorum first",
  { store: sleepy },
  (s: Steps) => {
    const { store } = sleeping(s)
    s.forMs(electionMs * (1 + 3 * s.rng.double()))
    const byLease = s.counter(store, "readsByLease")
    s.mustGet("k", "1")
    s.assert(s.counter(store, "readsByLease") === byLease, "a sleeping leader read by lease")
  }
)

const preventSleep = scenario(
  "hibernate_proposal_prevent_sleep",
  "a write is committed and one replica misses it: the group stays awake until that one has it",
  { store: sleepy },
  (s: Steps) => {
    s.put("k", "1")
    const [behind] = s.followers("k")
    const lost = s.wires.lose((message, from, to) => to === behind && isAppend(message, from, to))
    s.put("k", "2")
    const { store, region } = s.leader("k")
    for (let i = 0; i < 60; i++) {
      s.forMs(20)
      s.assert(!isAsleep(store, region.id), "the leader sleeps while a replica misses a write")
    }
    lost.end()
    s.holds(behind!, "k", "2")
    asleep(s)
  }
)

const singleVoter = scenario(
  "hibernate_single_voter_restart",
  "a group of one sleeps; after a restart it leads and serves at once",
  { store: sleepy, scheduler: { maxReplicas: 1 } },
  (s: Steps) => {
    const { store } = sleeping(s)
    s.restart(store)
    s.mustGet("k", "1")
    s.put("k", "2")
    asleep(s)
  }
)

const promptLearner = scenario(
  "hibernate_prompt_learner",
  "a learner is added to a sleeping group, and has its data as soon as to one awake",
  { stores: 4, store: sleepy },
  (s: Steps) => {
    sleeping(s)
    const [spare] = s.spares("k")
    s.addPeer("k", spare!, metapb.PeerRole.Learner)
    s.holds(spare!, "k", "1", 500)
    asleep(s)
  }
)

const transferDelay = scenario(
  "hibernate_transfer_leader_delay",
  "the order to take over is long on its way: nobody sleeps meanwhile, and the group goes on whenever it arrives",
  { store: sleepy },
  (s: Steps) => {
    const { store, region } = sleeping(s)
    const order = s.wires.hold((message) => typeOf(message) === eraftpb.MessageType.MsgTimeoutNow)
    const [to] = s.followers("k")
    s.ask(store, region, { type: "transferLeader", peer: peerOn(region, to!)! })
    s.until("the order is on its way", () => order.count > 0)
    s.assert(!isAsleep(store, region.id), "the leader sleeps while it hands over")
    s.forMs(s.rng.double() * 600)
    order.release()
    s.put("k", "2")
    for (const one of s.stores) s.holds(one, "k", "2")
    asleep(s)
  }
)

const splitDelay = scenario(
  "hibernate_split_delay",
  "a follower applies a split late: neither half sleeps without it",
  { store: sleepy },
  (s: Steps) => {
    s.put("a", "1")
    const parent = s.region("a").id
    const [slow] = s.followers("a")
    const lost = s.wires.lose(
      (message, from, to) => to === slow && message.regionId === parent && isAppend(message, from, to)
    )
    s.split("m")
    const child = s.region("a").id
    for (let i = 0; i < 50; i++) {
      s.forMs(20)
      for (const id of [parent, child]) {
        s.assert(!s.stores.some((store) => store !== slow && isAsleep(store, id)), `region ${id} sleeps`)
      }
    }
    lost.end()
    asleep(s, "a")
    asleep(s, "z")
    s.holds(slow!, "a", "1")
  }
)

const leaderDies = scenario(
  "hibernate_leader_dies_asleep",
  "a leader's store dies while everybody sleeps: it is replaced without any request",
  { store: sleepy },
  (s: Steps) => {
    const { store, status, region } = sleeping(s)
    s.forMs(s.rng.double() * 1_000)
    s.rng.chance(0.5) ? s.kill(store) : s.stop(store)
    s.until("another leader", () => (s.cluster.leaderOf(region.id)?.status.term ?? 0) > status.term, 2_000)
    s.put("k", "2")
    s.start(store)
    s.holds(store, "k", "2")
    asleep(s)
  }
)

const leaderCutOff = scenario(
  "hibernate_leader_cut_off_asleep",
  "a leader is cut off asleep: it is replaced, answers no read from then on, and follows when it is back",
  { store: sleepy },
  (s: Steps) => {
    const { store, status, region } = sleeping(s)
    s.isolate(store)
    s.until("another leader", () => (s.cluster.leaderOf(region.id)?.status.term ?? 0) > status.term, 2_000)
    s.put("k", "2")
    let answered: string | undefined
    s.world.after(0, store.host, () => {
      const header = { regionId: region.id, epoch: region.regionEpoch!, peer: undefined, term: 0, deadlineMs: 0 }
      store.running!.router.read({ header, keys: [bytesOf("k")], replicaRead: false }, ({ _tag }) => {
        answered = _tag
      })
    })
    s.until("the read at the old leader ends", () => answered !== undefined)
    s.assert(answered !== "Readable", "a leader cut off in its sleep answered a read")
    s.heal()
    s.holds(store, "k", "2")
    asleep(s)
  }
)

const storeDown = scenario(
  "hibernate_store_down",
  "with a store down the group stays awake, and sleeps once it is back",
  { store: sleepy },
  (s: Steps) => {
    s.put("k", "1")
    const [down] = s.followers("k")
    s.kill(down!)
    const { store, region } = s.leader("k")
    for (let i = 0; i < 80; i++) {
      s.forMs(20)
      s.assert(!isAsleep(store, region.id), "the group sleeps without one of its stores")
    }
    s.start(down!)
    asleep(s)
    s.holds(down!, "k", "1")
  }
)

const restartAsleep = scenario(
  "hibernate_restart_asleep",
  "a follower's store is restarted while all sleep, and all power goes: the group is there when it is asked",
  { store: sleepy },
  (s: Steps) => {
    sleeping(s)
    const [one] = s.followers("k")
    s.restart(one!)
    s.forMs(s.rng.double() * 300)
    s.mustGet("k", "1")
    asleep(s)
    for (const store of s.rng.shuffle(s.stores)) s.kill(store)
    for (const store of s.rng.shuffle(s.stores)) s.start(store)
    s.mustGet("k", "1")
    asleep(s)
  }
)

export const hibernation: ReadonlyArray<Workload> = [
  idle,
  noLease,
  preventSleep,
  singleVoter,
  promptLearner,
  transferDelay,
  splitDelay,
  leaderDies,
  leaderCutOff,
  storeDown,
  restartAsleep
]
