/** The program: settings → tenant → component → outputs. */
import "./startup/compile-cache";
import "./startup/lazy-packages";
import "./startup/with-engine";
import "./startup/required-node";
import "./components/debug-messages";
import "./components/shown-elsewhere";
import * as pulumi from "@pulumi/pulumi";
import { connect } from "./components/cloud-providers";
import { SecureApplicationModel, type SecureApplicationModelArgs } from "./components/secure-application-model";
import { resolveExisting } from "./components/resolve-existing";
import { appliedIn, resolveCredentials } from "./components/resolve-credentials";
import { resolveToken } from "./components/resolve-token";
import { resolveVault } from "./components/resolve-vault";
import { requireFreshBuild } from "./startup/build-stamp";
import { cloudOf } from "./config/clouds";
import { readSettings } from "./config/settings";

// Pulumi takes a stack trace for each property of each resource, and reads 100 MB of source maps for them. It shows them only on this
// demand, and what the program itself fails with is a text.
if (!process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) Error.stackTraceLimit = 0;

/** Part of every resource's name and of the application's identifier URI: it never changes. */
const name = "partner";

async function program(): Promise<Record<string, unknown>> {
  const root = requireFreshBuild();
  const { tenantId: tenant, endpoints = {}, ...settings } = readSettings(pulumi.runtime.allConfig(), root);
  const cloud = cloudOf(settings.cloud, endpoints);
  const { tenantId, providers } = await connect(cloud, tenant, process.env, settings.subscriptionId);
  const look = async () => {
    const placed = await resolveVault(cloud, settings, { provider: providers["azure-native"] });
    const named = await resolveToken(cloud, tenantId, placed);
    const clientSecret = await resolveCredentials(cloud, tenantId, placed, process.env, named);
    return { vault: placed.vault, ...(clientSecret === undefined ? {} : { clientSecret }) };
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
    ...appliedIn(placed.clientSecret, model.vault),
    consent: { health, account: accountName, consentedOn, expiresOn },
  };
}

/** How the credential is named by a token's tag, under the name of its kind. */
function credentialIn({ clientSecretName: reference }: SecureApplicationModel, isSecret: boolean) {
  return isSecret ? { clientSecretName: reference } : { credential: reference };
}

/** The engine prints a RunError's text alone; every other error comes with a stack that helps nobody. */
export = (): Promise<Record<string, unknown>> =>
  program().catch((error: unknown) => {
    throw error instanceof pulumi.RunError ? error : new pulumi.RunError((error as Error).message);
  });
