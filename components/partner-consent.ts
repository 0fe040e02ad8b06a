import * as pulumi from "@pulumi/pulumi";
import type { DeclaredResource } from "../application/permissions";
import type { CloudChoice } from "../config/clouds";
import { type ConsentMode, deadlineMinutes, defaultConsentMode, signInPort, warnBeforeDays } from "../config/limits";
import type { Health } from "../consent/health";
import { stackName } from "../consent/tags";
import { DynamicResource } from "./dynamic-resource";

/** Names and ids only: no secret enters this resource, and none leaves it. */
export interface PartnerConsentArgs extends CloudChoice {
  /** The partner tenant, GUID. Another one replaces the consent. */
  tenantId: pulumi.Input<string>;
  /** The application's client id. Another one replaces the consent. */
  clientId: pulumi.Input<string>;
  /** Another one replaces the consent. */
  vaultUri: pulumi.Input<string>;
  /** The vault secret to keep the refresh token in. Another one replaces the consent. */
  refreshTokenName: pulumi.Input<string>;
  /** The vault secret that holds the client secret. Another one is proven by redeeming with it, then published. */
  clientSecretName: pulumi.Input<string>;
  /** The vault secret of the client secret that is being rotated out. Taken out, it stays as long as a token names it. Default none. */
  previousClientSecretName?: pulumi.Input<string> | undefined;
  /** Those before it that tokens still name. Default none. */
  olderClientSecretNames?: pulumi.Input<string>[] | undefined;
  /** Whether a rotation publishes all tokens of the vault that name one of these, not the stack's own alone. Default false. */
  rollTokens?: true | undefined;
  /** User principal name of the service account that has to sign in; default: whoever does. */
  account?: string;
  /** The delegated permissions that the token has to bring. */
  permissions: DeclaredResource[];
  /** Whether the deployment grants them: what the token lacks is then waited for, and nobody is asked. Default false. */
  grantsMade?: boolean;
  /** auto: sign in when BROWSER is set or, outside CI, at a terminal; default auto. */
  mode?: ConsentMode;
  /** Minutes to wait for the sign-in, 1 to 60; default 10. */
  deadlineMinutes?: number;
  /** Days before its end at which the token counts as expiring, 1 to 89; default 30. */
  warnBeforeDays?: number;
  /** Loopback port of the sign-in, 1024 to 65535; default 8400. */
  port?: number;
  /** The stack whose token this one may take over, as the token's tag names it; default: nobody's. */
  takeOverFrom?: string;
}

/** How this stack is called in a token's tags. */
export const thisStack = (): string => stackName(organization(), pulumi.getProject(), pulumi.getStack());

/** Pulumi's mocks name none, and the SDK throws then. */
function organization(): string {
  try {
    return pulumi.getOrganization();
  } catch {
    return "";
  }
}

/** Makes a change of the provider's behaviour visible to the engine: raise it with every change that existing stacks must run. */
const providerVersion = "1";

/** The consent, last of all: a person signs in once, and nothing of the token is in state. Without a person it fails with what finishes it. */
export class PartnerConsent extends DynamicResource {
  /** ok, or what is wrong with the stored token; drift when it is not ok. */
  declare readonly health: pulumi.Output<Health>;
  /** The version of the vault secret; "" when there is none. */
  declare readonly version: pulumi.Output<string>;
  /** Object id of the account that consented; "" when unknown. */
  declare readonly accountId: pulumi.Output<string>;
  /** Its user principal name; "" when unknown. */
  declare readonly accountName: pulumi.Output<string>;
  /** When a person last signed in, ISO 8601; "" when unknown. */
  declare readonly consentedOn: pulumi.Output<string>;
  /** When the stored token ends, ISO 8601; "" when unknown. */
  declare readonly expiresOn: pulumi.Output<string>;
  /** Why the last refresh could not look at what is granted; "" where it could. */
  declare readonly grantsUnseen: pulumi.Output<string>;

  constructor(name: string, args: PartnerConsentArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = ["version", "accountId", "accountName", "consentedOn", "expiresOn", "grantsUnseen"];
    const inputs = {
      ...args,
      endpoints: args.endpoints ?? {},
      account: args.account ?? "",
      // Absent rather than false: a stack without grants has nothing to say of them.
      grantsMade: args.grantsMade === true ? true : undefined,
      mode: args.mode ?? defaultConsentMode,
      deadlineMinutes: args.deadlineMinutes ?? deadlineMinutes.default,
      warnBeforeDays: args.warnBeforeDays ?? warnBeforeDays.default,
      port: args.port ?? signInPort.default,
      stack: thisStack(),
      // What is wanted: a refresh that finds anything else shows as a change of this input.
      health: "ok" satisfies Health,
      providerVersion,
    };
    const options = {
      // Made first, the replacement would have its own token disabled by the removal of the old one.
      deleteBeforeReplace: true,
      replaceOnChanges: ["tenantId", "clientId", "vaultUri", "refreshTokenName"],
    };
    super("Consent", "consent-provider", name, inputs, outputs, pulumi.mergeOptions(options, opts));
  }
}
