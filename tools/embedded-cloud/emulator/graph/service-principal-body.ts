/** What a request may set; the rest follows from the application (graph/api/resources/serviceprincipal). */
import * as v from "valibot";
import { strictObject } from "../strict-json";
import { address, anyText, flag, textOf } from "./values";

const texts = v.optional(v.array(v.string()));

export const servicePrincipalBody = v.strictObject({
  accountEnabled: flag,
  alternativeNames: texts,
  appRoleAssignmentRequired: v.optional(v.boolean()),
  description: textOf(1024),
  loginUrl: address,
  notes: textOf(1024),
  notificationEmailAddresses: texts,
  preferredSingleSignOnMode: v.nullish(v.picklist(["password", "saml", "notSupported", "oidc"])),
  samlSingleSignOnSettings: v.nullish(strictObject({ relayState: anyText })),
  tags: v.optional(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(256)))),
});
