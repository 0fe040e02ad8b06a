import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { findRepository } from "../../engine/repository";
import { wrapped } from "../../demo/screen";

const screen = join(findRepository(), "tools", "embedded-cloud", "bin", "demo", "screen.js");

test.each([
  ["one two three", 2, 80, "one two three"],
  ["one two three", 2, 8, "one two\n  three"],
  ["  a  https://127.0.0.1:20016/long b", 5, 12, "  a\n     https://127.0.0.1:20016/long\n     b"],
  ["unbroken", 0, 3, "unbroken"],
  ["one two", 0, Infinity, "one two"],
])("%j with %i columns below, on %d: breaks between words", (line, hanging, width, expected) => {
  expect(wrapped(line, hanging, width)).toBe(expected);
});

test.each([
  [{}, "✓"],
  [{ FORCE_COLOR: "1" }, "\u001b[32m✓\u001b[39m"],
  [{ FORCE_COLOR: "1", NO_COLOR: "1" }, "\u001b[32m✓\u001b[39m"],
  [{ NO_COLOR: "1" }, "✓"],
])("with %j, where there is no terminal", (env, expected) => {
  const script = `process.stdout.write(require(${JSON.stringify(screen)}).paint("green", "✓"))`;
  const { stdout } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8", env });
  expect(stdout).toBe(expected);
});
