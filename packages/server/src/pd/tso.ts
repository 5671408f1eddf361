/**
 * `PD.Tso`: timestamps, the one call every transaction makes.
 *
 * All requests that wait on a stream share one grant of the scheduler: the grant's range is cut into theirs in the order
 * they came. Each reply carries the LARGEST timestamp of its share; the client counts down from it. Source: CONTRACT of
 * pd `client/clients/tso`: a count that is not echoed kills the stream, a step back aborts the Go client's process.
 */

import { type Binding, bidi } from "@reefkv/grpc"
import { pdpb, services } from "@reefkv/wire"
import { Effect } from "effect"
import { orderedStream } from "./OrderedStream.ts"
import { okHeader, type PdContext } from "./pdCall.ts"

/** Most timestamps one request may ask for, and most of one grant. Source: pd `client` maxMergeTSORequests. */
export const TSO_COUNT_MAX = 10_000

/** Both names of the one allocator there is: new clients send nothing, old ones `global`. */
const isGlobal = (dcLocation: string): boolean => dcLocation === "" || dcLocation === "global"

const checkRequest = (request: pdpb.TsoRequest): string | undefined => {
  if (!isGlobal(request.dcLocation)) {
    return `unknown dc-location ${JSON.stringify(request.dcLocation)}; this cluster has only the global allocator`
  }
  return request.count >= 1 && request.count <= TSO_COUNT_MAX
    ? undefined
    : `tso count must be between 1 and ${TSO_COUNT_MAX}, found ${request.count}`
}

const batchSize = (waiting: ReadonlyArray<pdpb.TsoRequest>): number => {
  let total = 0
  let size = 0
  for (const request of waiting) {
    total += request.count
    if (total > TSO_COUNT_MAX && size > 0) break
    size++
  }
  return size
}

export const tsoBinding = (pd: PdContext): Binding =>
  bidi(services.PD.methods.Tso, (sink, flow) =>
    orderedStream<pdpb.TsoRequest, pdpb.TsoResponse>(
      pd,
      {
        check: checkRequest,
        batchSize,
        answer: (batch) => {
          const total = batch.reduce((sum, request) => sum + request.count, 0)
          return Effect.map(pd.scheduler.tso(total), ({ physical, logical }) => {
            let last = logical - total
            return batch.map((request) => {
              last += request.count
              return pdpb.TsoResponse.create({
                header: okHeader(pd),
                count: request.count,
                timestamp: { physical, logical: last, suffixBits: 0 }
              })
            })
          })
        }
      },
      sink,
      flow
    )
  )
