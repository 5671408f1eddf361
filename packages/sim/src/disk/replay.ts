/**
 * Does again, on SQLite's files and on the memory engine side by side, what a simulated store asked of its disk: every
 * write, append, compaction, destruction and crash of a whole run. Runs after the run, outside of its guard.
 *
 * Both must answer alike all the way (the Mirror), and come out of every crash of the run with the same content. At seeded
 * moments in between the files are copied as a crash would leave them, and the copy opened:
 * - killed: the copy holds everything, since the operating system keeps what it was given;
 * - without power: the write-ahead log of the data ends, or turns to zeros or noise, at any byte after what was synced. The
 *   copy holds the batches whose last byte is before it: a prefix, each whole;
 * - without power inside an append or a destruction: the same of the raft log. All of it is there, or nothing.
 *
 * - changed at rest: single bytes of values, keys, entries and states (rotFiles.ts). Both engines must say the same of
 *   everything there is.
 *
 * A run that changes bytes itself (`rot`) is followed up to there, its changes made on a copy like those that are drawn.
 * What its store does after that depends on the moment at which the engine comes upon the damage: memory looks at each
 * read, SQLite keeps pages and the states of groups in its caches, and knows it later.
 *
 * Checkpoints are off here, so that the log's length says where each commit ends; with them the crash suite of
 * engine-sqlite tries the same on smaller sequences.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { EngineService, RaftLogService } from "@reefkv/engine"
import { dumpLog, dumpView, makeMirrorEngine, makeMirrorRaftLog } from "@reefkv/engine/testing"
import { MemoryDisk, makeMemoryEngine, makeMemoryRaftLog } from "@reefkv/engine-memory"
import { makeSqliteStore } from "@reefkv/engine-sqlite"
import { Effect, Exit, Scope } from "effect"
import { Rng } from "../world/Rng.ts"
import { batchOf, type DiskCall } from "./DiskCall.ts"
import { type Content, contentOf, type DiskFlip, describeFlip, drawFlip, flipBoth, verdicts } from "./rotFiles.ts"

export interface ReplayOptions {
  /** Made, used, and removed afterwards. */
  readonly directory: string
  readonly seed: number
  /** Copies at seeded moments, about. */
  readonly copies: number
}

export interface Replayed {
  readonly calls: number
  /** Crashes of the run itself. */
  readonly crashes: number
  readonly copies: number
  /** Bytes changed at rest, on copies. */
  readonly flips: number
}

interface Open {
  readonly engine: EngineService
  readonly raftLog: RaftLogService
  readonly close: () => void
}

const gib = 1024 ** 3
const sqliteOptions = (directory: string) => ({
  directory,
  checkpointWorker: false,
  syncThread: false,
  walCheckpointBytes: gib,
  walBytesMax: gib
})

const openSqlite = (directory: string): Open => {
  const scope = Scope.makeUnsafe()
  const store = Effect.runSync(Scope.provide(makeSqliteStore(sqliteOptions(directory)), scope))
  return { ...store, close: () => Effect.runSync(Scope.close(scope, Exit.void)) }
}
const openMemory = (disk: MemoryDisk): Pick<Open, "engine" | "raftLog"> => ({
  engine: makeMemoryEngine({ disk }),
  raftLog: makeMemoryRaftLog({ disk })
})

const walOf = (directory: string, file: "data" | "raft"): string => join(directory, `${file}.db-wal`)
const lengthOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0)

/** The files a crash leaves; what is shared between connections and the locks are no part of them. */
const copyFiles = (from: string, to: string): void => {
  mkdirSync(to, { recursive: true })
  for (const name of readdirSync(from)) {
    if (/\.(db|db-wal)$|^engine$/.test(name)) copyFileSync(join(from, name), join(to, name))
  }
}

/** What a device without power may have made of the end of a file. */
const loseTail = (path: string, at: number, rng: Rng): void => {
  const length = lengthOf(path)
  if (at >= length) return
  const kind = rng.pick(["gone", "zeros", "noise"] as const)
  if (kind === "gone") {
    truncateSync(path, at)
    return
  }
  const tail = new Uint8Array(length - at)
  if (kind === "noise") for (let i = 0; i < tail.length; i++) tail[i] = rng.below(256)
  const fd = openSync(path, "r+")
  writeSync(fd, tail, 0, tail.length, at)
  closeSync(fd)
}

const dump = ({ engine, raftLog }: Pick<Open, "engine" | "raftLog">): string =>
  [...dumpView(engine.latest), ...dumpLog(raftLog)].join("\n")

export const replay = (calls: ReadonlyArray<DiskCall>, options: ReplayOptions): Replayed =>
  new Replay(calls, options).run()

