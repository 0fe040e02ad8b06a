/** Converts a model's settings to its arguments: the first preview shows or refuses what exists. */
import type { LiveVault } from "../../lib/azure/key-vault";
import type { MadeVault, Settings } from "../../lib/config/combinations";
import type { CredentialArgs } from "../../lib/config/model-args";
import type { ExistingParts } from "./existing";
import type { Look, OwnState } from "./look";

/** The settings, with existing resources as they were found in place of their names. */
type Resolved = Omit<Settings, keyof ExistingParts | "credential" | "tenantId" | "vault"> &
  ExistingParts & {
    tenantId: string;
    vault: { uri: string } | (MadeVault & { found: LiveVault });
    credential: CredentialArgs;
  };

/** @param name of the model @throws Failure with the fix; CredentialError */
export async function resolveModel(name: string, look: Look, settings: Settings): Promise<Resolved> {
  /* eslint-disable @typescript-eslint/no-require-imports -- loaded late: they bring Azure's libraries, and a configuration may be refused before */
  const { resolveVault } = require("./vault") as typeof import("./vault");
  const { resolveToken } = require("./token") as typeof import("./token");
  const { resolveCredential } = require("./credential") as typeof import("./credential");
  const { requirePrincipals } = require("./principals") as typeof import("./principals");
  const { resolveExisting } = require("./existing") as typeof import("./existing");
  const { requireOtherVault, requireOwnApplication } = require("./own") as typeof import("./own");
  /* eslint-enable @typescript-eslint/no-require-imports */
  const lookAtVault = async () => {
    const described = settings.vault;
    const isAdopting = "uri" in described && "existingApplication" in settings;
    if ("uri" in described) requireOtherVault(described.uri, look.state);
    const vault = "uri" in described ? described : { ...described, found: await resolveVault(look, described) };
    const place = { ...look, vaultUri: "uri" in vault ? vault.uri : vault.found.uri };
    const tags = await resolveToken(place, settings.consent.takeOverFrom, isAdopting);
    const credential = await resolveCredential(place, settings.credential);
    if (makesSecret(credential, look.state)) look.requireSilence();
    await requirePrincipals(place, settings, "uri" in vault ? undefined : vault.found, tags);
    return { vault, credential };
  };
  // The look-ups run concurrently: none needs another's result, and each takes a second.
  const own = requireOwnApplication(name, look, settings);
  const both = [lookAtVault(), resolveExisting(name, look, settings)] as const;
  // Errors about the application come first: the others may be their consequences.
  await Promise.allSettled([own, ...both]);
  await own;
  const [placed, found] = await Promise.all(both);
  return { ...settings, ...found, ...placed, tenantId: look.tenantId } as Resolved;
}

/** Whether this deployment makes a client secret that the last deployment did not declare. */
const makesSecret = ({ generations }: CredentialArgs, { outputs }: OwnState): boolean =>
  generations.some(
    ({ kind, number }) =>
      kind === "secret" && !outputs.credential?.generations.some((one) => one.kind === kind && one.number === number),
  );
