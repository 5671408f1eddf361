/**
 * What a raw request may not be, decided before anything is read or written. Each check returns the refusal's text, or
 * undefined when there is nothing to refuse. These become the response's `error`, not a region error: asking another
 * store would not help. Source: wire contract 4.2, 4.3; tikv `Storage::check_api_version`.
 */
import type { WriteCommand } from "@reefkv/core"
import { type ApiVersion, kvrpcpb, printable, splitKeyspace } from "@reefkv/wire"
import type { RawConfig } from "./RawConfig.ts"

export type DataFamily = WriteCommand["cf"]

const requestApis: ReadonlyMap<number, ApiVersion> = new Map([
  [kvrpcpb.APIVersion.V1, "V1"],
  [kvrpcpb.APIVersion.V1TTL, "V1TTL"],
  [kvrpcpb.APIVersion.V2, "V2"]
])

/** A V1TTL store answers V1 clients: they do not know of it. */
export const checkApi = (config: RawConfig, context: kvrpcpb.Context | undefined): string | undefined => {
  const sent = context?.apiVersion ?? kvrpcpb.APIVersion.V1
  const asked = requestApis.get(sent)
  if (asked === config.apiVersion || (asked === "V1" && config.apiVersion === "V1TTL")) return undefined
  return `Api version in request does not match with TiKV storage: this store serves ${config.apiVersion}, the request is ${asked ?? `unknown version ${sent}`}`
}

/** The column family a request names, or undefined for a name this API does not have. */
export const familyOf = (config: RawConfig, cf: string): DataFamily | undefined => {
  if (cf === "") return "default"
  if (config.apiVersion === "V2") return undefined
  return cf === "default" || cf === "lock" || cf === "write" ? cf : undefined
}

export const unknownFamily = (config: RawConfig, cf: string): string =>
  config.apiVersion === "V2"
    ? `invalid cf name: ${JSON.stringify(cf)}; API V2 has only the unnamed one`
    : `invalid cf name: ${JSON.stringify(cf)}; expected default, lock or write`

/** For keys that are read or written; bounds of ranges are checked with the range. */
export const checkKey = (
  config: RawConfig,
  context: kvrpcpb.Context | undefined,
  key: Uint8Array
): string | undefined => {
  if (key.length === 0) return "the key is empty"
  if (key.length > config.keyMaxBytes) {
    return `max key size exceeded, size: ${key.length}, limit: ${config.keyMaxBytes}`
  }
  return config.apiVersion === "V2" ? checkKeyspace(context, key) : undefined
}

export const checkValue = (config: RawConfig, value: Uint8Array): string | undefined =>
  value.length > config.valueMaxBytes
    ? `max value size exceeded, size: ${value.length}, limit: ${config.valueMaxBytes}`
    : undefined

/** `ttl` in seconds, 0 for none. The sum with today must stay a number that the stored form can hold. */
export const checkTtl = (config: RawConfig, ttl: number): string | undefined => {
  if (ttl === 0) return undefined
  if (config.apiVersion === "V1") return ttlDisabled
  return ttl > TTL_SECONDS_MAX ? `the ttl of ${ttl} s is over the limit of ${TTL_SECONDS_MAX} s` : undefined
}
/** A hundred thousand years: above any meant value, far below where seconds stop being exact. */
const TTL_SECONDS_MAX = 100_000 * 366 * 86_400
export const ttlDisabled = "ttl is not enabled, but get put request with ttl"

/** V2: the key must carry the raw mode byte and, when the request names its keyspace, that keyspace. */
export const checkKeyspace = (context: kvrpcpb.Context | undefined, key: Uint8Array): string | undefined => {
  const split = splitKeyspace(key)
  if (split === undefined || split.mode !== "raw") {
    return `invalid key mode: ${printable(key)} does not start with 'r' and a keyspace id, as raw keys of API V2 do`
  }
  const named = context?.keyspace
  if (named?.case === "keyspaceId" && named.value !== split.keyspaceId) {
    return `invalid key mode: ${printable(key)} is in keyspace ${split.keyspaceId}, the request names keyspace ${named.value}`
  }
  return undefined
}
