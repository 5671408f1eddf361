/** 5.2, two leaders that serve reads: a lease ends before anybody who heard its heartbeat votes for somebody else. */
import { describe, expect, test } from "bun:test"
import { defaultStoreConfig, leaseBoundMs, validateStoreConfig } from "../../../src/raftstore/StoreConfig.ts"

const problemsWith = (change: Partial<typeof defaultStoreConfig>) =>
  validateStoreConfig({ ...defaultStoreConfig, ...change })

describe("5.2 the lease is bounded by the ticks for which voters keep quiet", () => {
  test("one tick less than an election timeout is the longest", () => {
    const ticks = { raftTickMs: 100, electionTicks: 10 }
    expect(leaseBoundMs(ticks)).toBe(900)
    expect(problemsWith({ ...ticks, leaseMs: 900 })).toEqual([])
    expect(problemsWith({ ...ticks, leaseMs: 901 })).toEqual([
      "leaseMs (901) must be at most electionTicks - 1 ticks, 900 ms, or two leaders could serve reads"
    ])
  })
  test("the defaults hold together, also with clocks that run 3 % too fast or slow", () => {
    expect(problemsWith({})).toEqual([])
    expect(defaultStoreConfig.leaseMs).toBeLessThanOrEqual((leaseBoundMs(defaultStoreConfig) * 0.97) / 1.03)
  })
  test("TiKV's own timings are accepted", () => {
    expect(problemsWith({ raftTickMs: 1_000, heartbeatTicks: 2, electionTicks: 10, leaseMs: 9_000 })).toEqual([])
  })
})
