import type { ConsentPrecheck } from "../../../lib/application/who-may-consent";
import { judgeAccountConsent } from "../../../cli/doctor/checks/account-consent";
import { clouds } from "../../../lib/config/clouds";
import { invocation } from "../../../lib/errors/invocation";
import { told } from "../support/told";

const { own } = invocation();
const account = "svc@partner.example";
const place = { cloud: clouds.AzureCloud, tenantId: "tenant", clientId: "client" } as const;
const outlook: ConsentPrecheck = {
  missing: ["Partner Center user_impersonation"],
  asks: true,
  refused: { beyond: ["Microsoft Graph Directory.Read.All"], byPolicy: false },
  administrators: ["Global Administrator", "Privileged Role Administrator"],
};
const judge = (changes: Partial<ConsentPrecheck>, deploys = false, where: typeof place | undefined = place) =>
  told(judgeAccountConsent({ ...outlook, ...changes }, account, deploys, where));

const byDeployment =
  "The deployer grants the delegated permissions to the account alone, with DelegatedPermissionGrant.ReadWrite.All on Microsoft Graph: pulumi config set secure-application-model:adminConsent account, then pulumi up";
const found =
  "Entra will refuse the consent of svc@partner.example (AADSTS90094): Global Administrator or Privileged Role Administrator must grant Microsoft Graph Directory.Read.All";

test("where nothing is missing, the deployment grants it, or the account may, all is well", () => {
  expect(judge({ missing: [] })).toEqual({
    state: "ok",
    what: "svc@partner.example has nothing left to consent to",
  });
  expect(judge({ refused: undefined })).toEqual({
    state: "ok",
    what: "svc@partner.example may consent to what is missing",
  });
  const granted = "the deployment grants svc@partner.example what is missing (adminConsent)";
  expect(judgeAccountConsent(outlook, account, true, undefined)).toEqual({ state: "ok", what: granted });
  expect(judge({}, true)).toEqual({ state: "warning", what: granted, fix: "Grant it: pulumi up" });
});

test("a sign-in that Entra will refuse is said, with who has to do what", () => {
  expect(judge({})).toEqual({
    state: "failed",
    exitCode: 3,
    what: found,
    fix: `Such an administrator opens this, which grants all that is declared to everybody in the tenant and ends at a page that does not open: https://login.microsoftonline.com/tenant/adminconsent?client_id=client&redirect_uri=http%3A%2F%2Flocalhost%3A8400%2Fconsent; or: With this program an administrator grants all that is declared to everybody in the tenant, application permissions included: ${own} consent --as-administrator --cloud AzureCloud --tenant tenant --client-id client; or: ${byDeployment}`,
  });
});

test("before anything is deployed the deployment prints what an administrator runs", () => {
  expect(told(judgeAccountConsent(outlook, account, false, undefined))).toEqual({
    state: "failed",
    exitCode: 3,
    what: found,
    fix: `Such an administrator runs the line that this prints: pulumi up; or: ${byDeployment}`,
  });
});

test("the tenant's policy is told apart", () => {
  expect(judge({ refused: { beyond: ["A b"], byPolicy: true } }).what).toMatch(
    /^Entra will refuse the consent of svc@partner\.example \(AADSTS90093: the tenant's policy lets no ordinary account consent\)/u,
  );
});
