/** Processes of a benchmark: started, waited for until they say they are ready, stopped together at the end. */
import { createServer } from "node:net"

const startTimeoutMs = 30_000
const stopTimeoutMs = 8_000
const linesKept = 40

/** What still runs; a benchmark that is stopped half-way takes its processes with it. */
const running = new Set<{ kill(signal: "SIGKILL"): void }>()
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL")
})
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1))

export interface Child {
  readonly pid: number
  readonly startedMs: number
  /** Waits for a line that matches, said already or to come; fails when the process ends or stays silent. */
  line(pattern: RegExp): Promise<RegExpExecArray>
  /** The same, of lines still to come. */
  next(pattern: RegExp): Promise<RegExpExecArray>
  stop(): Promise<void>
}

export const spawnChild = (
  name: string,
  command: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {}
): Child => {
  const startedMs = performance.now()
  const child = Bun.spawn([...command], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, ...env }
  })
  running.add(child)
  void child.exited.then(() => running.delete(child))
  const said: Array<string> = []
  let look = (): void => {}
  const follow = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    let partial = ""
    for await (const chunk of stream) {
      const lines = (partial + decoder.decode(chunk, { stream: true })).split("\n")
      partial = lines.pop() ?? ""
      said.push(...lines)
      if (said.length > linesKept) said.splice(0, said.length - linesKept)
      look()
    }
  }
  void follow(child.stdout)
  void follow(child.stderr)
  const wait = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(timer)
        reject(new Error(`${name} ${why}:\n${said.join("\n")}`))
      }
      const timer = setTimeout(() => fail("did not say in time what was waited for"), startTimeoutMs)
      look = () => {
        const found = said.map((line) => pattern.exec(line)).find((match) => match !== null)
        if (found === undefined || found === null) return
        clearTimeout(timer)
        resolve(found)
      }
      void child.exited.then((code) => fail(`ended with ${code}`))
      look()
    })
  return {
    pid: child.pid,
    startedMs,
    line: wait,
    next: (pattern) => {
      said.length = 0
      return wait(pattern)
    },
    stop: async () => {
      child.kill("SIGTERM")
      const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs)
      await child.exited
      clearTimeout(timer)
    }
  }
}

/** A port that was free a moment ago, for programs that cannot choose one themselves. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      if (address === null || typeof address === "string") throw new Error("a TCP listener without a port")
      server.close(() => resolve(address.port))
    })
  })

export const until = async <A>(what: string, timeoutMs: number, attempt: () => Promise<A | undefined>): Promise<A> => {
  const endMs = performance.now() + timeoutMs
  for (;;) {
    const found = await attempt()
    if (found !== undefined) return found
    if (performance.now() > endMs) throw new Error(`${what}: not after ${timeoutMs} ms`)
    await Bun.sleep(50)
  }
}
