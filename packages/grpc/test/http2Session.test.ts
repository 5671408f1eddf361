/** The session against hand-made frames, over a socket in memory. */
import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import { ErrorCode, Flag, Frame, frameBytesMax, preface, receiveWindow } from "../src/http2/frames.ts"
import { Http2Session, headerBytesMax } from "../src/http2/Http2Session.ts"
import type { Http2Stream } from "../src/http2/Http2Stream.ts"
import { headerBlock } from "../src/http2/headerBlock.ts"
import { MessageReader } from "../src/MessageReader.ts"
import {
  frame,
  framesOf,
  hello,
  request,
  requestBlock,
  type Sent,
  settings,
  turn,
  uint32,
  Wire,
  windowUpdate
} from "./support/frames.ts"

/** A session whose streams note what happens to them. */
const serve = (onRequest: (stream: Http2Stream) => void = () => {}, streamsMax = 100) => {
  const wire = new Wire()
  const notes: Array<string> = []
  const streams = new Map<number, Http2Stream>()
  const content = new Map<number, number>()
  let closed = false
  const session = new Http2Session(
    wire,
    {
      request: (stream, headers) => {
        streams.set(stream.id, stream)
        notes.push(`${stream.id} request ${headers.length}`)
        stream.listen({
          data: (bytes) => {
            content.set(stream.id, (content.get(stream.id) ?? 0) + bytes.length)
          },
          ended: () => notes.push(`${stream.id} ended`),
          reset: () => notes.push(`${stream.id} reset`),
          writable: () => notes.push(`${stream.id} writable`),
          over: () => notes.push(`${stream.id} over`)
        })
        onRequest(stream)
      },
      closed: () => {
        closed = true
      }
    },
    { streamsMax }
  )
  return {
    wire,
    notes,
    session,
    streams,
    content,
    isClosed: () => closed,
    send: async (...bytes: ReadonlyArray<Buffer>) => {
      wire.push(Buffer.concat(bytes))
      await turn()
      await turn()
    },
    sent: (): Array<Sent> => framesOf(Buffer.concat(wire.written)),
    goAway: (): number | undefined => {
      const found = framesOf(Buffer.concat(wire.written)).find(({ type }) => type === Frame.goAway)
      return found?.payload.readUInt32BE(4)
    }
  }
}

const dataBytes = (frames: ReadonlyArray<Sent>, stream: number): number =>
  frames
    .filter((one) => one.type === Frame.data && one.stream === stream)
    .reduce((sum, { payload }) => sum + payload.length, 0)

const body = (bytes: number): Buffer => Buffer.alloc(bytes, 7)
const nothing = Buffer.alloc(0)
const answer = headerBlock([[":status", "200"]])
const end = headerBlock([["grpc-status", "0"]])

