/** Whatever other peers send, a peer neither throws nor contradicts itself. */
import { test } from "bun:test"
import fc from "fast-check"
import { type Message, MessageType } from "../../src/raft/message.ts"
import { encodeRound } from "../../src/raft/readOnly.ts"
import { type Peer, paperConfig } from "./support/Cluster.ts"
import { confStateOf } from "./support/MemoryStorage.ts"
import { ack, lead, propose, sent, solo, tell } from "./support/solo.ts"

const noEntriesApplied = new TextEncoder().encode("[]")
const small = fc.nat(9)
const ids = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 })
const bytes = fc.oneof(fc.uint8Array({ maxLength: 3 }), small.map(encodeRound))
const message: fc.Arbitrary<Message> = fc.record({
  type: fc.constantFrom(...Object.values(MessageType)),
  to: fc.constantFrom(1, 1, 1, 1, 2),
  from: fc.nat(5),
  term: small,
  logTerm: small,
  index: small,
  commit: small,
  commitTerm: small,
  entries: fc.oneof(
    fc.array(fc.record({ kind: fc.nat(2), term: small, index: small, data: bytes }), { maxLength: 3 }),
    // Entries that are at least in order, so that most get past the first check.
    fc
      .tuple(small, fc.array(small, { maxLength: 4 }))
      .map(([first, terms]) =>
        [...terms].sort().map((term, i) => ({ kind: 0, term, index: first + 1 + i, data: new Uint8Array(0) }))
      )
  ),
  snapshot: fc.option(
    fc.record({
      metadata: fc.record({
        index: small,
        term: small,
        confState: fc.record({
          voters: ids,
          learners: ids,
          votersOutgoing: ids,
          learnersNext: ids,
          autoLeave: fc.boolean()
        })
      }),
      data: fc.constant(noEntriesApplied)
    }),
    { nil: undefined }
  ),
  requestSnapshot: fc.constantFrom(0, 0, 0, 1, 5),
  reject: fc.boolean(),
  rejectHint: small,
  context: bytes
})

const starts: ReadonlyArray<readonly [string, () => Peer]> = [
  ["follower", () => solo({ terms: [1, 2, 2], hardState: { term: 2, vote: 0, commit: 1 } })],
  ["empty follower", () => solo({ checkQuorum: true, preVote: true })],
  ["learner", () => solo({ voters: [2, 3], learners: [1] })],
  ["peer without members", () => solo({ voters: [] })],
  [
    "pre-candidate",
    () => {
      const p = solo({ preVote: true, terms: [1] })
      p.node.campaign()
      sent(p)
      return p
    }
  ],
  [
    "candidate",
    () => {
      const p = solo({ terms: [1] })
      p.node.campaign()
      sent(p)
      return p
    }
  ],
  [
    "leader",
    () => {
      const p = solo({ terms: [1], checkQuorum: true, voteQuietTicks: 0, maxInflightMessages: 2 })
      lead(p)
      ack(p, 2)
      propose(p, "x")
      sent(p)
      p.compact()
      return p
    }
  ],
  [
    "follower whose snapshot is on its way",
    () => {
      const p = solo()
      tell(p, MessageType.heartbeat, 2, { term: 1 })
      p.node.step({
        type: MessageType.snapshot,
        to: 1,
        from: 2,
        term: 1,
        logTerm: 0,
        index: 0,
        commit: 0,
        commitTerm: 0,
        entries: [],
        snapshot: { metadata: { index: 5, term: 1, confState: confStateOf([1, 2, 3]) }, data: noEntriesApplied },
        requestSnapshot: 0,
        reject: false,
        rejectHint: 0,
        context: new Uint8Array(0)
      })
      return p
    }
  ]
]

for (const [name, start] of starts) {
  test(`a ${name} survives any messages`, () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), fc.nat(), (messages, ticks) => {
        const p = start()
        let tick = ticks
        for (const m of messages) {
          p.node.step(m)
          p.node.assertInvariants()
          // A Ready after some of them only, and now and then time passes.
          if (tick % 2 === 0 && p.node.hasReady()) {
            const ready = p.node.ready()
            p.persist(ready)
            p.node.advanceAppend(ready)
          }
          for (let i = 0; i < tick % paperConfig.electionTicks; i++) p.node.tick()
          tick = Math.floor(tick / 3)
          p.node.assertInvariants()
        }
      }),
      { seed: 20240401, numRuns: 1500, includeErrorInReport: true }
    )
  })
}
