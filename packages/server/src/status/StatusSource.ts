/** Where a store's status port and metrics read from. */
import type { RouterService, StoreConfig } from "@reefkv/core"
import type { EngineService } from "@reefkv/engine"
import type { RawCommands } from "@reefkv/storage"
import type { ApiVersion } from "@reefkv/wire"

/** What the port shows; all of it is asked for when a request comes. */
export interface StatusSource {
  readonly clusterId: number
  readonly storeId: number
  /** As announced to others. */
  readonly address: string
  readonly version: string
  readonly startSeconds: number
  readonly config: StoreConfig
  readonly apiVersion: ApiVersion
  readonly router: RouterService
  readonly engine: EngineService
  readonly raw: RawCommands
  readonly grpc: { readonly openCalls: () => number; readonly requests: () => ReadonlyMap<string, number> }
  readonly transport: () => ReadonlyMap<string, number>
  /** False once the store's loop has ended. */
  readonly serving: () => boolean
}
