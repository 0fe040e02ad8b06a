/** Azure Pipelines: one variable group for each stack, which its jobs name. A person creates the service connections (docs/ci.md). */
import { type Command, command } from "../errors/failure";
import { type Environment, environmentOf } from "./environments";
import type { AzureDevOps } from "./provider";

/** The lines that create the variable groups. @param environments of all stacks */
export function azureDevOpsLines(
  { organization, project }: AzureDevOps,
  environments: readonly Environment[],
): Command[] {
  const place = ["--organization", `https://dev.azure.com/${organization}`, "--project", project];
  const stacks = environments.filter(({ identity }) => identity === "up");
  return stacks.map(({ name: stack, variables }) => {
    const renew = environments.find(({ name }) => name === environmentOf(stack, "renew"));
    const needed = Object.entries({
      PULUMI_BACKEND_URL: variables["PULUMI_BACKEND_URL"],
      VAULT_URI: renew?.variables["VAULT_URI"],
    });
    const set = needed.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
    const group = ["--name", stack, "--authorize", "false", "--variables", ...set];
    // A command of the extension azure-devops.
    return command("az", "pipelines", "variable-group", "create", ...place, ...group);
  });
}