/** All disks of a run, in directories that are made and removed. Throws at the first difference, which it names. */
export const replayDisks = (
  disks: ReadonlyMap<string, ReadonlyArray<DiskCall>>,
  seed: number,
  copies: number
): Replayed => {
  const root = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "reefkv-replay-"))
  const all = { calls: 0, crashes: 0, copies: 0, flips: 0 }
  try {
    for (const [name, calls] of disks) {
      const one = replay(calls, { directory: join(root, name), seed, copies })
      all.calls += one.calls
      all.crashes += one.crashes
      all.copies += one.copies
      all.flips += one.flips
    }
    return all
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

class Replay {
  private readonly calls: ReadonlyArray<DiskCall>
  private readonly options: ReplayOptions
  private readonly rng: Rng
  private readonly disk = new MemoryDisk()
  private life = 0
  private directory = ""
  private memory: Pick<Open, "engine" | "raftLog"> | undefined
  private sqlite: Open | undefined
  private both: Pick<Open, "engine" | "raftLog"> | undefined
  /** Where the data's log ended at the last sync, and after each write since. */
  private syncedEnd = 0
  private ends: Array<number> = []
  private crashes = 0
  private copies = 0
  private flips = 0

  constructor(calls: ReadonlyArray<DiskCall>, options: ReplayOptions) {
    this.calls = calls
    this.options = options
    this.rng = new Rng(`replay ${options.seed}`)
  }

  run(): Replayed {
    const { calls, options, rng } = this
    mkdirSync(options.directory, { recursive: true })
    try {
      const rot = calls.flatMap((call) => (call.type === "rot" ? [call.flip] : []))
      for (const [i, call] of calls.entries()) {
        if (call.type === "rot") continue
        try {
          const copies = this.sqlite !== undefined && rng.chance(options.copies / calls.length)
          if (copies && (call.type === "append" || call.type === "destroy")) this.tearLog(call)
          else this.do(call)
          if (copies && this.sqlite !== undefined) {
            this.tryCrash()
            this.tryRot([])
          }
        } catch (cause) {
          throw new Error(
            `call ${i} of ${calls.length}, ${call.type}: ${cause instanceof Error ? cause.message : cause}`,
            { cause }
          )
        }
      }
      if (this.sqlite !== undefined) this.compare("at the end")
      if (this.directory !== "") this.tryRot(rot)
      return { calls: calls.length, crashes: this.crashes, copies: this.copies, flips: this.flips }
    } finally {
      this.sqlite?.close()
      rmSync(options.directory, { recursive: true, force: true })
    }
  }

  private do(call: Exclude<DiskCall, { readonly type: "rot" }>): void {
    switch (call.type) {
      case "open":
        this.open()
        return
      case "crash":
        this.crash(call.keepWrites, call.keepCompactions)
        return
      case "write":
        this.perform(this.engine.write(batchOf(call.ops), { sync: call.sync }))
        if (call.sync) this.noteSynced()
        else this.ends.push(lengthOf(walOf(this.directory, "data")))
        return
      case "sync":
        this.perform(this.engine.sync)
        this.noteSynced()
        return
      case "append":
        this.perform(this.raftLog.append(call.groups))
        for (const { groupId } of call.groups) this.raftLog.group(groupId)
        return
      case "compact":
        this.perform(this.raftLog.compact(call.groups))
        return
      case "destroy":
        this.perform(this.raftLog.destroy(call.groupIds))
        return
    }
  }

  private get engine(): EngineService {
    return this.both!.engine
  }
  private get raftLog(): RaftLogService {
    return this.both!.raftLog
  }
  private perform(effect: Effect.Effect<void, unknown>): void {
    Effect.runSync(effect)
  }
  private noteSynced(): void {
    this.syncedEnd = lengthOf(walOf(this.directory, "data"))
    this.ends = []
  }

  /** After a crash the files were put right already; after a peaceful end both are closed first. */
  private open(): void {
    if (this.directory === "") this.directory = join(this.options.directory, "0")
    this.sqlite?.close()
    const memory = openMemory(this.disk)
    const sqlite = openSqlite(this.directory)
    this.memory = memory
    this.sqlite = sqlite
    this.both = {
      engine: makeMirrorEngine(memory.engine, sqlite.engine),
      raftLog: makeMirrorRaftLog(memory.raftLog, sqlite.raftLog)
    }
    this.sameCompactions(memory.raftLog, sqlite.raftLog)
    this.noteSynced()
    this.compare("after it was opened")
  }

  private compare(when: string): void {
    const found = dump(this.sqlite!)
    const expected = dump(this.memory!)
    if (found !== expected) throw new Error(`${when} SQLite holds\n${found}\nand should hold\n${expected}`)
  }

  /** As the run's crash: exactly as many writes are left. */
  private crash(keepWrites: number, keepCompactions: boolean): void {
    if (this.sqlite === undefined) return
    this.crashes++
    const lost = Math.max(0, this.disk.pendingWrites - keepWrites)
    const kept = this.ends.length - lost
    const next = join(this.options.directory, String(++this.life))
    copyFiles(this.directory, next)
    // Cut, and not made noise: the length must go on saying where commits end.
    if (lost > 0) truncateSync(walOf(next, "data"), kept === 0 ? this.syncedEnd : this.ends[kept - 1]!)
    this.sqlite.close()
    this.sqlite = undefined
    rmSync(this.directory, { recursive: true, force: true })
    this.directory = next
    this.disk.crash({ keepWrites, keepCompactions })
  }

  /** SQLite writes compactions with the next append; a crash may keep them or not, as the contract allows. */
  private sameCompactions(memory: RaftLogService, sqlite: RaftLogService): void {
    for (const groupId of memory.groups()) {
      const mark = memory.group(groupId)!.truncated
      const found = sqlite.group(groupId)?.truncated
      if (found !== undefined && found.index < mark.index) this.perform(sqlite.compact([{ groupId, mark }]))
    }
  }

  /** Copies of the files as they are now, killed and without power, each opened and compared. */
  private tryCrash(): void {
    const { disk, ends, rng, syncedEnd } = this
    this.copies++
    this.tryCopy("killed", disk.fork(), () => {}, disk.pendingWrites)
    const end = ends[ends.length - 1] ?? syncedEnd
    const at = syncedEnd + rng.below(end - syncedEnd + 1)
    const lost = ends.filter((one) => one > at).length
    const lose = (copy: string): void => loseTail(walOf(copy, "data"), at, rng)
    this.tryCopy(`without power at byte ${at} of ${syncedEnd} to ${end}`, disk.fork(), lose, disk.pendingWrites - lost)
  }

  /** The power goes inside the call: nothing of it is there. */
  private tearLog(call: Exclude<DiskCall, { readonly type: "rot" }>): void {
    const before = this.disk.fork()
    const start = lengthOf(walOf(this.directory, "raft"))
    this.do(call)
    const end = lengthOf(walOf(this.directory, "raft"))
    if (end <= start) return
    this.copies++
    const at = start + this.rng.below(end - start)
    const lose = (copy: string): void => loseTail(walOf(copy, "raft"), at, this.rng)
    this.tryCopy(
      `without power inside a log write at byte ${at} of ${start} to ${end}`,
      before,
      lose,
      before.pendingWrites
    )
  }

  /**
   * Bytes change in a copy of the files, those given and some that are drawn, and the same on memory's disk. Each engine is
   * opened over it and asked for everything.
   */
  private tryRot(given: ReadonlyArray<DiskFlip>): void {
    const { disk, rng } = this
    const copy = join(this.options.directory, "rotten")
    copyFiles(this.directory, copy)
    const expected = disk.fork()
    expected.crash({ keepWrites: disk.pendingWrites, keepCompactions: true })
    const whole = openMemory(expected)
    const before = openSqlite(copy)
    let content: Content
    try {
      this.sameCompactions(whole.raftLog, before.raftLog)
      content = contentOf(whole)
    } finally {
      before.close()
    }
    const drawn = Array.from({ length: rng.between(1, 4) }, () => drawFlip(content, rng) ?? [])
    const flips = flipBoth(expected, copy, [...given, ...drawn.flat()])
    this.flips += flips.length
    const memory = openMemory(expected)
    const sqlite = openSqlite(copy)
    try {
      const found = verdicts(sqlite, content, flips)
      const wanted = verdicts(memory, content, flips)
      const at = wanted.findIndex((line, i) => line !== found[i])
      if (at >= 0) {
        throw new Error(
          `with ${flips.map(describeFlip).join(", ")} changed, SQLite says\n${found[at]}\nand should say\n${wanted[at]}`
        )
      }
    } finally {
      sqlite.close()
      rmSync(copy, { recursive: true, force: true })
    }
  }

  private tryCopy(how: string, expected: MemoryDisk, damage: (copy: string) => void, keepWrites: number): void {
    const copy = join(this.options.directory, "copy")
    copyFiles(this.directory, copy)
    damage(copy)
    // Compactions may be kept or not. SQLite keeps those of before its last opening, and is given the others again below.
    expected.crash({ keepWrites, keepCompactions: true })
    const memory = openMemory(expected)
    const sqlite = openSqlite(copy)
    try {
      this.sameCompactions(memory.raftLog, sqlite.raftLog)
      const found = dump(sqlite)
      const wanted = dump(memory)
      if (found !== wanted) throw new Error(`${how}: SQLite holds\n${found}\nand should hold\n${wanted}`)
    } finally {
      sqlite.close()
      rmSync(copy, { recursive: true, force: true })
    }
  }
}
