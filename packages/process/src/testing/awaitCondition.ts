/** Waiting for something only a look can tell: asked again at a named interval, within a bound. */

/** Between two looks. */
export const lookIntervalMs = 50
/** How long a condition may take unless told otherwise. */
export const conditionTimeoutMs = 30_000

/**
 * The first answer of `look` that is not undefined. What it throws counts as "not yet", and is told when the time is over.
 */
export const awaitCondition = async <A>(
  what: string,
  look: () => Promise<A | undefined> | A | undefined,
  timeoutMs: number = conditionTimeoutMs
): Promise<A> => {
  const deadlineMs = performance.now() + timeoutMs
  let last: unknown
  for (;;) {
    try {
      const answer = await look()
      if (answer !== undefined) return answer
      last = undefined
    } catch (error) {
      last = error
    }
    if (performance.now() >= deadlineMs) {
      throw new Error(`not within ${timeoutMs} ms: ${what}${last === undefined ? "" : ` (${String(last)})`}`)
    }
    await Bun.sleep(lookIntervalMs)
  }
}
