/** What a key with values that expire may show. Times in seconds on the clock of the store that answers. */
import { describe, expect, test } from "bun:test"
import { ExpiringKey } from "../src/checkers/ExpiringKey.ts"

const at = (earliest: number, latest = earliest) => ({ earliest, latest })

/** Arrived at second 10 of its store's clock, for 3 s: gone for who reads 13. */
const written = (): ExpiringKey => {
  const key = new ExpiringKey()
  key.arrived("a", 3, 10)
  key.wrote("a")
  return key
}

describe("a value that expires", () => {
  test("is there before its end on the reader's clock, and not from there on", () => {
    expect(written().notFound(at(12))).toContain("found nothing")
    expect(written().found("a", at(12))).toBeUndefined()
    expect(written().notFound(at(13))).toBeUndefined()
    expect(written().found("a", at(13))).toContain("ended at 13 s")
  })
  test("may be there or not when the reader's clock has shown both meanwhile", () => {
    expect(written().found("a", at(12, 13))).toBeUndefined()
    expect(written().notFound(at(12, 13))).toBeUndefined()
  })
  test("is there again for a clock that is behind or has gone back, and must be", () => {
    const key = written()
    expect(key.notFound(at(20))).toBeUndefined()
    expect(key.found("a", at(12))).toBeUndefined()
    expect(key.notFound(at(20))).toBeUndefined()
    expect(key.notFound(at(12))).toContain("found nothing")
  })
  test("has the time left that it should have", () => {
    expect(written().left(3, at(10))).toBeUndefined()
    expect(written().left(4, at(10))).toContain("are left")
    expect(written().left(4, at(9))).toBeUndefined()
    expect(written().left(0, at(11))).toContain("are left")
    const stays = new ExpiringKey()
    stays.arrived("a", 0, 0)
    stays.wrote("a")
    expect(stays.left(0, at(90))).toBeUndefined()
    expect(stays.left(1, at(90))).toContain("are left")
    expect(stays.notFound(at(90))).toContain("found nothing")
  })
})

test("a write without an answer may happen at any time after it arrived, once, or never", () => {
  const key = written()
  key.mayHaveWritten("b")
  expect(key.found("a", at(11))).toBeUndefined()
  expect(key.found("b", at(11))).toContain("cannot be there")
  key.arrived("b", 3, 11)
  expect(key.found("b", at(11))).toBeUndefined()
  expect(key.found("a", at(11))).toContain("cannot be there")
  key.arrived("c", 0, 11)
  key.wrote("c")
  expect(key.found("b", at(11))).toContain("cannot be there")
  expect(key.found("d", at(11))).toContain("cannot be there")
})

test("a deleted value does not come back", () => {
  const key = written()
  key.deleted()
  expect(key.notFound(at(10))).toBeUndefined()
  expect(key.found("a", at(10))).toContain("cannot be there")
})
