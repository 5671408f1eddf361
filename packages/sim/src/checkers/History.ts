/** What clients asked and were told, by key, in one global order of calls and returns. */
import { checkHistory, type HistoryEntry, type Operation } from "./linearizability.ts"

const nothing: ReadonlySet<string> = new Set()

export class History {
  /** Keys whose search was given up; neither right nor wrong. */
  undecided = 0
  operations = 0
  unknown = 0
  private clock = 0
  private readonly byKey = new Map<string, Array<HistoryEntry>>()
  private readonly touched = new Map<string, Set<string>>()

  /** A position for a call or a return. */
  now(): number {
    return this.clock++
  }
  /** Somebody writes this key now, or has found it: from here on a scan that does not find it says something. */
  mention(cf: string, key: string): void {
    const known = this.touched.get(cf)
    if (known === undefined) this.touched.set(cf, new Set([key]))
    else known.add(key)
  }
  mentioned(cf: string): ReadonlySet<string> {
    return this.touched.get(cf) ?? nothing
  }
  /** `cf` is the column family, "" the default one. */
  add(ofKey: string, entry: HistoryEntry, cf = ""): void {
    const key = cf === "" ? ofKey : `${cf} ${ofKey}`
    this.operations++
    if (entry.returned === Number.POSITIVE_INFINITY) this.unknown++
    const known = this.byKey.get(key)
    if (known === undefined) this.byKey.set(key, [entry])
    else known.push(entry)
  }

  check(world: { fail(message: string): void }): void {
    for (const [key, entries] of this.byKey) {
      const verdict = checkHistory(entries)
      if (verdict === "too long to tell") this.undecided++
      if (verdict === "not linearizable") {
        const short = shortestBad(entries)
        world.fail(`the history of ${key} is not linearizable:\n${short.map(describe).join("\n")}`)
        return
      }
    }
  }
}

/** The shortest prefix (by return) that is already wrong, and of it the last operations. */
const shortestBad = (entries: ReadonlyArray<HistoryEntry>): Array<HistoryEntry> => {
  const byReturn = entries.filter(({ returned }) => returned !== Number.POSITIVE_INFINITY)
  byReturn.sort((a, b) => a.returned - b.returned)
  let good = 0
  let bad = byReturn.length
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    const until = byReturn[middle - 1]!.returned
    if (checkHistory(upTo(entries, until)) === "not linearizable") bad = middle
    else good = middle
  }
  return upTo(entries, byReturn[bad - 1]!.returned)
    .sort((a, b) => a.called - b.called)
    .slice(-24)
}

/** What was returned after `until` is not known yet. */
const upTo = (entries: ReadonlyArray<HistoryEntry>, until: number): Array<HistoryEntry> =>
  entries
    .filter(({ called }) => called < until)
    .map((entry) =>
      entry.returned <= until
        ? entry
        : { ...entry, returned: Number.POSITIVE_INFINITY, operation: forgetResult(entry.operation) }
    )
const forgetResult = (operation: Operation): Operation =>
  operation.type === "cas" ? { ...operation, result: undefined } : operation

const describe = ({ client, called, returned, operation }: HistoryEntry): string => {
  const when = `  ${called}…${returned === Number.POSITIVE_INFINITY ? "?" : returned} ${client}`
  switch (operation.type) {
    case "get":
      return `${when} get = ${operation.found ?? "nothing"}`
    case "exists":
      return `${when} exists: ${operation.found}`
    case "put":
      return `${when} put ${operation.value}`
    case "delete":
      return `${when} delete`
    case "cas": {
      const { expected, value, result } = operation
      const end =
        result === undefined ? "?" : `${result.succeeded ? "swapped" : "kept"} ${result.previous ?? "nothing"}`
      return `${when} cas ${expected ?? "nothing"} → ${value ?? "nothing"}: ${end}`
    }
  }
}
