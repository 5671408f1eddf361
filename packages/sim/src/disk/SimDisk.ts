/**
 * One store's disk: the memory engine and log over a MemoryDisk, with time and trouble.
 *
 * A write takes time before it happens and after it happened, so that a crash can fall on either side of it: before, it is
 * as if it had never been asked; after, it is there and nobody was told. What was not synced is lost at a crash as a
 * suffix whose length the seed draws. `crashAt` arms a crash at the next in-flight write, which finds more than crashes
 * at any time.
 */
import {
  type ColumnFamily,
  EngineError,
  type EngineService,
  type RaftLogService,
  type WriteBatch
} from "@reefkv/engine"
import { MemoryDisk, makeMemoryEngine, makeMemoryRaftLog } from "@reefkv/engine-memory"
import { Effect, type Scope } from "effect"
import type { Host } from "../world/Host.ts"
import type { Rng } from "../world/Rng.ts"
import type { World } from "../world/World.ts"
import { batchOf, type DiskCall } from "./DiskCall.ts"
import { type DiskFlip, flipMemory } from "./rotFiles.ts"

export interface DiskTimes {
  /** Longest time of an append or synced write, in milliseconds. */
  readonly syncMaxMs: number
  /** Longest time of an unsynced write. */
  readonly writeMaxMs: number
}

export type WritePoint = "append" | "write" | "sync" | "compact"
type Moment = "before" | "after"

export interface OpenDisk {
  readonly engine: EngineService
  readonly raftLog: RaftLogService
}

const capacityBytes = 1024 ** 3
/** Of the engine's trees, each store's own: a run's data fits into one leaf of the engine's own size. */
const nodeSizes = [4, 4, 8, undefined]

export class SimDisk {
  disk: MemoryDisk
  /** The device reports no room. */
  full = false
  /** Appends to the log, and writes of data, take this much longer. */
  stallLogMs = 0
  stallDataMs = 0
  /** Of each device in turn, filled with every call when set, up to where bytes changed; see replay.ts. */
  calls: Array<Array<DiskCall>> | undefined
  /** Nothing more is noted of this device. */
  private isLeft = false
  /** Writes that may still happen before the disk fails; undefined: it does not. */
  private failIn: number | undefined
  private readsFail = false
  /** This incarnation of its store may have been told that the disk failed. */
  mayHaveFailed = false
  /** Bytes have changed on it. */
  hasRotted = false
  /** A power loss takes all that was not synced. */
  losesAll = false
  private readonly world: World
  private readonly rng: Rng
  private readonly times: DiskTimes
  private readonly nodeSize: number | undefined
  private armed:
    | { readonly point: WritePoint | undefined; readonly moment: Moment; readonly crash: () => void }
    | undefined

  constructor(world: World, name: string, times: DiskTimes) {
    this.world = world
    this.times = times
    this.rng = world.rng(`disk ${name}`)
    this.nodeSize = world.rng(`trees ${name}`).pick(nodeSizes)
    this.disk = new MemoryDisk({ nodeSize: this.nodeSize })
  }

  /** Power loss: what was not synced goes, from the newest; the host must be dead. */
  crash(): void {
    const { disk, rng } = this
    const keepWrites = this.losesAll || rng.chance(0.3) ? 0 : rng.below(disk.pendingWrites + 1)
    this.world.log(`disk keeps ${keepWrites} of ${disk.pendingWrites}`)
    const keepCompactions = rng.chance(0.5)
    disk.crash({ keepWrites, keepCompactions })
    this.note({ type: "crash", keepWrites, keepCompactions })
    this.forget()
  }
  /** kill -9 without power loss: the operating system still writes everything. */
  processDied(): void {
    const everything = { keepWrites: Number.MAX_SAFE_INTEGER, keepCompactions: true }
    this.disk.crash(everything)
    this.note({ type: "crash", ...everything })
    this.forget()
  }
  /** Calls `crash` when the next such write is in flight. */
  crashAt(point: WritePoint | undefined, moment: Moment, crash: () => void): void {
    this.armed = { point, moment, crash }
  }
  disarm(): void {
    this.armed = undefined
    this.failIn = undefined
    this.repairReads()
    this.full = false
    this.stallLogMs = 0
    this.stallDataMs = 0
  }
  failAfter(writes: number): void {
    this.mayHaveFailed = true
    this.failIn = writes
  }
  /** So many reads from now on are answered, then none until the disk is repaired. */
  failReadsAfter(reads: number): void {
    this.mayHaveFailed = true
    this.readsFail = true
    this.disk.setReadFault(new EngineError({ reason: "io", message: "the simulated disk cannot be read" }), reads)
  }
  repairReads(): void {
    this.readsFail = false
    this.disk.setReadFault(undefined)
  }
  /** A new, empty device in place of the old one; the host must be down. */
  replace(): void {
    this.calls?.push([])
    this.isLeft = false
    this.disk = new MemoryDisk({ nodeSize: this.nodeSize })
    this.hasRotted = false
    this.disarm()
  }

  // ---- rot: a byte changes at rest. False when there is nothing to change.

