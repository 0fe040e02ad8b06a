import { judgeProbe } from "../../../cli/doctor/checks/refresh-token";
import { waysToGrant } from "../../../cli/doctor/who-grants";
import type { Probed } from "../../../cli/redemption/probe";
import { exitCodes } from "../../../cli/terminal/exit-code";
import { ConsentRequiredError } from "../../../lib/consent/errors";
import { Failure, run } from "../../../lib/errors/failure";
import { clouds } from "../../../lib/config/clouds";
import { invocation } from "../../../lib/errors/invocation";
import { messageOf } from "../../../lib/errors/text";
import { entraError } from "../../../lib/oauth/aadsts";
import { told } from "../support/told";

const { own } = invocation();
const partnerCenter = { resource: "Partner Center", scopes: ["user_impersonation"] };
const graph = { resource: "Microsoft Graph", scopes: ["User.Read", "Group.Read.All"] };
const probed: Probed = {
  redeemed: true,
  isMfaCompliant: true,
  permissions: { brought: [partnerCenter, graph], missing: [] },
  notes: [],
  verdict: "ok",
  health: "ok",
  exitCode: exitCodes.fine,
};
const ways = [run("Have it granted", { program: "az", args: ["x"] })];
const judge = (changes: Partial<Probed>) => told(judgeProbe({ ...probed, ...changes }, ways));
const again = `Consent again, with multi-factor authentication: ${own} consent --force`;

test("what each resource brought is told, and what is worth knowing beside it", () => {
  const found =
    "It has Partner Center user_impersonation, Microsoft Graph User.Read, Microsoft Graph Group.Read.All. Partner Center confirms multi-factor authentication.";
  expect(told(judgeProbe(probed, []))).toEqual({ state: "ok", what: found });
  expect(told(judgeProbe({ ...probed, notes: ["It is retired."] }, []))).toEqual({
    state: "ok",
    what: `${found} It is retired.`,
  });
});

test("what it does not bring is a failure, with who grants it", () => {
  const permissions = { brought: [partnerCenter], missing: [graph] };
  const lacking = { permissions, exitCode: exitCodes.consentNeeded };
  const found =
    "It lacks Microsoft Graph User.Read, Microsoft Graph Group.Read.All. It has Partner Center user_impersonation.";
  expect(judge(lacking)).toEqual({
    state: "failed",
    what: `${found} Partner Center confirms multi-factor authentication.`,
    fix: "Have it granted: az x",
    exitCode: 3,
  });
  expect(judge({ ...lacking, isMfaCompliant: false })).toEqual({
    state: "failed",
    what: `${found} It was issued without multi-factor authentication, and Partner Center refuses such tokens (401, code 900421).`,
    fix: `Have it granted: az x; or: ${again}`,
    exitCode: 3,
  });
});

test("what could not be told is a warning, never right", () => {
  const fix = `Check again: ${own} doctor --probe`;
  expect(told(judgeProbe({ ...probed, isMfaCompliant: undefined }, []))).toMatchObject({
    state: "warning",
    what: expect.stringMatching(/Partner Center did not answer whether it was issued with multi-factor/u) as string,
    fix,
  });
  expect(told(judgeProbe({ ...probed, permissions: undefined, notes: ["It could not be looked up."] }, []))).toEqual({
    state: "warning",
    what: "Partner Center confirms multi-factor authentication. It could not be looked up.",
    fix,
  });
});

test("a token that could not be probed is a failure of its own kind, with its own fixes", () => {
  const unprobed = (error: unknown, exitCode: 1 | 3) =>
    told(judgeProbe({ redeemed: false, error, exitCode, verdict: "failed", health: undefined }, ways));
  const refused = (number: number) =>
    entraError("Redeeming the refresh token", "invalid_grant", `AADSTS${number}: Entra's words.`);
  expect(unprobed(refused(50173), 3)).toEqual({
    state: "failed",
    what: expect.stringMatching(/the refresh token was revoked.*AADSTS50173/u) as string,
    fix: again,
    exitCode: 3,
  });
  expect(unprobed(refused(65001), 3)).toMatchObject({ state: "failed", fix: "Have it granted: az x", exitCode: 3 });
  expect(unprobed(new Failure("outage", "It does not answer."), 1)).toEqual({
    state: "failed",
    what: "It does not answer.",
    fix: `Check again: ${own} doctor --probe`,
    exitCode: 1,
  });
  expect(unprobed(new ConsentRequiredError("None."), 3).fix).toBe(`Check again: ${own} doctor --probe`);
});

describe("who grants what a token lacks", () => {
  const place = { cloud: clouds.AzureUSGovernment, tenantId: "tenant", clientId: "client" } as const;
  const outlook = {
    missing: ["Microsoft Graph User.Read"],
    asks: false,
    refused: { beyond: ["Microsoft Graph Group.Read.All"], byPolicy: false },
    administrators: ["Global Administrator", "Privileged Role Administrator"],
  };
  const said = (...given: Parameters<typeof waysToGrant>) => messageOf({ what: "", fixes: waysToGrant(...given) });

  test("an administrator, or the deployment, where the account may not", () => {
    expect(said(outlook, false, place)).toBe(
      "Somebody who is Global Administrator or Privileged Role Administrator opens this, which grants all that is declared to everybody in the tenant and ends at a page that does not open: " +
        "https://login.microsoftonline.us/tenant/adminconsent?client_id=client&redirect_uri=http%3A%2F%2Flocalhost%3A8400%2Fconsent; or: With this program an administrator grants all that is declared to everybody in the tenant, application permissions included: " +
        `${own} consent --as-administrator --cloud AzureUSGovernment --tenant tenant --client-id client; ` +
        "or: The deployer grants the delegated permissions to the account alone, with DelegatedPermissionGrant.ReadWrite.All on Microsoft Graph: pulumi config set secure-application-model:adminConsent account, then pulumi up",
    );
  });

  test("the account, where it may", () => {
    expect(said({ ...outlook, refused: undefined }, false, place)).toBe(`The account consents to it: ${own} consent`);
  });

  test("the deployment, where it is told to", () => {
    expect(said(outlook, true, place)).toBe("Grant it: pulumi up");
    expect(said(undefined, true, place)).toBe("Grant it: pulumi up");
  });

  test("nobody, where it is granted already", () => {
    expect(said({ ...outlook, missing: [], refused: undefined }, true, place)).toBe(
      `It is granted; it takes a while to take effect. Check again: ${own} doctor --probe; or: Sign in again: ${own} consent --force`,
    );
  });

  test("whoever the consent names, where it could not be looked up", () => {
    expect(said(undefined, false, place)).toBe(`Grant it, or see who must: ${own} consent`);
  });
});
