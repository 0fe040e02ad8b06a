/** The clouds that can be emulated: a row contains everything in which the responses of clouds differ. */
export interface CloudRow {
  /** Name for Partner Center PowerShell's -Environment. */
  name: string;
  /** `cloud_instance_name` of discovery: the public login domain, whatever host responds. */
  instanceName: string;
  /** `tenant_region_scope` of discovery. */
  regionScope: string;
  /** `cloud_graph_host_name` of discovery: the public Azure AD Graph host. */
  graphHostName: string;
  /** `msgraph_host` of discovery: the public Microsoft Graph host. */
  msGraphHost: string;
}

export const clouds = {
  AzureCloud: {
    name: "AzureCloud",
    instanceName: "microsoftonline.com",
    regionScope: "WW",
    graphHostName: "graph.windows.net",
    msGraphHost: "graph.microsoft.com",
  },
  AzureUSGovernment: {
    name: "AzureUSGovernment",
    instanceName: "microsoftonline.us",
    regionScope: "USGov",
    graphHostName: "graph.windows.net",
    msGraphHost: "graph.microsoft.us",
  },
} as const satisfies Record<string, CloudRow>;

export type CloudName = keyof typeof clouds;

/** Ports a cloud may use: five services, then its vaults. */
export const portsPerCloud = 16;
