/** A stack whose application uses a certificate, under the real engine: no secret is left anywhere, the fixes work, and it is changed for a client secret and back. */
import { readFileSync } from "node:fs";
import { derOf, foreignCertificate } from "../../tools/embedded-cloud/testing/certificates";
import { askAs, asking } from "../../tools/embedded-cloud/testing/callers";
import { stackForAll } from "./support/deployed-once";
import { aboutStack, redeem, secureAppModel } from "./support/command";
import type { Project } from "./support/project";
import { formsOf, jwt, privateLinesOf } from "./support/canary";
import { isSoak } from "./support/soak";
import { applicationOf, certificatesOf, publishedIn } from "./support/rotations";
import type { StateResource } from "../../cli/engine/deployment";
import { rewriteState } from "./support/deployed-stack";
import { newestOf, openVault, tokenVersions, versionsOf } from "./support/vault";
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
    const isRefused = entry.status === 403 && cloud.roleAssignmentDelay > 0;
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

async function limit(credentialPolicy: object): Promise<void> {
  const { emulator, seeds } = project;
  const admin = asking(emulator.url, `Bearer ${readFileSync(emulator.adminTokenFile, "utf8")}`);
  const { status } = await admin("POST", `/_admin/tenants/${seeds.partner.id}`, { credentialPolicy });
  expect(status).toBe(200);
}

const test = story();

test("a tenant that forbids client secrets: Microsoft Graph refuses the deployment, and explain has the settings", async () => {
  await limit({
    passwordCredentials: [{ restrictionType: "passwordAddition" }],
    keyCredentials: [{ restrictionType: "asymmetricKeyLifetime", maxLifetime: "P200D" }],
  });
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
  const { credential, consent, vaultUri } = await project.outputs();
  expect([credential.generations, consent]).toMatchObject([[{ number: 1, kind: "certificate" }], { health: "ok" }]);
  const state = await project.exported();
  const keys = certificatesOf(project).flatMap(({ privateKey }) => privateLinesOf(privateKey));
  const needles = ["PRIVATE KEY", ...keys.flatMap(formsOf)];
  const holding = [text, state.text].flatMap((one) => [
    ...needles.filter((needle) => one.includes(needle)),
    ...(jwt.exec(one) ?? []),
  ]);
  expect([keys.length, holding]).toEqual([3, []]);
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

/** Of the record's newest version: the certificate's name, and its version. */
async function named(): Promise<{ name: string; path: string }> {
  const { credential } = await project.outputs();
  const { tags } = newestOf(await versionsOf(await openVault(project), credential.name));
  const { certificate = "" } = tags;
  return { name: certificate.split("/")[0] ?? "", path: `/certificates/${certificate}?api-version=7.4` };
}

// Runs the fix "lib/credential/client-credential.ts: Have the stack that made it put it back".
test("a key that somebody disabled is told where it is used; a deployment enables it; beside the one of a rotation nobody misses it", async () => {
  const { vaultUri } = await project.outputs();
  const vault = await askAs(project.emulator, vaultUri.replace(/\/$/u, ""));
  const { name, path } = await named();
  const disable = (one: string) => vault("PATCH", one, { attributes: { enabled: false } });
  await disable(path);
  const { code, stderr } = await redeem(project, "graph");
  expect([code, stderr]).toEqual([4, expect.stringContaining("Have the stack that made it put it back: pulumi up")]);
  await project.up();
  expect((await vault("GET", path)).body).toMatchObject({ attributes: { enabled: true }, tags: { generation: "1" } });
  expect((await aboutStack(project, "rotate", "--yes")).code).toBe(0);
  const newer = await named();
  expect([newer.name, newer.path === path, await publishedIn(project)]).toEqual([
    name,
    false,
    ["partner-c2", "partner-c1"],
  ]);
  await disable(newer.path);
  expect(await refused()).toEqual([]);
  if (isSoak) expect(await aboutStack(project, "drift")).toMatchObject({ code: 5 });
  await project.up();
  expect(await refused()).toEqual([]);
});

test("to a client secret, once the tenant admits it, and back: no token's tags change", async () => {
  await limit({});
  const { tags } = newestOf(await tokenVersions(project));
  for (const [kind, published] of [
    ["secret", ["partner-c3", "partner-c2"]],
    ["certificate", ["partner-c4", "partner-c3"]],
  ] as const) {
    await project.set({ "credential.kind": kind });
    // Whoever looks alone sees it, and changes nothing.
    if (isSoak) expect(await aboutStack(project, "drift")).toMatchObject({ code: 5 });
    await project.up();
    expect([kind, await publishedIn(project), await refused()]).toEqual([kind, published, []]);
    expect(newestOf(await tokenVersions(project)).tags).toEqual(tags);
  }
  if (isSoak) expect(await aboutStack(project, "drift")).toMatchObject({ code: 0 });
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

describe("a state that somebody changed", () => {
  test("another certificate in it is not registered: the vault's counts", async () => {
    const { keyCredentials: before } = await applicationOf(project);
    const [notBefore, notAfter] = [-1, 300].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
    const theirs = { cer: derOf(foreignCertificate(notBefore, notAfter).pem), notBefore, notAfter };
    await rewriteState(project, (whole) => {
      const { resources, ...rest } = whole.deployment;
      const isEntry = ({ type }: StateResource) => type.endsWith(":ApplicationCertificate");
      const gone: unknown[] = resources.filter(isEntry).map(({ urn }) => urn);
      const changed = resources
        .filter((one) => !isEntry(one))
        .map((one) =>
          one.type.endsWith(":ClientCertificate") ? { ...one, outputs: { ...one.outputs, ...theirs } } : one,
        );
      // The engine refuses a state that names a resource it does not have.
      const without = (_: string, value: unknown): unknown =>
        Array.isArray(value) ? value.filter((one) => !gone.includes(one)) : value;
      return JSON.parse(
        JSON.stringify({ ...whole, deployment: { ...rest, resources: changed } }),
        without,
      ) as typeof whole;
    });
    await project.up();
    const { keyCredentials: after } = await applicationOf(project);
    expect(new Set(after.map(({ key }) => key))).toEqual(new Set(before.map(({ key }) => key)));
    expect(await refused()).toEqual([]);
  });

  const spellings: readonly [what: string, spell: (version: string) => string][] = [
    ["escaped", (version) => `%${version.charCodeAt(0).toString(16)}${version.slice(1)}`],
    ["with a slash", (version) => `${version}/`],
    ["in upper case", (version) => version.toUpperCase()],
    ["the folder", () => "."],
    ["none", () => ""],
  ];
  test.each(
    spellings,
    ([what]) => `a second resource with the kept version, ${what}`,
    async ([, spell]) => {
      const second = "partner-zz";
      await rewriteState(project, ({ deployment: { resources, ...rest }, ...state }) => {
        const all = resources.filter(({ urn }) => !urn.endsWith(`::${second}`));
        const kept = all.findLast(({ type }) => type.endsWith(":ClientCertificate"));
        if (kept === undefined) throw new Error("The state has no certificate.");
        const { urn, outputs = {} } = kept;
        const version = spell(String(outputs["version"]));
        const forged = {
          ...kept,
          urn: urn.replace(/[^:]+$/u, second),
          outputs: { ...outputs, version },
          protect: false,
        };
        return { ...state, deployment: { ...rest, resources: [...all, forged] } };
      });
      const { code, stderr } = await aboutStack(project, "up");
      expect([code, stderr]).toEqual([1, expect.stringContaining("is not the name of anything that a stack makes")]);
      expect(await refused()).toEqual([]);
    },
  );
});
