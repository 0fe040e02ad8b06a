import type * as pulumi from "@pulumi/pulumi";
import { everybody, wantedGrants } from "../lib/application/delegated-grants";
import type { DeclaredResource } from "../lib/application/permissions";
import type { CloudChoice } from "../lib/config/clouds";
import type { AdminConsent } from "../lib/config/limits";
import { present } from "../lib/errors/failure";
import { requireValidPart } from "./checked-args";
import { DynamicResource } from "./dynamic-resource";

/** Another tenant (GUID) or application replaces the grants. */
export interface DelegatedGrantsArgs extends CloudChoice {
  tenantId: pulumi.Input<string>;
  clientId: pulumi.Input<string>;
  adminConsent: AdminConsent;
  /** User principal name of the service account; needed for `account`. */
  account: string | undefined;
  /** Permissions that are granted, beside openid, profile and offline_access of Microsoft Graph. */
  permissions: readonly DeclaredResource[];
}

/**
 * Grants without a consent page. They are revoked at destroy, or when no longer declared. PartnerConsent revokes
 * those of a former account after the new account has signed in.
 */
export class DelegatedGrants extends DynamicResource {
  constructor(name: string, args: DelegatedGrantsArgs, opts?: pulumi.CustomResourceOptions) {
    requireValidPart(
      "DelegatedGrants",
      name,
      { ...args },
      { names: ["cloud", "endpoints", "tenantId", "adminConsent"] },
    );
    const { adminConsent, account, permissions, ...place } = args;
    const inputs = {
      ...place,
      grantedTo:
        adminConsent === "everybody" ? everybody : present(account, "adminConsent: account needs consent.account."),
      // The required grants: if a refresh finds fewer, the engine shows a change of these inputs.
      grants: wantedGrants(permissions),
      providerVersion: "1",
    };
    const outputs = ["servicePrincipalObjectId", "principalId", "added"];
    const own = { replaceOnChanges: ["tenantId", "clientId"] };
    super("Grants", name, { inputs, outputs, own }, opts);
  }
}
