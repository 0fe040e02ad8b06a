/** The program of a model: settings → tenant → component → outputs. */
import { connect } from "./cloud-providers";
import { lookOf } from "./look";
import { ownState } from "./own-state";
import { SecureApplicationModel, type SecureApplicationModelArgs } from "../components/secure-application-model";
import { cloudOf } from "../lib/config/clouds";
import { readSettings } from "../lib/config/settings";
import { resolveModel } from "./resolve/model";

/** @param name part of every resource's name @param root the folder of Pulumi.yaml */
export async function run(
  name: string,
  configuration: Readonly<Record<string, string>>,
  root: string,
): Promise<Record<string, unknown>> {
  const settings = readSettings(configuration, root);
  const cloud = cloudOf(settings.cloud, settings.endpoints);
  const state = await ownState();
  const connection = await connect(cloud, settings, process.env, state.outputs.tenantId);
  const resolved = await resolveModel(name, lookOf(cloud, connection, state), settings);
  const args = resolved as SecureApplicationModelArgs;
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
    // The next run reads this output.
    credential: model.credential,
    consent: { health, account: accountName, consentedOn, expiresOn },
  };
}
