/** What stores and schedulers say of themselves over HTTP, as tests ask for it. */

export interface StoreRegion {
  readonly id: number
  readonly epoch: { readonly conf_ver: number; readonly version: number }
  readonly peer_id: number
  readonly leader_peer_id: number
  readonly role: string
  readonly term: number
  readonly applied_index: number
  readonly commit_index: number
  readonly last_index: number
  readonly truncated_index: number
  readonly peers: ReadonlyArray<{ readonly id: number; readonly store_id: number; readonly role: number }>
}

/** One request is answered within this, or it fails. */
const requestTimeoutMs = 3_000

export const fetchJson = async (address: string, path: string): Promise<unknown> => {
  const response = await fetch(`http://${address}${path}`, { signal: AbortSignal.timeout(requestTimeoutMs) })
  if (!response.ok) throw new Error(`${path} at ${address}: ${response.status}`)
  return response.json()
}

export const storeRegions = async (statusAddress: string): Promise<ReadonlyArray<StoreRegion>> => {
  const body = (await fetchJson(statusAddress, "/regions")) as { readonly regions: ReadonlyArray<StoreRegion> }
  return body.regions
}

/** One of the counters of the store's loop, such as `snapshotsApplied`. */
export const storeEvents = async (statusAddress: string, event: string): Promise<number> => {
  const response = await fetch(`http://${statusAddress}/metrics`, { signal: AbortSignal.timeout(requestTimeoutMs) })
  const found = new RegExp(`^reefkv_store_events_total\\{event="${event}"\\} (\\d+)`, "m").exec(await response.text())
  if (found === null) throw new Error(`no counter ${event} in the metrics of ${statusAddress}`)
  return Number(found[1])
}
