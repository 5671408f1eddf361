/**
 * Keys and values between a command line and bytes.
 *
 * In: `0x6162` is hex; anything else is text, in which `\n`, `\\`, `\xHH` and `\ooo` stand for bytes (the form that logs
 * print). Out: text when the bytes are clean UTF-8, else that escaped form, which can be pasted back in.
 */
import { parsePrintable, printable, WireError } from "@reefkv/wire"
import { Argument, Flag } from "effect/cli"

/** Throws an Error whose message is for the person who typed it. */
export const parseBytes = (text: string): Uint8Array => {
  if (/^0x/i.test(text)) {
    const digits = text.slice(2)
    if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) throw new Error(`${text} is not hex: an even number of digits after 0x`)
    return new Uint8Array(Buffer.from(digits, "hex"))
  }
  try {
    return parsePrintable(text)
  } catch (error) {
    if (error instanceof WireError)
      throw new Error(`${JSON.stringify(text)}: ${error.message} (write \\\\ for a backslash)`)
    throw error
  }
}

const strict = new TextDecoder("utf-8", { fatal: true })

/** Undefined unless the bytes are UTF-8 without control characters. */
const cleanText = (bytes: Uint8Array): string | undefined => {
  try {
    const text = strict.decode(bytes)
    return /[\p{Cc}\\]/u.test(text) ? undefined : text
  } catch {
    return undefined
  }
}

export const showBytes = (bytes: Uint8Array): string => cleanText(bytes) ?? printable(bytes)

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")

/** For `--json`: hex, which holds any bytes, and text where there is one. */
export const bytesJson = <Name extends string>(name: Name, bytes: Uint8Array) => ({
  [name]: cleanText(bytes) ?? null,
  [`${name}_hex`]: hexOf(bytes)
})

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export const bytesArgument = (name: string) => Argument.String(name).pipe(Argument.mapTryCatch(parseBytes, message))

export const bytesFlag = (name: string) => Flag.String(name).pipe(Flag.mapTryCatch(parseBytes, message))
