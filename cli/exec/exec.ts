/** `exec` for one tenant: runs a command that finds the model's tokens as a managed identity. */
import { rm } from "node:fs/promises";
import type { Cloud } from "../../lib/config/clouds";
import { again, byPerson, Failure, ownCommand, partsOf, run, sentence } from "../../lib/errors/failure";
import { withoutSecrets } from "../../lib/errors/secrets";
import { fitting } from "../../lib/errors/text";
import { now } from "../../lib/startup/clock";
import { AccessTokens } from "../../lib/oauth/access-tokens";
import type { Customer } from "../../lib/partner-center/customers";
import {
  customerTenantId,
  isDomain,
  openVault,
  type OpenVault,
  partnerToken,
  type PartnerTenantOptions,
} from "../redemption/partner-token";
import { isNotGranted } from "../../lib/token/prove-grants";
import { lastingRedeemerOf, type Redeem } from "../../lib/token/redeem";
import { resourceOf } from "../redemption/resources";
import { ExitWith, UsageError } from "../terminal/exit-code";
import { printData, printNote, printProblem } from "../terminal/output";
import { runAlone } from "../terminal/run-command";
import { appendOwn, requirePlace, temporaryFolder } from "../terminal/whole-file";
import { signInAz } from "./az-login";
import { addedFor, environmentFor, removedFrom } from "./environment";
import { type Identity, IdentityEndpoint } from "./identity-endpoint";
import type { StoredToken } from "../../lib/token/stored-token";

export interface ExecOptions extends PartnerTenantOptions {
  /** A customer's tenant, GUID or domain; default the partner's own. */
  tenant?: string;
  /** What tokens are handed out for; default: whatever is asked for. */
  resource?: string[];
  /** Redeem no token before the command begins. */
  unchecked?: boolean;
  /** Sign az in before the command begins. */
  az?: boolean;
  /** Leave GitHub's token to the command. */
  githubToken?: boolean;
  /** The file for what is logged; default: standard error. */
  log?: string;
  dryRun?: boolean;
  /** For many: a file that names them, or all. */
  customers?: string;
  all?: boolean;
  atOnce?: number;
  /** A folder for the output of each. */
  output?: string;
  failures?: string;
}

export async function exec(command: string[], options: ExecOptions): Promise<void> {
  const { tenant, dryRun, githubToken: withGithub = false } = options;
  requireDashes(process.argv.slice(2), command);
  requireNoneForMany(options);
  const { opened, handing } = handingOf(options);
  const stored = await partnerToken(opened, options.partnerTenant);
  const tenantId = tenant === undefined ? stored.tags.tenant : await customerTenantId(opened.cloud, tenant);
  const customer = { tenantId, domain: tenant !== undefined && isDomain(tenant) ? tenant : "", name: "" };
  if (dryRun) {
    printEnvironment(customer, withGithub, options.json);
    return;
  }
  const { exitCode, refusal } = await withIdentities(
    { ...opened, stored },
    lastingRedeemerOf(opened, stored),
    handing,
    (runFor) => runFor(customer, (environment) => runAlone(command, environment)),
  );
  if (refusal !== undefined) printProblem(refusal);
  if (exitCode !== 0) throw new ExitWith(exitCode);
}

/** Requires "--" before the command: its own words may have another. @throws UsageError */
export function requireDashes(argv: readonly string[], command: readonly string[]): void {
  if (argv.at(-command.length - 1) === "--") return;
  const line = ownCommand(...argv.slice(0, -command.length), "--", ...command);
  throw new UsageError("Nothing shows where the command begins.", run("Write -- before it", line));
}

/** @throws UsageError */
function requireNoneForMany({ output, failures }: ExecOptions): void {
  const ofMany = { "--output": output, "--failures": failures };
  for (const [name, value] of Object.entries(ofMany))
    if (value !== undefined)
      throw new UsageError(`${name} is for many customers.`, sentence("Leave it out, or name many customers."));
}

interface Handing {
  /** URIs and client ids; undefined: every resource. */
  allowed: readonly string[] | undefined;
  log: string | undefined;
  az: boolean | undefined;
  unchecked: boolean | undefined;
  withGithub: boolean;
}

/** @throws UsageError for an option's value */
export function handingOf(options: ExecOptions): { opened: OpenVault; handing: Handing } {
  const { resource, log, az, unchecked, githubToken: withGithub = false } = options;
  if (log !== undefined) requirePlace("--log", log);
  const opened = openVault(options);
  const allowed = resource?.map((one) => resourceOf(opened.cloud, one));
  return { opened, handing: { allowed, log, az, unchecked, withGithub } };
}

export interface Ran {
  exitCode: number;
  /** The refusal of a token that the command did not get later either. */
  refusal: Failure | undefined;
}

/** Runs the command for a customer with an identity of its own. @param run returns its exit code */
export type RunFor = (customer: Customer, run: (environment: NodeJS.ProcessEnv) => Promise<number>) => Promise<Ran>;

