/** Clients, administration, faults and questions for timestamps, all at once, at the pace that the options draw. */
import type { Run } from "../Run.ts"
import { Admin } from "./admin.ts"

/** Whoever does one thing after another. */
export interface Acting {
  act(done: () => void): void
}

/** Between two requests for timestamps. */
const timestampEveryMs = 100

/** As many as `options.clients` act, by number from 1, and all the rest goes on, while `working` holds. */
export const beginTrouble = (run: Run, acting: (client: number) => Acting, working: () => boolean): void => {
  const { world, cluster, nemesis, options, rng } = run
  const around = (ms: number): number | undefined => (working() ? ms * (0.2 + 1.6 * rng.double()) : undefined)
  for (let i = 1; i <= options.clients; i++) {
    const client = acting(i)
    const next = (): void => {
      const delayMs = around(options.thinkMs)
      if (delayMs !== undefined) world.after(delayMs, cluster.clients, () => client.act(next))
    }
    next()
  }
  const often = (everyMs: number, act: () => void): void => world.repeat(() => around(everyMs), act)
  const admin = new Admin(cluster)
  often(options.adminEveryMs, () => admin.act())
  often(options.faultEveryMs, () => nemesis.act())
  often(timestampEveryMs, () => admin.askTimestamp())
}

/** For as long as the options say. */
export const trouble = (run: Run, acting: (client: number) => Acting = (i) => run.client(`c${i}`)): void => {
  const { world } = run
  const untilMs = world.nowMs + run.options.troubleMs
  beginTrouble(run, acting, () => world.nowMs < untilMs)
  world.run(untilMs)
}
