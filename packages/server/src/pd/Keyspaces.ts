/**
 * Keyspaces: names of disjoint key prefixes (API V2), each with an id of three bytes and a state. DEFAULT, id 0, always
 * is. Kept as records of the scheduler, one per keyspace by id; the set is small and read as a whole.
 *
 * States and the ways between them: enabled ⇄ disabled → archived → tombstone. Source: pd `pkg/keyspace/util.go`.
 */
import { type SchedulerError, type SchedulerServiceShape, schedulerError } from "@reefkv/scheduler"
import { decode, encode, keyspacepb, pdpb } from "@reefkv/wire"
import { Clock, Effect, Semaphore } from "effect"

export const DEFAULT_KEYSPACE = "DEFAULT"
/** Three bytes on the wire, the last of which are reserved for "none". */
const KEYSPACE_ID_MAX = 0xff_ffff
export const KEYSPACES_MAX = 10_000
const NAME_PATTERN = /^[-A-Za-z0-9_]{1,64}$/
const RECORD_PREFIX = "keyspace/"

const { ENABLED, DISABLED, ARCHIVED, TOMBSTONE } = keyspacepb.KeyspaceState
const nextStates = new Map<number, ReadonlyArray<number>>([
  [ENABLED, [ENABLED, DISABLED]],
  [DISABLED, [DISABLED, ENABLED, ARCHIVED]],
  [ARCHIVED, [ARCHIVED, TOMBSTONE]],
  [TOMBSTONE, [TOMBSTONE]]
])
export const stateName = (state: number): string =>
  Object.entries(keyspacepb.KeyspaceState).find(([, number]) => number === state)?.[0] ?? `state ${state}`

export interface Keyspaces {
  /** All of them, by id. */
  readonly all: Effect.Effect<ReadonlyArray<keyspacepb.KeyspaceMeta>, SchedulerError>
  /** An empty name is DEFAULT. Fails with ENTRY_NOT_FOUND. */
  byName(name: string): Effect.Effect<keyspacepb.KeyspaceMeta, SchedulerError>
  byId(id: number): Effect.Effect<keyspacepb.KeyspaceMeta, SchedulerError>
  create(name: string, config: ReadonlyMap<string, string>): Effect.Effect<keyspacepb.KeyspaceMeta, SchedulerError>
  updateState(id: number, state: number): Effect.Effect<keyspacepb.KeyspaceMeta, SchedulerError>
}

export const idOf = (keyspace: keyspacepb.KeyspaceMeta): number =>
  keyspace.keyspace?.case === "id" ? keyspace.keyspace.value : 0

const recordKey = (id: number): string => RECORD_PREFIX + id.toString(16).padStart(6, "0")

const defaultKeyspace = keyspacepb.KeyspaceMeta.create({ keyspace: { case: "id", value: 0 }, name: DEFAULT_KEYSPACE })

export const makeKeyspaces = (scheduler: SchedulerServiceShape): Keyspaces => {
  const oneAtATime = Semaphore.makeUnsafe(1)
  const notFound = (what: string) =>
    Effect.fail(schedulerError("notFound", `keyspace ${what} does not exist`, pdpb.ErrorType.ENTRY_NOT_FOUND))
  const refused = (message: string) => Effect.fail(schedulerError("refused", message, pdpb.ErrorType.INVALID_VALUE))
  const unixSeconds = Effect.map(Clock.currentTimeMillis, (ms) => Math.floor(ms / 1_000))

  const all = Effect.map(scheduler.scanRecords(RECORD_PREFIX, KEYSPACES_MAX), (records) => [
    defaultKeyspace,
    ...records.map((record) => decode(keyspacepb.KeyspaceMeta, record.value))
  ])
  const save = (keyspace: keyspacepb.KeyspaceMeta) =>
    Effect.as(scheduler.putRecord(recordKey(idOf(keyspace)), encode(keyspacepb.KeyspaceMeta, keyspace)), keyspace)
  const byId = Effect.fnUntraced(function* (id: number) {
    const keyspace = (yield* all).find((candidate) => idOf(candidate) === id)
    return keyspace ?? (yield* notFound(`${id}`))
  })
  return {
    all,
    byId,
    byName: Effect.fnUntraced(function* (name) {
      const wanted = name === "" ? DEFAULT_KEYSPACE : name
      const keyspace = (yield* all).find((candidate) => candidate.name === wanted)
      return keyspace ?? (yield* notFound(JSON.stringify(wanted)))
    }),
    create: (name, config) =>
      oneAtATime.withPermit(
        Effect.gen(function* () {
          if (!NAME_PATTERN.test(name)) {
            return yield* refused(`keyspace name ${JSON.stringify(name)} must be 1 to 64 letters, digits, - or _`)
          }
          const existing = yield* all
          if (existing.some((candidate) => candidate.name === name)) {
            const message = `keyspace ${JSON.stringify(name)} already exists`
            return yield* Effect.fail(schedulerError("refused", message, pdpb.ErrorType.DUPLICATED_ENTRY))
          }
          const id = Math.max(...existing.map(idOf)) + 1
          if (existing.length >= KEYSPACES_MAX || id > KEYSPACE_ID_MAX) {
            return yield* refused(`no more than ${KEYSPACES_MAX} keyspaces`)
          }
          const now = yield* unixSeconds
          return yield* save({
            keyspace: { case: "id", value: id },
            name,
            state: ENABLED,
            createdAt: now,
            stateChangedAt: now,
            config: new Map(config)
          })
        })
      ),
    updateState: (id, state) =>
      oneAtATime.withPermit(
        Effect.gen(function* () {
          if (id === 0) return yield* refused(`the state of keyspace ${DEFAULT_KEYSPACE} cannot change`)
          const keyspace = yield* byId(id)
          if (!nextStates.get(keyspace.state)?.includes(state)) {
            return yield* refused(
              `keyspace ${JSON.stringify(keyspace.name)} cannot go from ${stateName(keyspace.state)} to ${stateName(state)}`
            )
          }
          if (keyspace.state === state) return keyspace
          return yield* save({ ...keyspace, state, stateChangedAt: yield* unixSeconds })
        })
      )
  }
}
