/**
 * From one membership to the next (Raft thesis 4; etcd-io/raft `confchange/`). Three ways: `simple` changes at most one
 * voter directly; `enterJoint` keeps the old voters as outgoing half and edits the incoming one; `leaveJoint` drops the
 * outgoing half. Pure: each returns a new membership or the reason why there is none.
 *
 * Every step is idempotent by (type, id): adding a voter that votes, or removing a stranger, changes nothing.
 */
import { checkMembership, isJoint, sortedIds } from "./membership.ts"
import type { ConfChangeSingle, ConfChangeV2, ConfState } from "./types.ts"

export type ConfChangeOutcome =
  | { readonly ok: true; readonly confState: ConfState }
  | { readonly ok: false; readonly problem: string }

interface Draft {
  readonly voters: Set<number>
  readonly learners: Set<number>
  readonly votersOutgoing: Set<number>
  readonly learnersNext: Set<number>
}

/** No changes and no wish to enter a joint configuration. */
export function wantsLeaveJoint(cc: ConfChangeV2): boolean {
  return cc.transition === "auto" && cc.changes.length === 0
}

/** More than one change, or an explicit wish, takes a joint configuration. */
export function wantsEnterJoint(cc: ConfChangeV2): boolean {
  return cc.transition !== "auto" || cc.changes.length > 1
}

/** The membership after `cc`. */
export function changeMembership(current: ConfState, cc: ConfChangeV2): ConfChangeOutcome {
  if (wantsLeaveJoint(cc)) return leaveJointMembership(current)
  if (wantsEnterJoint(cc)) return enterJointMembership(current, cc.changes, cc.transition !== "explicit")
  return changeSimply(current, cc.changes)
}

export function changeSimply(current: ConfState, changes: ReadonlyArray<ConfChangeSingle>): ConfChangeOutcome {
  if (isJoint(current)) return { ok: false, problem: "a simple change inside a joint configuration" }
  const draft = draftOf(current)
  applyChanges(draft, changes)
  let moved = 0
  for (const id of current.voters) if (!draft.voters.has(id)) moved++
  for (const id of draft.voters) if (!current.voters.includes(id)) moved++
  if (moved > 1) return { ok: false, problem: "more than one voter changes without a joint configuration" }
  return finish(draft, false)
}

export function enterJointMembership(
  current: ConfState,
  changes: ReadonlyArray<ConfChangeSingle>,
  autoLeave: boolean
): ConfChangeOutcome {
  if (isJoint(current)) return { ok: false, problem: "already in a joint configuration" }
  if (current.voters.length === 0) return { ok: false, problem: "a group without voters cannot become joint" }
  const draft = draftOf(current)
  for (const id of current.voters) draft.votersOutgoing.add(id)
  applyChanges(draft, changes)
  return finish(draft, autoLeave)
}

export function leaveJointMembership(current: ConfState): ConfChangeOutcome {
  if (!isJoint(current)) return { ok: false, problem: "not in a joint configuration" }
  const draft = draftOf(current)
  for (const id of draft.learnersNext) draft.learners.add(id)
  draft.learnersNext.clear()
  draft.votersOutgoing.clear()
  return finish(draft, false)
}

function draftOf(c: ConfState): Draft {
  return {
    voters: new Set(c.voters),
    learners: new Set(c.learners),
    votersOutgoing: new Set(c.votersOutgoing),
    learnersNext: new Set(c.learnersNext)
  }
}

function applyChanges(draft: Draft, changes: ReadonlyArray<ConfChangeSingle>): void {
  for (const { type, nodeId } of changes) {
    // Id 0 marks a change that was cancelled after it was written down.
    if (nodeId === 0) continue
    if (type === "addNode") {
      remove(draft, nodeId)
      draft.voters.add(nodeId)
    } else if (type === "removeNode") remove(draft, nodeId)
    else if (!draft.learners.has(nodeId)) {
      remove(draft, nodeId)
      // Still a voter of the outgoing half: it may not be both, so it waits until the joint configuration is left.
      if (draft.votersOutgoing.has(nodeId)) draft.learnersNext.add(nodeId)
      else draft.learners.add(nodeId)
    }
  }
}

/** Takes `id` out of everything but the outgoing half, which only leaving may change. */
function remove(draft: Draft, id: number): void {
  draft.voters.delete(id)
  draft.learners.delete(id)
  draft.learnersNext.delete(id)
}

function finish(draft: Draft, autoLeave: boolean): ConfChangeOutcome {
  if (draft.voters.size === 0) return { ok: false, problem: "no voter would be left" }
  const confState: ConfState = {
    voters: sortedIds(draft.voters),
    learners: sortedIds(draft.learners),
    votersOutgoing: sortedIds(draft.votersOutgoing),
    learnersNext: sortedIds(draft.learnersNext),
    autoLeave
  }
  const problem = checkMembership(confState)
  return problem === undefined ? { ok: true, confState } : { ok: false, problem }
}
