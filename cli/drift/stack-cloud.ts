/** The cloud and tenant of the stack: from its program's configuration, or from its resources. */
import { AzureApi } from "../../lib/azure/api";
import { azureCredential } from "../../lib/azure/credential";
import { microsoftGraph } from "../../lib/azure/graph";
import { type Cloud, cloudNames } from "../../lib/config/clouds";
import { parseEndpoints } from "../../lib/config/endpoints";
import { namespace } from "../../lib/errors/failure";
import { cloudTold } from "../options/target-options";
import { isRecord } from "./differences";
import type { PreviewResult } from "../engine/preview";

/** Microsoft Graph of the stack's tenant; undefined if its cloud is not known: your own program has other settings, or none. */
export function graphOf(result: PreviewResult, cwd: string): AzureApi | undefined {
  const cloud = configuredCloud(result, cwd) ?? cloudOfResources(result);
  const tenantId = result.config[`${namespace}:tenantId`] ?? inputOf(result, "tenantId");
  if (cloud === undefined) return undefined;
  if (tenantId !== undefined) return microsoftGraph(cloud, tenantId);
  return new AzureApi("Microsoft Graph", cloud.microsoftGraph, azureCredential(cloud));
}

function configuredCloud({ config }: PreviewResult, cwd: string): Cloud | undefined {
  const name = cloudNames.find((one) => one === config[`${namespace}:cloud`]);
  const endpoints = config[`${namespace}:endpoints`];
  return name && cloudTold(name, endpoints ? parseEndpoints(endpoints, cwd) : {});
}

function cloudOfResources(result: PreviewResult): Cloud | undefined {
  const name = cloudNames.find((one) => one === inputOf(result, "cloud"));
  return name && cloudTold(name, endpointsOf(result));
}

/** This project's own resources have the cloud among their inputs. */
const own = "pulumi-nodejs:dynamic/partner:";

const inputsOf = ({ steps }: PreviewResult) =>
  steps.filter(({ type }) => type.startsWith(own)).map((step) => step.old?.inputs ?? step.new?.inputs ?? {});

const inputOf = (result: PreviewResult, name: string): string | undefined =>
  inputsOf(result)
    .map((inputs) => inputs[name])
    .find((value) => typeof value === "string");

const endpointsOf = (result: PreviewResult) =>
  inputsOf(result)
    .map(({ endpoints }) => endpoints)
    .find(isRecord) ?? {};
