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
import { requireAdmitted } from "./components/resolve-admission";
import { resolveExisting } from "./components/resolve-existing";
import { appliedIn, resolveCredentials } from "./components/resolve-credentials";
import { resolveToken } from "./components/resolve-token";
import { resolveVault } from "./components/resolve-vault";
import { requireFreshBuild } from "./startup/build-stamp";
import { cloudOf } from "./config/clouds";
import { isBootstrap, readSettings } from "./config/settings";

// Pulumi records a stack trace for each property of each resource, and reads 100 MB of source maps for them. It shows them only with this
// variable, and the program's own errors are printed as text.
if (!process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) Error.stackTraceLimit = 0;

/** Part of every resource's name and of the application's identifier URI: it never changes. */
const name = "partner";

async function program(): Promise<Record<string, unknown>> {
  const root = requireFreshBuild();
  const configuration = pulumi.runtime.allConfig();
  if (isBootstrap(configuration)) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded late: only a bootstrap stack needs it
    const { bootstrap } = require("./bootstrap") as typeof import("./bootstrap");
    return await bootstrap(name, configuration, root);
  }
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
  // Neither needs the other's result, and each takes a second.
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
    // A certificate has no secret value that anybody could read.
    ...credentialIn(model, "clientSecret" in settings),
    // Only with a calendar: the values that the next run needs.
    ...appliedIn(placed, model.vault),
    consent: { health, account: accountName, consentedOn, expiresOn },
  };
}

/** The credential's name in a token's tag, as an output named after its kind. */
function credentialIn({ clientSecretName: reference }: SecureApplicationModel, isSecret: boolean) {
  return isSecret ? { clientSecretName: reference } : { credential: reference };
}

/** The engine prints only the text of a RunError; every other error comes with a useless stack trace. */
export = (): Promise<Record<string, unknown>> =>
  program().catch((error: unknown) => {
    throw error instanceof pulumi.RunError ? error : new pulumi.RunError((error as Error).message);
  });
