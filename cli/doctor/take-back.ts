/** Takes back into a stack's state what is there, and what a refresh took out while its application was deleted. */
import type { Application, PasswordCredential } from "../../lib/application/applications";
import { clientIdsIn } from "../../lib/application/lost";
import { madeSecretIn } from "../../lib/consent/credential-reference";
import { modelName } from "../../lib/config/limits";
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
  /** Of AdminAgents, where the service principal is a member. */
  group: string | undefined;
}

const applicationType = "azuread:index/application:Application";
const pluginType = "pulumi:providers:azuread";
const inComponent = /^secure-application-model:index:(Partner|Adopted)Application$/u;

/** Resources that the model declares on its application, which are there and not in the state. */
function absentFrom({ resources }: Deployment, { application, principal, group }: Living): Entry[] {
  const plugin = resources.find(({ type }) => type === pluginType);
  const [root] = resources;
  if (plugin === undefined || root === undefined) return [];
  const found = resources.find(({ type }) => inComponent.test(type));
  // A destroy that was cut off late has taken the components out as well.
  const components = found === undefined ? componentsBelow(root) : [];
  const component = found ?? present(components.at(-1), "There are two.");
  const [stack = "", project = "", types = "", model = ""] = component.urn.split("::");
  const entry = (type: string, name: string, id: string, more: Partial<Entry> = {}): Entry => ({
    ...{ urn: [stack, project, `${types}$${type}`, name].join("::"), custom: true, id, type },
    ...{ parent: component.urn, provider: `${plugin.urn}::${plugin.id ?? ""}`, ...more },
  });
  const applicationId = `/applications/${application.id}`;
  const made = component.type.includes("Partner");
  const all = [
    ...components,
    ...(made ? [entry(applicationType, model, applicationId)] : []),
    ...(made && principal !== undefined
      ? [entry("azuread:index/servicePrincipal:ServicePrincipal", model, `/servicePrincipals/${principal}`)]
      : []),
    ...(made && principal !== undefined && group !== undefined
      ? [entry("azuread:index/groupMember:GroupMember", `${model}-admin-agents`, `${group}/member/${principal}`)]
      : []),
    ...resources.flatMap((one) =>
      secretOf(one, application.passwordCredentials).map(
        ([name, { keyId, displayName, startDateTime, endDateTime }, value]) => {
          const id = `${application.id}/password/${keyId}`;
          const named = { applicationId, displayName };
          const dated = { startDate: startDateTime, endDate: endDateTime };
          const type = "azuread:index/applicationPassword:ApplicationPassword";
          // Nobody can read its value again: the vault secret's in the state is the same, encrypted as it is there.
          return entry(type, name, id, {
            inputs: { ...named, ...dated },
            outputs: { ...named, ...dated, id, keyId, value },
            additionalSecretOutputs: ["value"],
          });
        },
      ),
    ),
  ];
  return all.filter(({ urn }) => !resources.some((one) => one.urn === urn && one.delete !== true));
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

type Kept = [name: string, credential: PasswordCredential, value: unknown];

/** The client secret whose value a vault secret of the state holds. */
function secretOf({ type, urn, inputs = {} }: StateResource, credentials: readonly PasswordCredential[]): Kept[] {
  if (type !== "pulumi-nodejs:dynamic/partner:VaultSecret") return [];
  const { label, keyId = "?" } = madeSecretIn(String(inputs["secretName"])) ?? {};
  const own = credentials.find((one) => one.displayName === label && one.keyId.startsWith(keyId));
  return own === undefined ? [] : [[nameIn(urn), own, inputs["value"]]];
}

/** @returns none of a stack that is not deployed, or whose application is not there */
export async function absentIn(facts: Facts): Promise<Entry[]> {
  const [application, stack, deployment] = [await facts.application(), await facts.stack(), await facts.deployment()];
  if (application === undefined || deployment === undefined || stack === undefined) return [];
  const { resources } = deployment;
  if (!clientIdsIn(resources).includes(application.appId)) return [];
  const isOurs = stack.references === undefined && !("existingApplication" in stack.settings);
  if (!isOurs && !resources.some(({ type }) => inComponent.test(type))) return [];
  const directory = await facts.directory();
  const principal = (await directory.principalOf(application.appId))?.id;
  const isMade = stack.settings.configurePreconsent && principal !== undefined;
  const group = isMade ? await joinedGroup(directory, principal) : undefined;
  return absentFrom(deployment, { application, principal, group });
}

export async function takeBack({ engine, options }: Facts, entries: readonly Entry[]): Promise<void> {
  const stack = present(options.stack, "No stack was named.");
  const exported = JSON.parse(await askEngine(engine, "stack", "export", "--stack", stack)) as {
    deployment: { resources: StateResource[] };
  };
  const { resources } = exported.deployment;
  // A state has each resource after its parent and its provider.
  const last = resources.findLastIndex(({ type }) => inComponent.test(type) || type === pluginType);
  exported.deployment.resources = resources.toSpliced(last + 1, 0, ...entries);
  await withTextFile("state.json", JSON.stringify(exported), async (file) => {
    await haveEngine(engine, "stack", "import", "--file", file, "--stack", stack);
  });
}
