/**
 * Generated from proto/health.proto by `bun run generate`; do not edit.
 *
 * The standard gRPC health service. Clients take a store or PD whose check fails as unreachable.
 */

import type { Codec } from "../codec/Codec.ts"
import { type Reader } from "../codec/Reader.ts"
import type { Writer } from "../codec/Writer.ts"

export const HealthCheckResponse_ServingStatus = {
  UNKNOWN: 0,
  SERVING: 1,
  NOT_SERVING: 2,
  /** Only in replies to Watch. */
  SERVICE_UNKNOWN: 3
} as const
/** Open, as in proto3: a newer peer may send a number that has no name here. */
export type HealthCheckResponse_ServingStatus = (typeof HealthCheckResponse_ServingStatus)[keyof typeof HealthCheckResponse_ServingStatus] | (number & {})

export interface HealthCheckRequest {
  service: string
}

function makeHealthCheckRequest(partial: Partial<HealthCheckRequest> = {}): HealthCheckRequest {
  return {
    service: partial.service ?? ""
  }
}

export function writeHealthCheckRequest(m: HealthCheckRequest, w: Writer): void {
  if (m.service !== "") {
    w.string(m.service)
    w.tag(10)
  }
}

export function readHealthCheckRequest(r: Reader, end: number): HealthCheckRequest {
  const m: HealthCheckRequest = {
    service: ""
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 10:
        m.service = r.string()
        break
      default:
        r.unknown(tag, "grpc.health.v1.HealthCheckRequest", [1])
    }
  }
  return m
}

export const HealthCheckRequest: Codec<HealthCheckRequest> = {
  name: "grpc.health.v1.HealthCheckRequest",
  create: makeHealthCheckRequest,
  encode: writeHealthCheckRequest,
  decode: readHealthCheckRequest
}

export interface HealthCheckResponse {
  status: HealthCheckResponse_ServingStatus
}

function makeHealthCheckResponse(partial: Partial<HealthCheckResponse> = {}): HealthCheckResponse {
  return {
    status: partial.status ?? 0
  }
}

export function writeHealthCheckResponse(m: HealthCheckResponse, w: Writer): void {
  if (m.status !== 0) {
    w.int32(m.status)
    w.tag(8)
  }
}

export function readHealthCheckResponse(r: Reader, end: number): HealthCheckResponse {
  const m: HealthCheckResponse = {
    status: 0
  }
  while (r.pos < end) {
    const tag = r.tag()
    switch (tag) {
      case 8:
        m.status = r.int32()
        break
      default:
        r.unknown(tag, "grpc.health.v1.HealthCheckResponse", [1])
    }
  }
  return m
}

export const HealthCheckResponse: Codec<HealthCheckResponse> = {
  name: "grpc.health.v1.HealthCheckResponse",
  create: makeHealthCheckResponse,
  encode: writeHealthCheckResponse,
  decode: readHealthCheckResponse
}
