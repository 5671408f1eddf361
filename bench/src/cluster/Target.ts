/** One system under load: what the load generator knows of it. */

export type OperationKind = "put" | "get" | "batchPut" | "batchGet"

/** `done(true)` once the operation has its good answer. */
export type Done = (ok: boolean) => void

export interface Target {
  readonly name: string
  /** Processes whose CPU time and memory count as the system's. */
  readonly pids: ReadonlyArray<number>
  put(key: Uint8Array, value: Uint8Array, done: Done): void
  /** Linearizable. */
  get(key: Uint8Array, done: Done): void
  /** `keys.length` writes as the system's own way of batching has it. */
  batchPut(keys: ReadonlyArray<Uint8Array>, values: ReadonlyArray<Uint8Array>, done: Done): void
  batchGet(keys: ReadonlyArray<Uint8Array>, done: Done): void
  close(): Promise<void>
}
