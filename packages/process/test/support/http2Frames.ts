/** HTTP/2 by hand (RFC 9113), for clients that do what no library would: frames as bytes, nothing checked. */

export const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1")

export const frameType = {
  data: 0,
  headers: 1,
  rstStream: 3,
  settings: 4,
  ping: 6,
  windowUpdate: 8,
  continuation: 9
} as const
const endStream = 0x1
const endHeaders = 0x4

/** `length` is what the header claims; left out, it is true. */
export const frame = (
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array,
  length = payload.length
): Buffer => {
  const head = Buffer.alloc(9)
  head.writeUIntBE(length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(streamId, 5)
  return Buffer.concat([head, payload])
}

const windowMax = 2 ** 31 - 1
/** All windows as large as they can be: nothing but the socket holds the server back. */
export const openWindows = (): Buffer => {
  const initialWindowSize = Buffer.from([0, 4, 0, 0, 0, 0])
  initialWindowSize.writeUInt32BE(windowMax, 2)
  const connection = Buffer.alloc(4)
  connection.writeUInt32BE(windowMax - 65_535, 0)
  return Buffer.concat([
    frame(frameType.settings, 0, 0, initialWindowSize),
    frame(frameType.windowUpdate, 0, 0, connection)
  ])
}
export const emptySettings = (): Buffer => frame(frameType.settings, 0, 0, Buffer.alloc(0))

/** HPACK literals without indexing, names and values shorter than 127 bytes. */
const literal = ([name, value]: readonly [string, string]): Buffer =>
  Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name), Buffer.from([value.length]), Buffer.from(value)])

/** The request headers of a gRPC call. */
export const grpcHeaders = (
  streamId: number,
  path: string,
  more: ReadonlyArray<readonly [string, string]> = []
): Buffer => {
  const headers: ReadonlyArray<readonly [string, string]> = [
    [":method", "POST"],
    [":scheme", "http"],
    [":path", path],
    [":authority", "test"],
    ["te", "trailers"],
    ["content-type", "application/grpc"],
    ...more
  ]
  return frame(frameType.headers, endHeaders, streamId, Buffer.concat(headers.map(literal)))
}

/** One gRPC message in a DATA frame; `claims` is the length its prefix names. */
export const grpcMessage = (
  streamId: number,
  bytes: Uint8Array,
  { last = false, claims = bytes.length, compressed = false } = {}
): Buffer => {
  const prefix = Buffer.alloc(5)
  prefix[0] = compressed ? 1 : 0
  prefix.writeUInt32BE(claims, 1)
  return frame(frameType.data, last ? endStream : 0, streamId, Buffer.concat([prefix, bytes]))
}
