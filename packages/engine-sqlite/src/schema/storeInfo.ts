/** The table in both files that says what the file is and to which store it belongs; one row per `name`. */
import { sqliteTable, text } from "drizzle-orm/sqlite-core"

export const storeInfo = sqliteTable("store_info", {
  name: text("name").primaryKey(),
  value: text("value").notNull()
})
