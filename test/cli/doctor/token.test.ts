/** Doctor's findings about the account and its token, each in a situation of the embedded cloud. What helps is in test/fixes. */
import { partnerTenant } from "../../../tools/embedded-cloud/testing/applications";
import { assignGraphRoles } from "../../../tools/embedded-cloud/testing/directory";
import { firstPartyApps } from "../../../lib/config/clouds";
import { byAdministrator, byDeployment, each, nothing, testFindings, without, withoutRoles } from "../support/findings";
import type { Stage } from "../support/stage";

const { azureAdGraph, azureResourceManager, partnerCenter } = firstPartyApps;

let stage: Stage;
const stored = () => stage.storeToken();
const ending = (days: number) => () =>
  stage.storeToken({ expiresOn: new Date(Date.now() + (days + 0.5) * 86_400_000) });
const disabled = async () => {
  const { version = "" } = (await stage.vault.getSecret(stage.tokenName)).properties;
  await stage.vault.updateSecretProperties(stage.tokenName, version, { enabled: false });
};
const withoutFactors = async () => {
  const { serviceAccountWithoutMfa } = stage.emulator.seeds.users;
  const tags = stage.tags({ account: serviceAccountWithoutMfa.id });
  await stage.storeToken({ value: await stage.refreshToken(serviceAccountWithoutMfa), tags });
};
const reselling = () => {
  partnerTenant(stage.emulator).isIndirectReseller = true;
};
/** The deployer reads that it admits no account. */
const policy = () => {
  const tenant = partnerTenant(stage.emulator);
  tenant.permissionGrantPolicies = [];
  const deployer = tenant.servicePrincipals.get(stage.emulator.seeds.deployer.servicePrincipalId);
  if (deployer !== undefined) assignGraphRoles(tenant, deployer, ["Policy.Read.All"]);
};
const answers = (service: string, rule: object) => () => void stage.emulator.faults.add({ service, times: 0, ...rule });
/** It is granted, and Entra has not noticed yet. */
const early = () => {
  const form = { grant_type: "refresh_token", scope: `*${stage.emulator.origins.resourceManager}*` };
  answers("authority", { form, entra: 65001 })();
};

const account = "svc-partner@partner.example";
const token = `${account}, consented on 2026-11-01`;
const renewed = "Renew it: secure-app-model renew; or: Consent again: secure-app-model consent --force";
const anew = "Consent again: secure-app-model consent --force";
const withMfa = "Consent again, with multi-factor authentication: secure-app-model consent --force";
const first = "Consent: secure-app-model consent --tenant <tenant>";
const again = "Check again: secure-app-model doctor --probe";
const probed = { options: { probe: true } };
const legacy = "Azure AD Graph Directory.AccessAsUser.All, Azure AD Graph User.Read";
const [ofAzure, ofPartnerCenter] = ["Azure Resource Manager user_impersonation", "Partner Center user_impersonation"];
const confirmed = "Partner Center confirms multi-factor authentication.";
const unasked =
  "Partner Center did not answer whether it was issued with multi-factor authentication. Asking Partner Center about multi-factor authentication was refused: 403, code 1002. Partner Center's API is for indirect providers and direct-bill partners. Microsoft gives indirect resellers no access; the token is not at fault.";
const unconfirmed =
  "It was issued without multi-factor authentication, and Partner Center refuses such tokens (401, code 900421).";
const whole = `It has ${legacy}, ${ofAzure}, ${ofPartnerCenter}.`;
const lacksAzure = `It lacks ${ofAzure}. It has ${legacy}, ${ofPartnerCenter}.`;
const lacksLegacy = `It lacks ${legacy}. It has ${ofAzure}, ${ofPartnerCenter}.`;
const somebody = "Somebody who is Global Administrator or Privileged Role Administrator";
const azureAlone = { names: ofAzure, scope: "<resourceManager>%2Fuser_impersonation" };
const legacyAlone = {
  names: legacy,
  scope: "<azureAdGraph>%2FDirectory.AccessAsUser.All+<azureAdGraph>%2FUser.Read",
};
const unredeemed = "failed (3): Redeeming the refresh token for <partnerCenter> was refused:";
const unconsented = `${unredeemed} the permission has not been consented to. Entra says: AADSTS65001: The user or administrator has not consented to use the application with ID '<client>' named 'Partner Center Web App' to access the res …`;
const grants = () => ({ adminConsent: "account", consent: { account } });
const undeployed = { options: { clientId: undefined } };
const refused = (names: string, number = "AADSTS90094") =>
  `failed (3): Entra will refuse the consent of ${account} (${number}): Global Administrator or Privileged Role Administrator must grant ${names}`;
const beyond =
  "Azure AD Graph Directory.AccessAsUser.All, Azure AD Graph Directory.Read.All, Microsoft Graph Directory.Read.All, Microsoft Graph SecurityEvents.Read.All";

