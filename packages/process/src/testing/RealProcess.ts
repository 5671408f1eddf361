/**
 * One real process under test: its lines as they come, its signals, its end. Whatever a test does, no process outlives the
 * test runner: those that are left are killed when it exits.
 *
 *   running ─▶ (paused ─▶ running)* ─▶ ended: exit code, or the signal that ended it
 */
import type { Subprocess } from "bun"

/** Of one process; a test that makes more noise than this has lost its way. */
const linesMax = 20_000
/** SIGKILL follows a signal that was to end the process after this. */
export const stopTimeoutMs = 15_000
/** How long a line or an end is waited for unless told otherwise. */
export const waitTimeoutMs = 20_000

export interface Line {
  readonly from: "stdout" | "stderr"
  readonly text: string
}

export interface Ended {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined
  readonly signal: string | undefined
  readonly lines: ReadonlyArray<string>
  readonly stderr: string
}

export interface RealProcess {
  readonly name: string
  readonly pid: number
  /** When it was started, by `performance.now()`. */
  readonly startedMs: number
  readonly lines: ReadonlyArray<Line>
  /** The first line, said or still to come, that matches; rejects with everything said when the process ends without it. */
  waitForLine(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>
  readonly ended: Promise<Ended>
  isRunning(): boolean
  /** Nobody reads what it says from now on: the pipes are closed. */
  stopListening(): Promise<void>
  signal(signal: NodeJS.Signals): void
  /** SIGTERM, and its end. */
  stop(signal?: "SIGTERM" | "SIGINT"): Promise<Ended>
  /** SIGKILL, and its end. */
  kill(): Promise<Ended>
  /** Ends by itself within the bound. */
  awaitEnd(timeoutMs?: number): Promise<Ended>
}

const running = new Set<Subprocess>()
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL")
})

export interface SpawnOptions {
  readonly name: string
  /** Path of the program's main module. */
  readonly main: string
  readonly args: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** No file of this process may grow beyond this: a disk that is full, to it. */
  readonly fileKibMax?: number
}

export const spawnProcess = ({ name, main, args, env, cwd, fileKibMax }: SpawnOptions): RealProcess => {
  const startedMs = performance.now()
  const limited = fileKibMax === undefined ? [] : ["bash", "-c", `ulimit -f ${fileKibMax}; exec "$0" "$@"`]
  const child = Bun.spawn([...limited, process.execPath, main, ...args], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...inheritedEnv(), ...env },
    ...(cwd === undefined ? {} : { cwd })
  })
  running.add(child)
  const lines: Array<Line> = []
  const waiting = new Set<() => void>()
  const onLine = (line: Line): void => {
    if (lines.length >= linesMax) throw new Error(`${name} said more than ${linesMax} lines`)
    lines.push(line)
    for (const wake of waiting) wake()
  }
  const said = () => lines.map(({ text }) => `  ${text}`).join("\n")
  const readers = { stdout: child.stdout.getReader(), stderr: child.stderr.getReader() }
  const read = Promise.all([readLines(readers.stdout, "stdout", onLine), readLines(readers.stderr, "stderr", onLine)])
  let over = false
  const ended = (async (): Promise<Ended> => {
    await child.exited
    running.delete(child)
    await read
    over = true
    for (const wake of waiting) wake()
    return {
      code: child.signalCode === null ? (child.exitCode ?? undefined) : undefined,
      signal: child.signalCode === null ? undefined : String(child.signalCode),
      lines: lines.map(({ text }) => text),
      stderr: lines.flatMap(({ from, text }) => (from === "stderr" ? [text] : [])).join("\n")
    }
  })()

  const end = async (signal: NodeJS.Signals): Promise<Ended> => {
    child.kill(signal)
    const result = await withTimeout(ended, stopTimeoutMs)
    if (result !== undefined) return result
    child.kill("SIGKILL")
    await ended
    throw new Error(`${name} did not end within ${stopTimeoutMs} ms of ${signal}; it said:\n${said()}`)
  }
  return {
    name,
    pid: child.pid,
    startedMs,
    lines,
    waitForLine: async (pattern, timeoutMs = waitTimeoutMs) => {
      const deadlineMs = performance.now() + timeoutMs
      for (let next = 0; ; ) {
        for (; next < lines.length; next++) {
          const match = pattern.exec(lines[next]!.text)
          if (match !== null) return match
        }
        const leftMs = deadlineMs - performance.now()
        if (over) throw new Error(`${name} ended without a line like ${pattern}; it said:\n${said()}`)
        if (leftMs <= 0) throw new Error(`${name} said nothing like ${pattern} in ${timeoutMs} ms; it said:\n${said()}`)
        const { promise, resolve } = Promise.withResolvers<void>()
        waiting.add(resolve)
        await withTimeout(promise, leftMs)
        waiting.delete(resolve)
      }
    },
    ended,
    isRunning: () => !over && child.exitCode === null && child.signalCode === null,
    stopListening: async () => {
      await Promise.all([readers.stdout.cancel(), readers.stderr.cancel()])
    },
    signal: (signal) => child.kill(signal),
    stop: (signal = "SIGTERM") => end(signal),
    kill: () => end("SIGKILL"),
    awaitEnd: async (timeoutMs = waitTimeoutMs) => {
      const result = await withTimeout(ended, timeoutMs)
      if (result !== undefined) return result
      child.kill("SIGKILL")
      await ended
      throw new Error(`${name} did not end within ${timeoutMs} ms; it said:\n${said()}`)
    }
  }
}

/** The runner's own settings must not reach the process under test. */
const inheritedEnv = (): Record<string, string> => {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.startsWith("REEFKV_") && name !== "NODE_ENV") kept[name] = value
  }
  return kept
}

const readLines = async (
  reader: { read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }> },
  from: Line["from"],
  onLine: (line: Line) => void
): Promise<void> => {
  const decoder = new TextDecoder()
  let rest = ""
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    const parts = (rest + decoder.decode(value, { stream: true })).split("\n")
    rest = parts.pop() ?? ""
    for (const text of parts) onLine({ from, text })
  }
  if (rest !== "") onLine({ from, text: rest })
}

/** Undefined when the time is over first. */
const withTimeout = async <A>(promise: Promise<A>, timeoutMs: number): Promise<A | undefined> => {
  let timer: Timer | undefined
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs)
  })
  try {
    return await Promise.race([promise, over])
  } finally {
    clearTimeout(timer)
  }
}
