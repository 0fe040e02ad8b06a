/** A variable as the Pulumi providers read it, or Azure's own tools; an empty one counts as none. */
export function azureVariable(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  return [environment[`ARM_${name}`], environment[`AZURE_${name}`]].find(
    (value) => value !== undefined && value !== "",
  );
}
