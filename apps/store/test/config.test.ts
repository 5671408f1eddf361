/** What a person wrote, and where, becomes what the process runs with: a flag over the environment over the file over the default. */
import { expect, test } from "bun:test"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { fetchJson, flagArgs, startCluster } from "@reefkv/process/testing"

const testTimeoutMs = 30_000

test(
  "flag, environment, file, default, as the running store tells them",
  async () => {
    await using cluster = await startCluster({ stores: 0, engine: "memory" })
    const { workplace } = cluster
    const config = join(workplace.directory, "store.toml")
    writeFileSync(
      config,
      `[server]
addr = "127.0.0.1:0"
status-addr = "127.0.0.1:1"
labels = ["zone=a", "disk=ssd"]
[pd]
endpoints = ["http://${cluster.scheduler.address}"]
[storage]
engine = "sqlite"
data-dir = "${join(workplace.directory, "data")}"
api-version = "v1"
[raftstore]
split-check-interval = "7s"
region-max-size = "7MiB"
region-split-size = "5MiB"
`
    )
    const store = workplace.start(
      "store",
      ["--config", config, ...flagArgs({ "storage.engine": "memory", "raftstore.region-max-size": "9MiB" })],
      {
        env: {
          REEFKV_SERVER_STATUS_ADDR: "127.0.0.1:0",
          REEFKV_STORAGE_ENGINE: "rocksdb",
          REEFKV_RAFTSTORE_REGION_MAX_SIZE: "8MiB",
          REEFKV_RAFTSTORE_REGION_SPLIT_SIZE: "6MiB"
        }
      }
    )
    const [, id, statusAddress = ""] = await store.waitForLine(/^store (\d+) of .*, status on (\S+)$/)
    expect(await fetchJson(statusAddress, "/config")).toMatchObject({
      storage: { engine: "memory", "api-version": 1, "enable-ttl": false },
      raftstore: {
        "region-max-bytes": 9 * 1024 * 1024,
        "region-split-bytes": 6 * 1024 * 1024,
        "split-check-interval-ms": 7_000,
        "store-heartbeat-interval-ms": 3_000
      }
    })
    expect(await fetchJson(cluster.scheduler.address, `/pd/api/v1/store/${id}`)).toMatchObject({
      store: {
        labels: [
          { key: "zone", value: "a" },
          { key: "disk", value: "ssd" }
        ]
      }
    })
  },
  testTimeoutMs
)

test(
  "the level of the log: nothing below it is printed",
  async () => {
    await using cluster = await startCluster({ stores: 0, engine: "memory" })
    const start = (level: string) =>
      cluster.workplace.start(
        "store",
        flagArgs({
          "server.addr": "127.0.0.1:0",
          "server.status-addr": "",
          "pd.endpoints": cluster.scheduler.address,
          "storage.engine": "memory",
          "log.level": level
        })
      )
    const [info, error] = [start("info"), start("error")]
    for (const store of [info, error]) await store.waitForLine(/listening on 127\.0\.0\.1:\d+$/)
    await info.waitForLine(/^\d{4}-\d\d-\d\dT[\d:.]+Z INFO +store \d+ started with \d+ regions$/)
    expect(await error.stop()).toMatchObject({ code: 0, stderr: "" })
  },
  testTimeoutMs
)
