/**
 * Three stores and a scheduler as real processes, each behind a proxy that is the only address others know, and a link
 * with faults of its own for every pair of caller and called. Clients run in this process and are one more caller.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { flagArgs, type StoreRegion, storeRegions } from "@reefkv/process/testing"
import { Rng } from "@reefkv/sim/rng"
import { Link } from "./Link.ts"
import { Member } from "./Member.ts"
import { Proxy } from "./Proxy.ts"

export const storeCount = 3
export const schedulerName = "scheduler"
export const clientsName = "clients"
const elsewhere = "elsewhere"

/**
 * Elections of 1 to 2 s and leases well below them: faults of a few seconds matter, and a slow machine is no fault. Small
 * regions and short logs, so that splits and snapshots happen all the time; every region's replicas are compared by hash.
 */
const storeFlags: Readonly<Record<string, string>> = {
  "raftstore.raft-tick": "100ms",
  "raftstore.heartbeat-ticks": "2",
  "raftstore.election-ticks": "10",
  "raftstore.lease": "800ms",
  "raftstore.split-check-interval": "1s",
  "raftstore.region-heartbeat-interval": "1s",
  "raftstore.store-heartbeat-interval": "1s",
  "raftstore.region-max-size": "768KiB",
  "raftstore.region-split-size": "512KiB",
  "raftstore.log-gc-interval": "500ms",
  "raftstore.log-gc-count-limit": "200",
  "raftstore.log-gc-threshold": "20",
  "raftstore.log-gc-bytes-limit": "64KiB",
  "raftstore.max-inflight-messages": "16",
  "raftstore.snapshot-chunk-size": "32KiB",
  "raftstore.snapshot-timeout": "30s",
  "raftstore.stale-peer-check": "10s",
  "raftstore.consistency-check-interval": "500ms",
  "raftstore.hibernate-after-ticks": "50",
  "raftstore.disk-reserve-size": "1MiB"
}
const schedulerFlags: Readonly<Record<string, string>> = {
  "schedule.store-disconnected": "5s",
  "schedule.leader-operator-timeout": "5s",
  "schedule.prepare-timeout": "5s"
}

const mainOf = (app: string): string => fileURLToPath(new URL(`../../apps/${app}/src/main.ts`, import.meta.url))

/** The caller's settings must not reach the processes. */
const environment = (): Record<string, string> => {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.startsWith("REEFKV_") && name !== "NODE_ENV") kept[name] = value
  }
  return kept
}

export class Cluster {
  readonly directory: string
  readonly scheduler: Member
  readonly stores: ReadonlyArray<Member>
  readonly links: ReadonlyArray<Link>
  private readonly proxies = new Map<string, Proxy>()

  private constructor(seed: string, onDeath: (sentence: string) => void) {
    this.directory = mkdtempSync(join(tmpdir(), "reefkv-chaos-"))
    const member = (app: string, name: string, args: (port: number, statusPort: number) => Array<string>): Member => {
      const directory = join(this.directory, name)
      mkdirSync(directory)
      return new Member({
        name,
        main: mainOf(app),
        logPath: join(this.directory, `${name}.log`),
        env: environment(),
        args: (port, statusPort) => [
          ...args(port, statusPort),
          ...flagArgs({
            "server.addr": `127.0.0.1:${port}`,
            "server.advertise-addr": this.addressOf(name),
            "storage.engine": "sqlite",
            "storage.data-dir": join(directory, "data")
          })
        ],
        onDeath
      })
    }
    this.scheduler = member("scheduler", schedulerName, () => flagArgs(schedulerFlags))
    this.stores = Array.from({ length: storeCount }, (_, i) =>
      member("store", `store-${i + 1}`, (_port, statusPort) =>
        flagArgs({
          ...storeFlags,
          "server.status-addr": `127.0.0.1:${statusPort}`,
          "pd.endpoints": this.addressOf(schedulerName)
        })
      )
    )
    const callers = [...this.stores.map(({ name }) => name), clientsName, elsewhere]
    this.links = this.members.flatMap(({ name: to }) =>
      callers.filter((from) => from !== to).map((from) => new Link(from, to, new Rng(`${seed}/${from}/${to}`)))
    )
  }

  /** All processes up and listening, or an error after `timeoutMs`. */
  static async start(seed: string, onDeath: (sentence: string) => void, timeoutMs: number): Promise<Cluster> {
    const cluster = new Cluster(seed, onDeath)
    for (const member of cluster.members) {
      const proxy = await Proxy.start({
        targetPort: () => member.port,
        callers: () => cluster.callersOf(member.name),
        otherwise: cluster.link(elsewhere, member.name)
      })
      cluster.proxies.set(member.name, proxy)
    }
    try {
      // The first store bootstraps the cluster, the others join it.
      for (const member of [cluster.scheduler, ...cluster.stores]) {
        await member.start()
        await within(timeoutMs, `${member.name} to listen`, () => member.isListening)
      }
      return cluster
    } catch (error) {
      await cluster.close()
      throw new Error(`${String(error)}; logs in ${cluster.directory}`)
    }
  }

  get members(): ReadonlyArray<Member> {
    return [...this.stores, this.scheduler]
  }

  addressOf(name: string): string {
    return this.proxies.get(name)!.address
  }

  link(from: string, to: string): Link {
    return this.links.find((link) => link.from === from && link.to === to)!
  }

  /** What each store says of its regions; fails while one does not answer. */
  regions(): Promise<ReadonlyArray<ReadonlyArray<StoreRegion>>> {
    return Promise.all(this.stores.map(({ statusAddress }) => storeRegions(statusAddress)))
  }

  /** No faults on any link, every process running. */
  async heal(): Promise<void> {
    for (const link of this.links) link.heal()
    for (const member of this.members) if (member.paused) member.resume()
    for (const member of this.members) await member.start()
  }

  /** Ends what still runs at once. Files stay. */
  async close(): Promise<void> {
    for (const link of this.links) link.reset()
    for (const proxy of this.proxies.values()) proxy.close()
    await Promise.all(this.members.map((member) => member.kill()))
  }

  removeFiles(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }

  private callersOf(to: string): ReadonlyMap<number, Link> {
    const known = new Map<number, Link>([[process.pid, this.link(clientsName, to)]])
    for (const { name, pid } of this.members) {
      if (name !== to && name !== schedulerName && pid !== undefined) known.set(pid, this.link(name, to))
    }
    return known
  }
}

const lookIntervalMs = 100

/** Waits until `holds`, or fails with what was waited for. A look that throws counts as "not yet". */
export const within = async (
  timeoutMs: number,
  what: string,
  holds: () => boolean | Promise<boolean>
): Promise<void> => {
  const deadlineMs = performance.now() + timeoutMs
  let trouble = ""
  while (performance.now() < deadlineMs) {
    try {
      if (await holds()) return
      trouble = ""
    } catch (error) {
      trouble = ` (${String(error)})`
    }
    await Bun.sleep(lookIntervalMs)
  }
  throw new Error(`not within ${timeoutMs / 1_000} s: ${what}${trouble}`)
}
