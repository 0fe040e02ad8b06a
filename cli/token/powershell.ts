/**
 * One line for `| Invoke-Expression`, or parameters to splat. Source: learn.microsoft.com/powershell/module,
 * partnercenter/connect-partnercenter (-TenantId is an alias), az.accounts/connect-azaccount,
 * microsoft.graph.authentication/connect-mggraph, msonline/connect-msolservice.
 */
import type { CloudName } from "../../lib/config/clouds";
import { againWithout, Failure, ownCommand, present, run } from "../../lib/errors/failure";
import { invisible } from "../../lib/errors/invisible";
import { inPowerShell } from "../../lib/errors/text";
import { UsageError } from "../terminal/exit-code";
import type { ResourceName } from "../redemption/resources";

export interface Connection {
  cloud: CloudName;
  /** That the tokens are for. */
  tenantId: string;
  /** User principal name. */
  account: string;
  /** Access tokens of the resources that the cmdlet needs. */
  tokens: Partial<Record<ResourceName, string>>;
}

export interface Cmdlet {
  name: string;
  /** Resources whose tokens it needs; the first one selects the cmdlet. */
  resources: readonly [ResourceName, ...ResourceName[]];
  /** Why the cmdlet should no longer be used. */
  retired?: string;
  /** Parameters that need a SecureString; default none. */
  secure?: readonly string[];
  parameters: (connection: Connection) => Record<string, string>;
}

const graphEnvironments = { AzureCloud: "Global", AzureUSGovernment: "USGov", AzureChinaCloud: "China" };

const token = ({ tokens }: Connection, resource: ResourceName): string =>
  present(tokens[resource], `No token for ${resource} was redeemed.`);

/** The first cmdlet of a resource is the default of `--powershell`. */
export const cmdlets: readonly Cmdlet[] = [
  {
    name: "Connect-PartnerCenter",
    resources: ["partner-center"],
    parameters: (it) => ({
      AccessToken: token(it, "partner-center"),
      TenantId: it.tenantId,
      Environment: it.cloud,
    }),
  },
  {
    name: "Connect-AzAccount",
    resources: ["arm", "graph"],
    // Without AccountId it refuses every access token.
    parameters: (it) => ({
      AccessToken: token(it, "arm"),
      MicrosoftGraphAccessToken: token(it, "graph"),
      AccountId: it.account,
      Tenant: it.tenantId,
      Environment: it.cloud,
    }),
  },
  {
    name: "Connect-AzureRmAccount",
    resources: ["arm", "graph"],
    retired: "the AzureRM modules were retired on 2024-02-29; use Connect-AzAccount",
    parameters: (it) => ({
      AccessToken: token(it, "arm"),
      GraphAccessToken: token(it, "graph"),
      AccountId: it.account,
      TenantId: it.tenantId,
      Environment: it.cloud,
    }),
  },
  {
    name: "Connect-MgGraph",
    resources: ["graph"],
    secure: ["AccessToken"],
    parameters: (it) => ({ AccessToken: token(it, "graph"), Environment: graphEnvironments[it.cloud] }),
  },
  {
    name: "Connect-MsolService",
    resources: ["aad-graph", "graph"],
    retired: "the MSOnline module was retired in 2025, and Azure AD Graph on 2025-08-31; use Connect-MgGraph",
    parameters: (it) => ({
      AdGraphAccessToken: token(it, "aad-graph"),
      MsGraphAccessToken: token(it, "graph"),
      AzureEnvironment: it.cloud === "AzureUSGovernment" ? "USGovernment" : it.cloud,
    }),
  },
];

/** @param wanted a name; true: the resource's own @throws UsageError without one */
export function cmdletFor(resource: ResourceName | undefined, wanted: string | true): Cmdlet {
  const own = cmdlets.find(({ resources }) => resources[0] === resource);
  if (wanted === true) return own ?? refused("--powershell has no cmdlet for this resource.");
  const named = cmdlets.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (named === undefined) return refused(`--powershell does not support the cmdlet "${wanted}".`);
  if (named.resources[0] === resource) return named;
  const [needed] = named.resources;
  const fix = run("Ask for that", ownCommand("token", needed, "--powershell", named.name));
  throw new UsageError(`${named.name} takes a token for ${needed}.`, fix);
}

function refused(what: string): never {
  const known = cmdlets.map(({ name, resources }) => `${name} (token ${resources[0]})`).join(", ");
  const fix = run(`Known are ${known}; for any other resource, use the token itself`, againWithout("--powershell"));
  throw new UsageError(what, fix);
}

const unseen = new RegExp(`[${invisible}]`, "u");

/** @throws Failure for a value that needs several lines: the pipe passes line by line */
export function lineOf(cmdlet: Cmdlet, connection: Connection): string {
  const { name: command, secure = [], parameters } = cmdlet;
  const words = Object.entries(parameters(connection)).map(([name, value]) => {
    if (unseen.test(value)) {
      const what = `The value for -${name} has a control or an invisible character, so it cannot stand in a line of PowerShell.`;
      throw new Failure("powershell-value", what, run("Use the token itself", againWithout("--powershell")));
    }
    const literal = inPowerShell(value);
    const isSecure = secure.includes(name);
    return `-${name} ${isSecure ? `(ConvertTo-SecureString -AsPlainText -Force -String ${literal})` : literal}`;
  });
  return [command, ...words].join(" ");
}
