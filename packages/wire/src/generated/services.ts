/**
 * Generated from proto/*.proto by `bun run generate`; do not edit.
 *
 * The services of every .proto file: each method's path and the codecs of both directions.
 */

import type { Service } from "../codec/Codec.ts"
import * as coprocessor from "./coprocessor.ts"
import * as etcdserverpb from "./etcdserverpb.ts"
import * as health from "./health.ts"
import * as keyspacepb from "./keyspacepb.ts"
import * as kvrpcpb from "./kvrpcpb.ts"
import * as meta_storagepb from "./meta_storagepb.ts"
import * as pdpb from "./pdpb.ts"
import * as raft_serverpb from "./raft_serverpb.ts"
import * as tikvpb from "./tikvpb.ts"

export const KV = {
  name: "etcdserverpb.KV",
  methods: {
    Range: {
      name: "Range",
      path: "/etcdserverpb.KV/Range",
      request: etcdserverpb.RangeRequest,
      response: etcdserverpb.RangeResponse,
      requestStream: false,
      responseStream: false
    },
    Put: {
      name: "Put",
      path: "/etcdserverpb.KV/Put",
      request: etcdserverpb.PutRequest,
      response: etcdserverpb.PutResponse,
      requestStream: false,
      responseStream: false
    }
  }
} as const satisfies Service

export const Cluster = {
  name: "etcdserverpb.Cluster",
  methods: {
    MemberList: {
      name: "MemberList",
      path: "/etcdserverpb.Cluster/MemberList",
      request: etcdserverpb.MemberListRequest,
      response: etcdserverpb.MemberListResponse,
      requestStream: false,
      responseStream: false
    }
  }
} as const satisfies Service

export const Health = {
  name: "grpc.health.v1.Health",
  methods: {
    Check: {
      name: "Check",
      path: "/grpc.health.v1.Health/Check",
      request: health.HealthCheckRequest,
      response: health.HealthCheckResponse,
      requestStream: false,
      responseStream: false
    },
    Watch: {
      name: "Watch",
      path: "/grpc.health.v1.Health/Watch",
      request: health.HealthCheckRequest,
      response: health.HealthCheckResponse,
      requestStream: false,
      responseStream: true
    }
  }
} as const satisfies Service

export const Keyspace = {
  name: "keyspacepb.Keyspace",
  methods: {
    LoadKeyspace: {
      name: "LoadKeyspace",
      path: "/keyspacepb.Keyspace/LoadKeyspace",
      request: keyspacepb.LoadKeyspaceRequest,
      response: keyspacepb.LoadKeyspaceResponse,
      requestStream: false,
      responseStream: false
    },
    LookupKeyspace: {
      name: "LookupKeyspace",
      path: "/keyspacepb.Keyspace/LookupKeyspace",
      request: keyspacepb.LookupKeyspaceRequest,
      response: keyspacepb.LookupKeyspaceResponse,
      requestStream: false,
      responseStream: false
    },
    LoadKeyspaceByID: {
      name: "LoadKeyspaceByID",
      path: "/keyspacepb.Keyspace/LoadKeyspaceByID",
      request: keyspacepb.LoadKeyspaceByIDRequest,
      response: keyspacepb.LoadKeyspaceResponse,
      requestStream: false,
      responseStream: false
    },
    UpdateKeyspaceState: {
      name: "UpdateKeyspaceState",
      path: "/keyspacepb.Keyspace/UpdateKeyspaceState",
      request: keyspacepb.UpdateKeyspaceStateRequest,
      response: keyspacepb.UpdateKeyspaceStateResponse,
      requestStream: false,
      responseStream: false
    },
    GetAllKeyspaces: {
      name: "GetAllKeyspaces",
      path: "/keyspacepb.Keyspace/GetAllKeyspaces",
      request: keyspacepb.GetAllKeyspacesRequest,
      response: keyspacepb.GetAllKeyspacesResponse,
      requestStream: false,
      responseStream: false
    }
  }
} as const satisfies Service

