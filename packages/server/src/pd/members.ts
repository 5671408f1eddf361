/**
 * Who serves: GetMembers, GetClusterInfo. The first calls of every client, made before it knows the cluster id, so their
 * request headers are not looked at. A members reply without a leader that has a client URL is "no leader" to a client,
 * which is what it shall think before the addresses were announced.
 */

import type { Binding } from "@reefkv/grpc"
import { pdpb, services } from "@reefkv/wire"
import { Effect } from "effect"
import { type PdContext, pdUnaryUnchecked } from "./pdCall.ts"

export const memberBindings = (pd: PdContext): ReadonlyArray<Binding> => [
  pdUnaryUnchecked(pd, services.PD.methods.GetMembers, () =>
    Effect.map(pd.scheduler.members, ({ members, leader }) => ({ members: [...members], leader, etcdLeader: leader }))
  ),
  // One mode: no other services to look for. An empty list crashes client-go v2.0.7.
  pdUnaryUnchecked(pd, services.PD.methods.GetClusterInfo, () =>
    Effect.succeed({ serviceModes: [pdpb.ServiceMode.PD_SVC_MODE] })
  )
]
