/**
 * What every generated message offers, and the two calls most code needs: `encode` and `decode`.
 */
import { Reader } from "./Reader.ts"
import { WireError } from "./WireError.ts"
import { Writer } from "./Writer.ts"

export interface Codec<T> {
  /** Full protobuf name, such as `metapb.Region`. */
  readonly name: string
  /** A message with every field present: those given, proto3 defaults for the rest. */
  create(partial?: Partial<T>): T
  /** Writes the message in front of what `writer` holds; see Writer on its direction. */
  encode(message: T, writer: Writer): void
  /** Reads fields until `end`. Unknown fields are skipped; of a field given twice the last one wins. */
  decode(reader: Reader, end: number): T
}

/** One method of a gRPC service. */
export interface Method<Request, Response> {
  readonly name: string
  /** The HTTP/2 path, such as `/tikvpb.Tikv/RawGet`. */
  readonly path: string
  readonly request: Codec<Request>
  readonly response: Codec<Response>
  readonly requestStream: boolean
  readonly responseStream: boolean
}

export interface Service {
  /** Full protobuf name, such as `tikvpb.Tikv`. */
  readonly name: string
  readonly methods: { readonly [name: string]: Method<object, object> }
}

// Encoding is synchronous and never re-entered, so one buffer serves the process.
const writer = new Writer()

/** The message as bytes of their own. Throws WireError when a number does not fit its field. */
export function encode<T>(codec: Codec<T>, message: T): Uint8Array {
  writer.reset()
  try {
    codec.encode(message, writer)
  } catch (error) {
    throw error instanceof WireError ? error.within(codec.name) : error
  }
  return writer.finish()
}

/** The message in `bytes`, whose byte fields are views into them. Throws WireError for anything else. */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): T {
  try {
    return codec.decode(new Reader(bytes), bytes.length)
  } catch (error) {
    throw error instanceof WireError ? error.within(codec.name) : error
  }
}
