/**
 * A permission that is declared after a consent: azureManagement. Tokens for it are issued only after it is granted, and a sign-in by itself
 * grants nothing. Where the deployment grants it: test/soak/fixes-by-deployment.test.ts.
 */
import { assignDirectoryRole, directoryRoles } from "../../tools/embedded-cloud/testing/directory";
import { printedConsent, redeem, secureAppModel } from "./support/command";
import { Project } from "./support/project";

test("an ordinary account: `up` says who has to do what before a browser opens; after the printed command it asks nobody", async () => {
  await using project = await Project.start({ settings: { azureManagement: false, adminConsent: undefined } });
  const { tenant, seeds, emulator } = project;
  // Who consents is an administrator on that day alone.
  const { id } = seeds.users.serviceAccount;
  assignDirectoryRole(tenant, "globalAdministrator", id);
  await project.up();
  tenant.roleMembers.get(directoryRoles.globalAdministrator.templateId)?.delete(id);
  await project.set({ azureManagement: true });
  emulator.requests.clear();
  /** Exit codes of `token`, which redeems the stored token, for Azure and for Microsoft Graph; and the sign-ins until then. */
  const redeemed = async () => [
    ...[(await redeem(project, "arm")).code, (await redeem(project, "graph")).code, project.signIns],
  ];
  // Before: tokens for Azure are refused.
  expect(await redeemed()).toEqual([3, 0, 0]);
  const refused = await project.pulumi("up", "--yes", "--skip-preview");
  expect(refused.code).toBe(1);
  expect(refused.text).toMatch(
    /lacks Azure Resource Manager user_impersonation\. Entra would refuse the consent of svc-partner@partner\.example \(AADSTS90094\).*Somebody who is Global Administrator or Privileged Role Administrator.*adminConsent account/su,
  );
  // The existing token still works.
  expect(await redeemed()).toEqual([3, 0, 0]);
  const argv = printedConsent(refused.text);
  expect(argv).toContain("--as-administrator");
  const { code, stdout } = await secureAppModel(project, [...argv, "--port", String(project.signInPort)], {
    SIGN_IN_ROBOT_ACCOUNT: seeds.users.administrator.userPrincipalName,
  });
  expect([code, stdout]).toEqual([0, expect.stringContaining("the stored token has them.")]);
  const asked = project.signIns;
  expect(await project.up()).toMatch(/1 updated/u);
  expect(await redeemed()).toEqual([0, 0, asked]);
});