describe("a stream", () => {
  test("from request to answer, then forgotten", async () => {
    const one = serve((stream) => {
      stream.headers(answer, false)
      expect(stream.send(nothing, body(5))).toBe(true)
    })
    await one.send(hello, request(1), frame(Frame.data, Flag.endStream, 1, body(3)))
    one.streams.get(1)!.trailers(end)
    await turn()
    expect(one.notes).toEqual(["1 request 4", "1 ended", "1 over"])
    expect(one.content.get(1)).toBe(3)
    const frames = one.sent().filter(({ stream }) => stream === 1)
    expect(frames.map(({ flags, type }) => [type, flags])).toEqual([
      [Frame.headers, Flag.endHeaders],
      [Frame.data, 0],
      [Frame.headers, Flag.endHeaders | Flag.endStream]
    ])
    expect(one.session.openStreams).toBe(0)
  })

  test("answered before the client has sent all: the rest is not wanted", async () => {
    const one = serve((stream) => stream.headers(end, true))
    await one.send(hello, request(1))
    const last = one.sent().at(-1)!
    expect([last.type, last.payload.readUInt32BE(0)]).toEqual([Frame.reset, ErrorCode.none])
    // What was on its way is taken without a word.
    await one.send(frame(Frame.data, Flag.endStream, 1, body(100)), frame(Frame.reset, 0, 1, uint32(ErrorCode.cancel)))
    expect(one.goAway()).toBeUndefined()
    expect(one.notes).toEqual(["1 request 4", "1 over"])
  })

  test("reset by the client, once, and nothing is sent on it afterwards", async () => {
    const one = serve()
    await one.send(hello, request(1), frame(Frame.reset, 0, 1, uint32(ErrorCode.cancel)))
    const stream = one.streams.get(1)!
    stream.headers(answer, false)
    expect(stream.send(nothing, body(1))).toBe(true)
    stream.trailers(end)
    await turn()
    expect(one.notes).toEqual(["1 request 4", "1 reset", "1 over"])
    expect(one.sent().filter((sent) => sent.stream === 1)).toEqual([])
  })

  test("its connection gone: reset, then over", async () => {
    const one = serve()
    await one.send(hello, request(1), request(3, Flag.endHeaders | Flag.endStream))
    one.wire.destroy()
    await turn()
    expect(one.notes.slice(3)).toEqual(["1 reset", "1 over", "3 reset", "3 over"])
    expect(one.isClosed()).toBe(true)
  })

  test("a header block cut anywhere, padded, with a priority", async () => {
    for (let cut = 0; cut <= requestBlock.length; cut++) {
      const one = serve()
      const padded = Buffer.concat([
        Buffer.from([2]),
        uint32(9),
        Buffer.from([1]),
        requestBlock.subarray(0, cut),
        Buffer.alloc(2)
      ])
      await one.send(
        hello,
        frame(Frame.headers, Flag.padded | Flag.priority | Flag.endStream, 1, padded),
        frame(Frame.continuation, 0, 1),
        frame(Frame.continuation, Flag.endHeaders, 1, requestBlock.subarray(cut))
      )
      expect(one.notes).toEqual(["1 request 4", "1 ended"])
    }
  })

  test("trailers of a request end it; headers in its middle break it", async () => {
    const one = serve()
    const trailers = headerBlock([["x", "y"]])
    await one.send(hello, request(1), frame(Frame.headers, Flag.endHeaders | Flag.endStream, 1, trailers))
    await one.send(request(3), frame(Frame.headers, Flag.endHeaders, 3, trailers))
    expect(one.notes).toEqual(["1 request 4", "1 ended", "3 request 4", "3 reset", "3 over"])
  })

  test("more of them than are allowed are refused, and may be tried again", async () => {
    const one = serve(() => {}, 2)
    await one.send(hello, request(1), request(3), request(5))
    const last = one.sent().at(-1)!
    expect([last.type, last.stream, last.payload.readUInt32BE(0)]).toEqual([Frame.reset, 5, ErrorCode.refused])
    expect(one.notes).toEqual(["1 request 4", "3 request 4"])
  })

  test("no request: wrong pseudo-headers, or headers of HTTP/1.1", async () => {
    const wrong = [
      [[":method", "POST"]],
      [
        [":method", "POST"],
        [":scheme", "http"],
        [":path", ""]
      ],
      [
        ["x", "y"],
        [":method", "POST"],
        [":scheme", "http"],
        [":path", "/"]
      ],
      [
        [":method", "POST"],
        [":scheme", "http"],
        [":path", "/"],
        ["connection", "close"]
      ],
      [
        [":method", "POST"],
        [":scheme", "http"],
        [":path", "/"],
        ["Upper", "case"]
      ]
    ] as const
    const one = serve()
    await one.send(
      hello,
      ...wrong.map((headers, i) => frame(Frame.headers, Flag.endHeaders, 2 * i + 1, headerBlock(headers)))
    )
    expect(one.notes).toEqual([])
    const resets = one.sent().filter(({ type }) => type === Frame.reset)
    expect(resets.map(({ payload }) => payload.readUInt32BE(0))).toEqual(wrong.map(() => ErrorCode.protocol))
  })
})

