/**
 * Questions about a membership. It is a `ConfState` whose id lists are sorted and free of repetition; `normalizeConfState`
 * makes one, `confChange.ts` derives the next one. Values are never changed in place.
 */
import { fail } from "./assert.ts"
import type { ConfState } from "./types.ts"

export const emptyMembership: ConfState = {
  voters: [],
  learners: [],
  votersOutgoing: [],
  learnersNext: [],
  autoLeave: false
}

export function sortedIds(ids: Iterable<number>): ReadonlyArray<number> {
  return [...new Set(ids)].sort((a, b) => a - b)
}

export function isJoint(c: ConfState): boolean {
  return c.votersOutgoing.length > 0
}

/** Votes in either half. */
export function isVoter(c: ConfState, id: number): boolean {
  return c.voters.includes(id) || c.votersOutgoing.includes(id)
}

export function isMember(c: ConfState, id: number): boolean {
  return isVoter(c, id) || c.learners.includes(id)
}

/** Voters of both halves, ascending. */
export function allVoters(c: ConfState): ReadonlyArray<number> {
  return isJoint(c) ? sortedIds([...c.voters, ...c.votersOutgoing]) : c.voters
}

/** Voters and learners, ascending. */
export function allMembers(c: ConfState): ReadonlyArray<number> {
  return sortedIds([...c.voters, ...c.votersOutgoing, ...c.learners])
}

/** What is wrong with a membership, or undefined. */
export function checkMembership(c: ConfState): string | undefined {
  for (const id of c.learnersNext) {
    if (!c.votersOutgoing.includes(id)) return `${id} is to become a learner but is no outgoing voter`
    if (c.learners.includes(id)) return `${id} is to become a learner but is one already`
  }
  for (const id of c.learners) {
    if (c.voters.includes(id) || c.votersOutgoing.includes(id)) return `${id} is a learner and a voter`
  }
  if (!isJoint(c)) {
    if (c.learnersNext.length > 0) return "learnersNext outside a joint configuration"
    if (c.autoLeave) return "autoLeave outside a joint configuration"
  }
  return undefined
}

/** The same membership with sorted, unique ids. Throws when it contradicts itself: it came from our own storage. */
export function normalizeConfState(c: ConfState): ConfState {
  const normal: ConfState = {
    voters: sortedIds(c.voters),
    learners: sortedIds(c.learners),
    votersOutgoing: sortedIds(c.votersOutgoing),
    learnersNext: sortedIds(c.learnersNext),
    autoLeave: c.autoLeave
  }
  const problem = checkMembership(normal)
  if (problem !== undefined) fail(`invalid membership: ${problem}`)
  return normal
}
