/** The look-ups of a run of the program: what the engine and the providers know. */
import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import type { Recorded } from "../lib/application/recorded";
import type { Cloud } from "../lib/config/clouds";
import { type Look, type OwnState, stateIn } from "./resolve/look";
import { adminAgents } from "../components/partner-application";
import type { Connection } from "./cloud-providers";
import { organization } from "../components/partner-consent";
import { requireSilence } from "../components/secret-exposure";

/** The engine's record of this stack, which a program may read while it runs. */
export async function ownState(): Promise<OwnState> {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const { outputs = {} } = (await pulumi.runtime.invoke(
    "pulumi:pulumi:readStackResourceOutputs",
    { stackName },
    {},
  )) as { outputs?: Readonly<Record<string, Recorded>> };
  return stateIn(outputs);
}

export const lookOf = (cloud: Cloud, { tenantId, providers }: Connection, state: OwnState): Look => ({
  ...{ cloud, tenantId, state, requireSilence, log: pulumi.log },
  stack: { organization: organization(), project: pulumi.getProject(), name: pulumi.getStack() },
  isKept: pulumi.runtime.isDryRun(),
  subscriptionId: async () =>
    (await authorization.getClientConfig({ provider: providers["azure-native"] })).subscriptionId,
  adminAgents: async () => await adminAgents({ provider: providers.azuread }),
});
