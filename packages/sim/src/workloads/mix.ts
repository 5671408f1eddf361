/** Clients, administration and faults all at once, of random kinds: where most is found. */
import type { Run } from "../Run.ts"
import type { Workload } from "../Workload.ts"
import { Admin } from "./admin.ts"
import { drawOptions, drawSmallOptions } from "./options.ts"

/** Between two requests for timestamps. */
const timestampEveryMs = 100

export const mix: Workload = {
  name: "mix",
  what: "4 to 8 seconds of clients, administration and every kind of fault",
  options: drawOptions,
  play: (run) => {
    run.start()
    trouble(run)
  }
}

export const small: Workload = {
  name: "small",
  what: "three stores, few clients, 15 seconds with a fault now and then",
  options: drawSmallOptions,
  play: mix.play
}

/** For as long as the options say. */
export const trouble = (run: Run): void => {
  const { world, cluster, nemesis, options, rng } = run
  const admin = new Admin(cluster)
  const untilMs = world.nowMs + options.troubleMs
  const inTrouble = (delayMs: number): number | undefined => (world.nowMs < untilMs ? delayMs : undefined)
  const around = (ms: number): number => ms * (0.2 + 1.6 * rng.double())
  for (let i = 1; i <= options.clients; i++) {
    const client = run.client(`c${i}`)
    const next = (): void => {
      const delayMs = inTrouble(around(options.thinkMs))
      if (delayMs !== undefined) world.after(delayMs, cluster.clients, () => client.act(next))
    }
    next()
  }
  const often = (everyMs: number, act: () => void): void => world.repeat(() => inTrouble(around(everyMs)), act)
  often(options.adminEveryMs, () => admin.act())
  often(options.faultEveryMs, () => nemesis.act())
  often(timestampEveryMs, () => admin.askTimestamp())
  world.run(untilMs)
}
