/**
 * A load that remembers what was promised: writers that put one key after the other, each key once, and note those whose
 * put succeeded. Whatever happens to the cluster meanwhile, these keys must be there with these values afterwards; a key
 * whose put failed may be there or not, but never with another value.
 */
import { expect } from "bun:test"
import type { Kv } from "@reefkv/client"

const writers = 8
/** A put retries inside the client for this long: longer than an election, shorter than a test. */
const defaultPutTimeoutMs = 20_000
/** More failures than this end the load. */
const failuresMax = 100
/** Keys read back in one call. */
const readBatch = 500

export interface AckedLoad {
  /** Keys acknowledged so far. */
  readonly acked: () => number
  /** Waits until `more` keys are acknowledged in addition to those before the call; rejects when that takes too long. */
  awaitMore(more: number, timeoutMs?: number): Promise<void>
  /** No further puts; waits for those under way. */
  stop(): Promise<void>
  /** Every acknowledged key has its value, and no other key is wrong. */
  verify(kv: Kv): Promise<void>
  /** Puts that failed. */
  readonly failures: () => ReadonlyArray<string>
}

const padding = "x".repeat(100)
const valueOf = (key: string): string => `value of ${key} ${padding}`

export const startAckedLoad = (
  kv: Kv,
  prefix: string,
  { putTimeoutMs = defaultPutTimeoutMs }: { readonly putTimeoutMs?: number } = {}
): AckedLoad => {
  const acked: Array<string> = []
  const unknown: Array<string> = []
  const failures: Array<string> = []
  let next = 0
  let stopping = false
  let wake: () => void = () => {}

  const writer = async (): Promise<void> => {
    while (!stopping) {
      const key = `${prefix}${String(next++).padStart(7, "0")}`
      try {
        await kv.put(key, valueOf(key), { timeoutMs: putTimeoutMs })
        acked.push(key)
        wake()
      } catch (error) {
        unknown.push(key)
        failures.push(String(error))
        // A client that refuses at once would be asked for ever.
        if (failures.length >= failuresMax) return
      }
    }
  }
  const done = Promise.all(Array.from({ length: writers }, writer))

  return {
    acked: () => acked.length,
    failures: () => failures,
    awaitMore: async (more, timeoutMs = putTimeoutMs + 5_000) => {
      const goal = acked.length + more
      const from = acked.length
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      wake = () => {
        if (acked.length >= goal) resolve()
      }
      const timer = setTimeout(
        () =>
          reject(
            new Error(
              `only ${acked.length - from} of ${more} puts were acknowledged in ${timeoutMs} ms; failures: ${failures.slice(-3).join("; ")}`
            )
          ),
        timeoutMs
      )
      try {
        await promise
      } finally {
        clearTimeout(timer)
        wake = () => {}
      }
    },
    stop: async () => {
      stopping = true
      await done
    },
    verify: async (from) => {
      for (let at = 0; at < acked.length; at += readBatch) {
        const keys = acked.slice(at, at + readBatch)
        const values = await from.getMany(keys, { timeoutMs: defaultPutTimeoutMs })
        const wrong = keys.filter((key, i) => text(values[i]) !== valueOf(key))
        expect(wrong).toEqual([])
      }
      const maybe = await from.getMany(unknown, { timeoutMs: defaultPutTimeoutMs })
      expect(unknown.filter((key, i) => maybe[i] !== undefined && text(maybe[i]) !== valueOf(key))).toEqual([])
    }
  }
}

const decoder = new TextDecoder()
const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : decoder.decode(value)
