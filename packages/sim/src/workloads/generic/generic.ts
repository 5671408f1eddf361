/**
 * The run behind most scenarios of stores: five stores, clients that put growing keys and scan what they have put, three
 * rounds with faults. After each round everything is read again in order, deleted, and nothing may be left.
 */
import type { Run } from "../../Run.ts"
import type { Workload } from "../../Workload.ts"
import type { KvClient } from "../KvClient.ts"
import { faultsByLetter } from "./faults.ts"
import { allKeys, GrowingClient } from "./GrowingClient.ts"
import { drawGenericOptions, type GenericRun, keysOf, roundCount } from "./options.ts"

/** For clients to end what they have begun, and to read and delete all of a round. */
const endOfRoundMaxMs = 30_000

export const generic = (what: GenericRun): Workload => ({
  name: `generic/${what.name}`,
  what: `${what.clients} ${what.clients === 1 ? "client puts and scans" : "clients put and scan"}; ${describe(what.faults)}`,
  options: (seed) => drawGenericOptions(what, seed),
  play: (run) => {
    run.start()
    rounds(run, what)
  }
})

const rounds = (run: Run, what: GenericRun): void => {
  const { world, cluster, options } = run
  const clients = Array.from({ length: what.clients }, (_, i) => new GrowingClient(run, i, keysOf(what)))
  const reader = run.client("reader")
  const faults = faultsByLetter.filter(([letter]) => what.faults.includes(letter)).map(([, begin]) => begin(run))
  cluster.watches = (store, event) => {
    for (const fault of faults) fault.onEvent?.(store, event)
  }
  const allIdle = (doing: string): void =>
    run.until(
      `the clients have ${doing}`,
      () => (clients.some(({ busy }) => busy) ? "a client is not ready" : undefined),
      endOfRoundMaxMs
    )

  for (let round = 0; round < roundCount; round++) {
    world.log(`round ${round}`)
    const untilMs = world.nowMs + options.troubleMs / roundCount
    for (const client of clients) client.begin(round, untilMs)
    for (const fault of faults) fault.round(untilMs)
    run.forMs(untilMs - world.nowMs)
    // Clients may still wait for answers: a restart falls right into their last operations.
    for (const fault of faults) fault.afterRound()
    allIdle("ended the round")
    silence(run)

    for (const fault of faults) fault.whileFull?.()
    const everything = readAll(run, reader)
    for (const client of clients) {
      const difference = client.compare(everything)
      run.assert(difference === undefined, `after round ${round}: ${difference}`)
    }
    for (const client of clients) client.clear()
    allIdle("deleted everything")
    silence(run)
    const left = readAll(run, reader)
    run.assert(left.length === 0, `${left.length} keys are left after all were deleted, the first is ${left[0]?.[0]}`)
  }

  for (const fault of faults) fault.verdict()
  const puts = clients.map((client) => client.puts)
  const scans = clients.map((client) => client.scans)
  world.log(`puts ${puts} scans ${scans}`)
  run.assert(
    puts.every((count) => count > 0) && scans.every((count) => count > 0),
    `a client did nothing: puts ${puts}, scans ${scans}`
  )
}

const readAll = (run: Run, reader: KvClient): ReadonlyArray<readonly [key: string, value: string]> =>
  run.wait(
    "everything is read",
    (done: (pairs: ReadonlyArray<readonly [key: string, value: string]>) => void) => {
      const read = (): void =>
        reader.scan(allKeys.from, allKeys.to, (outcome) => (outcome.type === "scanned" ? done(outcome.pairs) : read()))
      run.world.after(0, run.cluster.clients, read)
    },
    endOfRoundMaxMs
  )

/**
 * Until nothing that clients asked for can still happen. A write whose client gave up waiting may be on its way, in a
 * mailbox or in a log; once every frame has come in and every request is answered or dead with its process, it either is
 * in the log of all future leaders or never will be.
 */
const silence = (run: Run): void => {
  const { cluster, options } = run
  run.forMs(options.network.latencyMaxMs + options.network.longMs + 1)
  run.until("no store works for a client", () => {
    const busy = cluster.stores.find(({ running }) => (running?.answers.open ?? 0) > 0)
    return busy === undefined ? undefined : `${busy.host.name} has ${busy.running!.answers.open} open requests`
  })
}

const words: Readonly<Record<string, string>> = {
  U: "Raft messages are lost",
  P: "partitions",
  R: "all stores restart",
  S: "logs are trimmed early",
  C: "peers come and go",
  X: "small regions split"
}
const describe = (faults: string): string =>
  faults === "" ? "no faults" : [...faults].map((letter) => words[letter]).join(", ")
