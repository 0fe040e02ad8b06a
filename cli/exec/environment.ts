/** What a command gets of this process's variables: nothing that names another identity, and where to find its own. */
import { aboutCustomer, webhookVariable } from "../../lib/config/own-variables";
import type { Customer } from "../../lib/partner-center/customers";
import { oneLine } from "../../lib/errors/harmless";

/** Names by which Azure's SDKs and tools, and what runs in a job, find an identity, where it is kept, or what the next step runs. Windows has no case. */
const ofIdentities =
  /^(?:(?:AAD|ARM|AZCOPY|AZURE|IDENTITY|IMDS|MSI|ACTIONS_ID_TOKEN_REQUEST|ACTIONS_RUNTIME)_.*|AZD_CONFIG_DIR|ENDPOINT_AUTH_.*|GITHUB_(?:ENV|PATH)|VSS_NUGET_ACCESSTOKEN|SYSTEM_ACCESSTOKEN|SYSTEM_OIDCREQUESTURI|idToken|servicePrincipalKey)$/iu;

const ofGithub = /^(?:GH|GITHUB)_(?:ENTERPRISE_)?TOKEN$/iu;

const isRemoved = (name: string, withGithub: boolean): boolean =>
  ofIdentities.test(name) || name.toUpperCase() === webhookVariable || (!withGithub && ofGithub.test(name));

export interface Place {
  /** Address of the identity endpoint. */
  address: string;
  /** The value of its header, a secret. */
  header: string;
  /** An empty folder, in place of the person's own logins. */
  folder: string;
}

/** @param withGithub whether GitHub's token is left to the command */
export const removedFrom = (parent: NodeJS.ProcessEnv, withGithub: boolean): string[] =>
  Object.keys(parent).filter((name) => isRemoved(name, withGithub));

/** @returns the variables that are set, beside what is left of the parent's */
export function addedFor(
  parent: NodeJS.ProcessEnv,
  { address, header, folder }: Place,
  customer: Customer,
): Record<string, string> {
  const direct = ["NO_PROXY", "no_proxy"].flatMap((variable) => (parent[variable] ?? "").split(",").filter(Boolean));
  // An asterisk means every host only if it stands alone.
  const noProxy = direct.includes("*") ? "*" : [...new Set([...direct, "127.0.0.1"])].join(",");
  return {
    IDENTITY_ENDPOINT: address,
    IDENTITY_HEADER: header,
    // The form of 2017, for older tools.
    MSI_ENDPOINT: address,
    MSI_SECRET: header,
    // After a refusal the SDK must not try the person's own login.
    AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential",
    // Terraform's plugins ask the metadata service without them.
    ARM_MSI_ENDPOINT: address,
    ARM_MSI_API_VERSION: "2019-08-01",
    AZURE_CONFIG_DIR: folder,
    AZD_CONFIG_DIR: folder,
    // az starts a process that outlives it and writes into the folder, which is removed by then.
    AZURE_CORE_COLLECT_TELEMETRY: "false",
    // A proxy would get the header.
    NO_PROXY: noProxy,
    no_proxy: noProxy,
    ...aboutCustomer({ ...customer, name: oneLine(customer.name) }),
  };
}

export function environmentFor(
  parent: NodeJS.ProcessEnv,
  place: Place,
  customer: Customer,
  withGithub: boolean,
): NodeJS.ProcessEnv {
  const kept = Object.entries(parent).filter(([name]) => !isRemoved(name, withGithub));
  return { ...Object.fromEntries(kept), ...addedFor(parent, place, customer) };
}
