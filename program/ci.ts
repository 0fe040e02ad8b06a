/** The program of a bootstrap stack: settings, what exists of each model, identities, remaining steps. */
import * as pulumi from "@pulumi/pulumi";
import { CiIdentities } from "../components/ci-identities";
import { connect } from "./cloud-providers";
import { resolveCi } from "./resolve-ci";
import { linesAfter } from "../lib/ci-identities/next";
import { readBootstrap } from "../lib/config/bootstrap";
import { cloudOf } from "../lib/config/clouds";
import { describeModel } from "../lib/config/model-file";

/** @param name part of every resource's name @param root the folder of Pulumi.yaml */
export async function run(
  name: string,
  configuration: Readonly<Record<string, string>>,
  root: string,
): Promise<Record<string, unknown>> {
  const settings = readBootstrap(configuration, root);
  const cloud = cloudOf(settings.cloud, settings.endpoints);
  const models = settings.ci.stacks.map((entry) => describeModel(entry, root, settings));
  const [first] = models;
  const connection = await connect(cloud, { ...settings, tenantId: settings.tenantId ?? first?.tenantId }, process.env);
  const args = await resolveCi(cloud, connection, settings, models);
  if (!settings.protect) await pulumi.log.warn(whatEnds(models));
  const { environments } = new CiIdentities(name, args, { providers: { ...connection.providers } });
  const next = linesAfter({ ...args, bootstrap: pulumi.getStack() });
  return {
    tenantId: connection.tenantId,
    cloud: settings.cloud,
    environments,
    next,
  };
}

/** A warning, printed at deployments, of the jobs that a destroy would end: a destroy runs no program. */
function whatEnds(models: readonly { stack: string }[]): string {
  const stacks = models.map(({ stack }) => stack).join(", ");
  return (
    `protect is false: pulumi destroy would delete the identities of the jobs of ${stacks}, and none of the jobs (preview, up, drift, probe, ` +
    "renew, rotate) could sign in; with ci.state it would also delete the state of those stacks."
  );
}
