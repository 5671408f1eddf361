/** When a store may count as dead: what the checker of the scheduler's plans allows, and what it does not. */
import { expect, test } from "bun:test"
import { metapb, pdpb } from "@reefkv/wire"
import { Silence } from "../src/checkers/Silence.ts"
import { Host } from "../src/world/Host.ts"
import { Trace } from "../src/world/Trace.ts"
import { World } from "../src/world/World.ts"

const make = (gone: ReadonlyArray<number> = []) => {
  const scheduler = new Host(new World({ seed: 1, trace: new Trace(), preemption: 0, budget: 1_000 }), "scheduler")
  const silence = new Silence({
    maxStoreDownMs: 4_000,
    storeUnhealthyMs: 1_000,
    storeDisconnectedMs: 500,
    scheduler,
    isTombstone: (storeId) => gone.includes(storeId)
  })
  silence.onSchedulerStart(0)
  silence.onHeard(3, 1_000)
  return { silence, scheduler }
}
const missed = (downSeconds: number) =>
  pdpb.RegionHeartbeatRequest.create({
    downPeers: [pdpb.PeerStats.create({ peer: metapb.Peer.create({ id: 7, storeId: 3 }), downSeconds })]
  })

test("a store is down after its whole time, also when the scheduler was restarted meanwhile", () => {
  const { silence } = make()
  expect(silence.whyNotDown(3, 7, 4_900)).toContain("waits 4000 ms")
  expect(silence.whyNotDown(3, 7, 5_001)).toBeUndefined()
  silence.onSchedulerStart(3_000)
  expect(silence.whyNotDown(3, 7, 4_900)).toBeDefined()
  expect(silence.whyNotDown(3, 7, 5_001)).toBeUndefined()
  silence.onHeard(3, 5_000)
  expect(silence.whyNotDown(3, 7, 5_001)).toBeDefined()
})

test("a store that was removed for good needs no waiting", () => {
  expect(make([3]).silence.whyNotDown(3, 7, 1_001)).toBeUndefined()
})

test("a replica that its leader misses is lost once its store is silent, too", () => {
  const { silence } = make()
  silence.onRegionHeartbeat(missed(3))
  expect(silence.whyNotDown(3, 7, 1_600)).toBeDefined()
  silence.onRegionHeartbeat(missed(4))
  expect(silence.whyNotDown(3, 7, 1_400)).toBeDefined()
  expect(silence.whyNotDown(3, 7, 1_600)).toBeUndefined()
  expect(silence.whyNotDown(3, 8, 1_600)).toBeDefined()
})

test("a wall clock that jumped makes up for the time before a restart only", () => {
  const { silence, scheduler } = make()
  scheduler.wallSkewMs = 5_000
  expect(silence.whyNotDown(3, 7, 2_500)).toBeDefined()
  silence.onSchedulerStart(1_200)
  expect(silence.whyNotDown(3, 7, 2_100)).toBeDefined()
  expect(silence.whyNotDown(3, 7, 2_300)).toBeUndefined()
})
