/** What is wrong with a file or directory that a person named, as the end of a sentence. */
import type { PlatformError } from "effect"

const codeOf = (cause: unknown): string | undefined =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : undefined

export const fileProblem = ({ reason }: PlatformError.PlatformError): string => {
  const code = codeOf("cause" in reason ? reason.cause : undefined)
  if (code === "EISDIR") return "it is a directory"
  if (code === "ENOTDIR") return "a part of the path is a file, not a directory"
  switch (reason._tag) {
    case "NotFound":
      return "there is no such file"
    case "AlreadyExists":
      return "a file is in the way"
    case "PermissionDenied":
      return "this user may not use it"
    default:
      return reason.message
  }
}
