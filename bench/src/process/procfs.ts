/** What Linux says of other processes: CPU time and resident memory. Elsewhere nothing is known and zeros are shown. */
import { readFileSync } from "node:fs"

/** USER_HZ: fixed by Linux's interface to programs. */
const ticksPerSecond = 100

/** CPU seconds, user and system, of all of them together since they started. */
export const cpuSeconds = (pids: ReadonlyArray<number>): number =>
  pids.reduce((sum, pid) => {
    const fields = statFields(pid)
    return fields === undefined ? sum : sum + (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  }, 0)

/** The fields behind the command's name, which may itself hold spaces. */
const statFields = (pid: number): ReadonlyArray<string> | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  } catch {
    return undefined
  }
}

export interface Memory {
  readonly residentBytes: number
  /** Resident and not backed by a file: what the process holds for itself. */
  readonly anonymousBytes: number
}

export const memoryOf = (pid: number): Memory => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1")
    const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0)
    return { residentBytes: kib("VmRSS") * 1024, anonymousBytes: kib("RssAnon") * 1024 }
  } catch {
    return { residentBytes: 0, anonymousBytes: 0 }
  }
}
