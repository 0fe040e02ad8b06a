// The rooms of the repository and which imports which; CONTRIBUTING.md says what belongs in each.

import { dirname } from "node:path";

/** Files of each room; the first match counts, so an exception comes before its room. */
const FILES = {
  program: "{index,program/*}.ts",
  clouds: "lib/config/clouds.ts",
  limits: "lib/config/limits.ts",
  "own-variables": "lib/config/own-variables.ts",
  clock: "lib/startup/clock.ts",
  waiting: "lib/startup/waiting.ts",
  "bounded-file": "lib/startup/bounded-file.ts",
  "provider-code": "lib/startup/provider-code.ts",
  errors: "lib/errors/**/*.ts",
  config: "lib/config/**/*.ts",
  startup: "lib/startup/**/*.ts",
  components: "components/**/*.ts",
  providers: "lib/providers/**/*.ts",
  application: "lib/application/**/*.ts",
  credential: "lib/credential/**/*.ts",
  token: "lib/token/**/*.ts",
  consent: "lib/consent/**/*.ts",
  http: "lib/http/**/*.ts",
  oauth: "lib/oauth/**/*.ts",
  azure: "lib/azure/**/*.ts",
  vault: "lib/vault/**/*.ts",
  resolve: "program/resolve/**/*.ts",
  "ci-identities": "lib/ci-identities/**/*.ts",
  "partner-center": "lib/partner-center/**/*.ts",
  cli: "cli/**/*.ts",
  acceptance: "tools/acceptance/**/*.ts",
  emulator: "tools/embedded-cloud/emulator/**/*.ts",
  plugins: "tools/embedded-cloud/providers/**/*.ts",
  engine: "tools/embedded-cloud/engine/**/*.ts",
  "build-test": "tools/build/test/**/*.ts",
  build: "tools/build/**/*.{ts,mjs,cjs,cts}",
  testing: "tools/embedded-cloud/testing/**/*.ts",
  "embedded-cloud-test": "tools/embedded-cloud/test/**/*.{ts,cjs}",
  "embedded-cloud": "tools/embedded-cloud/**/*.ts",
  test: "test/**/*.{ts,cjs}",
};

/** What every room of the product may import: clouds, defaults and ranges as data, the variables, errors, clock, waits, files within limits. */
const EVERYWHERE = ["clouds", "limits", "own-variables", "errors", "clock", "waiting", "bounded-file"];

/**
 * What a room imports besides itself. Nothing imports a test; tools/embedded-cloud/ and the product share no code, otherwise both sides would have
 * the same bug, and for the same reason the emulator and the plugins share no code with each other. The product's tests get at both
 * through tools/embedded-cloud/testing alone.
 */
const IMPORTS = {
  program: [
    ...[
      "config",
      "startup",
      "components",
      "resolve",
      "application",
      "ci-identities",
      "credential",
      "token",
      "oauth",
      "azure",
    ],
    ...EVERYWHERE,
  ],
  clouds: ["errors", "own-variables"],
  limits: [],
  "own-variables": ["errors"],
  clock: [],
  "bounded-file": [],
  waiting: ["errors", "clock"],
  "provider-code": [],
  errors: [],
  config: EVERYWHERE,
  startup: EVERYWHERE,
  components: [
    "startup",
    "provider-code",
    "config",
    "application",
    "ci-identities",
    "credential",
    "token",
    "oauth",
    "azure",
    "vault",
    ...EVERYWHERE,
  ],
  providers: ["startup", "application", "credential", "token", "consent", "oauth", "azure", "vault", ...EVERYWHERE],
  application: ["oauth", "azure", "provider-code", ...EVERYWHERE],
  credential: ["application", "oauth", "azure", "vault", ...EVERYWHERE],
  token: ["application", "credential", "oauth", "azure", "vault", ...EVERYWHERE],
  consent: ["application", "credential", "token", "oauth", "azure", "vault", ...EVERYWHERE],
  http: EVERYWHERE,
  oauth: ["http", ...EVERYWHERE],
  azure: ["http", "oauth", ...EVERYWHERE],
  vault: ["http", "azure", ...EVERYWHERE],
  resolve: ["application", "config", "credential", "token", "azure", "vault", ...EVERYWHERE],
  "ci-identities": ["application", "config", "credential", "token", "oauth", "azure", "vault", ...EVERYWHERE],
  "partner-center": ["http", ...EVERYWHERE],
  cli: [
    "config",
    "startup",
    "provider-code",
    "application",
    "ci-identities",
    "credential",
    "token",
    "consent",
    "http",
    "oauth",
    "azure",
    "vault",
    "resolve",
    "partner-center",
    ...EVERYWHERE,
  ],
  // It runs the engine and the command like a user: it imports nothing of the code under test. From consent/ it uses only the browser.
  acceptance: ["config", "startup", "http", "azure", "credential", "consent", ...EVERYWHERE],
  emulator: [],
  plugins: [],
  engine: ["build"],
  build: [],
  "build-test": ["build", "engine", "testing"],
  "embedded-cloud": ["emulator", "plugins", "engine"],
  testing: ["embedded-cloud", "emulator", "plugins", "engine"],
  "embedded-cloud-test": ["testing", "embedded-cloud", "emulator", "plugins", "engine", "build"],
  test: Object.keys(FILES).filter((room) => !["emulator", "plugins", "build", "embedded-cloud-test"].includes(room)),
};

/** Rooms that work without Pulumi: loading it would take as long as the whole command `token`. */
const WITHOUT_PULUMI = [
  "clouds",
  "limits",
  "own-variables",
  "errors",
  "config",
  "providers",
  "application",
  "credential",
  "token",
  "consent",
  "http",
  "oauth",
  "azure",
  "vault",
  "resolve",
  "ci-identities",
  "partner-center",
  "cli",
  "acceptance",
  "emulator",
];

const room = (name) => ({ file: { categories: name } });

const allowed = Object.entries(IMPORTS).map(([from, to]) => ({
  from: room(from),
  allow: { to: { file: { categories: { anyOf: [from, ...to] } } } },
}));

const packages = [
  { from: room("*"), allow: { to: { module: { origin: ["external", "core"] } } } },
  {
    from: { file: { categories: { anyOf: WITHOUT_PULUMI } } },
    disallow: { to: { module: { origin: "external", source: "@pulumi/*" } } },
    message: "this room works without Pulumi (tools/lint/rooms.mjs)",
  },
];

/** Settings and rules of eslint-plugin-boundaries that hold the directions; every TypeScript file has to be in a room. */
export const roomRules = {
  settings: {
    "boundaries/files": Object.entries(FILES).map(([category, pattern]) => ({ category, pattern })),
    "boundaries/files-single-match": true,
    "boundaries/dependency-nodes": ["import", "dynamic-import", "export", "require"],
    "boundaries/additional-dependency-nodes": [{ selector: "TSImportType Literal", kind: "type", name: "import-type" }],
    "boundaries/root-path": dirname(dirname(import.meta.dirname)),
  },
  rules: {
    "boundaries/no-unknown-files": "error",
    "boundaries/no-unknown-dependencies": "error",
    "boundaries/dependencies": [
      "error",
      { default: "disallow", checkAllOrigins: true, policies: [...allowed, ...packages] },
    ],
  },
};
