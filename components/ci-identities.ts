import * as pulumi from "@pulumi/pulumi";
import { environmentFor, type Environment, environmentOf } from "../lib/ci-identities/environments";
import type { ModelPlaces } from "../lib/ci-identities/look";
import { type Provider, trustOf } from "../lib/ci-identities/provider";
import { heldBy, identitiesOf, type IdentityName, type ModelNeeds, type Places } from "../lib/ci-identities/rights";
import { backendOf, containerIdOf, keyIdOf, type StatePlace } from "../lib/ci-identities/state";
import type { Cloud, Endpoints } from "../lib/config/clouds";
import { protectStack } from "../lib/config/limits";
import { CiIdentity, type CiIdentityArgs } from "./ci-identity";
import { CiState, type CiStateArgs } from "./ci-state";
import { DestroyProtection } from "./destroy-protection";

export interface CiStack {
  stack: string;
  /** The subscription of its vault. */
  subscriptionId: string;
  needs: ModelNeeds;
  places: ModelPlaces;
}

export interface CiIdentitiesArgs {
  cloud: Cloud;
  endpoints?: Partial<Endpoints> | undefined;
  /** GUID. */
  tenantId: string;
  /** The subscription of what is created for the state. */
  subscriptionId: string;
  provider: Provider;
  graph: CiIdentityArgs["graph"];
  stacks: readonly CiStack[];
  /** Default: the engine's state is stored elsewhere. */
  state?: (Omit<StatePlace, "subscriptionId"> & Pick<CiStateArgs, "location" | "recovers">) | undefined;
  /** Whether `pulumi destroy` refuses to delete any of it. Default true. */
  protect?: boolean;
}

/** What CI needs in a cloud apart from what it deploys: an identity for each stack and kind of job, and the storage of the state. */
export class CiIdentities extends pulumi.ComponentResource {
  /** One for each identity: its name at the CI provider, and the variables of its jobs. */
  readonly environments: pulumi.Output<Environment[]>;

  constructor(name: string, args: CiIdentitiesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secure-application-model:index:CiIdentities", name, {}, opts);
    const { cloud, endpoints, tenantId, subscriptionId, protect = protectStack } = args;
    const place = args.state && { ...args.state, subscriptionId };
    const choice = { cloud: cloud.name, endpoints };
    const state = place && [new CiState(name, { ...place, ...choice, tenantId, protect }, { parent: this })];
    const options = { parent: this, ...(state && { dependsOn: state }) };
    const backend = place && backendOf(cloud, place);
    const made = args.stacks.flatMap((one) =>
      identitiesOf(one.needs).map((kind) => {
        const inputs = identityArgs(name, kind, one, place, args);
        const identity = new CiIdentity(inputs.displayName, inputs, options);
        const facts = { ...one, tenantId, backend, vaultUri: one.places.vaultUri };
        return { identity, environment: identity.clientId.apply((id) => environmentFor(kind, id, facts)) };
      }),
    );
    this.environments = pulumi.all(made.map(({ environment }) => environment));
    new DestroyProtection(name, { parent: this, protect, dependsOn: made.map(({ identity }) => identity) });
    this.registerOutputs({ environments: this.environments });
  }
}

function identityArgs(
  name: string,
  kind: IdentityName,
  { stack, needs, places, subscriptionId }: CiStack,
  state: StatePlace | undefined,
  { cloud, provider, graph, protect = protectStack }: CiIdentitiesArgs,
): CiIdentityArgs {
  const at: Places = { ...places, container: state && containerIdOf(state), key: state && keyIdOf(state) };
  const { permissions, rights } = heldBy(needs)[kind];
  const roles = rights.flatMap(({ role, at: where }) => {
    const scope = at[where];
    return scope === undefined ? [] : [{ role, scope }];
  });
  const trusts = { ...trustOf(provider, environmentOf(stack, kind)), audience: cloud.tokenExchangeAudience };
  return {
    displayName: `${name}-${stack}-${kind}`,
    description: `${kind} of stack ${stack}: what jobs of CI sign in as.`,
    ...{ permissions, trusts, graph, roles, subscriptionId, protect },
  };
}
