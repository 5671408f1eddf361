/** Raft messages between stores over real sockets: order, bounds, loss told to Raft, addresses that change. */
import { describe, expect, test } from "bun:test"
import { metapb } from "@reefkv/wire"
import { until } from "../pd/rawClient.ts"
import { indexOf, makeReceiver, makeSender, message, type Receiver, type Sender } from "./fixtures.ts"

const withPair = async (
  use: (sender: Sender, receiver: Receiver) => Promise<void>,
  options: Parameters<typeof makeSender>[1] = {}
): Promise<void> => {
  const receiver = await makeReceiver()
  const sender = await makeSender([[2, receiver.address]], options)
  try {
    await use(sender, receiver)
  } finally {
    await sender.close()
    await receiver.close()
  }
}
const received = (receiver: Receiver) => receiver.frames.flat().map(indexOf)
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)

describe("messages", () => {
  test("one pass is one frame; passes keep their order; one stream and one address question for all", () =>
    withPair(async ({ transport, addresses }, receiver) => {
      for (let pass = 0; pass < 100; pass++) {
        transport.send(2, [message(pass * 3), message(pass * 3 + 1), message(pass * 3 + 2)])
      }
      await until("all messages", () => received(receiver).length === 300)
      expect(received(receiver)).toEqual(upTo(300))
      expect(receiver.frames).toHaveLength(100)
      expect(receiver.frames[0]?.[0]).toEqual(message(0))
      expect(receiver.streams).toBe(1)
      expect(receiver.sealed).toEqual([true])
      expect(addresses.asked).toBe(1)
      expect(transport.counters().get("raft_messages_sent")).toBe(300)
      expect(transport.counters().get("raft_messages_dropped")).toBe(0)
    }))

  test("a pass over the size bound is cut into frames, in order", () =>
    withPair(
      async ({ transport }, receiver) => {
        transport.send(2, [message(0, 600), message(1, 600), message(2, 100), message(3, 5_000), message(4, 10)])
        await until("all messages", () => received(receiver).length === 5)
        expect(receiver.frames.map((frame) => frame.map(indexOf))).toEqual([[0], [1, 2], [3], [4]])
      },
      { link: { frameBytesMax: 1_024 } }
    ))

  test("an empty pass asks nobody and opens nothing", () =>
    withPair(async ({ transport, addresses }) => {
      transport.send(2, [])
      expect(transport.link(2)).toBeUndefined()
      expect(addresses.asked).toBe(0)
    }))

  test("large entries go through whole", () =>
    withPair(async ({ transport }, receiver) => {
      transport.send(2, [message(0, 8 * 1024 * 1024)])
      await until("the message", () => received(receiver).length === 1)
      expect(receiver.frames[0]?.[0]?.message?.entries[0]?.data.length).toBe(8 * 1024 * 1024)
    }))
})

describe("bounds", () => {
  test("what a slow receiver leaves over the bound is dropped and counted, and the Router is told once", () =>
    withPair(
      async ({ transport, unreachable }, receiver) => {
        receiver.held = true
        transport.send(2, [message(0)])
        await until("the stream", () => receiver.flows.length === 1)
        // Large enough for the transport's own buffers to fill long before the bound.
        for (let i = 1; i < 400; i++) transport.send(2, [message(i, 64 * 1024)])
        const link = transport.link(2)
        expect(link?.waiting()).toBe(10)
        expect(link?.counters.dropped).toBeGreaterThan(100)
        expect(unreachable).toEqual([2])
        const { sent, dropped } = link?.counters ?? { sent: 0, dropped: 0 }
        expect(sent + dropped + 10).toBe(400)
        // The receiver reads again: what was kept arrives, in order, and nothing is lost silently.
        receiver.flows[0]?.resume()
        await until("the rest", () => received(receiver).length === 400 - dropped)
        expect(link?.waiting()).toBe(0)
        expect(received(receiver)).toEqual(upTo(400 - dropped))
        // An overflow after the queue was empty is told anew.
        receiver.flows[0]?.pause()
        for (let i = 0; i < 400; i++) transport.send(2, [message(i, 64 * 1024)])
        expect(unreachable).toEqual([2, 2])
      },
      { link: { messagesMax: 10 } }
    ))

  test("bytes are bounded too", () =>
    withPair(
      async ({ transport }, receiver) => {
        receiver.held = true
        for (let i = 0; i < 200; i++) transport.send(2, [message(i, 64 * 1024)])
        expect(transport.link(2)?.waiting()).toBe(3)
        await until("the stream", () => receiver.flows.length === 1)
      },
      { link: { bytesMax: 200 * 1024 } }
    ))
})

