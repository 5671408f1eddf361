/**
 * Atomic raw commands: compare-and-swap, and the puts and deletes that ask to be ordered with it (`for_cas`).
 *
 * A swap: wait for the key's latch → read the present value → compare → propose the write in the term of the read →
 * release when it is applied. The latch keeps other atomic commands of this store out; the term keeps those of another
 * leader out, since the proposal is refused once leadership was lost in between.
 *
 * The write has no deadline, on purpose. A proposal given up at its deadline may still be applied, and a later swap that
 * had read the value before it would then overwrite a state it never compared with. So the latch is held until the
 * outcome is known, and the answer comes as late as that. A store that stops or loses leadership answers all its
 * proposals, and the next leader has applied what survived before it serves a read.
 */
import { type RequestHeader, toErrorpb, type WriteCommand } from "@reefkv/core"
import { EMPTY, equalBytes, type errorpb, kvrpcpb, regionError } from "@reefkv/wire"
import type { DataFamily } from "./checks.ts"
import { KeyLatches } from "./KeyLatches.ts"
import { keyOutside, type RegionAccess } from "./RegionAccess.ts"

const NO_DEADLINE_MS = Number.MAX_SAFE_INTEGER

export interface Swap {
  readonly header: RequestHeader
  readonly cf: DataFamily
  /** In stored form. */
  readonly key: Uint8Array
  /** The user's value that must be there; undefined: there must be none. */
  readonly expected: Uint8Array | undefined
  readonly command: WriteCommand
}

export class CompareAndSwap {
  private readonly access: RegionAccess
  private readonly latches: KeyLatches

  constructor(access: RegionAccess) {
    this.access = access
    this.latches = new KeyLatches(access.config.latchWaitersMax)
  }

  get latchedKeys(): number {
    return this.latches.size
  }

  swap(swap: Swap, done: (response: kvrpcpb.RawCASResponse) => void): void {
    const { header, key } = swap
    const accepted = this.latches.acquire([latchKey(swap.cf, key)], (release) => {
      const finish = (part: Partial<kvrpcpb.RawCASResponse>): void => {
        release()
        done(kvrpcpb.RawCASResponse.create(part))
      }
      this.access.router.read({ header, keys: [key], replicaRead: false }, (readable) => {
        if (readable._tag !== "Readable") {
          finish({ regionError: toErrorpb(readable) })
          return
        }
        const outside = keyOutside([key], readable.region)
        if (outside !== undefined) {
          finish({ regionError: toErrorpb(outside) })
          return
        }
        let current: Uint8Array | undefined
        const failure = this.access.failureOf(readable.region.id, () => {
          current = this.access.live(readable.view.get(swap.cf, key))?.value
        })
        if (failure !== undefined) {
          finish({ regionError: failure })
          return
        }
        const before = { previousNotExist: current === undefined, previousValue: current ?? EMPTY }
        if (!matches(swap.expected, current)) {
          finish({ ...before, succeed: false })
          return
        }
        this.access.router.write(
          { header: { ...header, term: readable.term, deadlineMs: NO_DEADLINE_MS }, commands: [swap.command] },
          (result) =>
            finish(result._tag === "Written" ? { ...before, succeed: true } : { regionError: toErrorpb(result) })
        )
      })
    })
    if (!accepted) done(kvrpcpb.RawCASResponse.create({ regionError: this.busy() }))
  }

  /** Writes that take their turn with the swaps of their keys. */
  write(
    request: { readonly header: RequestHeader; readonly commands: ReadonlyArray<WriteCommand> },
    done: (response: { regionError: errorpb.Error | undefined; error: string }) => void
  ): void {
    const keys = request.commands.map((command) => {
      if (command.type === "deleteRange") throw new Error("CompareAndSwap: a range has no latch")
      return latchKey(command.cf, command.key)
    })
    const accepted = this.latches.acquire(keys, (release) => {
      const { deadlineMs } = request.header
      if (deadlineMs !== 0 && this.access.clocks.monotonicMs() > deadlineMs) {
        release()
        done({ regionError: regionError.deadlineExceeded(), error: "" })
        return
      }
      const header = { ...request.header, deadlineMs: NO_DEADLINE_MS }
      this.access.router.write({ header, commands: request.commands }, (result) => {
        release()
        done({ regionError: result._tag === "Written" ? undefined : toErrorpb(result), error: "" })
      })
    })
    if (!accepted) done({ regionError: this.busy(), error: "" })
  }

  private busy(): errorpb.Error {
    return regionError.serverIsBusy(`${this.access.config.latchWaitersMax} atomic commands wait for one key`)
  }
}

const matches = (expected: Uint8Array | undefined, current: Uint8Array | undefined): boolean =>
  expected === undefined || current === undefined ? expected === current : equalBytes(expected, current)

const latchKey = (cf: DataFamily, key: Uint8Array): string =>
  `${cf}/${Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1")}`