export const MetaStorage = {
  name: "meta_storagepb.MetaStorage",
  methods: {
    Get: {
      name: "Get",
      path: "/meta_storagepb.MetaStorage/Get",
      request: meta_storagepb.GetRequest,
      response: meta_storagepb.GetResponse,
      requestStream: false,
      responseStream: false
    }
  }
} as const satisfies Service

export const PD = {
  name: "pdpb.PD",
  methods: {
    GetClusterInfo: {
      name: "GetClusterInfo",
      path: "/pdpb.PD/GetClusterInfo",
      request: pdpb.GetClusterInfoRequest,
      response: pdpb.GetClusterInfoResponse,
      requestStream: false,
      responseStream: false
    },
    GetMembers: {
      name: "GetMembers",
      path: "/pdpb.PD/GetMembers",
      request: pdpb.GetMembersRequest,
      response: pdpb.GetMembersResponse,
      requestStream: false,
      responseStream: false
    },
    Tso: {
      name: "Tso",
      path: "/pdpb.PD/Tso",
      request: pdpb.TsoRequest,
      response: pdpb.TsoResponse,
      requestStream: true,
      responseStream: true
    },
    Bootstrap: {
      name: "Bootstrap",
      path: "/pdpb.PD/Bootstrap",
      request: pdpb.BootstrapRequest,
      response: pdpb.BootstrapResponse,
      requestStream: false,
      responseStream: false
    },
    IsBootstrapped: {
      name: "IsBootstrapped",
      path: "/pdpb.PD/IsBootstrapped",
      request: pdpb.IsBootstrappedRequest,
      response: pdpb.IsBootstrappedResponse,
      requestStream: false,
      responseStream: false
    },
    AllocID: {
      name: "AllocID",
      path: "/pdpb.PD/AllocID",
      request: pdpb.AllocIDRequest,
      response: pdpb.AllocIDResponse,
      requestStream: false,
      responseStream: false
    },
    GetStore: {
      name: "GetStore",
      path: "/pdpb.PD/GetStore",
      request: pdpb.GetStoreRequest,
      response: pdpb.GetStoreResponse,
      requestStream: false,
      responseStream: false
    },
    PutStore: {
      name: "PutStore",
      path: "/pdpb.PD/PutStore",
      request: pdpb.PutStoreRequest,
      response: pdpb.PutStoreResponse,
      requestStream: false,
      responseStream: false
    },
    GetAllStores: {
      name: "GetAllStores",
      path: "/pdpb.PD/GetAllStores",
      request: pdpb.GetAllStoresRequest,
      response: pdpb.GetAllStoresResponse,
      requestStream: false,
      responseStream: false
    },
    StoreHeartbeat: {
      name: "StoreHeartbeat",
      path: "/pdpb.PD/StoreHeartbeat",
      request: pdpb.StoreHeartbeatRequest,
      response: pdpb.StoreHeartbeatResponse,
      requestStream: false,
      responseStream: false
    },
    RegionHeartbeat: {
      name: "RegionHeartbeat",
      path: "/pdpb.PD/RegionHeartbeat",
      request: pdpb.RegionHeartbeatRequest,
      response: pdpb.RegionHeartbeatResponse,
      requestStream: true,
      responseStream: true
    },
    GetRegion: {
      name: "GetRegion",
      path: "/pdpb.PD/GetRegion",
      request: pdpb.GetRegionRequest,
      response: pdpb.GetRegionResponse,
      requestStream: false,
      responseStream: false
    },
    GetPrevRegion: {
      name: "GetPrevRegion",
      path: "/pdpb.PD/GetPrevRegion",
      request: pdpb.GetRegionRequest,
      response: pdpb.GetRegionResponse,
      requestStream: false,
      responseStream: false
    },
    GetRegionByID: {
      name: "GetRegionByID",
      path: "/pdpb.PD/GetRegionByID",
      request: pdpb.GetRegionByIDRequest,
      response: pdpb.GetRegionResponse,
      requestStream: false,
      responseStream: false
    },
    QueryRegion: {
      name: "QueryRegion",
      path: "/pdpb.PD/QueryRegion",
      request: pdpb.QueryRegionRequest,
      response: pdpb.QueryRegionResponse,
      requestStream: true,
      responseStream: true
    },
    ScanRegions: {
      name: "ScanRegions",
      path: "/pdpb.PD/ScanRegions",
      request: pdpb.ScanRegionsRequest,
      response: pdpb.ScanRegionsResponse,
      requestStream: false,
      responseStream: false
    },
    BatchScanRegions: {
      name: "BatchScanRegions",
      path: "/pdpb.PD/BatchScanRegions",
      request: pdpb.BatchScanRegionsRequest,
      response: pdpb.BatchScanRegionsResponse,
      requestStream: false,
      responseStream: false
    },
    AskSplit: {
      name: "AskSplit",
      path: "/pdpb.PD/AskSplit",
      request: pdpb.AskSplitRequest,
      response: pdpb.AskSplitResponse,
      requestStream: false,
      responseStream: false
    },
    ReportSplit: {
      name: "ReportSplit",
      path: "/pdpb.PD/ReportSplit",
      request: pdpb.ReportSplitRequest,
      response: pdpb.ReportSplitResponse,
      requestStream: false,
      responseStream: false
    },
    AskBatchSplit: {
      name: "AskBatchSplit",
      path: "/pdpb.PD/AskBatchSplit",
      request: pdpb.AskBatchSplitRequest,
      response: pdpb.AskBatchSplitResponse,
      requestStream: false,
      responseStream: false
    },
    ReportBatchSplit: {
      name: "ReportBatchSplit",
      path: "/pdpb.PD/ReportBatchSplit",
      request: pdpb.ReportBatchSplitRequest,
      response: pdpb.ReportBatchSplitResponse,
      requestStream: false,
      responseStream: false
    },
    GetClusterConfig: {
      name: "GetClusterConfig",
      path: "/pdpb.PD/GetClusterConfig",
      request: pdpb.GetClusterConfigRequest,
      response: pdpb.GetClusterConfigResponse,
      requestStream: false,
      responseStream: false
    },
    PutClusterConfig: {
      name: "PutClusterConfig",
      path: "/pdpb.PD/PutClusterConfig",
      request: pdpb.PutClusterConfigRequest,
      response: pdpb.PutClusterConfigResponse,
      requestStream: false,
      responseStream: false
    },
    ScatterRegion: {
      name: "ScatterRegion",
      path: "/pdpb.PD/ScatterRegion",
      request: pdpb.ScatterRegionRequest,
      response: pdpb.ScatterRegionResponse,
      requestStream: false,
      responseStream: false
    },
    GetGCSafePoint: {
      name: "GetGCSafePoint",
      path: "/pdpb.PD/GetGCSafePoint",
      request: pdpb.GetGCSafePointRequest,
      response: pdpb.GetGCSafePointResponse,
      requestStream: false,
      responseStream: false
    },
    UpdateGCSafePoint: {
      name: "UpdateGCSafePoint",
      path: "/pdpb.PD/UpdateGCSafePoint",
      request: pdpb.UpdateGCSafePointRequest,
      response: pdpb.UpdateGCSafePointResponse,
      requestStream: false,
      responseStream: false
    },
    UpdateServiceGCSafePoint: {
      name: "UpdateServiceGCSafePoint",
      path: "/pdpb.PD/UpdateServiceGCSafePoint",
      request: pdpb.UpdateServiceGCSafePointRequest,
      response: pdpb.UpdateServiceGCSafePointResponse,
      requestStream: false,
      responseStream: false
    },
    AdvanceGCSafePoint: {
      name: "AdvanceGCSafePoint",
      path: "/pdpb.PD/AdvanceGCSafePoint",
      request: pdpb.AdvanceGCSafePointRequest,
      response: pdpb.AdvanceGCSafePointResponse,
      requestStream: false,
      responseStream: false
    },
    AdvanceTxnSafePoint: {
      name: "AdvanceTxnSafePoint",
      path: "/pdpb.PD/AdvanceTxnSafePoint",
      request: pdpb.AdvanceTxnSafePointRequest,
      response: pdpb.AdvanceTxnSafePointResponse,
      requestStream: false,
      responseStream: false
    },
    SetGCBarrier: {
      name: "SetGCBarrier",
      path: "/pdpb.PD/SetGCBarrier",
      request: pdpb.SetGCBarrierRequest,
      response: pdpb.SetGCBarrierResponse,
      requestStream: false,
      responseStream: false
    },
    DeleteGCBarrier: {
      name: "DeleteGCBarrier",
      path: "/pdpb.PD/DeleteGCBarrier",
      request: pdpb.DeleteGCBarrierRequest,
      response: pdpb.DeleteGCBarrierResponse,
      requestStream: false,
      responseStream: false
    },
    SetGlobalGCBarrier: {
      name: "SetGlobalGCBarrier",
      path: "/pdpb.PD/SetGlobalGCBarrier",
      request: pdpb.SetGlobalGCBarrierRequest,
      response: pdpb.SetGlobalGCBarrierResponse,
      requestStream: false,
      responseStream: false
    },
    DeleteGlobalGCBarrier: {
      name: "DeleteGlobalGCBarrier",
      path: "/pdpb.PD/DeleteGlobalGCBarrier",
      request: pdpb.DeleteGlobalGCBarrierRequest,
      response: pdpb.DeleteGlobalGCBarrierResponse,
      requestStream: false,
      responseStream: false
    },
    GetGCState: {
      name: "GetGCState",
      path: "/pdpb.PD/GetGCState",
      request: pdpb.GetGCStateRequest,
      response: pdpb.GetGCStateResponse,
      requestStream: false,
      responseStream: false
    },
    GetAllKeyspacesGCStates: {
      name: "GetAllKeyspacesGCStates",
      path: "/pdpb.PD/GetAllKeyspacesGCStates",
      request: pdpb.GetAllKeyspacesGCStatesRequest,
      response: pdpb.GetAllKeyspacesGCStatesResponse,
      requestStream: false,
      responseStream: false
    },
    GetOperator: {
      name: "GetOperator",
      path: "/pdpb.PD/GetOperator",
      request: pdpb.GetOperatorRequest,
      response: pdpb.GetOperatorResponse,
      requestStream: false,
      responseStream: false
    },
    SplitRegions: {
      name: "SplitRegions",
      path: "/pdpb.PD/SplitRegions",
      request: pdpb.SplitRegionsRequest,
      response: pdpb.SplitRegionsResponse,
      requestStream: false,
      responseStream: false
    },
    SplitAndScatterRegions: {
      name: "SplitAndScatterRegions",
      path: "/pdpb.PD/SplitAndScatterRegions",
      request: pdpb.SplitAndScatterRegionsRequest,
      response: pdpb.SplitAndScatterRegionsResponse,
      requestStream: false,
      responseStream: false
    }
  }
} as const satisfies Service

