/** Random keys, ranges and batches for the suites: few letters and short keys, so that they collide and neighbour often. */
import fc from "fast-check"
import { columnFamilies, type KeyRange, type ScanOptions } from "../Engine.ts"
import { WriteBatch, type WriteOp } from "../WriteBatch.ts"

export const keyArbitrary: fc.Arbitrary<Uint8Array> = fc
  .oneof(
    { weight: 8, arbitrary: fc.array(fc.constantFrom(0x00, 0x01, 0x61, 0x62, 0xff), { maxLength: 4 }) },
    { weight: 2, arbitrary: fc.array(fc.nat(255), { maxLength: 40 }) }
  )
  .map((bytes) => Uint8Array.from(bytes))

const valueArbitrary: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.oneof({ weight: 8, arbitrary: fc.nat(12) }, { weight: 1, arbitrary: fc.nat(9000) }), fc.nat(255))
  .map(([length, fill]) => new Uint8Array(length).fill(fill))

const cfArbitrary = fc.constantFrom(...columnFamilies)

export const rangeArbitrary: fc.Arbitrary<KeyRange> = fc.record({ start: keyArbitrary, end: keyArbitrary })

export const scanArbitrary: fc.Arbitrary<ScanOptions> = fc.record({
  start: keyArbitrary,
  end: keyArbitrary,
  limit: fc.oneof(fc.nat(5), fc.constant(1000)),
  reverse: fc.boolean(),
  keyOnly: fc.boolean()
})

export const opArbitrary: fc.Arbitrary<WriteOp> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ type: fc.constant("put"), cf: cfArbitrary, key: keyArbitrary, value: valueArbitrary })
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("delete"), cf: cfArbitrary, key: keyArbitrary }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("deleteRange"),
      cf: cfArbitrary,
      start: keyArbitrary,
      end: keyArbitrary.filter((end) => end.length > 0)
    })
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("deleteFrom"), cf: cfArbitrary, start: keyArbitrary }) }
)

export const batchArbitrary: fc.Arbitrary<ReadonlyArray<WriteOp>> = fc.array(opArbitrary, { maxLength: 12 })

/** A batch of the operations. The arrays are shared with it. */
export const batchOf = (ops: ReadonlyArray<WriteOp>): WriteBatch => {
  const batch = new WriteBatch()
  for (const op of ops) {
    if (op.type === "put") batch.put(op.cf, op.key, op.value)
    else if (op.type === "delete") batch.delete(op.cf, op.key)
    else if (op.type === "deleteRange") batch.deleteRange(op.cf, op.start, op.end)
    else batch.deleteFrom(op.cf, op.start)
  }
  return batch
}
