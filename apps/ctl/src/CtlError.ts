/** What a command could not do, in a sentence for the person who asked. The process ends with 1. */
import { Schema } from "effect"

export class CtlError extends Schema.TaggedError<CtlError>()("CtlError", { message: Schema.String }) {}
