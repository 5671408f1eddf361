/**
 * Golden scripts: blocks of commands, a line `---`, and what they print, up to an empty line.
 *
 *     # A comment, kept.
 *     (cluster peers=3 leader=1)      parentheses: run, print nothing
 *     propose 1 a
 *     !propose 2 b                    must fail; its error is printed
 *     ---
 *     Error: notLeader
 *
 * A command is a name, words and `key=value` options. A block that prints nothing prints `ok`. All blocks of a file run in
 * one environment, in order. `REWRITE=1` writes what was printed instead of comparing it; read the diff like code.
 */

export interface Command {
  readonly name: string
  readonly words: ReadonlyArray<string>
  readonly options: ReadonlyMap<string, string>
}

/** Runs one command and returns its lines; throws an Error for what `!` expects. */
export type Interpreter = (command: Command) => ReadonlyArray<string>

const separator = "---"

/** The file with the output that `run` produces in place of the recorded one. */
export function runScript(source: string, run: Interpreter): string {
  const out: string[] = []
  let pending: string[] = []
  let recorded = false
  for (const line of source.split("\n")) {
    if (recorded) {
      // Skip the recorded output; a new one was printed at the separator.
      if (line.trim() !== "") continue
      recorded = false
    }
    if (line === separator) {
      out.push(separator, ...runBlock(pending, run))
      pending = []
      recorded = true
      continue
    }
    out.push(line)
    const text = line.trim()
    if (text !== "" && !text.startsWith("#")) pending.push(text)
  }
  if (pending.length > 0) throw new Error(`commands without a ${separator} line: ${pending.join("; ")}`)
  return out.join("\n")
}

function runBlock(lines: ReadonlyArray<string>, run: Interpreter): ReadonlyArray<string> {
  const printed = lines.flatMap((line) => runLine(line, run))
  return printed.length > 0 ? printed : ["ok"]
}

function runLine(line: string, run: Interpreter): ReadonlyArray<string> {
  const silent = line.startsWith("(") && line.endsWith(")")
  const inner = silent ? line.slice(1, -1).trim() : line
  const mustFail = inner.startsWith("!")
  const command = parseCommand(mustFail ? inner.slice(1) : inner)
  try {
    const printed = run(command)
    if (mustFail) return [`Error expected, got none: ${inner}`]
    return silent ? [] : printed
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (mustFail) return silent ? [] : [`Error: ${message}`]
    return [`Unexpected error in "${inner}": ${message}`]
  }
}

export function parseCommand(text: string): Command {
  const [name = "", ...rest] = text.split(/\s+/).filter((word) => word !== "")
  const words: string[] = []
  const options = new Map<string, string>()
  for (const word of rest) {
    const at = word.indexOf("=")
    if (at > 0) options.set(word.slice(0, at), word.slice(at + 1))
    else words.push(word)
  }
  return { name, words, options }
}
