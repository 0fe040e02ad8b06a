import type { Emulator } from "../../../embedded-cloud/emulator/emulator";
import type { Refusal } from "./refusal";
import { send, type Sent } from "./send";

const roles = [
  "Application.ReadWrite.All",
  "AppRoleAssignment.ReadWrite.All",
  "DelegatedPermissionGrant.ReadWrite.All",
  "Directory.Read.All",
  "GroupMember.ReadWrite.All",
];

const graph =
  (request: string, sent: Sent = {}) =>
  (cloud: Emulator): Promise<Response> =>
    send(cloud, "microsoftGraph", request, { caller: { roles }, ...sent });

/** What Microsoft Graph refuses, and the emulator with it. */
export const graphRefusals: Refusal[] = [
  {
    request: "any",
    refused: "no token",
    answer: "401 InvalidAuthenticationToken",
    source: "https://learn.microsoft.com/graph/errors",
    send: graph("GET /v1.0/applications", { caller: "nobody" }),
  },
  {
    request: "POST /v1.0/applications",
    refused: "a property that the type does not have",
    answer: "400 Request_BadRequest",
    source: "https://learn.microsoft.com/graph/resolve-auth-errors",
    send: graph("POST /v1.0/applications", { body: { displayName: "One", flavour: "mint" } }),
  },
  {
    request: "POST /v1.0/applications",
    refused: "an identifier URI on a domain that is not verified",
    answer: "400 HostNameNotOnVerifiedDomain",
    source: "recordings",
    says: "must use a verified domain of the organization",
    send: graph("POST /v1.0/applications", { body: { displayName: "One", identifierUris: ["https://else.example/"] } }),
  },
];
