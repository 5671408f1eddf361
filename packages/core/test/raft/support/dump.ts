/** Raft values as short lines for scripts: `index@term`, `from>to kind@term`. */
import { campaignTransfer, type Message, MessageType, messageTypeNames } from "../../../src/raft/message.ts"
import { decodeRound } from "../../../src/raft/readOnly.ts"
import type { Ready } from "../../../src/raft/ready.ts"
import { type ConfState, type Entry, EntryKind, type Status } from "../../../src/raft/types.ts"
import { decodeConfChange, unbytes } from "./Cluster.ts"

export function dumpEntry(e: Entry): string {
  const at = `${e.index}@${e.term}`
  if (e.kind !== EntryKind.confChangeV2) return `${at} "${unbytes(e.data)}"`
  const { transition, changes } = decodeConfChange(e.data)
  if (changes.length === 0) return `${at} leave`
  const letters = { addNode: "v", removeNode: "r", addLearnerNode: "l" } as const
  const list = changes.map((c) => `${letters[c.type]}${c.nodeId}`).join(" ")
  return `${at} change ${list}${transition === "auto" ? "" : ` ${transition}`}`
}

export function dumpEntries(entries: ReadonlyArray<Entry>): string {
  return `[${entries.map(dumpEntry).join(", ")}]`
}

export function dumpConfState(c: ConfState): string {
  const parts = [`voters=${c.voters.join(",")}`]
  if (c.votersOutgoing.length > 0) parts.push(`outgoing=${c.votersOutgoing.join(",")}`)
  if (c.learners.length > 0) parts.push(`learners=${c.learners.join(",")}`)
  if (c.learnersNext.length > 0) parts.push(`learnersNext=${c.learnersNext.join(",")}`)
  if (c.autoLeave) parts.push("autoLeave")
  return parts.join(" ")
}

export function dumpMessage(m: Message): string {
  const head = `${m.from}>${m.to} ${messageTypeNames[m.type]}@${m.term}`
  switch (m.type) {
    case MessageType.append:
      return `${head} prev=${m.index}@${m.logTerm} commit=${m.commit} ${dumpEntries(m.entries)}`
    case MessageType.appendResponse:
      if (m.requestSnapshot > 0) return `${head} wants a snapshot from ${m.requestSnapshot}`
      return m.reject ? `${head} refused=${m.index} hint=${m.rejectHint}@${m.logTerm}` : `${head} match=${m.index}`
    case MessageType.requestVote:
    case MessageType.requestPreVote: {
      const forced = m.context.length === campaignTransfer.length ? " transfer" : ""
      return `${head} last=${m.index}@${m.logTerm}${forced}`
    }
    case MessageType.requestVoteResponse:
    case MessageType.requestPreVoteResponse:
      return `${head} ${m.reject ? "refused" : "granted"}`
    case MessageType.heartbeat:
      return `${head} round=${decodeRound(m.context)} commit=${m.commit}`
    case MessageType.heartbeatResponse:
      return `${head} round=${decodeRound(m.context)}`
    case MessageType.snapshot: {
      const s = m.snapshot?.metadata
      return s === undefined ? head : `${head} at=${s.index}@${s.term} ${dumpConfState(s.confState)}`
    }
    case MessageType.readIndex:
      return `${head} ${unbytes(m.entries[0]!.data)}`
    case MessageType.readIndexResponse:
      return `${head} ${unbytes(m.entries[0]!.data)} index=${m.index}`
    default:
      return head
  }
}

export function dumpReady(id: number, ready: Ready): ReadonlyArray<string> {
  const lines = [`${id} ready${ready.mustSync ? " sync" : ""}`]
  if (ready.softState !== undefined) lines.push(`  role=${ready.softState.role} leader=${ready.softState.leader}`)
  if (ready.hardState !== undefined) {
    const { term, vote, commit } = ready.hardState
    lines.push(`  term=${term} vote=${vote} commit=${commit}`)
  }
  for (const m of ready.messages) lines.push(`  send ${dumpMessage(m)}`)
  if (ready.snapshot !== undefined) {
    const { index, term, confState } = ready.snapshot.metadata
    lines.push(`  install ${index}@${term} ${dumpConfState(confState)}`)
  }
  if (ready.entries.length > 0) lines.push(`  append ${dumpEntries(ready.entries)}`)
  for (const m of ready.messagesAfterSync) lines.push(`  send after sync ${dumpMessage(m)}`)
  for (const { index, context } of ready.readStates) lines.push(`  read ${unbytes(context)} at ${index}`)
  if (ready.committedEntries.length > 0) lines.push(`  apply ${dumpEntries(ready.committedEntries)}`)
  return lines
}

export function dumpState(s: Status, lastTerm: number): string {
  const transferee = s.leadTransferee === 0 ? "" : ` transferee=${s.leadTransferee}`
  return `${s.id} ${s.role}@${s.term} leader=${s.leader} last=${s.lastIndex}@${lastTerm} commit=${s.commit} applied=${s.applied} ${dumpConfState(s.confState)}${transferee}`
}

export function dumpProgress(s: Status): ReadonlyArray<string> {
  return [...s.progress].map(([id, pr]) => {
    const parts = [`${id} ${pr.state} match=${pr.match} next=${pr.next}`]
    if (pr.isLearner) parts.push("learner")
    if (pr.paused) parts.push("paused")
    if (pr.pendingSnapshot > 0) parts.push(`snapshot=${pr.pendingSnapshot}`)
    if (!pr.recentActive) parts.push("inactive")
    if (pr.inflightMessages > 0) parts.push(`inflight=${pr.inflightMessages}`)
    return parts.join(" ")
  })
}
