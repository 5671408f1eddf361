/** What HTTP/2 asks of a request's headers: RFC 9113, section 8.3.1. */
import type { HeaderList } from "./HpackDecoder.ts"

const connectionHeaders: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade"
])

/** The pseudo-headers of a request, each once and before all others; nothing of HTTP/1.1. */
export const isRequest = (headers: HeaderList): boolean => {
  let method = 0
  let scheme = 0
  let path = 0
  let authority = 0
  let regular = false
  for (const [name, value] of headers) {
    if (name.startsWith(":")) {
      if (regular) return false
      if (name === ":method") method++
      else if (name === ":scheme") scheme++
      else if (name === ":path" && value.length > 0) path++
      else if (name === ":authority") authority++
      else return false
    } else {
      regular = true
      if (connectionHeaders.has(name) || (name === "te" && value !== "trailers") || name !== name.toLowerCase()) {
        return false
      }
    }
  }
  return method === 1 && scheme === 1 && path === 1 && authority <= 1
}
