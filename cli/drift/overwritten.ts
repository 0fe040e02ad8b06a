/**
 * A client secret in the vault that somebody overwrote with another value. azure-native never reads a value back: if type and expiry are equal,
 * only the version differs, an output that a refresh accepts. So the state before the refresh is compared with the one after.
 */
import { az, pulumi, run } from "../../errors/failure";
import type { Finding } from "./findings";
import type { PreviewResult, Properties } from "./preview";
import { valueAt } from "./property-path";
import { resourceName } from "./resource-name";

const type = "azure-native:keyvault:Secret";
const property = "properties.secretUriWithVersion";

/** Without those that the next `pulumi up --refresh` stores again for another reason. */
export function overwrittenIn({ refreshed, steps }: PreviewResult, stack: string): Finding[] {
  return refreshed.flatMap((one): Finding[] => {
    const [declared, live] = [one.old, one.new].map((state) => versionIn(state?.outputs ?? {}));
    const isKept = steps.some(({ urn, op }) => urn === one.urn && op === "same");
    if (one.type !== type || !isKept || declared === undefined || live === undefined || declared === live) return [];
    const fix = run(
      "Another value was stored over it: disable that one, and have the stack's stored again",
      az("keyvault", "secret", "set-attributes", "--id", live, "--enabled", "false"),
      pulumi("up", "--refresh", "--stack", stack),
    );
    return [{ resource: resourceName(one), urn: one.urn, property, declared, live, fix }];
  });
}

function versionIn(outputs: Properties): string | undefined {
  const uri = valueAt(outputs, property.split("."));
  return typeof uri === "string" ? uri : undefined;
}
