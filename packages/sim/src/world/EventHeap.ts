/** The one list of what will happen: a binary heap by time, then by a seeded tie-breaker, then by order of arrival. */
import type { Host } from "./Host.ts"

export interface WorldEvent {
  /** Virtual milliseconds. */
  readonly atMs: number
  readonly tie: number
  readonly sequence: number
  /** The event dies with this incarnation of the host; undefined: it belongs to nobody and always happens. */
  readonly host: Host | undefined
  readonly generation: number
  /** Undefined once cancelled. */
  run: (() => void) | undefined
}

const before = (a: WorldEvent, b: WorldEvent): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && (a.tie < b.tie || (a.tie === b.tie && a.sequence < b.sequence)))

export class EventHeap {
  private readonly items: Array<WorldEvent> = []

  get size(): number {
    return this.items.length
  }
  peek(): WorldEvent | undefined {
    return this.items[0]
  }
  push(event: WorldEvent): void {
    const { items } = this
    let at = items.length
    items.push(event)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!before(event, items[parent]!)) break
      items[at] = items[parent]!
      at = parent
    }
    items[at] = event
  }
  pop(): WorldEvent | undefined {
    const { items } = this
    const top = items[0]
    const last = items.pop()
    if (top === undefined || last === undefined || items.length === 0) return top
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= items.length) break
      if (child + 1 < items.length && before(items[child + 1]!, items[child]!)) child++
      if (!before(items[child]!, last)) break
      items[at] = items[child]!
      at = child
    }
    items[at] = last
    return top
  }
}
