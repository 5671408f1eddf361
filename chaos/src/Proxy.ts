/**
 * The loopback address by which everybody knows one member of the cluster. Behind it the member listens on a port that
 * may be another one in each of its lives; each connection belongs to the link from its caller.
 */
import { connect, createServer, type Server, type Socket } from "node:net"
import { Connection } from "./Connection.ts"
import type { Link } from "./Link.ts"
import { pidOfCaller } from "./whoCalls.ts"

const host = "127.0.0.1"

export interface ProxyOptions {
  /** Undefined while the member is down. */
  readonly targetPort: () => number | undefined
  /** Those who may call, by process id. */
  readonly callers: () => ReadonlyMap<number, Link>
  /** For callers nobody knows. */
  readonly otherwise: Link
}

export class Proxy {
  readonly port: number
  private readonly server: Server

  private constructor(server: Server, port: number) {
    this.server = server
    this.port = port
  }

  get address(): string {
    return `${host}:${this.port}`
  }

  static start(options: ProxyOptions): Promise<Proxy> {
    const { promise, resolve, reject } = Promise.withResolvers<Proxy>()
    // Half-open: what one side sent before it ended may still wait while the other one sends.
    const server = createServer({ allowHalfOpen: true }, (caller) => onConnection(options, caller))
    server.on("error", reject)
    server.listen(0, host, () => {
      const address = server.address()
      if (typeof address === "object" && address !== null) resolve(new Proxy(server, address.port))
    })
    return promise
  }

  close(): void {
    this.server.close()
  }
}

const onConnection = ({ targetPort, callers, otherwise }: ProxyOptions, caller: Socket): void => {
  caller.on("error", () => {})
  const known = callers()
  const pid =
    caller.remotePort === undefined || caller.localPort === undefined
      ? undefined
      : pidOfCaller(caller.remotePort, caller.localPort, [...known.keys()])
  const link = (pid === undefined ? undefined : known.get(pid)) ?? otherwise
  const port = targetPort()
  if (link.refused || port === undefined) {
    caller.destroy()
    return
  }
  new Connection(link, caller, connect({ port, host, allowHalfOpen: true }))
}
