/**
 * Watches that every accepted request is answered exactly once: a router that counts, put in front of the real one. A
 * second answer throws where it happens; what is still open when a store has stopped cleanly is a broken promise.
 */
import { Effect } from "effect"
import type { Answer, RouterService } from "../../../src/raftstore/Router.ts"

export interface CountedRouter {
  readonly router: RouterService
  /** Requests accepted and not answered yet. */
  readonly open: () => number
  readonly answered: () => number
}

export const countAnswers = (inner: RouterService): CountedRouter => {
  let open = 0
  let answered = 0
  const once = <Done>(what: string, answer: Answer<Done>): Answer<Done> => {
    let done = false
    open += 1
    return (result) => {
      if (done) throw new Error(`a ${what} was answered twice, the second time with ${JSON.stringify(result)}`)
      done = true
      open -= 1
      answered += 1
      answer(result)
    }
  }
  const router: RouterService = {
    ...inner,
    write: (request, answer) => inner.write(request, once("write", answer)),
    read: (request, answer) => inner.read(request, once("read", answer)),
    admin: (request, answer) => inner.admin(request, once(`${request.command.type} command`, answer)),
    writeEffect: (request) =>
      Effect.callback((resume) => router.write(request, (result) => resume(Effect.succeed(result)))),
    adminEffect: (request) =>
      Effect.callback((resume) => router.admin(request, (result) => resume(Effect.succeed(result)))),
    readEffect: (request, use) =>
      Effect.callback((resume) =>
        router.read(request, (result) => {
          resume(Effect.succeed(result._tag === "Readable" ? use(result) : result))
        })
      )
  }
  return { router, open: () => open, answered: () => answered }
}
