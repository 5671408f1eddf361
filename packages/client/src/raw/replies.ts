/** What replies hold, in the form callers get it: user keys, bytes of their own. */
import type { KeyCodec, kvrpcpb } from "@reefkv/wire"
import { own } from "../Bytes.ts"
import { KvError } from "../KvError.ts"
import type { Entry } from "./RawClient.ts"

export const valueOf = (reply: kvrpcpb.RawGetResponse): Uint8Array | undefined =>
  reply.notFound ? undefined : own(reply.value)

/** A reply of pairs has no field for a refusal: it is the error of a pair. */
export const entriesOf = (codec: KeyCodec, pairs: ReadonlyArray<kvrpcpb.KvPair>): Array<Entry> | KvError => {
  const entries: Array<Entry> = []
  for (const pair of pairs) {
    if (pair.error !== undefined) return refusalOf(pair.error)
    entries.push([own(codec.decodeKey(pair.key)), own(pair.value)])
  }
  return entries
}

export const refusalOf = (error: kvrpcpb.KeyError): KvError =>
  new KvError({ reason: "refused", message: error.abort || error.retryable || "the store refused without a word" })