describe("flow control", () => {
  test("content waits for the stream's window, in frames that everybody takes", async () => {
    const one = serve()
    await one.send(hello, request(1))
    const stream = one.streams.get(1)!
    stream.headers(answer, false)
    expect(stream.send(Buffer.from([1, 2]), body(100_000))).toBe(false)
    stream.trailers(end)
    await turn()
    expect(dataBytes(one.sent(), 1)).toBe(65_535)
    await one.send(windowUpdate(1, 20_000))
    // The connection's window is used up as well.
    expect(dataBytes(one.sent(), 1)).toBe(65_535)
    await one.send(windowUpdate(0, 10_000))
    expect(dataBytes(one.sent(), 1)).toBe(75_535)
    await one.send(windowUpdate(0, 100_000), windowUpdate(1, 100_000))
    expect(dataBytes(one.sent(), 1)).toBe(100_002)
    expect(one.sent().every(({ payload }) => payload.length <= frameBytesMax)).toBe(true)
    // The request is not over, so the client is told that its rest is not wanted.
    const last = one.sent().at(-2)!
    expect([last.type, last.flags]).toEqual([Frame.headers, Flag.endHeaders | Flag.endStream])
  })

  test("a stream that waits is told when all has gone", async () => {
    const one = serve()
    await one.send(hello, request(1))
    const stream = one.streams.get(1)!
    stream.headers(answer, false)
    expect(stream.send(nothing, body(70_000))).toBe(false)
    expect(one.notes).toEqual(["1 request 4"])
    await one.send(windowUpdate(0, 70_000), windowUpdate(1, 70_000))
    expect(one.notes).toEqual(["1 request 4", "1 writable"])
  })

  test("streams take turns", async () => {
    const one = serve()
    await one.send(hello, settings([4, 1_000_000]), request(1), request(3))
    for (const id of [1, 3]) {
      one.streams.get(id)!.headers(answer, false)
      one.streams.get(id)!.send(nothing, body(400_000))
    }
    await one.send(windowUpdate(0, 8 * frameBytesMax))
    expect(dataBytes(one.sent(), 3)).toBe(4 * frameBytesMax)
  })

  test("a smaller window of the settings may leave a stream below nothing", async () => {
    const one = serve()
    await one.send(hello, request(1))
    const stream = one.streams.get(1)!
    stream.send(nothing, body(10_000))
    await one.send(settings([4, 5_000]))
    stream.send(nothing, body(10))
    await turn()
    expect(dataBytes(one.sent(), 1)).toBe(10_000)
    await one.send(windowUpdate(1, 5_005))
    expect(dataBytes(one.sent(), 1)).toBe(10_005)
    await one.send(windowUpdate(1, 5))
    expect(dataBytes(one.sent(), 1)).toBe(10_010)
  })

  test("a socket that is full holds content back", async () => {
    const one = serve()
    await one.send(hello, settings([4, 10_000_000]), windowUpdate(0, 10_000_000), request(1))
    one.wire.full = true
    const stream = one.streams.get(1)!
    // The first goes to the socket, which says that it has enough.
    expect(stream.send(nothing, body(1_000_000))).toBe(false)
    await turn()
    const before = one.wire.writableLength
    expect(before).toBeLessThan(600_000)
    one.wire.takeAll()
    await turn()
    await turn()
    expect(dataBytes(one.sent(), 1)).toBe(1_000_000)
    expect(one.notes).toContain("1 writable")
  })

  test("what is taken is given back to the client, of the stream and of the connection", async () => {
    const one = serve()
    await one.send(hello, request(1))
    const half = receiveWindow / 2
    const chunks = Array.from({ length: half / frameBytesMax }, () => frame(Frame.data, 0, 1, body(frameBytesMax)))
    await one.send(...chunks)
    const updates = () =>
      one
        .sent()
        .filter(({ type }) => type === Frame.windowUpdate)
        .map(({ payload, stream }) => [stream, payload.readUInt32BE(0)])
    // The first update widens the connection's window at the start.
    expect(updates().slice(1)).toEqual([[0, half]])
    one.streams.get(1)!.taken(half)
    await turn()
    expect(updates().slice(2)).toEqual([[1, half]])
  })

  test("more than the window ends the stream", async () => {
    const one = serve()
    await one.send(hello, request(1))
    const chunks = Array.from({ length: receiveWindow / frameBytesMax }, () =>
      frame(Frame.data, 0, 1, body(frameBytesMax))
    )
    await one.send(...chunks)
    expect(one.notes).toEqual(["1 request 4"])
    await one.send(frame(Frame.data, 0, 1, body(1)))
    expect(one.notes).toEqual(["1 request 4", "1 reset", "1 over"])
    expect(one.isClosed()).toBe(false)
  })
})

