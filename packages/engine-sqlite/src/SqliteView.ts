/**
 * Reads of one connection: prepared statements, made when first used and kept. The same class serves `latest`, on the
 * writing connection, and snapshots, each on a connection whose read transaction fixes what it sees.
 *
 * Nothing is answered that does not check. A row does by its own sum. That there is no row, or none before or after those
 * found, does by the sums of its two neighbours: a key that changed at rest stays at its old place in the tree, where a
 * search among right keys goes astray only next to it. docs/decisions/0008 argues it.
 */
import {
  type ColumnFamily,
  damagedFile,
  damagedRow,
  EngineError,
  isSumOfKey,
  type ReadView,
  rowSum,
  type ScanOptions,
  type Visit
} from "@reefkv/engine"
import type { Database, Statement } from "better-sqlite3"
import { toEngineError } from "./sqliteError.ts"

/** Scans up to this are read in one call; longer ones row by row, as their entries might not fit in memory together. */
const scanAtOnceMax = 128
const noValue = new Uint8Array(0)

/** Without the value where only keys are read. */
type Row = readonly [key: Uint8Array, sum: number, value: Uint8Array]
type ValueRow = readonly [value: Uint8Array, sum: number]
type KeyRow = readonly [key: Uint8Array, sum: number]
type Bound = Uint8Array | number

/** One form of scan: statements busy with a scan under way are set aside, so that a visitor may scan again. */
interface ScanForm {
  readonly sql: string
  readonly idle: Array<Statement<Array<Bound>, Row>>
}

/**
 * A statement of `sql` answering rows as arrays or single columns. The library's types know rows as objects only; what a
 * statement answers is fixed by the SQL and the STRICT tables it reads.
 */
export const prepareRows = <R>(db: Database, sql: string): Statement<Array<Bound>, R> =>
  db.prepare<Array<Bound>, R>(sql).raw()
export const prepareValue = <V>(db: Database, sql: string): Statement<Array<Bound>, V> =>
  db.prepare<Array<Bound>, V>(sql).pluck()

/** Where a row's header changed, a column is whatever that makes of it. */
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array

const perFamily = <A>(make: (cf: ColumnFamily) => A): Record<ColumnFamily, A> => ({
  default: make("default"),
  lock: make("lock"),
  write: make("write"),
  raft: make("raft")
})

export class SqliteView implements ReadView {
  private readonly db: Database
  private readonly path: string
  private readonly check: () => void
  private readonly gets: Record<ColumnFamily, Statement<Array<Bound>, ValueRow>>
  /** The nearest row below a key, and the nearest at or after it. */
  private readonly below: Record<ColumnFamily, Statement<Array<Bound>, KeyRow>>
  private readonly above: Record<ColumnFamily, Statement<Array<Bound>, KeyRow>>
  private readonly forms = new Map<string, ScanForm>()
  /** Scans under way. */
  scanning = 0

  /** `check` runs before each read: it throws when the view may not be used, and sees to the transaction. */
  constructor(db: Database, path: string, check: () => void) {
    this.db = db
    this.path = path
    this.check = check
    this.gets = perFamily((cf) => prepareRows<ValueRow>(db, `SELECT value, sum FROM cf_${cf} WHERE key = ?`))
    this.below = perFamily((cf) =>
      prepareRows<KeyRow>(db, `SELECT key, sum FROM cf_${cf} WHERE key < ? ORDER BY key DESC LIMIT 1`)
    )
    this.above = perFamily((cf) =>
      prepareRows<KeyRow>(db, `SELECT key, sum FROM cf_${cf} WHERE key >= ? ORDER BY key LIMIT 1`)
    )
  }

  get(cf: ColumnFamily, key: Uint8Array): Uint8Array | undefined {
    this.check()
    try {
      return this.read(cf, key)
    } catch (cause) {
      throw toEngineError(cause, `reading ${cf}`, this.path)
    }
  }

  getMany(cf: ColumnFamily, keys: ReadonlyArray<Uint8Array>): Array<Uint8Array | undefined> {
    this.check()
    try {
      return keys.map((key) => this.read(cf, key))
    } catch (cause) {
      throw toEngineError(cause, `reading ${cf}`, this.path)
    }
  }

  /** Throws unless nothing can be hidden in `[start, end)`, of which all rows are known. */
  assertNothingHidden(cf: ColumnFamily, start: Uint8Array, end: Uint8Array): void {
    this.checkBelow(cf, start)
    this.checkAbove(cf, end)
  }

  private read(cf: ColumnFamily, key: Uint8Array): Uint8Array | undefined {
    const row = this.gets[cf].get(key)
    if (row === undefined) {
      this.checkBelow(cf, key)
      this.checkAbove(cf, key)
      return undefined
    }
    const value = row[0]
    if (!isBytes(value) || rowSum(key, value) !== row[1]) throw this.damage(cf, key, row[1])
    return value
  }

