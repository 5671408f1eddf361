export * as GrpcTransport from "./GrpcTransport.ts"
export { LINK_BYTES_MAX, LINK_MESSAGES_MAX } from "./RaftLink.ts"
export { FRAME_BYTES_MAX } from "./raftFrames.ts"
