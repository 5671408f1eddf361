/** A lane over a scripted channel: what leaves when, who is told what. */
import { describe, expect, test } from "bun:test"
import { type GrpcChannel, GrpcCode, GrpcError, type StreamListener } from "@reefkv/grpc"
import { kvrpcpb, type tikvpb } from "@reefkv/wire"
import { BatchLane, type BatchWaiter, type Ticket } from "../src/store/BatchLane.ts"

interface FakeStream {
  readonly sent: Array<tikvpb.BatchCommandsRequest>
  readonly listener: StreamListener<tikvpb.BatchCommandsResponse>
}

const setUp = (batchMax = 4) => {
  const streams: Array<FakeStream> = []
  const state = { room: true }
  const tasks: Array<() => void> = []
  const channel = {
    bidi: (_: unknown, listener: StreamListener<tikvpb.BatchCommandsResponse>) => {
      const stream: FakeStream = { sent: [], listener }
      streams.push(stream)
      return {
        write: (request: tikvpb.BatchCommandsRequest) => {
          stream.sent.push(request)
          return state.room
        },
        end: () => {},
        cancel: () => {},
        pause: () => {},
        resume: () => {}
      }
    }
  } as unknown as GrpcChannel
  const lane = new BatchLane(channel, (task) => void tasks.push(task), batchMax)
  const log: Array<string> = []
  const send = (name: string): Ticket => {
    const waiter: BatchWaiter = {
      onReply: (reply) => log.push(`${name} ${reply?.case}`),
      onLost: (_, sent) => log.push(`${name} lost${sent ? ", sent" : ""}`)
    }
    const ticket: Ticket = {
      waiter,
      request: { case: "rawGet", value: kvrpcpb.RawGetRequest.create({ cf: name }) },
      id: 0
    }
    lane.send(ticket)
    return ticket
  }
  const turn = () => {
    for (const task of tasks.splice(0)) task()
  }
  const messages = (stream = streams[0]) =>
    stream?.sent.map(({ requests }) =>
      requests.map(({ cmd }) => (cmd?.case === "rawGet" ? cmd.value.cf : "?")).join("")
    )
  const reply = (stream: FakeStream | undefined, ...ids: ReadonlyArray<number>) =>
    stream?.listener.message({
      requestIds: [...ids],
      responses: ids.map(() => ({ cmd: { case: "rawGet", value: kvrpcpb.RawGetResponse.create() } })),
      transportLayerLoad: 0,
      healthFeedback: undefined,
      tikvSendTimeNs: 0n
    })
  return { lane, streams, state, send, turn, messages, reply, log, tasks }
}

describe("a lane", () => {
  test("sends what one turn queued in messages of bounded size, on one stream", () => {
    const { lane, messages, send, streams, tasks, turn } = setUp()
    for (const name of "abcdefghij") send(name)
    expect(streams.length).toBe(0)
    expect(tasks.length).toBe(1)
    turn()
    expect(messages()).toEqual(["abcd", "efgh", "ij"])
    send("k")
    turn()
    expect(messages()?.at(-1)).toBe("k")
    expect(streams.length).toBe(1)
    expect(lane.waiting).toBe(11)
  })

  test("matches replies by id, in any order, and ignores ids it does not know", () => {
    const { lane, log, reply, send, streams, turn } = setUp()
    for (const name of "abc") send(name)
    turn()
    reply(streams[0], 3, 99, 1)
    reply(streams[0], 3, 2)
    expect(log).toEqual(["c rawGet", "a rawGet", "b rawGet"])
    expect(lane.waiting).toBe(0)
  })

  test("holds back while the transport is full and goes on when it has room", () => {
    const { messages, send, state, streams, turn } = setUp(2)
    state.room = false
    for (const name of "abcde") send(name)
    turn()
    expect(messages()).toEqual(["ab"])
    send("f")
    turn()
    expect(messages()).toEqual(["ab"])
    state.room = true
    streams[0]?.listener.writable?.()
    expect(messages()).toEqual(["ab", "cd", "ef"])
  })

  test("when the stream ends everybody hears of it, and the next request opens another", () => {
    const { log, messages, reply, send, state, streams, turn } = setUp(2)
    state.room = false
    for (const name of "abcd") send(name)
    turn()
    streams[0]?.listener.ended(new GrpcError({ code: GrpcCode.unavailable, message: "gone" }))
    expect(log).toEqual(["a lost, sent", "b lost, sent", "c lost", "d lost"])
    state.room = true
    send("e")
    turn()
    expect(messages(streams[1])).toEqual(["e"])
    // Late words of the old stream concern nobody.
    streams[0]?.listener.ended(undefined)
    streams[0]?.listener.writable?.()
    reply(streams[1], 3)
    expect(log.slice(4)).toEqual(["e rawGet"])
  })

  test("what is withdrawn is not sent, and its reply is thrown away", () => {
    const { lane, log, messages, reply, send, streams, turn } = setUp()
    const a = send("a")
    send("b")
    expect(lane.withdraw(a)).toBe(false)
    turn()
    expect(messages()).toEqual(["b"])
    const c = send("c")
    turn()
    expect(lane.withdraw(c)).toBe(true)
    reply(streams[0], c.id)
    expect(log).toEqual([])
  })

  test("once closed it answers at once what it has and, later, whatever comes", () => {
    const { lane, log, send, streams, turn } = setUp()
    send("a")
    turn()
    send("b")
    lane.close()
    expect(log).toEqual(["a lost, sent", "b lost"])
    send("c")
    turn()
    expect(log.at(-1)).toBe("c lost")
    expect(streams.length).toBe(1)
  })
})
