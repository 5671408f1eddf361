/**
 * What a store remembers about itself and its regions, in the engine's `raft` column family: who it is, a bootstrap under
 * way, each region's state, each region's apply state, and snapshot chunks that were received and not yet applied.
 *
 * Keys are ASCII with ids as sixteen decimal digits (2^53 has sixteen), so that byte order is numeric order and a person
 * who opens the database can read them:
 *
 * | key                                  | value                                                          |
 * | ------------------------------------ | -------------------------------------------------------------- |
 * | `store/ident`                        | raft_serverpb.StoreIdent                                       |
 * | `store/bootstrap`                    | metapb.Region: the first region, written before asking the scheduler |
 * | `region/0000000000000042/apply`      | raft_serverpb.RaftApplyState                                   |
 * | `region/0000000000000042/state`      | raft_serverpb.RegionLocalState                                 |
 * | `region/0000000000000042/removal`    | eraftpb.Entry without data: the committed change by which the peer left, or a later one; tombstones only |
 * | `region/0000000000000042/damaged`    | UTF-8: why the peer was halted; absent while it is not          |
 * | `garbage/0000000000000042/0000000000000107` | metapb.Region: what removed peer 107 of region 42 covered, and whose data still goes |
 * | `snapshot/0000000000000042/manifest` | raft_serverpb.RaftMessage: the staged snapshot's head          |
 * | `snapshot/0000000000000042/00000007` | one staged chunk, see snapshot/format.ts                       |
 *
 * Decoding is total: bytes that are not what the key promises throw RecordError, which names the key. Values are copied
 * by nobody: callers treat them as read-only.
 */
import type { KeyRange, ReadView, WriteBatch } from "@reefkv/engine"
import {
  type ApiVersion,
  type Codec,
  decode,
  encode,
  eraftpb,
  kvrpcpb,
  metapb,
  type PeerId,
  type RegionId,
  raft_serverpb
} from "@reefkv/wire"
import { Schema } from "effect"

/** A record that cannot be read. The store must not run the region, or start at all when it is the store's own. */
export class RecordError extends Schema.TaggedError<RecordError>()("RecordError", {
  /** As printed in the table above. */
  key: Schema.String,
  message: Schema.String,
  cause: Schema.optional(Schema.Defect())
}) {}

const ascii = new TextEncoder()
const idDigits = 16
const chunkDigits = 8

const regionKey = (kind: "region" | "snapshot", regionId: RegionId, tail: string): Uint8Array =>
  ascii.encode(`${kind}/${String(regionId).padStart(idDigits, "0")}/${tail}`)

export const storeIdentKey: Uint8Array = ascii.encode("store/ident")
export const prepareBootstrapKey: Uint8Array = ascii.encode("store/bootstrap")
export const regionStateKey = (regionId: RegionId): Uint8Array => regionKey("region", regionId, "state")
export const applyStateKey = (regionId: RegionId): Uint8Array => regionKey("region", regionId, "apply")
export const stagedManifestKey = (regionId: RegionId): Uint8Array => regionKey("snapshot", regionId, "manifest")
export const stagedChunkKey = (regionId: RegionId, seq: number): Uint8Array =>
  regionKey("snapshot", regionId, String(seq).padStart(chunkDigits, "0"))

/** `0` is the byte after `/`: the prefix's exclusive end. */
const prefixRange = (prefix: string): KeyRange => ({
  start: ascii.encode(`${prefix}/`),
  end: ascii.encode(`${prefix}0`)
})
/** Every record of every region. */
export const regionRecordsRange: KeyRange = prefixRange("region")
/** Every record of one region. */
export const recordsRange = (regionId: RegionId): KeyRange =>
  prefixRange(`region/${String(regionId).padStart(idDigits, "0")}`)
/** Everything staged for one region: chunks first, the manifest last. */
export const stagedRange = (regionId: RegionId): KeyRange =>
  prefixRange(`snapshot/${String(regionId).padStart(idDigits, "0")}`)
/** Everything staged at all. */
export const allStagedRange: KeyRange = prefixRange("snapshot")

// ---- store ident and bootstrap

export interface StoreIdent {
  readonly clusterId: number
  readonly storeId: number
  /** How the values of raw clients are stored; read under another one they would be other values. */
  readonly apiVersion: ApiVersion
}

