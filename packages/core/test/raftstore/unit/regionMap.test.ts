/** One owner of region metadata: id map and range map always agree, and ranges never overlap. */
import { describe, expect, test } from "bun:test"
import { compareBytes, metapb } from "@reefkv/wire"
import fc from "fast-check"
import { RegionMap } from "../../../src/raftstore/regionMap.ts"

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const region = (id: number, start: string, end: string): metapb.Region =>
  metapb.Region.create({
    id,
    startKey: bytes(start),
    endKey: bytes(end),
    regionEpoch: { confVer: 1, version: 1 },
    peers: [metapb.Peer.create({ id: id * 10, storeId: 1 })]
  })

describe("5.2 region metadata has one owner", () => {
  const map = (): RegionMap => {
    const m = new RegionMap()
    m.replace([], [region(1, "", "g"), region(2, "g", "p"), region(3, "s", "")])
    return m
  }

  test("keys find their region, holes find none", () => {
    const m = map()
    const at = (key: string) => m.byKey(bytes(key))?.id
    expect([at(""), at("a"), at("g"), at("oz"), at("p"), at("r"), at("s"), at("z")]).toEqual([
      1,
      1,
      2,
      2,
      undefined,
      undefined,
      3,
      3
    ])
    expect(m.endingAt(bytes("g"))?.id).toBe(1)
    expect(m.endingAt(bytes("s"))).toBeUndefined()
    expect(m.overlapping(bytes("f"), bytes("h")).map(({ id }) => id)).toEqual([1, 2])
    expect(m.overlapping(bytes("p"), bytes("s"))).toEqual([])
    expect(m.overlapping(bytes("p"), bytes("")).map(({ id }) => id)).toEqual([3])
  })

  test("a split replaces the parent by all pieces at once", () => {
    const m = map()
    m.replace([1], [region(1, "c", "g"), region(4, "", "c")])
    m.invariants()
    expect(m.all().map(({ id }) => id)).toEqual([4, 1, 2, 3])
  })

  test("an overlap is our bug and never gets in", () => {
    const m = map()
    expect(() => m.replace([], [region(9, "f", "h")])).toThrow("overlaps")
    expect(() => m.replace([], [region(9, "q", "")])).toThrow("overlaps")
  })

  test("5.2 values are immutable: nobody can change the region behind the store's back", () => {
    const m = map()
    const found = m.get(1)!
    expect(() => {
      found.peers.push(metapb.Peer.create({ id: 99, storeId: 9 }))
    }).toThrow()
    expect(() => {
      ;(found as { id: number }).id = 5
    }).toThrow()
  })

  test("agrees with a plain list through any cuts, removals and returns", () => {
    const key = fc.stringMatching(/^[a-f]{1,3}$/)
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.boolean()), { maxLength: 40 }), key, key, (steps, probe, probeEnd) => {
        const m = new RegionMap()
        let list = [region(1, "", "")]
        m.replace([], list)
        let nextId = 2
        for (const [at, remove] of steps) {
          const hit = list.find(
            (one) =>
              compareBytes(one.startKey, bytes(at)) < 0 &&
              (one.endKey.length === 0 || compareBytes(bytes(at), one.endKey) < 0)
          )
          if (hit === undefined) continue
          if (remove) {
            m.replace([hit.id], [])
            list = list.filter((one) => one !== hit)
          } else {
            const text = (key: Uint8Array): string => new TextDecoder().decode(key)
            const left = region(nextId++, text(hit.startKey), at)
            const right = region(hit.id, at, text(hit.endKey))
            m.replace([hit.id], [left, right])
            list = list.filter((one) => one !== hit).concat(left, right)
          }
          m.invariants()
        }
        const contains = (one: metapb.Region, k: Uint8Array): boolean =>
          compareBytes(one.startKey, k) <= 0 && (one.endKey.length === 0 || compareBytes(k, one.endKey) < 0)
        expect(m.byKey(bytes(probe))?.id).toBe(list.find((one) => contains(one, bytes(probe)))?.id as number)
        const [from, to] = [bytes(probe), bytes(probeEnd)]
        const overlapping = list
          .filter(
            (one) =>
              (one.endKey.length === 0 || compareBytes(from, one.endKey) < 0) && compareBytes(one.startKey, to) < 0
          )
          .sort((a, b) => compareBytes(a.startKey, b.startKey))
        if (compareBytes(from, to) < 0) {
          expect(m.overlapping(from, to).map(({ id }) => id)).toEqual(overlapping.map(({ id }) => id))
        }
        expect(m.size).toBe(list.length)
      }),
      { seed: 20260724, numRuns: 200 }
    )
  })
})
