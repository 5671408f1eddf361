/**
 * Is a history of one register (get, put, delete, compare-and-swap) linearizable? A depth-first search for an order that
 * respects real time and explains every result, with memory of (operations placed, value) so that no state is searched
 * twice.
 *
 * Source: Wing and Gong, "Testing and verifying concurrent objects" (1993); the memory is Lowe's, "Testing for
 * linearizability" (2016); the list that operations are lifted out of and put back into is the one in Porcupine.
 *
 * An operation without a known outcome may take effect at any time after its call, also after everything else, which is
 * the same as never.
 */
export type Operation =
  | { readonly type: "get"; readonly found: string | undefined }
  /** Whether there is a value, whichever. */
  | { readonly type: "exists"; readonly found: boolean }
  | { readonly type: "put"; readonly value: string }
  | { readonly type: "delete" }
  | {
      readonly type: "cas"
      readonly expected: string | undefined
      /** Undefined: it deletes. */
      readonly value: string | undefined
      /** Undefined when the outcome is unknown. */
      readonly result: { readonly succeeded: boolean; readonly previous: string | undefined } | undefined
    }

/** `called` and `returned` are positions in one global order of calls and returns; `returned` is Infinity when unknown. */
export interface HistoryEntry {
  readonly client: string
  readonly called: number
  readonly returned: number
  readonly operation: Operation
}

export type Verdict = "linearizable" | "not linearizable" | "too long to tell"

/** Placements tried before the search gives up. */
const stepsMax = 2_000_000

interface Node {
  /** The operation, by position. */
  readonly id: number
  /** The node of its return; undefined in return nodes. */
  readonly match: Node | undefined
  previous: Node | undefined
  next: Node | undefined
}

/** What the operation makes of the value, or undefined when its result cannot come from that value. */
const apply = (operation: Operation, value: string | undefined): { readonly value: string | undefined } | undefined => {
  switch (operation.type) {
    case "get":
      return operation.found === value ? { value } : undefined
    case "exists":
      return operation.found === (value !== undefined) ? { value } : undefined
    case "put":
      return { value: operation.value }
    case "delete":
      return { value: undefined }
    case "cas": {
      const matches = value === operation.expected
      const { result } = operation
      if (result !== undefined && (result.succeeded !== matches || result.previous !== value)) return undefined
      return { value: matches ? operation.value : value }
    }
  }
}

/**
 * Writes of unknown outcome whose value nobody ever saw explain nothing: they are left out. A swap of unknown outcome that
 * is kept has seen what it expected.
 */
const withoutUnseen = (history: ReadonlyArray<HistoryEntry>): Array<HistoryEntry> => {
  const seen = new Set<string>()
  for (const { operation } of history) {
    if (operation.type === "get" && operation.found !== undefined) seen.add(operation.found)
    if (operation.type === "cas" && operation.result?.previous !== undefined) seen.add(operation.result.previous)
  }
  for (let before = -1; before !== seen.size; ) {
    before = seen.size
    for (const { operation } of history) {
      if (operation.type !== "cas" || operation.expected === undefined) continue
      if (operation.value === undefined || seen.has(operation.value)) seen.add(operation.expected)
    }
  }
  // Who only heard that there is something may have seen any of them.
  const anySeen = history.some(({ operation }) => operation.type === "exists" && operation.found)
  return history.filter(({ returned, operation }) => {
    if (returned !== Number.POSITIVE_INFINITY) return true
    if (operation.type === "get" || operation.type === "exists") return false
    return anySeen || operation.type === "delete" || operation.value === undefined || seen.has(operation.value)
  })
}

export const checkHistory = (history: ReadonlyArray<HistoryEntry>): Verdict => {
  const entries = withoutUnseen(history)
  if (entries.length === 0) return "linearizable"
  const head = buildList(entries)
  const placed = new Uint32Array(Math.ceil(entries.length / 32))
  const known = new Set<string>()
  const undo: Array<{ readonly node: Node; readonly value: string | undefined }> = []
  let value: string | undefined
  let steps = 0
  let node = head.next
  while (head.next !== undefined) {
    if (node === undefined) throw new Error("checkHistory ran off its list")
    if (node.match !== undefined) {
      const outcome = apply(entries[node.id]!.operation, value)
      let isNew = false
      if (outcome !== undefined) {
        if (++steps > stepsMax) return "too long to tell"
        setBit(placed, node.id, true)
        const key = `${placed.join(",")}=${outcome.value ?? "\u0000"}`
        isNew = !known.has(key)
        if (isNew) {
          known.add(key)
          undo.push({ node, value })
          value = outcome.value
          lift(node)
          node = head.next
        } else setBit(placed, node.id, false)
      }
      if (!isNew) node = node!.next
      continue
    }
    // A return whose operation could not be placed before it: the last placement was wrong.
    const last = undo.pop()
    if (last === undefined) return "not linearizable"
    value = last.value
    setBit(placed, last.node.id, false)
    unlift(last.node)
    node = last.node.next
  }
  return "linearizable"
}

const setBit = (bits: Uint32Array, at: number, on: boolean): void => {
  const word = at >> 5
  const mask = 1 << (at & 31)
  bits[word] = on ? bits[word]! | mask : bits[word]! & ~mask
}

/** Calls and returns in real-time order behind a head without meaning. */
const buildList = (entries: ReadonlyArray<HistoryEntry>): Node => {
  const points = entries.flatMap(({ called, returned }, id) => [
    { at: called, id, isCall: true },
    { at: returned, id, isCall: false }
  ])
  points.sort((a, b) => (a.at === b.at ? a.id - b.id : a.at < b.at ? -1 : 1))
  const head: Node = { id: -1, match: undefined, previous: undefined, next: undefined }
  const returns = entries.map((_, id): Node => ({ id, match: undefined, previous: undefined, next: undefined }))
  let last = head
  for (const { id, isCall } of points) {
    const node: Node = isCall ? { id, match: returns[id]!, previous: undefined, next: undefined } : returns[id]!
    node.previous = last
    last.next = node
    last = node
  }
  return head
}

const lift = (node: Node): void => {
  unlink(node)
  unlink(node.match!)
}
const unlift = (node: Node): void => {
  relink(node.match!)
  relink(node)
}
const unlink = (node: Node): void => {
  if (node.previous !== undefined) node.previous.next = node.next
  if (node.next !== undefined) node.next.previous = node.previous
}
const relink = (node: Node): void => {
  if (node.previous !== undefined) node.previous.next = node
  if (node.next !== undefined) node.next.previous = node
}
