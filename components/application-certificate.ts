import * as pulumi from "@pulumi/pulumi";
import type { ClientCertificate } from "./client-certificate";
import { DynamicResource } from "./dynamic-resource";

/**
 * The public part of a certificate, on an application. azuread's own resource (6.10.0) fails to read and to
 * delete once its application is gone (404), and registers a certificate twice after a run that was killed.
 * A stack with that resource is moved in place: `value` stays secret, since a plain text would be replaced.
 */
export class ApplicationCertificate extends DynamicResource {
  declare readonly keyId: pulumi.Output<string>;

  constructor(name: string, inputs: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    const own = { replaceOnChanges: ["applicationId", "value"] };
    super("ApplicationCertificate", name, { inputs, outputs: ["keyId"], own }, opts);
  }
}

/** The entry is removed before anything else is deleted: no credential of a destroyed stack may stay trusted. */
export function trustCertificate(
  name: string,
  objectId: pulumi.Input<string>,
  { cer: value, notBefore: startDate, notAfter: endDate }: ClientCertificate,
  place: pulumi.Inputs,
  opts: pulumi.CustomResourceOptions,
): ApplicationCertificate {
  const applicationId = pulumi.interpolate`/applications/${objectId}`;
  return new ApplicationCertificate(
    name,
    { ...place, applicationId, displayName: name, value, startDate, endDate },
    opts,
  );
}
