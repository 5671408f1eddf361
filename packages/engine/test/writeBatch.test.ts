/** The batch hands its operations out once, and refuses the one mistake that would empty a column family. */
import { expect, test } from "bun:test"
import { WriteBatch } from "../src/index.ts"

const key = Uint8Array.of(1, 2)

test("counts operations and bytes, and hands them out in order, once", () => {
  const batch = new WriteBatch().put("default", key, Uint8Array.of(3)).delete("lock", key).deleteFrom("write", key)
  expect([batch.length, batch.byteLength]).toEqual([3, 7])
  expect(batch.takeOps().map(({ type, cf }) => `${type} ${cf}`)).toEqual([
    "put default",
    "delete lock",
    "deleteFrom write"
  ])
  expect(() => batch.takeOps()).toThrow("used twice")
  expect(() => batch.put("default", key, key)).toThrow("used twice")
})

test("a range delete without an end is refused", () => {
  expect(() => new WriteBatch().deleteRange("default", key, new Uint8Array(0))).toThrow("empty end key")
})
