/** The wires' faults really happen: an injector that injects nothing would make every run look good. */
import { expect, test } from "bun:test"
import { Network, type NetworkFaults } from "../src/network/Network.ts"
import { Rpc } from "../src/network/Rpc.ts"
import { Host } from "../src/world/Host.ts"
import { Trace } from "../src/world/Trace.ts"
import { World } from "../src/world/World.ts"

const quiet: NetworkFaults = {
  latencyMinMs: 1,
  latencyMaxMs: 2,
  loss: 0,
  duplication: 0,
  long: 0,
  longMs: 0,
  reorder: false
}

const twoHosts = (faults: Partial<NetworkFaults> = {}) => {
  const world = new World({ seed: 1, trace: new Trace(100), preemption: 0, budget: 100_000 })
  const network = new Network(world, { ...quiet, ...faults })
  const a = new Host(world, "a")
  const b = new Host(world, "b")
  a.phase = "up"
  b.phase = "up"
  const arrived: Array<number> = []
  let refused = 0
  const send = (from: Host, to: Host, count: number, kind: "datagram" | "stream" = "datagram"): void => {
    for (let i = 0; i < count; i++) {
      const onRefused = (): void => {
        refused++
      }
      network.send({ from, to, label: "frame", mark: 0, kind, deliver: () => arrived.push(i), onRefused })
    }
  }
  return { world, network, a, b, arrived, send, refused: () => refused }
}

test("without faults everything arrives once and in order, within the latency", () => {
  const { world, a, b, arrived, send } = twoHosts()
  send(a, b, 50)
  world.run(10)
  expect(arrived).toEqual(Array.from({ length: 50 }, (_, i) => i))
})

test("loss, duplication and reordering: datagrams suffer all, streams keep order and number", () => {
  const { world, network, a, b, arrived, send } = twoHosts({ loss: 0.2, duplication: 0.2, reorder: true })
  send(a, b, 1_000)
  world.run(1_000)
  expect(network.counts.lost).toBeGreaterThan(150)
  expect(network.counts.lost).toBeLessThan(250)
  expect(arrived.length).toBe(1_000 - network.counts.lost + network.counts.doubled)
  expect(network.counts.doubled).toBeGreaterThan(100)
  expect(arrived).not.toEqual([...arrived].sort((x, y) => x - y))
  arrived.length = 0
  network.faults.loss = 0
  send(a, b, 100, "stream")
  world.run(2_000)
  expect(arrived).toEqual(Array.from({ length: 100 }, (_, i) => i))
})

test("a one-way cut takes what is on the way, and leaves the other direction; healing ends it", () => {
  const { world, network, a, b, arrived, send } = twoHosts()
  send(a, b, 5)
  network.cut(a, b)
  send(a, b, 5)
  send(b, a, 3)
  world.run(10)
  expect(arrived).toEqual([0, 1, 2])
  expect(network.counts.cut).toBe(10)
  network.heal()
  send(a, b, 1)
  world.run(20)
  expect(arrived).toEqual([0, 1, 2, 0])
})

test("a slow link is slow in one direction", () => {
  const { world, network, a, b, arrived, send } = twoHosts()
  network.slowDown(a, b, 100)
  send(a, b, 1)
  send(b, a, 2)
  world.run(50)
  expect(arrived).toEqual([0, 1])
  world.run(110)
  expect(arrived).toHaveLength(3)
})

test("a frame for a host that is down is refused, and the sender hears so", () => {
  const { world, network, a, b, arrived, send, refused } = twoHosts()
  b.phase = "down"
  send(a, b, 2)
  world.run(10)
  expect(arrived).toEqual([])
  expect(network.counts.refused).toBe(2)
  expect(refused()).toBe(2)
})

test("a reset takes what is on the way in both directions, tells the senders, and later frames pass", () => {
  const { world, network, a, b, arrived, send, refused } = twoHosts()
  send(a, b, 2)
  send(b, a, 3)
  network.reset(a, b)
  send(a, b, 1)
  world.run(10)
  expect(arrived).toEqual([0])
  expect(network.counts.reset).toBe(5)
  expect(refused()).toBe(5)
})

test("a call whose connection breaks before or after it was done ends as lost, at once", () => {
  const { world, network, a, b } = twoHosts()
  const rpc = new Rpc(world, network)
  let handled = 0
  rpc.serve(b, {
    add: (_from, _bytes, reply) => {
      handled++
      reply(new Uint8Array(1))
    }
  })
  const ends: Array<string> = []
  const call = (): void => {
    rpc.call(a, b, "add", new Uint8Array(0), 1_000, (end) => ends.push(`${end._tag} at ${Math.ceil(world.nowMs)}`))
  }
  call()
  network.reset(a, b)
  world.run(5)
  expect([handled, ends]).toEqual([0, ["Lost at 2"]])
  call()
  world.run(100, () => handled === 1)
  network.reset(a, b)
  world.run(100)
  expect(handled).toBe(1)
  expect(ends).toHaveLength(2)
  expect(ends[1]).toMatch(/^Lost at \d$/)
  call()
  world.run(200)
  expect(ends[2]).toMatch(/^Answered/)
})
