/** Every precondition, in order: later ones depend on earlier ones. */
import type { Check } from "./check";
import { accountConsentCheck } from "./checks/account-consent";
import { additionsCheck } from "./checks/additions";
import { applicationCheck, previewCheck } from "./checks/application";
import { azureRolesCheck, vaultProviderCheck } from "./checks/azure";
import { ciChecks } from "./checks/ci";
import { credentialCheck } from "./checks/credential";
import { graphRolesCheck } from "./checks/deployer";
import { adminAgentsCheck, partnerCenterCheck, servicePrincipalCheck } from "./checks/directory";
import { interruptedCheck } from "./checks/interrupted";
import { clockCheck, engineCheck, nodeCheck } from "./checks/machine";
import { adminConsentCheck, azurePermissionCheck, consentCheck, permissionsCheck } from "./checks/permissions";
import { probeCheck, refreshTokenCheck } from "./checks/refresh-token";
import { replyUrlsCheck } from "./checks/reply-urls";
import { cloudCheck, loginCheck, stackCheck, tenantCheck } from "./checks/target";
import { vaultCheck, vaultWriteCheck } from "./checks/vault";
import { vaultAuditCheck, vaultNetworkCheck } from "./checks/vault-exposure";
import type { Facts } from "./facts";

/** The checks of this machine, the stack and the login, for a stack of either kind. */
const first: readonly Check[] = [
  nodeCheck,
  engineCheck,
  stackCheck,
  cloudCheck,
  tenantCheck,
  loginCheck,
  interruptedCheck,
];

const ofModel: readonly Check[] = [
  graphRolesCheck,
  azureRolesCheck,
  vaultProviderCheck,
  adminAgentsCheck,
  partnerCenterCheck,
  applicationCheck,
  previewCheck,
  servicePrincipalCheck,
  permissionsCheck,
  consentCheck,
  accountConsentCheck,
  azurePermissionCheck,
  adminConsentCheck,
  replyUrlsCheck,
  credentialCheck,
  additionsCheck,
  vaultCheck,
  vaultWriteCheck,
  vaultAuditCheck,
  vaultNetworkCheck,
  refreshTokenCheck,
  probeCheck,
];

/** The checks that apply to the given stack. One that cannot be read fails its own check. */
export async function checksFor({ bootstrap, options }: Facts): Promise<readonly Check[]> {
  const isBootstrap = (await bootstrap().catch(() => undefined)) !== undefined;
  return isBootstrap
    ? [...first, ...ciChecks, clockCheck]
    : allChecks(options.stack !== undefined, options.probe ?? false);
}

export function allChecks(withStack: boolean, probes: boolean): readonly Check[] {
  const runs = { stack: withStack, probe: probes };
  return [...first, ...ofModel, clockCheck].filter(({ only }) => only === undefined || runs[only]);
}
