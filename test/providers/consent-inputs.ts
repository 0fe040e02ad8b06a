/** The consent's inputs for a stage's vault, in the form in which the engine passes them to the provider. */
import { PartnerConsent } from "../../components/partner-consent";
import type { Values } from "../../tools/embedded-cloud/testing/plugin-replies";
import { credentialName, type Stage } from "../cli/support/stage";
import { ownEndpoints } from "../support/own-endpoints";
import { codeOf } from "./provider-process";

/** Those of any consent, whatever its vault. */
export const commonInputs = {
  ...({ cloud: "AzureCloud", mode: "auto", health: "ok" } as const),
  endpoints: {},
  credential: "client-credential-11111111",
  account: "svc@partner.example",
  deadlineMinutes: 10,
  warnBeforeDays: 30,
  port: 8400,
  stack: "secure-application-model/dev",
  providerVersion: "1",
};

/** What an earlier run found. */
export const knownFacts = {
  version: "v1",
  accountId: "account-object-id",
  accountName: "svc@partner.example",
  consentedOn: "2026-11-01T08:00:00.000Z",
  expiresOn: "2027-01-30T08:00:00.000Z",
};
export const noFacts = { version: "", accountId: "", accountName: "", consentedOn: "", expiresOn: "" };

export function consentInputs(stage: Stage): Values {
  const { authority, microsoftGraph, partnerCenter, resourceManager, azureAdGraph } = stage.emulator.origins;
  return {
    cloud: "AzureCloud",
    endpoints: ownEndpoints({ authority, microsoftGraph, partnerCenter, resourceManager, azureAdGraph }),
    tenantId: stage.tenantId,
    clientId: stage.application.clientId,
    vaultUri: stage.vaultUri,
    refreshTokenName: stage.tokenName,
    credential: credentialName,
    account: "",
    warnBeforeDays: 30,
    health: "ok",
    providerVersion: "1",
  };
}

const consentResource = (): PartnerConsent => {
  const tenantId = "aaaaaaaa-1111-4222-8333-444444444444";
  const args = { cloud: "AzureCloud", tenantId, clientId: "", vaultUri: "https://tokens.vault.azure.net/" } as const;
  return new PartnerConsent("partner", {
    ...args,
    mode: "never",
    refreshTokenName: "",
    credential: "",
    permissions: [],
  });
};

/** The code that the program registers for a consent: the same for all inputs. */
export const consentCode = (): Promise<string> => codeOf(consentResource);
