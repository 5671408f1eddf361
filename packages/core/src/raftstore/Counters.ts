/** Plain numbers a store counts as it works; read at scrape time through `Router.counters()`. */
export class Counters {
  passes = 0
  ticks = 0
  ticksCoalesced = 0
  mailboxRefusals = 0
  raftMessagesReceived = 0
  raftMessagesDropped = 0
  raftMessagesSent = 0
  proposals = 0
  proposedWrites = 0
  entriesApplied = 0
  logAppends = 0
  engineWrites = 0
  readsByLease = 0
  readsByIndex = 0
  readsByReplica = 0
  readIndexQuestions = 0
  splitsApplied = 0
  confChangesApplied = 0
  snapshotsSent = 0
  snapshotsApplied = 0
  snapshotsRefused = 0
  peersCreated = 0
  peersDestroyed = 0
  peersDamaged = 0
  scrubs = 0
  hibernations = 0
  bytesWritten = 0
  keysWritten = 0

  toMap(): Map<string, number> {
    return new Map(Object.entries(this) as Array<[string, number]>)
  }
}
