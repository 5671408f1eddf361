// The arrows between packages (docs/architecture.md). Each rule names what a room refuses to know.
const only = (name, from, allowed) => ({
  name: `${name}-imports`,
  comment: `${name} may import only ${allowed.length > 0 ? allowed.join(", ") : "nothing of ours"}`,
  severity: "error",
  from: { path: `^${from}/src/` },
  to: {
    path: "^(packages|apps|bench|chaos|conformance)/",
    pathNot: [`^${from}/`, ...allowed.map((p) => `^packages/${p}/`)]
  }
})

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    only("engine", "packages/engine", []),
    only("wire", "packages/wire", []),
    only("engine-memory", "packages/engine-memory", ["engine"]),
    only("engine-sqlite", "packages/engine-sqlite", ["engine"]),
    only("core", "packages/core", ["engine", "wire"]),
    only("scheduler", "packages/scheduler", ["engine", "wire"]),
    only("storage", "packages/storage", ["core", "engine", "wire"]),
    only("config", "packages/config", ["core", "scheduler"]),
    only("process", "packages/process", ["config", "core", "engine", "engine-memory", "engine-sqlite", "grpc", "scheduler", "server", "storage", "wire"]),
    only("grpc", "packages/grpc", ["wire"]),
    only("sim", "packages/sim", ["client", "config", "core", "engine", "engine-memory", "engine-sqlite", "grpc", "process", "scheduler", "server", "storage", "wire"]),
    only("server", "packages/server", ["core", "engine", "grpc", "scheduler", "storage", "wire"]),
    {
      name: "client-imports",
      comment: "the network client knows only the wire and its transport; src/embedded alone starts a store in process",
      severity: "error",
      from: { path: "^packages/client/src/", pathNot: "^packages/client/src/embedded/" },
      to: { path: "^(packages|apps|bench|chaos|conformance)/", pathNot: ["^packages/client/", "^packages/grpc/", "^packages/wire/"] }
    },
    {
      name: "embedded-imports",
      severity: "error",
      from: { path: "^packages/client/src/embedded/" },
      to: { path: "^(packages/server|apps|bench|chaos|conformance)/" }
    },
    {
      name: "raft-is-pure",
      comment: "one Raft group knows nothing of regions, engines, messages on the wire, or Effect's runtime",
      severity: "error",
      from: { path: "^packages/core/src/raft/" },
      to: { pathNot: ["^packages/core/src/raft/", "effect/dist/(Result|Option|Data)\\.js$"] }
    },
    {
      name: "packages-know-no-app",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: "^(apps|bench|chaos|conformance)/" }
    },
    {
      name: "no-reaching-into-src",
      comment: "a package is entered through its exports",
      severity: "error",
      from: { path: "^(packages|apps)/([^/]+)/" },
      to: { path: "^packages/[^/]+/src/", pathNot: ["^$1/$2/", "/src/index\\.ts$", "/src/[^/]+/index\\.ts$"] }
    },
    {
      name: "no-cycles",
      comment: "between files that run; a type may be named by both of two files",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { pathNot: "^packages/wire/src/generated/", dependencyTypesNot: ["type-only"] } }
    },
    { name: "no-unresolved", severity: "error", from: { pathNot: "^packages/[^/]+/(test|scripts)/" }, to: { couldNotResolve: true, pathNot: "^bun" } }
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // Tests may look at anything of their own package.
    exclude: { path: ["(^|/)node_modules/(?!@reefkv/)", "^(packages|apps)/[^/]+/test/"] },
    parser: "swc",
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "bun", "default"], extensions: [".ts", ".js"] }
  }
}
