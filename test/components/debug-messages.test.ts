/** The debug messages of Pulumi's SDK about the engine's responses, and what remains of them. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { withoutAnswer } from "../../components/debug-messages";

const runtime = join(dirname(require.resolve("@pulumi/pulumi/package.json")), "runtime");
const sources = readdirSync(runtime)
  .filter((name) => name.endsWith(".js"))
  .map((name) => readFileSync(join(runtime, name), "utf8"));

test("an answer is left out, and what was asked and whether it failed stays", () => {
  const asked = "RegisterResource RPC finished: resource:a[t]; err: null, resp: ";
  expect(withoutAnswer(`${asked}urn:pulumi:dev,4dab,,,value,canary\nmore of the canary`)).toBe(
    `${asked}(left out: it may hold secrets)`,
  );
  expect(withoutAnswer("RegisterResource RPC prepared: t=t, name=a")).toBe(
    "RegisterResource RPC prepared: t=t, name=a",
  );
});

test("a message that holds what Pulumi marks as secret is left out as a whole", () => {
  const marked = `a new message: {"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","value":"canary"}`;
  expect(withoutAnswer(marked)).toBe("(left out: it may hold secrets)");
});

test("the SDK still writes its answers so: through a function that others can be put in the place of, in this form", () => {
  const answers = sources
    .flatMap((source) => source.match(/^.*\$\{innerResponse\}.*$/gmu) ?? [])
    .map((line) => line.trim());
  expect(answers.length).toBeGreaterThan(0);
  // Otherwise the message bypasses withoutAnswer, or goes to an SDK that was not patched.
  const known = /^(?:log\.debug\()?`(?:[\w ]+ RPC finished: .*)?err: \$\{\w+\}, resp: \$\{innerResponse\}`\);$/u;
  expect(answers.filter((line) => !known.test(line))).toEqual([]);
  expect(
    sources.filter(
      (source) => /\blog\.debug\b/u.test(source) && !source.includes('log = __importStar(require("../log"))'),
    ),
  ).toEqual([]);
});

test("every SDK that registers something here has it in its place", () => {
  expect(pulumi.log.debug.name).toBe("debugWithoutAnswers");
});
