/** Tables of doctor's findings: each row is a situation of the embedded cloud, and what doctor prints there. */
import { allChecks } from "../../../cli/doctor/all-checks";
import { examine } from "../../../cli/doctor/examine";
import { type DoctorOptions, Facts } from "../../../cli/doctor/facts";
import { partnerTenant } from "../../../tools/embedded-cloud/testing/applications";
import { vaultPath } from "../../../tools/embedded-cloud/testing/azure";
import type { firstPartyApps } from "../../../lib/config/clouds";
import { removeGrants } from "../../fixes/support/here";
import { withShortPauses } from "../../support/pauses";
import { type Stage, stageForEach } from "./stage";
import { told } from "./told";

let stage: Stage;

interface Given {
  /** A stack's; default: without a stack. */
  settings?: () => object;
  outputs?: object;
  /** Whether the stack's look-ups run, which takes whole settings. */
  looksUp?: boolean;
  options?: { [name in keyof DoctorOptions]: DoctorOptions[name] | undefined };
  environment?: () => Record<string, string>;
  /** The text below the finding. */
  fix?: string;
}

/** The finding is its state, with the exit code where that is not 1, and what was found. */
export type Row = readonly [breaks: () => unknown, finding: string, given?: Given];

export const nothing = (): void => undefined;

export const each =
  (...all: (() => unknown)[]) =>
  async (): Promise<void> => {
    for (const one of all) await one();
  };

const own = () => stage.application.servicePrincipal.id;

/** Takes back the grants of delegated permissions. */
export const without =
  (...resources: (typeof firstPartyApps)[keyof typeof firstPartyApps][]) =>
  (): void => {
    for (const one of resources) removeGrants(partnerTenant(stage.emulator), one);
  };

export const withoutRoles = (): void => {
  const { appRoleAssignments } = partnerTenant(stage.emulator);
  for (const [id, { principalId }] of appRoleAssignments) if (principalId === own()) appRoleAssignments.delete(id);
};

export const asAdministrator =
  "secure-app-model consent --as-administrator --cloud AzureCloud --tenant <tenant> --client-id <client> <endpoints>";
export const byDeployment =
  "The deployer grants the delegated permissions to the account alone, with DelegatedPermissionGrant.ReadWrite.All on Microsoft Graph: pulumi config set secure-application-model:adminConsent account, then pulumi up";
const page = "adminconsent?client_id=<client>&redirect_uri=http%3A%2F%2Flocalhost%3A8400%2Fconsent";

/** @param alone the names of what is granted by itself, and the scope that asks for that */
export function byAdministrator(who: string, alone?: { names: string; scope: string }): string {
  const { names, path } = alone
    ? { names: alone.names, path: `v2.0/${page}&scope=${alone.scope}` }
    : { names: "all that is declared", path: page };
  return [
    `${who} opens this, which grants ${names} to everybody in the tenant and ends at a page that does not open: <authority>/<tenant>/${path}`,
    `With this program an administrator grants all that is declared to everybody in the tenant, application permissions included: ${asAdministrator}`,
    byDeployment,
  ].join("; or: ");
}

export function factsOf({ settings, outputs, looksUp = false, options, environment }: Given = {}): Facts {
  const named = { clientId: stage.application.clientId, ...options } as DoctorOptions;
  const facts = new Facts(named, stage.environment(environment?.()));
  if (settings === undefined) return facts;
  const of = { cloud: "AzureCloud", endpoints: stage.endpoints(), tenantId: stage.tenantId, credential: {} };
  const stack = {
    ...{ name: "dev", settings: { ...of, ...settings() } },
    outputs: { vaultUri: stage.vaultUri, ...outputs },
  };
  const none = () => Promise.resolve(undefined);
  const own = { stack: () => Promise.resolve(stack), deployment: none };
  return Object.assign(facts, looksUp ? own : { ...own, lookedUp: none });
}

/** A text with the stage's ids and addresses by their names. */
function named(text: string): string {
  const { emulator, application, tenantId, vaultUri } = stage;
  const { subscription, deployer } = emulator.seeds;
  const names = {
    ...{ tenant: tenantId, client: application.clientId, vault: vaultUri, "vault id": vaultPath(emulator) },
    ...{ subscription: subscription.id, deployer: deployer.servicePrincipalId, "deployer's client": deployer.clientId },
    ...{ ...emulator.origins, today: new Date().toISOString().slice(0, 10) },
  };
  return Object.entries(names).reduce(
    (found, [name, value]) => found.replaceAll(value, `<${name}>`).replaceAll(encodeURIComponent(value), `<${name}>`),
    text.replaceAll(/--endpoints '[^']*'/gu, "<endpoints>"),
  );
}

/** Registers a test for each row. @param rows by the names of the checks @param use gets the stage of each */
export function testFindings(rows: Readonly<Record<string, readonly Row[]>>, use: (stage: Stage) => void): void {
  stageForEach((fresh) => {
    stage = fresh;
    use(fresh);
  });
  describe.each(Object.entries(rows))("%s", (name, situations) => {
    test.each(situations.map(([breaks, finding, given = {}], index) => ({ index, finding, breaks, given })))(
      "$index: $finding",
      async ({ finding, breaks, given }) => {
        await breaks();
        const facts = factsOf(given);
        const environment = jest.replaceProperty(process, "env", { ...process.env, ...facts.environment });
        // Whatever it needs.
        const checks = allChecks(true, true).flatMap((one) => (one.name === name ? { ...one, needs: [] } : []));
        const examined = withShortPauses(() => Array.fromAsync(examine(checks, () => facts)));
        const [result] = await examined.finally(() => {
          environment.restore();
        });
        if (result === undefined) throw new Error(`There is no check ${name}.`);
        const { state, what, exitCode = 1, fix = "" } = told(result);
        const found = named(`${state}${exitCode === 1 ? "" : ` (${exitCode})`}: ${what}`);
        expect([found, given.fix && named(fix)]).toEqual([finding, given.fix]);
      },
    );
  });
}
