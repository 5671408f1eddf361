/** Waking a group that stopped ticking. */
import type { MessageType } from "../raft/index.ts"
import type { Peer } from "./Peer.ts"
import type { StoreState } from "./StoreState.ts"

/** The peer ticks again. Heartbeats alone do not count as traffic. */
export const wake = (_store: StoreState, peer: Peer, _cause: MessageType | undefined): void => {
  peer.idleTicks = 0
  peer.hibernating = false
}

export const hibernateIfIdle = (_store: StoreState, _peer: Peer): void => {}
