import { basename } from "node:path";

const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;

/** File names are kebab-case, with dots between parts: `redirect-listener.ts`, `file-lock.d.cts`. */
export const fileName = {
  meta: { type: "suggestion", schema: [], messages: { kebab: "File name {{name}} is not kebab-case" } },
  create: (context) => ({
    Program(node) {
      const name = basename(context.filename);
      if (!KEBAB_CASE.test(name)) context.report({ node, messageId: "kebab", data: { name } });
    },
  }),
};
