import { graph } from "./graph-requests";
import { graphQueryRefusals } from "./graph-queries";
import type { Refusal } from "./refusal";

const errors = "https://learn.microsoft.com/graph/errors";

/** What Microsoft Graph refuses, and the emulator with it. */
export const graphRefusals: Refusal[] = [
  {
    request: "any",
    refused: "no token",
    answer: "401 InvalidAuthenticationToken",
    source: errors,
    send: graph("GET /v1.0/applications", { caller: "nobody" }),
  },
  {
    request: "any",
    refused: "a token without a permission for it",
    answer: "403 Authorization_RequestDenied",
    source: errors,
    send: graph("GET /v1.0/applications", { caller: { roles: ["User.Read.All"] } }),
  },
  ...graphQueryRefusals,
  {
    request: "POST /v1.0/applications",
    refused: "an identifier URI on a domain that is not verified",
    answer: "400 HostNameNotOnVerifiedDomain",
    source: "recordings",
    says: "must use a verified domain of the organization",
    send: graph("POST /v1.0/applications", { body: { displayName: "One", identifierUris: ["https://else.example/"] } }),
  },
];
