/**
 * `az pipelines variable-group` on PATH, with the groups of one project. Options and behaviour after the sources of the extension azure-devops
 * (pipelines/variable_group.py, arguments.py); the service's refusal of a name that is taken as people quote it.
 */
import { AzError, readLine } from "../az/arguments";
import { type Ended, standInFor, type StandIn } from "../stand-in/program";

export interface VariableGroup {
  id: number;
  name: string;
  variables: Record<string, { isSecret: boolean | null; value: string | null }>;
  authorized: boolean;
}

export interface AzStandIn extends StandIn {
  signedIn: boolean;
  groups: VariableGroup[];
}

const place = ["--organization", "--project"];
const ofVariable = [...place, "--group-id!", "--name!", "--value", "--secret"];
const commands = {
  "pipelines variable-group list": [...place, "--group-name"],
  "pipelines variable-group create": [...place, "--name!", "--authorize", "--description", "--variables!=+"],
  "pipelines variable-group variable create": ofVariable,
  "pipelines variable-group variable update": [...ofVariable, "--new-name", "--prompt-value"],
};

/** @param organization its address @param project of the only existing one */
export async function startAz(organization: string, project: string): Promise<AzStandIn> {
  const state = { signedIn: true, groups: [] as VariableGroup[] };
  const standIn = await standInFor("az", ({ argv }) => Promise.resolve(answer(state, argv, [organization, project])));
  return Object.assign(state, standIn);
}

type State = Pick<AzStandIn, "signedIn" | "groups">;

function answer(state: State, argv: readonly string[], [organization, project]: readonly string[]): Ended {
  try {
    const { command, options } = readLine(argv, commands);
    const given = (name: string) => options.get(name)?.[0] ?? "";
    if (!state.signedIn)
      throw new AzError(1, "Before you can run Azure DevOps commands, you need to run the login command");
    if (given("organization") !== organization || given("project") !== project)
      throw new AzError(1, `TF200016: The following project does not exist: ${given("project")}.`);
    const verb = command.replace("pipelines variable-group ", "");
    if (verb === "list") return done(state.groups);
    if (verb === "create") return done(create(state, given, options.get("variables") ?? []));
    return done(change(state, given, verb === "variable create"));
  } catch (error) {
    if (!(error instanceof AzError)) throw error;
    return { code: error.code, stdout: "", stderr: `ERROR: ${error.message}\n` };
  }
}

type Given = (option: string) => string;

function create({ groups }: State, given: Given, variables: readonly string[]): VariableGroup {
  const name = given("name");
  if (groups.some((one) => one.name.toLowerCase() === name.toLowerCase()))
    throw new AzError(1, `Variable group '${name}' already exists.`);
  const pairs = variables.map((one) => one.split(/=(.*)/su).slice(0, 2) as [string, string]);
  const group: VariableGroup = {
    ...{ id: groups.length + 1, name, authorized: given("authorize") === "true" },
    variables: Object.fromEntries(pairs.map(([key, value]) => [key, { isSecret: null, value }])),
  };
  groups.push(group);
  return group;
}

function change({ groups }: State, given: Given, isNew: boolean): VariableGroup["variables"] {
  const group = groups.find((one) => String(one.id) === given("group-id"));
  if (group === undefined) throw new AzError(1, `Variable group with Id ${given("group-id")} could not be found.`);
  const name = given("name");
  const current = Object.keys(group.variables).find((one) => one.toLowerCase() === name.toLowerCase());
  if (isNew && current !== undefined) throw new AzError(1, `Variable '${current}' already exists.`);
  if (!isNew && current === undefined) throw new AzError(1, `Variable '${name}' does not exist.`);
  group.variables[current ?? name] = { isSecret: null, value: given("value") };
  return group.variables;
}

const done = (body: unknown): Ended => ({ code: 0, stdout: JSON.stringify(body), stderr: "" });
