/** The gRPC layer lives in its own package, @reefkv/grpc, so that the client can stand on it too; edit it there. */
export * from "@reefkv/grpc"
