/**
 * One run in the making, for workloads: a cluster, trouble for it, and waits that drive the world. A wait that is not
 * fulfilled within its bound ends the run as a failure; so does the first promise that a checker finds broken.
 */
import { whyLeftOver } from "./checkers/Leftovers.ts"
import { Cluster } from "./cluster/Cluster.ts"
import { KvClient, keyName, type Outcome } from "./workloads/KvClient.ts"
import { Nemesis } from "./workloads/nemesis.ts"
import type { RunOptions } from "./workloads/options.ts"
import { whyNotSettled } from "./workloads/settled.ts"
import type { Rng } from "./world/Rng.ts"
import type { World } from "./world/World.ts"

const startMaxMs = 30_000
const lastOperationsMaxMs = 20_000
const lastAnswersMaxMs = 5_000
/** Between two looks at what is waited for. */
const lookEveryMs = 20

export class Run {
  readonly world: World
  readonly options: RunOptions
  readonly cluster: Cluster
  readonly nemesis: Nemesis
  /** For the workload's own choices. */
  readonly rng: Rng
  private readonly clients: Array<KvClient> = []

  constructor(world: World, options: RunOptions) {
    this.world = world
    this.options = options
    this.cluster = new Cluster(world, options)
    this.nemesis = new Nemesis(this.cluster)
    this.rng = world.rng("workload")
  }

  /** Everything comes up on empty disks, and the first region gets its replicas. */
  start(): void {
    this.cluster.start()
    this.until("the cluster has started", () => whyNotSettled(this.cluster), startMaxMs)
    this.world.log("started")
  }

  /** A client of its own, for one column family; `finish` waits for what it still has to do. */
  client(name: string, cf = ""): KvClient {
    const client = new KvClient(this.cluster, name, cf)
    this.clients.push(client)
    return client
  }

  /** Drives the world until `why` has nothing to say any more; it is asked every few virtual milliseconds. */
  until(what: string, why: () => string | undefined, boundMs = 10_000): void {
    const { world } = this
    const untilMs = world.nowMs + boundMs
    for (;;) {
      const missing = why()
      if (missing === undefined) return
      if (world.nowMs >= untilMs) throw world.fail(`not within ${boundMs} ms: ${what}: ${missing}`)
      if (world.run(Math.min(untilMs, world.nowMs + lookEveryMs)) === "quiescent") {
        throw world.fail(`nothing is left to happen before ${what}: ${missing}`)
      }
    }
  }
  forMs(ms: number): void {
    this.world.run(this.world.nowMs + ms)
  }
  /** Starts something that calls back, and drives the world until it has. */
  wait<A>(what: string, begin: (done: (value: A) => void) => void, boundMs = 10_000): A {
    const box: { value?: { readonly of: A } } = {}
    begin((value) => {
      box.value = { of: value }
    })
    this.until(what, () => (box.value === undefined ? "no answer yet" : undefined), boundMs)
    return box.value!.of
  }
  /** For what a scenario finds wrong by itself. */
  assert(holds: boolean, otherwise: string): asserts holds {
    if (!holds) throw this.world.fail(otherwise)
  }

  /** No faults any more: the cluster comes to rest, every key can be read and written, and everything is judged. */
  finish(): void {
    const { cluster, world, options, nemesis } = this
    nemesis.calm()
    cluster.loses = undefined
    cluster.gatesSnapshot = undefined
    cluster.network.hand = undefined
    cluster.network.release()
    this.until(
      "the cluster is at rest",
      () => (this.clients.some(({ busy }) => busy) ? "an operation of a client has not ended" : whyNotSettled(cluster)),
      options.settleMs
    )
    world.log("settled")
    this.touchAllKeys()
    this.until(
      "the cluster is at rest again, and nothing is left behind",
      () => whyNotSettled(cluster) ?? whyLeftOver(cluster.stores),
      lastOperationsMaxMs
    )
    // What was asked of stores directly is answered by now, or at its deadline.
    this.until(
      "every request is answered",
      () => {
        const waiting = cluster.stores.find(({ running }) => (running?.answers.open ?? 0) > 0)
        return waiting === undefined
          ? undefined
          : `${waiting.host.name} has ${waiting.running!.answers.open} unanswered requests`
      },
      lastAnswersMaxMs
    )
    cluster.probe()
    for (const { running } of cluster.stores) running?.handle.invariants()
    cluster.history.check(world)
    if (world.violation !== undefined) throw world.violation
  }

  private touchAllKeys(): void {
    const { cluster, options, world } = this
    const client = this.client("last")
    let left = options.keys
    const touch = (): void => {
      if (left === 0) return
      const key = keyName(--left)
      const last = (outcome: Outcome): void => {
        if (outcome.type === "given up") world.fail(`${key} cannot be used: the last client gave up`)
        touch()
      }
      client.get(key, () => client.put(key, () => client.get(key, last)))
    }
    world.after(0, cluster.clients, touch)
    this.until(
      "every key is read and written",
      () => (left > 0 || client.busy ? "the last reads and writes have not ended" : undefined),
      lastOperationsMaxMs
    )
  }
}
