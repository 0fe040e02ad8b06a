/** Converts the configuration of a bootstrap stack to typed settings, and reports all its problems at once. */
import * as v from "valibot";
import { settings as catalogue } from "./catalogue";
import { ci, githubIssuer, stackOfCloud } from "./ci";
import { cloudNames, cloudOfRegion, regionOf } from "./clouds";
import { object, required, type Setting } from "./kinds";
import { protectStack } from "./limits";
import { type Located, ofIssue, shown, superfluous, wrong } from "./problems";
import { found, type Found, SettingsError, withEndpoints } from "./settings";

const { cloud, endpoints, tenantId, subscriptionId, protect } = catalogue.entries;
const bootstrap = object("", { cloud, endpoints, tenantId, subscriptionId, protect, ci: required(ci) });

type Whole = v.InferOutput<typeof bootstrap.schema>;
type Ci = Whole["ci"];

export type GithubSettings = Required<Ci>["github"] & { issuer: string };
export type AzureDevOpsSettings = Required<Ci>["azureDevOps"];
export type StateSettings = Required<Ci>["state"];

export type BootstrapSettings = Omit<Whole, "ci" | "protect"> & {
  protect: boolean;
  ci: {
    /** Names of stacks, or paths of their files. */
    stacks: readonly string[];
    /** Exactly one of the two. */
    provider: { github: GithubSettings } | { azureDevOps: AzureDevOpsSettings };
    state: StateSettings | undefined;
  };
};

/** @param configuration as for readSettings() @throws SettingsError with every problem */
export function readBootstrap(configuration: Readonly<Record<string, string>>, root: string): BootstrapSettings {
  const values = found(configuration);
  const problems: Located[] = withEndpoints(values, root);
  const others = Object.keys(values).filter((name) => !(name in bootstrap.entries));
  const result = v.safeParse(bootstrap.schema, without(values, others));
  problems.push(...(result.issues ?? []).map(ofIssue), ...others.map((name) => ofModel(name, values[name])));
  problems.push(...conflictsIn(values));
  if (!result.success || problems.length > 0) throw new SettingsError(problems);
  const { protect: protects = protectStack, ci: given, ...common } = result.output;
  const { stacks, github, azureDevOps, state } = given;
  const provider =
    github === undefined ? azureDevOps && { azureDevOps } : { github: { issuer: githubIssuer, ...github } };
  const named = stacks ?? [stackOfCloud[common.cloud] ?? ""];
  return {
    ...common,
    protect: protects,
    ci: { stacks: named, provider: provider as BootstrapSettings["ci"]["provider"], state },
  };
}

const without = (values: Found, names: readonly string[]): Found =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));

const isSetting = (name: string): boolean => name in (catalogue.entries as Readonly<Record<string, Setting>>);

function ofModel(name: string, value: unknown): Located {
  const allowed = isSetting(name)
    ? "only without ci: a stack that declares CI's identities has no model, whose stack is another one"
    : Object.keys(bootstrap.entries).join(", ");
  return superfluous(name, isSetting(name) ? shown(value) : "a setting that does not exist", allowed);
}

function conflictsIn(values: Found): Located[] {
  const given = asObject(values["ci"]);
  if (given === undefined) return [];
  const name = cloudNames.find((one) => one === values["cloud"]);
  const { stacks, github, azureDevOps, state } = given;
  return [
    ...(stacks === undefined && name !== undefined && stackOfCloud[name] === undefined
      ? [wrong("ci.stacks[0]", shown(undefined))]
      : []),
    ...(github === undefined && azureDevOps === undefined ? [wrong("ci.github.repository", shown(undefined))] : []),
    ...(github !== undefined && azureDevOps !== undefined
      ? [superfluous("ci.azureDevOps", shown(azureDevOps), "only without ci.github: a stack is for one of the two")]
      : []),
    ...ofState(asObject(state), name, values),
  ];
}

function ofState(state: Found | undefined, name: (typeof cloudNames)[number] | undefined, values: Found): Located[] {
  if (state === undefined) return [];
  const { location } = state;
  const isCustom = asObject(values["endpoints"])?.["resourceManager"] !== undefined;
  if (name === undefined || typeof location !== "string" || isCustom) return [];
  const home = cloudOfRegion(location);
  if (home === name) return [];
  const where = `${shown(location)}, a region of ${home}, in a stack of ${name}`;
  return [wrong("ci.state.location", where, regionOf[name], { path: "cloud", value: home })];
}

const asObject = (value: unknown): Found | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Found) : undefined;
