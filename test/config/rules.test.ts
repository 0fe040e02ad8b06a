import { settingRules } from "../../config/rules";
import { readSettings } from "../../config/settings";
import { settingsSchema } from "../../config/settings-schema";
import { asConfiguration, problemOf, withSetting } from "./configuration";

/** The part of valibot's schemas that nests: optional and piped ones wrap, objects have entries, arrays have an item. */
interface Node {
  type: string;
  wrapped?: Node;
  pipe?: [Node];
  entries?: Record<string, Node>;
  item?: Node;
}

function pathsBelow(node: Node, path: string): string[] {
  if (node.wrapped !== undefined) return pathsBelow(node.wrapped, path);
  const own = path === "" ? [] : [path];
  const entries = Object.entries(node.entries ?? {});
  const nested = entries.flatMap(([key, child]) => pathsBelow(child, path === "" ? key : `${path}.${key}`));
  return [...own, ...nested, ...(node.item === undefined ? [] : pathsBelow(node.item, `${path}[]`))];
}

test("every setting of the schema has a rule, and every rule a setting", () => {
  const paths = pathsBelow(settingsSchema as unknown as Node, "");
  expect(paths.length).toBeGreaterThan(30);
  expect(Object.keys(settingRules)).toEqual(paths);
});

/** What the shell makes of an example: the quotes are gone, and the engine takes whole numbers for numbers. */
function asTyped(example: string): unknown {
  const text = example.replace(/^'(.*)'$/u, "$1");
  return /^(\d+|true|false|[[{].*)$/u.test(text) ? (JSON.parse(text) as unknown) : text;
}

const templates = /…|<(object|client) id>/u;
const typed = Object.entries(settingRules).filter(
  ([path, { example }]) => path !== "endpoints" && !templates.test(example),
);

test.each(typed)("the example of %s is one that is taken", (path, { example }) => {
  expect(() => readSettings(asConfiguration(withSetting(path, asTyped(example))), "/nowhere")).not.toThrow(
    `secure-application-model:${path}`,
  );
});

test.each(Object.keys(settingRules).filter((path) => !/readers\[\]\.|previous\./u.test(path)))(
  "a mistyped %s is told with its own rule",
  (path) => {
    const { allowed, example } = settingRules[path] ?? { allowed: "", example: "" };
    const shown = path.replace("[]", "[0]");
    const mistyped = path === "displayName" ? "" : allowed.startsWith("true or false") ? "yes" : true;
    expect(problemOf(withSetting(path, mistyped))).toBe(
      `  secure-application-model:${shown}\n    found:   ${JSON.stringify(mistyped)}\n    allowed: ${allowed}\n` +
        `    fix:     pulumi config set --path 'secure-application-model:${shown}' ${example}`,
    );
  },
);
