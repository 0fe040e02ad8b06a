/** Converts a model's settings to its arguments: the first preview shows or refuses what exists. */
import type { Cloud } from "../lib/config/clouds";
import type { Settings } from "../lib/config/combinations";
import type { Connection } from "./cloud-providers";
import type { SecureApplicationModelArgs } from "./secure-application-model";

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
): Promise<SecureApplicationModelArgs> {
  /* eslint-disable @typescript-eslint/no-require-imports -- loaded late: they bring Azure's libraries, and a configuration may be refused before */
  const { resolveVault } = require("./resolve-vault") as typeof import("./resolve-vault");
  const { resolveToken } = require("./resolve-token") as typeof import("./resolve-token");
  const { resolveCredentials } = require("./resolve-credentials") as typeof import("./resolve-credentials");
  const { requireAdmitted } = require("./resolve-admission") as typeof import("./resolve-admission");
  const { resolveExisting } = require("./resolve-existing") as typeof import("./resolve-existing");
  /* eslint-enable @typescript-eslint/no-require-imports */
  const look = async () => {
    const described = settings.vault;
    const opts = { provider: providers["azure-native"] };
    const vault = "uri" in described ? described : { ...described, found: await resolveVault(cloud, described, opts) };
    const place = { cloud, tenantId, vaultUri: "uri" in vault ? vault.uri : vault.found.uri };
    const tags = await resolveToken(place, settings.consent.takeOverFrom);
    const credential = await resolveCredentials(place, settings.credential, tags?.["client-secret"]);
    await requireAdmitted(place, settings, credential, tags);
    return { vault, credential };
  };
  // Neither asks for what the other finds, and each takes a second.
  const [placed, found] = await Promise.all([
    look(),
    resolveExisting(name, cloud, { ...settings, tenantId }, { provider: providers.azuread }),
  ]);
  return { ...found, ...placed } as SecureApplicationModelArgs;
}
