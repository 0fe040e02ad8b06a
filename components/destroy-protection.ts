import * as pulumi from "@pulumi/pulumi";

/**
 * Keeps `pulumi destroy --skip-preview` from deleting anything of a protected bootstrap stack: it is the first to be
 * deleted. A model's consent refuses by itself; this is declared there too, as earlier versions protected it, and a
 * protected resource cannot be removed.
 */
export class DestroyProtection extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("secure-application-model:index:DestroyProtection", name, {}, opts);
    this.registerOutputs();
  }
}
