/**
 * The scheduler's configuration as PD's HTTP API shows and takes it: PD's names and sections where the meaning is PD's,
 * our own names in kebab case, in milliseconds, for the rest.
 */
import { defaultSchedulerConfig, type SchedulerConfig } from "@reefkv/scheduler"
import { Result } from "effect"
import { durationText } from "./regionJson.ts"

type Key = keyof SchedulerConfig

/** PD's name for a key of ours, and the section it stands in. Durations are Go texts under PD's names. */
const pdNames: { readonly [name: string]: { readonly key: Key; readonly section: "schedule" | "replication" } } = {
  "max-replicas": { key: "maxReplicas", section: "replication" },
  "leader-schedule-limit": { key: "leaderScheduleLimit", section: "schedule" },
  "region-schedule-limit": { key: "regionScheduleLimit", section: "schedule" },
  "replica-schedule-limit": { key: "replicaScheduleLimit", section: "schedule" },
  "enable-joint-consensus": { key: "useJointConsensus", section: "schedule" },
  "max-store-down-time": { key: "maxStoreDownMs", section: "schedule" },
  "patrol-region-interval": { key: "patrolIntervalMs", section: "schedule" },
  "patrol-region-worker-batch": { key: "patrolBatch", section: "schedule" },
  "max-snapshot-count": { key: "maxSnapshotCount", section: "schedule" },
  "max-pending-peer-count": { key: "maxPendingPeerCount", section: "schedule" },
  "low-space-ratio": { key: "lowSpaceRatio", section: "schedule" },
  "halt-scheduling": { key: "haltScheduling", section: "schedule" }
}

const kebab = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
const keys = Object.keys(defaultSchedulerConfig) as ReadonlyArray<Key>
const pdKeys = new Set<Key>(Object.values(pdNames).map(({ key }) => key))
const ownNames = new Map<string, Key>(keys.filter((key) => !pdKeys.has(key)).map((key) => [kebab(key), key]))

export const configSection = (config: SchedulerConfig, section: "schedule" | "replication") =>
  Object.fromEntries(
    Object.entries(pdNames)
      .filter(([, at]) => at.section === section)
      .map(([name, { key }]) => [name, key.endsWith("Ms") ? durationText(Number(config[key])) : config[key]])
  )

export const configJson = (config: SchedulerConfig, clusterVersion: string) => ({
  "cluster-version": clusterVersion,
  schedule: configSection(config, "schedule"),
  replication: configSection(config, "replication"),
  reefkv: Object.fromEntries([...ownNames].map(([name, key]) => [name, config[key]]))
})

const durationUnits: { readonly [unit: string]: number } = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }

/** Milliseconds of `1h30m`, `10s`, `250ms`; undefined for anything else. */
export const parseDuration = (text: string): number | undefined => {
  if (!/^(?:\d+(?:\.\d+)?(?:h|ms|m|s))+$/.test(text)) return undefined
  let ms = 0
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)) {
    ms += Number(number) * (durationUnits[unit ?? ""] ?? Number.NaN)
  }
  return ms
}

/**
 * What a `{"name": value}` body changes. Names may carry their section (`schedule.max-snapshot-count`), as pd-ctl sends
 * them. Only form and type are checked here; the scheduler validates the whole before it takes any of it.
 */
export const configChangeOf = (body: unknown): Result.Result<Partial<SchedulerConfig>, string> => {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return Result.fail("expected a JSON object of configuration names and values")
  }
  const change: { [key: string]: unknown } = {}
  for (const [given, value] of Object.entries(body)) {
    const name = given.replace(/^(?:schedule|replication|reefkv)\./, "")
    const key = pdNames[name]?.key ?? ownNames.get(name)
    if (key === undefined) return Result.fail(`unknown configuration item ${JSON.stringify(given)}`)
    const expected = defaultSchedulerConfig[key]
    const isDuration = key.endsWith("Ms") && typeof value === "string"
    const converted = isDuration ? parseDuration(value) : value
    const fits = Array.isArray(expected) ? Array.isArray(converted) : typeof converted === typeof expected
    if (!fits) {
      const wanted = key.endsWith("Ms") ? "a duration such as 30m or a number of milliseconds" : `a ${typeof expected}`
      return Result.fail(
        `${given} must be ${Array.isArray(expected) ? "a list" : wanted}, found ${JSON.stringify(value)}`
      )
    }
    change[key] = converted
  }
  return Result.succeed(change)
}
