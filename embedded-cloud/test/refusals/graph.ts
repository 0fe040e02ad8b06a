import { graphBodyRefusals } from "./graph-bodies";
import { graphGrantRefusals } from "./graph-grants";
import { graph } from "./graph-requests";
import { graphQueryRefusals } from "./graph-queries";
import { type Refusal, refused } from "./refusal";

const errors = "https://learn.microsoft.com/graph/errors";

/** Microsoft Graph's refusals, in the emulator as well. */
export const graphRefusals: Refusal[] = [
  ...graphQueryRefusals,
  ...graphBodyRefusals,
  ...graphGrantRefusals,
  ...refused("any", errors, [
    ["401 InvalidAuthenticationToken", "no token", graph("GET /v1.0/applications", { caller: "nobody" })],
    [
      "403 Authorization_RequestDenied",
      "a token without a permission for it",
      graph("GET /v1.0/applications", { caller: { roles: ["User.Read.All"] } }),
    ],
  ]),
];
