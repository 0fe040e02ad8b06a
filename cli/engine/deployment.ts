/** The content of a stack's state: the resources, and the operations that were started but never finished. */
import * as v from "valibot";
import { ownTypes } from "../../lib/startup/provider-code";
import { askEngine, type Engine } from "./engine";

export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  /** Whether a provider makes it: a component has none. */
  custom?: boolean;
  parent?: string | undefined;
  provider?: string | undefined;
  /** URNs of what it was made from: the engine deletes it before them. */
  dependencies?: readonly string[] | undefined;
  /** Secret values are encrypted, and stay so. */
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** Names of inputs whose changes the program ignores. */
  ignoreChanges?: readonly string[];
  /** Whether it was replaced, and is still to be deleted. */
  delete?: boolean;
  /** Whether the engine refuses to delete it. */
  protect?: boolean;
  /** When it first was in the state, ISO 8601. */
  created?: string;
}

/** An operation without a recorded result: the engine was killed before the result came. */
export interface PendingOperation {
  type: string;
  resource: StateResource;
}

export interface Deployment {
  /** The whole state, as the engine exports it. */
  text: string;
  /** When the engine last wrote it, ISO 8601. */
  written?: string | undefined;
  resources: readonly StateResource[];
  pending: readonly PendingOperation[];
  /** Names of other members, as the engine's programs (`snippets`), plugins (`extensions`) and features; `__proto__` from anywhere. */
  others: readonly string[];
}

/** @throws UsageError with the engine's message */
export const readDeployment = async (engine: Engine, stack: string): Promise<Deployment> =>
  deploymentIn(await askEngine(engine, "stack", "export", "--stack", stack));

interface Exported {
  deployment?: {
    manifest?: { time?: string };
    resources?: StateResource[] | null;
    pending_operations?: PendingOperation[] | null;
  } | null;
}

/** Members of an export, and of its deployment: those that are read here, and what the engine keeps of versions, secrets and writers. */
const around = ["version", "deployment"];
const within = ["manifest", "resources", "pending_operations", "secrets_providers", "metadata"];
const operation = ["type", "resource"];

export function deploymentIn(text: string): Deployment {
  const others: string[] = [];
  const exported = JSON.parse(text, (name, value: unknown) => {
    // A program that copies members would set the prototype with it, and so see another state than this one.
    if (name === "__proto__") others.push(name);
    return value;
  }) as Exported;
  const deployment = exported.deployment ?? {};
  const { manifest, resources, pending_operations: pending } = deployment;
  const besides = (one: object, known: readonly string[]) => Object.keys(one).filter((name) => !known.includes(name));
  others.push(...besides(exported, around), ...besides(deployment, within));
  const isOperation = (one: PendingOperation | null) => one !== null && typeof one === "object";
  const operations = (pending ?? []).filter(isOperation);
  if (operations.length < (pending ?? []).length) others.push("pending_operations");
  others.push(...operations.flatMap((one) => besides(one, operation)));
  return { text, written: manifest?.time, resources: resources ?? [], pending: operations, others };
}

const properties = v.record(v.string(), v.unknown());
const wellFormed = v.looseObject({
  urn: v.string(),
  type: v.string(),
  provider: v.optional(v.string()),
  parent: v.optional(v.string()),
  dependencies: v.optional(v.array(v.string())),
  inputs: v.optional(properties),
  outputs: v.optional(properties),
  ignoreChanges: v.optional(v.array(v.string())),
});

/** Whether it has the members that are read here in their form. The engine takes `null` in their place, and never writes it. */
export const isWellFormed = (resource: StateResource): boolean => v.is(wellFormed, resource);

/** Whether it is this project's own resource: its inputs have the cloud, the tenant and hosts to sign in at. */
export const isOwnType = (type: string): boolean => type.startsWith(ownTypes);

export const nameIn = (urn: string): string => urn.split("::").at(-1) ?? urn;

/** "urn:pulumi:stack::project::parent$type::name" → "type". The engine counts the parts behind "urn:pulumi:", and takes any for a name. */
export const typeIn = (urn: string): string | undefined =>
  /^urn:pulumi:[^:]+::[^:]+::((?:(?!::)[^])+)::/u.exec(urn)?.[1]?.split("$").at(-1);

/** The last part of an id, or of a path. */
export const lastOf = (path: string): string => path.split("/").at(-1) ?? path;

/** The inputs that are texts, and the first identifier URI. */
export function textsOf({ inputs = {} }: StateResource): Record<string, string> {
  const [identifierUri] = Array.isArray(inputs["identifierUris"]) ? (inputs["identifierUris"] as unknown[]) : [];
  const texts = Object.entries({ ...inputs, identifierUri });
  return Object.fromEntries(texts.flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])));
}

/** When the stack was first deployed, in milliseconds; five minutes before, because clocks differ. */
export const ageOf = ({ resources }: Pick<Deployment, "resources">): number =>
  Math.min(...resources.map(({ created = "" }) => Date.parse(created)).filter(Number.isFinite)) - 300_000;

/** "azuread:index/application:Application" → "Application" */
export const kindIn = (type: string): string => type.split(/[:/]/u).at(-1) ?? type;

/** For a person, without the version: "azuread.application.Application partner". */
export function resourceName({ type, urn }: Pick<StateResource, "type" | "urn">): string {
  const [provider = "", module = "", name = ""] = type.split(":");
  const shortModule = module.split("/")[0] === "index" ? "" : module.replace(/^dynamic\/|\/v\d+$/u, "");
  const place = provider === "pulumi-nodejs" ? [shortModule] : [provider, shortModule];
  return `${[...place, name].filter((part) => part !== "").join(".")} ${nameIn(urn)}`;
}

/** The deployer, who has the role on the vault, which nothing reassigns: a refresh may record any owner of an application. */
export const firstDeployerIn = (all: readonly Pick<StateResource, "type" | "urn" | "inputs">[]): unknown =>
  all.find(({ type, urn }) => kindIn(type) === "RoleAssignment" && urn.endsWith("-officer"))?.inputs?.["principalId"];
