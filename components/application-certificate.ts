import * as pulumi from "@pulumi/pulumi";
import type { CloudChoice } from "../lib/config/clouds";
import { DynamicResource } from "./dynamic-resource";

export interface ApplicationCertificateArgs extends CloudChoice {
  /** GUID. */
  tenantId: pulumi.Input<string>;
  /** /applications/<object id> */
  applicationId: pulumi.Input<string>;
  /** The certificate, DER in Base64. */
  value: pulumi.Input<string>;
  /** ISO 8601, full seconds. */
  startDate: pulumi.Input<string>;
  /** ISO 8601, full seconds. */
  endDate: pulumi.Input<string>;
}

/**
 * The public part of a certificate on an application, beside what it has. azuread's own resource fails to read and to delete once its application
 * is gone (Graph's 404, recorded with its plugin 6.10.0), so that no run of the stack works any more, and registers a certificate twice after a run
 * that was killed. A stack with that resource is moved in place: `value` stays a secret in the state, since as a plain text it would be replaced.
 */
export class ApplicationCertificate extends DynamicResource {
  constructor(
    name: string,
    { value, endpoints = {}, ...args }: ApplicationCertificateArgs,
    opts: pulumi.CustomResourceOptions,
  ) {
    const inputs = { ...args, endpoints, value };
    const own: pulumi.CustomResourceOptions = { replaceOnChanges: ["applicationId", "value"] };
    super(
      "ApplicationCertificate",
      "application-certificate-provider",
      name,
      inputs,
      ["keyId"],
      pulumi.mergeOptions(own, opts),
    );
  }
}