const apiVersions: ReadonlyArray<readonly [ApiVersion, kvrpcpb.APIVersion]> = [
  ["V1", kvrpcpb.APIVersion.V1],
  ["V1TTL", kvrpcpb.APIVersion.V1TTL],
  ["V2", kvrpcpb.APIVersion.V2]
]

export const readStoreIdent = (view: ReadView): StoreIdent | undefined => {
  const record = read(view, storeIdentKey, raft_serverpb.StoreIdent)
  if (record === undefined) return undefined
  if (record.clusterId === 0 || record.storeId === 0) {
    throw broken(storeIdentKey, `cluster id ${record.clusterId} or store id ${record.storeId} is 0`)
  }
  const apiVersion = apiVersions.find(([, stored]) => stored === record.apiVersion)?.[0]
  if (apiVersion === undefined) throw broken(storeIdentKey, `api version ${record.apiVersion} is none of ours`)
  return { clusterId: record.clusterId, storeId: record.storeId, apiVersion }
}
export const putStoreIdent = (batch: WriteBatch, { clusterId, storeId, apiVersion }: StoreIdent): void => {
  const stored = apiVersions.find(([ours]) => ours === apiVersion)?.[1] ?? kvrpcpb.APIVersion.V1
  const ident = raft_serverpb.StoreIdent.create({ clusterId, storeId, apiVersion: stored })
  batch.put("raft", storeIdentKey, encode(raft_serverpb.StoreIdent, ident))
}

/** The region a bootstrap began with and has not finished: present only between "prepared" and "accepted or lost". */
export const readPrepareBootstrap = (view: ReadView): metapb.Region | undefined =>
  read(view, prepareBootstrapKey, metapb.Region)
export const putPrepareBootstrap = (batch: WriteBatch, region: metapb.Region): void => {
  batch.put("raft", prepareBootstrapKey, encode(metapb.Region, region))
}
export const deletePrepareBootstrap = (batch: WriteBatch): void => {
  batch.delete("raft", prepareBootstrapKey)
}

// ---- region state

/**
 * `Normal`: the region lives here and its data is as its apply state says. `Applying`: a snapshot's data is being put in
 * place; the range holds neither the old nor the new state, and the staged chunks are complete (they were written to the
 * same engine before this record). `Tombstone`: the peer left; `region` keeps the last epoch and, as a member or by
 * `removedPeerId`, the peer id, so that no late message can call it back.
 */
export type RegionStateKind = "Normal" | "Applying" | "Tombstone"

export interface RegionState {
  readonly kind: RegionStateKind
  readonly region: metapb.Region
  /** Tombstones: the id of the peer that was here. A peer of the region with this id or a lower one never returns. 0: none. */
  readonly removedPeerId: number
}

const stateNumbers: Record<RegionStateKind, raft_serverpb.PeerState> = {
  Normal: raft_serverpb.PeerState.Normal,
  Applying: raft_serverpb.PeerState.Applying,
  Tombstone: raft_serverpb.PeerState.Tombstone
}

export const encodeRegionState = (state: RegionState): Uint8Array =>
  encode(
    raft_serverpb.RegionLocalState,
    raft_serverpb.RegionLocalState.create({
      state: stateNumbers[state.kind],
      region: state.region,
      removedRecords: state.removedPeerId === 0 ? [] : [metapb.Peer.create({ id: state.removedPeerId })]
    })
  )

export const decodeRegionState = (regionId: RegionId, bytes: Uint8Array): RegionState => {
  const key = regionStateKey(regionId)
  const record = decodeAt(key, raft_serverpb.RegionLocalState, bytes)
  const kind = kindOf(record.state)
  if (kind === undefined) throw broken(key, `peer state ${record.state} is not known`)
  if (record.region === undefined || record.region.regionEpoch === undefined) {
    throw broken(key, "the region or its epoch is missing")
  }
  if (record.region.id !== regionId) throw broken(key, `holds region ${record.region.id}`)
  return { kind, region: record.region, removedPeerId: record.removedRecords[0]?.id ?? 0 }
}

const kindOf = (state: number): RegionStateKind | undefined => {
  switch (state) {
    case raft_serverpb.PeerState.Normal:
      return "Normal"
    case raft_serverpb.PeerState.Applying:
      return "Applying"
    case raft_serverpb.PeerState.Tombstone:
      return "Tombstone"
    default:
      return undefined
  }
}

