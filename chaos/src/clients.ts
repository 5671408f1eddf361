/**
 * Clients of the network client that do one thing after another and write down what they asked and were told. All of them
 * live in this process, so the order of calls and returns in it is the real one.
 *
 * What an error says about a write is believed: `undetermined` (and `closed`) means it may have happened, now or later;
 * anything else that it never did, which the checker holds against the value if it is ever seen. So that this is all there is
 * to say, these writes are not sent again by the client (`resendWrites: false`); `once.ts` has the default.
 */
import { type Kv, KvError, toText } from "@reefkv/client"
import type { History, Operation } from "@reefkv/sim/checkers"
import type { Rng } from "@reefkv/sim/rng"
import { idOf, type Key, type Keys, valueOf } from "./Keys.ts"

/** A call ends within this. */
export const callTimeoutMs = 6_000
/** Between two calls of one client. */
const thinkMaxMs = 40
const batchMax = 5

type Kind = "get" | "put" | "delete" | "cas" | "batchGet" | "scan"
const kinds: ReadonlyArray<readonly [Kind, number]> = [
  ["get", 30],
  ["put", 30],
  ["cas", 20],
  ["delete", 6],
  ["batchGet", 6],
  ["scan", 6]
]

export interface Counts {
  /** Calls that were answered. */
  answered: number
  /** Writes whose outcome nobody knows. */
  unknown: number
  /** Calls that failed, certainly without effect. */
  failed: number
}

export interface ClientParts {
  readonly name: string
  readonly kv: Kv
  readonly keys: Keys
  readonly history: History
  readonly counts: Counts
  readonly rng: Rng
  readonly stopping: () => boolean
  readonly onBroken: (what: string) => void
}

/** Behind every key. */
const lastKey = "k/~"
/** Entries of a scan that are looked at. */
const scanMax = 8
const unknown = Number.POSITIVE_INFINITY

const limited = async <A>(source: AsyncIterable<A>, max: number): Promise<ReadonlyArray<A>> => {
  const taken: Array<A> = []
  for await (const one of source) {
    taken.push(one)
    if (taken.length >= max) break
  }
  return taken
}

export const runClient = async (parts: ClientParts): Promise<void> => {
  const { name, kv, keys, history, counts, rng, stopping, onBroken } = parts
  const call = { timeoutMs: callTimeoutMs }
  let written = 0

  const idRead = (key: string, value: Uint8Array | string | undefined): string | undefined => {
    if (value === undefined) return undefined
    const text = typeof value === "string" ? value : toText(value)
    const id = idOf(text)
    if (id === undefined) onBroken(`${key} has a value that nobody wrote: ${text.slice(0, 80)}`)
    return id
  }
  const note = (key: string, called: number, returned: number, operation: Operation): void =>
    history.add(key, { client: name, called, returned, operation })

  /** Runs a read; nothing is learnt from one that fails. */
  const read = async <A>(ask: () => Promise<A>, onAnswer: (answer: A, called: number, returned: number) => void) => {
    const called = history.now()
    try {
      const answer = await ask()
      counts.answered++
      onAnswer(answer, called, history.now())
    } catch (error) {
      if (!(error instanceof KvError)) throw error
      counts.failed++
    }
  }
  /** Runs a write; `operationOf` says what it was, by its answer or without one. */
  const write = async <A>(key: Key, ask: () => Promise<A>, operationOf: (answer: A | undefined) => Operation) => {
    const called = history.now()
    try {
      const answer = await ask()
      counts.answered++
      note(key.name, called, history.now(), operationOf(answer))
    } catch (error) {
      if (!(error instanceof KvError)) throw error
      if (error.reason !== "undetermined" && error.reason !== "closed") {
        counts.failed++
        return
      }
      counts.unknown++
      note(key.name, called, unknown, operationOf(undefined))
    }
  }
  const onFound = (key: Key, value: Uint8Array | string | undefined, called: number, returned: number): void => {
    const found = idRead(key.name, value)
    key.lastSeen = found
    note(key.name, called, returned, { type: "get", found })
  }

  const step = async (): Promise<void> => {
    const kind = rng.weighted(kinds)
    const key = keys.take()
    const how = { ...call, atomic: key.swaps, resendWrites: false }
    const id = `${name}.${written}`
    switch (key.swaps || kind !== "cas" ? kind : "put") {
      case "get":
        return read(
          () => kv.get(key.name, call),
          (value, called, returned) => onFound(key, value, called, returned)
        )
      case "put":
        written++
        return write(
          key,
          () => kv.put(key.name, valueOf(id), how),
          () => ({ type: "put", value: id })
        )
      case "delete":
        return write(
          key,
          () => kv.delete(key.name, how),
          () => ({ type: "delete" })
        )
      case "cas": {
        written++
        const expected = rng.chance(0.85) ? key.lastSeen : undefined
        return write(
          key,
          () => kv.compareAndSwap(key.name, expected === undefined ? undefined : valueOf(expected), valueOf(id), call),
          (answer) => {
            if (answer === undefined) return { type: "cas", expected, value: id, result: undefined }
            const previous = idRead(key.name, answer.previous)
            key.lastSeen = answer.swapped ? id : previous
            return { type: "cas", expected, value: id, result: { succeeded: answer.swapped, previous } }
          }
        )
      }
      case "batchGet": {
        const several = keys.takeSome(batchMax)
        return read(
          () =>
            kv.getMany(
              several.map((one) => one.name),
              call
            ),
          (values, called, returned) => {
            for (const [i, one] of several.entries()) onFound(one, values[i], called, returned)
          }
        )
      }
      case "scan": {
        // Only keys that were in use before the call: others may have been written first while it went on.
        const inUse = keys.between(key.name, lastKey)
        return read(
          () => limited(kv.scan({ start: key.name, end: lastKey, pageSize: scanMax, ...call }).strings(), scanMax),
          (entries, called, returned) => {
            const found = new Map(entries)
            const until = entries.length < scanMax ? lastKey : entries.at(-1)![0]
            for (const one of inUse) if (one.name <= until) onFound(one, found.get(one.name), called, returned)
          }
        )
      }
    }
  }

  while (!stopping()) {
    await step()
    await Bun.sleep(rng.below(thinkMaxMs))
  }
}
