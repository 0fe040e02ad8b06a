/** Azure Pipelines' side: a variable group an identity, which a pipeline names. Service connections are made by a person. */
import { type Command, command } from "../errors/failure";
import type { Environment } from "./environments";
import type { AzureDevOps } from "./provider";

/** The lines that make the variable groups. @param environments of all stacks */
export function azureDevOpsLines(
  { organization, project }: AzureDevOps,
  environments: readonly Environment[],
): Command[] {
  const place = ["--organization", `https://dev.azure.com/${organization}`, "--project", project];
  return environments.map(({ name, variables }) =>
    command(
      "az",
      ...["pipelines", "variable-group", "create", ...place, "--name", name, "--authorize", "false", "--variables"],
      ...Object.entries(variables).map(([variable, value]) => `${variable}=${value}`),
    ),
  );
}
