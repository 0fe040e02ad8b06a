import { cloudOf } from "../../lib/config/clouds";
import type { ConsentTarget } from "../../lib/consent/target";
import type { Stage } from "../cli/support/stage";

/** The consent of stack "test" on a stage, for its service account, with no declared permission. */
export const targetOn = (stage: Stage, clientSecretName: string): ConsentTarget => ({
  cloud: cloudOf("AzureCloud", stage.endpoints()),
  tenantId: stage.tenantId,
  clientId: stage.application.clientId,
  vaultUri: stage.vaultUri,
  refreshTokenName: stage.tokenName,
  clientSecretName,
  account: stage.emulator.seeds.users.serviceAccount.userPrincipalName,
  permissions: [],
  stack: "test",
});
