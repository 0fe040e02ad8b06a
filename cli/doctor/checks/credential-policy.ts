/** Whether the tenant allows the credential that a stack would create next: checked before the application is created. */
import { admissionOf, type Doubt } from "../../../lib/consent/credential-admission";
import { Failure } from "../../../lib/errors/failure";
import { now } from "../../../lib/startup/clock";
import { check, failed, type Finding, ok, skipped, warning } from "../check";
import { found } from "../facts";

export const credentialPolicyCheck = check(
  "credential-policy",
  "The tenant's policy on credentials",
  ["stack", "tenant", "login"],
  {
    only: "stack",
    look: async (facts) => {
      const { settings, outputs } = await found(facts.stack, "stack");
      if (settings.credential.vaultSecretName !== undefined) return ok("the stack makes no credential");
      const { graph } = await facts.directory();
      const admission = await admissionOf(graph, (await facts.application())?.id, settings.credential, now());
      return judgeAdmission(admission, outputs.applicationId !== undefined);
    },
  },
);

/** @param isDeployed whether there is already a credential: then the next one would be refused */
export function judgeAdmission(admission: Failure | Doubt | undefined, isDeployed: boolean): Finding {
  if (admission === undefined) return ok("lets in what the stack makes");
  const what = admission.what.replace(/^The tenant's policy /u, "").replace(/\.$/u, "");
  if (admission instanceof Failure && !isDeployed) return failed(what, admission.fixes);
  const isUnread = !(admission instanceof Failure) && admission.kind === "unread";
  return (isUnread ? skipped : warning)(what, admission.fixes);
}
