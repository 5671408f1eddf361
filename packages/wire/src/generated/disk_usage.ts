/**
 * Generated from proto/disk_usage.proto by `bun run generate`; do not edit.
 *
 * How full a store's disk is.
 */

export const DiskUsage = {
  Normal: 0,
  AlmostFull: 1,
  AlreadyFull: 2
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type DiskUsage = (typeof DiskUsage)[keyof typeof DiskUsage] | (number & {})
