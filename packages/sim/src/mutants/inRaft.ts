/** Bugs in the Raft core: elections, replication, reads and leases. */
import type { Mutant } from "./Mutant.ts"

export const inRaft: ReadonlyArray<Mutant> = [
  {
    name: "commit-old-term",
    what: "entries of earlier terms are committed by counting their copies",
    workload: "elections",
    file: "core/src/raft/replication.ts",
    from: "if (index <= log.committed || log.term(index) !== raft.term) return false",
    to: "if (index <= log.committed) return false"
  },
  {
    name: "no-noop",
    what: "a new leader appends an entry of its own term only when it is alone: others wait for the first write",
    workload: "scenario/transfer_leader_safe",
    file: "core/src/raft/leader.ts",
    from: "  appendEntry(raft, role, EntryKind.normal, emptyBytes)\n",
    to: "  if (role.tracker.isSingleton) appendEntry(raft, role, EntryKind.normal, emptyBytes)\n"
  },
  {
    name: "vote-for-shorter-log",
    what: "a vote looks at the last term and not at the length of the log",
    workload: "elections",
    file: "core/src/raft/log.ts",
    from: "return term > this.lastTermCache || (term === this.lastTermCache && index >= this.last)",
    to: "return term >= this.lastTermCache"
  },
  {
    name: "heartbeat-commits-unmatched",
    what: "heartbeats carry the commit index to voters whose log may differ",
    workload: "elections",
    file: "core/src/raft/leaderReads.ts",
    from: "const commit = Math.min(pr.match, committed)",
    to: "const commit = pr.isLearner ? Math.min(pr.match, committed) : committed"
  },
  {
    name: "learner-counts",
    what: "learners count for the commit index",
    workload: "membership",
    file: "core/src/raft/tracker.ts",
    from: "this.incoming = of(confState.voters)",
    to: "this.incoming = of([...confState.voters, ...confState.learners])"
  },
  {
    name: "joint-commit-one-half",
    what: "in a joint configuration the new half alone commits",
    workload: "membership",
    file: "core/src/raft/tracker.ts",
    from: "if (outgoing.length === 0) return a\n",
    to: "if (outgoing.length >= 0) return a\n"
  },
  {
    name: "joint-vote-old-half",
    what: "in a joint configuration the old half alone elects",
    workload: "membership",
    file: "core/src/raft/quorum.ts",
    from: 'if (a === "lost" || b === "lost") return "lost"\n  return a === "won" && b === "won" ? "won" : "pending"',
    to: "return outgoing.length === 0 ? a : b"
  },
  {
    name: "lease-in-transfer",
    what: "a leader serves reads by its lease while it hands over its leadership",
    workload: "reads",
    file: "core/src/raft/leaderReads.ts",
    from: "role.committedOwnTerm && role.transferee === 0 && !role.leaseBlocks.isBlocked",
    to: "role.committedOwnTerm"
  },
  {
    name: "late-order-obeyed",
    what: "an order to take over is obeyed although its leader has sent heartbeats since, and trusts its lease",
    workload: "reads",
    file: "core/src/raft/follower.ts",
    from: "  if (m.context.length > 0 && role.leaderRound > decodeRound(m.context)) return\n",
    to: ""
  },
  {
    name: "promise-ignored",
    what: "followers vote although they have just heard their leader, who trusts in their silence",
    workload: "reads",
    file: "core/src/raft/raft.ts",
    from: "if (this.isQuiet && !isCampaignTransfer(m.context)) return false",
    to: "if (m.term < 0) return false"
  },
  {
    name: "lease-from-answer",
    what: "the lease runs from when a heartbeat was answered, not from when it was sent",
    workload: "reads",
    file: "core/src/raft/leaderReads.ts",
    from: "  role.leaseBlocks.onRoundAnswered(pr.id, round)\n",
    to: "  role.leaseBlocks.onRoundAnswered(pr.id, round)\n  Object.assign(role.reads, { instants: Reflect.get(role.reads, 'instants').map((at, i) => (Reflect.get(role.reads, 'rounds')[i] === round ? raft.now : at)) })\n"
  },
  {
    name: "read-round-too-early",
    what: "a read is confirmed by a heartbeat round that was sent before it",
    workload: "reads",
    file: "core/src/raft/readOnly.ts",
    from: "round: this.round + 1",
    to: "round: this.round"
  },
  {
    name: "read-of-an-earlier-term",
    what: "reads that a leader allowed go on when the same peer leads again in a later term",
    workload: "scenario/read_allowed_in_an_earlier_term",
    file: "core/src/raftstore/leadership.ts",
    from: "raft.leaderId !== peer.knownLeaderId || (raft.leaderId !== 0 && raft.term !== peer.knownLeaderTerm)",
    to: "raft.leaderId !== peer.knownLeaderId"
  },
  {
    name: "read-index-before-own-term",
    what: "a new leader gives read indexes before it has committed an entry of its term",
    workload: "reads",
    file: "core/src/raft/leaderReads.ts",
    from: "  if (!role.committedOwnTerm) {\n",
    to: "  if (!role.committedOwnTerm && raft.term < 0) {\n"
  },
  {
    name: "majority-of-half",
    what: "half of an even number of members is a majority",
    workload: "membership",
    file: "core/src/raft/quorum.ts",
    from: "return (voters >> 1) + 1",
    to: "return (voters + 1) >> 1"
  },
  {
    name: "commit-by-vote-unmatched",
    what: "the commit index in a vote request is believed without a look at the term there",
    workload: "elections",
    file: "core/src/raft/raft.ts",
    from: "!this.log.matchTerm(m.commit, m.commitTerm)",
    to: "m.commit > this.log.lastIndex"
  },
  {
    name: "two-changes-in-force",
    what: "a new leader proposes a membership change while an earlier leader's may still be committed, and both are applied",
    workload: "scenario/safeguard/two-leaders-change-members",
    file: "core/src/raft/proposals.ts",
    from: '  if (!role.committedOwnTerm) return "termNotCommitted"\n',
    to: "",
    also: [
      { file: "core/src/raft/raft.ts", from: "pendingConfIndex: log.lastIndex,", to: "pendingConfIndex: 0," },
      {
        file: "core/src/raftstore/admin/confChange.ts",
        from: "command !== undefined && command.header.epoch.confVer !== epochOf(region).confVer",
        to: "command !== undefined && command.header.epoch.confVer < 0"
      }
    ]
  },
  {
    name: "demoted-forgotten",
    what: "a voter that is to become a learner is no member of its group any more when the joint configuration is left",
    workload: "membership",
    file: "core/src/raft/confChange.ts",
    from: "  for (const id of draft.learnersNext) draft.learners.add(id)\n",
    to: ""
  },
  {
    name: "snapshot-members-ignored",
    what: "a snapshot brings its region's members, and Raft goes on with those before",
    workload: "snapshots",
    file: "core/src/raft/raft.ts",
    from: "    this.confState = normalizeConfState(snapshot.metadata.confState)\n",
    to: ""
  },
  {
    name: "promise-forgotten-at-restart",
    what: "a voter that was restarted votes although it has just heard its leader",
    workload: "reads",
    file: "core/src/raft/raft.ts",
    from: "(voteQuietTicks ?? (storedTerm > 0 ? electionTicks : 0))",
    to: "(voteQuietTicks ?? 0)"
  },
  {
    name: "order-confirmed-too-early",
    what: "a leader trusts its lease again when the peer that was told to take over answers what was sent before the order",
    workload: "reads",
    file: "core/src/raft/lease.ts",
    from: "round > sent",
    to: "round >= sent"
  },
  {
    name: "prevote-while-led",
    what: "a voter that hears its leader tells whoever asks that it would vote",
    workload: "scenario/safeguard/beside-its-leader",
    file: "core/src/raft/raft.ts",
    from: "if (this.isQuiet && !isCampaignTransfer(m.context)) return false",
    to: "if (type === MessageType.requestVote && this.isQuiet && !isCampaignTransfer(m.context)) return false"
  },
  {
    name: "campaigns-before-a-change",
    what: "a peer stands for election although it knows of a committed membership change that it has not applied",
    workload: "scenario/safeguard/change-committed-and-not-applied",
    file: "core/src/raft/raft.ts",
    from: "return this.isPromotable && !this.hasConfChangeBetween(this.log.applied, this.log.committed)",
    to: "return this.isPromotable"
  },
  {
    name: "uncommitted-never-freed",
    what: "a leader counts what it has committed as uncommitted, and takes no more at some point",
    workload: "snapshots",
    file: "core/src/raft/proposals.ts",
    from: "  role.uncommittedBytes = Math.max(0, role.uncommittedBytes - bytes)\n",
    to: ""
  },
  {
    name: "lease-from-one-half",
    what: "in a joint configuration the new half alone confirms reads and the lease",
    workload: "scenario/joint_lease",
    file: "core/src/raft/tracker.ts",
    from: "return Math.min(this.roundOf(this.incoming), this.roundOf(this.outgoing))",
    to: "return this.roundOf(this.incoming)"
  }
]
