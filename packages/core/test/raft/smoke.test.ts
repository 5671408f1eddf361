import { expect, test } from "bun:test"
import { Cluster } from "./support/Cluster.ts"

for (const size of [1, 2, 3, 5]) {
  test(`a group of ${size} elects a leader and commits`, () => {
    const c = Cluster.of(size, { preVote: true, checkQuorum: true })
    c.campaign(1)
    expect(c.leaders).toEqual([1])
    for (let i = 0; i < 20; i++) expect(c.propose(1, `v${i}`)).toBe(true)
    for (const p of c.peers.values()) expect(p.appliedData.length).toBe(20)
  })
}
