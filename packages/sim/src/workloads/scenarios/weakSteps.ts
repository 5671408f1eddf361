/**
 * What the scenarios of known mistakes need beyond the common steps: regions by their id, requests whose answers are
 * counted and timed, questions that the scheduler may refuse, frames on the way to and from the scheduler, busy clients.
 */
import type { AdminDone, RegionError, StoreEvent, WriteCommand, WriteDone } from "@reefkv/core"
import type { RegionStatus as KnownRegion, SchedulerEvent, SchedulerServiceShape } from "@reefkv/scheduler"
import { encode, epochOf, metapb, raft_serverpb } from "@reefkv/wire"
import { Effect } from "effect"
import type { SimStore } from "../../cluster/SimStore.ts"
import type { Frame } from "../../network/Network.ts"
import type { Workload } from "../../Workload.ts"
import { Rng } from "../../world/Rng.ts"
import { type CalmChange, calmOptions, scenario } from "./calm.ts"
import { type Command, type Led, peerOn, type Steps, bytesOf as toBytes } from "./steps.ts"

/** Longer than any plot: what is answered is answered for its own reason, not because its time is over. */
export const noDeadline = { requestTimeoutMs: 60_000 } as const
/** The log is cut only where the plot says so. */
export const keepLog = { logGcCountLimit: 10_000, logGcThreshold: 5_000 } as const

/** A scenario under the name of its mistake; groups may fall asleep, and clients swap, as the seed says. */
export const weak = (name: string, what: string, change: CalmChange, plot: (s: Steps) => void): Workload => {
  const { play } = scenario(name, what, change, (s) => {
    plot(s)
    const { network } = s.cluster
    network.hand = undefined
    network.release()
  })
  return {
    name: `weak/${name}`,
    what,
    play,
    options: (seed) => {
      const rng = new Rng(`weak options ${seed}`)
      const hibernateAfterTicks = rng.pick([0, 30])
      const store = { hibernateAfterTicks, ...keepLog, ...change.store }
      return { ...calmOptions(seed, { ...change, store }), keys: 6, swaps: rng.chance(0.5), clients: 3 }
    }
  }
}

/** Regions hold bytes and bigints. */
export const show = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) =>
    one instanceof Uint8Array ? new TextDecoder().decode(one) : typeof one === "bigint" ? Number(one) : one
  )
export const tagOf = (result: unknown): string =>
  typeof result === "object" && result !== null && "_tag" in result ? String(result._tag) : String(result)

// ---- regions by id

export const leads = (s: Steps, regionId: number): Led | undefined => {
  const leader = s.cluster.leaderOf(regionId)
  return leader === undefined ? undefined : { ...leader, region: leader.status.region }
}
export const leaderOf = (s: Steps, regionId: number): Led => {
  s.until(`region ${regionId} has a leader`, () => leads(s, regionId) !== undefined)
  return leads(s, regionId)!
}
export const membersOf = (s: Steps, region: metapb.Region): Array<SimStore> =>
  s.stores.filter((store) => peerOn(region, store) !== undefined)
/** Every replica has applied what its leader has committed. */
export const untilReplicated = (s: Steps, regionId: number, ...but: ReadonlyArray<SimStore>): void =>
  s.run.until(`region ${regionId} is the same on all its replicas`, () => {
    const led = leads(s, regionId)
    if (led === undefined) return "it has no leader"
    const behind = membersOf(s, led.region).find((store) => {
      const here = s.status(store, regionId)
      return (
        !but.includes(store) &&
        (here === undefined || here.appliedIndex < led.status.commitIndex || here.region.peers.length === 0)
      )
    })
    return behind === undefined ? undefined : `${behind.host.name} is behind`
  })
