/** The program of a model: settings → tenant → component → outputs. */
import { connect } from "./components/cloud-providers";
import { SecureApplicationModel, type SecureApplicationModelArgs } from "./components/secure-application-model";
import { requireAdmitted } from "./components/resolve-admission";
import { resolveExisting } from "./components/resolve-existing";
import { appliedIn, resolveCredentials } from "./components/resolve-credentials";
import { resolveToken } from "./components/resolve-token";
import { resolveVault } from "./components/resolve-vault";
import { cloudOf } from "./lib/config/clouds";
import { readSettings } from "./lib/config/settings";

/** @param name part of every resource's name @param root the folder of Pulumi.yaml */
export async function run(
  name: string,
  configuration: Readonly<Record<string, string>>,
  root: string,
): Promise<Record<string, unknown>> {
  const { tenantId: tenant, endpoints = {}, ...settings } = readSettings(configuration, root);
  const cloud = cloudOf(settings.cloud, endpoints);
  const { tenantId, providers } = await connect(cloud, tenant, process.env, settings.subscriptionId);
  const look = async () => {
    const placed = await resolveVault(cloud, settings, { provider: providers["azure-native"] });
    const tags = await resolveToken(cloud, tenantId, placed);
    const credentials = await resolveCredentials(cloud, tenantId, placed, process.env, tags?.["client-secret"]);
    await requireAdmitted(cloud, tenantId, placed, credentials, tags);
    return { vault: placed.vault, ...credentials };
  };
  // Neither asks for what the other finds, and each takes a second.
  const described = { ...settings, endpoints, tenantId };
  const [placed, found] = await Promise.all([
    look(),
    resolveExisting(name, cloud, described, { provider: providers.azuread }),
  ]);
  const args = { ...found, ...placed } as SecureApplicationModelArgs;
  const model = new SecureApplicationModel(name, args, { providers: { ...providers } });
  const { health, accountName, consentedOn, expiresOn } = model.consent;
  return {
    applicationId: model.application.clientId,
    applicationObjectId: model.application.objectId,
    servicePrincipalObjectId: model.application.servicePrincipalObjectId,
    tenantId,
    cloud: settings.cloud,
    vaultUri: model.vault.uri,
    refreshTokenName: model.refreshTokenName,
    // A certificate has no secret that could be read anywhere.
    ...credentialIn(model, "clientSecret" in settings),
    // With a calendar alone: what the next run goes by.
    ...appliedIn(placed, model.vault),
    consent: { health, account: accountName, consentedOn, expiresOn },
  };
}

/** How the credential is named by a token's tag, under the name of its kind. */
function credentialIn({ clientSecretName: reference }: SecureApplicationModel, isSecret: boolean) {
  return isSecret ? { clientSecretName: reference } : { credential: reference };
}
