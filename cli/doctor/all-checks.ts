/** Every precondition, in order: later ones depend on earlier ones. */
import type { Check } from "./check";
import { accountConsentCheck } from "./checks/account-consent";
import { additionsCheck } from "./checks/additions";
import { ciAdministratorCheck, ciEnvironmentsCheck, ciMainCheck, ciRepositoryCheck, ciRestCheck } from "./checks/ci";
import type { Facts } from "./facts";
import { applicationCheck } from "./checks/application";
import { clientSecretCheck } from "./checks/client-secret";
import { azureRolesCheck, vaultProviderCheck } from "./checks/azure";
import { credentialPolicyCheck } from "./checks/credential-policy";
import { graphRolesCheck } from "./checks/deployer";
import { adminAgentsCheck, partnerCenterCheck, servicePrincipalCheck } from "./checks/directory";
import { keyVaultVersionCheck } from "./checks/key-vault-version";
import { clockCheck, engineCheck, nodeCheck } from "./checks/machine";
import { interruptedCheck, stateCheck } from "./checks/interrupted";
import { adminConsentCheck, azurePermissionCheck, consentCheck, permissionsCheck } from "./checks/permissions";
import { probeCheck } from "./checks/probe";
import { refreshTokenCheck } from "./checks/refresh-token";
import { replyUrlsCheck } from "./checks/reply-urls";
import { cloudCheck, loginCheck, stackCheck, tenantCheck } from "./checks/target";
import { vaultCheck, vaultWriteCheck } from "./checks/vault";
import { vaultAuditCheck, vaultNetworkCheck } from "./checks/vault-exposure";

/** Of this machine, the stack and the login, for a stack of either kind. */
const first: readonly Check[] = [nodeCheck, engineCheck, stateCheck, stackCheck, cloudCheck, tenantCheck, loginCheck];

/** Of a bootstrap stack: it has no model to check. */
const ofBootstrap: readonly Check[] = [
  ...first,
  interruptedCheck,
  keyVaultVersionCheck,
  ciAdministratorCheck,
  ciRepositoryCheck,
  ciMainCheck,
  ciEnvironmentsCheck,
  ciRestCheck,
  clockCheck,
];

/** The checks that apply to the given stack. One that cannot be read fails its own check. */
export async function checksFor(facts: Facts): Promise<readonly Check[]> {
  const bootstrap = await facts.bootstrap().catch(() => undefined);
  return bootstrap === undefined
    ? allChecks(facts.options.stack !== undefined, facts.options.probe ?? false)
    : ofBootstrap;
}

/** @param withStack whether a stack was given, and is checked too @param probes whether the stored token is redeemed */
export function allChecks(withStack: boolean, probes: boolean): readonly Check[] {
  const checks = [
    ...first,
    interruptedCheck,
    keyVaultVersionCheck,
    graphRolesCheck,
    credentialPolicyCheck,
    azureRolesCheck,
    vaultProviderCheck,
    adminAgentsCheck,
    partnerCenterCheck,
    applicationCheck,
    servicePrincipalCheck,
    permissionsCheck,
    consentCheck,
    accountConsentCheck,
    azurePermissionCheck,
    adminConsentCheck,
    replyUrlsCheck,
    clientSecretCheck,
    additionsCheck,
    vaultCheck,
    vaultWriteCheck,
    vaultAuditCheck,
    vaultNetworkCheck,
    refreshTokenCheck,
    probeCheck,
    clockCheck,
  ];
  // Without a stack there is no declared state to compare with.
  const ofStack: readonly Check[] = [
    stateCheck,
    stackCheck,
    interruptedCheck,
    keyVaultVersionCheck,
    credentialPolicyCheck,
    additionsCheck,
  ];
  return checks.filter((check) => (withStack || !ofStack.includes(check)) && (probes || check !== probeCheck));
}