/** The keys become starts of regions, in one split; answers the leaders of the pieces, from left to right. */
export const splitInto = (s: Steps, ...keys: ReadonlyArray<string>): Array<Led> => {
  const whole = s.region(keys[0]!)
  s.mustAdmin(
    `split at ${keys.join(", ")}`,
    keys[0]!,
    () => ({ type: "split", splitKeys: keys.map(toBytes) }),
    ({ startKey }) => Buffer.compare(startKey, toBytes(keys[0]!)) === 0
  )
  const first = whole.startKey.length === 0 ? "!" : new TextDecoder().decode(whole.startKey)
  return [first, ...keys].map((key) => s.leader(key))
}
/** Learner first, and a voter once it has the data; the id. */
export const addCaughtUp = (s: Steps, key: string, store: SimStore): metapb.Peer => {
  const learner = s.addPeer(key, store, metapb.PeerRole.Learner)
  const { region } = s.leader(key)
  s.until(`${store.host.name} has the data of region ${region.id}`, () => {
    const led = leads(s, region.id)
    return led !== undefined && (s.status(store, region.id)?.appliedIndex ?? 0) >= led.status.commitIndex
  })
  const voter = { ...learner, role: metapb.PeerRole.Voter }
  s.mustAdmin(
    `peer ${voter.id} is a voter`,
    key,
    () => ({ type: "changePeers", changes: [{ changeType: 0, peer: voter }] }),
    (now) => peerOn(now, store)?.role === metapb.PeerRole.Voter
  )
  return voter
}

// ---- requests to one store

type Tagged = { readonly _tag: string }
/** A request straight to a store, and what became of it. */
export interface Counted<Done extends Tagged> {
  readonly what: string
  answers: number
  result: Done | RegionError | undefined
  answeredMs: number
}
const counted = <Done extends Tagged>(s: Steps, what: string) => {
  const one: Counted<Done> = { what, answers: 0, result: undefined, answeredMs: 0 }
  const answer = (result: Done | RegionError): void => {
    one.answers++
    one.result = result
    one.answeredMs = s.world.nowMs
    s.world.log(`${what}: ${result._tag}`)
  }
  return { one, answer }
}
const headerOf = (region: metapb.Region, deadlineMs: number) => ({
  regionId: region.id,
  epoch: epochOf(region),
  peer: undefined,
  term: 0,
  deadlineMs
})
/** `deadlineMs`: on the store's own clock. */
export const askAdmin = (
  s: Steps,
  store: SimStore,
  region: metapb.Region,
  command: Command,
  deadlineMs = 0
): Counted<AdminDone> => {
  const { one, answer } = counted<AdminDone>(s, `${store.host.name} ${command.type}`)
  s.world.after(0, store.host, () =>
    store.running?.router.admin({ header: headerOf(region, deadlineMs), command }, answer)
  )
  return one
}
/** Past the clients and their history: for keys that no client uses. */
export const askWrite = (
  s: Steps,
  store: SimStore,
  region: metapb.Region,
  key: string,
  value: string,
  options: { readonly deadlineMs?: number; readonly cf?: WriteCommand["cf"] } = {}
): Counted<WriteDone> => {
  const { one, answer } = counted<WriteDone>(s, `${store.host.name} write ${key}`)
  const cf = options.cf ?? "default"
  s.world.after(0, store.host, () =>
    store.running?.router.write(
      {
        header: headerOf(region, options.deadlineMs ?? 0),
        commands: [{ type: "put", cf, key: toBytes(key), value: toBytes(value) }]
      },
      answer
    )
  )
  return one
}
/** The answer, once it is there; within the bound. */
export const answered = <Done extends Tagged>(s: Steps, asked: Counted<Done>, boundMs = 10_000): Done | RegionError => {
  s.until(`${asked.what} is answered`, () => asked.result !== undefined, boundMs)
  s.assert(asked.answers === 1, `${asked.what} was answered ${asked.answers} times`)
  return asked.result!
}
/** Writes so many values through the leader; keys rise from `prefix`00. */
export const fill = (
  s: Steps,
  prefix: string,
  count: number,
  bytes: number,
  cf: WriteCommand["cf"] = "default"
): void => {
  const { store, region } = s.leader(`${prefix}00`)
  const writes = Array.from({ length: count }, (_, i) =>
    askWrite(s, store, region, `${prefix}${String(i).padStart(2, "0")}`, "x".repeat(bytes), { cf })
  )
  for (const one of writes) {
    const result = answered(s, one)
    s.assert(result._tag === "Written", `${one.what} ended as ${show(result)}`)
  }
}

