/** The program of a bootstrap stack: settings → what exists of each model → identities → remaining steps. */
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "./ci/environments";
import { CiIdentities } from "./components/ci-identities";
import { connect } from "./components/cloud-providers";
import { type DescribedModel, resolveCi } from "./components/resolve-ci";
import { linesAfter } from "./ci/next";
import { type BootstrapSettings, readBootstrap } from "./config/bootstrap";
import { githubIssuer } from "./config/ci";
import { cloudOf } from "./config/clouds";
import { readModelStack } from "./config/model-file";
import { ownCommand } from "./errors/failure";
import { placeless } from "./errors/invocation";
import { commandLine } from "./errors/text";

/** @param name part of every resource's name @param root the folder of Pulumi.yaml */
export async function run(
  name: string,
  configuration: Readonly<Record<string, string>>,
  root: string,
): Promise<Record<string, unknown>> {
  const settings = readBootstrap(configuration, root);
  const { endpoints = {}, protect, ci } = settings;
  const cloud = cloudOf(settings.cloud, endpoints);
  const models = ci.stacks.map((entry) => modelOf(entry, root, settings));
  const [first] = models;
  const connection = await connect(cloud, settings.tenantId ?? first?.tenantId, process.env, settings.subscriptionId);
  const described = { provider: providerOf(ci.provider), state: ci.state, protect, endpoints };
  const args = await resolveCi(cloud, connection, described, models);
  if (!protect) await pulumi.log.warn(whatEnds(models));
  const { environments } = new CiIdentities(name, args, { providers: { ...connection.providers } });
  const next = environments.apply((all: Environment[]) =>
    linesAfter({ ...args, environments: all, bootstrap: pulumi.getStack() }),
  );
  // For Azure Pipelines there are only lines to paste.
  const nextAtOnce =
    "github" in args.provider
      ? commandLine(ownCommand("ci", "set-up", "--stack", pulumi.getStack()), placeless())
      : undefined;
  return {
    tenantId: connection.tenantId,
    cloud: settings.cloud,
    provider: args.provider,
    environments,
    next,
    nextAtOnce,
  };
}

function providerOf(provider: BootstrapSettings["ci"]["provider"]) {
  return "github" in provider ? { github: { issuer: githubIssuer, ...provider.github } } : provider;
}

/** The parts of a model's settings that its identities depend on. @throws Failure if it is in another cloud */
function modelOf(
  entry: string,
  root: string,
  { cloud }: BootstrapSettings,
): DescribedModel & { tenantId?: string | undefined } {
  const { stack, settings } = readModelStack(entry, root);
  if (settings.cloud !== cloud)
    throw new pulumi.RunError(
      `ci.stacks names stack ${stack}, which is of ${settings.cloud}, in a stack of ${cloud}: each cloud has a stack of its own for its identities.`,
    );
  const { vault, configurePreconsent, adminConsent, subscriptionId, tenantId } = settings;
  const credential = "credential" in settings ? settings.credential : undefined;
  const makesVault = !("uri" in vault);
  const needs = {
    makesVault,
    makesGroup: makesVault && vault.createResourceGroup,
    preconsent: configurePreconsent,
    adminConsent: adminConsent !== undefined,
    certificate: credential?.kind === "certificate",
    calendar: credential !== undefined && "rotateEvery" in credential,
  };
  return { stack, vault, needs, subscriptionId, tenantId };
}

/** A deletion runs no program, so this lists beforehand what will stop working. */
function whatEnds(models: readonly { stack: string }[]): string {
  const stacks = models.map(({ stack }) => stack).join(", ");
  return (
    `protect is false: pulumi destroy would delete what the jobs of ${stacks} sign in as, and none of them (preview, up, drift, probe, ` +
    "renew, rotate) could sign in any more; with ci.state, the state of those stacks goes with its account."
  );
}
