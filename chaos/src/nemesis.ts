/**
 * Trouble, drawn from the seed: two strands side by side, one that hits processes and one that hits links, each a row of
 * faults with a target, a duration and a pause until the next. What is drawn does not depend on what happens, so a seed
 * gives the same faults again; how they meet the cluster's own timing is different each time.
 */
import type { Rng } from "@reefkv/sim/rng"
import { type Cluster, clientsName, schedulerName } from "./Cluster.ts"
import type { Corruption, Direction, Link } from "./Link.ts"
import type { Member } from "./Member.ts"

/** Faults last from a moment to more than an election. */
const shortMs = 200
const longMs = 5_000
/** Calm between two faults of a strand, in which something may get done. */
const calmMinMs = 1_000
const calmMaxMs = 6_000

type ProcessFault =
  | "kill a store"
  | "pause a store"
  | "stop a store"
  | "kill two stores"
  | "kill all"
  | "kill the scheduler"
  | "pause the scheduler"
  | "stop the scheduler"

type LinkFault =
  | "isolate a store"
  | "hold a link"
  | "hold one way"
  | "slow links"
  | "narrow links"
  | "refuse connections"
  | "reset connections"
  | "cut off the scheduler"
  | "corrupt between stores"
  | "corrupt a frame"

const processFaults: ReadonlyArray<readonly [ProcessFault, number]> = [
  ["kill a store", 6],
  ["pause a store", 6],
  ["stop a store", 2],
  ["kill two stores", 1],
  ["kill all", 1],
  ["kill the scheduler", 2],
  ["pause the scheduler", 1],
  ["stop the scheduler", 1]
]
const linkFaults: ReadonlyArray<readonly [LinkFault, number]> = [
  ["isolate a store", 4],
  ["hold a link", 3],
  ["hold one way", 4],
  ["slow links", 3],
  ["narrow links", 2],
  ["refuse connections", 1],
  ["reset connections", 3],
  ["cut off the scheduler", 1],
  ["corrupt between stores", 6],
  ["corrupt a frame", 4]
]

export interface Strand {
  /** What is going on, for the line that people read. */
  now(): string
  /** No further fault; the one under way is over when this resolves. */
  stop(): Promise<void>
}

/** Faults so far, by name. */
export type FaultCounts = Map<string, number>

export const strand = (
  next: () => { readonly name: string; readonly calmMs: number; run(): Promise<void> },
  counts: FaultCounts
): Strand => {
  let stopping = false
  let wake = (): void => {}
  let current = ""
  const pause = async (ms: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    wake = resolve
    const timer = setTimeout(resolve, ms)
    if (!stopping) await promise
    clearTimeout(timer)
  }
  const done = (async (): Promise<void> => {
    while (!stopping) {
      const fault = next()
      await pause(fault.calmMs)
      if (stopping) return
      current = fault.name
      counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1)
      await fault.run()
      current = ""
    }
  })()
  return {
    now: () => current,
    stop: async () => {
      stopping = true
      wake()
      await done
    }
  }
}

export const processStrand = (
  cluster: Cluster,
  rng: Rng,
  counts: FaultCounts,
  onUnclean: (what: string) => void
): Strand =>
  strand(() => {
    const name = rng.weighted(processFaults)
    const [first, second] = rng.shuffle(cluster.stores)
    const durationMs = rng.between(shortMs, longMs)
    const calmMs = rng.between(calmMinMs, calmMaxMs)
    const away = async (members: ReadonlyArray<Member>): Promise<void> => {
      await Promise.all(members.map((member) => member.kill()))
      await Bun.sleep(durationMs)
      await Promise.all(members.map((member) => member.start()))
    }
    const frozen = async (member: Member): Promise<void> => {
      member.pause()
      await Bun.sleep(durationMs)
      member.resume()
    }
    const stopped = async (member: Member): Promise<void> => {
      if (!(await member.stop())) onUnclean(`${member.name} did not stop cleanly:\n${member.lastLines()}`)
      await Bun.sleep(durationMs)
      await member.start()
    }
    const run = (): Promise<void> => {
      switch (name) {
        case "kill a store":
          return away([first!])
        case "pause a store":
          return frozen(first!)
        case "stop a store":
          return stopped(first!)
        case "kill two stores":
          return away([first!, second!])
        case "kill all":
          return away(cluster.members)
        case "kill the scheduler":
          return away([cluster.scheduler])
        case "pause the scheduler":
          return frozen(cluster.scheduler)
        case "stop the scheduler":
          return stopped(cluster.scheduler)
      }
    }
    return { name, calmMs, run }
  }, counts)

