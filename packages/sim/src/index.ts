export { checkHistory, type HistoryEntry, type Operation, type Verdict } from "./checkers/linearizability.ts"
export { type RunHooks, type RunResult, runSeed } from "./runSeed.ts"
export { drawOptions, faultNames, type RunOptions } from "./workloads/options.ts"
