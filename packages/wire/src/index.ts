/**
 * The public face of the package; README.md says what is where. Messages come as one namespace per protobuf package:
 * `metapb.Region` is both the type and the codec.
 */

export { Crc64, checksum32, crc64, RawChecksum } from "./checksum.ts"
export { type Codec, decode, encode, type Method, type Service } from "./codec/Codec.ts"
export { EMPTY, MESSAGE_DEPTH_MAX, Reader } from "./codec/Reader.ts"
export { SEAL_FIELD_NUMBER, sealed } from "./codec/sealed.ts"
export { WireError, type WireErrorReason } from "./codec/WireError.ts"
export { Writer } from "./codec/Writer.ts"
export * as regionError from "./errors/regionError.ts"
export * as apipb from "./generated/apipb.ts"
export * as coprocessor from "./generated/coprocessor.ts"
export * as deadlock from "./generated/deadlock.ts"
export * as disk_usage from "./generated/disk_usage.ts"
export * as eraftpb from "./generated/eraftpb.ts"
export * as errorpb from "./generated/errorpb.ts"
export * as etcdserverpb from "./generated/etcdserverpb.ts"
export * as health from "./generated/health.ts"
export * as keyspacepb from "./generated/keyspacepb.ts"
export * as kvrpcpb from "./generated/kvrpcpb.ts"
export * as meta_storagepb from "./generated/meta_storagepb.ts"
export * as metapb from "./generated/metapb.ts"
export * as mvccpb from "./generated/mvccpb.ts"
export * as pdpb from "./generated/pdpb.ts"
export * as raft_cmdpb from "./generated/raft_cmdpb.ts"
export * as raft_serverpb from "./generated/raft_serverpb.ts"
export * as replication_modepb from "./generated/replication_modepb.ts"
export { services } from "./generated/services.ts"
export * as tikvpb from "./generated/tikvpb.ts"
export * as tracepb from "./generated/tracepb.ts"
export type { ClusterId, Flavor, PeerId, RegionId, StoreId } from "./ids.ts"
export {
  compareBytes,
  compareEnds,
  concatBytes,
  equalBytes,
  hex,
  keyInRange,
  nextKey,
  parsePrintable,
  prefixEnd,
  printable,
  rangesOverlap,
  startsWith
} from "./keys/bytes.ts"
export {
  type ApiVersion,
  fromRegionBound,
  KEYSPACE_ID_DEFAULT,
  KEYSPACE_ID_MAX,
  KEYSPACE_ID_NONE,
  type KeyCodec,
  type KeyMode,
  type KeyRange,
  keyspaceEnd,
  keyspacePrefix,
  makeKeyCodec,
  splitKeyspace,
  toRegionBound,
  toRegionKey
} from "./keys/codec.ts"
export {
  decodeMemcomparable,
  decodeMemcomparablePrefix,
  encodeMemcomparable,
  isMemcomparable,
  memcomparableLength
} from "./keys/memcomparable.ts"
export {
  decodeRawValue,
  encodeRawValue,
  isExpired,
  type RawValue,
  ttlSeconds
} from "./keys/rawValue.ts"
export {
  appendTimestamp,
  decodeVersionedKey,
  encodeVersionedKey,
  keyOfVersioned,
  splitTimestamp,
  TIMESTAMP_BYTES,
  TIMESTAMP_MAX,
  timestampOf
} from "./keys/timestamp.ts"
export {
  cloneRegion,
  epochOf,
  findPeer,
  findPeerById,
  formatEpoch,
  formatPeer,
  formatRange,
  formatRegion,
  freezeRegion,
  isEpochStale,
  isInJointState,
  isLearner,
  isVoter,
  overlaps,
  regionContains,
  sameEpoch
} from "./region.ts"
