/**
 * Writes: RawPut, RawBatchPut, RawDelete, RawBatchDelete, RawDeleteRange, each one proposal and so all or nothing within
 * its region; and RawCompareAndSwap, with the writes that ask to be ordered with it, through `compareAndSwap.ts`.
 */
import { headerOf, toErrorpb, type WriteCommand } from "@reefkv/core"
import { compareBytes, encodeRawValue, type errorpb, kvrpcpb } from "@reefkv/wire"
import { checkKey, checkTtl, checkValue, type DataFamily } from "./checks.ts"
import type { CompareAndSwap } from "./compareAndSwap.ts"
import { storedRange, toStoredKey } from "./keyForm.ts"
import type { Done, RawCommands } from "./RawCommands.ts"
import type { RegionAccess } from "./RegionAccess.ts"

type WriteResponse = { regionError: errorpb.Error | undefined; error: string }

export const makeRawWrites = (
  access: RegionAccess,
  atomic: CompareAndSwap
): Pick<RawCommands, "put" | "batchPut" | "delete" | "batchDelete" | "deleteRange" | "compareAndSwap"> => {
  const { config, clocks, router } = access
  const api = config.apiVersion

  const putCommand = (cf: DataFamily, key: Uint8Array, value: Uint8Array, ttl: number): WriteCommand => {
    // The expiry is an instant, fixed here and stored: every replica applies the same bytes, whatever its clock says.
    const expirySeconds = ttl === 0 ? 0 : clocks.nowSeconds() + ttl
    return { type: "put", cf, key: toStoredKey(api, key), value: encodeRawValue(api, value, expirySeconds) }
  }
  const deleteCommand = (cf: DataFamily, key: Uint8Array): WriteCommand => ({
    type: "delete",
    cf,
    key: toStoredKey(api, key)
  })
  const write = (
    request: { readonly context: kvrpcpb.Context | undefined; readonly forCas: boolean },
    deadlineMs: number,
    commands: ReadonlyArray<WriteCommand>,
    done: Done<WriteResponse>
  ): void => {
    const header = headerOf(request.context, deadlineMs)
    if (commands.length === 0) done({ regionError: undefined, error: "" })
    else if (request.forCas) atomic.write({ header, commands }, done)
    else {
      router.write({ header, commands }, (result) =>
        done({ regionError: result._tag === "Written" ? undefined : toErrorpb(result), error: "" })
      )
    }
  }

  return {
    put: (request, deadlineMs, done) => {
      const wrong =
        checkKey(config, request.context, request.key) ??
        checkValue(config, request.value) ??
        checkTtl(config, request.ttl)
      const cf = access.accept(request, wrong)
      if (typeof cf !== "string") done({ regionError: undefined, error: cf.refused })
      else write(request, deadlineMs, [putCommand(cf, request.key, request.value, request.ttl)], done)
    },

    batchPut: (request, deadlineMs, done) => {
      const { pairs, ttls } = request
      let wrong: string | undefined
      if (ttls.length > 1 && ttls.length !== pairs.length) {
        wrong = `the request has ${pairs.length} pairs and ${ttls.length} ttls; expected none, one for all, or one for each`
      }
      for (const ttl of ttls) wrong ??= checkTtl(config, ttl)
      for (const { key, value } of pairs) wrong ??= checkKey(config, request.context, key) ?? checkValue(config, value)
      const cf = access.accept(request, wrong)
      if (typeof cf !== "string") {
        done({ regionError: undefined, error: cf.refused })
        return
      }
      const ttlOf = (i: number): number => ttls[ttls.length === 1 ? 0 : i] ?? 0
      const commands = pairs.map(({ key, value }, i) => putCommand(cf, key, value, ttlOf(i)))
      write(request, deadlineMs, commands, done)
    },

    delete: (request, deadlineMs, done) => {
      const cf = access.accept(request, checkKey(config, request.context, request.key))
      if (typeof cf !== "string") done({ regionError: undefined, error: cf.refused })
      else write(request, deadlineMs, [deleteCommand(cf, request.key)], done)
    },

    batchDelete: (request, deadlineMs, done) => {
      let wrong: string | undefined
      for (const key of request.keys) wrong ??= checkKey(config, request.context, key)
      const cf = access.accept(request, wrong)
      if (typeof cf !== "string") done({ regionError: undefined, error: cf.refused })
      else {
        const commands = request.keys.map((key) => deleteCommand(cf, key))
        write(request, deadlineMs, commands, done)
      }
    },

    deleteRange: ({ context, cf: name, startKey, endKey }, deadlineMs, done) => {
      const range = storedRange(config, context, { start: startKey, end: endKey })
      const cf = access.accept({ context, cf: name }, "refused" in range ? range.refused : undefined)
      if (typeof cf !== "string" || "refused" in range) {
        done({ regionError: undefined, error: typeof cf === "string" ? "" : cf.refused })
        return
      }
      const isEmpty = range.end.length > 0 && compareBytes(range.start, range.end) === 0
      const commands: ReadonlyArray<WriteCommand> = isEmpty ? [] : [{ type: "deleteRange", cf, ...range }]
      write({ context, forCas: false }, deadlineMs, commands, done)
    },

    compareAndSwap: (request, deadlineMs, done) => {
      const { context, key, value, ttl } = request
      const wrong = checkKey(config, context, key) ?? checkValue(config, value) ?? checkTtl(config, ttl)
      const cf = access.accept(request, wrong)
      if (typeof cf !== "string") {
        done(kvrpcpb.RawCASResponse.create({ error: cf.refused }))
        return
      }
      const swap = {
        header: headerOf(context, deadlineMs),
        cf,
        key: toStoredKey(api, key),
        expected: request.previousNotExist ? undefined : request.previousValue,
        command: request.delete ? deleteCommand(cf, key) : putCommand(cf, key, value, ttl)
      }
      atomic.swap(swap, done)
    }
  }
}
