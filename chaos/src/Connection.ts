/**
 * One proxied connection: two pipes between two sockets, each a queue of pieces with the time at which each is due. The
 * order of bytes is kept whatever happens, as TCP keeps it. What a sender sent before it went away still arrives.
 */
import type { Socket } from "node:net"
import { FrameHeads, spoiledHead } from "./frameHeads.ts"
import type { Direction, Link } from "./Link.ts"

/** Bytes that wait in one pipe; above it the sender is held back. */
const waitingBytesMax = 1 << 20
/** A connection whose bytes were spoiled is reset after this, as if the line broke; it may have noticed long before. */
const spoiledLifeMs = 2_000

interface Piece {
  /** Undefined: the sender has ended. */
  readonly data: Buffer | undefined
  readonly dueMs: number
}

class Pipe {
  private readonly link: Link
  private readonly direction: Direction
  private readonly source: Socket
  private readonly target: Socket
  private readonly onSpoiled: () => void
  private readonly heads: FrameHeads
  private queue: Array<Piece> = []
  private waitingBytes = 0
  private lastDueMs = 0
  private timer: Timer | undefined
  private hasRoom = true
  private over = false

  constructor(link: Link, direction: Direction, source: Socket, target: Socket, onSpoiled: () => void) {
    this.link = link
    this.direction = direction
    this.source = source
    this.target = target
    this.onSpoiled = onSpoiled
    this.heads = new FrameHeads(direction === "there")
    source.on("data", (data: Buffer) => this.onData(data))
    source.on("end", () => this.put(undefined))
    source.on("close", () => this.onSourceClosed())
    target.on("drain", () => {
      this.hasRoom = true
      this.pump()
    })
  }

  pump(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    let sent = 0
    for (; sent < this.queue.length && this.hasRoom && !this.over && !this.link.held[this.direction]; sent++) {
      const { data, dueMs } = this.queue[sent]!
      const inMs = dueMs - performance.now()
      if (inMs > 0) {
        this.timer = setTimeout(() => this.pump(), inMs)
        break
      }
      if (data === undefined) this.end()
      else {
        this.waitingBytes -= data.length
        this.hasRoom = this.target.write(data)
      }
    }
    if (sent > 0) this.queue = this.queue.slice(sent)
    if (this.source.isPaused() && this.waitingBytes <= waitingBytesMax) this.source.resume()
  }

  stop(): void {
    this.over = true
    clearTimeout(this.timer)
    this.queue = []
  }

  private end(): void {
    this.over = true
    this.target.end(() => this.closeTarget())
  }

  /** Who is gone for good reads nothing any more either: the other side is told, after what was sent before. */
  private onSourceClosed(): void {
    if (!this.over) this.put(undefined)
    else if (this.target.writableFinished) this.closeTarget()
  }
  private closeTarget(): void {
    if (this.source.destroyed) this.target.destroy()
  }

  private onData(data: Buffer): void {
    const { link, direction } = this
    const at = this.heads.firstIn(data)
    const { corruption } = link
    if (corruption?.direction === direction && (corruption.kind === "flip" || at !== undefined)) {
      if (corruption.kind === "flip") flip(data, link)
      else spoiledHead.copy(data, at)
      link.corruption = undefined
      link.corrupted++
      this.onSpoiled()
    }
    this.put(data)
  }

  private put(data: Buffer | undefined): void {
    if (this.over) return
    const { link } = this
    const nowMs = performance.now()
    const delayMs = link.delayMs + (link.jitterMs > 0 ? link.rng.below(link.jitterMs) : 0)
    const transferMs = data === undefined ? 0 : (data.length / link.bytesPerSecond) * 1_000
    this.lastDueMs = Math.max(nowMs + delayMs, this.lastDueMs) + transferMs
    this.queue.push({ data, dueMs: this.lastDueMs })
    this.waitingBytes += data?.length ?? 0
    if (this.waitingBytes > waitingBytesMax) this.source.pause()
    this.pump()
  }
}

const flip = (data: Buffer, { rng }: Link): void => {
  const from = rng.below(data.length)
  const until = Math.min(data.length, from + rng.between(1, 4))
  for (let i = from; i < until; i++) data[i] = data[i]! ^ rng.between(1, 255)
}

export class Connection {
  private readonly link: Link
  private readonly sockets: ReadonlyArray<Socket>
  private readonly pipes: ReadonlyArray<Pipe>
  private spoiledTimer: Timer | undefined

  constructor(link: Link, caller: Socket, called: Socket) {
    this.link = link
    this.sockets = [caller, called]
    const onSpoiled = (): void => {
      this.spoiledTimer ??= setTimeout(() => this.destroy(), spoiledLifeMs)
    }
    this.pipes = [new Pipe(link, "there", caller, called, onSpoiled), new Pipe(link, "back", called, caller, onSpoiled)]
    for (const socket of this.sockets) {
      socket.on("error", () => {})
      socket.on("close", () => this.onClosed())
    }
    // Nobody there: the caller is told at once, except behind a cut.
    called.on("error", () => {
      if (!link.held.back) this.destroy()
    })
    link.add(this)
  }

  destroy(): void {
    clearTimeout(this.spoiledTimer)
    for (const pipe of this.pipes) pipe.stop()
    for (const socket of this.sockets) socket.destroy()
    this.link.connections.delete(this)
  }

  onHealed(): void {
    for (const pipe of this.pipes) pipe.pump()
  }

  private onClosed(): void {
    if (this.sockets.every(({ destroyed }) => destroyed)) this.destroy()
  }
}
