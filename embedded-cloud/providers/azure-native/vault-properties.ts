/** Inputs under `properties` of a vault. */
import type { Properties, Property } from "../base/plugin";

const TEXT: Property = { type: "string" };
const FLAG: Property = { type: "boolean" };
const TEXTS: Property = { type: "list", of: TEXT };

const ACCESS_POLICY: Properties = {
  applicationId: TEXT,
  objectId: { type: "string", required: true },
  permissions: {
    type: "object",
    required: true,
    properties: { certificates: TEXTS, keys: TEXTS, secrets: TEXTS, storage: TEXTS },
  },
  tenantId: { type: "string", required: true },
};

const NETWORK_ACLS: Properties = {
  bypass: TEXT,
  defaultAction: TEXT,
  ipRules: { type: "list", of: { type: "object", properties: { value: { type: "string", required: true } } } },
  virtualNetworkRules: {
    type: "list",
    of: {
      type: "object",
      properties: { id: { type: "string", required: true }, ignoreMissingVnetServiceEndpoint: FLAG },
    },
  },
};

export const VAULT_PROPERTIES: Properties = {
  accessPolicies: { type: "list", of: { type: "object", properties: ACCESS_POLICY } },
  createMode: TEXT,
  enablePurgeProtection: FLAG,
  enableRbacAuthorization: FLAG,
  enableSoftDelete: FLAG,
  enabledForDeployment: FLAG,
  enabledForDiskEncryption: FLAG,
  enabledForTemplateDeployment: FLAG,
  networkAcls: { type: "object", properties: NETWORK_ACLS },
  publicNetworkAccess: TEXT,
  sku: {
    type: "object",
    required: true,
    properties: { family: { type: "string", required: true }, name: { type: "string", required: true } },
  },
  softDeleteRetentionInDays: { type: "number" },
  tenantId: { type: "string", required: true },
};
