import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource } from "./dynamic-resource";

/**
 * Keeps `pulumi destroy` from deleting anything of a protected stack. The engine deletes dependents first, and so
 * credentials and consent before it reaches the application that it protects. This depends on them all: its deletion
 * comes first, and refuses. It is always declared: removed from a program, it would refuse too.
 */
export class DestroyProtection extends DynamicResource {
  /** @param guarded of a vault that the stack makes: a destroy that would delete another stack's token refuses too */
  constructor(name: string, protect: boolean, opts: pulumi.CustomResourceOptions, guarded: pulumi.Inputs = {}) {
    super("DestroyProtection", name, { inputs: { protect, ...guarded } }, opts);
  }
}
