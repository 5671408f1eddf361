/**
 * While a simulation runs, whatever would let real time or real chance in throws. A run is one synchronous call, so the
 * globals can be replaced for its duration and put back.
 *
 * Not seen: a native `await` (nothing resumes it inside a synchronous run, so it shows up as work that never ends), and
 * the arguments of `new Date(n)`, which are harmless.
 */
const leak = (what: string): never => {
  throw new Error(`real time or chance leaks into the simulation: ${what}`)
}

type Holder = Record<string, unknown>

export const guarded = <A>(run: () => A): A => {
  const undo: Array<() => void> = []
  const forbid = (holder: object, key: string, name: string): void => {
    const target = holder as Holder
    const original = target[key]
    if (typeof original !== "function") return
    target[key] = () => leak(name)
    undo.push(() => {
      target[key] = original
    })
  }
  const globals = globalThis as unknown as Holder
  for (const key of ["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "fetch"])
    forbid(globalThis, key, key)
  forbid(Date, "now", "Date.now")
  forbid(Math, "random", "Math.random")
  forbid(performance, "now", "performance.now")
  forbid(crypto, "getRandomValues", "crypto.getRandomValues")
  forbid(crypto, "randomUUID", "crypto.randomUUID")
  forbid(Promise.prototype, "then", "Promise.then")
  forbid(process, "nextTick", "process.nextTick")
  forbid(process.hrtime, "bigint", "process.hrtime.bigint")
  forbid(Bun, "nanoseconds", "Bun.nanoseconds")
  const RealDate = globalThis.Date
  globals["Date"] = new Proxy(RealDate, {
    construct: (target, args: Array<unknown>, newTarget) =>
      args.length === 0 ? leak("new Date()") : (Reflect.construct(target, args, newTarget) as object),
    apply: () => leak("Date()")
  })
  undo.push(() => {
    globals["Date"] = RealDate
  })
  try {
    return run()
  } finally {
    for (const one of undo.reverse()) one()
  }
}
