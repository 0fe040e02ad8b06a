/** Azure stops serving earlier API versions: docs/decisions/0022-one-version-of-key-vault.md. */
import { type Failure, type Fix, pulumi, run } from "../errors/failure";
import { now } from "../startup/clock";

export const keyVaultVersion = "2026-02-01";

/** The first day (UTC) on which Azure refuses every earlier version. */
export const retirementDay = "2027-02-27";

const former = "azure-native:keyvault:";

/** The stack's vault, before anything is declared. */
export interface FoundVault {
  /** "none": no vault that this login can access has the name; "unknown": the login may not read it. */
  state: "live" | "deleted" | "none" | "unknown";
  uri?: string;
  /** Of a live vault only, as in Azure: "Enabled", "Disabled". */
  publicNetworkAccess?: string | undefined;
  refusal?: Failure;
  /** Without a vault: why the resource group that the stack makes may not be its own. */
  takenGroup?: Failure;
}

/** The resource type that this program declares. @param kind Vault, Secret or Key */
export const keyVaultType = (kind: string): string =>
  `azure-native:keyvault/v${keyVaultVersion.replaceAll("-", "")}:${kind}`;

/** azure-native's type with its default version, as in the state of stacks from an earlier program. */
export const formerType = (kind: string): string => `${former}${kind}`;

export const unversioned = (type: string): string => type.replace(/^azure-native:keyvault\/v\w+:/u, former);

/** Whether a refresh reads a resource of this type by an earlier version. */
export function isFormerType(type: string): boolean {
  const plain = unversioned(type);
  return plain.startsWith(former) && type !== keyVaultType(plain.slice(former.length));
}

/** @param stack undefined: the one that the engine works on @returns isOver: Azure refuses that version */
export function moveToCurrentVersion(stack: string | undefined): { what: string; fix: Fix; isOver: boolean } {
  const isOver = now() >= Date.parse(retirementDay);
  const name = stack === undefined ? "This stack" : `Stack ${stack}`;
  const place = stack === undefined ? [] : ["--stack", stack];
  const recorded = `${name} was last deployed with a version of Key Vault's API that Azure`;
  const [what, fix] = isOver
    ? [
        `${recorded} has not served since ${retirementDay}: every refresh of it fails until it is moved.`,
        // The refresh is what fails: it reads what is recorded before the program has run.
        run("Move it", pulumi("up", "--refresh=false", ...place)),
      ]
    : [
        `${recorded} stops serving on ${retirementDay}: deploy it once before that day.`,
        run("Deploy it", pulumi("up", ...place)),
      ];
  return { what, fix, isOver };
}
