/** 5.3: bounded, never blocking, and the loop gets one turn for many offers. */
import { describe, expect, test } from "bun:test"
import { Effect } from "effect"
import { Mailbox } from "../../../src/raftstore/Mailbox.ts"
import { runTest } from "../support/run.ts"

describe("5.3 the mailbox", () => {
  test("5.3 refuses over its bound, and takes again what the loop has made room for", () => {
    const box = new Mailbox<string>(4)
    expect([box.offer("a", 2), box.offer("b", 2), box.offer("c", 1)]).toEqual([true, true, false])
    expect(box.takeAll()).toEqual(["a", "b"])
    expect(box.offer("c", 1)).toBe(true)
  })

  test("a single item of any weight finds room in an empty mailbox", () => {
    const box = new Mailbox<string>(4)
    expect(box.offer("frame of ten", 10)).toBe(true)
    expect(box.offer("more", 1)).toBe(false)
  })

  test("a flood of clients leaves room for other stores", () => {
    const box = new Mailbox<string>(4)
    for (let i = 0; i < 10; i++) box.offer("client", 1, 0.75)
    expect(box.load).toBe(3)
    expect(box.offer("raft", 1)).toBe(true)
  })

  test("results of the store's own workers always find room", () => {
    const box = new Mailbox<string>(1)
    box.offer("a", 1)
    expect(box.put("result")).toBe(true)
    expect(box.takeAll()).toEqual(["a", "result"])
  })

  test("after close nothing comes in, what is inside can be taken", () => {
    const box = new Mailbox<string>(4)
    box.offer("a", 1)
    box.close()
    expect([box.offer("b", 1), box.put("c"), box.isOpen]).toEqual([false, false, false])
    expect(box.takeAll()).toEqual(["a"])
  })

  test("the waiter is woken once for many offers, in a turn of its own", () =>
    runTest(
      Effect.gen(function* () {
        const box = new Mailbox<string>(100)
        const taken: Array<ReadonlyArray<string>> = []
        yield* Effect.forkScoped(
          Effect.forever(
            Effect.andThen(
              box.awaitMessage,
              Effect.sync(() => void taken.push(box.takeAll()))
            )
          )
        )
        yield* Effect.yieldNow
        box.offer("a", 1)
        box.offer("b", 1)
        expect(taken).toEqual([])
        yield* Effect.yieldNow
        yield* Effect.yieldNow
        expect(taken).toEqual([["a", "b"]])
      })
    ))
})
