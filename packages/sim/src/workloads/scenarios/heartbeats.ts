/** What leaders tell the scheduler, and when: TiKV's scenarios by their names. */
import type { Workload } from "../../Workload.ts"
import { scenario } from "./calm.ts"
import type { Steps } from "./steps.ts"

/** So seldom that everything the scheduler hears in time was told because it happened. */
const seldom = { regionHeartbeatIntervalMs: 60_000 }

const pendingPeers = scenario(
  "pending_peers",
  "a peer that waits for its snapshot is told as pending, and its end of waiting too, without waiting for a heartbeat to be due",
  { stores: 4, store: seldom },
  (s: Steps) => {
    s.put("k", "1")
    const { id } = s.region("k")
    const [late] = s.spares("k")
    const gate = s.wires.gate((_head, _from, to) => (to === late ? "break" : undefined))
    const peer = s.addPeer("k", late!)
    const pending = (): boolean => s.knownRegion(id)?.pendingPeers.some((one) => one.id === peer.id) === true
    s.untilKnown("the scheduler knows that the peer waits", pending, 1_000)
    gate.end()
    s.untilKnown("and that it no longer does", () => !pending(), 3_000)
    s.holds(late!, "k", "1")
  }
)

const downPeers = scenario(
  "down_peers",
  "a store that is away is told as down after its time, and no longer once it is back",
  { store: { peerDownMs: 500 } },
  (s: Steps) => {
    s.put("k", "1")
    const { id } = s.region("k")
    const [away] = s.followers("k")
    const down = (): ReadonlyArray<number> => s.knownRegion(id)?.downPeers.map(({ peer }) => peer?.storeId ?? 0) ?? []
    s.forMs(600)
    s.assert(down().length === 0, "somebody is down")
    s.rng.chance(0.5) ? s.kill(away!) : s.isolate(away!)
    s.forMs(200)
    s.assert(down().length === 0, "told as down too early")
    s.untilKnown("the store is told as down", () => down().length === 1 && down()[0] === away!.storeId, 2_000)
    s.heal()
    s.start(away!)
    s.untilKnown("and no longer", () => down().length === 0, 2_000)
  }
)

const leaderChange = scenario(
  "region_heartbeat_leader_change",
  "the scheduler knows of a new leader at once, handed over or elected",
  { store: seldom },
  (s: Steps) => {
    s.put("k", "1")
    const { id } = s.region("k")
    for (let i = 0; i < 3; i++) {
      const [to] = s.followers("k")
      s.transferLeader("k", to!)
      const knows = () => s.knownRegion(id)?.leader?.storeId === to!.storeId
      s.untilKnown("the scheduler knows the leader", knows, 500)
    }
    const { store: old } = s.leader("k")
    s.kill(old)
    s.until("another one leads", () => s.leads("k") !== undefined && s.leads("k")!.store !== old)
    const { store: elected } = s.leader("k")
    s.untilKnown(
      "the scheduler knows who was elected",
      () => s.knownRegion(id)?.leader?.storeId === elected.storeId,
      500
    )
    s.start(old)
  }
)

const term = scenario(
  "region_heartbeat_term",
  "the term that is told is the leader's, and rises with each change of leader",
  { store: seldom },
  (s: Steps) => {
    s.put("k", "1")
    const { id } = s.region("k")
    for (let i = 0; i < 4; i++) {
      const before = s.knownRegion(id)?.term ?? 0
      s.transferLeader("k", s.followers("k")[0]!)
      const led = s.leader("k")
      s.untilKnown("the scheduler knows the term", () => s.knownRegion(id)?.term === led.status.term, 500)
      s.assert(led.status.term > before, `the term did not rise from ${before}`)
    }
  }
)

export const heartbeats: ReadonlyArray<Workload> = [pendingPeers, downPeers, leaderChange, term]