export const readRegionState = (view: ReadView, regionId: RegionId): RegionState | undefined => {
  const bytes = view.get("raft", regionStateKey(regionId))
  return bytes === undefined ? undefined : decodeRegionState(regionId, bytes)
}
export const putRegionState = (batch: WriteBatch, state: RegionState): void => {
  batch.put("raft", regionStateKey(state.region.id), encodeRegionState(state))
}

/**
 * Every region state of the store, by ascending region id; tombstones included. Throws RecordError, EngineError. Other
 * records of the regions are not looked at, so that damage of one is not that of all.
 */
export const readAllRegionStates = (view: ReadView): Array<RegionState> => {
  const regionIds: Array<RegionId> = []
  view.scan("raft", { ...regionRecordsRange, limit: Number.MAX_SAFE_INTEGER, keyOnly: true }, (key) => {
    const parsed = parseRegionKey(key)
    if (parsed?.tail === "state") regionIds.push(parsed.regionId)
  })
  return regionIds.flatMap((regionId) => readRegionState(view, regionId) ?? [])
}

// ---- removal

const removalKey = (regionId: RegionId): Uint8Array => regionKey("region", regionId, "removal")

/**
 * Where in the region's log the membership change stands by which a peer left, or a later one. It is committed: the peer has
 * applied it, or was told so by one that has.
 */
export interface Removal {
  readonly index: number
  readonly term: number
}
/** Undefined when the peer left in another way, or never did. Throws RecordError, EngineError. */
export const readRemoval = (view: ReadView, regionId: RegionId): Removal | undefined => {
  const record = read(view, removalKey(regionId), eraftpb.Entry)
  return record === undefined ? undefined : { index: record.index, term: record.term }
}
export const putRemoval = (batch: WriteBatch, regionId: RegionId, { index, term }: Removal): void => {
  const entry = eraftpb.Entry.create({ entryType: eraftpb.EntryType.EntryConfChangeV2, index, term })
  batch.put("raft", removalKey(regionId), encode(eraftpb.Entry, entry))
}
export const deleteRemoval = (batch: WriteBatch, regionId: RegionId): void => {
  batch.delete("raft", removalKey(regionId))
}

// ---- damage

const damageKey = (regionId: RegionId): Uint8Array => regionKey("region", regionId, "damaged")

/** Why the peer was halted, or undefined. Throws EngineError. */
export const readDamage = (view: ReadView, regionId: RegionId): string | undefined => {
  const bytes = view.get("raft", damageKey(regionId))
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
}
export const putDamage = (batch: WriteBatch, regionId: RegionId, message: string): void => {
  batch.put("raft", damageKey(regionId), ascii.encode(message))
}
export const deleteDamage = (batch: WriteBatch, regionId: RegionId): void => {
  batch.delete("raft", damageKey(regionId))
}

/** Region id and last part of a `region/…` or `snapshot/…` key; undefined for anything else. */
export const parseRegionKey = (key: Uint8Array): { readonly regionId: RegionId; readonly tail: string } | undefined => {
  const match = /^(?:region|snapshot)\/(\d{16})\/([a-z]+|\d{8})$/.exec(new TextDecoder().decode(key))
  if (match === null) return undefined
  const regionId = Number(match[1])
  return Number.isSafeInteger(regionId) ? { regionId, tail: match[2] as string } : undefined
}

// ---- garbage

const garbageKey = (regionId: RegionId, peerId: PeerId): Uint8Array =>
  ascii.encode(`garbage/${String(regionId).padStart(idDigits, "0")}/${String(peerId).padStart(idDigits, "0")}`)
const garbageRange: KeyRange = prefixRange("garbage")

