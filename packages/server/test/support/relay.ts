/** A TCP relay in front of a port, whose connections a test can cut without a word: a host that dies. */
import { connect, type Socket } from "node:net"
import { listenTcp } from "@reefkv/grpc"
import { Effect } from "effect"

export const makeRelay = Effect.fnUntraced(function* (toPort: number) {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.on("error", () => {})
    socket.on("close", () => sockets.delete(socket))
    return socket
  }
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const { port } = yield* listenTcp("127.0.0.1", 0, (incoming) => {
    const outgoing = connect(toPort, "127.0.0.1")
    keep(incoming).pipe(keep(outgoing)).pipe(incoming)
    incoming.on("close", () => outgoing.destroy())
    outgoing.on("close", () => incoming.destroy())
  })
  yield* Effect.addFinalizer(() => Effect.sync(cut))
  return { port, cut }
})
