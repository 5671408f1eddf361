/** Refuses a configuration that cannot work, at construction. */
import { fail } from "./assert.ts"
import type { Config } from "./types.ts"

export function checkConfig(c: Config): void {
  const atLeast = (name: string, value: number, min: number) => {
    if (!(value >= min)) fail(`${name} is ${value}, must be at least ${min}`)
  }
  atLeast("id", c.id, 1)
  atLeast("heartbeatTicks", c.heartbeatTicks, 1)
  if (!(c.electionTicks > c.heartbeatTicks))
    fail(`electionTicks is ${c.electionTicks}, must be above heartbeatTicks ${c.heartbeatTicks}`)
  atLeast("maxInflightMessages", c.maxInflightMessages, 1)
  atLeast("maxEntriesBytesPerMessage", c.maxEntriesBytesPerMessage, 0)
  atLeast("maxUncommittedBytes", c.maxUncommittedBytes, 0)
  atLeast("maxCommittedBytesPerReady", c.maxCommittedBytesPerReady, 1)
  if (c.readOnly === "leaseBased") {
    if (!c.checkQuorum) fail("readOnly leaseBased needs checkQuorum: without it followers do not keep quiet")
    if (c.leaseMs === undefined || !(c.leaseMs > 0)) fail("readOnly leaseBased needs leaseMs")
  }
}
