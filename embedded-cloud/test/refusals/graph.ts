import { graphApplicationRefusals } from "./graph-applications";
import { graphGrantRefusals } from "./graph-grants";
import { graphObjectRefusals } from "./graph-objects";
import { graphQueryRefusals } from "./graph-queries";
import { denied, graph } from "./graph-requests";
import { type Refusal, refused } from "./refusal";

/** Microsoft Graph's refusals, in the emulator as well. */
export const graphRefusals: Refusal[] = [
  ...refused("any", "https://learn.microsoft.com/graph/errors", {
    "no token": ["401 InvalidAuthenticationToken", graph("GET /v1.0/applications", { caller: "nobody" })],
    "a token without a permission for it": [
      denied,
      graph("GET /v1.0/applications", { caller: { roles: ["User.Read.All"] } }),
    ],
  }),
  ...graphQueryRefusals,
  ...graphApplicationRefusals,
  ...graphObjectRefusals,
  ...graphGrantRefusals,
];
