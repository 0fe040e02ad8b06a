/** The variable groups of a project of Azure DevOps, read with az and its extension azure-devops. */
import * as v from "valibot";
import { type FoundGroup, listingGroups } from "../../lib/ci-identities/azure-devops";
import type { AzureDevOps } from "../../lib/ci-identities/provider";
import type { Fix } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import { ended } from "./run-line";

const shape = v.array(
  v.looseObject({
    id: v.number(),
    name: v.string(),
    // The value of a secret is null.
    variables: v.record(v.string(), v.looseObject({ value: v.nullish(v.string()) })),
  }),
);

/** @param fixes for the case that they cannot be read @throws UsageError with az's own message */
export async function findGroups(azureDevOps: AzureDevOps, ...fixes: readonly Fix[]): Promise<FoundGroup[]> {
  const { program, args } = listingGroups(azureDevOps);
  const { code, out, said } = await ended({ program, args: [...args, "--output", "json"] });
  if (code !== 0) throw new UsageError(code === undefined ? "There is no az on PATH." : said.trim(), ...fixes);
  return v.parse(shape, JSON.parse(out)).map(({ id, name, variables }) => ({
    id,
    name,
    variables: Object.fromEntries(Object.entries(variables).map(([key, { value }]) => [key, value ?? ""])),
  }));
}
