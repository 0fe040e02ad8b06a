/** A bootstrap stack beside a deployed model's, from its first run on, as often as it is started. */
import { restoreSnapshot, takeSnapshot } from "../../../tools/embedded-cloud/testing/emulator";
import { makeAdministrator, startBootstrap } from "../../e2e/support/bootstrap-stack";
import { startDeployed } from "../../e2e/support/deployed-once";
import type { Project } from "../../e2e/support/project";

export interface FreshBootstrap {
  model: Project;
  /** The cloud is then as before the first one, and the one before is closed. */
  start: () => Promise<Project>;
  close: () => Promise<void>;
}

export async function freshBootstrap(): Promise<FreshBootstrap> {
  const model = await startDeployed();
  const administrator = await makeAdministrator(model);
  const before = takeSnapshot(model.cloud);
  const state = { account: "contosopartnerstate", location: "westeurope", vault: "contoso-partner-state" };
  const ci = { github: { repository: "contoso/partner" }, state };
  let current: Project | undefined;
  return {
    model,
    start: async () => {
      await current?.close();
      await restoreSnapshot(model.cloud, before);
      current = await startBootstrap(model, administrator, ci, {}, { plugins: "in processes" });
      return current;
    },
    close: async () => {
      await current?.close();
      await model.close();
    },
  };
}
