/** Problems that end the real engine before a program starts: each has a fix. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { askEngine, problemOfStack } from "../../../cli/engine/engine";
import { partsOf } from "../../../lib/errors/failure";
import { textOf } from "../../../lib/errors/text";
import { stateDirectory } from "../../../tools/embedded-cloud/engine/engine-environment";
import { projectName } from "../../e2e/support/project";
import { StackFolder } from "../../fixes/support/stack-folder";

let stack: StackFolder;
let state: string;
let whole: string;
beforeAll(async () => {
  stack = await StackFolder.make();
  state = join(stateDirectory(stack.folder), ".pulumi", "stacks", projectName, "dev.json");
  whole = readFileSync(state, "utf8");
  // It would not fit what is written here.
  rmSync(`${state}.attrs`);
});
afterAll(() => stack.close());

const outputs = ["stack", "output", "--json", "--stack"];

interface Broken {
  argv?: readonly string[];
  variables?: NodeJS.ProcessEnv;
  state?: (text: string) => string;
  settings?: string;
}

/** @returns the lines of the error */
async function said({ argv = [...outputs, "dev"], variables, state: changed, settings = "" }: Broken) {
  writeFileSync(state, changed?.(whole) ?? whole);
  writeFileSync(join(stack.folder, "Pulumi.dev.yaml"), settings);
  const engine = { cwd: stack.folder, environment: { ...stack.environment, ...variables } };
  const error: unknown = await askEngine(engine, ...argv).catch((refusal: unknown) => refusal);
  return textOf(partsOf(error)).replaceAll(stack.folder, "<here>").split("\n");
}

test.each(["a b", "a".repeat(101), "a/b/c/d", "other/project/dev", "organization/a b/dev"])(
  "the name %s: the backend lists the right ones",
  async (name) => {
    const [what, ...fixes] = await said({ argv: [...outputs, name] });
    expect(what).toMatch(new RegExp(`^Stack ${name}: .* (?:may|cannot|must) .*\\.$`, "u"));
    expect(fixes).toEqual([
      "  Name one of this backend's stacks: pulumi stack ls, then secure-app-model '<command>' --stack '<stack>'",
    ]);
  },
);

const olderEngine =
  "  The state is of a newer engine. Install that one, or a later one: https://www.pulumi.com/docs/install/";
const login = "Log in to the backend that holds it, or set PULUMI_BACKEND_URL: pulumi login '<address>'";
const key = [
  "  1. If the stack's key is in Key Vault, sign in as an identity that may use it.",
  "  2. Pulumi.yaml, or the stack's own file, is incomplete or mistyped: restore it from git, or from a backup: git checkout -- '<file>'",
];
const encrypted = "config:\n  secure-application-model:p:\n    secure: v1:FsNwkvqWSQ9kCJ3T:bwT+zaaFVam6qM5XK4cLKzY=\n";

test.each<[string, Broken, string[]]>([
  [
    "a state whose form is newer is not replaced by its copy",
    { state: (text) => text.replace('"version":3', '"version":5') },
    [`failed to load checkpoint: unsupported checkpoint version 5.`, olderEngine],
  ],
  [
    "nor is a state that needs a newer feature",
    { state: (text) => text.replace('"version":3', '"version":4,"features":["new"]') },
    [`failed to load checkpoint: this stack's deployment needs support for the following features: new.`, olderEngine],
  ],
  [
    "a backend's folder that is not there",
    { variables: { PULUMI_BACKEND_URL: "file:///nowhere" } },
    ['unable to open state directory "file:///nowhere": stat /nowhere: no such file or directory.', `  ${login}`],
  ],
  [
    "a home that cannot be made",
    { variables: { PULUMI_HOME: "/dev/null/home" } },
    [
      "failed to create '/dev/null/home': mkdir /dev/null: not a directory.",
      "  Set PULUMI_HOME to a folder that you may write to; its default is ~/.pulumi.",
    ],
  ],
  [
    "a salt that is damaged",
    { argv: ["preview", "--stack", "dev"], settings: `encryptionsalt: v1:damaged\n${encrypted}` },
    ["getting stack configuration: get stack secrets manager: malformed state value.", ...key],
  ],
  [
    "a salt that is lost",
    { argv: ["preview", "--stack", "dev"], settings: encrypted },
    ["validating stack config: cipher: message authentication failed.", ...key],
  ],
])("%s", async (_, broken, lines) => {
  const [what, ...fixes] = lines;
  expect(await said(broken)).toEqual([`Stack dev: ${what}`, ...fixes]);
});

// The language host's words: without packages no program starts.
test("a project whose packages are missing: how to install them", () => {
  const text = "error: It looks like the Pulumi SDK has not been installed. Have you run npm install or yarn install?";
  expect(textOf(partsOf(problemOfStack("dev", text))).split("\n")).toEqual([
    "Stack dev: It looks like the Pulumi SDK has not been installed. Have you run npm install or yarn install?",
    "  Install them in the project's folder; those of a release by their tarballs, as README.md does: npm install --ignore-scripts",
  ]);
});
