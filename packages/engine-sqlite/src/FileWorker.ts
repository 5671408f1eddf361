/**
 * A worker thread for one file, started when it is first needed, and the requests under way on it. When the thread cannot
 * start or dies, what is under way and all later work is done on the calling thread instead: slower, never lost.
 */
import { existsSync } from "node:fs"
import { Worker } from "node:worker_threads"
import type { Database } from "better-sqlite3"
import { answerRequest, type WorkerAnswer, type WorkerRequest } from "./workerProtocol.ts"

/**
 * Where the thread's program may lie, from this file: beside it in the source tree; in an executable made by
 * `bun build --compile` with `checkpointWorker.ts` as a further entry, below the entries' common folder.
 */
const programs = [
  "./checkpointWorker.ts",
  "./packages/engine-sqlite/src/checkpointWorker.js",
  "./src/checkpointWorker.js",
  "./checkpointWorker.js"
]
const findProgram = (): URL | undefined =>
  programs.map((name) => new URL(name, import.meta.url)).find((url) => existsSync(url))

type Work = { readonly type: "checkpoint"; readonly syncFd?: number } | { readonly type: "copy"; readonly to: string }
type Done = (answer: WorkerAnswer) => void

export class FileWorker {
  private readonly path: string
  private readonly db: Database
  private worker: Worker | undefined
  private enabled: boolean
  private nextId = 1
  private readonly underWay = new Map<number, { readonly request: WorkerRequest; readonly done: Done }>()

  /** `db` is the caller's own connection, for work that has no thread. */
  constructor(path: string, db: Database, enabled: boolean) {
    this.path = path
    this.db = db
    this.enabled = enabled
  }

  /** Whether work runs on a thread of its own, as far as is known. */
  get threaded(): boolean {
    return this.enabled
  }
  get busy(): boolean {
    return this.underWay.size > 0
  }

  /** `done` is called once: later from the event loop, or before `request` returns when there is no thread. */
  request(work: Work, done: Done): void {
    const request = { ...work, id: this.nextId++ }
    const worker = this.start()
    if (worker === undefined) {
      done(answerRequest(this.db, request))
      return
    }
    this.underWay.set(request.id, { request, done })
    // Someone waits for a copy; a checkpoint alone need not keep the process alive.
    if (work.type === "copy") worker.ref()
    worker.postMessage(request)
  }

  /** Ends the thread after the work it has; `done` when its connection is closed. */
  close(done: () => void): void {
    const worker = this.worker
    if (worker === undefined) {
      done()
      return
    }
    const request = { type: "close", id: this.nextId++ } as const
    this.underWay.set(request.id, { request, done })
    worker.ref()
    worker.postMessage(request)
  }

  private start(): Worker | undefined {
    if (!this.enabled || this.worker !== undefined) return this.worker
    const program = findProgram()
    if (program === undefined) {
      this.enabled = false
      return undefined
    }
    try {
      const worker = new Worker(program, { workerData: this.path })
      worker.on("message", (answer: WorkerAnswer) => this.onAnswer(answer))
      worker.on("error", () => this.onLost(worker))
      worker.on("exit", () => this.onLost(worker))
      // A store that is not closed must not keep the process alive.
      worker.unref()
      this.worker = worker
    } catch {
      this.enabled = false
    }
    return this.worker
  }

  private onAnswer(answer: WorkerAnswer): void {
    const waiting = this.underWay.get(answer.id)
    this.underWay.delete(answer.id)
    waiting?.done(answer)
  }

  private onLost(worker: Worker): void {
    if (this.worker !== worker) return
    this.worker = undefined
    this.enabled = false
    const left = [...this.underWay.values()]
    this.underWay.clear()
    for (const { done, request } of left) done(answerRequest(this.db, request))
  }
}
