/** What the raw commands promise of ranges, batches and slices, beyond what histories of single keys can tell. */
import type { kvrpcpb, metapb } from "@reefkv/wire"
import type { rawMethods } from "../../cluster/SimStore.ts"
import type { Workload } from "../../Workload.ts"
import type { RequestEnd, RequestOf } from "../KvClient.ts"
import { scenario } from "./calm.ts"
import { bytesOf, type Steps } from "./steps.ts"

type Name = keyof typeof rawMethods
type Body<One extends Name> = (context: kvrpcpb.Context, region: metapb.Region) => Partial<RequestOf<One>>

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const empty = new Uint8Array(0)
const pairOf = (key: string, value: string) => ({
  error: undefined,
  key: bytesOf(key),
  value: bytesOf(value),
  commitTs: 0n
})

/** Asks the leader of the key's region, until it is answered or the client gives up. */
const tryAsk = <One extends Name>(s: Steps, name: One, key: string, body: Body<One>): RequestEnd<One> =>
  s.run.wait<RequestEnd<One>>(name, (done) => s.newClient().request(name, key, body, done))
const ask = <One extends Name>(s: Steps, name: One, key: string, body: Body<One>) => {
  const end = tryAsk(s, name, key, body)
  if (end.type !== "answered") throw s.world.fail(`${name} of ${key} is ${end.type}`)
  return end.answer
}

const sliced = { scanSliceEntries: 2 }

const oneState = scenario(
  "scan_sees_one_state",
  "a long scan is read in slices while batches write all of its keys: each answer is of one moment",
  { store: sliced, network: { latencyMaxMs: 1 }, disk: { syncMaxMs: 0, writeMaxMs: 0 } },
  (s: Steps) => {
    const keys = Array.from({ length: 12 }, (_, i) => `n${String(i).padStart(2, "0")}`)
    let over = false
    let scans = 0
    let busy = 0
    const repeat = (act: (done: () => void) => void): void => {
      busy++
      const next = (): void => {
        if (over) busy--
        else s.world.after(s.rng.between(0, 3), s.cluster.clients, () => act(next))
      }
      next()
    }
    const writer = s.newClient()
    let written = 0
    const write = (done: () => void): void => {
      written++
      const pairs = keys.map((key) => pairOf(key, `${written}`))
      writer.request("batchPut", "n", (context) => ({ context, pairs }), done)
    }
    s.run.wait<void>("the first batch", (done) => write(() => done()))
    repeat(write)
    for (let i = 0; i < 3; i++) {
      const reader = s.newClient()
      repeat((done) => {
        const reverse = s.rng.chance(0.5)
        const [startKey, endKey] = reverse ? [bytesOf("o"), bytesOf("n")] : [bytesOf("n"), bytesOf("o")]
        const body: Body<"scan"> = (context) => ({ context, startKey, endKey, reverse, limit: 100 })
        reader.request("scan", "n", body, (end) => {
          if (end.type === "answered") {
            scans++
            const found = end.answer.kvs.map(({ value }) => textOf(value))
            if (found.length !== keys.length || new Set(found).size !== 1) {
              s.world.fail(`a scan found parts of several batches: ${found.join(" ")}`)
            }
          }
          done()
        })
      })
    }
    // What came while the leader's process had no turn comes at once: slices and writes take turns then.
    for (let i = 0; i < 80; i++) {
      if (i === 40) s.transferLeader("n", s.followers("n")[0]!)
      const { host } = s.leader("n").store
      host.pause()
      s.forMs(s.rng.between(4, 10))
      host.resume()
      s.forMs(s.rng.between(2, 8))
    }
    over = true
    s.until("the last of them ends", () => busy === 0)
    s.assert(scans > 50 && written > 20, `${scans} scans and ${written} batches are no race`)
  }
)

