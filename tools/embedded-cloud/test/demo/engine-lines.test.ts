import { isInformative } from "../../demo/engine-lines";

test.each([
  " +  azuread:index:Application partner creating (0s) ",
  " ~  azuread:index:Application partner refreshing ",
  " ~  azuread:index:Application partner refresh (0.33s) ",
  "    pulumi:pulumi:Stack secure-application-model-dev running ",
  "    azuread:index:Application partner  ",
  " ~  azuread:index:Application partner updating (0s) ",
  " +  pulumi:pulumi:Stack dev creating (0s) Endpoints in place of AzureCloud's: 127.0.0.1.",
  "error: no changes were expected for preview but changes were proposed",
])("%j is left out", (line) => {
  expect(isInformative(line)).toBe(false);
});

test.each([
  " +  azuread:index:Application partner created (0.16s) ",
  " ~  azuread:index:Application partner refresh [diff: ~web]",
  " ~  azuread:index:Application partner refresh (0.93s) [diff: ~web]",
  " ~  azuread:index:Application partner updated (0.05s) [diff: ~web]",
  " -  azuread:index:Application partner deleted (0.05s) ",
  " +- azuread:index:Application partner replaced (0.05s) ",
  " +  azuread:index:Application partner creating (1s) error: it failed",
  " +  azuread:index:Application partner **creating failed** error: it failed",
  " +  pulumi:pulumi:Stack dev creating (5s) Sign in with the service account: http://localhost:8400/start/abc",
  "    pulumi:pulumi:Stack dev running error: it failed",
  "Diagnostics:",
  "    error: update failed",
  `    vaultUri                : "https://127.0.0.1:22229/"`,
  "    16 unchanged",
  "",
])("%j is shown", (line) => {
  expect(isInformative(line)).toBe(true);
});
