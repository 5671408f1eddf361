/**
 * What happened, line by line: each line goes into a rolling hash, and the newest are kept for a failure's report. Two
 * runs of a seed are the same run exactly when their hashes are equal.
 */
export class Trace {
  lines = 0
  private h1 = 0xdeadbeef | 0
  private h2 = 0x41c6ce57 | 0
  private readonly kept: Array<string>
  private readonly keptMax: number
  private readonly echo: ((line: string) => void) | undefined

  constructor(keptMax = 4_000, echo?: (line: string) => void) {
    this.keptMax = keptMax
    this.kept = []
    this.echo = echo
  }

  add(line: string): void {
    let { h1, h2 } = this
    for (let i = 0; i < line.length; i++) {
      const code = line.charCodeAt(i)
      h1 = Math.imul(h1 ^ code, 2654435761)
      h2 = Math.imul(h2 ^ code, 1597334677)
    }
    this.h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909)
    this.h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909)
    if (this.kept.length < this.keptMax) this.kept.push(line)
    else this.kept[this.lines % this.keptMax] = line
    this.lines++
    this.echo?.(line)
  }
  /** The newest lines, oldest first. */
  newest(count: number): Array<string> {
    const have = Math.min(count, this.kept.length)
    const lines: Array<string> = []
    for (let i = this.lines - have; i < this.lines; i++) lines.push(this.kept[i % this.keptMax]!)
    return lines
  }
  hash(): string {
    const part = (value: number): string => (value >>> 0).toString(16).padStart(8, "0")
    return part(this.h2) + part(this.h1)
  }
}

/** Order-sensitive 64-bit hash of bytes, as text; for comparing what two replicas hold. */
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
  text(): string {
    return (this.h2 >>> 0).toString(16).padStart(8, "0") + (this.h1 >>> 0).toString(16).padStart(8, "0")
  }
}
