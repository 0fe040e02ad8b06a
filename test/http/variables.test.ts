/** Variables with which no request is sent: a proxy's address that no client can use may contain a password, and Node.js's own hand out tokens. */
import { builtCommand } from "../cli/support/built-command";
import { type Stage, stageForEach } from "../cli/support/stage";
import { exposingProblem } from "../../lib/http/variables";
import { consentCode, consentInputs } from "../providers/consent-inputs";
import { ProviderProcess } from "../providers/provider-process";

let stage: Stage;
stageForEach(async (fresh) => {
  stage = fresh;
  await stage.storeToken();
  stage.emulator.requests.clear();
});

const refused = (name: string) =>
  `${name} is not a proxy's address, such as http://host:port. It may contain a password, so it is not shown. Percent-encode special characters in a password. ` +
  `Name the proxy: export '${name}=http://<proxy>'`;

/** As a person reads it. */
const onLines = (text: string) => text.replace(" Name the proxy", "\n  Name the proxy");

test.each([
  ["HTTPS_PROXY", "http://user:canary/pass@proxy.example:8080"],
  ["https_proxy", "http://user:canary pass@proxy.example:8080:80"],
  ["ALL_PROXY", "user:canary@proxy.example:8080"],
  ["all_proxy", "socks5://user:canary@proxy.example:1080"],
  ["HTTP_PROXY", "http://user:canary"],
  ["http_proxy", "//user:canary@proxy.example"],
])("%s=%s", async (name, value) => {
  expect(await stage.run(["token", "graph"], { [name]: value })).toEqual({
    code: 2,
    stdout: "",
    stderr: `error: ${onLines(refused(name))}\n`,
  });
  const json = await stage.run(["doctor", "--json"], { [name]: value });
  expect([json.code, JSON.parse(json.stdout), json.stderr]).toMatchObject([
    2,
    { error: { message: refused(name) } },
    "",
  ]);
});

test("what asks nobody works all the same", async () => {
  const { code, stderr } = await builtCommand(["explain", "AADSTS65001"], "", { HTTPS_PROXY: "http://user:canary" });
  expect([code, stderr]).toEqual([0, ""]);
});

test("the engine's process for dynamic resources ends with the same words", async () => {
  const __provider = await consentCode();
  const inputs = { ...consentInputs(stage), mode: "never", deadlineMinutes: 1, port: 8400, stack: "test", __provider };
  const provider = await ProviderProcess.start({ HTTPS_PROXY: "http://user:canary" });
  try {
    const { message } = await provider.create(inputs).then(
      () => new Error("It was created."),
      (error: unknown) => error as Error,
    );
    expect([message, provider.log]).toEqual([onLines(refused("HTTPS_PROXY")), expect.not.stringContaining("canary")]);
  } finally {
    await provider.stop();
  }
});

const exposing = [
  ["NODE_DEBUG", "net", "NODE_DEBUG is set, and Node.js then writes its requests to standard error, tokens included."],
  [
    "NODE_TLS_REJECT_UNAUTHORIZED",
    "0",
    "NODE_TLS_REJECT_UNAUTHORIZED is set, and Node.js then verifies no certificate: whoever stands between gets the requests, tokens included.",
  ],
  [
    "NODE_OPTIONS",
    "--inspect=127.0.0.1:0",
    "NODE_OPTIONS is set, and Node.js then gives its memory to a debugger or a file, tokens included.",
  ],
] as const;

/** Without those that Node.js writes about the variable. */
const ownLines = (stderr: string) =>
  stderr.split("\n").filter((line) => !/^(?:NET |Debugger |For help, see)/u.test(line));

test.each([
  ["--inspect", true],
  ["--max-old-space-size=512 --inspect-brk=9229", true],
  ["--inspect_wait", true],
  ['"--inspect"', true],
  ["--heapsnapshot-signal=SIGUSR2", true],
  ["--heapsnapshot-near-heap-limit=1", true],
  // The port alone opens nothing.
  ["--inspect-port=9230", false],
  ["--inspect-publish-uid=http", false],
  ["--max-old-space-size=512 --enable-source-maps", false],
])("NODE_OPTIONS=%s gives memory away: %s", (value, expected) => {
  const before = process.env["NODE_OPTIONS"];
  process.env["NODE_OPTIONS"] = value;
  try {
    expect(exposingProblem() !== undefined).toBe(expected);
  } finally {
    if (before === undefined) delete process.env["NODE_OPTIONS"];
    else process.env["NODE_OPTIONS"] = before;
  }
});

describe.each(exposing)("%s", (name, value, set) => {
  test.each([
    ["token", "arm"],
    ["renew"],
    ["status", "--probe"],
    ["customers", "list"],
    ["consent", "--force"],
    ["doctor"],
    ["drift", "--stack", "none"],
  ])("%s is refused with the fix, and asks nobody", async (...argv) => {
    const { code, stdout, stderr } = await stage.run(argv, { [name]: value });
    expect({ code, stdout, own: ownLines(stderr) }).toEqual({
      code: 2,
      stdout: "",
      own: [`error: ${set}`, `  Run it without: unset ${name}`, ""],
    });
    expect(stage.emulator.requests.entries()).toEqual([]);
  });

  test("what handles no token works: help, explain, completion", async () => {
    for (const argv of [["--help"], ["token", "--help"], ["explain", "AADSTS65001"], ["completion", "bash"]]) {
      expect(await stage.run(argv, { [name]: value })).toMatchObject({ code: 0 });
    }
  });

  test("empty it asks for nothing", async () => {
    expect(await stage.run(["token", "arm"], { [name]: "" })).toMatchObject({ code: 0, stderr: "" });
  });
});

/** Node.js alone decides which values end its verification: here each reaches a server whose certificate nobody vouches for. */
test.each(["0", "00", "0 ", "-0", "false", "no", "off", "1"])(
  "NODE_TLS_REJECT_UNAUTHORIZED=%j hands nothing to a server in the middle",
  async (value) => {
    const env = { NODE_EXTRA_CA_CERTS: "", NODE_TLS_REJECT_UNAUTHORIZED: value };
    const { code, stdout, stderr } = await stage.run(["token", "arm"], env);
    expect([code === 0, stdout, stage.emulator.requests.entries()]).toEqual([false, "", []]);
    expect(stderr).toMatch(/unset NODE_TLS_REJECT_UNAUTHORIZED|NODE_EXTRA_CA_CERTS/u);
  },
);