export const linkStrand = (cluster: Cluster, rng: Rng, counts: FaultCounts): Strand => {
  const isStore = (name: string): boolean => cluster.stores.some((store) => store.name === name)
  return strand(() => {
    const name = rng.weighted(linkFaults)
    const [first, second] = rng.shuffle(cluster.stores).map((store) => store.name)
    const betweenStores = cluster.links.filter((link) => isStore(link.from) && isStore(link.to))
    const between = cluster.link(first!, second!)
    const durationMs = rng.between(shortMs, longMs)
    const calmMs = rng.between(calmMinMs, calmMaxMs)
    const delayMs = rng.between(5, 150)
    const jitterMs = rng.between(0, 100)
    const bytesPerSecond = rng.pick([20_000, 60_000, 300_000])
    const direction = rng.pick(["there", "back"] as const)
    const among = rng.pick([
      betweenStores,
      cluster.links.filter((link) => link.to === first),
      cluster.links.filter((link) => link.from === clientsName),
      cluster.links
    ])
    // Any byte of what stores say to each other may change: the messages carry a checksum.
    const sealed = rng.pick([[between], betweenStores])
    const unsealed = rng.pick([
      cluster.links.filter((link) => link.to === schedulerName),
      cluster.links.filter((link) => link.from === clientsName && link.to !== schedulerName)
    ])
    const spoilt = Array.from({ length: rng.between(1, 5) }, (): Direction => (rng.chance(0.8) ? "there" : "back"))
    // Resets what waits when it ends, or lets it through late.
    const resets = rng.chance(0.5)

    const during = async (links: ReadonlyArray<Link>, begin: (link: Link) => void): Promise<void> => {
      for (const link of links) begin(link)
      await Bun.sleep(durationMs)
      for (const link of links) {
        if (resets) link.reset()
        link.heal()
      }
    }
    const hold = (link: Link): void => {
      link.hold("there")
      link.hold("back")
    }
    const corrupt = async (links: ReadonlyArray<Link>, kind: Corruption): Promise<void> => {
      for (const direction of spoilt) {
        for (const link of links) link.corruption = { kind, direction }
        await Bun.sleep(durationMs / 3)
      }
      for (const link of links) link.corruption = undefined
    }
    const run = async (): Promise<void> => {
      switch (name) {
        case "isolate a store":
          return during(
            cluster.links.filter(
              (link) => link.from === first || (link.to === first && (resets || link.from !== clientsName))
            ),
            hold
          )
        case "hold a link":
          return during([between], hold)
        case "hold one way":
          return during([between], (link) => link.hold(direction))
        case "slow links":
          return during(among, (link) => Object.assign(link, { delayMs, jitterMs }))
        case "narrow links":
          return during(among, (link) => Object.assign(link, { bytesPerSecond }))
        case "refuse connections":
          return during(among, (link) => {
            link.refused = true
            link.reset()
          })
        case "reset connections":
          for (const link of among) link.reset()
          return
        case "cut off the scheduler":
          return during(
            cluster.links.filter((link) => link.to === schedulerName),
            hold
          )
        case "corrupt between stores":
          return corrupt(sealed, "flip")
        case "corrupt a frame":
          return corrupt(unsealed, "frame")
      }
    }
    return { name, calmMs, run }
  }, counts)
}
