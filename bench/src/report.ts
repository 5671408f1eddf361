/** How benchmarks show their results: a table for people, one JSON file for programs, and on what they were measured. */
import { readFileSync } from "node:fs"
import { cpus, loadavg, totalmem } from "node:os"
import { fileURLToPath } from "node:url"

export interface Environment {
  readonly bun: string
  readonly packages: Readonly<Record<string, string>>
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  /** Other work on the machine shows here: figures of a busy machine compare only within one run. */
  readonly loadAverageBefore: number
  readonly etcd: string | undefined
  readonly atMs: number
}

const measuredPackages = ["effect", "@grpc/grpc-js", "better-sqlite3", "drizzle-orm", "tinybench"]

const rootFile = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

export const environment = (etcd: string | undefined): Environment => {
  const root = JSON.parse(readFileSync(rootFile("package.json"), "utf8")) as {
    workspaces: { catalog: Record<string, string> }
  }
  const { catalog } = root.workspaces
  const [first] = cpus()
  return {
    bun: Bun.version,
    packages: Object.fromEntries(measuredPackages.map((name) => [name, catalog[name] ?? "?"])),
    cpu: first?.model ?? "unknown",
    cores: cpus().length,
    memoryBytes: totalmem(),
    loadAverageBefore: loadavg()[0] ?? 0,
    etcd,
    atMs: Date.now()
  }
}

export const environmentLine = (env: Environment): string =>
  [
    `Bun ${env.bun}`,
    ...Object.entries(env.packages).map(([name, version]) => `${name} ${version}`),
    ...(env.etcd === undefined ? [] : [`etcd ${env.etcd}`]),
    `${env.cores} × ${env.cpu}`,
    `load before ${env.loadAverageBefore.toFixed(1)}`
  ].join(", ")

export type Cell = string | number | undefined

/** The first column to the left, the others to the right. */
export const table = (header: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<Cell>>): string => {
  const text = [header, ...rows].map((row) => row.map((cell) => (cell === undefined ? "" : formatCell(cell))))
  const widths = header.map((_, column) => Math.max(...text.map((row) => row[column]?.length ?? 0)))
  const line = (row: ReadonlyArray<string>): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  ")
      .trimEnd()
  const [head, ...body] = text
  return [line(head!), widths.map((width) => "-".repeat(width)).join("  "), ...body.map(line)].join("\n")
}

const formatCell = (cell: string | number): string => {
  if (typeof cell === "string") return cell
  if (!Number.isFinite(cell)) return "-"
  const size = Math.abs(cell)
  if (size >= 1000) return Math.round(cell).toLocaleString("en-US")
  return size >= 100 ? cell.toFixed(0) : size >= 10 ? cell.toFixed(1) : cell.toFixed(2)
}

export const writeJson = async (path: string | undefined, value: unknown): Promise<void> => {
  if (path !== undefined) await Bun.write(path, `${JSON.stringify(value, null, 2)}\n`)
}
