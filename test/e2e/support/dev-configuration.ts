/** The configuration of stack dev with a test's changes. */
import { join } from "node:path";
import { type CloudName, seedsOf } from "../../../tools/embedded-cloud/testing/emulator";
import type { Place } from "./deployed-stack";
import { stateKey } from "./state-key";

export const repository = join(__dirname, "..", "..", "..");

/** Settings of a stack, without the namespace. */
export type StackSettings = Record<string, unknown>;

export const regions = { AzureCloud: "westeurope", AzureUSGovernment: "usgovvirginia" } as const;

/** The setting `vault` of stack dev, in AzureCloud. */
export const devVault = {
  ...{ name: "partner-tokens", resourceGroupName: "partner-tokens", location: regions.AzureCloud, retentionDays: 7 },
};

/** The text of a Pulumi.dev.yaml (JSON is YAML). @param settings in place of those of stack dev; undefined omits one */
export function devConfiguration({ folder, signInPort }: Place, cloud: CloudName, settings: StackSettings): string {
  const dev: StackSettings = {
    cloud,
    endpoints: join(folder, "endpoints.json"),
    displayName: "Partner Center Web App",
    configurePreconsent: true,
    azureManagement: true,
    adminConsent: "account",
    vault: { ...devVault, location: regions[cloud] },
    protect: false,
  };
  const account = seedsOf(cloud).users.serviceAccount.userPrincipalName;
  const consent = { account, port: signInPort, ...(settings["consent"] as object | undefined) };
  const all: StackSettings = { ...dev, ...settings, consent };
  const wanted = Object.entries(all).filter(([, value]) => value !== undefined);
  const config = Object.fromEntries(wanted.map(([name, value]) => [`secure-application-model:${name}`, value]));
  return JSON.stringify({ config, ...stateKey }, null, 2);
}
