/** A stack that somebody changed by hand. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "../../lib/errors/failure";
import { runAz } from "../support/az/commands";
import { story } from "../support/story";
import { stackForAll } from "./support/deployed-once";
import { aboutStack, doctor, secureAppModel } from "./support/command";
import { type Project, repository } from "./support/project";
import { closedByFirewall, type Found, handsOn, hiddenTampers, intrusion, tampers } from "./support/tampers";

let project: Project;
stackForAll({ deployed: true }, (started) => (project = started));

const command = (...argv: string[]) => aboutStack(project, "drift", ...argv);

const inOrder = (found: Found[]) => found.map((row) => JSON.stringify(row)).sort();

const all = [...tampers, ...hiddenTampers];

/** What the printed commands remove, because `up` does not. */
const removals: Command[] = [];

const test = story();

test("each tamper is named by the command, and nothing else", async () => {
  const hands = await handsOn(project);
  for (const { tamper } of all) await tamper(hands);
  await intrusion.tamper(hands);
  const { code, stdout } = await command("--json");
  const { drift, findings, unreadable, fixes } = JSON.parse(stdout) as {
    drift: boolean;
    findings: (Found & { urn: string; fixes: { commands: Command[] }[] })[];
    unreadable: string[];
    fixes: { text: string; commands: Command[] }[];
  };
  removals.push(...findings.flatMap((one) => one.fixes.flatMap(({ commands }) => commands)));
  // Each fix once, and the engine's at the end.
  const [putBack, ...before] = fixes.flatMap(({ commands }) => commands).reverse();
  expect([putBack?.args, before.reverse()]).toEqual([["up", ...project.ofStack], removals]);
  const named = findings.map(({ resource, property, declared, live }) => ({ resource, property, declared, live }));
  expect({ code, drift, unreadable, named: inOrder(named) }).toEqual({
    ...{ code: 5, drift: true, unreadable: [] },
    named: inOrder([...all, intrusion].flatMap(({ found }) => found(hands))),
  });
});

// Runs the fix "cli/drift/report.ts: Put it back".
test("up repairs them", async () => {
  // With the real plugin's wait for a new credential; `npm run soak` has all its waits.
  project.environment["LOCAL_PROVIDERS_REAL_WAITS"] = "true";
  await project.up();
  delete project.environment["LOCAL_PROVIDERS_REAL_WAITS"];
  const hands = await handsOn(project);
  for (const { repaired } of all) await repaired(hands);
});

const refused: [string, string[], Record<string, string>, number, RegExp][] = [
  [
    "a wrong passphrase",
    ["--config-file", join(repository, "Pulumi.dev.yaml")],
    { PULUMI_CONFIG_PASSPHRASE: "x" },
    2,
    /incorrect passphrase.*PULUMI_CONFIG_PASSPHRASE/su,
  ],
  [
    "a state that cannot be reached",
    [],
    { PULUMI_BACKEND_URL: "file:///nowhere" },
    1,
    /could not check stack dev.*whether it has drifted is not known.*nowhere/su,
  ],
];
test.each(
  refused,
  ([what]) => `${what}: exit code, valid JSON, one clear error`,
  async ([, argv, environment, code, message]) => {
    const result = await secureAppModel(project, ["drift", ...project.ofStack, ...argv, "--json"], environment);
    const { error } = JSON.parse(result.stdout) as { error: { message: string; exitCode: number } };
    expect([result.code, error.exitCode]).toEqual([code, code]);
    expect(error.message).toMatch(message);
  },
);

test("a doctor with a wrong passphrase says so, as every preview of the stack would", async () => {
  const argv = [...project.ofStack, "--config-file", join(repository, "Pulumi.dev.yaml")];
  const examined = await doctor(project, argv, { PULUMI_CONFIG_PASSPHRASE: "x" });
  expect([examined.code, examined.of("stack")]).toMatchObject([
    2,
    {
      state: "failed",
      what: "The passphrase that is set is not that of the stack's secrets.",
      fixes: [{ text: expect.stringContaining("PULUMI_CONFIG_PASSPHRASE") as string }],
    },
  ]);
});

test("a rotation with a wrong passphrase makes nothing, and says so", async () => {
  const file = join(project.folder, "Pulumi.secret.yaml");
  const text = await readFile(join(repository, "Pulumi.dev.yaml"), "utf8");
  await writeFile(file, text.replace(".local/endpoints.json", join(project.folder, "endpoints.json")));
  const argv = ["rotate", ...project.ofStack, "--config-file", file, "--yes"];
  const before = project.emulator.requests.entries().length;
  const { code, stderr } = await secureAppModel(project, argv, { PULUMI_CONFIG_PASSPHRASE: "x" });
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/incorrect passphrase.*Set the passphrase the stack was made with/su),
  ]);
  expect(project.emulator.requests.entries().slice(before)).toEqual([]);
});

test("a stack that was never deployed has not drifted: it says so, with the command, and opens no issue", async () => {
  expect(await project.pulumi("stack", "init", "fresh")).toMatchObject({ code: 0 });
  // A vault of its own: one stack keeps a vault's token.
  const configFile = join(project.folder, "Pulumi.fresh.yaml");
  const configuration = await readFile(project.configFile, "utf8");
  await writeFile(configFile, configuration.replaceAll("partner-tokens", "fresh-tokens"));
  const argv = ["drift", "--stack", "fresh", "--config-file", configFile];
  expect(await secureAppModel(project, argv)).toEqual({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(
      /error: Stack fresh was never deployed, .*it cannot have drifted\.\n {2}Deploy it; .*: pulumi up --stack fresh --config-file \S+\n$/u,
    ) as string,
  });
});

test("after that, and after the printed commands, nothing else has drifted: a vault that does not let this machine in is reported, and blocks no look at the rest; once it does, a record that was overwritten is stored again", async () => {
  const administrator = { roles: ["Application.ReadWrite.All"] };
  for (const { args } of removals) {
    expect(await runAz(project.emulator, administrator, args)).toMatchObject({ code: 0 });
  }
  const { vault, outputs, application, change } = await handsOn(project);
  const { name } = outputs.credential;
  const { value, properties } = await vault.getSecret(name);
  project.emulator.clock.advance(60_000);
  const { contentType = "", expiresOn } = properties;
  await vault.setSecret(name, "foreign", { contentType, ...(expiresOn && { expiresOn }) });
  await change({ displayName: "Tampered" });
  project.emulator.faults.add({ service: "keyVault", status: 403, body: closedByFirewall, times: 0 });
  const { code, stdout } = await command("--json");
  const { findings, unreadable } = JSON.parse(stdout) as { findings: Found[]; unreadable: string[] };
  const named = findings.map(({ property, declared, live }) => ({ property, declared, live }));
  expect({ code, named, unreadable }).toEqual({
    code: 5,
    named: [{ property: "displayName", declared: "Partner Center Web App", live: "Tampered" }],
    unreadable: [expect.stringMatching(/^partner\.Consent partner/u) as string],
  });
  expect(await project.pulumi("up", "--yes", "--skip-preview")).toEqual({
    ...{ code: 1, text: expect.stringMatching(/ForbiddenByFirewall.*networkRules/su) as string },
  });
  expect(await application()).toMatchObject({ displayName: "Partner Center Web App" });
  project.emulator.faults.clear();
  await project.up();
  expect((await vault.getSecret(name)).value).toBe(value);
});
