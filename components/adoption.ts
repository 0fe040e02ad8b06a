import * as pulumi from "@pulumi/pulumi";
import type { CloudName, Endpoints } from "../config/clouds";
import type { Permission } from "../application/applications";
import { wantedAudience } from "../application/sign-in-audience";
import { DynamicResource } from "./dynamic-resource";

export interface AdoptionArgs {
  cloud: CloudName;
  /** Overrides of the cloud's row; {} for none. */
  endpoints: Partial<Endpoints>;
  /** GUID of the tenant the application lives in. */
  tenantId: pulumi.Input<string>;
  clientId: pulumi.Input<string>;
  /** Another one is another application. */
  objectId: pulumi.Input<string>;
  /** By name. */
  replyUrls: Readonly<Record<string, string>>;
  /** By name. */
  permissions: Readonly<Record<string, Permission>>;
  /** Whether an audience of one organization may be widened. */
  changeSignInAudience: boolean;
  /** Ids of the groups that the service principal has to be in. */
  groups: pulumi.Input<string>[];
}

/** Makes a change of the provider's behaviour visible to the engine: raise it with every change that existing stacks must run. */
const providerVersion = "1";

/**
 * What an application that exists is given, and nothing else of it. The azuread provider's resources own whole lists: they take out
 * what others put there, and destroy empties them. This adds what is missing, remembers it, and takes back that alone.
 */
export class Adoption extends DynamicResource {
  /** Of the service principal that was found or made. */
  declare readonly servicePrincipalObjectId: pulumi.Output<string>;

  constructor(name: string, args: AdoptionArgs, opts?: pulumi.CustomResourceOptions) {
    const inputs = {
      ...args,
      // What is wanted: a refresh that finds anything else shows as a change of these inputs.
      signInAudience: wantedAudience,
      servicePrincipal: true,
      providerVersion,
    };
    const options: pulumi.CustomResourceOptions = { replaceOnChanges: ["objectId"] };
    const outputs = { servicePrincipalObjectId: undefined, added: undefined };
    super("Adoption", "adoption-provider", name, { ...inputs, ...outputs }, pulumi.mergeOptions(options, opts));
  }
}
