/**
 * What strangers do to the ports of real processes: bytes of no protocol, frames that lie, clients that stop reading or
 * vanish. Every process lives on, serves others meanwhile, gives back what it held, and prints no stack trace.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { connect, type Socket } from "node:net"
import type { GrpcChannel } from "@reefkv/grpc"
import {
  awaitCondition,
  fetchJson,
  type Member,
  type StoreMember,
  startCluster,
  type TestCluster
} from "@reefkv/process/testing"
import { encode, kvrpcpb, pdpb, services, tikvpb } from "@reefkv/wire"
import { Effect } from "effect"
import {
  emptySettings,
  frame,
  frameType,
  grpcHeaders,
  grpcMessage,
  openWindows,
  preface
} from "./support/http2Frames.ts"
import { bytes, makeRawCalls, type RawCalls } from "./support/rawCalls.ts"

const testTimeoutMs = 60_000
/** A stranger that is not sent away by then is left to the process, and hangs up. */
const strangerMs = 1_000

let cluster: TestCluster
let store: StoreMember
let calls: RawCalls
let storeChannel: GrpcChannel
let schedulerChannel: GrpcChannel
let context: kvrpcpb.Context

beforeAll(async () => {
  cluster = await startCluster({ stores: 1, engine: "memory" })
  store = cluster.stores[0]!
  calls = makeRawCalls(cluster)
  storeChannel = await calls.channel(store.address)
  schedulerChannel = await calls.channel(cluster.scheduler.address)
  context = await calls.contextOf(bytes("k"))
}, testTimeoutMs)

afterAll(async () => {
  await calls[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
})

/** Sends `parts`, reads what comes, and is gone when the other side ends or after a while. What came back, as Latin-1. */
const visit = (address: string, parts: ReadonlyArray<Uint8Array>, leave: "end" | "destroy" | "stay" = "end") =>
  new Promise<string>((resolve) => {
    const [host = "", port = ""] = address.split(":")
    const heard: Array<Uint8Array> = []
    const socket = connect(Number(port), host, () => {
      for (const part of parts) socket.write(part)
      if (leave === "end") socket.end()
      if (leave === "destroy") socket.resetAndDestroy()
    })
    const timer = setTimeout(() => socket.destroy(), strangerMs)
    socket.on("data", (chunk) => heard.push(Buffer.from(chunk)))
    socket.on("error", () => {})
    socket.on("close", () => {
      clearTimeout(timer)
      resolve(Buffer.concat(heard).toString("latin1"))
    })
  })

const noise = (seed: number, length: number): Buffer => {
  const found = Buffer.alloc(length)
  let state = seed
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    found[i] = state >>> 24
  }
  return found
}

const text = (value: string): Uint8Array => Buffer.from(value, "latin1")
const get = "/tikvpb.Tikv/RawGet"
const open = (): Array<Uint8Array> => [preface, emptySettings()]

