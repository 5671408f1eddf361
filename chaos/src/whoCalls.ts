/**
 * Which process is at the other end of a loopback connection. All stores reach a store by one address, so the proxy in
 * front of it has to ask the system who is calling, if a link is to be cut for one caller and not for another.
 *
 * Linux tells it in /proc. Elsewhere, and when the caller is gone already, nobody knows: undefined.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs"

/** The inode of the TCP socket of this machine whose own port is `localPort` and whose peer's is `remotePort`. */
const socketInode = (localPort: number, remotePort: number): string | undefined => {
  const suffix = (port: number) => `:${port.toString(16).toUpperCase().padStart(4, "0")}`
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of textOf(table).split("\n")) {
      const [, local, remote, , , , , , , inode] = line.trim().split(/\s+/)
      if (local?.endsWith(suffix(localPort)) && remote?.endsWith(suffix(remotePort)) && inode !== "0") return inode
    }
  }
  return undefined
}

const textOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return ""
  }
}

const hasSocket = (pid: number, inode: string): boolean => {
  const directory = `/proc/${pid}/fd`
  const wanted = `socket:[${inode}]`
  try {
    return readdirSync(directory).some((fd) => targetOf(`${directory}/${fd}`) === wanted)
  } catch {
    return false
  }
}
/** Descriptors come and go while they are looked at. */
const targetOf = (path: string): string => {
  try {
    return readlinkSync(path)
  } catch {
    return ""
  }
}

/** The one of `pids` that holds the socket with `callerPort` connected to `ownPort`. */
export const pidOfCaller = (callerPort: number, ownPort: number, pids: ReadonlyArray<number>): number | undefined => {
  const inode = socketInode(callerPort, ownPort)
  return inode === undefined ? undefined : pids.find((pid) => hasSocket(pid, inode))
}
