/** A stack whose application uses a certificate, under the real engine: no secret is left anywhere, and the fixes work. */
import { readFileSync } from "node:fs";
import { parseReference } from "../../lib/consent/credential-reference";
import { askAs, asking } from "../../embedded-cloud/testing/callers";
import { stackForAll } from "./support/deployed-once";
import { aboutStack, redeem, secureAppModel } from "./support/command";
import type { Project } from "./support/project";
import { formsOf, jwt, privateLinesOf } from "./support/canary";
import { certificatesOf, daysAgo } from "./support/rotations";
import { story } from "../support/story";

let project: Project;
stackForAll({}, (started) => {
  project = started;
  passWhenMet(project);
});

/** What takes time in the cloud is met once, and is over then: a role that is not in effect yet, and a certificate that is being made. */
function passWhenMet({ cloud, emulator: { clock, requests } }: Project): void {
  const minute = 60_000;
  cloud.roleAssignmentDelay = minute;
  let sawMaking = false;
  const log = requests.add.bind(requests);
  requests.add = (entry) => {
    log(entry);
    if (entry.service !== "keyVault") return;
    const isRefused = entry.status === 403;
    if (isRefused) cloud.roleAssignmentDelay = 0;
    const sees = entry.status === 200 && entry.path.includes("/pending");
    if (isRefused || sees || (sawMaking && entry.path.includes("/create"))) clock.advance(minute);
    sawMaking ||= sees;
  };
}

const resources = ["partner-center", "arm", "graph", "aad-graph"];

async function refused(): Promise<string[]> {
  const lines: string[] = [];
  for (const resource of resources) {
    const { code, stderr } = await redeem(project, resource);
    if (code !== 0) lines.push(`${resource}: ${stderr}`);
  }
  return lines;
}

const test = story();

test("a tenant that forbids client secrets: Microsoft Graph refuses the deployment, and explain has the settings", async () => {
  const { id } = project.seeds.partner;
  const admin = asking(project.emulator.url, `Bearer ${readFileSync(project.emulator.adminTokenFile, "utf8")}`);
  const credentialPolicy = {
    passwordCredentials: [{ restrictionType: "passwordAddition" }],
    keyCredentials: [{ restrictionType: "asymmetricKeyLifetime", maxLifetime: "P200D" }],
  };
  await admin("POST", `/_admin/tenants/${id}`, { credentialPolicy });
  const { code, text } = await project.pulumi("up", "--yes", "--skip-preview");
  const refusal = "CredentialTypeNotAllowedAsPerAppPolicy";
  expect([code, text]).toEqual([1, expect.stringContaining(refusal)]);
  const { stdout } = await secureAppModel(project, ["explain", refusal]);
  expect(stdout).toContain("pulumi config set --path secure-application-model:credential.kind certificate");
  await project.set({ "credential.kind": "certificate", "credential.validityMonths": "6" });
});

test("a stack with a certificate has no credential of the application in its state, and redeems", async () => {
  await project.set({ azureManagement: "true" });
  const text = await project.up("-v=11", "--logtostderr");
  const { credential = "", clientSecretName, consent, vaultUri } = await project.outputs();
  expect([clientSecretName, consent]).toEqual([undefined, expect.objectContaining({ health: "ok" })]);
  const state = await project.exported();
  const named = parseReference(credential);
  const keys = certificatesOf(project).flatMap(({ privateKey }) => privateLinesOf(privateKey));
  const needles = ["PRIVATE KEY", "client-secret-", ...keys.flatMap(formsOf)];
  const holding = [text, state.text].flatMap((one) => [
    ...needles.filter((needle) => one.includes(needle)),
    ...(jwt.exec(one) ?? []),
  ]);
  expect([named?.kind, keys.length, holding]).toEqual(["certificate", 3, []]);
  expect(state.resources.map(({ type }) => type).filter((type) => /ApplicationPassword|:Secret$/u.test(type))).toEqual(
    [],
  );
  expect(await refused()).toEqual([]);
  const [{ id: customer }] = project.emulator.seeds.customers;
  const place = ["--vault", vaultUri];
  expect(
    (await secureAppModel(project, ["customers", "consent", customer, "--grant", "graph=User.Read", ...place])).code,
  ).toBe(0);
  expect(await secureAppModel(project, ["token", "graph", "--tenant", customer, ...place])).toMatchObject({ code: 0 });
});

// Runs the fix "lib/consent/client-credential.ts: Repair the certificate, or create another one".
test("a key that somebody disabled is told where it is used; a deployment enables it, by the calendar makes the period's own", async () => {
  const { credential = "", vaultUri } = await project.outputs();
  const named = parseReference(credential);
  if (named?.kind !== "certificate") throw new Error("no certificate");
  const vault = await askAs(project.emulator, vaultUri.replace(/\/$/u, ""));
  const path = `/certificates/${named.name}/${named.version}?api-version=7.4`;
  await vault("PATCH", path, { attributes: { enabled: false } });
  const { code, stderr } = await redeem(project, "graph");
  expect([code, stderr]).toEqual([4, expect.stringContaining("or create another one: pulumi up")]);
  const day = daysAgo(10);
  await project.configure({ credential: { kind: "certificate", rotateEvery: "30d", firstDay: day } });
  await project.up();
  const { credential: newer = "", credentials } = await project.outputs();
  expect(credentials).toEqual([
    { kind: "certificate", label: day, reference: newer },
    { kind: "certificate", label: "initial", reference: credential },
  ]);
  expect((await vault("GET", path)).body).toMatchObject({ attributes: { enabled: true }, tags: { label: "initial" } });
  expect(parseReference(newer)).toMatchObject({ kind: "certificate", name: named.name });
  expect(await refused()).toEqual([]);
});

test("an application that is gone for good is made again with its certificate, once a person has accepted that", async () => {
  const { tenant } = project;
  const { applicationId } = await project.outputs();
  const gone = [...tenant.applications.values()].find(({ appId }) => appId === applicationId);
  const principal = [...tenant.servicePrincipals.values()].find(({ appId }) => appId === applicationId);
  tenant.applications.delete(gone?.id ?? "");
  tenant.servicePrincipals.delete(principal?.id ?? "");
  const drift = () => aboutStack(project, "drift");
  expect(await drift()).toMatchObject({ code: 2, stderr: expect.stringContaining("replaceApplication") as string });
  await project.set({ replaceApplication: applicationId });
  await project.up();
  expect(await drift()).toMatchObject({ code: 0 });
  expect(await refused()).toEqual([]);
});
