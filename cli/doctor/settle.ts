/** The repair of unfinished operations by `doctor --fix`. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removePassword } from "../../lib/application/applications";
import { subscriptionsOf } from "../../lib/azure/resource-manager";
import { present } from "../../lib/errors/failure";
import { type Engine, haveEngine } from "../engine/engine";
import { nameIn } from "../engine/deployment";
import type { Facts } from "./facts";
import { isIn, operationName, type Trace, tracesOf } from "./unrecorded";

/** Imports existing resources into the state, removes useless ones, and ends the operations. @returns what was done */
export async function settle(traces: readonly Trace[], facts: Facts): Promise<string> {
  const { engine } = facts;
  const change = ["--stack", stackOf(facts), ...facts.configFile, "--yes", "--skip-preview"];
  const deployment = present(await facts.deployment(), "Only a state has operations.");
  const root = present(deployment.resources[0], "A state with operations has the stack itself.").urn;
  const known = traces
    .filter(({ operation: { type, resource } }) => type !== "creating" && isIn(deployment, resource))
    .map(({ operation }) => operation.resource.urn);
  const targets = [root, ...known].flatMap((urn) => ["--target", urn]);
  // First: the engine refuses it while another run has the stack's lock, which the cloud does not show.
  await haveEngine(engine, "refresh", ...targets, ...change);
  const imported = traces.filter(({ fate }) => fate === "import");
  if (imported.length > 0) await importAll(engine, imported, change);
  const { graph } = await facts.directory();
  const removed: Trace[] = [];
  for (const trace of traces) {
    const { credential } = trace;
    if (credential !== undefined && (await removePassword(graph, credential.objectId, credential.keyId)))
      removed.push(trace);
  }
  // Last: if this command is killed before, the next run finds all of it again.
  await haveEngine(engine, "refresh", "--clear-pending-creates", "--target", root, ...change);
  return [
    ...imported.map((trace) => `Took into the state: ${said(trace)}.`),
    ...removed.map((trace) => `Removed: ${said(trace)}.`),
    `Ended ${new Set(traces.map(({ operation }) => operation)).size} operations.`,
  ].join("\n");
}

const said = ({ operation, found }: Trace): string => `${operationName(operation)}, ${found}`;

async function importAll(engine: Engine, traces: readonly Trace[], change: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "secure-app-model-"));
  const file = join(folder, "import.json");
  try {
    await writeFile(file, JSON.stringify(importOf(traces)));
    await haveEngine(engine, "import", "--file", file, "--protect=false", "--generate-code=false", ...change);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In the format of `pulumi import --file`: parents and providers by local names. */
function importOf(traces: readonly Trace[]): { nameTable: Record<string, string>; resources: object[] } {
  const nameTable: Record<string, string> = {};
  const nameOf = (urn: string) => {
    const name = Object.entries(nameTable).find(([, one]) => one === urn)?.[0] ?? `r${Object.keys(nameTable).length}`;
    nameTable[name] = urn;
    return name;
  };
  const resources = traces.map(({ operation: { resource }, id }) => {
    const { type, urn, parent, provider } = resource;
    return {
      ...{ type, id, name: nameIn(urn) },
      ...(parent === undefined ? {} : { parent: nameOf(parent) }),
      // A provider's reference is its URN followed by its id.
      ...(provider === undefined ? {} : { provider: nameOf(provider.split("::").slice(0, -1).join("::")) }),
    };
  });
  return { nameTable, resources };
}

const stackOf = ({ options }: Facts): string => present(options.stack, "No stack was named.");

/** @returns the resources that unfinished operations of the stack created */
export async function tracesIn(facts: Facts): Promise<Trace[]> {
  const deployment = await facts.deployment();
  if (deployment === undefined || deployment.pending.length === 0) return [];
  const { resourceManager } = await facts.access();
  const { graph } = await facts.directory();
  const subscriptions = await subscriptionsOf(await facts.namedSubscription(), resourceManager);
  const places = { graph, resourceManager, subscriptions };
  return (await Promise.all(deployment.pending.map((one) => tracesOf(one, places, deployment)))).flat();
}
