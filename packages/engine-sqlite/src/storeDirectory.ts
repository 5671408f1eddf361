/**
 * From a directory to the right of using its files: marker, locks, what is there and whether it belongs together. Every
 * refusal happens before anything of an existing file changes.
 */
import { mkdirSync } from "node:fs"
import { checkDirectoryMarker, EngineError, writeDirectoryMarker } from "@reefkv/engine"
import { kind } from "./kind.ts"
import { type LockFile, takeLock } from "./lockFile.ts"
import { toEngineError } from "./sqliteError.ts"
import { createFile, dataRole, type FileInfo, type FileRole, filePath, inspectFile, raftRole } from "./storeFile.ts"

export interface OpenedDirectory {
  /** Whether the files to open were created just now. */
  readonly created: boolean
  /** Lets go of the locks; the last thing to do. */
  readonly release: () => void
}

/** Locks, checks and creates the files of `roles` (one or both). Throws EngineError. */
export const openDirectory = (directory: string, roles: ReadonlyArray<FileRole>): OpenedDirectory => {
  const locks: Array<LockFile> = []
  const release = () => {
    for (const lock of locks.splice(0)) lock.release()
  }
  try {
    checkDirectoryMarker(directory, kind)
    mkdirSync(directory, { recursive: true })
    for (const role of roles) locks.push(takeLock(filePath(directory, role).replace(/\.db$/, ".lock")))
    const created = prepareFiles(directory, roles)
    return { created, release }
  } catch (cause) {
    release()
    throw toEngineError(cause, "opening the directory", directory)
  }
}

const prepareFiles = (directory: string, roles: ReadonlyArray<FileRole>): boolean => {
  const data = inspectFile(filePath(directory, dataRole), dataRole, roles.includes(dataRole))
  const raft = inspectFile(filePath(directory, raftRole), raftRole, roles.includes(raftRole))
  if (data !== undefined && raft !== undefined && data.pairId !== raft.pairId) {
    throw new EngineError({
      reason: "other-store",
      message: `data.db belongs to store ${data.pairId}, raft.db to store ${raft.pairId}; put back the file that was here`,
      path: directory
    })
  }
  let pairId = data?.pairId ?? raft?.pairId
  let created = false
  // The log first: a crash between the two leaves an empty log, from which the creation goes on.
  for (const role of [raftRole, dataRole]) {
    const present = role === raftRole ? raft : data
    if (!roles.includes(role) || present !== undefined) continue
    const partner = role === raftRole ? data : raft
    if (partner !== undefined && !partner.empty) throw missingPart(directory, role, partner)
    pairId = createFile(filePath(directory, role), role, pairId)
    created = true
  }
  writeDirectoryMarker(directory, kind)
  return created
}

/** An empty stand-in for a lost file would forget votes or data that the store has acknowledged. */
const missingPart = (directory: string, role: FileRole, partner: FileInfo): EngineError =>
  new EngineError({
    reason: "corrupt",
    message: `${role.name} is missing from store ${partner.pairId}, whose other file is not empty; put it back, or remove the directory and let the store join anew under a new id`,
    path: directory
  })
