/** `host:port` as configurations write it. */

import { ConfigProblems } from "@reefkv/config"
import { Effect } from "effect"

export interface HostPort {
  readonly host: string
  readonly port: number
}

const portMax = 65_535

/** IPv6 hosts stand in brackets. Port 0 lets the system choose. */
export const parseAddress = (name: string, text: string): Effect.Effect<HostPort, ConfigProblems> => {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  if (match === null || port > portMax) {
    return Effect.fail(new ConfigProblems({ problems: [`${name}: expected host:port, found "${text}"`] }))
  }
  return Effect.succeed({ host: match[1] ?? match[2]!, port })
}