// ---- the scheduler

export type SchedulerSaid<A> =
  | { readonly _tag: "Answer"; readonly value: A }
  | { readonly _tag: "Error"; readonly error: unknown }
/** A question on the scheduler's own host, past the network, that may be refused. */
export const askScheduler = <A>(
  s: Steps,
  what: string,
  question: (service: SchedulerServiceShape) => Effect.Effect<A, unknown>
): SchedulerSaid<A> =>
  s.scheduler(what, (service) =>
    Effect.match(question(service), {
      onSuccess: (value): SchedulerSaid<A> => ({ _tag: "Answer", value }),
      onFailure: (error): SchedulerSaid<A> => ({ _tag: "Error", error })
    })
  )
export const regionByKey = (s: Steps, key: string): number | undefined =>
  s.scheduler(`the region of ${key}`, (service) => service.getRegion(toBytes(key)))?.region?.id
export const regionById = (s: Steps, regionId: number): metapb.Region | undefined =>
  s.scheduler(`region ${regionId}`, (service) => service.getRegionById(regionId))?.region
/** The scheduler's word on one region comes to hold. */
export const untilKnown = (
  s: Steps,
  regionId: number,
  holds: (known: KnownRegion) => boolean,
  boundMs?: number
): void =>
  s.untilKnown(
    `the scheduler knows of region ${regionId}`,
    (all) => all.some((one) => one.region?.id === regionId && holds(one)),
    boundMs
  )
export const hasEpochOf =
  (region: metapb.Region) =>
  (known: { readonly region: metapb.Region | undefined }): boolean =>
    known.region !== undefined &&
    epochOf(known.region).version === epochOf(region).version &&
    epochOf(known.region).confVer === epochOf(region).confVer
export const schedulerEvents = (s: Steps): Array<SchedulerEvent> => {
  const events: Array<SchedulerEvent> = []
  s.cluster.watchesScheduler = (event) => void events.push(event)
  return events
}
/** In the moment itself; the record of the steps goes on. */
export const onEvent = (s: Steps, then: (event: StoreEvent, store: SimStore) => void): void => {
  const { watches } = s.cluster
  s.cluster.watches = (store, event) => {
    watches?.(store, event)
    then(event, store)
  }
}

// ---- frames

/** The region of a heartbeat on its way to the scheduler; undefined for any other frame. */
export const heartbeatOf = ({ label }: Frame): number | undefined =>
  label.startsWith("heartbeat ") ? Number(label.slice("heartbeat ".length)) : undefined
export const hand = (s: Steps, hand: ((frame: Frame) => "pass" | "lose" | "hold") | undefined): void => {
  s.cluster.network.hand = hand
}
/** A Raft message as it was seen on the wire, once more. */
export const resend = (s: Steps, message: raft_serverpb.RaftMessage): void => {
  const to = s.cluster.storeOf(message.toPeer!.storeId)
  if (to !== undefined) s.wires.deliver(to, encode(raft_serverpb.RaftMessage, message))
}

// ---- hosts and clients

/** Nobody hears the store any more, and it hears nobody. */
export const cutOff = (s: Steps, store: SimStore): void => {
  const { network, scheduler, clients } = s.cluster
  const others = s.stores.filter((one) => one !== store).map(({ host }) => host)
  network.partition([[store.host], [...others, scheduler.host, clients]])
}
/** The power fails, now; it is back after so many milliseconds. */
export const powerCycle = (s: Steps, store: SimStore, downMs: number): void => {
  store.kill(true)
  s.world.after(downMs, undefined, () => store.start())
}
/** Clients that do what they please until the answer is called. */
export const busyClients = (s: Steps, count: number, thinkMs = 10): (() => void) => {
  let on = true
  for (let i = 0; i < count; i++) {
    const client = s.newClient()
    const rng = s.world.rng(`thinking ${i}`)
    const next = (): void => {
      if (on) s.world.after(rng.between(1, thinkMs), s.cluster.clients, () => client.act(next))
    }
    next()
  }
  return () => {
    on = false
  }
}
