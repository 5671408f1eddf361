/** Which keys a region takes: as a key, as the end of a range, as a place to be cut. */
import { describe, expect, test } from "bun:test"
import { checkSplitKeys } from "../../../src/raftstore/admin/split.ts"
import type { WriteCommand } from "../../../src/raftstore/Router.ts"
import { checkCommands, checkEndKey, checkKey } from "../../../src/raftstore/requestChecks.ts"
import { bytes, regionOf } from "../support/values.ts"

const inner = regionOf(7, "b", "y")
const whole = regionOf(8, "", "")
const put = (key: string): WriteCommand => ({ type: "put", cf: "default", key: bytes(key), value: bytes("v") })
const deleteRange = (start: string, end: string): WriteCommand => ({
  type: "deleteRange",
  cf: "default",
  start: bytes(start),
  end: bytes(end)
})

describe("CheckKeyInRegion", () => {
  const rows: ReadonlyArray<readonly [key: string, asKey: boolean, asEnd: boolean, asCut: boolean]> = [
    ["a", false, true, false],
    ["b", true, true, false],
    ["b\0", true, true, true],
    ["x", true, true, true],
    ["x\xff", true, true, true],
    ["y", false, true, false],
    ["y\0", false, false, false],
    ["z", false, false, false]
  ]
  for (const [key, asKey, asEnd, asCut] of rows) {
    test(`CheckKeyInRegion: ${JSON.stringify(key)} against [b, y)`, () => {
      expect(checkKey(bytes(key), inner) === undefined).toBe(asKey)
      expect(checkEndKey(bytes(key), inner) === undefined).toBe(asEnd)
      expect(checkSplitKeys(inner, [bytes(key)]) === undefined).toBe(asCut)
    })
  }

  test("CheckKeyInRegion: a region without bounds takes every key and every end, and is not cut at its start", () => {
    for (const key of ["", "a", "\xff\xff"]) {
      expect(checkKey(bytes(key), whole)).toBeUndefined()
      expect(checkEndKey(bytes(key), whole)).toBeUndefined()
    }
    expect(checkSplitKeys(whole, [bytes("")])?._tag).toBe("Refused")
    expect(checkSplitKeys(whole, [bytes("\0")])).toBeUndefined()
  })

  test("an empty end stands for the region's own", () => {
    expect(checkEndKey(bytes(""), inner)).toBeUndefined()
  })
})

test("one command outside refuses all of a write, and is named", () => {
  expect(checkCommands([put("b"), put("c")], inner)).toBeUndefined()
  expect(checkCommands([put("c"), put("y")], inner)).toMatchObject({ _tag: "KeyNotInRegion", key: bytes("y") })
  expect(checkCommands([{ type: "delete", cf: "lock", key: bytes("a") }], inner)).toMatchObject({ key: bytes("a") })
  expect(checkCommands([deleteRange("b", "y")], inner)).toBeUndefined()
  expect(checkCommands([deleteRange("b", "")], inner)).toBeUndefined()
  expect(checkCommands([deleteRange("a", "c")], inner)).toMatchObject({ key: bytes("a") })
  expect(checkCommands([deleteRange("c", "z")], inner)).toMatchObject({ key: bytes("z") })
})

test("split keys ascend strictly", () => {
  expect(checkSplitKeys(inner, [bytes("c"), bytes("d")])).toBeUndefined()
  expect(checkSplitKeys(inner, [])?._tag).toBe("Refused")
  for (const keys of [
    ["d", "c"],
    ["c", "c"]
  ]) {
    expect(checkSplitKeys(inner, keys.map(bytes))?._tag).toBe("Refused")
  }
})
