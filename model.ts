/** The program of a model: settings → tenant → component → outputs. */
import { connect } from "./components/cloud-providers";
import { SecureApplicationModel, type SecureApplicationModelArgs } from "./components/secure-application-model";
import { requireAdmitted } from "./components/resolve-admission";
import { resolveExisting } from "./components/resolve-existing";
import { resolveCredentials } from "./components/resolve-credentials";
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
    const credential = await resolveCredentials(cloud, tenantId, placed, process.env, tags?.["client-secret"]);
    await requireAdmitted(cloud, tenantId, placed, credential, tags);
    return { vault: placed.vault, credential };
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
    [settings.credential.kind === "secret" ? "clientSecretName" : "credential"]: model.clientSecretName,
    // With a calendar alone: what the next run goes by.
    ...(placed.credential.rollTokens && { credentials: model.credentials }),
    consent: { health, account: accountName, consentedOn, expiresOn },
  };
}
