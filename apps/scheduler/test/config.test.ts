/** What a person wrote, and where, becomes what the process runs with: a flag over the environment over the file over the default. */
import { expect, test } from "bun:test"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { fetchJson, flagArgs, makeWorkplace } from "@reefkv/process/testing"

const testTimeoutMs = 30_000

test(
  "flag, environment, file, default, as the running scheduler tells them",
  async () => {
    await using workplace = makeWorkplace()
    const config = join(workplace.directory, "scheduler.toml")
    writeFileSync(
      config,
      `[server]
addr = "127.0.0.1:1"
name = "from-the-file"
[storage]
engine = "memory"
[schedule]
max-replicas = 7
leader-schedule-limit = 7
region-schedule-limit = 7
`
    )
    const args = flagArgs({ config, "server.addr": "127.0.0.1:0", "schedule.leader-schedule-limit": "9" })
    const env = { REEFKV_SCHEDULE_LEADER_SCHEDULE_LIMIT: "8", REEFKV_SCHEDULE_REGION_SCHEDULE_LIMIT: "8" }
    const scheduler = workplace.start("scheduler", args, { env })
    const [, address = ""] = await scheduler.waitForLine(/listening on (\S+)$/)
    expect(await fetchJson(address, "/pd/api/v1/config")).toMatchObject({
      replication: { "max-replicas": 7 },
      schedule: { "leader-schedule-limit": 9, "region-schedule-limit": 8, "replica-schedule-limit": 64 }
    })
    expect(await fetchJson(address, "/pd/api/v1/members")).toMatchObject({ members: [{ name: "from-the-file" }] })
  },
  testTimeoutMs
)
