import type { Finding } from "../../../cli/doctor/check";
import type { Facts } from "../../../cli/doctor/facts";
import { messageOf } from "../../../lib/errors/text";

export function told({ fixes = [], ...finding }: Finding): Omit<Finding, "fixes"> & { fix?: string } {
  return fixes.length === 0 ? finding : { ...finding, fix: messageOf({ what: "", fixes }) };
}

/** Facts that are known without a service. */
export function known(
  { options = {}, ...answers }: Readonly<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv = {},
): Facts {
  const entries = Object.entries(answers).map(([name, answer]) => [name, () => Promise.resolve(answer)] as const);
  return { ...Object.fromEntries(entries), options, environment } as unknown as Facts;
}
