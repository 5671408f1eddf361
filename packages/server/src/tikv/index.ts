export { defaultTikvLimits, type TikvLimits, type TikvParts } from "./TikvCalls.ts"
export { makeTikvService, type TikvService } from "./TikvService.ts"
