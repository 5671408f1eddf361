/** The checker against histories whose verdict is known, and against a search through all orders. */
import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import { checkHistory, type HistoryEntry, type Operation } from "../src/index.ts"

const entry = (called: number, returned: number, operation: Operation): HistoryEntry => ({
  client: "c",
  called,
  returned,
  operation
})
const put = (value: string): Operation => ({ type: "put", value })
const get = (found: string | undefined): Operation => ({ type: "get", found })
const never = Number.POSITIVE_INFINITY

describe("known histories", () => {
  test("a read of what was written before", () => {
    expect(checkHistory([entry(0, 1, put("a")), entry(2, 3, get("a"))])).toBe("linearizable")
  })
  test("a lost write", () => {
    expect(checkHistory([entry(0, 1, put("a")), entry(2, 3, get(undefined))])).toBe("not linearizable")
  })
  test("a stale read", () => {
    const history = [entry(0, 1, put("a")), entry(2, 3, put("b")), entry(4, 5, get("a"))]
    expect(checkHistory(history)).toBe("not linearizable")
  })
  test("two concurrent writes in the order that reads saw, and not in both", () => {
    const writes = [entry(0, 9, put("a")), entry(1, 8, put("b"))]
    expect(checkHistory([...writes, entry(10, 11, get("a"))])).toBe("linearizable")
    expect(checkHistory([...writes, entry(10, 11, get("a")), entry(12, 13, get("b"))])).toBe("not linearizable")
  })
  test("a write of unknown outcome may come late, or never", () => {
    const late = [entry(0, never, put("a")), entry(1, 2, put("b")), entry(3, 4, get("b")), entry(5, 6, get("a"))]
    expect(checkHistory(late)).toBe("linearizable")
    expect(checkHistory([entry(0, never, put("a")), entry(1, 2, get(undefined))])).toBe("linearizable")
  })
  test("a swap that claims to have found what was not there", () => {
    const swap: Operation = { type: "cas", expected: "a", value: "c", result: { succeeded: true, previous: "a" } }
    expect(checkHistory([entry(0, 1, put("b")), entry(2, 3, swap)])).toBe("not linearizable")
  })
})

/** Every order that respects real time, tried one by one. */
const naive = (entries: ReadonlyArray<HistoryEntry>, value?: string): boolean => {
  if (entries.every(({ returned }) => returned === never)) return true
  const firstReturn = Math.min(...entries.map(({ returned }) => returned))
  return entries.some((one) => {
    if (one.called > firstReturn) return false
    const rest = entries.filter((other) => other !== one)
    const { operation } = one
    if (operation.type === "put") return naive(rest, operation.value)
    if (operation.type === "delete") return naive(rest, undefined)
    if (operation.type === "get") return operation.found === value && naive(rest, value)
    if (operation.type === "exists") return operation.found === (value !== undefined) && naive(rest, value)
    const matches = value === operation.expected
    const { result } = operation
    if (result !== undefined && (result.succeeded !== matches || result.previous !== value)) return false
    return naive(rest, matches ? operation.value : value)
  })
}

test("agrees with a search through all orders", () => {
  const value = fc.constantFrom("a", "b")
  const maybe = fc.option(value, { nil: undefined })
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    value.map(put),
    maybe.map(get),
    fc.constant<Operation>({ type: "delete" }),
    fc.record({ type: fc.constant("exists" as const), found: fc.boolean() }),
    fc.record({
      type: fc.constant("cas" as const),
      expected: maybe,
      value: maybe,
      result: fc.option(fc.record({ succeeded: fc.boolean(), previous: maybe }), { nil: undefined })
    })
  )
  const history = fc.array(fc.tuple(operation, fc.nat(20), fc.nat(8), fc.boolean()), { maxLength: 6 }).map((drawn) =>
    drawn.map(([one, called, length, lost], i) => {
      const unknown =
        one.type === "cas" ? one.result === undefined : lost && one.type !== "get" && one.type !== "exists"
      return entry(called * 10 + i, unknown ? never : (called + length) * 10 + i + 0.5, one)
    })
  )
  let wrong = 0
  fc.assert(
    fc.property(history, (entries) => {
      const expected = naive(entries)
      if (!expected) wrong++
      expect(checkHistory(entries)).toBe(expected ? "linearizable" : "not linearizable")
    }),
    { seed: 7, numRuns: 3_000 }
  )
  // Both verdicts must occur, or the comparison says little.
  expect(wrong).toBeGreaterThan(300)
})
