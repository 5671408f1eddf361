/** Regions and stores as PD's HTTP API prints them. Field names and units are PD's, for pd-ctl and dashboards. */
import type { RegionStatus, StoreStatus } from "@reefkv/scheduler"
import { metapb, type pdpb } from "@reefkv/wire"

const MIB = 1024 * 1024

/** Keys are upper-case hex here, so that any byte survives JSON. */
export const hexKey = (key: Uint8Array): string => Buffer.from(key).toString("hex").toUpperCase()

const roleNames: { readonly [role: number]: string } = {
  [metapb.PeerRole.Voter]: "Voter",
  [metapb.PeerRole.Learner]: "Learner",
  [metapb.PeerRole.IncomingVoter]: "IncomingVoter",
  [metapb.PeerRole.DemotingVoter]: "DemotingVoter"
}

const peerJson = (peer: metapb.Peer) => ({
  id: peer.id,
  store_id: peer.storeId,
  ...(peer.role === metapb.PeerRole.Voter ? {} : { role: peer.role }),
  role_name: roleNames[peer.role] ?? `Role${peer.role}`,
  ...(peer.role === metapb.PeerRole.Learner ? { is_learner: true } : {})
})

const downPeerJson = (down: pdpb.PeerStats) => ({
  down_seconds: down.downSeconds,
  ...(down.peer === undefined ? {} : { peer: peerJson(down.peer) })
})

export const regionJson = (status: RegionStatus) => {
  const region = status.region ?? metapb.Region.create()
  return {
    id: region.id,
    start_key: hexKey(region.startKey),
    end_key: hexKey(region.endKey),
    epoch: { conf_ver: region.regionEpoch?.confVer ?? 0, version: region.regionEpoch?.version ?? 0 },
    peers: region.peers.map(peerJson),
    ...(status.leader === undefined ? {} : { leader: peerJson(status.leader) }),
    ...(status.downPeers.length === 0 ? {} : { down_peers: status.downPeers.map(downPeerJson) }),
    ...(status.pendingPeers.length === 0 ? {} : { pending_peers: status.pendingPeers.map(peerJson) }),
    term: status.term,
    cpu_usage: 0,
    written_bytes: status.bytesWritten,
    read_bytes: status.bytesRead,
    written_keys: status.keysWritten,
    read_keys: status.keysRead,
    // MiB, and a region is never smaller than one, as in PD.
    approximate_size: status.approximateBytes === 0 ? 0 : Math.max(1, Math.round(status.approximateBytes / MIB)),
    approximate_keys: status.approximateKeys
  }
}

export const regionsJson = (regions: ReadonlyArray<RegionStatus>) => ({
  count: regions.length,
  regions: regions.map(regionJson)
})

/** Four digits and a binary unit: `99.5GiB`. */
export const bytesText = (bytes: number): string => {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${Number.parseFloat(value.toPrecision(4))}${units[unit]}`
}

/** As Go prints a duration: `1h2m3s`. */
export const durationText = (ms: number): string => {
  const seconds = Math.max(0, ms) / 1_000
  const h = Math.floor(seconds / 3_600)
  const m = Math.floor((seconds % 3_600) / 60)
  const s = Number.parseFloat((seconds % 60).toFixed(3))
  if (h > 0) return `${h}h${m}m${s}s`
  return m > 0 ? `${m}m${s}s` : `${s}s`
}

/** The one word people know a store's condition by. Source: pd `server/api` StoreInfo state_name. */
export const storeStateName = (status: StoreStatus): string => {
  switch (status.store.state) {
    case metapb.StoreState.Offline:
      return "Offline"
    case metapb.StoreState.Tombstone:
      return "Tombstone"
    default:
      if (status.liveness === "alive") return "Up"
      return status.liveness === "down" ? "Down" : "Disconnected"
  }
}

export const storeJson = (status: StoreStatus, nowUnixMs: number) => {
  const { store, stats } = status
  // pdpb gives seconds.
  const startUnixMs = (stats?.startTime ?? store.startTimestamp) * 1_000
  const mib = (bytes: number) => Math.round(bytes / MIB)
  return {
    store: {
      id: store.id,
      address: store.address,
      ...(store.state === metapb.StoreState.Up ? {} : { state: store.state }),
      labels: store.labels.map(({ key, value }) => ({ key, value })),
      version: store.version,
      ...(store.peerAddress === "" ? {} : { peer_address: store.peerAddress }),
      status_address: store.statusAddress,
      git_hash: store.gitHash,
      start_timestamp: store.startTimestamp,
      deploy_path: store.deployPath,
      // Nanoseconds do not fit a JSON number exactly; PD prints them as one all the same.
      last_heartbeat: status.lastHeartbeatUnixMs * 1_000_000,
      node_state: store.nodeState,
      state_name: storeStateName(status)
    },
    status: {
      capacity: bytesText(stats?.capacity ?? 0),
      available: bytesText(stats?.available ?? 0),
      used_size: bytesText(stats?.usedSize ?? 0),
      leader_count: status.leaderCount,
      leader_weight: 1,
      leader_score: status.leaderCount,
      leader_size: mib(status.leaderBytes),
      region_count: status.regionCount,
      region_weight: 1,
      region_score: mib(status.regionBytes),
      region_size: mib(status.regionBytes),
      ...(status.learnerCount === 0 ? {} : { learner_count: status.learnerCount }),
      ...(status.pendingPeerCount === 0 ? {} : { pending_peer_count: status.pendingPeerCount }),
      ...(stats === undefined || stats.slowScore === 0 ? {} : { slow_score: stats.slowScore }),
      ...(stats?.sendingSnapCount ? { sending_snap_count: stats.sendingSnapCount } : {}),
      ...(stats?.receivingSnapCount ? { receiving_snap_count: stats.receivingSnapCount } : {}),
      ...(stats?.applyingSnapCount ? { applying_snap_count: stats.applyingSnapCount } : {}),
      ...(stats?.isBusy ? { is_busy: true } : {}),
      start_ts: new Date(startUnixMs).toISOString(),
      ...(status.lastHeartbeatUnixMs === 0
        ? {}
        : { last_heartbeat_ts: new Date(status.lastHeartbeatUnixMs).toISOString() }),
      uptime: durationText(status.lastHeartbeatUnixMs === 0 ? 0 : nowUnixMs - startUnixMs)
    }
  }
}

export const memberJson = (member: pdpb.Member) => ({
  name: member.name,
  member_id: member.memberId,
  peer_urls: member.peerUrls,
  client_urls: member.clientUrls,
  deploy_path: member.deployPath,
  binary_version: member.binaryVersion,
  git_hash: member.gitHash
})