/** The range of a removed peer, of which data may be left. Nobody may own any of it while the record stands. */
export interface Garbage {
  readonly peerId: PeerId
  /** As the peer knew it last; its range is what counts. */
  readonly region: metapb.Region
}
export const putGarbage = (batch: WriteBatch, { region, peerId }: Garbage): void => {
  batch.put("raft", garbageKey(region.id, peerId), encode(metapb.Region, region))
}
export const deleteGarbage = (batch: WriteBatch, { region, peerId }: Garbage): void => {
  batch.delete("raft", garbageKey(region.id, peerId))
}
/** Throws RecordError, EngineError. */
export const readAllGarbage = (view: ReadView): Array<Garbage> => {
  const all: Array<Garbage> = []
  view.scan("raft", { ...garbageRange, limit: Number.MAX_SAFE_INTEGER }, (key, value) => {
    const peerId = Number(new TextDecoder().decode(key).slice(-idDigits))
    if (!Number.isSafeInteger(peerId)) throw broken(key, "the key ends with no peer id")
    all.push({ peerId, region: decodeAt(key, metapb.Region, value) })
  })
  return all
}

// ---- apply state

/**
 * How far the region's data is, written in the same batch as the data. The applied term stands beside the applied index
 * because a snapshot taken here must name it even when the log no longer holds that entry.
 */
export interface ApplyState {
  readonly appliedIndex: number
  readonly appliedTerm: number
  /** The last entry the log may forget; the log itself may still hold more. */
  readonly truncatedIndex: number
  readonly truncatedTerm: number
}

/**
 * Index and term that a region's log starts from at bootstrap and split. Above 0, so that a peer added later, whose log
 * is empty, always needs a snapshot: the entries from 1 never existed. Source: tikv RAFT_INIT_LOG_INDEX.
 */
export const initialLogIndex = 5
export const initialLogTerm = 5
export const initialApplyState: ApplyState = {
  appliedIndex: initialLogIndex,
  appliedTerm: initialLogTerm,
  truncatedIndex: initialLogIndex,
  truncatedTerm: initialLogTerm
}
/** Of a peer without a region of its own: it waits for a snapshot or its parent's split. */
export const nothingApplied: ApplyState = { appliedIndex: 0, appliedTerm: 0, truncatedIndex: 0, truncatedTerm: 0 }

/** kvproto has no applied term: `commit_index` and `commit_term` carry the applied pair, which is committed by nature. */
export const encodeApplyState = (state: ApplyState): Uint8Array =>
  encode(raft_serverpb.RaftApplyState, {
    appliedIndex: state.appliedIndex,
    lastCommitIndex: 0,
    commitIndex: state.appliedIndex,
    commitTerm: state.appliedTerm,
    truncatedState: { index: state.truncatedIndex, term: state.truncatedTerm }
  })

export const decodeApplyState = (regionId: RegionId, bytes: Uint8Array): ApplyState => {
  const key = applyStateKey(regionId)
  const record = decodeAt(key, raft_serverpb.RaftApplyState, bytes)
  const state: ApplyState = {
    appliedIndex: record.appliedIndex,
    appliedTerm: record.commitTerm,
    truncatedIndex: record.truncatedState?.index ?? 0,
    truncatedTerm: record.truncatedState?.term ?? 0
  }
  if (state.truncatedIndex > state.appliedIndex) {
    throw broken(key, `truncated index ${state.truncatedIndex} is past applied index ${state.appliedIndex}`)
  }
  return state
}

export const readApplyState = (view: ReadView, regionId: RegionId): ApplyState | undefined => {
  const bytes = view.get("raft", applyStateKey(regionId))
  return bytes === undefined ? undefined : decodeApplyState(regionId, bytes)
}
export const putApplyState = (batch: WriteBatch, regionId: RegionId, state: ApplyState): void => {
  batch.put("raft", applyStateKey(regionId), encodeApplyState(state))
}
export const deleteApplyState = (batch: WriteBatch, regionId: RegionId): void => {
  batch.delete("raft", applyStateKey(regionId))
}

// ---- shared

const read = <T>(view: ReadView, key: Uint8Array, codec: Codec<T>): T | undefined => {
  const bytes = view.get("raft", key)
  return bytes === undefined ? undefined : decodeAt(key, codec, bytes)
}

const decodeAt = <T>(key: Uint8Array, codec: Codec<T>, bytes: Uint8Array): T => {
  try {
    return decode(codec, bytes)
  } catch (cause) {
    throw new RecordError({ key: new TextDecoder().decode(key), message: `is not a ${codec.name}`, cause })
  }
}

const broken = (key: Uint8Array, message: string): RecordError =>
  new RecordError({ key: new TextDecoder().decode(key), message })
