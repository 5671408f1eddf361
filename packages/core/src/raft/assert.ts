/** Assertions for this package's own state; a failed one is a bug or corruption, never an answer to a peer. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`raft: ${message}`)
}

/** For conditions whose message costs something to build: `if (!ok) fail(...)`. */
export function fail(message: string): never {
  throw new Error(`raft: ${message}`)
}
