/** The clouds as data: each cloud is one row with its sources, and there is no default. */
import { isIP } from "node:net";
import { again, az, Failure, run, sentence } from "../errors/failure";
import { targetVariables } from "./own-variables";

/** Names as in Partner Center PowerShell's `-Environment`. */
export type CloudName = "AzureCloud" | "AzureUSGovernment" | "AzureChinaCloud";

/** The hosts of a cloud that a stack may override. Origins have no trailing slash. */
export interface Endpoints {
  /** Where sign-in happens, e.g. https://login.microsoftonline.com */
  authority: string;
  partnerCenter: string;
  microsoftGraph: string;
  resourceManager: string;
  /** Retired on 2025-08-31; kept because the Secure Application Model's permission set names it. */
  azureAdGraph: string;
  /** A vault's host must be this name or end in "." and this name. */
  vaultSuffix: string;
  /** `host:port` that the providers read all their endpoints from; only custom clouds have one. */
  metadataHost?: string;
}

/** How settings and components choose a cloud. */
export interface CloudChoice {
  cloud: CloudName;
  /** Overrides of the cloud's row: a custom cloud, or the embedded one. Default none. */
  endpoints?: Partial<Endpoints> | undefined;
}

export interface Cloud extends Endpoints {
  name: CloudName;
  /** The `environment` of the azuread and azure-native providers. */
  providerEnvironment: "public" | "usgovernment" | "china";
  /** The `cloud_instance_name` that discovery returns for a tenant of this cloud. */
  instanceName: string;
  /** The former audience of Resource Manager, which it still accepts and az requests. */
  formerResourceManager: string;
  /** The audience that Entra requires in a foreign token, such as GitHub's, to exchange it for its own. */
  tokenExchangeAudience: string;
}

/**
 * Sources: Microsoft's national-cloud pages; for Partner Center its documentation, which lists no endpoint of
 * US Government: the global one serves it; for the token exchange the page on workload identity federation.
 * The acceptance run checks them against live clouds (docs/acceptance.md).
 */
export const clouds: Readonly<Record<CloudName, Cloud>> = {
  AzureCloud: {
    name: "AzureCloud",
    authority: "https://login.microsoftonline.com",
    partnerCenter: "https://api.partnercenter.microsoft.com",
    microsoftGraph: "https://graph.microsoft.com",
    resourceManager: "https://management.azure.com",
    azureAdGraph: "https://graph.windows.net",
    vaultSuffix: "vault.azure.net",
    providerEnvironment: "public",
    instanceName: "microsoftonline.com",
    formerResourceManager: "https://management.core.windows.net",
    tokenExchangeAudience: "api://AzureADTokenExchange",
  },
  AzureUSGovernment: {
    name: "AzureUSGovernment",
    authority: "https://login.microsoftonline.us",
    partnerCenter: "https://api.partnercenter.microsoft.com",
    microsoftGraph: "https://graph.microsoft.us",
    resourceManager: "https://management.usgovcloudapi.net",
    azureAdGraph: "https://graph.windows.net",
    vaultSuffix: "vault.usgovcloudapi.net",
    providerEnvironment: "usgovernment",
    instanceName: "microsoftonline.us",
    formerResourceManager: "https://management.core.usgovcloudapi.net",
    tokenExchangeAudience: "api://AzureADTokenExchangeUSGov",
  },
  AzureChinaCloud: {
    name: "AzureChinaCloud",
    authority: "https://login.chinacloudapi.cn",
    partnerCenter: "https://partner.partnercenterapi.microsoftonline.cn",
    microsoftGraph: "https://microsoftgraph.chinacloudapi.cn",
    resourceManager: "https://management.chinacloudapi.cn",
    azureAdGraph: "https://graph.chinacloudapi.cn",
    vaultSuffix: "vault.azure.cn",
    providerEnvironment: "china",
    instanceName: "partner.microsoftonline.cn",
    formerResourceManager: "https://management.core.chinacloudapi.cn",
    tokenExchangeAudience: "api://AzureADTokenExchangeChina",
  },
};

export const cloudNames = Object.keys(clouds) as CloudName[];