/** Everything a stranger might say first, or after a polite beginning. */
const rudeness: ReadonlyArray<readonly [what: string, parts: () => ReadonlyArray<Uint8Array>]> = [
  ["nothing", () => []],
  ["noise", () => [noise(1, 4096)]],
  ["zeroes", () => [Buffer.alloc(65_536)]],
  ["a TLS hello", () => [Buffer.from("160301020001000001fc0303", "hex"), noise(2, 500)]],
  ["half a preface", () => [preface.subarray(0, 10)]],
  ["a preface and noise", () => [preface, noise(3, 4096)]],
  ["a frame that claims 16 MiB", () => [...open(), frame(frameType.data, 0, 1, noise(4, 10), 0xff_ff_ff)]],
  ["settings of a wrong length", () => [preface, frame(frameType.settings, 0, 0, noise(5, 5))]],
  ["data for a stream that was never opened", () => [...open(), frame(frameType.data, 0, 7, noise(6, 100))]],
  ["headers of noise", () => [...open(), frame(frameType.headers, 4, 1, noise(7, 300))]],
  [
    "headers that never end",
    () => [...open(), frame(frameType.headers, 0, 1, noise(8, 30)), frame(frameType.ping, 0, 0, Buffer.alloc(8))]
  ],
  ["an even stream id", () => [...open(), grpcHeaders(2, get), grpcMessage(2, bytes("x"), { last: true })]],
  ["a message of noise", () => [...open(), grpcHeaders(1, get), grpcMessage(1, noise(9, 300), { last: true })]],
  [
    "a message that claims 4 GiB",
    () => [...open(), grpcHeaders(1, get), grpcMessage(1, noise(10, 300), { claims: 0xff_ff_ff_ff })]
  ],
  [
    "a message cut short",
    () => [...open(), grpcHeaders(1, get), grpcMessage(1, noise(11, 30), { claims: 300, last: true })]
  ],
  [
    "a compressed message that is not",
    () => [
      ...open(),
      grpcHeaders(1, get, [["grpc-encoding", "gzip"]]),
      grpcMessage(1, noise(12, 300), { compressed: true, last: true })
    ]
  ],
  [
    "a method that does not exist",
    () => [...open(), grpcHeaders(1, "/nobody.Home/Get"), grpcMessage(1, bytes(""), { last: true })]
  ],
  [
    "a thousand streams, all reset",
    () => [
      ...open(),
      ...Array.from({ length: 1000 }, (_, i) =>
        Buffer.concat([
          grpcHeaders(2 * i + 1, get),
          frame(frameType.rstStream, 0, 2 * i + 1, Buffer.from([0, 0, 0, 8]))
        ])
      )
    ]
  ],
  ["HTTP/1.1 without a version", () => [text("GET /\r\n\r\n")]],
  ["an HTTP header without an end", () => [text("GET / HTTP/1.1\r\n"), text("x: y\r\n".repeat(50_000))]],
  ["a body that claims to be negative", () => [text("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\nhello")]],
  [
    "chunks that are none",
    () => [text("POST /pd/api/v1/config HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n")]
  ],
  ["a path of noise", () => [text("GET /%zz%00/../../etc/passwd?%%% HTTP/1.1\r\nhost: x\r\n\r\n")]]
]

/** Both processes answer, and have said nothing that looks like a bug. */
const expectAlive = async (): Promise<void> => {
  const put = await Effect.runPromise(
    storeChannel.unary(
      services.Tikv.methods.RawPut,
      kvrpcpb.RawPutRequest.create({ context, key: bytes("alive"), value: bytes("yes") })
    )
  )
  expect(put).toMatchObject({ regionError: undefined, error: "" })
  expect(await fetchJson(store.statusAddress, "/status")).toMatchObject({ serving: true })
  const members = await Effect.runPromise(
    schedulerChannel.unary(services.PD.methods.GetMembers, pdpb.GetMembersRequest.create())
  )
  expect(members.members).toHaveLength(1)
  expect(await fetchJson(cluster.scheduler.address, "/pd/api/v1/stores")).toMatchObject({ count: 1 })
  for (const member of [cluster.scheduler, store] satisfies ReadonlyArray<Member>) {
    expect(member.process.isRunning()).toBe(true)
    expect(member.process.lines.filter(({ text }) => /^\s+at |rror:/.test(text))).toEqual([])
  }
}

describe("bytes that are no request", () => {
  const ports = {
    "the store's gRPC port": () => store.address,
    "the store's status port": () => store.statusAddress,
    "the scheduler's port": () => cluster.scheduler.address
  }
  for (const [name, address] of Object.entries(ports)) {
    for (const leave of ["end", "stay", "destroy"] as const) {
      test(
        `${name}, and then the stranger's ${leave}`,
        async () => {
          await Promise.all(rudeness.map(([, parts]) => visit(address(), parts(), leave)))
          await expectAlive()
        },
        testTimeoutMs
      )
    }
  }
})

describe("the wrong door", () => {
  test("HTTP at the store's gRPC port is told where it is", async () => {
    const response = await fetch(`http://${store.address}/metrics`)
    expect(response.status).toBe(400)
    expect(await response.text()).toBe("this port speaks gRPC; the status port answers HTTP\n")
  })
  test(
    "gRPC at the status port fails and does not hang",
    async () => {
      const channel = await calls.channel(store.statusAddress)
      const request = kvrpcpb.RawGetRequest.create({ context, key: bytes("k") })
      const error = await Effect.runPromise(
        Effect.flip(channel.unary(services.Tikv.methods.RawGet, request, { timeoutMs: 5_000 }))
      )
      expect(error).toMatchObject({ _tag: "GrpcError" })
      await expectAlive()
    },
    testTimeoutMs
  )
})

