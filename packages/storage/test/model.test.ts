/** Random raw commands against a sorted map: the store's answers are the map's, in every API version. */
import { expect, test } from "bun:test"
import { type ApiVersion, compareBytes, concatBytes, keyspaceEnd, keyspacePrefix, kvrpcpb } from "@reefkv/wire"
import fc from "fast-check"
import { bytes, makeWorld, text } from "./support/world.ts"

const seed = 20_261_117
const prefix = keyspacePrefix("raw", 3)

type Op =
  | { readonly type: "put"; readonly key: string; readonly value: string; readonly ttl: number }
  | { readonly type: "delete"; readonly key: string }
  | { readonly type: "deleteRange"; readonly start: string; readonly end: string }
  | { readonly type: "swap"; readonly key: string; readonly previous: string | undefined; readonly value: string }
  | { readonly type: "wait"; readonly seconds: number }
  | {
      readonly type: "scan"
      readonly start: string
      readonly end: string
      readonly limit: number
      readonly reverse: boolean
    }

const key = fc.string({ unit: fc.constantFrom("a", "b", "\0", "\u00ff"), minLength: 1, maxLength: 9 })
const value = fc.string({ maxLength: 3 })
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant("put" as const), key, value, ttl: fc.integer({ min: 0, max: 3 }) })
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("delete" as const), key }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("deleteRange" as const), start: key, end: key }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("swap" as const),
      key,
      previous: fc.option(value, { nil: undefined }),
      value
    })
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 2 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("scan" as const),
      start: key,
      end: key,
      limit: fc.integer({ min: 0, max: 6 }),
      reverse: fc.boolean()
    })
  }
)

for (const apiVersion of ["V1TTL", "V2"] satisfies ReadonlyArray<ApiVersion>) {
  test(`${apiVersion}: seed ${seed}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(op, { maxLength: 40 }), async (ops) => {
        const w = await makeWorld({ apiVersion, scanSliceEntries: 2 })
        const form = (plain: string) => (apiVersion === "V2" ? concatBytes(prefix, bytes(plain)) : bytes(plain))
        const plainOf = (stored: Uint8Array) => text(apiVersion === "V2" ? stored.subarray(prefix.length) : stored)
        const before = (a: string, b: string) => compareBytes(bytes(a), bytes(b)) < 0
        const model = new Map<string, { readonly value: string; readonly until: number }>()
        const live = (plain: string) => {
          const entry = model.get(plain)
          return entry === undefined || entry.until <= w.clock.seconds ? undefined : entry.value
        }
        const context = w.context()
        for (const step of ops) {
          if (step.type === "wait") w.clock.seconds += step.seconds
          else if (step.type === "put") {
            await w.call(
              w.raw.put,
              kvrpcpb.RawPutRequest.create({ context, key: form(step.key), value: bytes(step.value), ttl: step.ttl })
            )
            const until = step.ttl === 0 ? Number.POSITIVE_INFINITY : w.clock.seconds + step.ttl
            model.set(step.key, { value: step.value, until })
          } else if (step.type === "delete") {
            await w.call(w.raw.delete, kvrpcpb.RawDeleteRequest.create({ context, key: form(step.key) }))
            model.delete(step.key)
          } else if (step.type === "deleteRange") {
            const response = await w.call(
              w.raw.deleteRange,
              kvrpcpb.RawDeleteRangeRequest.create({ context, startKey: form(step.start), endKey: form(step.end) })
            )
            expect(response.error !== "").toBe(before(step.end, step.start))
            if (response.error !== "") continue
            for (const name of [...model.keys()]) {
              if (!before(name, step.start) && before(name, step.end)) model.delete(name)
            }
          } else if (step.type === "swap") {
            const current = live(step.key)
            const response = await w.call(
              w.raw.compareAndSwap,
              kvrpcpb.RawCASRequest.create({
                context,
                key: form(step.key),
                value: bytes(step.value),
                previousNotExist: step.previous === undefined,
                previousValue: bytes(step.previous ?? "")
              })
            )
            expect(response.succeed).toBe(current === step.previous)
            expect(response.previousNotExist ? undefined : text(response.previousValue)).toBe(current)
            if (response.succeed) model.set(step.key, { value: step.value, until: Number.POSITIVE_INFINITY })
          } else {
            const [low, high] = before(step.end, step.start) ? [step.end, step.start] : [step.start, step.end]
            const { reverse, limit } = step
            const open = apiVersion === "V2" ? keyspaceEnd("raw", 3) : bytes("")
            const upper = high.length > 6 ? open : form(high)
            const response = await w.call(
              w.raw.scan,
              kvrpcpb.RawScanRequest.create({
                context,
                startKey: reverse ? upper : form(low),
                endKey: reverse ? form(low) : upper,
                limit,
                reverse
              })
            )
            const expected = [...model.keys()]
              .filter(
                (name) => live(name) !== undefined && !before(name, low) && (high.length > 6 || before(name, high))
              )
              .sort((a, b) => compareBytes(bytes(a), bytes(b)))
            if (reverse) expected.reverse()
            expect(response.regionError).toBeUndefined()
            expect(response.kvs.map((pair) => [plainOf(pair.key), text(pair.value)])).toEqual(
              expected.slice(0, limit).map((name) => [name, live(name) ?? ""])
            )
          }
        }
        await w.close()
      }),
      { seed, numRuns: 150 }
    )
  })
}
