/** The committed code is what the .proto files say, and the services are what clients call. */
import { expect, test } from "bun:test"
import { join } from "node:path"
import { generate, stale } from "../scripts/generate.ts"
import { propertyName } from "../scripts/schema.ts"
import { services } from "../src/generated/services.ts"

test("the generated modules are current", () => {
  expect(stale(generate())).toEqual([])
})

test("a changed module is found", () => {
  const generated = new Map(generate())
  generated.set("metapb.ts", `${generated.get("metapb.ts")}// changed\n`)
  generated.delete("errorpb.ts")
  generated.set("new.ts", "")
  expect([...stale(generated)].sort()).toEqual(["errorpb.ts", "metapb.ts", "new.ts"])
})

test("`--check` passes", () => {
  const check = Bun.spawnSync([process.execPath, join(import.meta.dir, "../scripts/generate.ts"), "--check"])
  expect(check.stderr.toString()).toBe("")
  expect(check.exitCode).toBe(0)
})

test("property names", () => {
  const names = ["conf_ver", "RawGet", "GC", "TTL", "ID", "peerURLs", "RecoveryInProgress", "try_one_pc", "key_only"]
  expect(names.map(propertyName)).toEqual([
    "confVer",
    "rawGet",
    "gc",
    "ttl",
    "id",
    "peerURLs",
    "recoveryInProgress",
    "tryOnePc",
    "keyOnly"
  ])
})

test("paths and directions of methods", () => {
  expect(services.Tikv.methods.RawGet.path).toBe("/tikvpb.Tikv/RawGet")
  expect(services.Tikv.methods.RawGet.request.name).toBe("kvrpcpb.RawGetRequest")
  expect(services.Health.methods.Check.path).toBe("/grpc.health.v1.Health/Check")
  expect(services.Cluster.methods.MemberList.path).toBe("/etcdserverpb.Cluster/MemberList")
  const direction = (method: { requestStream: boolean; responseStream: boolean }): string =>
    `${method.requestStream ? "stream" : "one"} → ${method.responseStream ? "stream" : "one"}`
  expect(direction(services.Tikv.methods.BatchCommands)).toBe("stream → stream")
  expect(direction(services.Tikv.methods.Raft)).toBe("stream → one")
  expect(direction(services.Health.methods.Watch)).toBe("one → stream")
  expect(direction(services.PD.methods.Tso)).toBe("stream → stream")
  expect(direction(services.PD.methods.GetRegion)).toBe("one → one")
})

test("every method a client must or should find is there", () => {
  const required = {
    PD: "GetMembers GetClusterInfo Tso QueryRegion GetRegion GetPrevRegion GetRegionByID GetStore GetAllStores ScanRegions BatchScanRegions SplitRegions ScatterRegion GetOperator GetGCState AdvanceTxnSafePoint UpdateGCSafePoint UpdateServiceGCSafePoint Bootstrap IsBootstrapped AllocID PutStore StoreHeartbeat RegionHeartbeat AskSplit AskBatchSplit ReportSplit ReportBatchSplit GetClusterConfig PutClusterConfig",
    Tikv: "BatchCommands RawGet RawBatchGet RawPut RawBatchPut RawDelete RawBatchDelete RawScan RawDeleteRange RawBatchScan RawGetKeyTTL RawCompareAndSwap RawChecksum KvGet KvBatchGet KvScan KvPrewrite KvCommit KvBatchRollback KvCleanup KvCheckTxnStatus KvCheckSecondaryLocks KvTxnHeartBeat KvPessimisticLock KVPessimisticRollback KvResolveLock KvScanLock KvDeleteRange UnsafeDestroyRange SplitRegion KvFlush KvBufferBatchGet MvccGetByKey MvccGetByStartTs GetStoreSafeTS Raft BatchRaft Snapshot",
    Keyspace: "LoadKeyspace UpdateKeyspaceState",
    MetaStorage: "Get",
    KV: "Range Put",
    Cluster: "MemberList",
    Health: "Check Watch"
  } as const
  for (const [service, methods] of Object.entries(required)) {
    const known = Object.keys(services[service as keyof typeof services].methods)
    for (const method of methods.split(" ")) expect(known).toContain(method)
  }
})
