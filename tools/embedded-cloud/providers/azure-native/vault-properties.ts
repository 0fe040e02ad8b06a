/** Inputs under `properties` of a vault. */
import type { Properties, Property } from "../base/plugin";

const text: Property = { type: "string" };
const flag: Property = { type: "boolean" };
const texts: Property = { type: "list", of: text };

const accessPolicy: Properties = {
  applicationId: text,
  objectId: { type: "string", required: true },
  permissions: {
    type: "object",
    required: true,
    properties: { certificates: texts, keys: texts, secrets: texts, storage: texts },
  },
  tenantId: { type: "string", required: true },
};

const networkAcls: Properties = {
  bypass: text,
  defaultAction: text,
  ipRules: { type: "list", of: { type: "object", properties: { value: { type: "string", required: true } } } },
  virtualNetworkRules: {
    type: "list",
    of: {
      type: "object",
      properties: { id: { type: "string", required: true }, ignoreMissingVnetServiceEndpoint: flag },
    },
  },
};

export const vaultProperties: Properties = {
  accessPolicies: { type: "list", of: { type: "object", properties: accessPolicy } },
  createMode: text,
  enablePurgeProtection: flag,
  enableRbacAuthorization: flag,
  enableSoftDelete: flag,
  enabledForDeployment: flag,
  enabledForDiskEncryption: flag,
  enabledForTemplateDeployment: flag,
  networkAcls: { type: "object", properties: networkAcls },
  publicNetworkAccess: text,
  sku: {
    type: "object",
    required: true,
    properties: { family: { type: "string", required: true }, name: { type: "string", required: true } },
  },
  softDeleteRetentionInDays: { type: "number" },
  tenantId: { type: "string", required: true },
};
