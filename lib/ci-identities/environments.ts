/** A stack's environments, one for each identity, and their jobs' variables: docs/ci.md, section 3. */
import { identitiesOf, type IdentityName, type ModelNeeds } from "./rights";

export const environmentOf = (stack: string, name: IdentityName): string =>
  name === "up" ? stack : `${stack}-${name}`;

export interface Guarded {
  name: string;
  /** The identity that trusts the environment; undefined: none. */
  identity?: IdentityName;
}

/** The environment of the job that posts to the webhook, whose address is its secret. */
const tell: Guarded = { name: "tell" };

/** Every environment of the models' jobs, known before any identity is. */
export const guardedOf = (models: readonly { stack: string; needs: Pick<ModelNeeds, "calendar"> }[]): Guarded[] => [
  ...models.flatMap(({ stack, needs }) =>
    identitiesOf(needs).map((identity) => ({ name: environmentOf(stack, identity), identity })),
  ),
  tell,
];

export interface Environment {
  name: string;
  identity: IdentityName;
  /** The jobs' variables by name; without those whose value is not known yet. */
  variables: Readonly<Record<string, string>>;
}

export interface StackFacts {
  stack: string;
  tenantId: string;
  subscriptionId: string;
  backend: string | undefined;
  vaultUri: string | undefined;
}

export function environmentFor(
  name: IdentityName,
  clientId: string,
  { stack, tenantId, subscriptionId, backend, vaultUri }: StackFacts,
): Environment {
  const common = { AZURE_CLIENT_ID: clientId, AZURE_TENANT_ID: tenantId };
  const own =
    name === "renew" ? { VAULT_URI: vaultUri } : { AZURE_SUBSCRIPTION_ID: subscriptionId, PULUMI_BACKEND_URL: backend };
  const known = Object.entries({ ...common, ...own }).flatMap(([variable, value]) =>
    value === undefined ? [] : [[variable, value] as const],
  );
  return { name: environmentOf(stack, name), identity: name, variables: Object.fromEntries(known) };
}
