/** Every precondition, top to bottom: what stands higher has to be right first. */
import type { Check } from "./check";
import { adminAgentsCheck } from "./checks/admin-agents";
import { adminConsentCheck } from "./checks/admin-consent";
import { applicationCheck } from "./checks/application";
import { azurePermissionCheck } from "./checks/azure-permission";
import { azureRolesCheck } from "./checks/azure-roles";
import { clientSecretCheck } from "./checks/client-secret";
import { clockCheck } from "./checks/clock";
import { cloudCheck } from "./checks/cloud";
import { consentCheck } from "./checks/consent";
import { engineCheck } from "./checks/engine";
import { graphRolesCheck } from "./checks/graph-roles";
import { loginCheck } from "./checks/login";
import { nodeCheck } from "./checks/node";
import { partnerCenterCheck } from "./checks/partner-center";
import { permissionsCheck } from "./checks/permissions";
import { refreshTokenCheck } from "./checks/refresh-token";
import { replyUrlsCheck } from "./checks/reply-urls";
import { servicePrincipalCheck } from "./checks/service-principal";
import { stackCheck } from "./checks/stack";
import { tenantCheck } from "./checks/tenant";
import { vaultCheck } from "./checks/vault";
import { vaultWriteCheck } from "./checks/vault-write";

/** @param withStack whether a stack was named, and is looked at too */
export function preconditions(withStack: boolean): readonly Check[] {
  const checks = [
    nodeCheck,
    engineCheck,
    stackCheck,
    cloudCheck,
    tenantCheck,
    loginCheck,
    graphRolesCheck,
    azureRolesCheck,
    adminAgentsCheck,
    partnerCenterCheck,
    applicationCheck,
    servicePrincipalCheck,
    permissionsCheck,
    consentCheck,
    azurePermissionCheck,
    adminConsentCheck,
    replyUrlsCheck,
    clientSecretCheck,
    vaultCheck,
    vaultWriteCheck,
    refreshTokenCheck,
    clockCheck,
  ];
  return withStack ? checks : checks.filter((check) => check !== stackCheck);
}
