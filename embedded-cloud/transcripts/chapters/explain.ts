import { type Chapter, helpOf } from "../chapter";

/** Two refusals as `pulumi up` and MSAL print them, among other lines. */
const log = `Updating (dev):
 ~  partner:Consent partner updating
error: Redeeming the refresh token was refused. Entra says: AADSTS7000222: The provided client secret keys are expired.
{"error":"invalid_grant","error_codes":[50173],"suberror":"token_expired"}
Resources: 12 unchanged
`;

/** Needs no cloud and no login. */
export const explain: Chapter = {
  title: "explain",
  prose:
    "Looks Entra's errors up: what a number means in this model, why it comes, and what fixes it. It needs no cloud and no login, and prints nothing of a log but its numbers.",
  sections: [
    helpOf("explain"),
    {
      title: "A number",
      prose: "As Entra writes it, or the digits alone.",
      command: "secure-app-model explain AADSTS65001",
    },
    {
      title: "A log",
      prose: "Each number once, in the order in which they come up.",
      command: "secure-app-model explain",
      stdin: { from: "pulumi up 2>&1", text: () => log },
    },
    { title: "Numbers as JSON", prose: "A list.", command: "secure-app-model explain 50011 --json" },
    {
      title: "A number that is not in the catalogue",
      prose: "Microsoft's own page is named.",
      command: "secure-app-model explain AADSTS99999",
      exitCode: 1,
    },
    {
      title: "A log without a number",
      prose: "Entra refused nothing.",
      command: "secure-app-model explain",
      stdin: { from: "cat build.log", text: () => "Error: connect ECONNREFUSED\n" },
      exitCode: 1,
    },
  ],
};
