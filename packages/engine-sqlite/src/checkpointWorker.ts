/**
 * The worker thread's side of checkpoints and copies: a connection of its own to one file, one request at a time.
 * Started by `Checkpointer.ts` and nothing else.
 */
import { parentPort, workerData } from "node:worker_threads"
import Database from "better-sqlite3"
import { busyTimeoutMs } from "./options.ts"
import { answerRequest, type WorkerRequest } from "./workerProtocol.ts"

const path: unknown = workerData
if (parentPort === null || typeof path !== "string")
  throw new Error("checkpointWorker runs as a worker of a store only")
const port = parentPort

const db = new Database(path, { fileMustExist: true, timeout: busyTimeoutMs })
db.pragma("wal_autocheckpoint = 0")
// The default of NORMAL is relied on: the log is synced before its pages reach the file.
db.pragma("synchronous = NORMAL")

port.on("message", (request: WorkerRequest) => {
  if (request.type === "close") {
    db.close()
    port.postMessage({ id: request.id, type: "closed" })
    port.close()
  } else {
    port.postMessage(answerRequest(db, request))
  }
})
