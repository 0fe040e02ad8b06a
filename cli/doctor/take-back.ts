/** Takes back into a stack's state what is there, and what a refresh took out while its application was deleted. */
import type { Application } from "../../lib/application/applications";
import { applicationType, clientIdsIn, recordType } from "../../lib/application/recorded";
import { labelOf } from "../../lib/credential/generations";
import { modelName, type Generation } from "../../lib/config/limits";
import { present } from "../../lib/errors/failure";
import { type Deployment, nameIn, type StateResource } from "../engine/deployment";
import { askEngine, haveEngine } from "../engine/engine";
import { withTextFile } from "../terminal/whole-file";
import { joinedGroup } from "./checks/directory";
import type { Facts } from "./facts";

/** In the form of a state. Without outputs the next refresh reads it as an import does. */
export interface Entry extends StateResource {
  custom: boolean;
  additionalSecretOutputs?: string[];
}

interface Living {
  application: Application;
  /** Object ids; undefined: it is not there, or not declared. */
  principal: string | undefined;
  /** AdminAgents, where the service principal is a member. */
  group: string | undefined;
}

const pluginType = "pulumi:providers:azuread";
const inComponent = /^secure-application-model:index:(Partner|Adopted)Application$/u;

type EntryOf = (type: string, name: string, id: string, more?: Partial<Entry>) => Entry;

const urnsOf = (entries: readonly StateResource[]): string[] => entries.map(({ urn }) => urn);

/** Resources that the model declares on its application, which are there and not in the state. */
function absentFrom({ resources }: Deployment, { application, principal, group }: Living): Entry[] {
  const plugin = resources.find(({ type }) => type === pluginType);
  const [root] = resources;
  if (plugin === undefined || root === undefined) return [];
  const deployed = resources.find(({ type }) => inComponent.test(type));
  // A destroy that was cut off late has taken the components out as well.
  const components = deployed === undefined ? componentsBelow(root) : [];
  const component = deployed ?? present(components.at(-1), "There are two.");
  const [stack = "", project = "", types = "", model = ""] = component.urn.split("::");
  const entry: EntryOf = (type, name, id, more = {}) => ({
    ...{ urn: [stack, project, `${types}$${type}`, name].join("::"), custom: true, id, type },
    ...{ parent: component.urn, provider: `${plugin.urn}::${plugin.id ?? ""}`, ...more },
  });
  const made = component.type.includes("Partner");
  const all = [
    ...components,
    ...(made ? [entry(applicationType, model, `/applications/${application.id}`)] : []),
    ...(made && principal !== undefined
      ? [entry("azuread:index/servicePrincipal:ServicePrincipal", model, `/servicePrincipals/${principal}`)]
      : []),
    ...(made && principal !== undefined && group !== undefined
      ? [entry("azuread:index/groupMember:GroupMember", `${model}-admin-agents`, `${group}/member/${principal}`)]
      : []),
    ...resources.flatMap((one) => secretsIn(one, application, entry)),
  ];
  // In the order in which the program makes them.
  const ordered = all.map((one, nth) => (one.custom ? { ...one, dependencies: urnsOf(all.slice(0, nth)) } : one));
  return ordered.filter(({ urn }) => !resources.some((one) => one.urn === urn && one.delete !== true));
}

function componentsBelow({ urn }: StateResource): Entry[] {
  const [stack = "", project = ""] = urn.split("::");
  const types = ["SecureApplicationModel", "PartnerApplication"].map(
    (name) => `secure-application-model:index:${name}`,
  );
  return types.map((type, index) => ({
    urn: [stack, project, types.slice(0, index + 1).join("$"), modelName].join("::"),
    ...{ type, custom: false },
    parent: index === 0 ? urn : [stack, project, types[0], modelName].join("::"),
  }));
}

/** The client secrets whose values the record's resource holds, encrypted: nobody can read them again. */
function secretsIn({ type, urn, inputs = {} }: StateResource, application: Application, entry: EntryOf): Entry[] {
  if (type !== recordType) return [];
  const { current, previous } = inputs as Partial<Record<"current" | "previous", RecordedSecret>>;
  return [current, previous].flatMap((one) => {
    const own = application.passwordCredentials.find(({ keyId }) => keyId === one?.keyId);
    if (one?.kind !== "secret" || own === undefined) return [];
    const { keyId, displayName, startDateTime: startDate, endDateTime: endDate } = own;
    const id = `${application.id}/password/${keyId}`;
    const given = { applicationId: `/applications/${application.id}`, displayName, startDate, endDate };
    const outputs = { ...given, id, keyId, value: one.value };
    const more = { inputs: given, outputs, additionalSecretOutputs: ["value"] };
    return [entry("azuread:index/applicationPassword:ApplicationPassword", `${nameIn(urn)}-${labelOf(one)}`, id, more)];
  });
}

interface RecordedSecret extends Generation {
  keyId: string;
  /** Encrypted. */
  value: unknown;
}

/**
 * The engine drops the operations that did not end from a state that it imports: they are ended first (cli/doctor/repair-state.ts).
 * @returns none while there are some, nor of a stack that is not deployed, or whose application is not there
 */
export async function absentIn(facts: Facts): Promise<Entry[]> {
  const [application, stack, deployment] = [await facts.application(), await facts.stack(), await facts.deployment()];
  if (application === undefined || deployment === undefined || stack === undefined) return [];
  const { resources, pending } = deployment;
  if (pending.length > 0 || !clientIdsIn(resources).includes(application.appId)) return [];
  const isOurs = stack.isOwnProgram !== true && !("existingApplication" in stack.settings);
  if (!isOurs && !resources.some(({ type }) => inComponent.test(type))) return [];
  const directory = await facts.directory();
  const principal = (await directory.principalOf(application.appId))?.id;
  const isMade = stack.settings.configurePreconsent && principal !== undefined;
  const group = isMade ? await joinedGroup(directory, principal) : undefined;
  return absentFrom(deployment, { application, principal, group });
}

/** Ends every operation, and adds what is there. A state has each resource after its parent, its provider and what it depends on. */
export async function takeBack({ engine, options }: Facts, entries: readonly Entry[]): Promise<void> {
  const stack = present(options.stack, "No stack was named.");
  const exported = JSON.parse(await askEngine(engine, "stack", "export", "--stack", stack)) as {
    deployment: { resources: StateResource[] };
  };
  const { resources } = exported.deployment;
  for (const entry of entries) {
    const known = urnsOf(resources);
    resources.push({ ...entry, dependencies: (entry.dependencies ?? []).filter((urn) => known.includes(urn)) });
  }
  await withTextFile("state.json", JSON.stringify(exported), async (file) => {
    await haveEngine(engine, "stack", "import", "--file", file, "--stack", stack);
  });
}
