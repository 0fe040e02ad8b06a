import * as pulumi from "@pulumi/pulumi";
import type { ClientCertificate } from "./client-certificate";
import { DynamicResource } from "./dynamic-resource";

/**
 * The public part of a certificate on an application, beside what it has. azuread's own resource fails to read and to delete once its application
 * is gone (Graph's 404, recorded with its plugin 6.10.0), so that no run of the stack works any more, and registers a certificate twice after a run
 * that was killed. A stack with that resource is moved in place: `value` stays a secret in the state, since as a plain text it would be replaced.
 */
export class ApplicationCertificate extends DynamicResource {
  constructor(name: string, inputs: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    const own = { replaceOnChanges: ["applicationId", "value"] };
    super("ApplicationCertificate", "application-certificate-provider", name, inputs, ["keyId"], opts, own);
  }
}

/** It is removed before anything else is deleted: no credential of a destroyed stack may still be trusted, even if the application stays. */
export function trustCertificate(
  name: string,
  objectId: pulumi.Input<string>,
  { cer: value, notBefore: startDate, notAfter: endDate }: ClientCertificate,
  place: pulumi.Inputs,
  opts: pulumi.CustomResourceOptions,
): ApplicationCertificate {
  const applicationId = pulumi.interpolate`/applications/${objectId}`;
  return new ApplicationCertificate(name, { ...place, applicationId, value, startDate, endDate }, opts);
}
