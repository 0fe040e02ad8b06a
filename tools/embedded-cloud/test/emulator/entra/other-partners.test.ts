/** A vendor's multi-tenant application in another partner's tenant of the same cloud. */
import { partnerTenant, registerModestApplication, type RegisteredApplication } from "../../../testing/applications";
import { emulatorForEach, type SignInAnswers, signInFor } from "../../../testing/emulator";
import {
  askForToken,
  authorizeUrl,
  claimsOf,
  ownForm,
  redemption,
  refreshing,
  refusal,
  signedIn,
} from "../../../testing/oauth";

let application: RegisteredApplication;
const cloud = emulatorForEach((started) => (application = registerModestApplication(started)));

const other = () => cloud.seeds.otherPartners[0];
const directory = () => cloud.clouds.get("AzureCloud")?.tenants.get(other().partner.id);
const at = (path: string) => `/${other().partner.domains[0]}/oauth2/v2.0/${path}`;

const signInThere = (answers: SignInAnswers = {}, who = application) =>
  signInFor(authorizeUrl(cloud, who, {}, at("authorize")), { account: other().users.serviceAccount, ...answers });
const asItself = () => askForToken(cloud, ownForm(cloud, application), at("token"));

test("AADSTS700016: it is not there before somebody consents, and not after somebody declined", async () => {
  expect(refusal(await asItself())).toEqual([400, "unauthorized_client", [700016]]);
  expect(await signInThere({ consent: "cancel" })).toMatchObject({ error: "access_denied" });
  expect(refusal(await asItself())).toEqual([400, "unauthorized_client", [700016]]);
});

test("a consent brings its service principal into the tenant, and tokens of that tenant", async () => {
  const { code } = await signInThere();
  const { status, body } = await askForToken(cloud, redemption(application, code ?? ""), at("token"));
  const { id: tid } = other().partner;
  expect([status, claimsOf(body["access_token"])]).toMatchObject([
    200,
    { tid, oid: other().users.serviceAccount.id, aud: cloud.origins.partnerCenter, amr: ["pwd", "mfa"] },
  ]);
  const there = [...(directory()?.servicePrincipals.values() ?? [])].find(
    ({ appId }) => appId === application.clientId,
  );
  expect([there, directory()?.applications.size]).toEqual([
    expect.objectContaining({
      displayName: application.application.displayName,
      appOwnerOrganizationId: cloud.seeds.partner.id,
      replyUrls: application.application.web.redirectUris,
    }),
    0,
  ]);
  expect(partnerTenant(cloud).grants.size).toBe(0);
  expect(claimsOf((await asItself()).body["access_token"])).toMatchObject({ tid, oid: there?.id });
});

test("AADSTS700016: an application of one tenant's cannot be consented to there", async () => {
  const single = registerModestApplication(cloud, { signInAudience: "AzureADMyOrg" });
  await expect(signInThere({}, single)).rejects.toThrow(/AADSTS700016/u);
});

test("AADSTS50020: neither an account nor a refresh token of one tenant is let into the other", async () => {
  await signInThere();
  await expect(signInThere({ account: cloud.seeds.users.serviceAccount })).rejects.toThrow(/AADSTS50020/u);
  const { refresh_token: token } = await signedIn(cloud, application);
  const form = refreshing(application, String(token), cloud.origins.partnerCenter);
  expect(refusal(await askForToken(cloud, form, at("token")))).toEqual([400, "invalid_grant", [50020]]);
});