describe("the connection", () => {
  test("pings and settings are acknowledged; unknown frames and priorities are passed over", async () => {
    const one = serve()
    const ping = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8])
    await one.send(hello, frame(Frame.ping, 0, 0, ping), frame(77, 255, 5, ping), frame(Frame.priority, 0, 3, body(5)))
    const acks = one.sent().filter(({ flags, type }) => type !== Frame.windowUpdate && flags === Flag.ack)
    expect(acks.map(({ type }) => type)).toEqual([Frame.settings, Frame.ping])
    expect(acks[1]?.payload).toEqual(ping)
    expect(one.isClosed()).toBe(false)
  })

  const bad: ReadonlyArray<readonly [what: string, code: number, bytes: ReadonlyArray<Buffer>]> = [
    ["no preface", ErrorCode.protocol, [Buffer.from("GET / HTTP/1.1\r\n")]],
    ["no settings first", ErrorCode.protocol, [preface, frame(Frame.ping, 0, 0, body(8))]],
    ["a frame that is too large", ErrorCode.frameSize, [hello, frame(Frame.data, 0, 1, body(frameBytesMax + 1))]],
    ["content of a stream that is not open", ErrorCode.protocol, [hello, frame(Frame.data, 0, 1, body(1))]],
    ["an even stream", ErrorCode.protocol, [hello, request(2)]],
    ["a stream opened again", ErrorCode.streamClosed, [hello, request(5), request(3)]],
    ["a promise", ErrorCode.protocol, [hello, frame(Frame.pushPromise, 0, 1, body(8))]],
    ["a ping of seven bytes", ErrorCode.frameSize, [hello, frame(Frame.ping, 0, 0, body(7))]],
    ["a window update of nothing", ErrorCode.protocol, [hello, windowUpdate(0, 0)]],
    ["a window out of bounds", ErrorCode.flowControl, [hello, windowUpdate(0, 2 ** 31 - 1)]],
    ["an initial window out of bounds", ErrorCode.flowControl, [hello, settings([4, 2 ** 31])]],
    [
      "a header block that is cut off",
      ErrorCode.compression,
      [hello, frame(Frame.headers, Flag.endHeaders, 1, body(1))]
    ],
    [
      "a header block that is not continued",
      ErrorCode.protocol,
      [hello, request(1, 0), frame(Frame.ping, 0, 0, body(8))]
    ],
    [
      "a header block without end",
      ErrorCode.calm,
      [hello, request(1, 0), ...Array.from({ length: 100 }, () => frame(Frame.continuation, 0, 1))]
    ],
    [
      "a header block that is too large",
      ErrorCode.calm,
      [
        hello,
        request(1, 0),
        ...Array.from({ length: headerBytesMax / frameBytesMax }, () =>
          frame(Frame.continuation, 0, 1, body(frameBytesMax))
        )
      ]
    ],
    [
      "padding longer than its frame",
      ErrorCode.protocol,
      [hello, request(1), frame(Frame.data, Flag.padded, 1, Buffer.from([5, 0]))]
    ]
  ]
  for (const [what, code, bytes] of bad) {
    test(`${what}: sent away with code ${code}, open streams are told`, async () => {
      const one = serve()
      await one.send(...bytes)
      expect(one.goAway()).toBe(code)
      expect(one.isClosed()).toBe(true)
      expect(one.notes.filter((note) => note.endsWith("request 4")).length).toBe(
        one.notes.filter((note) => note.endsWith("over")).length
      )
    })
  }

  test("going away: streams under way go on, new ones are refused", async () => {
    const one = serve()
    await one.send(hello, request(1))
    one.session.goAway()
    await one.send(request(3))
    expect(one.goAway()).toBe(ErrorCode.none)
    expect(one.notes).toEqual(["1 request 4"])
    one.streams.get(1)!.headers(end, true)
    expect(one.notes).toEqual(["1 request 4", "1 over"])
  })

  test("the same bytes in any pieces come to the same (seed 20261123)", async () => {
    const conversation = Buffer.concat([
      hello,
      request(1),
      frame(Frame.data, 0, 1, body(300)),
      request(3, 0),
      frame(Frame.continuation, Flag.endHeaders, 3),
      frame(Frame.data, Flag.endStream, 1, body(20)),
      frame(Frame.reset, 0, 3, uint32(ErrorCode.cancel)),
      request(5, Flag.endHeaders | Flag.endStream)
    ])
    const whole = serve()
    await whole.send(conversation)
    expect(whole.notes).toEqual([
      "1 request 4",
      "3 request 4",
      "1 ended",
      "3 reset",
      "3 over",
      "5 request 4",
      "5 ended"
    ])
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(conversation.length), { maxLength: 12 }), async (cuts) => {
        const one = serve()
        const at = [0, ...cuts.sort((a, b) => a - b), conversation.length]
        for (let i = 1; i < at.length; i++) await one.send(conversation.subarray(at[i - 1], at[i]))
        expect(one.notes).toEqual(whole.notes)
        expect(one.content).toEqual(whole.content)
      }),
      { seed: 20_261_123, numRuns: 60 }
    )
  })

  test("any bytes after the preface end the connection at worst (seed 20261123)", async () => {
    const anyFrame = fc
      .record({
        type: fc.integer({ min: 0, max: 11 }),
        flags: fc.integer({ min: 0, max: 255 }),
        stream: fc.integer({ min: 0, max: 7 }),
        payload: fc.uint8Array({ maxLength: 40 })
      })
      .map(({ flags, payload, stream, type }) => frame(type, flags, stream, payload))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(anyFrame, fc.constant(request(1))), { maxLength: 12 }), async (frames) => {
        const one = serve((stream) => {
          stream.headers(answer, false)
          stream.send(nothing, body(10))
        })
        await one.send(hello, ...frames)
        one.wire.destroy()
        await turn()
        const requests = one.notes.filter((note) => note.includes("request")).length
        expect(one.notes.filter((note) => note.endsWith("over")).length).toBe(requests)
      }),
      { seed: 20_261_123, numRuns: 300 }
    )
  })
})

