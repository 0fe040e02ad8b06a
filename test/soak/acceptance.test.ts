/**
 * `npm run acceptance` on the embedded cloud, further: for each kind of credential in both clouds, on a tenant that lacks what others have, and
 * ended, and ended again while it cleans up.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checks } from "../../tools/acceptance/all-checks";
import type { CloudName } from "../../tools/embedded-cloud/testing/emulator";
import { firstParty } from "../../tools/embedded-cloud/testing/directory";
import { Acceptance } from "../acceptance/support/acceptance";
import type { StackSettings } from "../e2e/support/dev-configuration";
import { openGraph } from "../e2e/support/graph";
import { finished, repository } from "../e2e/support/project";

type Reported = Record<"id" | "outcome", string> & { expected?: unknown; found?: unknown };

/** Milliseconds for a whole run: many times the usual, on a machine that does much else. */
const limit = 40 * 60_000;
jest.setTimeout(limit);

let acceptance: Acceptance;
afterEach(() => acceptance.close());

/** Exit code, what is left, and each check that is not confirmed, of a run with a report. */
async function notConfirmed(...argv: string[]): Promise<{ code: number; said: string; others: Reported[] }> {
  const report = join(acceptance.project.folder, "report");
  const before = acceptance.left();
  const { code, text } = await acceptance.run(...argv, "--report", report);
  expect(acceptance.left()).toEqual(before);
  const { findings } = JSON.parse(readFileSync(join(report, "acceptance.json"), "utf8")) as { findings: Reported[] };
  const [said = text] = /\d+ confirmed, \d+ differed, \d+ skipped/u.exec(text) ?? [];
  process.stderr.write(`${expect.getState().currentTestName ?? ""}: ${said}\n`);
  return {
    code,
    said,
    others: findings
      .filter(({ outcome }) => outcome !== "confirmed")
      .map(({ id, outcome, expected, found }) => ({ id, outcome, expected, found })),
  };
}

const templates: Record<string, StackSettings> = {
  "a client secret": {},
  "a certificate": { credential: { kind: "certificate" } },
  "a running calendar": { credential: { rotateEvery: "30d", validityMonths: 6 } },
};
const clouds: readonly CloudName[] = ["AzureCloud", "AzureUSGovernment"];
const rows = clouds.flatMap((cloud) => Object.keys(templates).map((kind): [CloudName, string] => [cloud, kind]));

test.each(rows)("in %s with %s every check is confirmed, and nothing is left", async (cloud, kind) => {
  acceptance = await Acceptance.start(cloud, templates[kind]);
  expect(await notConfirmed(...acceptance.everything)).toEqual({
    code: 0,
    said: `${checks.length} confirmed, 0 differed, 0 skipped`,
    others: [],
  });
});

/** The tenant without what others have; the subscription that `az login` has as its default, which is one of two. */
function makePoor({ project, environment }: Acceptance): void {
  const { tenant, subscription } = project;
  for (const [id, { appId }] of tenant.servicePrincipals)
    if (appId === firstParty.azureAdGraph.appId) tenant.servicePrincipals.delete(id);
  tenant.adminConsentRequests = true;
  const subscriptionId = "00000000-1111-4222-8333-444444444444";
  const moved = [...subscription.roleAssignments].map(
    ([name, one]) => [name, { ...one, scope: one.scope.replace(subscription.subscriptionId, subscriptionId) }] as const,
  );
  tenant.subscriptions.set(subscriptionId, {
    ...{ subscriptionId, displayName: "Another one", resourceGroups: new Map(), vaults: new Map() },
    roleAssignments: new Map(moved),
  });
  environment["ARM_SUBSCRIPTION_ID"] = "";
  const az = `#!/bin/sh\n[ "$1 $2" = "account show" ] && echo ${subscription.subscriptionId}\n`;
  writeFileSync(join(project.folder, "az"), az, { mode: 0o755 });
  environment["PATH"] = [project.folder, project.environment["PATH"]].join(delimiter);
}

test("a tenant with the admin consent workflow, without Azure AD Graph, whose policies nobody may read: the rest is confirmed", async () => {
  acceptance = await Acceptance.start();
  makePoor(acceptance);
  const refusal = { error: { code: "Authorization_RequestDenied", message: "Insufficient privileges." } };
  for (const path of ["/v1.0/policies/*", "/v1.0/identity/conditionalAccess/*"])
    acceptance.emulator.faults.add({ service: "microsoftGraph", path, status: 403, body: refusal, times: 0 });
  const skipped = ["azure-ad-graph-permission-types", "consent-as-administrator", "customer-consent"];
  const { other } = acceptance;
  expect(await notConfirmed(...acceptance.stack, ...other, "--every-sign-in", "--yes")).toEqual({
    code: 0,
    said: `${checks.length - skipped.length} confirmed, 0 differed, ${skipped.length} skipped`,
    others: skipped.map((id) => ({ id, outcome: "skipped" })),
  });
});

test("interrupted twice it says what is left and how to remove it; that command does", async () => {
  acceptance = await Acceptance.start();
  const { emulator, project } = acceptance;
  const before = acceptance.left();
  emulator.faults.add({ service: "microsoftGraph", method: "DELETE", delay: 4000, times: 0 });
  const run = acceptance.spawn(...acceptance.stack, "--only", "renewal", "--yes");
  const ended = finished(run);
  let text = "";
  for (const stream of [run.stdout, run.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const seen = async (words: RegExp) => {
    while (!words.test(text) && run.exitCode === null) await sleep(50);
  };
  await seen(/azuread:index:ServicePrincipal partner created/u);
  run.kill("SIGTERM");
  await seen(/Destroying/u);
  await sleep(1500);
  run.kill("SIGTERM");
  const { code } = await ended;
  const [, printed = ""] = /Remove it: npm run acceptance -- --clean-up (\S+)/u.exec(text) ?? [];
  const folder = join(repository, printed);
  expect({ code, left: acceptance.left().sort() }).toEqual({ code: 130, left: [...before, folder].sort() });
  const [, report = ""] = /Report: (\S+)$/u.exec(text.trimEnd()) ?? [];
  expect(readFileSync(join(repository, report), "utf8")).toContain(`--clean-up ${printed}`);
  rmSync(dirname(join(repository, report)), { recursive: true });
  emulator.faults.clear();
  const reading = ["--only", "graph-unknown-object", "--yes", "--report", join(project.folder, "later")];
  expect((await acceptance.run(...acceptance.stack, ...reading)).text).toContain(
    `The run ${basename(folder)} ended and left something. Remove it: npm run acceptance -- --clean-up ${printed}\n`,
  );
  const cleaned = await acceptance.run("--clean-up", printed);
  expect([cleaned.code, cleaned.text.trimEnd().split("\n").at(-1)]).toEqual([0, "Nothing is left."]);
  expect(acceptance.left()).toEqual(before);
  const graph = await openGraph(project);
  const { value } = await graph<{ value: { displayName: string }[] }>("GET", "/applications");
  expect(value.filter(({ displayName }) => displayName.startsWith("Acceptance"))).toEqual([]);
});
