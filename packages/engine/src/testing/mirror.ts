/**
 * Two engines behind one contract: every call goes to both, and an answer that differs throws. The first one's answers
 * are handed on. Estimates (sizes, cut points) may differ by contract; they are only checked for sense.
 */
import { Effect, Exit, Scope } from "effect"
import type { ColumnFamily, EngineService, KeyRange, ReadView, ScanOptions, Visit } from "../Engine.ts"
import { EngineError } from "../EngineError.ts"
import type { GroupLog, LogEntry, RaftLogService } from "../RaftLog.ts"
import { batchOf } from "./arbitraries.ts"
import { hex } from "./NaiveState.ts"

/** What a call came to, as comparable text: the answer or the reason of the failure. Defects differ in wording only. */
type Outcome<A> = { readonly text: string; readonly take: () => A }

const outcomeOf = <A>(call: () => A, print: (answer: A) => string): Outcome<A> => {
  try {
    const answer = call()
    return { text: print(answer), take: () => answer }
  } catch (error) {
    const text = error instanceof EngineError ? `EngineError ${error.reason}` : "defect"
    return {
      text,
      take: () => {
        throw error
      }
    }
  }
}

const differ = (what: string, a: string, b: string): Error =>
  new Error(`mirror: ${what}: the first answered ${clip(a)}, the second ${clip(b)}`)
const clip = (text: string): string => (text.length > 400 ? `${text.slice(0, 400)}… (${text.length} characters)` : text)

const both = <A>(what: string, a: () => A, b: () => A, print: (answer: A) => string): A => {
  const first = outcomeOf(a, print)
  const second = outcomeOf(b, print)
  if (first.text !== second.text) throw differ(what, first.text, second.text)
  return first.take()
}

const bothEffects = (
  what: string,
  a: Effect.Effect<void, EngineError>,
  b: Effect.Effect<void, EngineError>
): Effect.Effect<void, EngineError> =>
  Effect.gen(function* () {
    const first = yield* Effect.exit(a)
    const second = yield* Effect.exit(b)
    const texts = [first, second].map(exitText)
    if (texts[0] !== texts[1]) throw differ(what, texts[0]!, texts[1]!)
    return yield* first
  })

const exitText = (exit: Exit.Exit<void, EngineError>): string => {
  if (Exit.isSuccess(exit)) return "success"
  for (const reason of exit.cause.reasons) if (reason._tag === "Fail") return `EngineError ${reason.error.reason}`
  return "defect"
}

const printValue = (value: Uint8Array | undefined): string => (value === undefined ? "absent" : hex(value))

const mirrorView = (a: ReadView, b: ReadView): ReadView => ({
  get: (cf, key) =>
    both(
      `get ${cf} ${hex(key)}`,
      () => a.get(cf, key),
      () => b.get(cf, key),
      printValue
    ),
  getMany: (cf, keys) =>
    both(
      `getMany ${cf} of ${keys.length}`,
      () => a.getMany(cf, keys),
      () => b.getMany(cf, keys),
      (values) => values.map(printValue).join()
    ),
  // Both are read to the limit and compared before the visitor sees the first one's scan, which runs inside one of the
  // second, so that a visitor that writes is refused by both.
  scan: (cf, options, visit) => {
    const entries = both(
      `scan ${cf} ${printScan(options)}`,
      () => collect(a, cf, options),
      () => collect(b, cf, options),
      (list) => list.map(([key, value]) => `${hex(key)}=${hex(value)}`).join()
    )
    if (entries.length === 0) return
    b.scan(cf, { ...options, limit: 1 }, () => {
      a.scan(cf, options, visit)
    })
  }
})

const printScan = ({ end, keyOnly, limit, reverse, start }: ScanOptions): string =>
  `[${hex(start)}, ${hex(end)}) limit ${limit}${reverse === true ? " reverse" : ""}${keyOnly === true ? " keys" : ""}`

const collect = (view: ReadView, cf: ColumnFamily, options: ScanOptions): Array<readonly [Uint8Array, Uint8Array]> => {
  const entries: Array<readonly [Uint8Array, Uint8Array]> = []
  const visit: Visit = (key, value) => {
    entries.push([key, value])
  }
  view.scan(cf, options, visit)
  return entries
}

