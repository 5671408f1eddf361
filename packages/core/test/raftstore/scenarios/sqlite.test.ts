/** The durable engine under the same scenarios: fewer of them, as the engines' own suites carry the weight. */
import { expect, setDefaultTimeout, test } from "bun:test"
import { readdirSync } from "node:fs"
import { Effect } from "effect"
import { runScenario } from "../cluster/runScenario.ts"
import { sqliteDisks } from "../cluster/sqliteDisks.ts"
import { runGeneric } from "./generic.ts"

// Time inside is virtual; this only bounds a machine under load.
setDefaultTimeout(60_000)

const withDisks = <A>(run: (made: Effect.Success<typeof sqliteDisks>) => Promise<A>): Promise<A> =>
  Effect.runPromise(Effect.scoped(Effect.flatMap(sqliteDisks, (made) => Effect.promise(() => run(made)))))

test("DifferentDBPath", () =>
  withDisks(({ disks, directories }) =>
    runScenario({ seed: 9_501, stores: 3, disks }, (c) =>
      Effect.gen(function* () {
        yield* c.mustPut("k", "v")
        expect(new Set(directories.values()).size).toBe(3)
        for (const directory of directories.values()) expect(readdirSync(directory)).toContain("data.db")
        // Each store comes back from its own files, whatever the order.
        for (const id of c.storeIds) yield* c.stop(id)
        for (const id of [3, 1, 2]) yield* c.start(id)
        for (const id of c.storeIds) yield* c.waitLocal(id, "k", "v")
        yield* c.mustGet("k", "v")
      })
    )
  ))

test(
  "SplitConfChangeSnapshotUnreliableRecover3B on SQLite",
  () =>
    withDisks(({ disks }) => runGeneric({ clients: 3, faults: "XCSUR", seed: 9_502, rounds: 1, roundMs: 450, disks })),
  60_000
)