const ranges = scenario(
  "raw_ranges",
  "ranges end where the region does, before their end key, and at their limit; keys that begin alike are all found",
  { store: sliced },
  (s: Steps) => {
    const left = ["k", "k\0", "k\0\0", "ka", "kb", "kb\0"]
    const right = ["m", "ma", "n"]
    for (const key of [...left, ...right]) s.put(key, `of ${key}`)
    s.split("m")
    for (const store of s.stores) s.holds(store, "n", "of n")
    const { rng } = s
    const scan = (key: string, what: (region: metapb.Region) => Partial<RequestOf<"scan">>): ReadonlyArray<string> =>
      ask(s, "scan", key, (context, region) => ({
        context,
        limit: 100,
        keyOnly: rng.chance(0.5),
        ...what(region)
      })).kvs.map((pair) => (pair.error === undefined ? textOf(pair.key) : "an error"))
    const expect = (what: string, found: ReadonlyArray<string>, wanted: ReadonlyArray<string>): void =>
      s.assert(JSON.stringify(found) === JSON.stringify(wanted), `${what}: ${JSON.stringify(found)}`)
    const reversed = (keys: ReadonlyArray<string>): ReadonlyArray<string> => [...keys].reverse()

    // The far end of a range may lie beyond the region, as clients walk from one region to the next.
    expect(
      "a scan beyond the region",
      scan("k", () => ({ startKey: bytesOf("k"), endKey: rng.pick([empty, bytesOf("z")]) })),
      left
    )
    expect(
      "a scan back beyond the region",
      scan("n", () => ({ startKey: rng.pick([empty, bytesOf("z")]), endKey: empty, reverse: true })),
      reversed(right)
    )
    expect(
      "a scan back from the region's end",
      scan("k", ({ endKey }) => ({ startKey: endKey, endKey: bytesOf("k"), reverse: true })),
      reversed(left)
    )
    for (const limit of [1, 2, 3, 5]) {
      expect(
        `a scan of ${limit}`,
        scan("k", () => ({ startKey: bytesOf("k"), limit })),
        left.slice(0, limit)
      )
      expect(
        `a scan back of ${limit}`,
        scan("k", ({ endKey }) => ({ startKey: endKey, reverse: true, limit })),
        reversed(left).slice(0, limit)
      )
    }
    expect(
      "a scan to a key",
      scan("k", () => ({ startKey: bytesOf("k\0"), endKey: bytesOf("kb") })),
      left.slice(1, 4)
    )
    // Where a scan begins must be in the region, or the client has taken it to the wrong one.
    for (const range of [
      { startKey: bytesOf("n"), reverse: false },
      { startKey: bytesOf("z"), reverse: true }
    ]) {
      const end = tryAsk(s, "scan", "k", (context) => ({ context, limit: 10, ...range }))
      s.assert(end.type === "given up", `a scan that begins beyond the region is ${end.type}`)
    }
    const before = tryAsk(s, "scan", "n", (context, region) => ({
      context,
      startKey: region.startKey,
      reverse: true,
      limit: 10
    }))
    s.assert(before.type === "given up", "a scan back from before the region is answered")

    const sum = (startKey: string, endKey: string) =>
      ask(s, "checksum", "k", (context) => ({
        context,
        ranges: [{ startKey: bytesOf(startKey), endKey: bytesOf(endKey) }]
      }))
    const [whole, first, second] = [sum("k", "m"), sum("k", "ka"), sum("ka", "m")] as const
    s.assert(whole.totalKvs === left.length, `a checksum counts ${whole.totalKvs} pairs`)
    const bytes = left.reduce((total, key) => total + 2 * key.length + "of ".length, 0)
    s.assert(whole.totalBytes === bytes, `a checksum counts ${whole.totalBytes} bytes of ${bytes}`)
    s.assert((first.checksum ^ second.checksum) === whole.checksum, "the checksums of two parts make another whole")

    const isThere = (key: string): boolean =>
      !ask(s, "get", key, (context) => ({ context, key: bytesOf(key) })).notFound
    const deleteRange = (startKey: string, endKey: string): void => {
      ask(s, "deleteRange", "k", (context) => ({ context, startKey: bytesOf(startKey), endKey: bytesOf(endKey) }))
    }
    deleteRange("kb", "kb")
    s.assert(isThere("kb"), "a range without keys deletes one")
    deleteRange("k\0", "kb")
    const found = left.filter(isThere)
    s.assert(JSON.stringify(found) === JSON.stringify(["k", "kb", "kb\0"]), `a range leaves ${JSON.stringify(found)}`)
    const isLeft = (what: string): void => s.assert(right.every(isThere) && isThere("k"), `${what} deletes more`)
    deleteRange("kb", "m")
    isLeft("a range up to the region's end")
    s.put("kb", "again")
    deleteRange("kb", "")
    isLeft("a range without an end")
    s.assert(!isThere("kb"), "a range without an end deletes less")
  }
)

export const storage: ReadonlyArray<Workload> = [oneState, ranges]
