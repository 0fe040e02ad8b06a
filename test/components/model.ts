/** The smallest Secure Application Model. */
import { SecureApplicationModel, type SecureApplicationModelArgs } from "../../components/secure-application-model";
import { declared, type Stack } from "./declared";

export const tenantId = "aaaaaaaa-1111-4222-8333-444444444444";

/** A model that creates its application. */
export type MadeModelArgs = Extract<SecureApplicationModelArgs, { displayName: unknown }>;

export const leastArgs: MadeModelArgs = {
  cloud: "AzureCloud",
  tenantId,
  displayName: "Partner Center Web App",
  credential: { generations: [{ number: 1, kind: "secret", day: "2026-11-26" }] },
  vault: { name: "partner-tokens", resourceGroupName: "tokens-group", location: "westeurope" },
  consent: { account: "svc@partner.example" },
};

/** The stack of a model with exactly these arguments. */
export const stackWith = (args: SecureApplicationModelArgs): Promise<Stack> =>
  declared((opts) => new SecureApplicationModel("partner", args, opts));
