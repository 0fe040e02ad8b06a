/** Converts a bootstrap stack's configuration to typed settings, and reports all its problems at once. */
import type * as v from "valibot";
import { settings as catalogue } from "./catalogue";
import { ci, githubIssuer, stackOfCloud } from "./ci";
import { cloudNames } from "./clouds";
import { asValues, missing, ofRegion } from "./combinations";
import { object, required, type Setting } from "./kinds";
import { protectStack } from "./limits";
import { type Located, nonexistent, shown, superfluous } from "./problems";
import { checked, type Configuration, rawSettings, type RawSettings, misnamedIn } from "./settings";

const { cloud, endpoints, tenantId, subscriptionId, protect } = catalogue.entries;
const bootstrap = object("", { cloud, endpoints, tenantId, subscriptionId, protect, ci: required(ci) });

type Whole = v.InferOutput<typeof bootstrap.schema>;
type Ci = Whole["ci"];

export type GithubSettings = Required<Ci>["github"] & { issuer: string };
export type AzureDevOpsSettings = Required<Ci>["azureDevOps"];

export type BootstrapSettings = Omit<Whole, "ci" | "protect"> & {
  protect: boolean;
  ci: {
    /** Names of stacks, or paths of their files. */
    stacks: readonly string[];
    /** Exactly one of the two. */
    provider: { github: GithubSettings } | { azureDevOps: AzureDevOpsSettings };
    state: Ci["state"];
  };
};

/** @param configuration as for readSettings() @throws SettingsError with every problem */
export function readBootstrap(configuration: Configuration, root: string): BootstrapSettings {
  const all = Object.entries(rawSettings(configuration));
  const isOwn = ([name]: [string, unknown]) => name in bootstrap.entries;
  const values = Object.fromEntries(all.filter(isOwn));
  const others = all.filter((one) => !isOwn(one)).map((one) => notOfIt(one, values));
  const read = checked(
    bootstrap.schema,
    values,
    root,
    () => [...others, ...conflictsIn(values)],
    misnamedIn(configuration, root),
  );
  const { protect: protects = protectStack, ci: given, ...common } = read;
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

const isSetting = (name: string): boolean => name in (catalogue.entries as Readonly<Record<string, Setting>>);

function notOfIt([name, value]: [string, unknown], values: RawSettings): Located {
  if (!isSetting(name)) return nonexistent(name, value, Object.keys(bootstrap.entries), values);
  return superfluous(name, shown(value), "only without ci: a model needs a stack of its own");
}

function conflictsIn(values: RawSettings): Located[] {
  const given = asValues(values["ci"]);
  if (given === undefined) return [];
  const name = cloudNames.find((one) => one === values["cloud"]);
  const { stacks, github, azureDevOps, state } = given;
  return [
    ...(stacks === undefined && name !== undefined && stackOfCloud[name] === undefined
      ? [missing("ci.stacks[0]")]
      : []),
    ...(github === undefined && azureDevOps === undefined ? [missing("ci.github.repository")] : []),
    ...(github !== undefined && azureDevOps !== undefined
      ? [superfluous("ci.azureDevOps", shown(azureDevOps), "only without ci.github: a stack is for one of the two")]
      : []),
    ...ofRegion("ci.state.location", asValues(state)?.["location"], values),
  ];
}
