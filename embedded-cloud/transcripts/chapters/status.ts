import { type Chapter, helpOf } from "../chapter";
import { endsInDays, entraRefusesTheToken } from "../conditions";

/** What a scheduled job looks at. */
export const status: Chapter = {
  title: "status",
  prose:
    "How long the refresh tokens and the client secrets of a vault live. It reads metadata, no value, unless it is told to probe.",
  sections: [
    helpOf("status"),
    { title: "All is well", prose: "A line for each.", command: "secure-app-model status" },
    { title: "Status as JSON", prose: "For monitoring.", command: "secure-app-model status --json" },
    {
      title: "On a terminal",
      prose: "Bars show how much of each life is left. A warning, here of 21 days, is exit code 0.",
      command: "secure-app-model status",
      terminal: true,
      // 21 to 22 days of 90 fill the same five of twenty blocks at any time of the day; 20 to 21 would not.
      given: [endsInDays("refreshTokenName", 21)],
    },
    {
      title: "A token that ends soon",
      prose: "Within `--fail-days` it fails.",
      command: "secure-app-model status --warn-days 60 --fail-days 14",
      exitCode: 3,
      given: [endsInDays("refreshTokenName", 12)],
    },
    {
      title: "A client secret that ends soon",
      prose: "That takes a rotation, so it has an exit code of its own.",
      command: "secure-app-model status",
      exitCode: 4,
      given: [endsInDays("clientSecretName", 3)],
    },
    {
      title: "Probing",
      prose: "The token is redeemed, and Partner Center is asked what it thinks of it; nothing is stored.",
      command: "secure-app-model status --probe",
    },
    {
      title: "A revoked token, probed",
      prose: "Its metadata look as before: only a probe finds this.",
      command: "secure-app-model status --probe",
      exitCode: 3,
      given: [entraRefusesTheToken(50173)],
    },
    {
      title: "A tenant without a token",
      prose: "Nobody has consented there.",
      command: "secure-app-model status --partner-tenant contoso.example",
      exitCode: 3,
    },
  ],
};