/** Further hosts: China's other name of its authority, and Graph of DoD tenants (docs/clouds.md). */
const otherHosts: Readonly<Record<CloudName, Partial<Record<keyof Endpoints, string>>>> = {
  AzureCloud: {},
  AzureUSGovernment: { microsoftGraph: "https://dod-graph.microsoft.us" },
  AzureChinaCloud: { authority: "https://login.partner.microsoftonline.cn" },
};

const hostNames = [
  "authority",
  "partnerCenter",
  "microsoftGraph",
  "resourceManager",
  "azureAdGraph",
  "vaultSuffix",
  "metadataHost",
] as const satisfies readonly (keyof Endpoints)[];

/** The hosts of an endpoints file that a program passes: its sign-in port in a state would raise an alarm. */
export const hostsIn = (endpoints: Partial<Endpoints> = {}): Partial<Endpoints> =>
  Object.fromEntries(hostNames.filter((name) => name in endpoints).map((name) => [name, endpoints[name]]));

/** Microsoft's domains; customers have names in them as well. */
const domains = [
  "azure.cn",
  "azure.com",
  "azure.net",
  "azure.us",
  "chinacloudapi.cn",
  "microsoft.com",
  "microsoft.us",
  "microsoftonline.cn",
  "microsoftonline.com",
  "microsoftonline.us",
  "usgovcloudapi.net",
  "windows.net",
];

/** Whether a host is in one of Microsoft's domains, or is a vault suffix that contains one. */
function isInDomain(value: string): boolean {
  const host = `.${value.toLowerCase().replace(/^https:\/\/|:\d+$|\.$/gu, "")}`;
  return domains.some((domain) => host.endsWith(`.${domain}`) || `.${domain}`.endsWith(host));
}

/** Whether an endpoint is Microsoft's for this cloud. An absent metadata host stands for Microsoft's own. */
export const isHostOf = (name: CloudName, endpoint: keyof Endpoints, value: unknown): boolean =>
  value === undefined || clouds[name][endpoint] === value || otherHosts[name][endpoint] === value;

/** The problem if only some hosts are the cloud's own, as each would get the other's secrets; undefined: none. */
export function mixedHosts(cloud: Cloud): string | undefined {
  const others = hostNames.filter((name) => !isHostOf(cloud.name, name, cloud[name]));
  const [foreign] = others.filter((name) => isInDomain(cloud[name] ?? ""));
  if (foreign !== undefined)
    return `The endpoint ${foreign} names ${String(cloud[foreign])}, which is in a domain of Microsoft's but is not an endpoint of ${cloud.name}.`;
  if ([0, hostNames.length].includes(others.length)) return undefined;
  const own = hostNames.filter((name) => !others.includes(name));
  return `The endpoints mix hosts of yours (${others.join(", ")}) with Microsoft's (${own.join(", ")}), and each would get tokens and secrets of the other.`;
}

/** The cloud's row with a stack's endpoints. @throws Failure if only some of the hosts are Microsoft's */
export function cloudOf(name: CloudName, overrides: Partial<Endpoints> = {}): Cloud {
  const cloud = { ...clouds[name], ...overrides };
  const mixed = mixedHosts(cloud);
  if (mixed === undefined) return cloud;
  throw new Failure("endpoints-mixed", mixed, sentence("Name all of them, or none."));
}

/** The hosts that are not those of a cloud's row. */
export function overridesIn(cloud: Cloud): Partial<Endpoints> {
  const names = hostNames.filter((name) => cloud[name] !== clouds[cloud.name][name]);
  return Object.fromEntries(names.map((name) => [name, cloud[name]]));
}

export const hasOwnEndpoints = (cloud: Cloud): boolean => Object.keys(overridesIn(cloud)).length > 0;

const noted = new Set<string>();

/** The note that names replaced hosts, once in a process; undefined if it was given already, or if there are none. */
export function newEndpointsNote(cloud: Cloud): string | undefined {
  const own = Object.values(overridesIn(cloud)).map((one) => one.replace(/^https:\/\/|:\d+$/gu, ""));
  const note = `Endpoints in place of ${cloud.name}'s: ${[...new Set(own)].join(", ")}.`;
  if (own.length === 0 || noted.has(note)) return undefined;
  noted.add(note);
  return note;
}

