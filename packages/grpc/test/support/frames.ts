/** Hand-made HTTP/2 frames, and a socket in memory to send them over. */
import { Duplex } from "node:stream"
import { Flag, Frame, preface } from "../../src/http2/frames.ts"
import { headerBlock } from "../../src/http2/headerBlock.ts"

export interface Sent {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

export const frame = (type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array(0)): Buffer => {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
export const settings = (...pairs: ReadonlyArray<readonly [number, number]>): Buffer =>
  frame(
    Frame.settings,
    0,
    0,
    Buffer.concat(pairs.map(([name, value]) => Buffer.concat([Buffer.from([0, name]), uint32(value)])))
  )
export const requestBlock = headerBlock([
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/a.B/C"],
  [":authority", "x"]
])
export const request = (stream: number, flags: number = Flag.endHeaders): Buffer =>
  frame(Frame.headers, flags, stream, requestBlock)
export const windowUpdate = (stream: number, bytes: number): Buffer =>
  frame(Frame.windowUpdate, 0, stream, uint32(bytes))
export const hello = Buffer.concat([preface, settings()])

export const framesOf = (bytes: Buffer): Array<Sent> => {
  const frames: Array<Sent> = []
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUIntBE(at, 3)
    frames.push({
      type: bytes[at + 3]!,
      flags: bytes[at + 4]!,
      stream: bytes.readUInt32BE(at + 5),
      payload: bytes.subarray(at + 9, at + 9 + length)
    })
    at += 9 + length
  }
  return frames
}

/** What the session writes; it is always ready for more unless `full`. */
export class Wire extends Duplex {
  written: Array<Buffer> = []
  full = false
  private taken: (() => void) | undefined

  override _read(): void {}
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.written.push(Buffer.from(chunk))
    if (this.full) this.taken = done
    else done()
  }
  takeAll(): void {
    this.full = false
    this.taken?.()
    this.taken = undefined
  }
}

/** Waits until what was written in this turn has arrived. */
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
