/** The judges that need no simulated world: what clients were told can come from real processes too. */
export { History } from "./History.ts"
export { checkHistory, type HistoryEntry, type Operation, type Verdict } from "./linearizability.ts"
export { Timestamps } from "./Timestamps.ts"