  private checkBelow(cf: ColumnFamily, start: Uint8Array): void {
    if (start.length > 0) this.checkKey(cf, this.below[cf].get(start))
  }
  /** An empty `end` is +∞: nothing lies above. */
  private checkAbove(cf: ColumnFamily, end: Uint8Array): void {
    if (end.length > 0) this.checkKey(cf, this.above[cf].get(end))
  }
  private checkKey(cf: ColumnFamily, row: KeyRow | undefined): void {
    if (row !== undefined && !(isBytes(row[0]) && isSumOfKey(row[1], row[0]))) throw this.damage(cf, row[0], row[1])
  }
  private checkRow(cf: ColumnFamily, row: Row, keyOnly: boolean): void {
    const [key, sum, value] = row
    const isRight = isBytes(key) && (keyOnly ? isSumOfKey(sum, key) : isBytes(value) && rowSum(key, value) === sum)
    if (!isRight) throw this.damage(cf, key, sum)
  }
  private damage(cf: ColumnFamily, key: unknown, sum: number): EngineError {
    return isBytes(key) && isSumOfKey(sum, key)
      ? damagedRow(cf, key, this.path)
      : damagedFile(`a key of ${cf}`, this.path)
  }

  scan(cf: ColumnFamily, options: ScanOptions, visit: Visit): void {
    const { end, keyOnly = false, limit, reverse = false, start } = options
    if (!(limit >= 0)) throw new Error(`scan: limit ${limit}`)
    this.check()
    if (limit === 0) return
    const form = this.form(cf, reverse, keyOnly, end.length > 0)
    const bounds: Array<Bound> = end.length > 0 ? [start, end, limit] : [start, limit]
    this.scanning++
    try {
      this.checkEdge(cf, options, reverse)
      if (limit <= scanAtOnceMax) {
        const rows = this.readAll(form, bounds)
        if (rows.length < limit) this.checkEdge(cf, options, !reverse)
        for (let i = 0; i < rows.length; i++) {
          const row = rows[i]!
          this.checkRow(cf, row, keyOnly)
          if (visit(row[0], keyOnly ? noValue : row[2]) === false) return
        }
      } else {
        const read = this.readEach(form, bounds, (row) => {
          this.checkRow(cf, row, keyOnly)
          return visit(row[0], keyOnly ? noValue : row[2])
        })
        if (read !== undefined && read < limit) this.checkEdge(cf, options, !reverse)
      }
    } finally {
      this.scanning--
    }
  }

  private checkEdge(cf: ColumnFamily, { start, end }: ScanOptions, upper: boolean): void {
    try {
      if (upper) this.checkAbove(cf, end)
      else this.checkBelow(cf, start)
    } catch (cause) {
      throw toEngineError(cause, "scanning", this.path)
    }
  }

  private readAll(form: ScanForm, bounds: Array<Bound>): Array<Row> {
    const statement = form.idle.pop() ?? prepareRows<Row>(this.db, form.sql)
    try {
      return statement.all(...bounds)
    } catch (cause) {
      throw toEngineError(cause, "scanning", this.path)
    } finally {
      form.idle.push(statement)
    }
  }

  /** How many rows there were; undefined when the visitor stopped. */
  private readEach(form: ScanForm, bounds: Array<Bound>, visit: (row: Row) => ReturnType<Visit>): number | undefined {
    const statement = form.idle.pop() ?? prepareRows<Row>(this.db, form.sql)
    const rows = statement.iterate(...bounds)
    let read = 0
    try {
      for (;;) {
        const next = this.nextRow(rows)
        if (next === undefined) return read
        read++
        if (visit(next) === false) return undefined
      }
    } finally {
      rows.return?.()
      form.idle.push(statement)
    }
  }

  private nextRow(rows: IterableIterator<Row>): Row | undefined {
    try {
      const next = rows.next()
      return next.done === true ? undefined : next.value
    } catch (cause) {
      throw toEngineError(cause, "scanning", this.path)
    }
  }

  private form(cf: ColumnFamily, reverse: boolean, keyOnly: boolean, bounded: boolean): ScanForm {
    const name = `${cf}${reverse ? "-" : "+"}${keyOnly ? "k" : "v"}${bounded ? "]" : ""}`
    let form = this.forms.get(name)
    if (form === undefined) {
      const columns = keyOnly ? "key, sum" : "key, sum, value"
      const where = bounded ? "key >= ? AND key < ?" : "key >= ?"
      const sql = `SELECT ${columns} FROM cf_${cf} WHERE ${where} ORDER BY key${reverse ? " DESC" : ""} LIMIT ?`
      form = { sql, idle: [] }
      this.forms.set(name, form)
    }
    return form
  }
}

export const closedError = (what: string, path: string): EngineError =>
  new EngineError({ reason: "closed", message: `the ${what} is closed`, path })
