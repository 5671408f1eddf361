/**
 * Requests and answers between hosts, as bytes. A call ends exactly once on the calling host: with the answer, `refused`
 * (nobody listens: certainly not done), or `lost` (no answer in time, or a broken connection: nobody knows). Neither direction is ever doubled,
 * as on a connection.
 */
import { Effect } from "effect"
import type { Host } from "../world/Host.ts"
import { markAlso, markOfText } from "../world/Trace.ts"
import type { World } from "../world/World.ts"
import type { Network } from "./Network.ts"

export type Reply = (bytes: Uint8Array) => void
export type Handler = (from: Host, bytes: Uint8Array, reply: Reply) => void

export type CallEnd =
  | { readonly _tag: "Answered"; readonly bytes: Uint8Array }
  | { readonly _tag: "Refused" }
  | { readonly _tag: "Lost" }

const refused: CallEnd = { _tag: "Refused" }
const lost: CallEnd = { _tag: "Lost" }

/** What the trace says of a method's frames. */
interface Labels {
  readonly request: Label
  readonly answer: Label
  readonly refusal: Label
}
interface Label {
  readonly label: string
  readonly mark: number
}
const labelOf = (text: string): Label => ({ label: text, mark: markOfText(text) })

export class Rpc {
  private readonly labels = new Map<string, Labels>()
  private readonly network: Network
  private readonly world: World
  /** By the host's index. */
  private readonly handlers = new Map<
    number,
    { readonly generation: number; readonly byMethod: Map<string, Handler> }
  >()

  constructor(world: World, network: Network) {
    this.world = world
    this.network = network
  }

  /** What this incarnation of the host answers; nothing is answered before, or after it died. */
  serve(host: Host, handlers: Readonly<Record<string, Handler>>): void {
    const known = this.handlers.get(host.index)
    const byMethod = known?.generation === host.generation ? known.byMethod : new Map<string, Handler>()
    for (const [method, handler] of Object.entries(handlers)) byMethod.set(method, handler)
    this.handlers.set(host.index, { generation: host.generation, byMethod })
  }

  /** A frame that wants no answer has arrived at `to`. */
  deliver(to: Host, from: Host, method: string, bytes: Uint8Array): void {
    const served = this.handlers.get(to.index)
    if (served?.generation === to.generation) served.byMethod.get(method)?.(from, bytes, () => {})
  }

  /** From an event of `from`; `done` runs in a later event of it, or never when that incarnation ends. */
  call(
    from: Host,
    to: Host,
    method: string,
    bytes: Uint8Array,
    timeoutMs: number,
    done: (end: CallEnd) => void
  ): () => void {
    const { world, network } = this
    let open = true
    const finish = (end: CallEnd): void => {
      if (!open) return
      open = false
      timer.run = undefined
      done(end)
    }
    const timer = world.after(timeoutMs / from.rate, from, () => finish(lost))
    const callerGeneration = from.generation
    const labels = this.labelsOf(method)
    const onReset = {
      host: from,
      run: () => {
        if (from.generation === callerGeneration) finish(lost)
      }
    }
    network.send({
      from,
      to,
      label: labels.request.label,
      mark: markAlso(labels.request.mark, bytes.length),
      kind: "call",
      onRefused: () => finish(refused),
      onReset,
      deliver: () => {
        const served = this.handlers.get(to.index)
        const handler = served?.generation === to.generation ? served.byMethod.get(method) : undefined
        if (handler === undefined) {
          network.send({
            from: to,
            to: from,
            ...labels.refusal,
            kind: "call",
            onReset,
            deliver: () => finish(refused)
          })
          return
        }
        let replied = false
        handler(from, bytes, (answer) => {
          if (replied) world.fail(`${to.name} answered ${method} twice`)
          replied = true
          network.send({
            from: to,
            to: from,
            label: labels.answer.label,
            mark: markAlso(labels.answer.mark, answer.length),
            kind: "call",
            onReset,
            deliver: () => {
              if (from.generation === callerGeneration) finish({ _tag: "Answered", bytes: answer })
            }
          })
        })
      }
    })
    return () => {
      open = false
      timer.run = undefined
    }
  }

  private labelsOf(method: string): Labels {
    let labels = this.labels.get(method)
    if (labels === undefined) {
      labels = {
        request: labelOf(method),
        answer: labelOf(`${method} answer`),
        refusal: labelOf(`${method} refused`)
      }
      this.labels.set(method, labels)
    }
    return labels
  }

  /** The same for fibers of the calling host. */
  ask(from: Host, to: Host, method: string, bytes: Uint8Array, timeoutMs: number): Effect.Effect<CallEnd> {
    return Effect.callback((resume) => {
      const cancel = this.call(from, to, method, bytes, timeoutMs, (end) => resume(Effect.succeed(end)))
      return Effect.sync(cancel)
    })
  }
}
