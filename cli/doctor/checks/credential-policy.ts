/** Whether the tenant allows the credential that a stack would create next: checked before the application is created. */
import { admissionOf, type Doubt } from "../../../lib/consent/credential-admission";
import { Failure, present } from "../../../lib/errors/failure";
import { now } from "../../../lib/startup/clock";
import { check, failed, type Finding, ok, skipped, warning } from "../check";

export const credentialPolicyCheck = check(
  "credential-policy",
  "The tenant's policy on credentials",
  ["stack", "tenant", "login"],
  {
    look: async (facts) => {
      const { settings, outputs } = present(await facts.stack(), "The stack's own check has passed.");
      if (settings.credential.vaultSecretName !== undefined) return ok("the stack makes no credential");
      const { graph } = await facts.directory();
      const found = await admissionOf(graph, (await facts.application())?.id, settings.credential, now());
      return judgeAdmission(found, outputs.applicationId !== undefined);
    },
  },
);

/** @param isDeployed whether there is already a credential: then the next one would be refused */
export function judgeAdmission(found: Failure | Doubt | undefined, isDeployed: boolean): Finding {
  if (found === undefined) return ok("lets in what the stack makes");
  const what = found.what.replace(/^The tenant's policy /u, "").replace(/\.$/u, "");
  if (found instanceof Failure && !isDeployed) return failed(what, [...found.fixes]);
  const isUnread = !(found instanceof Failure) && found.kind === "unread";
  return (isUnread ? skipped : warning)(what, [...found.fixes]);
}
