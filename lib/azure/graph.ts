import { type Cloud, type CloudChoice, cloudOf } from "../config/clouds";
import { AzureApi } from "./api";
import { azureCredential } from "./credential";

/** Microsoft Graph as this process. @param tenantId the GUID of the tenant to query, not the login's */
export function microsoftGraph(cloud: Cloud, tenantId: string, environment: NodeJS.ProcessEnv = process.env): AzureApi {
  const credential = azureCredential(cloud, { ...environment, ARM_TENANT_ID: tenantId });
  return new AzureApi("Microsoft Graph", cloud.microsoftGraph, credential);
}

export const graphOf = ({ cloud, endpoints, tenantId }: CloudChoice & { tenantId: string }): AzureApi =>
  microsoftGraph(cloudOf(cloud, endpoints), tenantId);

export const equal = (property: string, value: string): string =>
  `?$filter=${encodeURIComponent(`${property} eq '${value.replaceAll("'", "''")}'`)}`;
