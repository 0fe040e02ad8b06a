import * as pulumi from "@pulumi/pulumi";
import { environmentFor, type Environment } from "../lib/ci-identities/environments";
import { identitiesOf } from "../lib/ci-identities/rights";
import { backendOf, type StatePlace } from "../lib/ci-identities/state";
import type { Endpoints } from "../lib/config/clouds";
import { protectStack } from "../lib/config/limits";
import { CiIdentity, type CiArgs, type CiStack } from "./ci-identity";
import { CiState, type CiStateArgs } from "./ci-state";
import { DestroyProtection } from "./destroy-protection";

export interface CiIdentitiesArgs extends CiArgs {
  endpoints?: Partial<Endpoints> | undefined;
  /** GUID. */
  tenantId: string;
  /** The subscription of what is created for the state. */
  subscriptionId: string;
  stacks: readonly CiStack[];
  /** The storage of the engine's state. Default: the state is stored elsewhere. */
  state?: (Omit<StatePlace, "subscriptionId"> & Pick<CiStateArgs, "location" | "recovers">) | undefined;
}

/** CI in a cloud: an identity for each stack and kind of job, and the storage of the state. */
export class CiIdentities extends pulumi.ComponentResource {
  /** The environment of each identity: its name at the CI provider, and the variables of its jobs. */
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
        const identity = new CiIdentity(name, { ...args, ...one, kind, state: place }, options);
        const facts = { ...one, tenantId, backend, vaultUri: one.places.vaultUri };
        return { identity, environment: identity.clientId.apply((id) => environmentFor(kind, id, facts)) };
      }),
    );
    this.environments = pulumi.all(made.map(({ environment }) => environment));
    new DestroyProtection(name, protect, { parent: this, dependsOn: made.map(({ identity }) => identity) });
    this.registerOutputs({ environments: this.environments });
  }
}
