/** What a key with values that expire may show. Times in virtual milliseconds; clocks may be wrong by half a second. */
import { describe, expect, test } from "bun:test"
import { ExpiringKey } from "../src/checkers/ExpiringKey.ts"

const at = (calledMs: number, returnedMs = calledMs + 10) => ({ calledMs, returnedMs })
const skewMs = 500

/** Written at about 10 s for 3 s: gone at 12 s at the earliest, and at 13 s at the latest. */
const written = (): ExpiringKey => {
  const key = new ExpiringKey(skewMs)
  key.wrote("a", 3, at(10_200))
  return key
}

describe("a value that expires", () => {
  test("is there until the earliest end, and not after the latest", () => {
    expect(written().notFound(at(11_400))).toContain("found nothing")
    expect(written().notFound(at(11_500))).toBeUndefined()
    expect(written().found("a", at(13_400))).toBeUndefined()
    expect(written().found("a", at(13_500))).toContain("ended at 13 s")
  })
  test("may come back while a clock may be behind, and not later", () => {
    const key = written()
    expect(key.notFound(at(11_600))).toBeUndefined()
    expect(key.found("a", at(12_000))).toBeUndefined()
    expect(key.notFound(at(12_600))).toBeUndefined()
    expect(key.found("a", at(13_600))).toContain("ended")
  })
  test("has the time left that it should have", () => {
    expect(written().left(3, at(10_200))).toBeUndefined()
    expect(written().left(5, at(10_200))).toContain("are left")
    expect(written().left(1, at(10_200))).toContain("are left")
    expect(written().left(0, at(11_000))).toContain("are left")
    expect(written().left(1, at(12_000))).toBeUndefined()
    const stays = new ExpiringKey(skewMs)
    stays.wrote("a", 0, at(0))
    expect(stays.left(0, at(90_000))).toBeUndefined()
    expect(stays.left(1, at(90_000))).toContain("are left")
    expect(stays.notFound(at(90_000))).toContain("found nothing")
  })
})

test("a write without an answer may happen at any time, or never", () => {
  const key = written()
  key.mayHaveWritten("b", 3, at(10_500))
  expect(key.found("a", at(11_000))).toBeUndefined()
  expect(key.found("b", at(11_100))).toBeUndefined()
  expect(key.found("a", at(11_200))).toContain("cannot be there")
  key.wrote("c", 0, at(11_300))
  expect(key.found("b", at(11_400))).toBeUndefined()
  expect(key.found("d", at(11_400))).toContain("cannot be there")
})

test("a deleted value does not come back", () => {
  const key = written()
  key.deleted()
  expect(key.notFound(at(10_400))).toBeUndefined()
  expect(key.found("a", at(10_500))).toContain("cannot be there")
})
