/** What may lie in a store's mailbox. Requests carry their answer; results of the store's own workers carry what they found. */
import type { metapb, pdpb, RegionId, raft_serverpb, StoreId } from "@reefkv/wire"
import type { AdminDone, AdminRequest, Answer, ReadDone, ReadRequest, WriteDone, WriteRequest } from "./Router.ts"

export type StoreMessage =
  | { readonly type: "raft"; readonly messages: ReadonlyArray<raft_serverpb.RaftMessage> }
  | { readonly type: "write"; readonly request: WriteRequest; readonly answer: Answer<WriteDone> }
  | { readonly type: "read"; readonly request: ReadRequest; readonly answer: Answer<ReadDone> }
  | { readonly type: "admin"; readonly request: AdminRequest; readonly answer: Answer<AdminDone> }
  | { readonly type: "tick" }
  | { readonly type: "unreachable"; readonly storeId: StoreId }
  | { readonly type: "operatorStep"; readonly step: pdpb.RegionHeartbeatResponse }
  /** What the scheduler says of a region whose peer here has no leader; undefined: it does not know the region. */
  | { readonly type: "staleVerdict"; readonly regionId: RegionId; readonly region: metapb.Region | undefined }
  /** A worker's result: runs in the loop, between two passes, and may touch any state of the store. */
  | { readonly type: "result"; readonly run: () => void }

/** How much of the mailbox's bound a message takes. */
export const weightOf = (message: StoreMessage): number => (message.type === "raft" ? message.messages.length : 1)
