import { describe, expect, test } from "bun:test"
import { connect, createServer, type Server, type Socket } from "node:net"
import { Rng } from "@reefkv/sim/rng"
import { FrameHeads, spoiledHead } from "../src/frameHeads.ts"
import { Link } from "../src/Link.ts"
import { Proxy } from "../src/Proxy.ts"

/** A server that sends back what it gets, a proxy in front of it, and sockets that collect what comes. */
const withEcho = async (
  use: (link: Link, open: () => Promise<Client>, server: Server, direct: () => Promise<Client>) => Promise<void>
) => {
  const link = new Link("test", "echo", new Rng("proxy"))
  const inside = new Set<Socket>()
  const server = createServer((socket) => {
    inside.add(socket)
    socket.on("error", () => {})
    socket.pipe(socket)
  })
  const port = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resolve(typeof address === "object" && address !== null ? address.port : 0)
    })
  )
  const proxy = await Proxy.start({
    targetPort: () => port,
    callers: () => new Map([[process.pid, link]]),
    otherwise: link
  })
  const clients: Array<Client> = []
  const openAt = async (at: number): Promise<Client> => {
    const client = new Client(connect(at, "127.0.0.1"))
    clients.push(client)
    await client.opened
    return client
  }
  try {
    await use(
      link,
      () => openAt(proxy.port),
      server,
      () => openAt(port)
    )
  } finally {
    for (const { socket } of clients) socket.destroy()
    for (const socket of inside) socket.destroy()
    link.reset()
    proxy.close()
    server.close()
  }
}

class Client {
  readonly socket: Socket
  readonly opened: Promise<void>
  readonly closed: Promise<void>
  received = Buffer.alloc(0)
  private wake = (): void => {}

  constructor(socket: Socket) {
    this.socket = socket
    this.opened = new Promise((resolve) => socket.on("connect", () => resolve()))
    this.closed = new Promise((resolve) => socket.on("close", () => resolve()))
    socket.on("error", () => {})
    socket.on("data", (data: Buffer) => {
      this.received = Buffer.concat([this.received, data])
      this.wake()
    })
  }
  /** Waits until that many bytes came in all. */
  async bytes(count: number): Promise<Buffer> {
    while (this.received.length < count) await new Promise<void>((resolve) => (this.wake = resolve))
    return this.received
  }
}

describe("a proxied connection", () => {
  test("passes on every byte, in order, also when pieces are late by chance and the way is narrow", () =>
    withEcho(async (link, open) => {
      Object.assign(link, { delayMs: 1, jitterMs: 20, bytesPerSecond: 2_000_000 })
      const client = await open()
      const sent = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251))
      for (let at = 0; at < sent.length; at += 1_000) client.socket.write(sent.subarray(at, at + 1_000))
      expect(await client.bytes(sent.length)).toEqual(sent)
    }))

  test("keeps what comes behind a cut in one direction, and lets it through when that is healed", () =>
    withEcho(async (link, open, _server, direct) => {
      const before = await open()
      before.socket.write("a")
      await before.bytes(1)
      link.hold("back")
      before.socket.write("b")
      const another = await open()
      another.socket.write("c")
      // Meanwhile others are answered, again and again.
      const aside = await direct()
      for (let i = 1; i <= 20; i++) {
        aside.socket.write("x")
        await aside.bytes(i)
      }
      expect([before.received.toString(), another.received.toString()]).toEqual(["a", ""])
      link.heal()
      expect((await before.bytes(2)).toString()).toBe("ab")
      expect((await another.bytes(1)).toString()).toBe("c")
    }))

  test("what was sent before the end of the sender still arrives", () =>
    withEcho(async (link, open, server) => {
      const arrived = new Promise<string>((resolve) => {
        server.once("connection", (socket: Socket) => {
          let text = ""
          socket.on("data", (data: Buffer) => (text += data.toString()))
          socket.on("end", () => resolve(text))
        })
      })
      link.hold("there")
      const late = await open()
      late.socket.write("late but whole")
      late.socket.end()
      link.heal()
      expect(await arrived).toBe("late but whole")
    }))

  test("ends at a reset, and at once while connections are refused", () =>
    withEcho(async (link, open) => {
      const client = await open()
      client.socket.write("a")
      await client.bytes(1)
      link.reset()
      await client.closed
      link.refused = true
      const refused = await open()
      await refused.closed
      expect(refused.received.length).toBe(0)
      expect(link.connections.size).toBe(0)
    }))

  test("one piece is spoiled in up to four bytes in a row, and the connection breaks soon after", () =>
    withEcho(async (link, open) => {
      const client = await open()
      link.corruption = { kind: "flip", direction: "there" }
      const sent = Buffer.alloc(1_000, 7)
      client.socket.write(sent)
      const found = await client.bytes(1_000)
      const changed = [...found.keys()].filter((i) => found[i] !== 7)
      expect(changed.length).toBeGreaterThan(0)
      expect(changed.at(-1)! - changed[0]!).toBeLessThan(4)
      expect(link.corrupted).toBe(1)
      await client.closed
    }))
})

describe("heads of HTTP/2 frames", () => {
  const frame = (length: number): Buffer =>
    Buffer.concat([Buffer.from([0, 0, length, 0, 0, 0, 0, 0, 1]), Buffer.alloc(length, 255)])
  const stream = Buffer.concat([Buffer.alloc(24, 1), frame(0), frame(100), frame(3), frame(20)])
  const heads = [24, 33, 142, 154]

  test("are found wherever the stream is cut", () => {
    for (let size = 1; size <= stream.length; size++) {
      const reader = new FrameHeads(true)
      const found: Array<number> = []
      for (let at = 0; at < stream.length; at += size) {
        const first = reader.firstIn(stream.subarray(at, at + size))
        if (first !== undefined) found.push(at + first)
      }
      // Those that are not the first of their piece, or lie in two pieces, are not told; what is told is right.
      expect(found.every((at) => heads.includes(at))).toBe(true)
      if (size === stream.length) expect(found).toEqual([24])
      if (size === 33) expect(found).toEqual([24, 33, 142])
    }
  })

  test("the one that takes their place is longer than any frame may be", () => {
    expect(spoiledHead.readUIntBE(0, 3)).toBe(2 ** 24 - 1)
  })
})
