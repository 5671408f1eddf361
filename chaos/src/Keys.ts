/**
 * The keys clients work on, and the values they write. Each key lives for a bounded number of operations and gives way to
 * a new one, so that every key's history stays short enough to be judged; the old ones are read again at the end.
 */
import type { Rng } from "@reefkv/sim/rng"

/** Keys in use at a time. */
const liveMax = 12
/** Operations on one key. */
const usesMin = 30
const usesMax = 70
/** The first digit of a key: where regions are cut at the start. */
const digits = 16
const paddingMax = 400

export interface Key {
  readonly name: string
  /** Compare-and-swap is used on it, and with it only writes that are ordered with swaps. */
  readonly swaps: boolean
  usesLeft: number
  /** As somebody read it last; a guess. */
  lastSeen: string | undefined
}

export class Keys {
  /** All that ever were. */
  readonly names: Array<string> = []
  private readonly rng: Rng
  private readonly live: Array<Key> = []

  constructor(rng: Rng) {
    this.rng = rng
    while (this.live.length < liveMax) this.live.push(this.fresh())
  }

  /** One to use once. */
  take(): Key {
    const at = this.rng.below(this.live.length)
    const key = this.live[at]!
    if (--key.usesLeft === 0) this.live[at] = this.fresh()
    return key
  }
  /** Several different ones, likewise. */
  takeSome(count: number): ReadonlyArray<Key> {
    const keys = new Set<Key>()
    for (let i = 0; i < count; i++) keys.add(this.take())
    return [...keys]
  }

  /** Those in use from `start` to `end`, both included. */
  between(start: string, end: string): ReadonlyArray<Key> {
    return this.live.filter(({ name }) => name >= start && name <= end)
  }

  private fresh(): Key {
    const name = `k/${this.rng.below(digits).toString(digits)}/${String(this.names.length).padStart(6, "0")}`
    this.names.push(name)
    return { name, swaps: this.rng.chance(0.5), usesLeft: this.rng.between(usesMin, usesMax), lastSeen: undefined }
  }
}

/** Cuts the keys into four regions. */
export const firstSplits: ReadonlyArray<string> = ["k/4", "k/8", "k/c"]

/** What is written for `id`, which is unique: the id and padding that follows from it, so that damage shows. */
export const valueOf = (id: string): string => {
  let hash = 7
  for (let i = 0; i < id.length; i++) hash = (Math.imul(hash, 31) + id.charCodeAt(i)) >>> 0
  const letter = String.fromCharCode(97 + (hash % 26))
  return `${id}|${letter.repeat(hash % paddingMax)}`
}

/** The id in a value; undefined when it is not a value that was ever made. */
export const idOf = (value: string): string | undefined => {
  const id = value.slice(0, value.indexOf("|"))
  return valueOf(id) === value ? id : undefined
}
