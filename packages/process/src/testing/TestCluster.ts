/**
 * A cluster of real processes in a directory of its own, each started as an operator would. A member keeps its data
 * directory over restarts, and its addresses: the system chooses ports at the first start, later starts ask for the same.
 *
 * `await using` ends every process and removes the directory, whatever happened in between.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Ended, type RealProcess, type SpawnOptions, spawnProcess } from "./RealProcess.ts"

export type Flags = Readonly<Record<string, string>>

const mainOf = (app: "scheduler" | "store" | "playground"): string =>
  fileURLToPath(new URL(`../../../../apps/${app}/src/main.ts`, import.meta.url))

/** A temporary directory and the processes that were started for one test. */
export interface Workplace extends AsyncDisposable {
  readonly directory: string
  /** Starts one of the programs; its data is wherever `args` say. */
  start(
    app: "scheduler" | "store" | "playground",
    args: ReadonlyArray<string>,
    options?: Pick<SpawnOptions, "env" | "fileKibMax"> & { readonly name?: string }
  ): RealProcess
}

export const makeWorkplace = (): Workplace => {
  const directory = mkdtempSync(join(tmpdir(), "reefkv-test-"))
  const started: Array<RealProcess> = []
  return {
    directory,
    start: (app, args, options = {}) => {
      const process = spawnProcess({ ...options, name: options.name ?? app, main: mainOf(app), args, cwd: directory })
      started.push(process)
      return process
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(started.map((process) => (process.isRunning() ? process.kill() : process.ended)))
      rmSync(directory, { recursive: true, force: true })
    }
  }
}

export const flagArgs = (flags: Flags): Array<string> =>
  Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value])

/** One process of the cluster over all its lives. */
export interface Member {
  readonly name: string
  readonly directory: string
  /** `host:port` in its present life, or its last. */
  readonly address: string
  /** Its present life, or its last. */
  readonly process: RealProcess
  /** Ends with SIGTERM; the exit is checked to be clean. */
  stop(): Promise<Ended>
  /** Ends with SIGKILL: nothing is written down, nobody is told. */
  kill(): Promise<Ended>
  pause(): void
  resume(): void
  /** The same directory and addresses again; `flags` replace those of the first start. Waits until it listens. */
  restart(flags?: Flags): Promise<void>
}

export interface StoreMember extends Member {
  readonly storeId: number
  readonly statusAddress: string
}

export interface TestCluster extends AsyncDisposable {
  readonly workplace: Workplace
  readonly scheduler: Member
  readonly stores: ReadonlyArray<StoreMember>
  addStore(flags?: Flags): Promise<StoreMember>
}

export interface TestClusterOptions {
  readonly stores: number
  readonly engine: "sqlite" | "memory"
  readonly storeFlags?: Flags
  readonly schedulerFlags?: Flags
}

/**
 * Faster than a real cluster's, so that elections and reports fit a test; slow enough for many processes on few cores.
 * An election takes 0.5 to 1 s.
 */
export const quickStoreFlags: Flags = {
  "raftstore.raft-tick": "50ms",
  "raftstore.heartbeat-ticks": "2",
  "raftstore.election-ticks": "10",
  "raftstore.lease": "400ms",
  "raftstore.split-check-interval": "200ms",
  "raftstore.region-heartbeat-interval": "500ms",
  "raftstore.store-heartbeat-interval": "500ms"
}

export const startCluster = async (options: TestClusterOptions): Promise<TestCluster> => {
  const workplace = makeWorkplace()
  try {
    const scheduler = await startMember(workplace, "scheduler", {
      "storage.engine": options.engine,
      ...options.schedulerFlags
    })
    const addStore = async (number: number, flags: Flags = {}): Promise<StoreMember> => {
      const member = await startMember(
        workplace,
        "store",
        {
          "storage.engine": options.engine,
          "pd.endpoints": scheduler.address,
          ...quickStoreFlags,
          ...options.storeFlags,
          ...flags
        },
        `store-${number}`
      )
      return member
    }
    // The first bootstraps the cluster, the others join it.
    const stores: Array<StoreMember> = []
    if (options.stores > 0) stores.push(await addStore(1))
    const others = Array.from({ length: Math.max(0, options.stores - 1) }, (_, i) => addStore(i + 2))
    stores.push(...(await Promise.all(others)))
    return {
      workplace,
      scheduler,
      stores,
      addStore: async (flags) => {
        const store = await addStore(stores.length + 1, flags)
        stores.push(store)
        return store
      },
      [Symbol.asyncDispose]: () => workplace[Symbol.asyncDispose]()
    }
  } catch (error) {
    await workplace[Symbol.asyncDispose]()
    throw error
  }
}

const listening = /^.*listening on (\S+?)(?:, status on (\S+))?$/

const startMember = async (
  workplace: Workplace,
  app: "scheduler" | "store",
  flags: Flags,
  name: string = app
): Promise<StoreMember> => {
  const directory = join(workplace.directory, name)
  const anyPort = "127.0.0.1:0"
  let settings: Flags = {
    "server.addr": anyPort,
    ...(app === "store" ? { "server.status-addr": anyPort } : {}),
    "storage.data-dir": directory,
    ...flags
  }
  let life = workplace.start(app, flagArgs(settings), { name })
  let address = ""
  let statusAddress = ""
  let announcement = ""
  const announced = async (): Promise<void> => {
    ;[announcement = "", address = "", statusAddress = ""] = await life.waitForLine(listening)
    const bound = { "server.addr": address, ...(app === "store" ? { "server.status-addr": statusAddress } : {}) }
    settings = { ...settings, ...bound }
  }
  await announced()
  return {
    name,
    directory,
    get address() {
      return address
    },
    get statusAddress() {
      return statusAddress
    },
    storeId: Number(/^store (\d+) /.exec(announcement)?.[1] ?? 0),
    get process() {
      return life
    },
    stop: async () => {
      const ended = await life.stop()
      if (ended.code !== 0)
        throw new Error(`${name} ended with ${ended.code ?? ended.signal}:\n${ended.lines.join("\n")}`)
      return ended
    },
    kill: () => life.kill(),
    pause: () => life.signal("SIGSTOP"),
    resume: () => life.signal("SIGCONT"),
    restart: async (changed = {}) => {
      if (life.isRunning()) throw new Error(`${name} is still running`)
      settings = { ...settings, ...changed }
      life = workplace.start(app, flagArgs(settings), { name })
      await announced()
    }
  }
}
