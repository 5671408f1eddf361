/**
 * One line at the bottom that changes (the progress bar) under lines that stay (events). On a terminal the bar is drawn
 * in place; elsewhere it is a line every few per cent, so that a log file stays readable.
 */
const barCells = 30
const logStepPercent = 10

export interface Terminal {
  readonly line: (text: string) => void
  /** Draws the bar; `done` of `total`, with a note behind it. */
  readonly progress: (label: string, done: number, total: number, note: string) => void
  /** Ends the bar: what comes next starts on a line of its own. */
  readonly endProgress: () => void
}

export const makeTerminal = (out: {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}): Terminal => {
  const inPlace = out.isTTY === true
  let bar = ""
  let nextLogged = logStepPercent

  const clear = () => {
    if (inPlace && bar !== "") out.write("\r\u001b[K")
  }
  const redraw = () => {
    if (inPlace && bar !== "") out.write(bar)
  }
  return {
    line: (text) => {
      clear()
      out.write(`${text}\n`)
      redraw()
    },
    progress: (label, done, total, note) => {
      const share = total === 0 ? 1 : done / total
      const percent = Math.floor(share * 100)
      const filled = Math.floor(share * barCells)
      const text = `${label} [${"#".repeat(filled)}${".".repeat(barCells - filled)}] ${String(percent).padStart(3)}% ${note}`
      if (inPlace) {
        clear()
        bar = text.slice(0, (out.columns ?? 80) - 1)
        redraw()
      } else if (percent >= nextLogged) {
        nextLogged = percent - (percent % logStepPercent) + logStepPercent
        out.write(`${text}\n`)
      }
    },
    endProgress: () => {
      if (inPlace && bar !== "") out.write("\n")
      bar = ""
      nextLogged = logStepPercent
    }
  }
}
