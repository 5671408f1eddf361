/**
 * Reads of one connection: prepared statements, made when first used and kept. The same class serves `latest`, on the
 * writing connection, and snapshots, each on a connection whose read transaction fixes what it sees.
 */
import { type ColumnFamily, EngineError, type ReadView, type ScanOptions, type Visit } from "@reefkv/engine"
import type { Database, Statement } from "better-sqlite3"
import { toEngineError } from "./sqliteError.ts"

/** Scans up to this are read in one call; longer ones row by row, as their entries might not fit in memory together. */
const scanAtOnceMax = 128
const noValue = new Uint8Array(0)

type Row = readonly [key: Uint8Array, value: Uint8Array]
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
  private readonly gets: Record<ColumnFamily, Statement<Array<Bound>, Uint8Array>>
  private readonly forms = new Map<string, ScanForm>()
  /** Scans under way. */
  scanning = 0

  /** `check` runs before each read: it throws when the view may not be used, and sees to the transaction. */
  constructor(db: Database, path: string, check: () => void) {
    this.db = db
    this.path = path
    this.check = check
    this.gets = perFamily((cf) => prepareValue<Uint8Array>(db, `SELECT value FROM cf_${cf} WHERE key = ?`))
  }

  get(cf: ColumnFamily, key: Uint8Array): Uint8Array | undefined {
    this.check()
    try {
      return this.gets[cf].get(key)
    } catch (cause) {
      throw toEngineError(cause, `reading ${cf}`, this.path)
    }
  }

  getMany(cf: ColumnFamily, keys: ReadonlyArray<Uint8Array>): Array<Uint8Array | undefined> {
    this.check()
    try {
      const statement = this.gets[cf]
      return keys.map((key) => statement.get(key))
    } catch (cause) {
      throw toEngineError(cause, `reading ${cf}`, this.path)
    }
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
      if (limit <= scanAtOnceMax) {
        const rows = this.readAll(form, bounds)
        for (let i = 0; i < rows.length; i++) {
          const row = rows[i]!
          if (visit(row[0], keyOnly ? noValue : row[1]) === false) return
        }
      } else {
        this.readEach(form, bounds, keyOnly, visit)
      }
    } finally {
      this.scanning--
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

  private readEach(form: ScanForm, bounds: Array<Bound>, keyOnly: boolean, visit: Visit): void {
    const statement = form.idle.pop() ?? prepareRows<Row>(this.db, form.sql)
    const rows = statement.iterate(...bounds)
    try {
      for (;;) {
        const next = this.nextRow(rows)
        if (next === undefined || visit(next[0], keyOnly ? noValue : next[1]) === false) return
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
      const columns = keyOnly ? "key" : "key, value"
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
