export { type EmbeddedOptions, layerEmbedded, makeEmbeddedClient } from "./embeddedClient.ts"
export type { EmbeddedEngine } from "./engines.ts"