export const Tikv = {
  name: "tikvpb.Tikv",
  methods: {
    KvGet: {
      name: "KvGet",
      path: "/tikvpb.Tikv/KvGet",
      request: kvrpcpb.GetRequest,
      response: kvrpcpb.GetResponse,
      requestStream: false,
      responseStream: false
    },
    KvScan: {
      name: "KvScan",
      path: "/tikvpb.Tikv/KvScan",
      request: kvrpcpb.ScanRequest,
      response: kvrpcpb.ScanResponse,
      requestStream: false,
      responseStream: false
    },
    KvPrewrite: {
      name: "KvPrewrite",
      path: "/tikvpb.Tikv/KvPrewrite",
      request: kvrpcpb.PrewriteRequest,
      response: kvrpcpb.PrewriteResponse,
      requestStream: false,
      responseStream: false
    },
    KvPessimisticLock: {
      name: "KvPessimisticLock",
      path: "/tikvpb.Tikv/KvPessimisticLock",
      request: kvrpcpb.PessimisticLockRequest,
      response: kvrpcpb.PessimisticLockResponse,
      requestStream: false,
      responseStream: false
    },
    KVPessimisticRollback: {
      name: "KVPessimisticRollback",
      path: "/tikvpb.Tikv/KVPessimisticRollback",
      request: kvrpcpb.PessimisticRollbackRequest,
      response: kvrpcpb.PessimisticRollbackResponse,
      requestStream: false,
      responseStream: false
    },
    KvTxnHeartBeat: {
      name: "KvTxnHeartBeat",
      path: "/tikvpb.Tikv/KvTxnHeartBeat",
      request: kvrpcpb.TxnHeartBeatRequest,
      response: kvrpcpb.TxnHeartBeatResponse,
      requestStream: false,
      responseStream: false
    },
    KvCheckTxnStatus: {
      name: "KvCheckTxnStatus",
      path: "/tikvpb.Tikv/KvCheckTxnStatus",
      request: kvrpcpb.CheckTxnStatusRequest,
      response: kvrpcpb.CheckTxnStatusResponse,
      requestStream: false,
      responseStream: false
    },
    KvCheckSecondaryLocks: {
      name: "KvCheckSecondaryLocks",
      path: "/tikvpb.Tikv/KvCheckSecondaryLocks",
      request: kvrpcpb.CheckSecondaryLocksRequest,
      response: kvrpcpb.CheckSecondaryLocksResponse,
      requestStream: false,
      responseStream: false
    },
    KvCommit: {
      name: "KvCommit",
      path: "/tikvpb.Tikv/KvCommit",
      request: kvrpcpb.CommitRequest,
      response: kvrpcpb.CommitResponse,
      requestStream: false,
      responseStream: false
    },
    KvImport: {
      name: "KvImport",
      path: "/tikvpb.Tikv/KvImport",
      request: kvrpcpb.ImportRequest,
      response: kvrpcpb.ImportResponse,
      requestStream: false,
      responseStream: false
    },
    KvCleanup: {
      name: "KvCleanup",
      path: "/tikvpb.Tikv/KvCleanup",
      request: kvrpcpb.CleanupRequest,
      response: kvrpcpb.CleanupResponse,
      requestStream: false,
      responseStream: false
    },
    KvBatchGet: {
      name: "KvBatchGet",
      path: "/tikvpb.Tikv/KvBatchGet",
      request: kvrpcpb.BatchGetRequest,
      response: kvrpcpb.BatchGetResponse,
      requestStream: false,
      responseStream: false
    },
    KvBatchRollback: {
      name: "KvBatchRollback",
      path: "/tikvpb.Tikv/KvBatchRollback",
      request: kvrpcpb.BatchRollbackRequest,
      response: kvrpcpb.BatchRollbackResponse,
      requestStream: false,
      responseStream: false
    },
    KvScanLock: {
      name: "KvScanLock",
      path: "/tikvpb.Tikv/KvScanLock",
      request: kvrpcpb.ScanLockRequest,
      response: kvrpcpb.ScanLockResponse,
      requestStream: false,
      responseStream: false
    },
    KvResolveLock: {
      name: "KvResolveLock",
      path: "/tikvpb.Tikv/KvResolveLock",
      request: kvrpcpb.ResolveLockRequest,
      response: kvrpcpb.ResolveLockResponse,
      requestStream: false,
      responseStream: false
    },
    KvGC: {
      name: "KvGC",
      path: "/tikvpb.Tikv/KvGC",
      request: kvrpcpb.GCRequest,
      response: kvrpcpb.GCResponse,
      requestStream: false,
      responseStream: false
    },
    KvDeleteRange: {
      name: "KvDeleteRange",
      path: "/tikvpb.Tikv/KvDeleteRange",
      request: kvrpcpb.DeleteRangeRequest,
      response: kvrpcpb.DeleteRangeResponse,
      requestStream: false,
      responseStream: false
    },
    KvPrepareFlashbackToVersion: {
      name: "KvPrepareFlashbackToVersion",
      path: "/tikvpb.Tikv/KvPrepareFlashbackToVersion",
      request: kvrpcpb.PrepareFlashbackToVersionRequest,
      response: kvrpcpb.PrepareFlashbackToVersionResponse,
      requestStream: false,
      responseStream: false
    },
    KvFlashbackToVersion: {
      name: "KvFlashbackToVersion",
      path: "/tikvpb.Tikv/KvFlashbackToVersion",
      request: kvrpcpb.FlashbackToVersionRequest,
      response: kvrpcpb.FlashbackToVersionResponse,
      requestStream: false,
      responseStream: false
    },
    KvFlush: {
      name: "KvFlush",
      path: "/tikvpb.Tikv/KvFlush",
      request: kvrpcpb.FlushRequest,
      response: kvrpcpb.FlushResponse,
      requestStream: false,
      responseStream: false
    },
    KvBufferBatchGet: {
      name: "KvBufferBatchGet",
      path: "/tikvpb.Tikv/KvBufferBatchGet",
      request: kvrpcpb.BufferBatchGetRequest,
      response: kvrpcpb.BufferBatchGetResponse,
      requestStream: false,
      responseStream: false
    },
    RawGet: {
      name: "RawGet",
      path: "/tikvpb.Tikv/RawGet",
      request: kvrpcpb.RawGetRequest,
      response: kvrpcpb.RawGetResponse,
      requestStream: false,
      responseStream: false
    },
    RawBatchGet: {
      name: "RawBatchGet",
      path: "/tikvpb.Tikv/RawBatchGet",
      request: kvrpcpb.RawBatchGetRequest,
      response: kvrpcpb.RawBatchGetResponse,
      requestStream: false,
      responseStream: false
    },
    RawPut: {
      name: "RawPut",
      path: "/tikvpb.Tikv/RawPut",
      request: kvrpcpb.RawPutRequest,
      response: kvrpcpb.RawPutResponse,
      requestStream: false,
      responseStream: false
    },
    RawBatchPut: {
      name: "RawBatchPut",
      path: "/tikvpb.Tikv/RawBatchPut",
      request: kvrpcpb.RawBatchPutRequest,
      response: kvrpcpb.RawBatchPutResponse,
      requestStream: false,
      responseStream: false
    },
    RawDelete: {
      name: "RawDelete",
      path: "/tikvpb.Tikv/RawDelete",
      request: kvrpcpb.RawDeleteRequest,
      response: kvrpcpb.RawDeleteResponse,
      requestStream: false,
      responseStream: false
    },
    RawBatchDelete: {
      name: "RawBatchDelete",
      path: "/tikvpb.Tikv/RawBatchDelete",
      request: kvrpcpb.RawBatchDeleteRequest,
      response: kvrpcpb.RawBatchDeleteResponse,
      requestStream: false,
      responseStream: false
    },
    RawScan: {
      name: "RawScan",
      path: "/tikvpb.Tikv/RawScan",
      request: kvrpcpb.RawScanRequest,
      response: kvrpcpb.RawScanResponse,
      requestStream: false,
      responseStream: false
    },
    RawDeleteRange: {
      name: "RawDeleteRange",
      path: "/tikvpb.Tikv/RawDeleteRange",
      request: kvrpcpb.RawDeleteRangeRequest,
      response: kvrpcpb.RawDeleteRangeResponse,
      requestStream: false,
      responseStream: false
    },
    RawBatchScan: {
      name: "RawBatchScan",
      path: "/tikvpb.Tikv/RawBatchScan",
      request: kvrpcpb.RawBatchScanRequest,
      response: kvrpcpb.RawBatchScanResponse,
      requestStream: false,
      responseStream: false
    },
    RawGetKeyTTL: {
      name: "RawGetKeyTTL",
      path: "/tikvpb.Tikv/RawGetKeyTTL",
      request: kvrpcpb.RawGetKeyTTLRequest,
      response: kvrpcpb.RawGetKeyTTLResponse,
      requestStream: false,
      responseStream: false
    },
    RawCompareAndSwap: {
      name: "RawCompareAndSwap",
      path: "/tikvpb.Tikv/RawCompareAndSwap",
      request: kvrpcpb.RawCASRequest,
      response: kvrpcpb.RawCASResponse,
      requestStream: false,
      responseStream: false
    },
    RawChecksum: {
      name: "RawChecksum",
      path: "/tikvpb.Tikv/RawChecksum",
      request: kvrpcpb.RawChecksumRequest,
      response: kvrpcpb.RawChecksumResponse,
      requestStream: false,
      responseStream: false
    },
    UnsafeDestroyRange: {
      name: "UnsafeDestroyRange",
      path: "/tikvpb.Tikv/UnsafeDestroyRange",
      request: kvrpcpb.UnsafeDestroyRangeRequest,
      response: kvrpcpb.UnsafeDestroyRangeResponse,
      requestStream: false,
      responseStream: false
    },
    RegisterLockObserver: {
      name: "RegisterLockObserver",
      path: "/tikvpb.Tikv/RegisterLockObserver",
      request: kvrpcpb.RegisterLockObserverRequest,
      response: kvrpcpb.RegisterLockObserverResponse,
      requestStream: false,
      responseStream: false
    },
    CheckLockObserver: {
      name: "CheckLockObserver",
      path: "/tikvpb.Tikv/CheckLockObserver",
      request: kvrpcpb.CheckLockObserverRequest,
      response: kvrpcpb.CheckLockObserverResponse,
      requestStream: false,
      responseStream: false
    },
    RemoveLockObserver: {
      name: "RemoveLockObserver",
      path: "/tikvpb.Tikv/RemoveLockObserver",
      request: kvrpcpb.RemoveLockObserverRequest,
      response: kvrpcpb.RemoveLockObserverResponse,
      requestStream: false,
      responseStream: false
    },
    PhysicalScanLock: {
      name: "PhysicalScanLock",
      path: "/tikvpb.Tikv/PhysicalScanLock",
      request: kvrpcpb.PhysicalScanLockRequest,
      response: kvrpcpb.PhysicalScanLockResponse,
      requestStream: false,
      responseStream: false
    },
    Coprocessor: {
      name: "Coprocessor",
      path: "/tikvpb.Tikv/Coprocessor",
      request: coprocessor.Request,
      response: coprocessor.Response,
      requestStream: false,
      responseStream: false
    },
    RawCoprocessor: {
      name: "RawCoprocessor",
      path: "/tikvpb.Tikv/RawCoprocessor",
      request: kvrpcpb.RawCoprocessorRequest,
      response: kvrpcpb.RawCoprocessorResponse,
      requestStream: false,
      responseStream: false
    },
    Raft: {
      name: "Raft",
      path: "/tikvpb.Tikv/Raft",
      request: raft_serverpb.RaftMessage,
      response: raft_serverpb.Done,
      requestStream: true,
      responseStream: false
    },
    BatchRaft: {
      name: "BatchRaft",
      path: "/tikvpb.Tikv/BatchRaft",
      request: tikvpb.BatchRaftMessage,
      response: raft_serverpb.Done,
      requestStream: true,
      responseStream: false
    },
    Snapshot: {
      name: "Snapshot",
      path: "/tikvpb.Tikv/Snapshot",
      request: raft_serverpb.SnapshotChunk,
      response: raft_serverpb.Done,
      requestStream: true,
      responseStream: false
    },
    TabletSnapshot: {
      name: "TabletSnapshot",
      path: "/tikvpb.Tikv/TabletSnapshot",
      request: raft_serverpb.TabletSnapshotRequest,
      response: raft_serverpb.TabletSnapshotResponse,
      requestStream: true,
      responseStream: true
    },
    SplitRegion: {
      name: "SplitRegion",
      path: "/tikvpb.Tikv/SplitRegion",
      request: kvrpcpb.SplitRegionRequest,
      response: kvrpcpb.SplitRegionResponse,
      requestStream: false,
      responseStream: false
    },
    ReadIndex: {
      name: "ReadIndex",
      path: "/tikvpb.Tikv/ReadIndex",
      request: kvrpcpb.ReadIndexRequest,
      response: kvrpcpb.ReadIndexResponse,
      requestStream: false,
      responseStream: false
    },
    MvccGetByKey: {
      name: "MvccGetByKey",
      path: "/tikvpb.Tikv/MvccGetByKey",
      request: kvrpcpb.MvccGetByKeyRequest,
      response: kvrpcpb.MvccGetByKeyResponse,
      requestStream: false,
      responseStream: false
    },
    MvccGetByStartTs: {
      name: "MvccGetByStartTs",
      path: "/tikvpb.Tikv/MvccGetByStartTs",
      request: kvrpcpb.MvccGetByStartTsRequest,
      response: kvrpcpb.MvccGetByStartTsResponse,
      requestStream: false,
      responseStream: false
    },
    BatchCommands: {
      name: "BatchCommands",
      path: "/tikvpb.Tikv/BatchCommands",
      request: tikvpb.BatchCommandsRequest,
      response: tikvpb.BatchCommandsResponse,
      requestStream: true,
      responseStream: true
    },
    CheckLeader: {
      name: "CheckLeader",
      path: "/tikvpb.Tikv/CheckLeader",
      request: kvrpcpb.CheckLeaderRequest,
      response: kvrpcpb.CheckLeaderResponse,
      requestStream: false,
      responseStream: false
    },
    GetStoreSafeTS: {
      name: "GetStoreSafeTS",
      path: "/tikvpb.Tikv/GetStoreSafeTS",
      request: kvrpcpb.StoreSafeTSRequest,
      response: kvrpcpb.StoreSafeTSResponse,
      requestStream: false,
      responseStream: false
    },
    GetLockWaitInfo: {
      name: "GetLockWaitInfo",
      path: "/tikvpb.Tikv/GetLockWaitInfo",
      request: kvrpcpb.GetLockWaitInfoRequest,
      response: kvrpcpb.GetLockWaitInfoResponse,
      requestStream: false,
      responseStream: false
    },
    Compact: {
      name: "Compact",
      path: "/tikvpb.Tikv/Compact",
      request: kvrpcpb.CompactRequest,
      response: kvrpcpb.CompactResponse,
      requestStream: false,
      responseStream: false
    },
    GetLockWaitHistory: {
      name: "GetLockWaitHistory",
      path: "/tikvpb.Tikv/GetLockWaitHistory",
      request: kvrpcpb.GetLockWaitHistoryRequest,
      response: kvrpcpb.GetLockWaitHistoryResponse,
      requestStream: false,
      responseStream: false
    },
    GetTiFlashSystemTable: {
      name: "GetTiFlashSystemTable",
      path: "/tikvpb.Tikv/GetTiFlashSystemTable",
      request: kvrpcpb.TiFlashSystemTableRequest,
      response: kvrpcpb.TiFlashSystemTableResponse,
      requestStream: false,
      responseStream: false
    },
    GetHealthFeedback: {
      name: "GetHealthFeedback",
      path: "/tikvpb.Tikv/GetHealthFeedback",
      request: kvrpcpb.GetHealthFeedbackRequest,
      response: kvrpcpb.GetHealthFeedbackResponse,
      requestStream: false,
      responseStream: false
    },
    BroadcastTxnStatus: {
      name: "BroadcastTxnStatus",
      path: "/tikvpb.Tikv/BroadcastTxnStatus",
      request: kvrpcpb.BroadcastTxnStatusRequest,
      response: kvrpcpb.BroadcastTxnStatusResponse,
      requestStream: false,
      responseStream: false
    }
  }
} as const satisfies Service

export const services = { KV, Cluster, Health, Keyspace, MetaStorage, PD, Tikv } as const
