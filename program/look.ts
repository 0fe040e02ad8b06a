/** The look-ups of a run of the program, by the engine and the providers. */
import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../lib/config/clouds";
import type { Look, OwnState } from "./resolve/look";
import { adminAgents } from "../components/partner-application";
import type { Connection } from "./cloud-providers";
import { organization } from "../components/partner-consent";
import { requireSilence } from "../components/secret-exposure";

export const lookOf = (cloud: Cloud, { tenantId, providers }: Connection, state: OwnState): Look => ({
  ...{ cloud, tenantId, state, requireSilence, log: pulumi.log },
  stack: { organization: organization(), project: pulumi.getProject(), name: pulumi.getStack() },
  isKept: pulumi.runtime.isDryRun(),
  subscriptionId: async () =>
    (await authorization.getClientConfig({ provider: providers["azure-native"] })).subscriptionId,
  adminAgents: async () => await adminAgents({ provider: providers.azuread }),
});
