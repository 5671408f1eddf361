/**
 * Compares the replicas of a region at the same applied index. The leader proposes `computeHash`; every replica, when it
 * applies it, takes an engine snapshot and hashes the region off the loop; the leader proposes its own hash as
 * `verifyHash`; every replica compares. A difference means that a replica has diverged: that peer must stop serving.
 *
 * The hash covers all data of the region in the three data column families and the region itself (range, epoch, peers).
 * It does not cover the `raft` family, where replicas differ by right. Source: tikv `consistency_check`.
 */
import type { EngineError, KeyRange, ReadView } from "@reefkv/engine"
import { checksum32, encode, metapb, nextKey, type RegionId } from "@reefkv/wire"
import { Effect } from "effect"
import { readEngine } from "./readEngine.ts"
import { dataFamilies } from "./snapshot/format.ts"

const hashBytes = 20

/**
 * CRC-32 over families, lengths, keys, values and the region, with the number of entries and their bytes: 4 + 8 + 8 bytes,
 * big-endian. Equal on any engine, whatever the slices.
 */
export const hashRegion = Effect.fnUntraced(function* (
  view: ReadView,
  region: metapb.Region,
  sliceEntries: number
): Effect.fn.Return<Uint8Array, EngineError> {
  const hash = new RegionHash()
  const range: KeyRange = { start: region.startKey, end: region.endKey }
  for (let family = 0; family < dataFamilies.length; family++) {
    let from: Uint8Array | undefined = range.start
    while (from !== undefined) {
      const start: Uint8Array = from
      from = yield* readEngine(() => {
        let visited = 0
        let last: Uint8Array | undefined
        view.scan(dataFamilies[family]!, { start, end: range.end, limit: sliceEntries }, (key, value) => {
          hash.add(family, key, value)
          visited += 1
          last = key
        })
        return visited < sliceEntries || last === undefined ? undefined : nextKey(last)
      })
      yield* Effect.yieldNow
    }
  }
  return hash.finish(region)
})

class RegionHash {
  private crc = 0
  private entries = 0
  private bytes = 0
  private readonly lengths = new Uint8Array(9)
  private readonly lengthsView = new DataView(this.lengths.buffer)

  add(family: number, key: Uint8Array, value: Uint8Array): void {
    this.lengths[0] = family
    this.lengthsView.setUint32(1, key.length)
    this.lengthsView.setUint32(5, value.length)
    this.crc = checksum32(value, checksum32(key, checksum32(this.lengths, this.crc)))
    this.entries += 1
    this.bytes += key.length + value.length
  }
  finish(region: metapb.Region): Uint8Array {
    const hash = new Uint8Array(hashBytes)
    const view = new DataView(hash.buffer)
    view.setUint32(0, checksum32(encode(metapb.Region, region), this.crc))
    view.setBigUint64(4, BigInt(this.entries))
    view.setBigUint64(12, BigInt(this.bytes))
    return hash
  }
}

export type Verdict =
  | { readonly _tag: "Match"; readonly index: number }
  | { readonly _tag: "Mismatch"; readonly index: number; readonly own: Uint8Array; readonly leader: Uint8Array }

/** One replica's latest hash and latest expectation; the two may come in either order. */
interface RegionCheck {
  /** Index of the `computeHash` applied last; its hash may still be under way. */
  computedIndex: number
  hash: Uint8Array | undefined
  /** From a `verifyHash` that came before the own hash was ready. */
  expected: { readonly index: number; readonly hash: Uint8Array } | undefined
}

/** Bookkeeping of the store's loop: one record per region that was ever checked, dropped with the peer. */
export class ConsistencyChecks {
  private readonly checks = new Map<RegionId, RegionCheck>()

  /** `computeHash` was applied at `index`; a hash is on its way. An older one still under way no longer counts. */
  onComputeHash(regionId: RegionId, index: number): void {
    this.checks.set(regionId, { computedIndex: index, hash: undefined, expected: undefined })
  }

  /** The hash is ready. A verdict when the leader's has been seen; the leader itself proposes `verifyHash` with it now. */
  onHashed(regionId: RegionId, index: number, hash: Uint8Array): Verdict | undefined {
    const check = this.checks.get(regionId)
    if (check === undefined || check.computedIndex !== index) return undefined
    check.hash = hash
    return this.verdict(check)
  }

  /**
   * `verifyHash` was applied. Undefined when the own hash is not ready yet (the verdict comes with it), or is of another
   * index: this replica came by a snapshot, restarted, or a newer check has begun.
   */
  onVerifyHash(regionId: RegionId, index: number, hash: Uint8Array): Verdict | undefined {
    const check = this.checks.get(regionId)
    if (check === undefined || check.computedIndex !== index) return undefined
    check.expected = { index, hash }
    return this.verdict(check)
  }

  /** The peer was destroyed, or its data replaced by a snapshot. */
  forget(regionId: RegionId): void {
    this.checks.delete(regionId)
  }

  private verdict(check: RegionCheck): Verdict | undefined {
    const { expected, hash } = check
    if (hash === undefined || expected === undefined) return undefined
    check.expected = undefined
    return Buffer.compare(hash, expected.hash) === 0
      ? { _tag: "Match", index: expected.index }
      : { _tag: "Mismatch", index: expected.index, own: hash, leader: expected.hash }
  }
}