  rotValue(cf: ColumnFamily, key: Uint8Array): boolean {
    return this.rots({ kind: "value", cf, key, ...this.drawBits(4096) })
  }
  rotKey(cf: ColumnFamily, key: Uint8Array): boolean {
    return this.rots({ kind: "key", cf, key })
  }
  rotEntry(groupId: number, index: number): boolean {
    return this.rots({ kind: "entry", groupId, index, ...this.drawBits(4096) })
  }
  rotState(groupId: number): boolean {
    return this.rots({ kind: "state", groupId, ...this.drawBits(64) })
  }
  private drawBits(bytes: number): { readonly byte: number; readonly bits: number } {
    return { byte: this.rng.below(bytes), bits: this.rng.between(1, 255) }
  }
  private rots(flip: DiskFlip): boolean {
    if (!flipMemory(this.disk, flip)) return false
    this.hasRotted = true
    this.note({ type: "rot", flip })
    return true
  }

  /** The engine and the log of one incarnation of the host, closed with its scope. */
  open(host: Host): Effect.Effect<OpenDisk, never, Scope.Scope> {
    return Effect.map(
      Effect.acquireRelease(
        Effect.sync(() => {
          this.note({ type: "open" })
          this.mayHaveFailed = this.readsFail || this.failIn !== undefined
          return {
            engine: makeMemoryEngine({ disk: this.disk }),
            raftLog: makeMemoryRaftLog({ disk: this.disk })
          }
        }),
        ({ engine, raftLog }) =>
          Effect.sync(() => {
            engine.close()
            raftLog.close()
          })
      ),
      ({ engine, raftLog }): OpenDisk => ({
        engine: {
          ...engine,
          write: (batch, options) =>
            this.during(host, options.sync ? "sync" : "write", this.recordedWrite(engine, batch, options)),
          sync: this.during(host, "sync", this.recorded({ type: "sync" }, engine.sync)),
          stats: () => ({
            ...engine.stats(),
            capacityBytes,
            availableBytes: this.full ? 0 : capacityBytes - engine.stats().sizeBytes
          })
        },
        raftLog: {
          ...raftLog,
          append: (groups) =>
            this.during(host, "append", this.recorded({ type: "append", groups }, raftLog.append(groups))),
          compact: (groups) =>
            this.during(host, "compact", this.recorded({ type: "compact", groups }, raftLog.compact(groups))),
          destroy: (groupIds) =>
            this.during(host, "append", this.recorded({ type: "destroy", groupIds }, raftLog.destroy(groupIds)))
        }
      })
    )
  }

  private note(call: DiskCall): void {
    const device = this.calls?.[this.calls.length - 1]
    if (device === undefined || this.isLeft) return
    // Further bytes may change at the same moment; from then on it is not followed any more.
    this.isLeft = device[device.length - 1]?.type === "rot" && call.type !== "rot"
    if (!this.isLeft) device.push(call)
  }

  /** Of a dead store: what was to go wrong with it does not go wrong with the next. */
  private forget(): void {
    this.armed = undefined
    this.failIn = undefined
    this.disk.setFault(undefined)
    this.repairReads()
  }

  /** Noted when it has happened. */
  private recorded(call: DiskCall, effect: Effect.Effect<void, EngineError>): Effect.Effect<void, EngineError> {
    return this.calls === undefined ? effect : Effect.tap(effect, () => Effect.sync(() => this.note(call)))
  }
  private recordedWrite(
    engine: EngineService,
    batch: WriteBatch,
    options: { readonly sync: boolean }
  ): Effect.Effect<void, EngineError> {
    if (this.calls === undefined) return engine.write(batch, options)
    return Effect.suspend(() => {
      const ops = batch.takeOps()
      return this.recorded({ type: "write", ops, sync: options.sync }, engine.write(batchOf(ops), options))
    })
  }

  private during(
    host: Host,
    point: WritePoint,
    effect: Effect.Effect<void, EngineError>
  ): Effect.Effect<void, EngineError> {
    return Effect.suspend(() => {
      const { generation } = host
      const maxMs = point === "append" || point === "sync" ? this.times.syncMaxMs : this.times.writeMaxMs
      const stallMs = point === "append" ? this.stallLogMs : this.stallDataMs
      const totalMs = this.rng.double() * maxMs + stallMs
      // What may be compacted is looked up in the turn of the call.
      const beforeMs = point === "compact" ? 0 : totalMs * this.rng.double()
      if (this.failIn !== undefined && this.failIn-- <= 0) {
        return Effect.andThen(
          pause(beforeMs),
          Effect.fail(new EngineError({ reason: "io", message: "the simulated disk failed" }))
        )
      }
      this.strike(host, generation, point, "before", beforeMs)
      return Effect.andThen(
        pause(beforeMs),
        Effect.andThen(
          effect,
          Effect.suspend(() => {
            this.strike(host, generation, point, "after", totalMs - beforeMs)
            return pause(totalMs - beforeMs)
          })
        )
      )
    })
  }

  /** The armed crash falls inside the time that the write still takes. */
  private strike(host: Host, generation: number, point: WritePoint, moment: Moment, withinMs: number): void {
    const { armed } = this
    if (armed === undefined || armed.moment !== moment || (armed.point !== undefined && armed.point !== point)) return
    if (withinMs <= 0) return
    this.armed = undefined
    this.world.after(this.rng.double() * withinMs * 0.99, undefined, () => {
      if (host.generation !== generation) return
      this.world.log(`${host.name} crash ${moment} ${point}`)
      armed.crash()
    })
  }
}

const pause = (ms: number): Effect.Effect<void> => (ms > 0 ? Effect.sleep(ms) : Effect.void)
