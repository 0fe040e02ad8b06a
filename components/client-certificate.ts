import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource } from "./dynamic-resource";

/**
 * A self-signed certificate in a vault, where its key is created and signs, and which never exports the key.
 * Its dates are outputs: the vault counts months from the creation. Destroy disables it, and deletes nothing.
 */
export class ClientCertificate extends DynamicResource {
  /** The name from its creation: the stack may have been renamed since. */
  declare readonly certificateName: pulumi.Output<string>;
  /** The text that names this certificate in the credential's record. */
  declare readonly reference: pulumi.Output<string>;
  declare readonly cer: pulumi.Output<string>;
  /** ISO 8601, full seconds, as the other end. */
  declare readonly notBefore: pulumi.Output<string>;
  declare readonly notAfter: pulumi.Output<string>;

  constructor(name: string, inputs: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    const own = {
      replaceOnChanges: ["vaultUri"],
      // An existing certificate does not change: other months apply to the next; a renamed stack keeps its certificate.
      ignoreChanges: ["certificateName", "generation", "stack", "validityMonths", "awaitsRole"],
    };
    const wanted = { ...inputs, enabled: true, providerVersion: "1" };
    const outputs = ["version", "reference", "cer", "notBefore", "notAfter"];
    super("ClientCertificate", name, { inputs: wanted, outputs, own }, opts);
  }
}
