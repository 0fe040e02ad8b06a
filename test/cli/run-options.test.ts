/** A printed command has the options that it takes, by the commands' own definitions, of the run that prints it. */
import { commands } from "../../cli/commands";
import { invocationFor } from "../../cli/options/run-options";
import {
  again,
  againWithout,
  type Command,
  fixesFor,
  ownCommand,
  pulumi,
  rotateNow,
  run,
} from "../../lib/errors/failure";
import { commandLine, fixText } from "../../lib/errors/text";

const how = { own: "secure-app-model", shell: "posix" } as const;
const printedBy = (line: string, found?: Record<string, string>) => {
  const by = { ...invocationFor(line.split(" "), commands), ...how, ...(found && { found }) };
  return (command: Command) => commandLine(command, by);
};

beforeEach(() => {
  jest.replaceProperty(process, "env", { SECURE_APP_MODEL_CLOUD: "AzureCloud", SECURE_APP_MODEL_ENDPOINTS: "" });
});
afterEach(() => {
  jest.restoreAllMocks();
});

test.each<[string, Command, string]>([
  ["status --vault v --cloud AzureCloud", ownCommand("renew"), "renew --vault v"],
  ["status --vault v --partner-tenant p", ownCommand("consent", "--force"), "consent --force --vault v --tenant p"],
  ["status --vault v --partner-tenant p", ownCommand("token", "arm"), "token arm --vault v --partner-tenant p"],
  ["token graph --tenant customer", ownCommand("doctor"), "doctor"],
  ["consent --tenant t --vault v", ownCommand("status"), "status --vault v --partner-tenant t"],
  [
    "consent --tenant t --client-id c --account a --credential k --port 1",
    ownCommand("consent"),
    "consent --tenant t --client-id c --credential k --account a --port 1",
  ],
  [
    "consent --account a --credential k --port 1",
    ownCommand("consent", "--as-administrator"),
    "consent --as-administrator --port 1",
  ],
  ["consent --account a --port 1", ownCommand("doctor"), "doctor"],
  ["doctor --stack dev --cwd dir", ownCommand("doctor", "--fix"), "doctor --fix --stack dev --cwd dir"],
  ["doctor --stack dev --cwd dir --vault v", ownCommand("explain", "1"), "explain 1"],
  ["up --stack dev --cwd dir", rotateNow, "rotate --stack dev --cwd dir"],
  ["up --stack dev", ownCommand("up", "--help"), "up --help"],
  ["ci set-up --stack dev --cwd dir", ownCommand("ci", "set-up", "--stack", "x"), "ci set-up --stack x --cwd dir"],
  ["renew --vault v", again("--cloud", "AzureChinaCloud"), "renew --vault v --cloud AzureChinaCloud"],
  ["token arm --powershell x -- a", againWithout("--powershell", "--json"), "token arm --json -- a"],
  ["explain x", again("--cloud", "c"), "'<command>' --cloud c"],
])("by %s", (line, command, expected) => {
  expect(printedBy(line)(command)).toBe(`secure-app-model ${expected}`);
});

test("a file is looked for by the engine in its folder, and by a command in its own", () => {
  const printed = printedBy("drift --stack dev --cwd dir --config-file a.yaml");
  expect([printed(pulumi("up")), printed(ownCommand("doctor"))]).toEqual([
    `pulumi up --stack dev --cwd dir --config-file ${process.cwd()}/a.yaml`,
    "secure-app-model doctor --stack dev --cwd dir --config-file a.yaml",
  ]);
});

test("what is found of a stack goes to commands that do not read it", () => {
  const printed = printedBy("doctor --stack dev", { "--vault": "v", "--cloud": "AzureChinaCloud", "--tenant": "t" });
  expect([printed(ownCommand("consent")), printed(ownCommand("doctor")), printed(ownCommand("drift"))]).toEqual([
    "secure-app-model consent --cloud AzureChinaCloud --vault v --tenant t",
    "secure-app-model doctor --stack dev",
    "secure-app-model drift --stack dev",
  ]);
});

test("of several tenants' fixes each names its own, where the command is for one", () => {
  const [fix] = fixesFor("t", [run("Do it", ownCommand("consent", "--force"), ownCommand("renew"))]);
  const by = { ...invocationFor(["status", "--partner-tenant", "p"], commands), ...how };
  expect(fix && fixText(fix, by)).toBe(
    "Do it: secure-app-model consent --force --tenant t, then secure-app-model renew --partner-tenant p",
  );
});
