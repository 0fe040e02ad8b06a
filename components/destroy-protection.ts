import * as pulumi from "@pulumi/pulumi";

/**
 * Keeps `pulumi destroy --skip-preview` from deleting anything of a protected stack. Without a preview the engine deletes what depends on
 * others first, so credentials and consent would be gone before it meets the application. This depends on the consent, which is made last:
 * it is the first to be deleted, and protected. It is always declared, because a protected resource cannot be left out either.
 */
export class DestroyProtection extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("secure-application-model:index:DestroyProtection", name, {}, opts);
    this.registerOutputs();
  }
}
