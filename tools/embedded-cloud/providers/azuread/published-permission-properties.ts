/** Inputs for the permissions that an application publishes: delegated permissions and app roles. */
import type { Property } from "../base/plugin";
import { empty, noneOf, notUuid } from "./problems";

const text: Property = { type: "string" };

export const permissionScopes: Property = {
  type: "set",
  argument: "oauth2_permission_scope",
  of: {
    type: "object",
    properties: {
      adminConsentDescription: text,
      adminConsentDisplayName: text,
      enabled: { type: "boolean", default: true },
      id: { type: "string", required: true, problem: notUuid },
      type: { type: "string", default: "User", problem: noneOf("Admin", "User") },
      userConsentDescription: text,
      userConsentDisplayName: text,
      value: text,
    },
  },
};

export const appRoles: Property = {
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
      value: text,
    },
  },
};
