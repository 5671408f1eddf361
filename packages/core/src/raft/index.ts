/** One Raft group as a pure state machine; see README.md for how to drive it. */

export * from "./message.ts"
export { RawNode } from "./rawNode.ts"
export type { ReadState, Ready } from "./ready.ts"
export type { Storage } from "./storage.ts"
export * from "./types.ts"
