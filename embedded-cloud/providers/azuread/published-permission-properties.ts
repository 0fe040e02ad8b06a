/** Inputs for what an application publishes: delegated permissions and app roles. */
import type { Property } from "../base/plugin";
import { empty, noneOf, notUuid } from "./problems";

const TEXT: Property = { type: "string" };

export const PERMISSION_SCOPES: Property = {
  type: "set",
  argument: "oauth2_permission_scope",
  of: {
    type: "object",
    properties: {
      adminConsentDescription: TEXT,
      adminConsentDisplayName: TEXT,
      enabled: { type: "boolean", default: true },
      id: { type: "string", required: true, problem: notUuid },
      type: { type: "string", default: "User", problem: noneOf("Admin", "User") },
      userConsentDescription: TEXT,
      userConsentDisplayName: TEXT,
      value: TEXT,
    },
  },
};

export const APP_ROLES: Property = {
  type: "set",
  argument: "app_role",
  of: {
    type: "object",
    properties: {
      allowedMemberTypes: {
        type: "set",
        required: true,
        minimum: 1,
        of: { type: "string", problem: noneOf("Application", "User") },
      },
      description: { type: "string", required: true, problem: empty },
      displayName: { type: "string", required: true, problem: empty },
      enabled: { type: "boolean", default: true },
      id: { type: "string", required: true, problem: notUuid },
      value: TEXT,
    },
  },
};
