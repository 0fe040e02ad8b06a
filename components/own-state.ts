/** The engine's record of this stack, which a program may read while it runs. */
import * as pulumi from "@pulumi/pulumi";
import type { RecordedVault } from "../lib/azure/moved-vault";
import { clientIdsIn, type Recorded } from "../lib/application/recorded";
import type { AppliedCredential } from "../lib/consent/credential-plan";

/** The stack's own outputs from its last deployment, as far as they are used here: a failed run does not change them. */
export interface Outputs {
  applicationId?: string;
  /** GUID. */
  tenantId?: string;
  vaultUri?: string;
  /** Of a client secret. */
  clientSecretName?: string;
  /** Of a certificate. */
  credential?: string;
  credentials?: readonly AppliedCredential[];
}

export interface OwnState {
  outputs: Outputs;
  /** Of the applications that the stack has worked with. */
  clientIds: readonly string[];
  /** Of all resources. A refresh of the same run has taken out what is gone; that of a preview has not. */
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

export async function ownState(): Promise<OwnState> {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const { outputs: recorded = {} } = (await pulumi.runtime.invoke(
    "pulumi:pulumi:readStackResourceOutputs",
    { stackName },
    {},
  )) as { outputs?: Readonly<Record<string, Recorded>> };
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

/** Undefined before the first whole deployment. */
export function madeVaultOf({ vault, outputs, group }: OwnState): RecordedVault | undefined {
  const uri = vault?.properties?.vaultUri ?? outputs.vaultUri;
  return uri === undefined ? undefined : { uri, id: vault?.id, isKept: pulumi.runtime.isDryRun(), group };
}
