/**
 * `npm run check -- lint`: rules and types, in one run of the native TypeScript compiler: ESLint and tsc took five times its processor time.
 * The rules of typescript-eslint's sets strictTypeChecked and stylisticTypeChecked, as far as oxlint has them: it lacks
 * no-unsafe-class-instance-assignment and no-unsafe-enum-assignment. ESLint is installed as the peer of eslint-plugin-boundaries, and is not run.
 */
import { roomRules } from "./rooms.mjs";

const TYPESCRIPT = ["**/*.ts"];
const PLAIN = ["**/*.{mjs,cjs}"];

const selected = (message, ...selectors) => selectors.map((selector) => ({ selector, message }));

/** Tests move the product's clock: nothing but that asks the system what time it is. */
const SYSTEM_TIME = selected(
  "Ask lib/startup/clock.ts what time it is.",
  "CallExpression[callee.object.name='Date'][callee.property.name='now']",
  "NewExpression[callee.name='Date'][arguments.length=0]",
  "CallExpression[callee.name='Date']",
);
const NAMED_EXPORTS = selected(
  "Named exports only.",
  "ExportDefaultDeclaration",
  "ExportSpecifier[exported.name='default']",
);
const GLOBAL_NAMES = selected(
  "Variables of a module are camelCase or PascalCase.",
  "Program > VariableDeclaration > VariableDeclarator > Identifier.id[name=/_/]",
  "Program > ExportNamedDeclaration > VariableDeclaration > VariableDeclarator > Identifier.id[name=/_/]",
);

const errors = (names, prefix = "") =>
  Object.fromEntries(names.split(/\s+/u).map((name) => [`${prefix}${name}`, "error"]));

const everywhere = {
  ...errors(`no-constant-binary-expression no-else-return no-implicit-coercion no-param-reassign no-self-compare
    no-template-curly-in-string no-unreachable-loop no-useless-rename no-var object-shorthand prefer-const`),
  "no-console": "error", // data goes to stdout through cli/terminal/output.ts alone; everything else to stderr
  eqeqeq: ["error", "always"],
  "house/no-restricted-syntax": ["error", ...NAMED_EXPORTS],
  "house/file-name": "error",
};

const typed = {
  ...errors(`no-array-constructor no-empty-function no-unused-expressions no-unused-vars no-useless-constructor
    prefer-rest-params prefer-spread`),
  ...errors(
    `adjacent-overload-signatures array-type await-thenable ban-tslint-comment class-literal-property-style
    consistent-generic-constructors consistent-indexed-object-style consistent-type-assertions consistent-type-definitions dot-notation
    explicit-module-boundary-types no-array-delete no-base-to-string no-confusing-non-null-assertion no-confusing-void-expression no-deprecated
    no-duplicate-enum-values no-duplicate-type-constituents no-dynamic-delete no-empty-object-type no-explicit-any no-extra-non-null-assertion
    no-extraneous-class no-floating-promises no-for-in-array no-generated-empty-object-type no-implied-eval no-inferrable-types
    no-invalid-void-type no-meaningless-void-operator no-misused-new no-misused-promises no-misused-spread no-mixed-enums no-namespace
    no-non-null-asserted-nullish-coalescing no-non-null-asserted-optional-chain no-non-null-assertion no-redundant-type-constituents
    no-require-imports no-this-alias no-unnecessary-boolean-literal-compare no-unnecessary-condition no-unnecessary-template-expression
    no-unnecessary-type-arguments no-unnecessary-type-assertion no-unnecessary-type-constraint no-unnecessary-type-conversion
    no-unnecessary-type-parameters no-unsafe-argument no-unsafe-assignment no-unsafe-call no-unsafe-declaration-merging
    no-unsafe-enum-comparison no-unsafe-function-type no-unsafe-member-access no-unsafe-return no-unsafe-unary-minus
    no-useless-default-assignment no-wrapper-object-types non-nullable-type-assertion-style only-throw-error prefer-as-const prefer-find
    prefer-for-of prefer-function-type prefer-includes prefer-literal-enum-member prefer-namespace-keyword prefer-nullish-coalescing
    prefer-optional-chain prefer-promise-reject-errors prefer-readonly prefer-reduce-type-parameter prefer-regexp-exec
    prefer-return-this-type prefer-string-starts-ends-with related-getter-setter-pairs require-await switch-exhaustiveness-check
    triple-slash-reference unbound-method unified-signatures use-unknown-in-catch-callback-variable`,
    "typescript/",
  ),
  "typescript/ban-ts-comment": ["error", { minimumDescriptionLength: 10 }],
  "typescript/consistent-type-imports": ["error", { fixStyle: "inline-type-imports", disallowTypeAnnotations: false }],
  "typescript/restrict-plus-operands": [
    "error",
    { allowAny: false, allowBoolean: false, allowNullish: false, allowNumberAndString: false, allowRegExp: false },
  ],
  "typescript/restrict-template-expressions": ["error", { allowNumber: true }],
  "typescript/return-await": ["error", "error-handling-correctness-only"],
  "house/no-restricted-syntax": ["error", ...NAMED_EXPORTS, ...GLOBAL_NAMES],
  // The package's own name resolves to bin/: a way around the rooms, and to an old build.
  "no-restricted-imports": ["error", { patterns: [{ regex: "^secure-application-model(/|$)" }] }],
  ...roomRules.rules,
};

const nodeGlobals = Object.fromEntries(
  `AbortController Buffer URL clearInterval clearTimeout fetch performance process setInterval setTimeout`
    .split(" ")
    .map((name) => [name, "readonly"]),
);
const commonjs = { __dirname: "readonly", exports: "readonly", module: "readonly", require: "readonly" };

export default {
  plugins: ["typescript"],
  jsPlugins: ["./house.mjs", "eslint-plugin-boundaries"],
  categories: { correctness: "off" },
  ignorePatterns: ["bin/", "tools/embedded-cloud/bin/", "tools/build/node/", ".local/", "coverage/"],
  settings: { ...roomRules.settings, "import/resolver": { [`${import.meta.dirname}/source-resolver.cjs`]: {} } },
  env: { builtin: true },
  rules: everywhere,
  overrides: [
    { files: TYPESCRIPT, rules: typed },
    {
      files: TYPESCRIPT,
      excludeFiles: ["**/tools/embedded-cloud/**", "**/test/**"],
      rules: {
        "no-restricted-globals": [
          "error",
          { name: "fetch", message: "lib/http/ is the one client: it knows proxies, limits and retries." },
        ],
        "house/no-restricted-syntax": ["error", ...NAMED_EXPORTS, ...GLOBAL_NAMES, ...SYSTEM_TIME],
      },
    },
    {
      files: ["**/lib/startup/clock.ts"],
      rules: { "house/no-restricted-syntax": ["error", ...NAMED_EXPORTS, ...GLOBAL_NAMES] },
    },
    // A dynamic provider's only way to the log: pulumi.log is not connected in its process.
    { files: ["**/lib/providers/**"], rules: { "no-console": ["error", { allow: ["error"] }] } },
    // Required, not imported: with import() the bundle would hold packages a second time.
    { files: ["**/cli/program.ts"], rules: { "typescript/no-require-imports": "off" } },
    { files: PLAIN, globals: nodeGlobals, rules: { "no-undef": "error", "no-unused-vars": "error" } },
    { files: ["**/*.cjs"], globals: { ...nodeGlobals, ...commonjs } },
    // The tools read a default export.
    { files: ["*.config.mjs", "**/house.mjs"], rules: { "house/no-restricted-syntax": "off" } },
  ],
};
