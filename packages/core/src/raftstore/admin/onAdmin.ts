/** Admin requests as they enter the loop: checked, then each to the file that knows its life. */

import { wake } from "../hibernate.ts"
import { deadlineExceeded, deadlineOf, proposeAdmin } from "../propose.ts"
import type { AdminDone, AdminRequest, Answer } from "../Router.ts"
import {
  checkRequest,
  type Needs,
  needsOfCompact,
  needsOfConfChange,
  needsOfSplit,
  needsOfTransfer
} from "../requestChecks.ts"
import type { StoreState } from "../StoreState.ts"
import { proposeCompactLog } from "./compactLog.ts"
import { proposeConfChange } from "./confChange.ts"
import { computeHashCommand } from "./consistency.ts"
import { askSplit } from "./split.ts"
import { transferLeader } from "./transferLeader.ts"

const needsOf = (command: AdminRequest["command"]): Needs => {
  switch (command.type) {
    case "split":
      return needsOfSplit
    case "changePeers":
    case "leaveJoint":
      return needsOfConfChange
    case "transferLeader":
      return needsOfTransfer
    case "compactLog":
    case "consistencyCheck":
      return needsOfCompact
  }
}

export const onAdmin = (store: StoreState, request: AdminRequest, answer: Answer<AdminDone>): void => {
  const { header, command } = request
  const peer = store.peers.get(header.regionId)
  if (peer?.hibernating) wake(peer)
  const deadlineMs = deadlineOf(store, header.deadlineMs)
  const refusal =
    checkRequest(store, peer, header, needsOf(command)) ?? (deadlineMs <= store.nowMs ? deadlineExceeded : undefined)
  if (refusal !== undefined || peer === undefined) {
    store.answers.add(answer, refusal ?? { _tag: "RegionNotFound", regionId: header.regionId })
    return
  }
  store.touch(peer)
  switch (command.type) {
    case "split":
      askSplit(store, peer, command.splitKeys, deadlineMs, answer)
      break
    case "changePeers":
      proposeConfChange(store, peer, command.changes, deadlineMs, answer)
      break
    case "leaveJoint":
      proposeConfChange(store, peer, [], deadlineMs, answer)
      break
    case "transferLeader":
      transferLeader(store, peer, command.peer, answer)
      break
    case "compactLog":
      proposeCompactLog(store, peer, command.index, deadlineMs, answer)
      break
    case "consistencyCheck":
      proposeAdmin(store, peer, computeHashCommand, deadlineMs, answer)
  }
}
