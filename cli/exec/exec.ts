/** `exec`: runs a command that finds the model's tokens as a managed identity. */
import { appendFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { again, byPerson, Failure, sentence } from "../../lib/errors/failure";
import { withoutSecrets } from "../../lib/errors/secrets";
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
import { redeemIn } from "../redemption/redeem";
import { resourceOf } from "../redemption/resources";
import { ExitWith, UsageError } from "../terminal/exit-code";
import { printData, printNote } from "../terminal/output";
import { NotStarted, runCommand } from "../terminal/run-command";
import { requirePlace } from "../terminal/whole-file";
import { signInAz } from "./az-login";
import { addedFor, environmentFor, removedFrom } from "./environment";
import { type Identity, IdentityEndpoint } from "./identity-endpoint";
import type { StoredToken } from "../../lib/consent/stored-token";

export interface ExecOptions extends PartnerTenantOptions {
  /** A customer's tenant, GUID or domain; default the partner's own. */
  tenant?: string;
  /** What tokens are handed out for; default: whatever is asked for. */
  resource?: string[];
  /** Sign az in before the command begins. */
  az?: boolean;
  /** The file for what is logged; default: standard error. */
  log?: string;
  dryRun?: boolean;
}

export async function exec(command: string[], options: ExecOptions): Promise<void> {
  const { tenant, resource, dryRun, log, az } = options;
  if (log !== undefined) requirePlace("--log", log);
  const opened = openVault(options);
  const allowed = resource?.map((one) => resourceOf(opened.cloud, one));
  const stored = await partnerToken(opened, options.partnerTenant);
  const tenantId = tenant === undefined ? stored.tags.tenant : await customerTenantId(opened.cloud, tenant);
  const customer = { tenantId, domain: tenant !== undefined && isDomain(tenant) ? tenant : "", name: "" };
  if (dryRun) {
    printEnvironment(customer, options.json);
    return;
  }
  const endpoint = await IdentityEndpoint.open(logTo(log));
  const folder = await mkdtemp(join(tmpdir(), "secure-app-model-"));
  try {
    const identity = identityIn(opened, stored, tenantId, allowed);
    const place = { address: endpoint.address, header: endpoint.add(identity), folder };
    const environment = environmentFor(process.env, place, customer);
    if (az === true) {
      // A refusal keeps its exit code and its fixes: az ends with 1, and advises `az login`.
      await identity.tokenFor(opened.cloud.resourceManager);
      await signInAz(opened.cloud, environment);
    }
    const exitCode = await runCommand(command, environment);
    if (exitCode !== 0) throw new ExitWith(exitCode);
  } catch (error) {
    throw error instanceof NotStarted ? notStarted(command, error) : error;
  } finally {
    endpoint.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param allowed URIs and client ids; undefined: every resource */
function identityIn(opened: OpenVault, stored: StoredToken, tenantId: string, allowed?: readonly string[]): Identity {
  const tokens = new AccessTokens((resource) => redeemIn(opened, stored, resource, tenantId));
  return {
    clientId: stored.application.clientId,
    tenantId,
    tokenFor: async (resource) => {
      const uri = resourceOf(opened.cloud, resource);
      if (allowed === undefined || allowed.some((one) => plain(one) === plain(uri))) return await tokens.of(uri);
      const all = [...allowed, resource].flatMap((one) => ["--resource", one]);
      throw new UsageError(
        `No token for ${resource} is handed out.`,
        byPerson("If it is to be, name it too", again(...all)),
      );
    },
  };
}

const plain = (resource: string): string => resource.toLowerCase().replace(/\/+$/u, "");

/** @param file default: standard error */
function logTo(file: string | undefined): (line: string) => void {
  return (line) => {
    const entry = `${new Date(now()).toISOString()} ${line}`;
    if (file === undefined) printNote(entry);
    else appendFileSync(file, `${withoutSecrets(entry)}\n`, { mode: 0o600 });
  };
}

function printEnvironment(customer: Customer, json: boolean | undefined): void {
  const place = { address: "http://127.0.0.1:<port>/msi/token", header: "<random>", folder: "<an empty folder>" };
  const [set, removed] = [addedFor(process.env, place, customer), removedFrom(process.env)];
  const lines = [...Object.entries(set).map((one) => one.join("=")), ...removed.map((name) => `without ${name}`)];
  printData(lines.join("\n"), json ? { set, removed } : undefined);
}

function notStarted([program = ""]: readonly string[], { code }: NotStarted): Failure {
  const isMissing = code === "ENOENT";
  const what = isMissing ? `There is no command ${program}.` : `${program} cannot be run (${code}).`;
  return new Failure(
    isMissing ? "command-missing" : "command-unusable",
    what,
    sentence("Name one that is on PATH, or its file."),
  );
}
