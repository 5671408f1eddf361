/**
 * After the trouble: is the cluster whole again, are its replicas equal, and does it still have what it promised to keep?
 * Each question has a bound of time; a cluster that is not whole within it is broken.
 */
import { Database } from "bun:sqlite"
import { join } from "node:path"
import { type Kv, toText } from "@reefkv/client"

import type { History } from "@reefkv/sim/checkers"
import { Effect } from "effect"
import { type Cluster, storeCount, within } from "./Cluster.ts"
import { idOf, valueOf } from "./Keys.ts"

const voter = 0
/** The newest keys, written and read once more. */
const rewritten = 50
/** Keys read in one call. */
const readBatch = 500
const encoder = new TextEncoder()

/** Every region has a leader and a voter on each store, applied as far as the others. Answers how many there are. */
export const awaitWhole = async (cluster: Cluster, timeoutMs: number): Promise<number> => {
  let count = 0
  await within(timeoutMs, "every region with three equal replicas", async () => {
    const views = await cluster.regions()
    const ids = new Set(views.flatMap((regions) => regions.map(({ id }) => id)))
    count = ids.size
    for (const id of ids) {
      const replicas = views.map((regions) => regions.find((region) => region.id === id))
      const applied = replicas[0]?.applied_index
      for (const replica of replicas) {
        if (replica === undefined) throw new Error(`region ${id} is not on every store`)
        if (replica.leader_peer_id === 0) throw new Error(`region ${id} has no leader`)
        if (replica.applied_index !== applied)
          throw new Error(`region ${id} is applied to ${applied} and elsewhere to ${replica.applied_index}`)
        if (replica.peers.length !== storeCount || replica.peers.some(({ role }) => role !== voter)) {
          throw new Error(`region ${id} has the peers ${JSON.stringify(replica.peers)}`)
        }
      }
    }
    return ids.size > 0
  })
  return count
}

/** Reads every key that ever was, then writes and reads the newest ones. */
export const readAll = async (
  kv: Kv,
  names: ReadonlyArray<string>,
  history: History,
  timeoutMs: number,
  onBroken: (what: string) => void
): Promise<void> => {
  const call = { timeoutMs }
  for (let at = 0; at < names.length; at += readBatch) {
    const keys = names.slice(at, at + readBatch)
    const called = history.now()
    const values = await kv.getMany(keys, call)
    const returned = history.now()
    for (const [i, key] of keys.entries()) {
      const value = values[i]
      const found = value === undefined ? undefined : idOf(toText(value))
      if (value !== undefined && found === undefined) onBroken(`${key} has a value that nobody wrote`)
      history.add(key, { client: "last", called, returned, operation: { type: "get", found } })
    }
  }
  for (const key of names.slice(-rewritten)) {
    const id = `last.${key}`
    const putCalled = history.now()
    await kv.put(key, valueOf(id), { ...call, atomic: true })
    const putReturned = history.now()
    const getCalled = history.now()
    const value = await kv.getString(key, call)
    const found = value === undefined ? undefined : idOf(value)
    const getReturned = history.now()
    // Judged like the rest: a write of unknown outcome may still come in between.
    const put = { type: "put", value: id } as const
    history.add(key, { client: "last", called: putCalled, returned: putReturned, operation: put })
    history.add(key, { client: "last", called: getCalled, returned: getReturned, operation: { type: "get", found } })
  }
}

/** Regions as the scheduler knows them follow one another from the first key to the last. */
export const checkTiles = async (kv: Kv, timeoutMs: number, onBroken: (what: string) => void): Promise<void> => {
  const regions = await Effect.runPromise(kv.client.regions({ start: "" }, { timeoutMs }))
  let end: Uint8Array | undefined = encoder.encode("")
  for (const region of regions) {
    if (end === undefined || !Buffer.from(end).equals(region.start))
      onBroken(`region ${region.id} does not begin where its neighbour ends`)
    end = region.end.length === 0 ? undefined : region.end
  }
  if (end !== undefined) onBroken("the last region has an end")
}

/**
 * Compares the data of all stores, from the files that they left at a clean stop. Answers how many entries each has.
 */
export const compareFiles = (cluster: Cluster, onBroken: (what: string) => void): number => {
  const contents = cluster.stores.map(({ name }) => {
    const db = new Database(join(cluster.directory, name, "data", "data.db"), { readonly: true })
    try {
      const entries = new Map<string, string>()
      for (const { key, value } of db
        .query<{ key: Uint8Array; value: Uint8Array }, []>("select key, value from cf_default")
        .iterate()) {
        entries.set(Buffer.from(key).toString("latin1"), Buffer.from(value).toString("latin1"))
      }
      return { name, entries }
    } finally {
      db.close()
    }
  })
  const [first, ...others] = contents
  for (const { name, entries } of others) {
    const different = [...first!.entries.keys(), ...entries.keys()].filter(
      (key) => first!.entries.get(key) !== entries.get(key)
    )
    if (different.length > 0) {
      onBroken(
        `${first!.name} and ${name} differ in ${new Set(different).size} keys, such as ${JSON.stringify(different[0])}`
      )
    }
  }
  return first!.entries.size
}
