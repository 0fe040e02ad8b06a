/** Converts a model's settings to its arguments: the first preview shows or refuses what exists. */
import { applicationType } from "../lib/application/recorded";
import type { Cloud } from "../lib/config/clouds";
import type { Settings } from "../lib/config/combinations";
import { madeSecretIn } from "../lib/consent/credential-reference";
import type { Connection } from "./cloud-providers";
import type { OwnState } from "./own-state";
import { requireSilence } from "./secret-exposure";
import type { CredentialArgs, SecureApplicationModelArgs } from "./secure-application-model";

/** Where a model's token is: without a vault, it is still to be made. */
export interface TokenPlace {
  cloud: Cloud;
  /** GUID. */
  tenantId: string;
  vaultUri: string | undefined;
}

/** @param name of the model @throws Failure with the fix; CredentialError */
export async function resolveModel(
  name: string,
  cloud: Cloud,
  settings: Settings,
  { tenantId, providers }: Connection,
  state: OwnState,
): Promise<SecureApplicationModelArgs> {
  /* eslint-disable @typescript-eslint/no-require-imports -- loaded late: they bring Azure's libraries, and a configuration may be refused before */
  const { resolveVault } = require("./resolve-vault") as typeof import("./resolve-vault");
  const { resolveToken } = require("./resolve-token") as typeof import("./resolve-token");
  const { resolveCredentials } = require("./resolve-credentials") as typeof import("./resolve-credentials");
  const { requirePrincipals } = require("./resolve-principals") as typeof import("./resolve-principals");
  const { resolveExisting } = require("./resolve-existing") as typeof import("./resolve-existing");
  const { requireOtherVault, requireOwnApplication } = require("./resolve-own") as typeof import("./resolve-own");
  const { microsoftGraph } = require("../lib/azure/graph") as typeof import("../lib/azure/graph");
  /* eslint-enable @typescript-eslint/no-require-imports */
  const look = async () => {
    const described = settings.vault;
    const isAdopting = "uri" in described && "existingApplication" in settings;
    if ("uri" in described) requireOtherVault(described.uri, state);
    const opts = { provider: providers["azure-native"] };
    const vault =
      "uri" in described ? described : { ...described, found: await resolveVault(cloud, described, opts, state) };
    const place = { cloud, tenantId, vaultUri: "uri" in vault ? vault.uri : vault.found.uri };
    const tags = await resolveToken(place, settings.consent.takeOverFrom, state, isAdopting);
    const credential = await resolveCredentials(place, settings.credential, state.outputs, tags?.["client-secret"]);
    if (makesSecret(credential, tags?.["client-secret"])) requireSilence();
    await requirePrincipals(place, settings, "uri" in vault ? undefined : vault.found, tags);
    return { vault, credential };
  };
  const asked = { ...settings, tenantId };
  // None asks for what another finds, and each takes a second.
  const own = requireOwnApplication(name, microsoftGraph(cloud, tenantId), asked, state);
  const held = state.types.has(applicationType) ? state.clientIds : undefined;
  const both = [look(), resolveExisting(name, cloud, asked, { provider: providers.azuread }, held)] as const;
  // Without its application the others' errors would be consequences.
  await Promise.allSettled([own, ...both]);
  await own;
  const [placed, found] = await Promise.all(both);
  return { ...found, ...placed } as SecureApplicationModelArgs;
}

/** Whether a deployment makes a client secret: the token names another one, and nobody else makes it. */
const makesSecret = ({ declared: [current], vaultSecretName }: CredentialArgs, named = ""): boolean =>
  vaultSecretName === undefined && current.kind === "secret" && madeSecretIn(named)?.label !== current.label;
