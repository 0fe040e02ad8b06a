import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource } from "./dynamic-resource";

/**
 * Keeps `pulumi destroy` from deleting anything of a protected stack. The engine deletes dependents first: it would
 * delete credentials and consent before it reaches the protected application. This resource depends on all of them,
 * so its deletion comes first, and fails. It is always declared: its removal from the program would fail too.
 */
export class DestroyProtection extends DynamicResource {
  /** @param guarded of a vault that the stack makes: a destroy that would delete another stack's token refuses too */
  constructor(name: string, protect: boolean, opts: pulumi.CustomResourceOptions, guarded: pulumi.Inputs = {}) {
    super("DestroyProtection", name, { inputs: { protect, ...guarded } }, opts);
  }
}
