import { EntraError } from "../../../oauth/aadsts";
import { CredentialError } from "../../../azure/credential-error";
import { sentence } from "../../../errors/fix";
import { textOf } from "../../../errors/text";
import { exitCodes } from "../../exit-code";
import type { Check } from "../check";
import { failed, type Finding, ok, skipped } from "../finding";

export const tenantCheck: Check = {
  name: "tenant",
  title: "Tenant",
  needs: ["cloud"],
  look: async (facts) => {
    const named = await facts.namedTenant();
    try {
      const { name } = await facts.cloud();
      return judgeTenant(await facts.tenantId(), named, name);
    } catch (error) {
      if (error instanceof EntraError) {
        return failed(textOf({ what: error.what, why: error.why }), error.fixes, exitCodes.usage);
      }
      // Without a name the login says which tenant, and the next check is about that.
      if (named === undefined && error instanceof CredentialError) {
        return skipped(
          "none was named, and there is no login to take it from",
          sentence("Sign in, or name it: --tenant <GUID or domain>"),
        );
      }
      throw error;
    }
  },
};

/** @param named undefined: it is the login's own */
export function judgeTenant(tenantId: string, named: string | undefined, cloud: string): Finding {
  const how = named === undefined ? ", the tenant of the login" : named === tenantId ? "" : `, found as ${named}`;
  return ok(`${tenantId}${how}, lives in ${cloud}`);
}
