import { basename } from "node:path";

const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;

/** File names are kebab-case, with dots between parts: `redirect-listener.ts`, `file-lock.d.cts`. */
const fileName = {
  meta: { type: "suggestion", schema: [], messages: { kebab: "File name {{name}} is not kebab-case" } },
  create: (context) => ({
    Program(node) {
      const name = basename(context.filename);
      if (!KEBAB_CASE.test(name)) context.report({ node, messageId: "kebab", data: { name } });
    },
  }),
};

/** As ESLint's no-restricted-syntax, which oxlint does not have: options `{ selector, message }`. */
const noRestrictedSyntax = {
  meta: { type: "suggestion", schema: false },
  create: (context) =>
    Object.fromEntries(
      context.options.map(({ selector, message }) => [selector, (node) => context.report({ node, message })]),
    ),
};

/** Rules of this repository alone. */
export default {
  meta: { name: "house" },
  rules: { "file-name": fileName, "no-restricted-syntax": noRestrictedSyntax },
};
