/** The world by itself: order, incarnations, pauses, the guard, the budget. */
import { describe, expect, test } from "bun:test"
import { Effect } from "effect"
import { guarded } from "../src/world/guard.ts"
import { Host } from "../src/world/Host.ts"
import { Trace } from "../src/world/Trace.ts"
import { World } from "../src/world/World.ts"

const makeWorld = (seed = 1, preemption = 0, budget = 100_000): World =>
  new World({ seed, trace: new Trace(), preemption, budget })
const hooks = { onStarted: () => {}, onFailure: (cause: unknown) => expect(cause).toBeUndefined() }

describe("hosts", () => {
  test("kill -9: no timer, task or finalizer of the dead incarnation runs", () => {
    const world = makeWorld()
    const host = new Host(world, "h")
    const heard: Array<string> = []
    const program = Effect.gen(function* () {
      yield* Effect.addFinalizer(() => Effect.sync(() => heard.push("finalizer")))
      yield* Effect.forkScoped(
        Effect.forever(
          Effect.andThen(
            Effect.sleep(10),
            Effect.sync(() => heard.push("tick"))
          )
        )
      )
    })
    host.start(program, hooks)
    world.run(25)
    host.kill()
    world.run(1_000)
    expect(heard).toEqual(["tick", "tick"])
    expect(host.phase).toBe("down")
  })

  test("a graceful stop closes the scope, and the host comes back", () => {
    const world = makeWorld()
    const host = new Host(world, "h")
    const heard: Array<string> = []
    const program = Effect.addFinalizer(() =>
      Effect.andThen(
        Effect.sleep(5),
        Effect.sync(() => heard.push("finalizer"))
      )
    )
    host.start(program, hooks)
    world.run(1)
    host.stop(() => heard.push("stopped"))
    world.run(3)
    expect(host.phase).toBe("stopping")
    world.run(10)
    expect(heard).toEqual(["finalizer", "stopped"])
    host.start(program, hooks)
    world.run(11)
    expect(host.isUp).toBe(true)
  })

  test("a paused host does nothing, and then all of it", () => {
    const world = makeWorld()
    const host = new Host(world, "h")
    let ticks = 0
    host.start(
      Effect.forkScoped(
        Effect.forever(
          Effect.andThen(
            Effect.sleep(10),
            Effect.sync(() => ticks++)
          )
        )
      ),
      hooks
    )
    world.run(35)
    host.pause()
    world.run(100)
    expect(ticks).toBe(3)
    host.resume()
    world.run(105)
    expect(ticks).toBe(4)
  })

  test("clocks drift by their rate, and jumps move the wall clock only", () => {
    const world = makeWorld()
    const host = new Host(world, "h", 2)
    let wokeAtMs = 0
    host.start(
      Effect.forkScoped(
        Effect.andThen(
          Effect.sleep(10),
          Effect.sync(() => (wokeAtMs = world.nowMs))
        )
      ),
      hooks
    )
    world.run(20)
    expect(wokeAtMs).toBe(5)
    const before = host.wallMs()
    host.wallSkewMs = -1_000
    expect(host.wallMs()).toBe(before - 1_000)
    expect(host.monotonicMs()).toBe(40)
  })
  test("a host's wall clock jumps and goes at a pace of its own; what it showed in between is known", () => {
    const world = makeWorld(1)
    const host = new Host(world, "h")
    const begin = host.wallSeconds()
    world.run(10_000)
    host.wallSkewMs = -4_000
    world.run(12_000)
    host.slewWall(1)
    world.run(13_000)
    expect(host.wallSeconds()).toBe(begin + 10)
    host.slewWall(0)
    expect(host.wallSkewMs).toBe(-3_000)
    world.run(15_000)
    expect(host.wallSeconds()).toBe(begin + 12)
    expect(host.wallSecondsBetween(9_000, 9_500)).toEqual({ earliest: begin + 9, latest: begin + 9 })
    expect(host.wallSecondsBetween(9_000, 12_500)).toEqual({ earliest: begin + 6, latest: begin + 10 })
    expect(host.wallSecondsBetween(10_000, 10_000)).toEqual({ earliest: begin + 6, latest: begin + 10 })
    expect(host.wallSecondsBetween(12_000, 15_000)).toEqual({ earliest: begin + 8, latest: begin + 12 })
  })
})

/** Two fibers read, yield where the scheduler says so, and write: the sum is 2 unless one update is lost. */
const race = (seed: number, preemption: number): number => {
  const world = makeWorld(seed, preemption)
  const host = new Host(world, "h")
  let value = 0
  const add = Effect.gen(function* () {
    const read = value
    yield* Effect.sync(() => {})
    yield* Effect.sync(() => {})
    yield* Effect.sync(() => {})
    value = read + 1
  })
  host.start(Effect.all([add, add], { concurrency: 2 }), hooks)
  world.run(10)
  return value
}

test("preemption finds a lost update that plain order does not", () => {
  const lost = (preemption: number): number =>
    Array.from({ length: 100 }, (_, seed) => race(seed, preemption)).filter((value) => value === 1).length
  expect(lost(0)).toBe(0)
  expect(lost(0.1)).toBeGreaterThan(5)
})

test("what would let real time or chance in throws, and works again afterwards", () => {
  const leaks: ReadonlyArray<() => unknown> = [
    () => Date.now(),
    () => new Date(),
    () => Math.random(),
    () => performance.now(),
    () => setTimeout(() => {}, 0),
    () => queueMicrotask(() => {}),
    () => Promise.resolve().then(() => {}),
    () => crypto.getRandomValues(new Uint8Array(1)),
    () => crypto.randomUUID(),
    () => process.hrtime.bigint()
  ]
  for (const leak of leaks) {
    expect(() => guarded(leak)).toThrow("leaks into the simulation")
    expect(leak).not.toThrow()
  }
  expect(guarded(() => new Date(5).getTime())).toBe(5)
})

test("a livelock ends at the event budget", () => {
  const world = makeWorld(1, 0, 1_000)
  world.repeat(
    () => 0,
    () => {}
  )
  expect(() => world.run(1)).toThrow("event budget")
})

test("a world with nothing left to do says so", () => {
  expect(makeWorld().run(1_000)).toBe("quiescent")
})
