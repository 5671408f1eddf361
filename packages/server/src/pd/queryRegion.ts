/**
 * `PD.QueryRegion`: region lookups of the present client-go, thousands of keys in one message, with no fall-back to the
 * unary calls. One reply per request, in order; the id lists are as long as the lists of keys, with 0 for "no region".
 * A scheduler that says no answers in `header.error`; the client then drops the stream by itself.
 */

import { type Binding, bidi } from "@reefkv/grpc"
import { pdpb, services } from "@reefkv/wire"
import { Effect } from "effect"
import { orderedStream } from "./OrderedStream.ts"
import { errorHeader, okHeader, type PdContext } from "./pdCall.ts"

/** Replies of one stream made before the first of them is written. */
const QUERY_BATCH_MAX = 16
/** Ids and keys of one message together; the largest message of client-go holds ten thousand. */
export const QUERY_ITEMS_MAX = 65_536

export const queryRegionBinding = (pd: PdContext): Binding => {
  const answerOne = (request: pdpb.QueryRegionRequest) =>
    pd.scheduler.queryRegion(request).pipe(
      Effect.map((found) => {
        assertLength("keys", found.keyIdMap.length, request.keys.length)
        assertLength("prev_keys", found.prevKeyIdMap.length, request.prevKeys.length)
        return pdpb.QueryRegionResponse.create({ header: okHeader(pd), ...found })
      }),
      Effect.catchIf(
        (error) => error.reason !== "unavailable",
        (error) => Effect.succeed(pdpb.QueryRegionResponse.create({ header: errorHeader(pd, error) }))
      )
    )
  return bidi(services.PD.methods.QueryRegion, (sink, flow) =>
    orderedStream<pdpb.QueryRegionRequest, pdpb.QueryRegionResponse>(
      pd,
      {
        check: (request) => {
          const items = request.ids.length + request.keys.length + request.prevKeys.length
          return items <= QUERY_ITEMS_MAX
            ? undefined
            : `a query of ${items} regions; at most ${QUERY_ITEMS_MAX} are taken`
        },
        batchSize: (waiting) => Math.min(waiting.length, QUERY_BATCH_MAX),
        answer: (batch) => Effect.forEach(batch, answerOne)
      },
      sink,
      flow
    )
  )
}

/** A shorter list crashes the client, so it must not leave this process. */
const assertLength = (name: string, actual: number, expected: number): void => {
  if (actual !== expected) throw new Error(`QueryRegion: ${actual} region ids for ${expected} ${name}`)
}
