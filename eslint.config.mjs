import { defineConfig, globalIgnores } from "eslint/config";
import boundaries from "eslint-plugin-boundaries";
import tseslint from "typescript-eslint";
import { fileName } from "./lint/file-name.mjs";
import { roomRules } from "./lint/rooms.mjs";

const TYPESCRIPT = ["**/*.ts"];
const PLAIN = ["**/*.{mjs,cjs}"];

const NAMED_EXPORTS = { selector: "ExportDefaultDeclaration", message: "Named exports only." };
const NO_DEFAULT_AS = { selector: "ExportSpecifier[exported.name='default']", message: "Named exports only." };

/** Tests move the product's clock: nothing but that asks the system what time it is. */
const SYSTEM_TIME = [
  "CallExpression[callee.object.name='Date'][callee.property.name='now']",
  "NewExpression[callee.name='Date'][arguments.length=0]",
  "CallExpression[callee.name='Date']",
].map((selector) => ({ selector, message: "Ask startup/clock.ts what time it is." }));

const everywhere = {
  eqeqeq: ["error", "always"],
  "no-console": "error", // data goes to stdout through cli/output.ts alone; everything else to stderr
  "no-constant-binary-expression": "error",
  "no-else-return": "error",
  "no-implicit-coercion": "error",
  "no-param-reassign": "error",
  "no-self-compare": "error",
  "no-template-curly-in-string": "error",
  "no-unreachable-loop": "error",
  "no-useless-rename": "error",
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
  "no-restricted-syntax": ["error", NAMED_EXPORTS, NO_DEFAULT_AS],
  "house/file-name": "error",
};

const typed = {
  "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
  "@typescript-eslint/consistent-type-imports": [
    "error",
    { fixStyle: "inline-type-imports", disallowTypeAnnotations: false },
  ],
  "@typescript-eslint/explicit-module-boundary-types": "error",
  "@typescript-eslint/switch-exhaustiveness-check": "error",
  "@typescript-eslint/prefer-readonly": "error",
  "@typescript-eslint/naming-convention": [
    "error",
    { selector: "variable", modifiers: ["global"], format: ["camelCase", "PascalCase"] },
  ],
  // The package's own name resolves to bin/: a way around the rooms, and to an old build.
  "no-restricted-imports": ["error", { patterns: [{ regex: "^secure-application-model(/|$)" }] }],
};

const nodeGlobals = Object.fromEntries(
  [
    "AbortController",
    "Buffer",
    "URL",
    "clearInterval",
    "clearTimeout",
    "fetch",
    "performance",
    "process",
    "setInterval",
    "setTimeout",
  ].map((name) => [name, "readonly"]),
);

export default defineConfig(
  globalIgnores(["bin/", "embedded-cloud/bin/", "embedded-cloud/node/", ".local/", "coverage/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  { plugins: { house: { rules: { "file-name": fileName } } }, rules: everywhere },
  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: ["tsconfig.json"], tsconfigRootDir: import.meta.dirname } },
    rules: typed,
  },
  {
    files: TYPESCRIPT,
    plugins: { boundaries },
    settings: { ...roomRules.settings, "import/resolver": { [`${import.meta.dirname}/lint/source-resolver.cjs`]: {} } },
    rules: roomRules.rules,
  },
  {
    files: TYPESCRIPT,
    ignores: ["embedded-cloud/**", "test/**"],
    rules: {
      "no-restricted-globals": [
        "error",
        { name: "fetch", message: "http/ is the one client: it knows proxies, limits and retries." },
      ],
    },
  },
  {
    files: TYPESCRIPT,
    ignores: ["embedded-cloud/**", "test/**", "startup/clock.ts"],
    rules: { "no-restricted-syntax": ["error", NAMED_EXPORTS, NO_DEFAULT_AS, ...SYSTEM_TIME] },
  },
  // A dynamic provider's only way to the log: pulumi.log is not connected in its process.
  { files: ["providers/**"], rules: { "no-console": ["error", { allow: ["error"] }] } },
  // Required, not imported: with import() the bundle would hold packages a second time.
  { files: ["cli/lazy-runtime.ts"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  {
    files: PLAIN,
    languageOptions: { globals: nodeGlobals },
    rules: { "no-undef": "error", "no-unused-vars": "error" },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: {
      sourceType: "commonjs",
      globals: { ...nodeGlobals, __dirname: "readonly", exports: "readonly", module: "readonly", require: "readonly" },
    },
  },
  { files: ["*.config.mjs"], rules: { "no-restricted-syntax": "off" } }, // the tools read a default export
);
