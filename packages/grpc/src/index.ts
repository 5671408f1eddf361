export {
  type Binding,
  bidi,
  type Call,
  clientStream,
  type Flow,
  type Inbound,
  type Outbound,
  type Reply,
  type Sink,
  serverStream,
  unary
} from "./Binding.ts"
export { type EffectBinder, makeEffectBinder } from "./effectHandlers.ts"
export {
  type CallOptions,
  type GrpcChannel,
  type GrpcChannelOptions,
  makeGrpcChannel,
  type RequestStream,
  type StreamListener
} from "./GrpcChannel.ts"
export {
  type Address,
  type GrpcServerOptions,
  type GrpcServerService,
  listenTcp,
  makeGrpcServer,
  RECEIVE_BYTES_MAX
} from "./GrpcServer.ts"
export { GrpcCode, GrpcError, ListenError } from "./GrpcStatus.ts"
export { type Health, makeHealth } from "./Health.ts"
