import * as pulumi from "@pulumi/pulumi";

/**
 * Keeps `pulumi destroy --skip-preview` from deleting anything of a protected stack. Without a preview the engine deletes dependent resources
 * first, so credentials and consent would be deleted before it reaches the application. This depends on the consent, which is created last:
 * it is the first to be deleted, and protected. It is always declared, because a protected resource cannot be removed either.
 */
export class DestroyProtection extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("secure-application-model:index:DestroyProtection", name, {}, opts);
    this.registerOutputs();
  }
}
