/**
 * The gateway for messages of other peers: what passes it cannot make anything behind it throw. Checks only what a message
 * says about itself and who may send it; whether it fits our log is for the roles to decide.
 */
import { isMember } from "./membership.ts"
import { isLocalMessage, isResponse, type Message, MessageType } from "./message.ts"
import type { ConfState, StepRefusal } from "./types.ts"

export function checkMessage(m: Message, selfId: number, confState: ConfState): StepRefusal | undefined {
  const type = m.type
  if (isLocalMessage(type)) return "localMessage"
  if (m.to !== selfId) return "wrongPeer"
  if (isResponse(type) && !isMember(confState, m.from)) return "unknownPeer"
  switch (type) {
    case MessageType.requestVote:
    case MessageType.requestPreVote:
    case MessageType.heartbeat:
      return m.term === 0 ? "malformed" : undefined
    case MessageType.append: {
      if (m.term === 0) return "malformed"
      let term = m.logTerm
      const entries = m.entries
      for (let i = 0; i < entries.length; i++) {
        const entry = entries[i]!
        if (entry.index !== m.index + 1 + i || entry.term < term || entry.term > m.term) return "malformed"
        term = entry.term
      }
      return undefined
    }
    case MessageType.snapshot:
      return m.snapshot === undefined || m.snapshot.metadata.term > m.term ? "malformed" : undefined
    case MessageType.readIndex:
    case MessageType.readIndexResponse:
      return m.entries.length === 1 ? undefined : "malformed"
    default:
      return undefined
  }
}
