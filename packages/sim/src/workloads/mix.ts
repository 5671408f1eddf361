/** Clients, administration and faults all at once, of random kinds: where most is found. */
import type { Workload } from "../Workload.ts"
import { drawOptions, drawSmallOptions } from "./options.ts"
import { trouble } from "./trouble.ts"

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
