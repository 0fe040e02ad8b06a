/** A storage account in requests: unknown properties are refused. Source: the published specification. */
import * as v from "valibot";
import type { Context } from "../context";
import { strictObject } from "../strict-json";
import { echoed, tagValues } from "./body";

const flag = v.nullish(v.boolean());

const properties = strictObject({
  accessTier: v.nullish(v.picklist(["Hot", "Cool", "Cold", "Premium"])),
  allowBlobPublicAccess: flag,
  allowCrossTenantReplication: flag,
  allowSharedKeyAccess: flag,
  defaultToOAuthAuthentication: flag,
  isLocalUserEnabled: flag,
  isSftpEnabled: flag,
  minimumTlsVersion: v.nullish(v.picklist(["TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"])),
  publicNetworkAccess: v.nullish(v.picklist(["Enabled", "Disabled", "SecuredByPerimeter"])),
  supportsHttpsTrafficOnly: flag,
});

// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- a schema has no shorter type than itself
export const accountBody = (id: string, type: string) =>
  strictObject({
    ...echoed(id, type),
    location: v.string(),
    kind: v.picklist(["Storage", "StorageV2", "BlobStorage", "FileStorage", "BlockBlobStorage"]),
    sku: strictObject({
      name: v.picklist([
        ...["Standard_LRS", "Standard_GRS", "Standard_RAGRS", "Standard_ZRS", "Premium_LRS", "Premium_ZRS"],
        ...["Standard_GZRS", "Standard_RAGZRS"],
      ] as const),
    }),
    tags: tagValues,
    properties: v.optional(properties, {}),
  });

export type AccountValues = v.InferOutput<ReturnType<typeof accountBody>>;

/** Hosts of a cloud's storage. There is no server: the content of an account is not served. */
const suffixes: Readonly<Record<string, string>> = {
  AzureCloud: "core.windows.net",
  AzureUSGovernment: "core.usgovcloudapi.net",
};

/** Properties in the form of responses: the given ones, with Azure's defaults for the others. */
export function propertiesOf(
  { properties: given }: AccountValues,
  { name, location, created }: { name: string; location: string; created: unknown },
  { cloud, clock }: Context,
): Record<string, unknown> {
  const time = created ?? new Date(clock.now()).toISOString();
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== undefined));
  return {
    accessTier: "Hot",
    allowBlobPublicAccess: false,
    minimumTlsVersion: "TLS1_0",
    supportsHttpsTrafficOnly: true,
    networkAcls: { bypass: "AzureServices", defaultAction: "Allow", ipRules: [], virtualNetworkRules: [] },
    ...said,
    creationTime: time,
    keyCreationTime: { key1: time, key2: time },
    primaryEndpoints: { blob: `https://${name}.blob.${suffixes[cloud] ?? ""}/` },
    primaryLocation: location,
    privateEndpointConnections: [],
    provisioningState: "Succeeded",
    statusOfPrimary: "available",
  };
}
