/**
 * The log of a process: one line per event on stderr, `<UTC time> <LEVEL> <text>`, from what stores and schedulers emit as
 * typed events and from what the rest logs through Effect. stdout is left to what the process was asked to say.
 */
import { StoreEvents } from "@reefkv/core"
import { SchedulerEvents } from "@reefkv/scheduler"
import { Layer, Logger, type LogLevel, References } from "effect"
import { type EventLevel, type EventLine, schedulerEventLine, storeEventLine } from "./eventLine.ts"

const effectLevels = { debug: "Debug", info: "Info", warning: "Warn", error: "Error" } as const satisfies Record<
  EventLevel,
  LogLevel.LogLevel
>
const severities: Readonly<Record<EventLevel, number>> = { debug: 0, info: 1, warning: 2, error: 3 }
const labelWidth = 5

const writeLine = (date: Date, label: string, text: string): void => {
  process.stderr.write(`${date.toISOString()} ${label.toUpperCase().padEnd(labelWidth)} ${text}\n`)
}

/** Lines of Effect's own logging; a message of several parts or lines stays one line. */
const lineLogger = Logger.make<unknown, void>(({ date, logLevel, message }) => {
  const parts = Array.isArray(message) ? message : [message]
  const text = parts.map((part) => (typeof part === "string" ? part : Bun.inspect(part))).join(" ")
  writeLine(date, logLevel, text.replaceAll("\n", " | "))
})

/** Nothing less severe than `level` is printed. */
export const layerProcessLog = (level: EventLevel): Layer.Layer<never> => {
  const print = (event: EventLine | undefined): void => {
    if (event === undefined || severities[event.level] < severities[level]) return
    writeLine(new Date(), effectLevels[event.level], event.text)
  }
  return Layer.mergeAll(
    Logger.layer([lineLogger]),
    Layer.succeed(References.MinimumLogLevel, effectLevels[level]),
    Layer.succeed(StoreEvents, { listening: () => true, emit: (event) => print(storeEventLine(event)) }),
    Layer.succeed(SchedulerEvents, { listening: () => true, emit: (event) => print(schedulerEventLine(event)) })
  )
}
