/**
 * Stores come and go while clients work and things break: one joins late, one is asked to go and is emptied, one dies for
 * good and is replaced, and the one that has gone tries to come back. What is left at the end is fully replicated.
 */
import { Effect } from "effect"
import type { SimStore } from "../cluster/SimStore.ts"
import type { Run } from "../Run.ts"
import type { Workload } from "../Workload.ts"
import { Rng } from "../world/Rng.ts"
import { drawOptions, type FaultName, type RunOptions } from "./options.ts"
import { beginTrouble } from "./trouble.ts"

const storeCount = 5
const joinMaxMs = 20_000
/** A drain moves every replica, a few at a time, between faults. */
const drainMaxMs = 90_000
const refusalMaxMs = 20_000
const askEveryMs = 300

/** Disks that fail end a process, which says nothing about the life of a store; all others may happen. */
const faults: ReadonlyArray<FaultName> = [
  "kill",
  "killAtWrite",
  "restart",
  "pause",
  "partition",
  "oneWay",
  "slowLink",
  "clockJump",
  "schedulerKill",
  "schedulerRestart",
  "schedulerCut"
]

const draw = (seed: number): RunOptions => {
  const drawn = drawOptions(seed)
  const rng = new Rng(`lifecycle options ${seed}`)
  return {
    ...drawn,
    stores: storeCount,
    clients: 2,
    keys: rng.pick([6, 12]),
    faults: faults.filter(() => rng.chance(0.5)).map((name) => [name, 0.2 + rng.double()] as const),
    faultEveryMs: rng.pick([400, 800, 2_000]),
    admin: [
      ["split", 1],
      ["transferLeader", 1],
      ["compactLog", 1],
      ["allocId", 1]
    ],
    adminEveryMs: rng.pick([300, 1_000]),
    thinkMs: rng.pick([20, 60]),
    scheduler: {
      ...drawn.scheduler,
      maxReplicas: 3,
      maxStoreDownMs: rng.pick([2_000, 4_000]),
      // Three heartbeats: a scheduler may be restarted every second, and must wait for them each time.
      storeDisconnectedMs: 600,
      storeUnhealthyMs: 600,
      regionOperatorTimeoutMs: 4_000
    }
  }
}

export const lifecycle: Workload = {
  name: "lifecycle",
  what: "a store joins, one is drained, one dies for good, under load and faults",
  options: draw,
  play: (run) => {
    const { cluster, rng, world } = run
    const [late, ...first] = rng.shuffle(cluster.stores) as [SimStore, ...Array<SimStore>]
    const [leaving, dying] = first as [SimStore, SimStore, ...Array<SimStore>]
    late.wanted = false
    run.start()
    const load = work(run)
    run.forMs(rng.between(0, 1_000))

    world.log(`${late.host.name} joins`)
    late.wanted = true
    late.start()
    // In either order, or at once: there is room for both.
    const tasks = rng.shuffle([() => drain(run, leaving), () => bury(run, dying)])
    if (rng.chance(0.5)) run.until("the late store has joined", () => notJoined(late), joinMaxMs)
    for (const task of tasks) task()
    run.until("the late store has joined", () => notJoined(late), joinMaxMs)
    load.stop()
  }
}

const notJoined = (store: SimStore): string | undefined => (store.storeId === 0 ? "it has no id" : undefined)

/** Asked to go, emptied, taken off the list; then it tries to come back. */
const drain = (run: Run, store: SimStore): void => {
  const { cluster, rng, world } = run
  const { storeId } = store
  world.log(`${store.host.name} is drained`)
  store.leaving = true
  let going = true
  // The scheduler may be down, or not know enough stores yet.
  world.repeat(
    () => (going ? askEveryMs : undefined),
    () => {
      cluster.scheduler.ask((service) => service.removeStore(storeId, { force: false }))
      cluster.scheduler.ask((service) =>
        Effect.map(service.stores, (stores) => {
          for (const { store: one } of stores) cluster.storeStates.onState(world, one.id, one.state)
        })
      )
    }
  )
  run.until(
    `${store.host.name} has gone`,
    () => (cluster.storeStates.isTombstone(storeId) ? undefined : `store ${storeId} is not yet removed`),
    drainMaxMs
  )
  going = false
  if (rng.chance(0.5)) run.forMs(rng.between(0, 1_000))
  if (store.host.phase !== "down") store.kill(rng.chance(0.5))
  const before = store.comebacksRefused
  store.start()
  run.until(
    `${store.host.name} is refused`,
    () => {
      // Faults may have ended it before it could ask.
      store.start()
      return store.comebacksRefused > before ? undefined : "it has not been told that it was removed"
    },
    refusalMaxMs
  )
  store.wanted = false
  if (store.host.phase !== "down") store.kill(true)
}

/** Gone without a word; what it held is made again elsewhere. */
const bury = (run: Run, store: SimStore): void => {
  const { cluster, rng, world } = run
  const { storeId } = store
  world.log(`${store.host.name} dies for good`)
  store.wanted = false
  if (store.host.phase !== "down") store.kill(true)
  run.until(
    `what ${store.host.name} held is elsewhere`,
    () => {
      const held = cluster.knownRegions().find(({ peers }) => peers.some((peer) => peer.storeId === storeId))
      return held === undefined ? undefined : `region ${held.id} still counts on store ${storeId}`
    },
    drainMaxMs
  )
  if (rng.chance(0.5)) {
    cluster.scheduler.ask((service) => service.removeStore(storeId, { force: rng.chance(0.5) }))
    run.forMs(rng.between(0, 500))
  }
}

interface Load {
  readonly stop: () => void
}

/** Clients, administration and faults until they are stopped. */
const work = (run: Run): Load => {
  let working = true
  beginTrouble(
    run,
    (i) => run.client(`c${i}`),
    () => working
  )
  return {
    stop: () => {
      working = false
    }
  }
}