/** Opens the endpoint, and gives each command a header and a folder of its own. @throws Failure without the command */
export async function withIdentities<T>(
  { cloud, stored }: Pick<OpenVault, "cloud"> & { stored: StoredToken },
  redeem: Redeem,
  { log, az, ...handing }: Handing,
  use: (runFor: RunFor) => Promise<T>,
): Promise<T> {
  const place = await temporaryFolder();
  const endpoint = await IdentityEndpoint.open(logTo(log));
  const { address } = endpoint;
  const { application: clientId } = stored.tags;
  try {
    return await use(async (customer, begin) => {
      const whose = { clientId, tenantId: customer.tenantId };
      const { refusals, ...identity } = identityIn(cloud, redeem, whose, handing.allowed);
      // Az ends with 1 after a refusal, and advises `az login`.
      if (az === true) await identity.tokenFor(cloud.resourceManager);
      if (handing.unchecked !== true) await requireTokens(cloud, identity, handing.allowed, az);
      const folder = await temporaryFolder(place);
      const header = endpoint.add(identity);
      try {
        const environment = environmentFor(process.env, { address, header, folder }, customer, handing.withGithub);
        if (az === true) await signInAz(cloud, environment);
        const exitCode = await begin(environment);
        return { exitCode, refusal: refusalOf(refusals, whose.tenantId, exitCode) };
      } finally {
        endpoint.remove(header);
        // A process that was left behind may still write there: the command has ended all the same.
        await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
      }
    });
  } finally {
    endpoint.close();
    await rm(place, { recursive: true, force: true }).catch(() => undefined);
  }
}

/**
 * Some clients go on with another identity after a refusal: a command that would be refused is not begun. Microsoft
 * Graph's token is the one that Entra issues where a request names no resource. A tenant that consented to other
 * resources alone refuses it as not granted, and there only the command shows for what it asks. @throws the refusal
 */
async function requireTokens(
  { microsoftGraph }: Cloud,
  { tokenFor }: Pick<Identity, "tokenFor">,
  allowed: readonly string[] | undefined,
  az: boolean | undefined,
): Promise<void> {
  if (allowed !== undefined) await Promise.all(allowed.map(tokenFor));
  else if (az !== true)
    await tokenFor(microsoftGraph).catch((error: unknown) => {
      if (!isNotGranted(error)) throw error;
    });
}

/** @param refusals the last one for each resource that got no token after it */
function refusalOf(refusals: ReadonlyMap<string, unknown>, tenantId: string, exitCode: number): Failure | undefined {
  const [refusal] = refusals.values();
  if (refusal === undefined) return undefined;
  const resources = [...refusals.keys()].join(", ");
  const what = `The command ended with ${exitCode}, and was refused a token for ${resources} in tenant ${tenantId}.`;
  const risk = "It may have gone on with another identity.";
  const { what: cause, fixes } = partsOf(refusal);
  const why = `${risk} ${fitting(cause, what, risk)}`.trimEnd();
  return new Failure("command-refused", { what, why, fixes, cause: refusal });
}

function identityIn(
  cloud: Cloud,
  redeem: Redeem,
  whose: Pick<Identity, "clientId" | "tenantId">,
  allowed: readonly string[] | undefined,
): Identity & { refusals: Map<string, unknown> } {
  const refusals = new Map<string, unknown>();
  const tokens = new AccessTokens((resource) => redeem(resource, whose.tenantId));
  const uriOf = (resource: string) => resourceOf(cloud, resource);
  const keyOf = (resource: string) => {
    try {
      return plain(uriOf(resource));
    } catch {
      return plain(resource);
    }
  };
  return {
    ...whose,
    refusals,
    refused: (resource, error) => refusals.set(keyOf(resource), error),
    tokenFor: async (resource) => {
      const uri = uriOf(resource);
      if (allowed?.every((one) => plain(one) !== plain(uri)) === true)
        throw new UsageError(
          `No token for ${resource}: --resource allows only others.`,
          byPerson("If the command needs it, allow it too", again("--resource", resource)),
        );
      const token = await tokens.of(uri);
      refusals.delete(plain(uri));
      return token;
    },
  };
}

const plain = (resource: string): string => resource.toLowerCase().replace(/\/+$/u, "");

/** @param file default: standard error */
function logTo(file: string | undefined): (line: string) => void {
  return (line) => {
    const entry = `${new Date(now()).toISOString()} ${line}`;
    if (file !== undefined && appended(file, `${withoutSecrets(entry)}\n`)) return;
    printNote(entry);
  };
}

/** Whether the line was written. A full log does not stop tokens: standard error gets the rest. */
function appended(file: string, text: string): boolean {
  try {
    appendOwn(file, text);
    return true;
  } catch {
    return false;
  }
}

function printEnvironment(customer: Customer, withGithub: boolean, json: boolean | undefined): void {
  const place = { address: "http://127.0.0.1:<port>/msi/token", header: "<random>", folder: "<an empty folder>" };
  const [set, removed] = [addedFor(process.env, place, customer), removedFrom(process.env, withGithub)];
  const lines = [...Object.entries(set).map((one) => one.join("=")), ...removed.map((name) => `without ${name}`)];
  printData(lines.join("\n"), json ? { set, removed } : undefined);
}
