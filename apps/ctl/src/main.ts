/** `bun run ctl …`: look into a cluster and change it. Ends with 0, 1 (could not do it) or 2 (asked wrongly). */
import { runProcess } from "@reefkv/process"
import { Command } from "effect/cli"
import { FetchHttpClient } from "effect/http"
import { ctl } from "./command.ts"

runProcess(Command.provide(ctl, FetchHttpClient.layer))
