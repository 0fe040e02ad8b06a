import * as pulumi from "@pulumi/pulumi";

/**
 * Keeps `pulumi destroy --skip-preview` from deleting anything of a protected stack: without a preview the
 * engine deletes credentials and consent before it reaches the application. This depends on the consent, so
 * it is the first to be deleted. It is always declared, as a protected resource cannot be removed either.
 */
export class DestroyProtection extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("secure-application-model:index:DestroyProtection", name, {}, opts);
    this.registerOutputs();
  }
}
