/** Addresses: one question for all who ask at once, kept while they serve, failures not kept. */
import { expect, test } from "bun:test"
import { schedulerError } from "@reefkv/scheduler"
import { metapb } from "@reefkv/wire"
import { Deferred, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { makeAddressBook } from "../../src/transport/AddressBook.ts"

const bookOf = (getStore: (id: number) => Effect.Effect<metapb.Store, ReturnType<typeof schedulerError>>) =>
  Effect.runPromise(makeAddressBook({ getStore }))
const found = (store: Partial<metapb.Store>) => Effect.succeed(metapb.Store.create({ id: 1, ...store }))

test("concurrent questions share one answer, which is kept until it is forgotten", async () => {
  let asked = 0
  const gate = Deferred.makeUnsafe<void>()
  const book = await bookOf(() => {
    asked++
    return Effect.andThen(Deferred.await(gate), found({ address: "a:1" }))
  })
  const all = Effect.runPromise(
    Effect.all(
      Array.from({ length: 20 }, () => book.addressOf(1)),
      { concurrency: "unbounded" }
    )
  )
  Deferred.doneUnsafe(gate, Effect.void)
  expect(new Set(await all)).toEqual(new Set(["a:1"]))
  expect(asked).toBe(1)
  await Effect.runPromise(book.addressOf(1))
  expect(asked).toBe(1)
  await Effect.runPromise(book.forget(1))
  await Effect.runPromise(book.addressOf(1))
  expect(asked).toBe(2)
})

test("a failure is asked again", async () => {
  let asked = 0
  const book = await bookOf(() =>
    ++asked === 1 ? Effect.fail(schedulerError("unavailable", "nobody")) : found({ address: "a:1" })
  )
  expect((await Effect.runPromise(Effect.flip(book.addressOf(1)))).message).toBe("store 1: nobody")
  expect(await Effect.runPromise(book.addressOf(1))).toBe("a:1")
})

test("while the scheduler is away the last address serves, and is asked for again each time", async () => {
  const answers: Array<Effect.Effect<metapb.Store, ReturnType<typeof schedulerError>>> = [
    found({ address: "a:1" }),
    Effect.fail(schedulerError("unavailable", "nobody")),
    found({ address: "b:1" }),
    Effect.fail(schedulerError("notFound", "no such store")),
    Effect.fail(schedulerError("unavailable", "nobody"))
  ]
  const book = await bookOf(() => answers.shift()!)
  const next = async () => {
    const address = await Effect.runPromise(
      Effect.match(book.addressOf(1), { onSuccess: (a) => a, onFailure: (e) => e.message })
    )
    await Effect.runPromise(book.forget(1))
    return address
  }
  expect(await next()).toBe("a:1")
  // Not kept: the next question goes to the scheduler although nobody forgot the address.
  expect(await Effect.runPromise(book.addressOf(1))).toBe("a:1")
  expect(await next()).toBe("b:1")
  expect(await next()).toBe("store 1: no such store")
  expect(await next()).toBe("store 1: nobody")
})

test("a scheduler that does not answer holds up nobody whose last address is known", () =>
  Effect.runPromise(
    Effect.gen(function* () {
      let asked = 0
      const book = yield* makeAddressBook({
        getStore: () => (++asked === 1 ? found({ address: "a:1" }) : Effect.never)
      })
      yield* book.addressOf(1)
      yield* book.forget(1)
      const fiber = yield* Effect.forkChild(book.addressOf(1))
      yield* TestClock.adjust(2_000)
      expect(fiber.pollUnsafe()).toBeDefined()
      expect(yield* Fiber.join(fiber)).toBe("a:1")
    }).pipe(Effect.provide(TestClock.layer()))
  ))

test("the peer address goes before the client address; tombstones and nonsense are refused in words", async () => {
  const of = async (store: Partial<metapb.Store>) => {
    const book = await bookOf(() => found(store))
    return Effect.runPromise(Effect.match(book.addressOf(1), { onSuccess: (a) => a, onFailure: (e) => e.message }))
  }
  expect(await of({ address: "a:1", peerAddress: "b:2" })).toBe("b:2")
  expect(await of({ address: "a:1", state: metapb.StoreState.Tombstone })).toBe("store 1 is a tombstone")
  expect(await of({ address: "a:1", state: metapb.StoreState.Offline })).toBe("a:1")
  expect(await of({ address: "nonsense" })).toContain("is not host:port")
})