/** Throws when the keys are not ascending, more than asked for, or not strictly inside the range. */
export const checkSplitKeys = (range: KeyRange, keys: ReadonlyArray<Uint8Array>, maxKeys: number): void => {
  if (keys.length > maxKeys) throw new Error(`splitKeys: ${keys.length} keys, at most ${maxKeys} asked for`)
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!
    const above = i === 0 ? range.start : keys[i - 1]!
    const inside = Buffer.compare(key, above) > 0 && (range.end.length === 0 || Buffer.compare(key, range.end) < 0)
    if (!inside)
      throw new Error(`splitKeys: ${hex(key)} after ${hex(above)} in [${hex(range.start)}, ${hex(range.end)})`)
  }
}

const kindOf = (a: { readonly kind: string }, b: { readonly kind: string }): string => `mirror(${a.kind},${b.kind})`

/** Both must hold the same entries when the mirror is made. Closing them stays with whoever opened them. */
export const makeMirrorEngine = (a: EngineService, b: EngineService): EngineService => ({
  kind: kindOf(a, b),
  latest: mirrorView(a.latest, b.latest),
  snapshot: Effect.gen(function* () {
    const scope = yield* Scope.Scope
    const first = yield* Scope.provide(a.snapshot, scope)
    const second = yield* Scope.provide(b.snapshot, scope)
    return mirrorView(first, second)
  }),
  write: (batch, options) =>
    Effect.suspend(() => {
      const ops = batch.takeOps()
      return bothEffects("write", a.write(batchOf(ops), options), b.write(batchOf(ops), options))
    }),
  sync: bothEffects("sync", a.sync, b.sync),
  approximateSize: (range) => {
    const estimates = [a.approximateSize(range), b.approximateSize(range)]
    for (const { bytes, keys } of estimates) {
      if (!(bytes >= 0 && keys >= 0)) throw new Error(`mirror: approximateSize answered ${bytes} bytes, ${keys} keys`)
    }
    return estimates[0]!
  },
  splitKeys: (range, pieceBytes, maxKeys) => {
    const first = a.splitKeys(range, pieceBytes, maxKeys)
    checkSplitKeys(range, first, maxKeys)
    checkSplitKeys(range, b.splitKeys(range, pieceBytes, maxKeys), maxKeys)
    return first
  },
  checkpoint: (path) => Effect.andThen(a.checkpoint(`${path}/first`), b.checkpoint(`${path}/second`)),
  stats: () => ({ ...a.stats(), kind: kindOf(a, b) })
})

const printEntries = (entries: ReadonlyArray<LogEntry>): string =>
  entries.map(({ data, index, kind, term }) => `${index}/${term}/${kind}/${hex(data)}`).join()
const printLog = (log: GroupLog | undefined): string =>
  log === undefined
    ? "absent"
    : `${log.truncated.index}/${log.truncated.term}…${log.lastIndex}/${log.lastTerm} ${printValue(log.state)}`

/** The same for two raft logs. */
export const makeMirrorRaftLog = (a: RaftLogService, b: RaftLogService): RaftLogService => ({
  kind: kindOf(a, b),
  append: (groups) => bothEffects("append", a.append(groups), b.append(groups)),
  group: (groupId) =>
    both(
      `group ${groupId}`,
      () => a.group(groupId),
      () => b.group(groupId),
      printLog
    ),
  groups: () =>
    both(
      "groups",
      () => a.groups(),
      () => b.groups(),
      (ids) => ids.join()
    ),
  entries: (groupId, from, to, maxBytes) =>
    both(
      `entries ${groupId} [${from}, ${to}) of ${maxBytes} bytes`,
      () => a.entries(groupId, from, to, maxBytes),
      () => b.entries(groupId, from, to, maxBytes),
      printEntries
    ),
  term: (groupId, index) =>
    both(
      `term ${groupId} ${index}`,
      () => a.term(groupId, index),
      () => b.term(groupId, index),
      String
    ),
  compact: (groups) => bothEffects("compact", a.compact(groups), b.compact(groups)),
  destroy: (groupIds) => bothEffects("destroy", a.destroy(groupIds), b.destroy(groupIds)),
  stats: () => {
    const first = a.stats()
    const second = b.stats()
    if (first.entries !== second.entries || first.groups !== second.groups) {
      throw differ("stats", `${first.entries} entries`, `${second.entries} entries`)
    }
    return { ...first, kind: kindOf(a, b) }
  }
})
