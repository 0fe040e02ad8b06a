/**
 * The day from which Azure serves no version of Key Vault's API before 2026-02-01, 2027-02-27: for a stack that an earlier program deployed, and
 * this program meets before and after it.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formerType, keyVaultType } from "../../lib/azure/key-vault";
import { stateDirectory } from "../../embedded-cloud/engine/engine-environment";
import { aboutStack, secureAppModel } from "./support/command";
import { goOn, move, stepsIn, timeIs } from "./support/earlier-state";
import type { Finished, Project } from "./support/project";
import { handsOn } from "./support/tampers";

interface Printed {
  fixes: { text: string; commands: { program: string; args: string[] }[] }[];
}

let project: Project;
const command = async (...argv: string[]) => {
  const { code, stdout } = await aboutStack(project, ...argv, "--json");
  return { code, document: JSON.parse(stdout) as unknown };
};
/** Runs the one printed command, with the test's way to name the stack. */
async function run({ fixes }: Printed, ...more: string[]) {
  const [first, ...others] = fixes.flatMap(({ commands }) => commands);
  expect([first?.program, others]).toEqual(["pulumi", []]);
  return await project.pulumi(...(first?.args.slice(0, -project.ofStack.length) ?? []), ...more);
}
function expectMoved({ code, text }: Finished): void {
  expect({ code, steps: stepsIn(text) }).toEqual({ code: 0, steps: move });
  expect(text).toMatch(/Resources:\n {4}~ 3 updated\n {4}15 unchanged\n/u);
}

const checkOf = (document: unknown) =>
  (document as (Printed & { name: string; state: string; what: string })[]).find(
    ({ name }) => name === "key-vault-version",
  );

beforeEach(async () => {
  project = await goOn("before-rotation");
  timeIs(project, "2027-02-01");
  // As the scheduled job does: its token would have ended by March.
  const vault = (await project.outputs()).vaultUri;
  expect((await secureAppModel(project, ["renew", "--vault", vault])).code).toBe(0);
});
afterEach(() => project.close());

// Runs the fix "lib/azure/key-vault.ts: Deploy it".
test("before the day, drift says in a line that it has to be deployed once, beside what somebody changed; that is an update in place, and on the day nothing is left to do", async () => {
  const what =
    "Stack dev was last deployed with a version of Key Vault's API that Azure stops serving on 2027-02-27: deploy it once before that day.";
  const { vault, outputs } = await handsOn(project);
  expect(await command("drift")).toMatchObject({ code: 0, document: { findings: [], keyVaultMove: { what } } });
  const { properties } = await vault.getSecret(outputs.clientSecretName);
  await vault.updateSecretProperties(outputs.clientSecretName, properties.version ?? "", { enabled: false });
  const { code, document } = await command("drift");
  const { keyVaultMove, findings } = document as {
    keyVaultMove: { fix: Printed["fixes"][number] };
    findings: { resource: string; property: string; live: unknown }[];
  };
  const named = findings.map(({ resource, property, live }) => [resource, property, live]);
  expect({ code, named, keyVaultMove }).toMatchObject({
    ...{ code: 5, named: [["partner.VaultSecret partner-initial", "properties.attributes.enabled", false]] },
    keyVaultMove: { before: "2027-02-27", what, fix: { text: "Deploy it" } },
  });
  const up = await run({ fixes: [keyVaultMove.fix] }, "--yes", "--skip-preview", "--diff");
  expectMoved(up);
  expect((await vault.getSecret(outputs.clientSecretName)).properties.enabled).toBe(true);
  timeIs(project, "2027-03-01");
  expect(await project.drift()).toMatchObject({ code: 0 });
  expect(project.signIns).toBe(0);
});

// Runs the fix "lib/azure/key-vault.ts: Move it".
test("after it, every refresh fails and names the one command that moves it in place, without a sign-in; then a rotation makes a client secret", async () => {
  timeIs(project, "2027-03-01");
  const what =
    "was last deployed with a version of Key Vault's API that Azure has not served since 2027-02-27: every refresh of it fails until it is moved.";
  const preview = await project.pulumi("preview");
  expect([preview.code, preview.text]).toEqual([1, expect.stringContaining(`This stack ${what}`) as string]);
  expect(preview.text).toContain("Move it: pulumi up --refresh=false");
  expect(checkOf((await command("doctor")).document)).toMatchObject({
    state: "failed",
    what: `Stack dev ${what} (Vault partner, Secret partner-initial)`,
  });
  const { code, document } = await command("drift");
  const { error } = document as { error: Printed & { code: string; why: string } };
  expect([code, error.code, error.why]).toEqual([1, "key-vault-move", `Stack dev ${what}`]);
  await beginToMove();
  const { stdout, stderr } = await aboutStack(project, "doctor", "--fix");
  expect(stdout + stderr).toContain("Cleared 1 operation.");
  const up = await run(error, "--yes", "--skip-preview", "--diff");
  expectMoved(up);
  expect((await command("drift")).code).toBe(0);
  await project.set({
    "credential.label": "next",
    "credential.previous.kind": "secret",
    "credential.previous.label": "first",
  });
  const unnamed = await project.pulumi("preview");
  expect([unnamed.code, unnamed.text]).toEqual([1, expect.stringContaining("uses the client secret initial")]);
  // Runs the fix "components/resolve-credentials.ts: Make it the previous one".
  const [, set = ""] = /Make it the previous one: pulumi (config set-all .*)/u.exec(unnamed.text) ?? [];
  expect((await project.pulumi(...set.split(" "))).code).toBe(0);
  await project.up();
  const { clientSecretName, consent } = await project.outputs();
  expect([clientSecretName, consent]).toEqual([
    expect.stringMatching(/^client-secret-next-[0-9a-f]{8}$/u),
    expect.objectContaining({ health: "ok" }),
  ]);
  expect(project.signIns).toBe(0);
});

test("after it, a destroy looks first as well: it names the move, and has deleted nothing", async () => {
  timeIs(project, "2027-03-01");
  const before = await project.state();
  const { code, text } = await project.pulumi("destroy", "--yes", "--skip-preview");
  expect([code, text]).toEqual([1, expect.stringContaining("Move it: pulumi up --refresh=false")]);
  expect((await project.state()).map(({ urn }) => urn)).toEqual(before.map(({ urn }) => urn));
});

/** As a run leaves the state that is killed while it moves the vault: the state has that by its former type. */
async function beginToMove(): Promise<void> {
  const file = join(stateDirectory(project.folder), ".pulumi/stacks/secure-application-model/dev.json");
  const state = JSON.parse(await readFile(file, "utf8")) as { checkpoint: { latest: Record<string, unknown> } };
  const [from, type] = [formerType("Vault"), keyVaultType("Vault")];
  const vault = (await project.state()).find((one) => one.type === from);
  const resource = { ...vault, type, urn: vault?.urn.replace(from, type) };
  state.checkpoint.latest["pending_operations"] = [{ type: "updating", resource }];
  await writeFile(file, JSON.stringify(state));
}
