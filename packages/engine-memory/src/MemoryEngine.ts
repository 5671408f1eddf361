/**
 * The Engine contract in memory: one tree per column family, snapshots by cloning them. Nothing survives the process;
 * a MemoryDisk keeps what a crash test or a simulated restart should find.
 */
import {
  type ColumnFamily,
  columnFamilies,
  Engine,
  EngineError,
  type EngineService,
  type ReadView,
  type ScanOptions,
  type Visit
} from "@reefkv/engine"
import { Effect, Layer } from "effect"
import { kind } from "./kind.ts"
import { applyOps, cloneTrees, emptyTrees, type MemoryDisk, type Trees } from "./MemoryDisk.ts"
import type { Rot } from "./Rot.ts"
import { rangeSums, splitKeys } from "./splitKeys.ts"
import type { Tree } from "./Tree.ts"

export interface MemoryEngineOptions {
  /** Where synced writes go. Without one, everything is gone when the engine is closed. */
  readonly disk?: MemoryDisk | undefined
}

export interface MemoryEngineHandle extends EngineService {
  /** Every later call throws or fails with reason "closed". A second close does nothing. */
  readonly close: () => void
}

const noValue = new Uint8Array(0)

const scanTree = (tree: Tree, options: ScanOptions, visit: Visit): void => {
  let left = options.limit
  if (!(left >= 0)) throw new Error(`scan: limit ${left}`)
  if (left === 0) return
  const end = options.end.length === 0 ? undefined : options.end
  const keyOnly = options.keyOnly === true
  const step = (key: Uint8Array, value: Uint8Array): boolean =>
    visit(key, keyOnly ? noValue : value) !== false && --left > 0
  if (options.reverse === true) tree.scanReverse(options.start, end, step)
  else tree.scan(options.start, end, step)
}

/** Reads of a set of trees, each preceded by `check`, which throws when the view may not be used. */
class TreesView implements ReadView {
  private readonly trees: Trees
  private readonly check: () => void
  private readonly rot: Rot | undefined
  /** Scans under way: the trees must not change meanwhile. */
  scanning = 0

  constructor(trees: Trees, check: () => void, rot: Rot | undefined) {
    this.trees = trees
    this.check = check
    this.rot = rot
  }
  get(cf: ColumnFamily, key: Uint8Array): Uint8Array | undefined {
    this.check()
    const value = this.trees[cf].get(key)
    if (this.rot?.any === true && value !== undefined) this.checkRow(cf, key, value)
    return value
  }
  getMany(cf: ColumnFamily, keys: ReadonlyArray<Uint8Array>): Array<Uint8Array | undefined> {
    this.check()
    const tree = this.trees[cf]
    const values = keys.map((key) => tree.get(key))
    if (this.rot?.any === true) {
      for (let i = 0; i < keys.length; i++) if (values[i] !== undefined) this.checkRow(cf, keys[i]!, values[i]!)
    }
    return values
  }
  private checkRow(cf: ColumnFamily, key: Uint8Array, value: Uint8Array): void {
    this.rot!.checkKey(cf, value)
    this.rot!.checkRow(cf, key, value)
  }
  scan(cf: ColumnFamily, options: ScanOptions, visit: Visit): void {
    this.check()
    this.scanning++
    try {
      const { rot } = this
      scanTree(
        this.trees[cf],
        rot?.any !== true ? options : { ...options, keyOnly: false },
        rot?.any !== true
          ? visit
          : (key, value) => {
              rot.checkKey(cf, value)
              if (options.keyOnly !== true) rot.checkRow(cf, key, value)
              return visit(key, options.keyOnly === true ? noValue : value)
            }
      )
    } finally {
      this.scanning--
    }
  }
}

export const makeMemoryEngine = (options: MemoryEngineOptions = {}): MemoryEngineHandle => {
  const disk = options.disk
  const opened = disk?.openTrees()
  const trees = opened?.trees ?? emptyTrees()
  const generation = opened?.generation ?? 0
  const dataTrees = [trees.default, trees.lock, trees.write]
  let closed = false
  let openSnapshots = 0

  const closedError = () => new EngineError({ reason: "closed", message: "the engine is closed" })
  const crashed = () => disk !== undefined && disk.refusal(generation)?.reason === "closed"
  const checkRead = (): void => {
    if (closed) throw closedError()
    const refusal = disk?.readRefusal(generation)
    if (refusal !== undefined) throw refusal
  }
  const checkWrite = (): EngineError | undefined => (closed ? closedError() : disk?.refusal(generation))
  const latest = new TreesView(trees, checkRead, disk?.rot)

  const write: EngineService["write"] = (batch, { sync }) =>
    Effect.suspend(() => {
      const refusal = checkWrite()
      if (refusal !== undefined) return Effect.fail(refusal)
      if (latest.scanning > 0) throw new Error("Engine.write inside a scan of the latest state")
      const ops = batch.takeOps()
      if (disk?.rot.any === true) {
        for (const op of ops) {
          const damage = disk.rot.refusalOf(op, trees)
          if (damage !== undefined) return Effect.fail(damage)
        }
      }
      applyOps(trees, ops)
      if (disk !== undefined) {
        disk.written(ops)
        if (sync) disk.syncedAs(trees)
      }
      return Effect.void
    })

  const sync = Effect.suspend(() => {
    const refusal = checkWrite()
    if (refusal !== undefined) return Effect.fail(refusal)
    disk?.syncedAs(trees)
    return Effect.void
  })

  const openView = Effect.suspend(() => {
    if (closed || crashed()) return Effect.fail(closedError())
    let released = false
    openSnapshots++
    const view = new TreesView(
      cloneTrees(trees),
      () => {
        if (released) throw new EngineError({ reason: "closed", message: "the snapshot is released" })
        checkRead()
      },
      disk?.rot
    )
    const release = () => {
      released = true
      openSnapshots--
    }
    return Effect.succeed({ view, release })
  })

  return {
    kind,
    latest,
    snapshot: Effect.map(
      Effect.acquireRelease(openView, ({ release }) => Effect.sync(release)),
      ({ view }) => view
    ),
    write,
    sync,
    approximateSize: (range) => {
      checkRead()
      return rangeSums(dataTrees, range)
    },
    splitKeys: (range, pieceBytes, maxKeys) => {
      checkRead()
      return splitKeys(dataTrees, range, pieceBytes, maxKeys)
    },
    // A copy on no disk could be opened by nobody.
    checkpoint: (path) =>
      Effect.suspend(() =>
        Effect.fail(
          closed
            ? closedError()
            : new EngineError({ reason: "io", message: "a memory engine has no files to copy", path })
        )
      ),
    stats: () => {
      checkRead()
      let sizeBytes = 0
      for (const cf of columnFamilies) sizeBytes += trees[cf].bytes
      return { kind, sizeBytes, capacityBytes: undefined, availableBytes: undefined, openSnapshots }
    },
    close: () => {
      closed = true
    }
  }
}

export const MemoryEngine = {
  layer: (options: MemoryEngineOptions = {}): Layer.Layer<Engine> =>
    Layer.effect(
      Engine,
      Effect.acquireRelease(
        Effect.sync(() => makeMemoryEngine(options)),
        (engine) => Effect.sync(engine.close)
      )
    )
}
