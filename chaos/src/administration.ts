/**
 * What operators of the scheduler do meanwhile: leaders move, replicas are taken away (the scheduler makes them anew, by a
 * snapshot), regions are split. Asked of the scheduler directly; a refusal, or nobody there, is as good as no question.
 */
import type { Rng } from "@reefkv/sim/rng"
import { type Cluster, storeCount } from "./Cluster.ts"
import { type FaultCounts, type Strand, strand } from "./nemesis.ts"

/** Enough of them; each costs. */
const regionsMax = 12
const answerTimeoutMs = 2_000
const calmMinMs = 500
const calmMaxMs = 3_000

type Work = "move a leader" | "take a replica away" | "split a region"
const works: ReadonlyArray<readonly [Work, number]> = [
  ["move a leader", 5],
  ["take a replica away", 2],
  ["split a region", 1]
]

export const administrationStrand = (cluster: Cluster, rng: Rng, counts: FaultCounts): Strand =>
  strand(() => {
    const name = rng.weighted(works)
    const calmMs = rng.between(calmMinMs, calmMaxMs)
    const pickedRegion = rng.below(regionsMax)
    const pickedStore = rng.below(storeCount)
    const run = async (): Promise<void> => {
      try {
        await ask(cluster, name, pickedRegion, pickedStore)
      } catch {
        // Nobody there just now.
      }
    }
    return { name, calmMs, run }
  }, counts)

interface PdRegion {
  readonly id: number
  readonly peers: ReadonlyArray<{ readonly store_id: number }>
}

const ask = async (cluster: Cluster, name: Work, pickedRegion: number, pickedStore: number): Promise<void> => {
  const pd = `http://127.0.0.1:${cluster.scheduler.port ?? 0}/pd/api/v1`
  const signal = AbortSignal.timeout(answerTimeoutMs)
  const { regions } = (await (await fetch(`${pd}/regions`, { signal })).json()) as {
    readonly regions: ReadonlyArray<PdRegion>
  }
  const region = regions[pickedRegion % regions.length]
  const store = region?.peers[pickedStore % region.peers.length]?.store_id
  if (region === undefined || store === undefined) return
  const operator = operatorOf(name, region.id, store, regions.length)
  if (operator === undefined) return
  await fetch(`${pd}/operators`, { method: "POST", body: JSON.stringify(operator), signal })
}

const operatorOf = (name: Work, regionId: number, store: number, regions: number): object | undefined => {
  switch (name) {
    case "move a leader":
      return { name: "transfer-leader", region_id: regionId, to_store_id: store }
    case "take a replica away":
      return { name: "remove-peer", region_id: regionId, store_id: store }
    case "split a region":
      return regions < regionsMax ? { name: "split-region", region_id: regionId, policy: "scan" } : undefined
  }
}
