import { expect, test } from "bun:test"
import { Effect } from "effect"
import { bootstrap, FakeCluster, MemoryDisk, run, startScheduler } from "./support.ts"

test("three stores: the first region gets three replicas within seconds", () =>
  run(
    Effect.gen(function* () {
      const { service, events } = yield* startScheduler(new MemoryDisk())
      const { region } = yield* bootstrap(service)
      const cluster = new FakeCluster(service)
      cluster.addRegion(region)
      yield* cluster.listen(1)
      yield* cluster.join(101)
      yield* cluster.join(102)
      yield* cluster.settle(3_000)
      expect(cluster.storesOf(region.id)).toEqual([1, 101, 102])
      expect(events.filter((event) => event.type === "OperatorEnded").map((event) => event.outcome)).toEqual([
        "success",
        "success"
      ])
    })
  ))
