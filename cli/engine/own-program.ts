/** A stack of a program of one's own, which has no settings here: what they would be, as its state shows it. */
import { everybody } from "../../lib/application/delegated-grants";
import { formerType, unversioned } from "../../lib/azure/key-vault";
import { firstPartyApps } from "../../lib/config/clouds";
import { engineTexts } from "../../lib/config/model-file";
import { parseReference } from "../../lib/consent/credential-reference";
import { namespace } from "../../lib/errors/failure";
import type { Deployment } from "./deployment";

/** What of the consent's inputs (components/partner-consent.ts) is used by itself. */
interface ConsentInputs {
  tenantId: string;
  clientId: string;
  vaultUri: string;
  credentialNames: readonly [string, ...string[]];
  permissions: readonly { resourceAppId: string }[];
}

export interface Described {
  configuration: Record<string, string>;
  outputs: Partial<Record<"applicationId" | "tenantId" | "vaultUri" | "clientSecretName" | "credential", string>>;
  /** Of the credentials that the program declares, the current one first. */
  references: readonly [string, ...string[]];
}

/** @returns undefined for a state without a model */
export function describedIn({ resources }: Deployment): Described | undefined {
  const inputsOf = (type: string) => resources.find((one) => unversioned(one.type) === type)?.inputs;
  const consent = inputsOf("pulumi-nodejs:dynamic/partner:Consent");
  if (consent === undefined) return undefined;
  const { tenantId, clientId, vaultUri, credentialNames, permissions } = consent as unknown as ConsentInputs;
  const { cloud, endpoints, account, mode, deadlineMinutes, warnBeforeDays, port } = consent;
  const asksFor = (id: string) => permissions.some(({ resourceAppId }) => resourceAppId === id);
  const application = inputsOf("azuread:index/application:Application");
  const vault = inputsOf(formerType("Vault"));
  const grants = inputsOf("pulumi-nodejs:dynamic/partner:Grants");
  const [current] = credentialNames;
  const kind = parseReference(current)?.kind ?? "secret";
  const settings = {
    ...{ cloud, endpoints, tenantId },
    ...(application ? { displayName: application["displayName"] } : { existingApplication: clientId }),
    configurePreconsent: inputsOf("azuread:index/groupMember:GroupMember") !== undefined,
    azureManagement: asksFor(firstPartyApps.azureResourceManager),
    permissions: { legacy: asksFor(firstPartyApps.azureAdGraph) },
    ...(grants && { adminConsent: grants["grantedTo"] === everybody ? "everybody" : "account" }),
    credential: { kind },
    vault: vault
      ? { name: vault["vaultName"], resourceGroupName: vault["resourceGroupName"], location: vault["location"] }
      : { uri: vaultUri },
    consent: { mode, ...(account !== "" && { account }), deadlineMinutes, warnBeforeDays, port },
  };
  const named = Object.entries(settings).map(([name, value]) => [`${namespace}:${name}`, value]);
  const proof = { [kind === "secret" ? "clientSecretName" : "credential"]: current };
  return {
    configuration: engineTexts(Object.fromEntries(named) as Record<string, unknown>),
    outputs: { applicationId: clientId, tenantId, vaultUri, ...proof },
    references: credentialNames,
  };
}
