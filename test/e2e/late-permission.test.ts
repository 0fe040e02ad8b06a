/**
 * A permission that is declared after a consent: azureManagement. Tokens for it are issued only after it is granted, and a sign-in by itself
 * grants nothing.
 */
import { assignDirectoryRole, directoryRoles } from "../../embedded-cloud/emulator/directory-roles";
import { secureAppModel } from "./support/command";
import { Project } from "./support/project";
import { testInSoak } from "./support/soak";

let project: Project;
beforeEach(async () => {
  project = await Project.start();
  await project.configure({ azureManagement: false, adminConsent: undefined });
  // Who consents is an administrator on that day alone.
  const { id } = project.seeds.users.serviceAccount;
  assignDirectoryRole(project.tenant, "globalAdministrator", id);
  await project.up();
  project.tenant.roleMembers.get(directoryRoles.globalAdministrator.templateId)?.delete(id);
  await project.set({ azureManagement: true });
  project.emulator.requests.clear();
});
afterEach(() => project.close());

/** Exit codes of `token`, which redeems the stored token, for Azure and for Microsoft Graph. */
async function redeemed(): Promise<Record<string, number>> {
  const { vaultUri } = await project.outputs();
  const codes = { arm: -1, graph: -1 };
  for (const resource of ["arm", "graph"] as const)
    codes[resource] = (await secureAppModel(project, ["token", resource, "--vault", String(vaultUri)])).code;
  return codes;
}

/** The prompts of the sign-ins in the browser. */
const signIns = () =>
  project.emulator.requests
    .entries()
    .filter(({ method, path }) => method === "GET" && /\/(?:authorize|adminconsent)/u.test(path))
    .map(({ path }) => /\/(authorize|adminconsent)/u.exec(path)?.[1]);

testInSoak("adminConsent: the deployment grants it, and nobody is asked", async () => {
  await project.set({ adminConsent: "account" });
  const text = await project.up();
  expect(text).toMatch(/1 created.*\n.*2 updated/u);
  expect({ redeemed: await redeemed(), signIns: signIns() }).toEqual({ redeemed: { arm: 0, graph: 0 }, signIns: [] });
  const { code, text: said } = await project.drift();
  expect({ code, said: code === 0 ? "" : said }).toEqual({ code: 0, said: "" });
});

test("an ordinary account: `up` says who has to do what before a browser opens; after the printed command it asks nobody", async () => {
  // Before: tokens for Azure are refused.
  expect(await redeemed()).toEqual({ arm: 3, graph: 0 });
  const refused = await project.pulumi("up", "--yes", "--skip-preview");
  expect(refused.code).toBe(1);
  expect(signIns()).toEqual([]);
  expect(refused.text).toMatch(
    /does not bring Azure Resource Manager user_impersonation\. Entra would refuse the consent of svc-partner@partner\.example \(AADSTS90094\).*Somebody who is Global Administrator or Privileged Role Administrator.*adminConsent account/su,
  );
  // The existing token still works.
  expect(await redeemed()).toEqual({ arm: 3, graph: 0 });
  const line = /npx secure-app-model (consent [^\n]*--as-administrator[^\n;]*)/u.exec(refused.text)?.[1] ?? "";
  const argv = [...line.matchAll(/'([^']*)'|(\S+)/gu)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  const { code, stdout } = await secureAppModel(project, [...argv, "--port", String(project.signInPort)], {
    SIGN_IN_ROBOT_ACCOUNT: project.seeds.users.administrator.userPrincipalName,
  });
  expect([code, stdout]).toEqual([0, expect.stringContaining("the stored token brings it.")]);
  expect(await project.up()).toMatch(/1 updated/u);
  expect({ redeemed: await redeemed(), signIns: signIns() }).toEqual({
    redeemed: { arm: 0, graph: 0 },
    signIns: ["adminconsent"],
  });
});

testInSoak("an account that may consent to everything is asked once, for everything anew", async () => {
  assignDirectoryRole(project.tenant, "globalAdministrator", project.seeds.users.serviceAccount.id);
  expect(await project.up()).toMatch(/2 updated/u);
  expect({ redeemed: await redeemed(), signIns: signIns() }).toEqual({
    redeemed: { arm: 0, graph: 0 },
    signIns: ["authorize"],
  });
});