/** The origins that discovery may name: the authority's, and China's second origin (MSAL's AuthorityMetadata). */
export function authorityOrigins({ name, authority }: Cloud): readonly string[] {
  const chinas = [clouds.AzureChinaCloud.authority, otherHosts.AzureChinaCloud.authority ?? ""];
  return name === "AzureChinaCloud" && chinas.includes(authority) ? chinas : [authority];
}

/** The cloud with this `cloud_instance_name` in discovery; undefined for a cloud without a row here. */
export function cloudOfInstance(instanceName: string): CloudName | undefined {
  return cloudNames.find((name) => clouds[name].instanceName === instanceName);
}

export const regionOf: Readonly<Record<CloudName, string>> = {
  AzureCloud: "westeurope",
  AzureUSGovernment: "usgovvirginia",
  AzureChinaCloud: "chinanorth3",
};

/** A region's name shows its cloud (S16 of docs/clouds.md): `usgovvirginia`, `USGov Virginia` in a portal. */
export function cloudOfRegion(region: string): CloudName {
  const name = region.replaceAll(" ", "").toLowerCase();
  if (/^us(gov|dod)/u.test(name)) return "AzureUSGovernment";
  return name.startsWith("china") ? "AzureChinaCloud" : "AzureCloud";
}

/** The form of the cloud's vault URIs, for messages. Vaults of the embedded cloud have ports, not names. */
export function vaultUriShape({ vaultSuffix }: Cloud): string {
  return isIP(vaultSuffix) === 0 ? `https://<vault name>.${vaultSuffix}/` : `https://${vaultSuffix}:<port>/`;
}

export function isVaultIn({ vaultSuffix }: Cloud, vaultUri: string): boolean {
  const { protocol, hostname = "", pathname } = URL.parse(vaultUri) ?? {};
  return protocol === "https:" && pathname === "/" && `.${hostname}`.endsWith(`.${vaultSuffix}`);
}

/**
 * Checks a vault's URI: otherwise anybody who can change it would receive the client secret and the token.
 * @returns the origin, without a trailing slash @throws Failure if it is not https, or in another cloud
 */
export function vaultOriginIn(cloud: Cloud, vaultUri: string): string {
  if (isVaultIn(cloud, vaultUri)) return new URL(vaultUri).origin;
  const home = cloudNames.find((name) => isVaultIn(clouds[name], vaultUri));
  const isOwn = hasOwnEndpoints(cloud);
  throw new Failure(
    "vault-uri",
    {
      what: `The vault URI "${vaultUri}" is not one of ${cloud.name}: expected ${vaultUriShape(cloud)}.`,
      why: isOwn ? "Endpoints of your own replace Microsoft's." : undefined,
    },
    ...(home === undefined
      ? []
      : [isOwn ? leaveEndpoints : run("Name the cloud that it lies in", again("--cloud", home))]),
    run("See a vault's URI, and name that", showUri, again("--vault", "<uri>")),
  );
}

const leaveEndpoints = sentence(
  `For Microsoft's own services leave the endpoints out: ${targetVariables["--endpoints"]}, \`--endpoints\`, or the stack's setting.`,
);

export const vaultNameIn = (uri: string): string => new URL(uri).hostname.split(".", 1)[0] ?? uri;

const showUri = az("keyvault", "show", "--name", "<vault name>", "--query", "properties.vaultUri", "--output", "tsv");

/** The resource in a token request, by client id: the URI in the cloud's row, otherwise the id. */
export function audienceOf(cloud: Cloud, resourceAppId: string): string {
  const { azureAdGraph, microsoftGraph, partnerCenter, azureResourceManager } = firstPartyApps;
  const uris: Readonly<Record<string, string>> = {
    [azureAdGraph]: cloud.azureAdGraph,
    [microsoftGraph]: cloud.microsoftGraph,
    [partnerCenter]: cloud.partnerCenter,
    [azureResourceManager]: cloud.resourceManager,
  };
  return uris[resourceAppId] ?? resourceAppId;
}

/** Application ids of Microsoft's own services; the same in every tenant and cloud. */
export const firstPartyApps = {
  azureAdGraph: "00000002-0000-0000-c000-000000000000",
  microsoftGraph: "00000003-0000-0000-c000-000000000000",
  partnerCenter: "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
  azureResourceManager: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
};
