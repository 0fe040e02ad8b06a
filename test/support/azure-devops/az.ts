/**
 * `az pipelines variable-group` on PATH, with the groups of one project. Options and behaviour after the sources of the extension azure-devops
 * (pipelines/variable_group.py, arguments.py); the service's refusal of a name that is taken as people quote it.
 */
import { type Ended, standInFor, type StandIn } from "../stand-in/program";

export interface VariableGroup {
  id: number;
  name: string;
  variables: Record<string, { isSecret: boolean | null; value: string | null }>;
  /** Of all pipelines. */
  authorized: boolean;
}

export interface AzStandIn extends StandIn {
  signedIn: boolean;
  groups: VariableGroup[];
}

const place = ["--organization", "--project"];
/** By verb: required and optional ones. */
const options: Readonly<Record<string, readonly [string[], string[]]>> = {
  list: [[], ["--group-name", "--output"]],
  create: [
    ["--name", "--variables"],
    ["--authorize", "--description", "--output"],
  ],
  "variable create": [
    ["--group-id", "--name"],
    ["--value", "--secret", "--output"],
  ],
  "variable update": [
    ["--group-id", "--name"],
    ["--value", "--new-name", "--secret", "--prompt-value", "--output"],
  ],
};

/** @param organization its address @param project of the only existing one */
export async function startAz(organization: string, project: string): Promise<AzStandIn> {
  const state = { signedIn: true, groups: [] as VariableGroup[] };
  const standIn = await standInFor("az", ({ argv }) => Promise.resolve(answer(state, argv, [organization, project])));
  return Object.assign(state, standIn);
}

type State = Pick<AzStandIn, "signedIn" | "groups">;

function answer(state: State, argv: readonly string[], [organization, project]: readonly string[]): Ended {
  const first = argv.findIndex((word) => word.startsWith("-"));
  const words = argv.slice(0, first < 0 ? undefined : first).join(" ");
  const verb = words.replace("pipelines variable-group ", "");
  const known = options[verb];
  if (known === undefined) return refused(2, `'${words}' is misspelled or not recognized by the system.`);
  const given = optionsIn(argv.slice(first));
  const [required, others] = known;
  const wrong = [...given.keys()].find((name) => ![...place, ...required, ...others].includes(name));
  if (wrong !== undefined) return refused(2, `unrecognized arguments: ${wrong}`);
  const missing = required.filter((name) => (given.get(name) ?? []).length === 0);
  if (missing.length > 0) return refused(2, `the following arguments are required: ${missing.join(", ")}`);
  if (!state.signedIn) return refused(1, "Before you can run Azure DevOps commands, you need to run the login command");
  if (given.get("--organization")?.[0] !== organization || given.get("--project")?.[0] !== project)
    return refused(1, `TF200016: The following project does not exist: ${String(given.get("--project"))}.`);
  if (verb === "list") return done(state.groups);
  return verb === "create" ? create(state, given) : change(state, given, verb === "variable create");
}

function create({ groups }: State, given: ReadonlyMap<string, string[]>): Ended {
  const [name = ""] = given.get("--name") ?? [];
  if (groups.some((one) => one.name.toLowerCase() === name.toLowerCase()))
    return refused(1, `Variable group '${name}' already exists.`);
  const variables = (given.get("--variables") ?? []).map((one) => one.split(/=(.*)/su).slice(0, 2) as [string, string]);
  const group: VariableGroup = {
    ...{ id: groups.length + 1, name, authorized: given.get("--authorize")?.[0] === "true" },
    variables: Object.fromEntries(variables.map(([key, value]) => [key, { isSecret: null, value }])),
  };
  groups.push(group);
  return done(group);
}

function change({ groups }: State, given: ReadonlyMap<string, string[]>, isNew: boolean): Ended {
  const id = given.get("--group-id")?.[0] ?? "";
  const group = groups.find((one) => String(one.id) === id);
  if (group === undefined) return refused(1, `Variable group with Id ${id} could not be found.`);
  const [name = ""] = given.get("--name") ?? [];
  const current = Object.keys(group.variables).find((one) => one.toLowerCase() === name.toLowerCase());
  if (isNew && current !== undefined) return refused(1, `Variable '${current}' already exists.`);
  if (!isNew && current === undefined) return refused(1, `Variable '${name}' does not exist.`);
  group.variables[current ?? name] = { isSecret: null, value: given.get("--value")?.[0] ?? "" };
  return done(group.variables);
}

function optionsIn(argv: readonly string[]): Map<string, string[]> {
  const given = new Map<string, string[]>();
  let name = "";
  for (const word of argv) {
    if (word.startsWith("--")) given.set((name = word), []);
    else given.get(name)?.push(word);
  }
  return given;
}

const done = (body: unknown): Ended => ({ code: 0, stdout: JSON.stringify(body), stderr: "" });
const refused = (code: number, words: string): Ended => ({ code, stdout: "", stderr: `ERROR: ${words}\n` });
