/** The state of a stack before a run of its program, and the look-ups: of the program itself, or of `doctor`. */
import { identifierIn } from "../../lib/application/identifier";
import { clientIdsIn, type Recorded } from "../../lib/application/recorded";
import type { RecordedVault } from "../../lib/azure/moved-vault";
import type { Cloud } from "../../lib/config/clouds";
import type { Generation } from "../../lib/config/limits";
import { stackName } from "../../lib/token/tags";

export interface Look {
  cloud: Cloud;
  /** GUID. */
  tenantId: string;
  /** As the engine names it. */
  stack: Readonly<Record<"organization" | "project" | "name", string>>;
  state: OwnState;
  /** Whether the state is the same after this run: a deployment's own refresh changes it. */
  isKept: boolean;
  log: Readonly<Record<"info" | "warn", (text: string) => Promise<void>>>;
  /** The subscription of a new vault; undefined: the provider chooses it. */
  subscriptionId: () => Promise<string | undefined>;
  /** The group's object id. @throws where there is none, or more than one */
  adminAgents: () => Promise<string>;
  /** Ends a run that would show the client secret that it makes. */
  requireSilence: () => void;
}

/** The stack's own outputs from its last deployment, as far as they are used here: a failed run does not change them. */
export interface Outputs {
  applicationId?: string;
  /** GUID. */
  tenantId?: string;
  vaultUri?: string;
  /** The record of the partner's credential and its generations. */
  credential?: { name: string; generations: readonly Generation[] };
}

export interface OwnState {
  outputs: Outputs;
  /** Client ids of the applications that the stack has worked with. */
  clientIds: readonly string[];
  /** Types of all resources. A deployment's own refresh has removed resources that are gone; a preview's has not. */
  types: ReadonlySet<string>;
  /** The vault that the stack made. */
  vault?: VaultOutputs | undefined;
  /** The URN of the resource group that the stack made. */
  group?: string | undefined;
}

interface VaultOutputs {
  id?: string;
  name?: string;
  location?: string;
  properties?: { vaultUri?: string; softDeleteRetentionInDays?: number };
}

/** @param recorded the stack's resources by URN, without those that are about to be deleted */
export function stateIn(recorded: Readonly<Record<string, Recorded>>): OwnState {
  const all = Object.values(recorded);
  const outputsOf = (pattern: RegExp): object | undefined => all.find(({ type }) => pattern.test(type))?.outputs;
  return {
    outputs: outputsOf(/^pulumi:pulumi:Stack$/u) ?? {},
    clientIds: clientIdsIn(all),
    types: new Set(all.map(({ type }) => type)),
    vault: outputsOf(/^azure-native:keyvault.*:Vault$/u),
    group: Object.entries(recorded).find(([, { type }]) => type === "azure-native:resources:ResourceGroup")?.[0],
  };
}

/** The vault that the stack created; undefined before the first complete deployment. */
export function madeVaultOf({ state: { vault, outputs, group }, isKept }: Look): RecordedVault | undefined {
  const uri = vault?.properties?.vaultUri ?? outputs.vaultUri;
  return uri === undefined ? undefined : { uri, id: vault?.id, isKept, group };
}

/** The stack's name in a token's tags. */
export const taggedName = ({ stack: { organization, project, name } }: Look): string =>
  stackName(organization, project, name);

/** The unique part of the identifier URI of an application that the stack makes. @param model its name */
export const identifierOf = ({ tenantId, stack }: Look, model: string): string =>
  identifierIn(tenantId, stack.project, stack.name, model);
