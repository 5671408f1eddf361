/**
 * What is wrong with the way from one member of the cluster to another, now. Connections look here for every piece of
 * data they pass on, so a fault holds for those that are open and for those to come.
 */
import type { Rng } from "@reefkv/sim/rng"
import type { Connection } from "./Connection.ts"

/** `there` is what the caller sends, `back` what it is sent. */
export type Direction = "there" | "back"

/**
 * How bytes are spoiled. `flip` changes up to four bytes in a row anywhere: for links whose messages carry a checksum.
 * `frame` overwrites the head of an HTTP/2 frame with one that is too long for any receiver: for links where a changed
 * byte inside of a message would be believed, since TiKV's and PD's protocols have no checksum there.
 */
export type Corruption = "flip" | "frame"

/** Connections that wait behind a cut; the oldest give way. */
const connectionsMax = 64

export class Link {
  readonly from: string
  readonly to: string
  readonly rng: Rng
  delayMs = 0
  /** Added to each piece, from 0 to this; the order stays. */
  jitterMs = 0
  bytesPerSecond = Number.POSITIVE_INFINITY
  /** Nothing passes, nobody is told; what was sent arrives when it ends, as TCP would send it again. */
  readonly held: Record<Direction, boolean> = { there: false, back: false }
  /** New connections are ended at once. */
  refused = false
  /** The next piece of data in this direction is spoiled, once. */
  corruption: { readonly kind: Corruption; readonly direction: Direction } | undefined
  /** Pieces that were spoiled. */
  corrupted = 0
  readonly connections = new Set<Connection>()

  constructor(from: string, to: string, rng: Rng) {
    this.from = from
    this.to = to
    this.rng = rng
  }

  get name(): string {
    return `${this.from}→${this.to}`
  }

  add(connection: Connection): void {
    this.connections.add(connection)
    if (this.connections.size <= connectionsMax) return
    const [oldest] = this.connections
    oldest?.destroy()
  }

  hold(direction: Direction): void {
    this.held[direction] = true
  }

  /** Ends every open connection with a reset. */
  reset(): void {
    for (const connection of [...this.connections]) connection.destroy()
  }

  /** Nothing is wrong any more. Held data goes on, late. */
  heal(): void {
    this.delayMs = 0
    this.jitterMs = 0
    this.bytesPerSecond = Number.POSITIVE_INFINITY
    this.refused = false
    this.corruption = undefined
    this.held.there = false
    this.held.back = false
    for (const connection of this.connections) connection.onHealed()
  }
}
