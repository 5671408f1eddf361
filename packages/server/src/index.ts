export * from "./grpc/index.ts"
