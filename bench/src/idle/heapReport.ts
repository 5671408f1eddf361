/**
 * Preloaded into a store under measurement: on SIGUSR2 it collects garbage and prints what its objects take. The store
 * itself knows nothing of it.
 */
import { heapStats } from "bun:jsc"

process.on("SIGUSR2", () => {
  Bun.gc(true)
  const { extraMemorySize, heapSize, objectCount } = heapStats()
  console.log(`heap ${Math.max(heapSize, extraMemorySize)} bytes in ${objectCount} objects at ${performance.now()}`)
})
