/**
 * One process of the cluster over all its lives. Its lines go straight into a file, so that they are there whatever
 * happens; its ports are new in each life, since the proxy in front of it is what others know.
 *
 *   down ─▶ running ─▶ (paused ─▶ running)* ─▶ down, by our signal; anything else is told to `onDeath`
 */
import { closeSync, openSync, readFileSync } from "node:fs"
import { createServer } from "node:net"
import type { Subprocess } from "bun"

/** SIGKILL follows SIGTERM after this; a store that stops under load on a slow machine takes seconds. */
const stopTimeoutMs = 60_000
/** Starts again because somebody else took the port meanwhile. */
const portTriesMax = 5
/** Of the log, for a message. */
const lastLinesMax = 12

const running = new Set<Subprocess>()
/** No process outlives this one, whatever happens. */
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL")
})

export interface MemberOptions {
  readonly name: string
  /** Path of the program's main module. */
  readonly main: string
  readonly logPath: string
  readonly env: Readonly<Record<string, string>>
  /** Arguments for a life on these ports. */
  readonly args: (port: number, statusPort: number) => ReadonlyArray<string>
  /** It ended, and nobody had asked for it. */
  readonly onDeath: (sentence: string) => void
}

export class Member {
  readonly name: string
  readonly logPath: string
  lives = 0
  paused = false
  private readonly options: MemberOptions
  private child: Subprocess | undefined
  private ports: readonly [number, number] = [0, 0]
  private ending = false
  private startOfLife = 0
  private portTries = 0

  constructor(options: MemberOptions) {
    this.options = options
    this.name = options.name
    this.logPath = options.logPath
  }

  get pid(): number | undefined {
    return this.child?.pid
  }
  get isDown(): boolean {
    return this.child === undefined
  }
  /** Where the proxy goes; undefined while down. */
  get port(): number | undefined {
    return this.child === undefined ? undefined : this.ports[0]
  }
  get statusAddress(): string {
    return `127.0.0.1:${this.ports[1]}`
  }
  /** It said so in this life. */
  get isListening(): boolean {
    return this.child !== undefined && /listening on /.test(this.lifeText())
  }

  /** Does not wait until it listens: a store without a scheduler waits for one. */
  async start(): Promise<void> {
    if (this.child !== undefined) return
    const { name, args, env, main, logPath } = this.options
    this.ports = [await freePort(), await freePort()]
    this.ending = false
    this.paused = false
    this.startOfLife = textOf(logPath).length
    const log = openSync(logPath, "a")
    const child = Bun.spawn([process.execPath, main, ...args(...this.ports)], {
      stdin: "ignore",
      stdout: log,
      stderr: log,
      env: { ...env }
    })
    closeSync(log)
    this.child = child
    this.lives++
    running.add(child)
    void child.exited.then(() => {
      running.delete(child)
      this.child = undefined
      if (this.ending) return
      if (
        /EADDRINUSE|address already in use|Is port .* in use/i.test(this.lifeText()) &&
        this.portTries < portTriesMax
      ) {
        this.portTries++
        void this.start()
        return
      }
      this.options.onDeath(`${name} ended by itself (${child.signalCode ?? child.exitCode}):\n${this.lastLines()}`)
    })
  }

  /** SIGKILL, and its end. */
  async kill(): Promise<void> {
    await this.end("SIGKILL")
  }

  /** SIGTERM, and its end; whether it was a clean one. One that has just been started may not know of signals yet. */
  async stop(): Promise<boolean> {
    const { child } = this
    if (child === undefined) return true
    const mustObey = this.isListening
    const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs)
    await this.end("SIGTERM")
    clearTimeout(timer)
    return child.exitCode === 0 || (!mustObey && child.signalCode === "SIGTERM")
  }

  pause(): void {
    this.child?.kill("SIGSTOP")
    this.paused = this.child !== undefined
  }
  resume(): void {
    this.child?.kill("SIGCONT")
    this.paused = false
  }

  lastLines(): string {
    return this.lifeText()
      .trimEnd()
      .split("\n")
      .slice(-lastLinesMax)
      .map((line) => `    ${line}`)
      .join("\n")
  }

  private async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const { child } = this
    if (child === undefined) return
    this.ending = true
    // A stopped process does not hear SIGTERM.
    if (this.paused) this.resume()
    child.kill(signal)
    await child.exited
    this.child = undefined
  }

  private lifeText(): string {
    return textOf(this.logPath).slice(this.startOfLife)
  }
}

const textOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return ""
  }
}

/** A port that nobody listens on just now. */
const freePort = (): Promise<number> => {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const server = createServer()
  server.on("error", reject)
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
  })
  return promise
}
