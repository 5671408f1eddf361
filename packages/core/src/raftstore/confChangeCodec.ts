/**
 * Membership changes as Raft understands them ⇄ the data of a `confChangeV2` entry, an `eraftpb.ConfChangeV2`. Raft reads
 * the changes; the region's whole command (commandCodec.ts) stands in the context, as in TiKV.
 */
import { decode, encode, eraftpb, type raft_cmdpb } from "@reefkv/wire"
import type { ConfChangeSingle, ConfChangeTransition, ConfChangeV2 } from "../raft/index.ts"
import { CommandError } from "./commandCodec.ts"

const changeTypes: ReadonlyArray<ConfChangeSingle["type"]> = ["addNode", "removeNode", "addLearnerNode"]
const transitions: ReadonlyArray<ConfChangeTransition> = ["auto", "implicit", "explicit"]

/**
 * What Raft makes of a `changePeers` command: one change enters directly, several go through an explicit joint
 * configuration that the leader leaves later, none leaves it. Source: tikv `ChangePeerI::to_confchange`.
 */
export const confChangeOf = (
  changes: ReadonlyArray<raft_cmdpb.ChangePeerRequest>,
  context: Uint8Array
): ConfChangeV2 => ({
  transition: changes.length > 1 ? "explicit" : "auto",
  changes: changes.map((change) => ({
    type: changeTypes[change.changeType] ?? invalidChange(change.changeType),
    nodeId: change.peer?.id ?? 0
  })),
  context
})

/** The data of a `confChangeV2` entry. The context holds the region's command, so nothing of it is lost on the way. */
export const encodeConfChange = (change: ConfChangeV2): Uint8Array =>
  encode(eraftpb.ConfChangeV2, {
    transition: transitions.indexOf(change.transition),
    changes: change.changes.map(({ type, nodeId }) => ({ changeType: changeTypes.indexOf(type), nodeId })),
    context: change.context
  })

/** Empty data, which Raft writes by itself, is leave-joint. Throws CommandError. */
export const decodeConfChange = (data: Uint8Array): ConfChangeV2 => {
  const record = decodeRecord(data)
  return {
    transition: transitions[record.transition] ?? invalidChange(record.transition),
    changes: record.changes.map(({ changeType, nodeId }) => ({
      type: changeTypes[changeType] ?? invalidChange(changeType),
      nodeId
    })),
    context: record.context
  }
}

const decodeRecord = (data: Uint8Array): eraftpb.ConfChangeV2 => {
  try {
    return decode(eraftpb.ConfChangeV2, data)
  } catch (cause) {
    throw new CommandError({ message: "the entry is not an eraftpb.ConfChangeV2", cause })
  }
}

const invalidChange = (number: number): never => {
  throw new CommandError({ message: `conf change number ${number} is not known here` })
}
