/** Inputs of azuread.ServicePrincipal. */
import type { Properties } from "../base/plugin";
import { featureTags } from "./application-properties";
import { notUuid } from "./problems";

export const servicePrincipalProperties: Properties = {
  accountEnabled: { type: "boolean", default: true },
  alternativeNames: { type: "set", of: { type: "string" } },
  appRoleAssignmentRequired: { type: "boolean" },
  clientId: { type: "string", required: true, problem: notUuid },
  description: { type: "string" },
  featureTags,
  features: {
    type: "list",
    computed: true,
    of: { type: "object", properties: {} },
    refused: "The local azuread plugin takes no features, which are deprecated: use featureTags",
  },
  loginUrl: { type: "string" },
  notes: { type: "string" },
  notificationEmailAddresses: { type: "set", of: { type: "string" } },
  owners: { type: "set", of: { type: "string", problem: notUuid } },
  preferredSingleSignOnMode: { type: "string" },
  samlSingleSignOn: { type: "object", properties: { relayState: { type: "string" } } },
  tags: { type: "set", of: { type: "string" }, computed: true },
  useExisting: { type: "boolean" },
};
