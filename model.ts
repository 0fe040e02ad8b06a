/** The program of a model: settings → tenant → component → outputs. */
import { connect } from "./components/cloud-providers";
import { ownState } from "./components/own-state";
import { resolveModel } from "./components/resolve-model";
import { SecureApplicationModel } from "./components/secure-application-model";
import { cloudOf } from "./lib/config/clouds";
import { readSettings } from "./lib/config/settings";

/** @param name part of every resource's name @param root the folder of Pulumi.yaml */
export async function run(
  name: string,
  configuration: Readonly<Record<string, string>>,
  root: string,
): Promise<Record<string, unknown>> {
  const settings = readSettings(configuration, root);
  const cloud = cloudOf(settings.cloud, settings.endpoints);
  const state = await ownState();
  const { tenantId } = state.outputs;
  const connection = await connect(cloud, settings.tenantId, process.env, settings.subscriptionId, tenantId);
  const args = await resolveModel(name, cloud, settings, connection, state);
  const model = new SecureApplicationModel(name, args, { providers: { ...connection.providers } });
  const { health, accountName, consentedOn, expiresOn } = model.consent;
  return {
    applicationId: model.application.clientId,
    applicationObjectId: model.application.objectId,
    servicePrincipalObjectId: model.application.servicePrincipalObjectId,
    tenantId: connection.tenantId,
    cloud: settings.cloud,
    vaultUri: model.vault.uri,
    refreshTokenName: model.refreshTokenName,
    // A certificate has no secret that could be read anywhere.
    [settings.credential.kind === "secret" ? "clientSecretName" : "credential"]: model.clientSecretName,
    // With a calendar alone: what the next run goes by.
    ...(args.credential.rollTokens && { credentials: model.credentials }),
    consent: { health, account: accountName, consentedOn, expiresOn },
  };
}