testFindings(
  {
    "refresh-token": [
      [ending(60), `ok: ${token}, 60 days left; not tested (--probe)`],
      [ending(10), `warning: ${token}, 10 days left; not tested (--probe)`, { fix: renewed }],
      [ending(6), `failed (3): ${token}, 6 days left`, { fix: renewed }],
      [ending(-1), "failed (3): refresh-token-<tenant>: it has ended", { fix: anew }],
      [each(stored, disabled), "failed (3): refresh-token-<tenant>: its newest version is disabled", { fix: anew }],
      [
        () => stage.storeToken({ tags: stage.tags({ application: stage.tenantId }) }),
        "failed (3): refresh-token-<tenant>: its newest version is another application's, or was not stored by this project",
        { fix: anew },
      ],
      [nothing, "failed (3): refresh-token-<tenant>: there is none", { fix: first }],
      [
        nothing,
        "failed (3): refresh-token-<tenant>: there is none",
        { fix: first, settings: () => ({ consent: {} }), outputs: { applicationId: "<client>" } },
      ],
      // A first consent would ask for what only the outputs show.
      [
        nothing,
        "failed (3): refresh-token-<tenant>: there is none",
        { fix: "Deploy again: pulumi up", settings: () => ({ consent: {} }) },
      ],
      [ending(60), `ok: ${token}, 60 days left; redeemed`, probed],
      [
        each(stored, () => void (stage.serviceAccount().revokedBefore = stage.emulator.clock.now() + 1000)),
        `${unredeemed} the refresh token was revoked. Entra says: AADSTS50173: The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.`,
        { ...probed, fix: withMfa },
      ],
    ],
    probe: [
      [stored, `ok: ${whole} ${confirmed}`, probed],
      [each(stored, reselling), `ok: ${whole} ${unasked}`, probed],
      [
        each(stored, without(azureResourceManager)),
        `failed (3): ${lacksAzure} ${confirmed}`,
        { ...probed, fix: byAdministrator(somebody, azureAlone) },
      ],
      [
        each(withoutFactors, without(azureAdGraph)),
        `failed (3): ${lacksLegacy} ${unconfirmed}`,
        { ...probed, fix: `${byAdministrator(somebody, legacyAlone)}; or: ${withMfa}` },
      ],
      [withoutFactors, `failed (3): ${whole} ${unconfirmed}`, { ...probed, fix: withMfa }],
      [
        each(stored, without(partnerCenter)),
        unconsented,
        { ...probed, fix: "The account consents to it: secure-app-model consent" },
      ],
      [each(stored, without(partnerCenter)), unconsented, { ...probed, fix: "Grant it: pulumi up", settings: grants }],
      [
        each(stored, early),
        `failed (3): ${lacksAzure} ${confirmed}`,
        {
          ...probed,
          fix: `It is granted; it takes a while to take effect. ${again}; or: Sign in again: secure-app-model consent --force`,
        },
      ],
      // The account's roles cannot be read, so who may grant it is not known.
      [
        each(stored, without(azureAdGraph), answers("microsoftGraph", { path: "*/transitiveMemberOf", status: 403 })),
        `failed (3): ${lacksLegacy} ${confirmed}`,
        { ...probed, fix: "Grant it, or see who must: secure-app-model consent" },
      ],
      [
        each(stored, answers("partnerCenter", { status: 200, body: {} })),
        `warning: ${whole} Partner Center did not answer whether it was issued with multi-factor authentication.`,
        { ...probed, fix: again },
      ],
      [
        each(stored, answers("microsoftGraph", { path: "*/applications*", status: 403 })),
        `warning: ${confirmed} Could not read what the application declares. Microsoft Graph refused GET /v1.0/applications: 403.`,
        { ...probed, fix: again },
      ],
      [
        each(stored, answers("partnerCenter", { status: 400 })),
        "failed: Asking Partner Center about multi-factor authentication was refused: 400.",
        { ...probed, fix: "Try again; if it stays, ask Microsoft's partner support." },
      ],
    ],
    "account-consent": [
      [nothing, "skipped: no account is named yet (consent.account of a stack, or a token's tag)"],
      [
        stored,
        "skipped: the application was not found",
        { options: { clientId: "11111111-2222-4333-8444-555555555555" } },
      ],
      [stored, `ok: ${account} has nothing left to consent to`],
      [each(stored, without(partnerCenter)), `ok: ${account} may consent to what is missing`],
      [
        each(stored, without(azureAdGraph)),
        refused("Azure AD Graph Directory.AccessAsUser.All"),
        { fix: byAdministrator("Such an administrator", legacyAlone) },
      ],
      [
        each(stored, without(azureAdGraph), withoutRoles),
        refused(beyond),
        { fix: byAdministrator("Such an administrator") },
      ],
      [
        each(stored, without(partnerCenter), policy),
        refused(ofPartnerCenter, "AADSTS90093: the tenant's policy lets no ordinary account consent"),
      ],
      [
        each(stored, without(azureAdGraph)),
        `warning: the deployment grants ${account} what is missing (adminConsent)`,
        { fix: "Grant it: pulumi up", settings: grants },
      ],
      [
        nothing,
        `ok: the deployment grants ${account} what is missing (adminConsent)`,
        { ...undeployed, settings: grants },
      ],
      [
        nothing,
        refused(beyond),
        {
          ...undeployed,
          fix: `Such an administrator runs the line that this prints: pulumi up; or: ${byDeployment}`,
          settings: () => ({ consent: { account } }),
        },
      ],
    ],
  },
  (fresh) => {
    stage = fresh;
  },
);
