/**
 * Reasons why a leader's lease must not be believed although a quorum answers its heartbeats.
 *
 * A peer that was told to take over (TimeoutNow) gets votes from peers that promised to keep quiet, so from then on a
 * quorum's answer proves nothing until that peer can no longer act on it. The message may arrive late, even after the
 * transfer was given up. Therefore TimeoutNow carries the round of the leader's last heartbeats, and a peer that has since
 * seen a later round of the same term refuses it; once the peer has answered a round later than every TimeoutNow it was
 * sent, the danger is over. A peer that is removed before it answers blocks the lease until the term ends.
 */
export class LeaseBlocks {
  private readonly blocks = new Map<number, number>()

  get isBlocked(): boolean {
    return this.blocks.size > 0
  }

  /** `peer` was told to take over when `round` was the last round sent. */
  onTimeoutNowSent(peer: number, round: number): void {
    this.blocks.set(peer, round)
  }

  onRoundAnswered(peer: number, round: number): void {
    const sent = this.blocks.get(peer)
    if (sent !== undefined && round > sent) this.blocks.delete(peer)
  }
}
