/** Short spellings for keys, regions and seeded property runs. */
import { metapb } from "@reefkv/wire"
import type fc from "fast-check"

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : new TextDecoder().decode(value)

export const regionOf = (
  id: number,
  start: string,
  end: string,
  peers: ReadonlyArray<number> = [1],
  epoch: Partial<metapb.RegionEpoch> = {}
): metapb.Region =>
  metapb.Region.create({
    id,
    startKey: bytes(start),
    endKey: bytes(end),
    regionEpoch: { confVer: 1, version: 1, ...epoch },
    peers: peers.map((storeId) => metapb.Peer.create({ id: id * 100 + storeId, storeId }))
  })

/** Fixed, so that a failure repeats; fast-check prints it with the counterexample. */
export const propertySeed = 20_261_123
export const seeded = (numRuns: number): fc.Parameters<unknown> => ({ seed: propertySeed, numRuns })
