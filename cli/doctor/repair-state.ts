/** The repair of unfinished operations by `doctor --fix`. */
import { dirname, join } from "node:path";
import { naming, removeCredential } from "../../lib/application/applications";
import { present } from "../../lib/errors/failure";
import { now } from "../../lib/startup/clock";
import { leftIn, type LeftProcess } from "../../lib/startup/engine-watch";
import { announce, pause } from "../../lib/startup/waiting";
import { haveEngine } from "../engine/engine";
import { blobContainer } from "../engine/preview-failure";
import { projectAt } from "../engine/project";
import { requireOwnCode } from "../engine/run-on-stack";
import { requireYes } from "../terminal/require-yes";
import { type Facts, requireFact } from "./facts";
import { type Entry, takeBack } from "./take-back";
import type { Fate, Trace } from "./trace";
import { isIn, operationName, tracesOf } from "./unrecorded";

export async function tracesIn(facts: Facts): Promise<Trace[]> {
  const deployment = await facts.deployment();
  if (deployment === undefined || deployment.pending.length === 0) return [];
  const { graph } = await facts.directory();
  const [resourceManager, subscriptions] = [await facts.resourceManager(), await facts.subscriptions()];
  const made = (await facts.bootstrap())?.settings.ci.state ?? (await facts.vaultSettings());
  const { resourceGroupName: group } = { resourceGroupName: undefined, ...made };
  const places = { graph, resourceManager, subscriptions, group, usedKeys: facts.usedKeys, owns: facts.owns };
  return (await Promise.all(deployment.pending.map((one) => tracesOf(one, places, deployment)))).flat();
}

/** Milliseconds for which a plugin lives after its engine. */
const pluginLife = 300_000;

/** The engine starts its plugins in the program's folder. */
export function leftBy({ engine: { cwd, environment } }: Facts, works: boolean): LeftProcess[] {
  const { main = "." } = projectAt(cwd);
  const folders = [".", main, dirname(main)].map((one) => join(cwd, one));
  return leftIn(folders, environment["PULUMI_HOME"]).filter((one) => one.works === works);
}

export const processesText = (left: readonly LeftProcess[]): string =>
  left.map(({ pid, name }) => `process ${pid} (${name})`).join(" and ");

/** Traces once all operations have a result, or no plugin runs that could still finish them. */
async function finalTraces(facts: Facts): Promise<Trace[]> {
  const end = now() + pluginLife;
  let stop: (() => void) | undefined;
  try {
    for (;;) {
      const left = leftBy(facts, true);
      const traces = await tracesIn(facts);
      if (left.length === 0 || now() > end || !traces.some(({ isMissing }) => isMissing)) return traces;
      stop ??= announce(processesText(left), pluginLife);
      await pause(1000);
    }
  } finally {
    stop?.();
  }
}

type Useless<T extends Fate> = T & { credential: NonNullable<Fate["credential"]> };

/** Whether it is a client secret of this stack's application whose value is lost. */
const isUseless = <T extends Fate>(trace: T): trace is Useless<T> =>
  trace.credential !== undefined && trace.own === undefined;

/** @returns those that are removed @throws UsageError without a yes */
export async function requireRemoval<T extends Fate>({ options }: Facts, all: readonly T[]): Promise<Useless<T>[]> {
  const useless = all.filter(isUseless);
  const each = useless.map(({ found, credential }) => `${found}, from ${naming(credential.application)}`);
  if (useless.length > 0) await requireYes(options.yes, `remove what no state of this stack has: ${each.join("; ")}`);
  return useless;
}

/** Imports what exists, removes what is useless, and ends the operations. @returns what was done */
export async function repairState(facts: Facts): Promise<string> {
  const traces = await finalTraces(facts);
  const useless = await requireRemoval(facts, traces);
  const deployment = await requireFact(facts.deployment, "deployment");
  const stack = present(facts.options.stack, "No stack was named.");
  const engine = async (...argv: string[]) => {
    // Somebody may have written the state while a plugin, or a person's answer, was waited for.
    await requireOwnCode({ ...facts.options, stack });
    return await haveEngine(facts.engine, ...argv, "--stack", stack, ...facts.configFile, "--yes", "--skip-preview");
  };
  const root = present(deployment.resources[0], "A state with operations has the stack itself.").urn;
  const isRead = ({ operation: { type, resource } }: Trace) =>
    type !== "creating" && isIn(deployment, resource) && resource.type !== blobContainer;
  // First: the engine refuses it while another run has the stack's lock, which the cloud does not show.
  await engine("refresh", "--target", root, ...targets(traces.filter(isRead)));
  const done: string[] = [];
  const say = (what: string, { operation, found: said }: Trace) =>
    done.push(`${what}: ${operationName(operation)}, ${said}.`);
  const { graph } = await facts.directory();
  for (const trace of useless) {
    const { application, keyId } = trace.credential;
    if (await removeCredential(graph, application, keyId)) say("Removed", trace);
  }
  const imported = traces.flatMap((trace) => (trace.id === undefined ? [] : [{ ...trace, id: trace.id }]));
  // Last: if this command is killed before, the next run finds all of it again.
  await takeBack(facts, imported.map(entryOf));
  if (imported.length > 0) await engine("refresh", ...targets(imported));
  for (const trace of imported) say("Imported into the state", trace);
  const cleared = new Set(traces.map(({ operation }) => operation)).size;
  return [...done, `Cleared ${cleared === 1 ? "1 operation" : `${cleared} operations`}.`].join("\n");
}

const targets = (traces: readonly Trace[]): string[] =>
  traces.flatMap(({ operation }) => ["--target", operation.resource.urn]);

/** With its inputs: azure-native reads no resource group and no name, and a later deployment would replace it. */
const entryOf = ({ operation: { resource }, id }: Trace & { id: string }): Entry => {
  const { urn, type, parent, provider, dependencies, inputs = {} } = resource;
  return { ...{ urn, type, custom: true, id, inputs }, ...{ parent, provider, dependencies } };
};
