/** The numbers of HTTP/2 (RFC 9113, sections 4 to 7), and what a connection may receive here. */

export const Frame = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9
} as const

export const Flag = { endStream: 0x1, ack: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const

export const Setting = { enablePush: 2, maxStreams: 3, initialWindow: 4, maxFrame: 5, maxHeaderList: 6 } as const

export const ErrorCode = {
  none: 0,
  protocol: 1,
  internal: 2,
  flowControl: 3,
  streamClosed: 5,
  frameSize: 6,
  refused: 7,
  cancel: 8,
  compression: 9,
  calm: 11
} as const

export const preface: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1")
export const frameHeadBytes = 9
/** Of a connection and of its streams, until a setting or an update says otherwise. */
export const windowDefault = 65_535
export const windowMax = 2 ** 31 - 1
/** What every receiver takes, and what we never go beyond in either direction. */
export const frameBytesMax = 16_384

/** The same for streams and the connection: HTTP/2 clients on Bun stall when the connection's is twice a stream's. */
export const receiveWindow: number = 1024 * 1024

/** Ends the connection with a code. */
export class ConnectionError extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}
