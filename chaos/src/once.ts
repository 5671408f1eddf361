/**
 * Writers with the client's defaults: a put whose answer was lost is sent again by the client. Each key is written once and
 * by one writer, so a second time changes nothing; what was acknowledged must be there at the end.
 */
import { type Kv, KvError } from "@reefkv/client"
import { valueOf } from "./Keys.ts"

const putTimeoutMs = 20_000
const pauseMs = 25
/** Keys read back in one call. */
const readBatch = 500

export class Once {
  /** Acknowledged. */
  readonly acked: Array<string> = []
  /** May be there or not. */
  readonly maybe: Array<string> = []
  private next = 0

  async run(kv: Kv, stopping: () => boolean): Promise<void> {
    while (!stopping()) {
      const key = `once/${String(this.next++).padStart(7, "0")}`
      try {
        await kv.put(key, valueOf(key), { timeoutMs: putTimeoutMs })
        this.acked.push(key)
      } catch (error) {
        if (!(error instanceof KvError)) throw error
        this.maybe.push(key)
      }
      await Bun.sleep(pauseMs)
    }
  }

  async verify(kv: Kv, timeoutMs: number, onBroken: (what: string) => void): Promise<void> {
    const decoder = new TextDecoder()
    const check = async (all: ReadonlyArray<string>, mayMiss: boolean): Promise<void> => {
      for (let at = 0; at < all.length; at += readBatch) {
        const keys = all.slice(at, at + readBatch)
        const values = await kv.getMany(keys, { timeoutMs })
        for (const [i, key] of keys.entries()) {
          const value = values[i]
          if (value === undefined && !mayMiss) onBroken(`${key} was acknowledged and is not there`)
          if (value !== undefined && decoder.decode(value) !== valueOf(key)) onBroken(`${key} has a wrong value`)
        }
      }
    }
    await check(this.acked, false)
    await check(this.maybe, true)
  }
}
