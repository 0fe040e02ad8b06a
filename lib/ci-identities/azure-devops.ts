/** Azure Pipelines: a variable group for each stack. A person creates the connections (docs/ci.md). */
import { type Command, command } from "../errors/failure";
import { type Environment, environmentOf, known } from "./environments";
import type { AzureDevOps } from "./provider";

export interface Group {
  name: string;
  /** Values by name; none is a secret. */
  variables: Readonly<Record<string, string>>;
}

/** A group that is there already, with the names in the case that somebody gave them. */
export type FoundGroup = Group & { id: number };

export function groupsOf(environments: readonly Environment[]): Group[] {
  const stacks = environments.filter(({ identity }) => identity === "up");
  return stacks.map(({ name: stack, variables }) => {
    const renew = environments.find(({ name }) => name === environmentOf(stack, "renew"));
    const [backend, vault] = [variables["PULUMI_BACKEND_URL"], renew?.variables["VAULT_URI"]];
    return { name: stack, variables: known({ PULUMI_BACKEND_URL: backend, VAULT_URI: vault }) };
  });
}

/** The groups are lists of the project's: of the extension azure-devops. */
export const listingGroups = (azureDevOps: AzureDevOps): Command => ofGroups(azureDevOps, ["list"]);

/** The lines that make missing groups, and change what differs in the others: a group's name is unique. */
export const groupLines = (
  azureDevOps: AzureDevOps,
  groups: readonly Group[],
  found: readonly FoundGroup[] = [],
): Command[] =>
  groups.flatMap((group) => {
    const there = found.find(({ name }) => isSame(name, group.name));
    const all = Object.entries(group.variables);
    if (there === undefined) {
      const variables = ["--variables", ...all.map(([name, value]) => `${name}=${value}`)];
      return [ofGroups(azureDevOps, ["create"], "--name", group.name, "--authorize", "false", ...variables)];
    }
    return all.flatMap(([name, value]) => {
      const current = Object.entries(there.variables).find(([one]) => isSame(one, name))?.[1];
      if (current === value) return [];
      const set = ["--group-id", String(there.id), "--name", name, "--value", value];
      return [ofGroups(azureDevOps, ["variable", current === undefined ? "create" : "update"], ...set)];
    });
  });

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

function ofGroups(
  { organization, project }: AzureDevOps,
  verbs: readonly string[],
  ...options: readonly string[]
): Command {
  const place = ["--organization", `https://dev.azure.com/${organization}`, "--project", project];
  return command("az", "pipelines", "variable-group", ...verbs, ...place, ...options);
}
