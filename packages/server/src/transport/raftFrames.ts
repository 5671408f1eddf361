/**
 * One pass's messages to one store, cut into frames: as few as fit under a size, in order. Sizes are estimated from what
 * can be large (entries, contexts, snapshot manifests), since encoding twice would cost more than a frame that is a
 * little off.
 */
import type { raft_serverpb } from "@reefkv/wire"

const MIB = 1024 * 1024
/** A frame is closed when the next message would take it past this. A single larger message is a frame of its own. */
export const FRAME_BYTES_MAX = 2 * MIB
/** What a message costs on the wire besides its byte fields: ids, epochs, two peers, tags. */
const MESSAGE_OVERHEAD_BYTES = 96
const ENTRY_OVERHEAD_BYTES = 16

/** About how many bytes the message takes when encoded. */
export const estimateBytes = (message: raft_serverpb.RaftMessage): number => {
  let bytes = MESSAGE_OVERHEAD_BYTES + message.startKey.length + message.endKey.length + message.extraCtx.length
  const inner = message.message
  if (inner === undefined) return bytes
  bytes += inner.context.length + (inner.snapshot?.data.length ?? 0)
  for (const entry of inner.entries) bytes += entry.data.length + entry.context.length + ENTRY_OVERHEAD_BYTES
  return bytes
}

export interface Frame {
  readonly messages: ReadonlyArray<raft_serverpb.RaftMessage>
  readonly bytes: number
}

export const framesOf = (
  messages: ReadonlyArray<raft_serverpb.RaftMessage>,
  bytesMax: number = FRAME_BYTES_MAX
): ReadonlyArray<Frame> => {
  const frames: Array<Frame> = []
  let start = 0
  let bytes = 0
  for (const [index, message] of messages.entries()) {
    const size = estimateBytes(message)
    if (index > start && bytes + size > bytesMax) {
      frames.push({ messages: messages.slice(start, index), bytes })
      start = index
      bytes = 0
    }
    bytes += size
  }
  if (messages.length > start) {
    frames.push({ messages: start === 0 ? messages : messages.slice(start), bytes })
  }
  return frames
}
