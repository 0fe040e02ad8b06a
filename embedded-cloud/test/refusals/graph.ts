import { graphBodyRefusals } from "./graph-bodies";
import { graphGrantRefusals } from "./graph-grants";
import { graph } from "./graph-requests";
import { graphQueryRefusals } from "./graph-queries";
import type { Refusal } from "./refusal";

const errors = "https://learn.microsoft.com/graph/errors";

/** Microsoft Graph's refusals, in the emulator as well. */
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
  ...graphBodyRefusals,
  ...graphGrantRefusals,
];
