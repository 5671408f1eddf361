/**
 * Raft traffic between our own stores carries a checksum in each message (wire's `sealed`): a byte that changes on the way
 * would otherwise be appended to a follower's log and stay there, and the replicas would differ for good.
 *
 * The sender says so in a header of the call; then a message without its right checksum ends the stream, and Raft sends
 * again. TiKV's stores neither say it nor look for it: they skip the additional field.
 */
import type { Call } from "@reefkv/grpc"
import { type Codec, sealed, services, WireError } from "@reefkv/wire"

const sealHeader = "reefkv-seal"
const sealKind = "crc32"
/** Goes with every call of the methods below. */
export const sealHeaders: { readonly [name: string]: string } = { [sealHeader]: sealKind }
/** The caller seals its messages. */
export const isSealed = (call: Call): boolean => call.metadata(sealHeader) === sealKind

const { BatchRaft, Snapshot } = services.Tikv.methods
export const sealedBatchRaft = { ...BatchRaft, request: sealed(BatchRaft.request) }
export const sealedSnapshot = { ...Snapshot, request: sealed(Snapshot.request) }

/** The same method; `onBroken` is called for each message whose seal is wrong or missing, before its stream ends. */
export const watchSeals = <Q, M extends { readonly request: Codec<Q> }>(method: M, onBroken: () => void): M => ({
  ...method,
  request: {
    ...method.request,
    decode: (reader, end) => {
      try {
        return method.request.decode(reader, end)
      } catch (error) {
        if (error instanceof WireError && error.reason === "checksum-mismatch") onBroken()
        throw error
      }
    }
  }
})
