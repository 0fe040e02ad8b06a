/** The consent's inputs for a stage's vault, in the form in which the engine passes them to the provider. */
import { PartnerConsent } from "../../components/partner-consent";
import type { Values } from "../../embedded-cloud/testing/plugin-replies";
import { clientSecretName, type Stage } from "../cli/support/stage";
import { ownEndpoints } from "../support/own-endpoints";
import { codeOf } from "./provider-process";

export function consentInputs(stage: Stage): Values {
  const { authority, microsoftGraph, partnerCenter, resourceManager, azureAdGraph } = stage.emulator.origins;
  return {
    cloud: "AzureCloud",
    endpoints: ownEndpoints({ authority, microsoftGraph, partnerCenter, resourceManager, azureAdGraph }),
    tenantId: stage.tenantId,
    clientId: stage.application.clientId,
    vaultUri: stage.vaultUri,
    refreshTokenName: stage.tokenName,
    credentialNames: [clientSecretName],
    account: "",
    warnBeforeDays: 30,
    health: "ok",
    providerVersion: "1",
  };
}

export const consentResource = (): PartnerConsent => {
  const args = { cloud: "AzureCloud", tenantId: "", clientId: "", vaultUri: "" } as const;
  return new PartnerConsent("partner", { ...args, refreshTokenName: "", credentialNames: [""], permissions: [] });
};

/** The code that the program registers for a consent: the same for all inputs. */
export const consentCode = (): Promise<string> => codeOf(consentResource);
