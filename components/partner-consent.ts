import * as pulumi from "@pulumi/pulumi";
import type { DeclaredResource } from "../lib/application/permissions";
import type { CloudChoice } from "../lib/config/clouds";
import type { ConsentArgs } from "../lib/config/model-args";
import { deadlineMinutes, defaultConsentMode, signInPort, warnBeforeDays } from "../lib/config/limits";
import type { Health } from "../lib/credential/lifetime";
import { stackName } from "../lib/token/tags";
import { requireValidPart } from "./checked-args";
import { DynamicResource } from "./dynamic-resource";

/**
 * Names and ids only: no secret enters or leaves this resource. Another tenant (GUID), application, vault or
 * token name replaces it. Arguments without a description are settings with defaults: docs/settings.md.
 */
export interface PartnerConsentArgs extends CloudChoice, ConsentArgs {
  tenantId: pulumi.Input<string>;
  clientId: pulumi.Input<string>;
  vaultUri: pulumi.Input<string>;
  refreshTokenName: pulumi.Input<string>;
  /** Name of the vault secret with the credential: a rotation does not change it. */
  credential: pulumi.Input<string>;
  /** The delegated permissions that the token must include. */
  permissions: DeclaredResource[];
  /** Whether the stack assigns the roles on the vault, and so waits for them. Default true. */
  awaitsRole?: boolean;
  /** Whether the deployment grants them, and so waits for missing grants instead of a sign-in. Default false. */
  grantsMade?: boolean;
}

/** This stack's name in a token's tags. */
export const thisStack = (): string => stackName(organization(), pulumi.getProject(), pulumi.getStack());

/** Pulumi's mocks have no organization, and the SDK then throws. */
export function organization(): string {
  try {
    return pulumi.getOrganization();
  } catch {
    return "";
  }
}

/** A person signs in once, and the state has no token. Without a person it fails, with the command to run. */
export class PartnerConsent extends DynamicResource {
  /** ok, or the problem of the stored token; drift when it is not ok. */
  declare readonly health: pulumi.Output<Health>;
  /** User principal name of the account that consented; "" when unknown. */
  declare readonly accountName: pulumi.Output<string>;
  /** When a person last signed in, ISO 8601; "" when unknown. */
  declare readonly consentedOn: pulumi.Output<string>;
  /** When the stored token expires, ISO 8601; "" when unknown. */
  declare readonly expiresOn: pulumi.Output<string>;

  constructor(name: string, args: PartnerConsentArgs, opts?: pulumi.CustomResourceOptions) {
    requireValidPart(
      "PartnerConsent",
      name,
      { ...args },
      { names: ["cloud", "endpoints", "tenantId"], below: "consent" },
    );
    const outputs = ["version", "accountId", "accountName", "consentedOn", "expiresOn", "grantsUnseen"];
    const inputs = {
      ...args,
      account: args.account ?? "",
      // Undefined instead of false: a stack without grants must not have this input at all.
      grantsMade: args.grantsMade === true ? true : undefined,
      mode: args.mode ?? defaultConsentMode,
      deadlineMinutes: args.deadlineMinutes ?? deadlineMinutes.default,
      warnBeforeDays: args.warnBeforeDays ?? warnBeforeDays.default,
      port: args.port ?? signInPort.default,
      stack: thisStack(),
      // The required value: if a refresh finds another one, the engine shows a change of this input.
      health: "ok" satisfies Health,
      // Shows the engine that the provider has changed: increase it if existing stacks must run the change.
      providerVersion: "1",
    };
    const own = {
      // If the replacement were created first, deleting the old one would disable the new token.
      deleteBeforeReplace: true,
      replaceOnChanges: ["tenantId", "clientId", "vaultUri", "refreshTokenName"],
    };
    super("Consent", name, { inputs, outputs, own }, opts);
  }
}
