import { readFileSync } from "node:fs";
import { join } from "node:path";
import { builtCommand } from "./support/built-command";
import { failureIn } from "./support/failure-document";

const manifest = readFileSync(join(__dirname, "..", "..", "package.json"), "utf8");
const { version } = JSON.parse(manifest) as { version: string };

const guid = "11111111-2222-4333-8444-555555555555";
const vault = ["--vault", "https://contoso.vault.azure.net"];
const identity = ["--tenant", "partner.example", "--client-id", guid, "--client-secret-name", "s"];

describe("help", () => {
  test.each([
    [["--help"], ["Usage: secure-app-model ", "token", "consent", "status", "renew", "customers"]],
    [
      ["token", "--help"],
      [
        "Usage: secure-app-model token ",
        "Example:\n  secure-app-model token partner-center --cloud AzureCloud --vault https://contoso.vault.azure.net\n",
      ],
    ],
    [
      ["consent", "--help"],
      [
        "Usage: secure-app-model consent ",
        "Examples:\n  secure-app-model consent --force\n  secure-app-model consent --cloud AzureCloud ",
        "--account svc@contoso.example\n",
        "secure-app-model consent --import ",
      ],
    ],
    [
      ["status", "--help"],
      ["Usage: secure-app-model status ", "Example:\n  secure-app-model status ", "Exit codes: 0 ok"],
    ],
    [
      ["renew", "--help"],
      ["Usage: secure-app-model renew ", "Example:\n  secure-app-model renew "],
    ],
    [
      ["customers", "--help"],
      [
        "list [options]",
        "consent [options] [customers...]",
        "revoke [options] [customers...]",
        "Example:\n  secure-app-model customers ",
      ],
    ],
    [["customers", "list", "--help"], ["Example:\n  secure-app-model customers list "]],
    [["customers", "consent", "--help"], ["Example:\n  secure-app-model customers consent customer.example --grant "]],
    [["customers", "revoke", "--help"], ["Example:\n  secure-app-model customers revoke "]],
    [
      ["doctor", "--help"],
      ["Usage: secure-app-model doctor ", "Examples:\n  secure-app-model doctor --cloud AzureCloud ", "Exit code 0: "],
    ],
    [
      ["explain", "--help"],
      ["Usage: secure-app-model explain ", "Examples:\n  secure-app-model explain AADSTS65001\n", "Exit codes: 0 "],
    ],
    [
      ["completion", "--help"],
      [
        "Usage: secure-app-model completion ",
        "source <(secure-app-model completion bash)",
        "Example:\n  secure-app-model completion bash\n",
      ],
    ],
  ])("%j is data: on stdout, with an example, exit code 0", async (argv, parts) => {
    const { code, stdout, stderr } = await builtCommand(argv);
    expect({ code, stderr, missing: parts.filter((part) => !stdout.includes(part)) }).toEqual({
      code: 0,
      stderr: "",
      missing: [],
    });
  });

  test.each(["--version", "-V"])("%s is that of the package", async (option) => {
    expect(await builtCommand([option])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("without a command it is no data: on stderr, exit code 2", async () => {
    const { code, stdout, stderr } = await builtCommand([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^Usage: secure-app-model /u);
  });
});

const closed =
  'There is no cloud "AzureGermanCloud". AzureGermanCloud closed on 2021-10-29. Clouds: AzureCloud, AzureUSGovernment, AzureChinaCloud.';

/** Failures that are found before any request. */
const withDefaults = ["secure-app-model", "consent", "--cloud", "AzureCloud", ...vault, ...identity].join(" ");
const failures: [string, string[], string][] = [
  [
    "no cloud and no vault",
    ["token", "graph"],
    "Which one? Add --cloud AzureCloud (pulumi stack output cloud) and --vault https://<name>.vault.azure.net (pulumi stack output vaultUri).",
  ],
  ["a closed cloud", ["token", "graph", "--cloud", "AzureGermanCloud", ...vault], closed],
  [
    "an unknown resource",
    ["token", "mail", "--cloud", "AzureCloud", ...vault],
    'There is no resource "mail". Say partner-center, arm, graph, aad-graph, a resource\'s client id, or its URI such as https://graph.microsoft.com.',
  ],
  [
    "a port out of range",
    ["consent", "--cloud", "AzureCloud", ...vault, ...identity, "--port", "80"],
    `--port 80 is not a whole number from 1024 to 65535. Leave it out: it has a default: ${withDefaults}`,
  ],
  [
    "a deadline that is no number",
    ["consent", "--cloud", "AzureCloud", ...vault, ...identity, "--deadline", "soon"],
    `--deadline soon is not a whole number from 1 to 60. Leave it out: it has a default: ${withDefaults}`,
  ],
];

test.each(failures)("%s: exit code 2, the message on stderr, and as JSON on stdout alone", async (_, argv, message) => {
  const [plain, json] = await Promise.all([builtCommand(argv), builtCommand([...argv, "--json"])]);
  expect(plain).toEqual({ code: 2, stdout: "", stderr: `error: ${message}\n` });
  expect([json.code, json.stderr]).toEqual([2, ""]);
  // What is run again is the same command, with --json.
  const said = message.replace(withDefaults, `${withDefaults} --json`);
  expect(failureIn(json.stdout)).toMatchObject({ code: "usage", message: said, exitCode: 2 });
});

/** Failures of the command line's parser, with its own texts. */
const misuses: [string, string[], string, string][] = [
  [
    "an unknown option",
    ["token", "graph", "--cloud", "AzureCloud", "--clout", "x"],
    "unknown option '--clout'\n(Did you mean --cloud?)",
    "token --help",
  ],
  ["an unknown command", ["tokens"], "unknown command 'tokens'\n(Did you mean token?)", "--help"],
  ["a missing argument", ["token"], "missing required argument 'resource'.", "token --help"],
  ["a missing option", ["ci", "set-up"], "required option '--stack <name>' not specified.", "ci set-up --help"],
];

test.each(misuses)("%s: exit code 2, and JSON where that was asked for", async (_, argv, message, help) => {
  const [plain, json] = await Promise.all([builtCommand(argv), builtCommand([...argv, "--json"])]);
  const whole = `${message} Options and an example: secure-app-model ${help}`;
  expect(plain).toEqual({ code: 2, stdout: "", stderr: `error: ${whole}\n` });
  expect([json.code, json.stderr]).toEqual([2, ""]);
  expect(failureIn(json.stdout)).toMatchObject({ code: "usage", what: message, message: whole, exitCode: 2 });
});

test("an option that stands where a value is to be is not taken for it", async () => {
  const { code, stdout, stderr } = await builtCommand(["drift", "--stack", "--json"]);
  expect([code, stderr]).toEqual([2, ""]);
  expect(failureIn(stdout)).toMatchObject({
    code: "usage",
    what: "The option --stack has no value: --json follows it.",
    message: expect.stringContaining("Give it one: secure-app-model drift --json --stack '<name>'") as string,
  });
  expect((await builtCommand(["up", "--stack", "--yes"])).code).toBe(2);
});
