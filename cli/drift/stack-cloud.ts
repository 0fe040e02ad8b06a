/** The cloud and tenant of the stack: from its program's configuration, or from its resources. */
import { AzureApi } from "../../lib/azure/api";
import { azureCredential } from "../../lib/azure/credential";
import { microsoftGraph } from "../../lib/azure/graph";
import { cloudNames } from "../../lib/config/clouds";
import { parseEndpoints } from "../../lib/config/endpoints";
import { namespace } from "../../lib/errors/failure";
import { isOwnType } from "../engine/deployment";
import type { Properties } from "../engine/preview";
import { cloudTold } from "../options/target-options";
import { isRecord } from "./differences";

/** Of the stack's tenant; undefined if its cloud is unknown, as in your own program. */
export function graphOf(
  config: Readonly<Record<string, string>>,
  resources: readonly { type: string; inputs?: Properties | undefined }[],
  cwd: string,
): AzureApi | undefined {
  const setting = (name: string) => config[`${namespace}:${name}`];
  const inputs = resources.flatMap(({ type, inputs = {} }) => (isOwnType(type) ? [inputs] : []));
  const input = (name: string) => inputs.map((one) => one[name]).find((value) => typeof value === "string");
  const cloudIn = (named: string | undefined) => cloudNames.find((one) => one === named);
  const configured = cloudIn(setting("cloud"));
  const name = configured ?? cloudIn(input("cloud"));
  if (name === undefined) return undefined;
  const [file, recorded] = [setting("endpoints"), inputs.map(({ endpoints }) => endpoints).find(isRecord)];
  const cloud = cloudTold(name, configured === undefined ? recorded : file ? parseEndpoints(file, cwd) : {});
  const tenantId = setting("tenantId") ?? input("tenantId");
  if (tenantId !== undefined) return microsoftGraph(cloud, tenantId);
  return new AzureApi("Microsoft Graph", cloud.microsoftGraph, azureCredential(cloud));
}