describe("MessageReader", () => {
  const encoded = (messages: ReadonlyArray<Uint8Array>): Buffer =>
    Buffer.concat(messages.flatMap((message) => [Buffer.from([0]), uint32(message.length), Buffer.from(message)]))

  test("messages cut anywhere come whole, in order, each in memory of its own (seed 20261123)", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 6 }),
        fc.array(fc.nat(400), { maxLength: 10 }),
        (messages, cuts) => {
          const bytes = encoded(messages)
          const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
          const reader = new MessageReader(1_000)
          const got: Array<Uint8Array> = []
          for (let i = 1; i < at.length; i++) {
            reader.read(bytes.subarray(at[i - 1], at[i]), {
              onMessage: (message) => got.push(message),
              onTooLarge: () => expect.unreachable()
            })
          }
          expect(got.map((message) => [...message])).toEqual(messages.map((message) => [...message]))
          for (const message of got) expect(message.buffer.byteLength).toBe(message.length)
          expect(reader.isEmpty).toBe(true)
        }
      ),
      { seed: 20_261_123, numRuns: 500 }
    )
  })

  test("one over the bound is refused by its head", () => {
    const reader = new MessageReader(10)
    let refused = 0
    reader.read(encoded([body(11)]).subarray(0, 5), {
      onMessage: () => expect.unreachable(),
      onTooLarge: (bytes) => {
        refused = bytes
      }
    })
    expect(refused).toBe(11)
  })
})
