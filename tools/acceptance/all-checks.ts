/** Every check in the order of the run: first those that only read, last the destruction of the stack. */
import type { Check } from "./check";
import { applicationChecks } from "./checks/application";
import { diagnosticsChecks } from "./checks/diagnostics";
import { directoryChecks } from "./checks/directory";
import { discoveryChecks } from "./checks/discovery";
import { lifecycleChecks } from "./checks/lifecycle";
import { partnerCenterChecks } from "./checks/partner-center";
import { powershellChecks } from "./checks/powershell";
import { tokenChecks } from "./checks/tokens";
import { vaultChecks } from "./checks/vault";

export const checks: readonly Check[] = [
  ...discoveryChecks,
  ...directoryChecks,
  ...applicationChecks,
  ...tokenChecks,
  ...partnerCenterChecks,
  ...vaultChecks,
  ...diagnosticsChecks,
  ...powershellChecks,
  ...lifecycleChecks,
];
