/** Request bodies for a service principal in Graph. */
import { fields, flag, items, text, type Values } from "../base/values";
import { tagsFor } from "./feature-tags";
import { orNull } from "./or-null";

export const servicePrincipalType = "#microsoft.graph.servicePrincipal";

export function servicePrincipalBody(inputs: Values, state: Values): Values {
  const relayState = fields(inputs["samlSingleSignOn"])["relayState"];
  return {
    "@odata.type": servicePrincipalType,
    accountEnabled: flag(inputs["accountEnabled"]),
    alternativeNames: items(inputs["alternativeNames"]),
    appRoleAssignmentRequired: flag(inputs["appRoleAssignmentRequired"]),
    description: orNull(inputs["description"]),
    loginUrl: orNull(inputs["loginUrl"]),
    notes: orNull(inputs["notes"]),
    notificationEmailAddresses: items(inputs["notificationEmailAddresses"]),
    preferredSingleSignOnMode: orNull(inputs["preferredSingleSignOnMode"]),
    samlSingleSignOnSettings: text(relayState) === "" ? {} : { relayState: text(relayState) },
    tags: tagsFor(inputs, state),
  };
}
