import type { Finding } from "../../../cli/doctor/check";
import { fixesText } from "../../../lib/errors/text";

export function told({ fixes = [], ...finding }: Finding): Omit<Finding, "fixes"> & { fix?: string } {
  return fixes.length === 0 ? finding : { ...finding, fix: fixesText(fixes) };
}
