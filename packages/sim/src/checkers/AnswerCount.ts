/** Every accepted request is answered exactly once: a router whose answers are counted. */
import type { AdminDone, Answer, ReadDone, RouterService, WriteDone } from "@reefkv/core"
import type { World } from "../world/World.ts"

/** Requests that one store may hold unanswered; more means that somebody forgets to answer. */
const openMax = 20_000

export class AnswerCount {
  /** Requests without an answer. */
  open = 0
  private readonly world: World
  private readonly name: string

  constructor(world: World, name: string) {
    this.world = world
    this.name = name
  }

  wrap(router: RouterService): RouterService {
    const once = <Done>(what: string, answer: Answer<Done>): Answer<Done> => {
      let answered = false
      this.open++
      if (this.open > openMax) this.world.fail(`${this.name} has ${this.open} unanswered requests`)
      return (result) => {
        if (answered) this.world.fail(`${this.name} answered a ${what} twice`)
        else this.open--
        answered = true
        answer(result)
      }
    }
    return {
      ...router,
      write: (request, answer) => router.write(request, once<WriteDone>("write", answer)),
      read: (request, answer) => router.read(request, once<ReadDone>("read", answer)),
      admin: (request, answer) => router.admin(request, once<AdminDone>("admin", answer))
    }
  }
}
