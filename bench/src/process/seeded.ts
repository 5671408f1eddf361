/** Repeatable chance for benchmarks: the same seed gives the same keys and values on every run. */

export const seedDefault = 20_261_123

/** Uniform in [0, 1). mulberry32. */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const randomBytes = (random: () => number, length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) bytes[i] = Math.floor(random() * 256)
  return bytes
}

const text = new TextEncoder()

/** Keys of equal length in byte order of their number. */
export const keyOf = (index: number): Uint8Array => text.encode(`user${String(index).padStart(12, "0")}`)