const gauge = async (name: string): Promise<number> => {
  const response = await fetch(`http://${store.statusAddress}/metrics`)
  return Number(new RegExp(`^${name} (\\d+)`, "m").exec(await response.text())?.[1])
}

describe("clients that leave the rules but not the line", () => {
  const mib = 1024 * 1024
  const valueBytes = mib
  const getsPerFrame = 16
  const frames = 64

  const batchOfGets = (from: number): Uint8Array =>
    encode(
      tikvpb.BatchCommandsRequest,
      tikvpb.BatchCommandsRequest.create({
        requestIds: Array.from({ length: getsPerFrame }, (_, i) => from + i),
        requests: Array.from({ length: getsPerFrame }, () => ({
          cmd: { case: "rawGet" as const, value: kvrpcpb.RawGetRequest.create({ context, key: bytes("large") }) }
        }))
      })
    )

  test(
    "one that asks for a gigabyte and reads none of it costs a bounded amount of memory, and others are served",
    async () => {
      await Effect.runPromise(
        storeChannel.unary(
          services.Tikv.methods.RawPut,
          kvrpcpb.RawPutRequest.create({ context, key: bytes("large"), value: new Uint8Array(valueBytes) })
        )
      )
      const before = await gauge("process_resident_memory_bytes")
      const callsBefore = await gauge("reefkv_grpc_open_calls")
      const [host = "", port = ""] = store.address.split(":")
      const socket: Socket = connect(Number(port), host)
      socket.on("error", () => {})
      socket.pause()
      const send = (part: Uint8Array): Promise<void> => new Promise((resolve) => socket.write(part, () => resolve()))
      await send(Buffer.concat([preface, openWindows(), grpcHeaders(1, "/tikvpb.Tikv/BatchCommands")]))
      for (let i = 0; i < frames; i++) await send(grpcMessage(1, batchOfGets(i * getsPerFrame)))
      await awaitCondition("the stream is open", async () =>
        (await gauge("reefkv_grpc_open_calls")) > callsBefore ? true : undefined
      )
      for (let i = 0; i < 20; i++) await expectAlive()
      expect((await gauge("process_resident_memory_bytes")) - before).toBeLessThan(256 * mib)
      socket.destroy()
      await awaitCondition("the call is given back", async () =>
        (await gauge("reefkv_grpc_open_calls")) <= callsBefore ? true : undefined
      )
      await expectAlive()
    },
    testTimeoutMs
  )

  test(
    "those that vanish in mid-request give back their calls",
    async () => {
      const callsBefore = await gauge("reefkv_grpc_open_calls")
      const half = grpcMessage(1, new Uint8Array(1000), { claims: 100_000 })
      const paths = ["/tikvpb.Tikv/RawPut", "/tikvpb.Tikv/BatchCommands", "/tikvpb.Tikv/Snapshot"]
      const strangers = Array.from({ length: 50 }, (_, i) =>
        visit(store.address, [...open(), grpcHeaders(1, paths[i % 3] ?? ""), half], i % 2 === 0 ? "destroy" : "end")
      )
      await Promise.all(strangers)
      await awaitCondition("all calls are given back", async () =>
        (await gauge("reefkv_grpc_open_calls")) <= callsBefore ? true : undefined
      )
      await expectAlive()
    },
    testTimeoutMs
  )
})

describe("SIGTERM", () => {
  test(
    "with connections open, calls half sent and streams waiting: each process ends with 0 within its grace",
    async () => {
      const [host = "", port = ""] = store.address.split(":")
      const sockets = Array.from({ length: 4 }, () => connect(Number(port), host))
      for (const [i, socket] of sockets.entries()) {
        socket.on("error", () => {})
        socket.on("data", () => {})
        if (i > 0) socket.write(Buffer.concat(open()))
        if (i > 1) socket.write(grpcHeaders(1, i === 2 ? get : "/tikvpb.Tikv/BatchCommands"))
      }
      await awaitCondition("the open stream", async () =>
        (await gauge("reefkv_grpc_open_calls")) >= 1 ? true : undefined
      )
      expect(await store.stop()).toMatchObject({ code: 0 })
      expect(await cluster.scheduler.stop()).toMatchObject({ code: 0 })
      for (const socket of sockets) socket.destroy()
    },
    testTimeoutMs
  )
})
