/**
 * What happened, line by line: each line goes into a rolling hash, and the newest are kept for a failure's report. Two
 * runs of a seed are the same run exactly when their hashes are equal.
 *
 * Most lines are frames that nobody ever reads. They are hashed as numbers (`mark`) and put into words only when asked.
 */
export class Trace {
  lines = 0
  private h1 = 0xdeadbeef | 0
  private h2 = 0x41c6ce57 | 0
  private readonly kept: Array<KeptLine> = []
  private readonly keptMax: number
  private readonly echo: ((line: string) => void) | undefined

  constructor(keptMax = 4_000, echo?: (line: string) => void) {
    this.keptMax = keptMax
    this.echo = echo
  }

  add(atMs: number, line: string): void {
    this.addMarked(atMs, markOfText(line), line)
  }
  /** `mark` must differ whenever the words do, as hashes differ. `words` must not change later. */
  addMarked(atMs: number, mark: number, words: string | (() => string)): void {
    timeAsDouble[0] = atMs
    const h1 = Math.imul(this.h1 ^ mark, 2654435761) ^ timeAsWords[0]!
    const h2 = Math.imul(this.h2 ^ mark, 1597334677) ^ timeAsWords[1]!
    this.h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909)
    this.h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909)
    if (this.keptMax > 0) this.kept[this.lines % this.keptMax] = { atMs, words }
    this.lines++
    if (this.echo !== undefined) this.echo(inWords({ atMs, words }))
  }
  /** The newest lines, oldest first. */
  newest(count: number): Array<string> {
    const have = Math.min(count, this.kept.length)
    const lines: Array<string> = []
    for (let i = this.lines - have; i < this.lines; i++) lines.push(inWords(this.kept[i % this.keptMax]!))
    return lines
  }
  hash(): string {
    const part = (value: number): string => (value >>> 0).toString(16).padStart(8, "0")
    return part(this.h2) + part(this.h1)
  }
}

interface KeptLine {
  readonly atMs: number
  readonly words: string | (() => string)
}

const timeAsDouble = new Float64Array(1)
const timeAsWords = new Int32Array(timeAsDouble.buffer)

const inWords = ({ atMs, words }: KeptLine): string =>
  `${atMs.toFixed(3)} ${typeof words === "string" ? words : words()}`

export const markOfText = (text: string): number => {
  let mark = 0x811c9dc5 | 0
  for (let i = 0; i < text.length; i++) mark = Math.imul(mark ^ text.charCodeAt(i), 2654435761)
  return mark ^ (mark >>> 15)
}
/** A mark that stands for the first one and this whole number, in this order. */
export const markAlso = (mark: number, value: number): number => {
  const mixed = Math.imul(mark ^ value, 2654435761)
  return mixed ^ (mixed >>> 15)
}

/** Order-sensitive hash of bytes and numbers, for comparing what two replicas hold. */
export class ByteHash {
  private h1 = 0x9e3779b1 | 0
  private h2 = 0x85ebca6b | 0

  add(bytes: Uint8Array): void {
    let { h1, h2 } = this
    h1 = Math.imul(h1 ^ bytes.length, 2654435761)
    for (let i = 0; i < bytes.length; i++) {
      h1 = Math.imul(h1 ^ bytes[i]!, 2654435761)
      h2 = Math.imul(h2 ^ bytes[i]!, 1597334677)
    }
    this.h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909)
    this.h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(this.h1 ^ (this.h1 >>> 13), 3266489909)
  }
  /** 53 of its 64 bits. */
  value(): number {
    return (this.h2 >>> 0) * 2_097_152 + (this.h1 >>> 11)
  }
}
