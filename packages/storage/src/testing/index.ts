export { MemoryRouter, type MemoryRouterOptions } from "./MemoryRouter.ts"
