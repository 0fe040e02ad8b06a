/** The cloud and tenant of the stack: from its program's configuration, or from its resources. */
import { AzureApi } from "../../lib/azure/api";
import { azureCredential } from "../../lib/azure/credential";
import { microsoftGraph } from "../../lib/azure/graph";
import { cloudNames } from "../../lib/config/clouds";
import { parseEndpoints } from "../../lib/config/endpoints";
import { namespace } from "../../lib/errors/failure";
import { isOwnType } from "../engine/deployment";
import type { PreviewResult } from "../engine/preview";
import { cloudTold } from "../options/target-options";
import { isRecord } from "./differences";

/** Microsoft Graph of the stack's tenant; undefined if its cloud is unknown, as in your own program. */
export function graphOf({ config, steps }: PreviewResult, cwd: string): AzureApi | undefined {
  const setting = (name: string) => config[`${namespace}:${name}`];
  // This project's own resources have the cloud among their inputs.
  const own = steps.filter(({ type }) => isOwnType(type));
  const inputs = own.map((step) => step.old?.inputs ?? step.new?.inputs ?? {});
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
