/**
 * Three etcd processes on loopback with their default durability, and the calls that the load makes to their leader:
 * `KV/Put`, linearizable `KV/Range`, and `KV/Txn` with N operations, which is etcd's nearest form of a batch (one entry of
 * the log, all or nothing).
 */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { type Child, freePort, spawnChild, until } from "../process/child.ts"
import { headerBlock, LightConnection } from "./LightConnection.ts"
import { type Field, message } from "./message.ts"
import type { Target } from "./Target.ts"

const members = 3
const startTimeoutMs = 30_000

/** The version on this machine, or undefined where there is no etcd. */
export const etcdVersion = (): string | undefined => {
  const ran = spawnSync("etcd", ["--version"], { encoding: "utf8" })
  return ran.status === 0 ? /etcd Version: (\S+)/.exec(ran.stdout)?.[1] : undefined
}

export const startEtcd = async (directory: string): Promise<Target> => {
  const ports: Array<{ client: number; peer: number }> = []
  for (let i = 0; i < members; i++) ports.push({ client: await freePort(), peer: await freePort() })
  const cluster = ports.map(({ peer }, i) => `e${i}=http://127.0.0.1:${peer}`).join(",")
  const children: Array<Child> = ports.map(({ client, peer }, i) =>
    spawnChild(`etcd ${i}`, [
      "etcd",
      ...["--name", `e${i}`, "--data-dir", join(directory, `etcd-${i}`)],
      ...[
        "--listen-client-urls",
        `http://127.0.0.1:${client}`,
        "--advertise-client-urls",
        `http://127.0.0.1:${client}`
      ],
      ...[
        "--listen-peer-urls",
        `http://127.0.0.1:${peer}`,
        "--initial-advertise-peer-urls",
        `http://127.0.0.1:${peer}`
      ],
      ...["--initial-cluster", cluster, "--initial-cluster-state", "new", "--logger", "zap", "--log-level", "error"]
    ])
  )
  const port = await until("etcd's leader", startTimeoutMs, async () => {
    for (const { client } of ports) if (await isLeader(client)) return client
    return undefined
  })
  const connection = await LightConnection.open("127.0.0.1", port)
  const authority = `127.0.0.1:${port}`
  const kv = (method: string) => headerBlock(`/etcdserverpb.KV/${method}`, authority)
  const put = kv("Put")
  const range = kv("Range")
  const txn = kv("Txn")
  return {
    name: "etcd",
    pids: children.map(({ pid }) => pid),
    put: (key, value, done) =>
      connection.unary(put, putRequest(key, value), (reply) => done(reply !== undefined && reply.length > 0)),
    get: (key, done) =>
      connection.unary(range, message([{ number: 1, bytes: key }]), (reply) => done(hasPairs(reply, 1))),
    batchPut: (keys, values, done) => {
      const operations = keys.map((key, i) => operation(requestPut, putRequest(key, values[i]!)))
      connection.unary(txn, message(operations), (reply) => done(reply !== undefined && reply.length > 0))
    },
    batchGet: (keys, done) => {
      const operations = keys.map((key) => operation(requestRange, message([{ number: 1, bytes: key }])))
      connection.unary(txn, message(operations), (reply) => done(hasPairs(reply, keys.length)))
    },
    close: async () => {
      connection.close()
      await Promise.all(children.map((child) => child.stop()))
    }
  }
}

const putRequest = (key: Uint8Array, value: Uint8Array): Uint8Array =>
  message([
    { number: 1, bytes: key },
    { number: 2, bytes: value }
  ])

// TxnRequest.success is a list of RequestOp, whose members are these.
const requestRange = 1
const requestPut = 2
const operation = (kind: number, bytes: Uint8Array): Field => ({
  number: 2,
  bytes: message([{ number: kind, bytes }])
})

/** A header takes some 30 bytes; only pairs make a reply long. */
const emptyReplyBytesMax = 100
const hasPairs = (reply: Uint8Array | undefined, pairs: number): boolean =>
  reply !== undefined && reply.length > emptyReplyBytesMax * pairs

const isLeader = async (port: number): Promise<boolean> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/v3/maintenance/status`, { method: "POST", body: "{}" })
    const status = (await response.json()) as { leader?: string; header?: { member_id?: string } }
    return status.leader !== undefined && status.leader !== "0" && status.leader === status.header?.member_id
  } catch {
    return false
  }
}