describe("failures", () => {
  test("a store without an address: dropped, told, and asked for again with the next message", async () => {
    const sender = await makeSender([])
    try {
      sender.transport.send(9, [message(0, 0, 9)])
      await until("the Router is told", () => sender.unreachable.length === 1)
      expect(sender.unreachable).toEqual([9])
      expect(sender.transport.counters().get("raft_messages_dropped")).toBe(1)
      const receiver = await makeReceiver()
      sender.addresses.of.set(9, metapb.Store.create({ id: 9, address: receiver.address }))
      await until("a message arrives", () => {
        if (sender.transport.link(9)?.state() === "idle") sender.transport.send(9, [message(1, 0, 9)])
        return received(receiver).length > 0
      })
      expect(received(receiver)).toEqual([1])
      await sender.close()
      await receiver.close()
    } finally {
      await sender.close()
    }
  })

  test("a store that moved: the broken stream is told, the address asked for again, traffic goes on", async () => {
    const first = await makeReceiver()
    const sender = await makeSender([[2, first.address]])
    const second = await makeReceiver()
    try {
      sender.transport.send(2, [message(0)])
      await until("the first message", () => received(first).length === 1)
      sender.addresses.of.set(2, metapb.Store.create({ id: 2, address: "127.0.0.1:1", peerAddress: second.address }))
      await first.close()
      await until("the Router is told", () => sender.unreachable.length > 0)
      expect(sender.unreachable[0]).toBe(2)
      await until("a message at the new address", () => {
        if (sender.transport.link(2)?.state() === "idle") sender.transport.send(2, [message(7)])
        return received(second).length > 0
      })
      expect(received(second)).toEqual([7])
      expect(sender.addresses.asked).toBe(2)
    } finally {
      await sender.close()
      await second.close()
    }
  })

  test("a receiver that is another store refuses the stream, and the address is asked for again", () =>
    withPair(async ({ transport, unreachable, addresses }, receiver) => {
      transport.send(2, [message(0)])
      await until("the first message", () => received(receiver).length === 1)
      receiver.refuseAll()
      await until("the Router is told", () => unreachable.length === 1)
      await until("a message on a new stream", () => {
        if (transport.link(2)?.state() === "idle") transport.send(2, [message(1)])
        return received(receiver).length === 2
      })
      expect(addresses.asked).toBe(2)
    }))

  test("a stream that breaks while the scheduler is away is opened again where the store was last", () =>
    withPair(async ({ transport, unreachable, addresses }, receiver) => {
      transport.send(2, [message(0)])
      await until("the first message", () => received(receiver).length === 1)
      addresses.away = true
      for (const round of [1, 2]) {
        receiver.refuseAll()
        await until("the Router is told", () => unreachable.length === round)
        await until("a message on a new stream", () => {
          if (transport.link(2)?.state() === "idle") transport.send(2, [message(round)])
          return received(receiver).length === round + 1
        })
      }
      expect(addresses.asked).toBe(3)
    }))

  test("during the pause after a failure messages are dropped and counted, not kept until they are stale", async () => {
    const receiver = await makeReceiver()
    const { address } = receiver
    await receiver.close()
    const sender = await makeSender([[2, address]])
    try {
      sender.transport.send(2, [message(0)])
      await until("the pause", () => sender.transport.link(2)?.state() === "pausing")
      const before = sender.transport.counters().get("raft_messages_dropped") ?? 0
      sender.transport.send(2, [message(1), message(2)])
      expect(sender.transport.counters().get("raft_messages_dropped")).toBe(before + 2)
      expect(sender.transport.link(2)?.waiting()).toBe(0)
    } finally {
      await sender.close()
    }
  })

  test("links do not disturb each other", async () => {
    const [two, three] = [await makeReceiver(), await makeReceiver()]
    const sender = await makeSender([
      [2, two.address],
      [3, three.address]
    ])
    try {
      two.held = true
      for (let i = 0; i < 300; i++) {
        sender.transport.send(2, [message(i, 32 * 1024)])
        sender.transport.send(3, [message(i, 1_024, 3)])
      }
      await until("all messages of the other store", () => received(three).length === 300)
      expect(received(three)).toEqual(upTo(300))
      expect(sender.unreachable).toEqual([])
    } finally {
      await sender.close()
      await two.close()
      await three.close()
    }
  })

  test("closing the scope closes every connection; what is sent afterwards is dropped", () =>
    withPair(async (sender, receiver) => {
      sender.transport.send(2, [message(0)])
      await until("the message", () => received(receiver).length === 1)
      await sender.close()
      await until("the stream's end", () => receiver.streams === 0)
      sender.transport.send(2, [message(1)])
      expect(sender.transport.counters().get("raft_messages_dropped")).toBe(1)
    }))
})
