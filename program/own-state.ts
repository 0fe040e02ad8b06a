/**
 * The engine's record of this stack, which a program may read while it runs.
 * Relies on: the engine answers the invoke readStackResourceOutputs, which the SDK does not call.
 * Without it: a preview or deployment ends before anything is declared, with the engine's text.
 * Tested by: test/e2e/deploy.test.ts, test/e2e/calendar.test.ts
 */
import * as pulumi from "@pulumi/pulumi";
import type { Recorded } from "../lib/application/recorded";
import { type OwnState, stateIn } from "./resolve/look";

export async function ownState(): Promise<OwnState> {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const { outputs = {} } = (await pulumi.runtime.invoke(
    "pulumi:pulumi:readStackResourceOutputs",
    { stackName },
    {},
  )) as { outputs?: Readonly<Record<string, Recorded>> };
  return stateIn(outputs);
}
