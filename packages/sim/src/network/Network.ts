/**
 * The wires between hosts. What crosses is bytes, made by the sender and read by the receiver; every frame is an event
 * that happens to the receiving host.
 *
 * Faults are set by the nemesis at any time and asked at two moments, when a frame leaves and when it arrives, so that a
 * cut also takes what was on the way: loss, duplication, latency with rare long delays, reordering, one-way cuts, slow
 * links. A frame for a host that is down is lost, and the sender may be told (a refused connection). A reset loses what is
 * on the way between two hosts, and says so to who waits for it.
 */
import type { Host } from "../world/Host.ts"
import type { Rng } from "../world/Rng.ts"
import { markAlso } from "../world/Trace.ts"
import type { World } from "../world/World.ts"

/** What the whole network does to frames; drawn from the seed, changed by the nemesis. */
export interface NetworkFaults {
  latencyMinMs: number
  latencyMaxMs: number
  /** Share of frames lost. */
  loss: number
  /** Share of datagrams that arrive twice; requests and their replies never do. */
  duplication: number
  /** Share of frames that take `longMs` at most instead. */
  long: number
  longMs: number
  /** Datagrams of one link may overtake each other. */
  reorder: boolean
}

export interface Frame {
  readonly from: Host
  readonly to: Host
  /** For the trace, and a number that stands for it, so that words are made only when somebody reads them. */
  readonly label: string
  readonly mark: number
  /** `stream` keeps its order on the link; `datagram` may be doubled and, with `reorder`, overtaken. */
  readonly kind: "stream" | "datagram" | "call"
  /** Runs on the receiving host. */
  readonly deliver: () => void
  /** Runs on the sending host: nobody listens there. */
  readonly onRefused?: () => void
  /** Who waits for an answer hears that the connection broke: nobody knows what became of the call. */
  readonly onReset?: { readonly host: Host; readonly run: () => void }
}

/** What a workload's hand does to a frame: a held one goes on its way with `release`, however late. */
export type Hand = "pass" | "lose" | "hold"

/** Frames that are held at once. */
const heldMax = 1_000
/** Frames on their way at once; more would be a leak of the system or of the simulator. */
const inFlightMax = 20_000

export class Network {
  readonly faults: NetworkFaults
  readonly counts = { sent: 0, delivered: 0, lost: 0, cut: 0, doubled: 0, refused: 0, reset: 0 }
  /** A workload's hand on single frames, asked when they leave; a held call ends for its caller as one that is slow. */
  hand: ((frame: Frame) => Hand) | undefined
  private readonly held: Array<Frame> = []
  private readonly world: World
  private readonly rng: Rng
  private readonly cuts = new Set<Link>()
  private readonly slow = new Map<Link, number>()
  /** Of links that were reset: how often. */
  private readonly resets = new Map<Link, number>()
  private readonly lastArrivalMs = new Map<Link, number>()
  private inFlight = 0

  constructor(world: World, faults: NetworkFaults) {
    this.world = world
    this.faults = faults
    this.rng = world.rng("network")
  }

  cut(from: Host, to: Host): void {
    this.cuts.add(linkOf(from, to))
  }
  /** Hosts of different sides do not hear each other. */
  partition(sides: ReadonlyArray<ReadonlyArray<Host>>): void {
    for (const here of sides) {
      for (const there of sides) {
        if (here !== there) for (const a of here) for (const b of there) this.cut(a, b)
      }
    }
  }
  heal(): void {
    this.cuts.clear()
    this.slow.clear()
  }
  /** The connections between two hosts break; the next frame finds new ones. */
  reset(a: Host, b: Host): void {
    for (const link of [linkOf(a, b), linkOf(b, a)]) this.resets.set(link, this.resetsOf(link) + 1)
  }
  /** Adds to the latency of one direction. */
  slowDown(from: Host, to: Host, ms: number): void {
    this.slow.set(linkOf(from, to), ms)
  }
  isCut(from: Host, to: Host): boolean {
    return this.cuts.size > 0 && this.cuts.has(linkOf(from, to))
  }

  /** Frames that are held. */
  get holding(): number {
    return this.held.length
  }
  /** What was held leaves now, in its order; only what `which` says, when it is given. */
  release(which: (frame: Frame) => boolean = () => true): void {
    const held = this.held.splice(0)
    for (const frame of held) {
      if (which(frame)) this.carry(frame)
      else this.held.push(frame)
    }
  }

  send(frame: Frame): void {
    const { rng, faults } = this
    this.counts.sent++
    const hand = this.hand?.(frame) ?? "pass"
    if (hand === "hold") {
      this.held.push(frame)
      if (this.held.length > heldMax) this.world.fail(`more than ${heldMax} frames are held`)
      return
    }
    if (hand === "lose") {
      this.counts.lost++
      return
    }
    if (this.isCut(frame.from, frame.to)) {
      this.counts.cut++
      return
    }
    if (rng.chance(faults.loss)) {
      this.counts.lost++
      return
    }
    this.carry(frame)
    if (frame.kind === "datagram" && rng.chance(faults.duplication)) {
      this.counts.doubled++
      this.carry(frame)
    }
  }

  private carry(frame: Frame): void {
    const { world } = this
    const link = linkOf(frame.from, frame.to)
    let atMs = world.nowMs + this.latencyMs()
    if (this.slow.size > 0) atMs += this.slow.get(link) ?? 0
    if (frame.kind === "stream" || (frame.kind === "datagram" && !this.faults.reorder)) {
      atMs = Math.max(atMs, (this.lastArrivalMs.get(link) ?? 0) + 0.001)
      this.lastArrivalMs.set(link, atMs)
    }
    const resets = this.resetsOf(link)
    if (++this.inFlight > inFlightMax) world.fail(`more than ${inFlightMax} frames are on their way`)
    world.at(atMs, undefined, () => {
      this.inFlight--
      if (this.resetsOf(link) === resets) this.arrive(frame)
      else this.tear(frame)
    })
  }

  private arrive(frame: Frame): void {
    const { world, counts } = this
    const { from, to } = frame
    if (this.isCut(from, to)) {
      counts.cut++
      return
    }
    if (to.phase === "down") {
      counts.refused++
      const { onRefused } = frame
      if (onRefused !== undefined && !this.isCut(to, from)) {
        world.after(this.latencyMs(), from, onRefused)
      }
      return
    }
    counts.delivered++
    world.logMarked(markAlso(frame.mark, linkOf(from, to)), () => `${from.name}>${to.name} ${frame.label}`)
    to.receive(frame.deliver)
  }

  private tear({ from, onRefused, onReset }: Frame): void {
    this.counts.reset++
    if (onReset !== undefined) this.world.after(0, onReset.host, onReset.run)
    else if (onRefused !== undefined) this.world.after(0, from, onRefused)
  }

  private resetsOf(link: Link): number {
    return this.resets.size === 0 ? 0 : (this.resets.get(link) ?? 0)
  }
  private latencyMs(): number {
    const { rng, faults } = this
    if (rng.chance(faults.long)) return rng.between(faults.latencyMaxMs, faults.longMs)
    return faults.latencyMinMs + rng.double() * (faults.latencyMaxMs - faults.latencyMinMs)
  }
}

/** One direction between two hosts, as a number. */
type Link = number
/** More hosts than a world has. */
const hostsMax = 4_096
const linkOf = (from: Host, to: Host): Link => from.index * hostsMax + to.index
