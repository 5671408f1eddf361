/**
 * The window of append messages that a follower has not acknowledged: a ring of (last index, bytes), bounded by count and
 * by bytes. The byte bound may be passed by one message, so that an entry larger than the bound can travel at all.
 * The ring starts small and doubles, since most followers of most groups are idle.
 */
import { fail } from "./assert.ts"

const initialCapacity = 8

export class Inflights {
  private indexes: number[] = []
  private sizes: number[] = []
  private head = 0
  private used = 0
  private bytesUsed = 0
  private readonly maxMessages: number
  private readonly maxBytes: number

  /** `maxBytes` 0: no bound on bytes. */
  constructor(maxMessages: number, maxBytes: number) {
    this.maxMessages = maxMessages
    this.maxBytes = maxBytes
  }

  get count(): number {
    return this.used
  }

  get bytes(): number {
    return this.bytesUsed
  }

  isFull(): boolean {
    return this.used >= this.maxMessages || (this.maxBytes > 0 && this.bytesUsed >= this.maxBytes)
  }

  /** Records a message whose last entry is `index`. Indexes ascend. */
  add(index: number, bytes: number): void {
    if (this.isFull())
      fail(`inflight window is full (${this.used} messages, ${this.bytesUsed} bytes), cannot add ${index}`)
    if (this.used === this.indexes.length) this.grow()
    const slot = (this.head + this.used) % this.indexes.length
    this.indexes[slot] = index
    this.sizes[slot] = bytes
    this.used++
    this.bytesUsed += bytes
  }

  /** Frees every message whose last entry is at or below `index`. */
  freeTo(index: number): void {
    const capacity = this.indexes.length
    while (this.used > 0 && this.indexes[this.head]! <= index) {
      this.bytesUsed -= this.sizes[this.head]!
      this.head = this.head + 1 === capacity ? 0 : this.head + 1
      this.used--
    }
    if (this.used === 0) this.head = 0
  }

  reset(): void {
    this.head = 0
    this.used = 0
    this.bytesUsed = 0
  }

  private grow(): void {
    const indexes: number[] = []
    const sizes: number[] = []
    for (let i = 0; i < this.used; i++) {
      const slot = (this.head + i) % this.indexes.length
      indexes.push(this.indexes[slot]!)
      sizes.push(this.sizes[slot]!)
    }
    const capacity = Math.min(Math.max(initialCapacity, this.used * 2), this.maxMessages)
    while (indexes.length < capacity) {
      indexes.push(0)
      sizes.push(0)
    }
    this.indexes = indexes
    this.sizes = sizes
    this.head = 0
  }
}
