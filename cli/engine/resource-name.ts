/** The names of resources in reports. */
import { unversioned } from "../../lib/azure/key-vault";
import type { Step } from "./preview";

/** The type without its repetitions and its version, and the name: "azuread:index/application:Application" and "partner". */
export function resourceName({ type, urn }: Pick<Step, "type" | "urn">): string {
  const [provider = "", module = "", name = ""] = unversioned(type).split(":");
  const shortModule = module.split("/")[0] === "index" ? "" : module.replace(/^dynamic\//u, "");
  const place = provider === "pulumi-nodejs" ? [shortModule] : [provider, shortModule];
  return `${[...place, name].filter((part) => part !== "").join(".")} ${urn.slice(urn.lastIndexOf(":") + 1)}`;
}
