/** Renewals and customers while one answer in so many of each service fails in a way that passes: what is lost, and what is there twice. */
import { type Fault } from "../../../tools/embedded-cloud/testing/emulator";
import { partnerTenant } from "../../../tools/embedded-cloud/testing/applications";
import { vaultName } from "../../../tools/embedded-cloud/testing/azure";
import { consentedTo, RunFolder, serveCustomers } from "./many-customers";
import { showingRelationships, withGraph } from "./relationships";
import type { Stage } from "./stage";

const services = ["authority", "microsoftGraph", "resourceManager", "partnerCenter", "keyVault"];

/** One answer in so many of each service, until `struckBy` is asked for. */
export function failing(stage: { emulator: Stage["emulator"] }, oneIn: number): Fault[] {
  return services.map((service) => stage.emulator.faults.add({ service, passing: true, oneIn, times: 0 }));
}

export function struckBy(stage: { emulator: Stage["emulator"] }, faults: readonly Fault[]): Record<string, number> {
  stage.emulator.faults.clear();
  return Object.fromEntries(faults.map(({ service, struck }) => [service ?? "", struck]));
}

export async function renewUnderFaults(stage: Stage, partners: number, rounds: number, oneIn: number): Promise<object> {
  await stage.addPartners(partners, 8 * 86_400);
  const faults = failing(stage, oneIn);
  const lost: unknown[] = [];
  let renewed = 0;
  for (let round = 0; round < rounds; round += 1) {
    const { code, stdout, stderr } = await stage.run(["renew", "--json"]);
    if (code !== 0) lost.push(stderr);
    for (const token of (JSON.parse(stdout) as { tokens: { outcome: string }[] }).tokens)
      if (token.outcome === "renewed") renewed += 1;
      else lost.push(token);
  }
  const probed = await stage.run(["status", "--probe", "--json"]);
  const { tokens } = JSON.parse(probed.stdout) as { tokens: { probe: { redeemed: boolean } | null }[] };
  const redeemed = tokens.filter(({ probe }) => probe?.redeemed === true).length;
  const struck = struckBy(stage, faults);
  return { renewals: partners * rounds, renewed, lost, disabled: disabledIn(stage), redeemed, struck };
}

/** Tokens with a version that is disabled, as one that was revoked is. */
function disabledIn({ emulator }: Stage): string[] {
  const { subscription } = emulator.seeds;
  const vault = partnerTenant(emulator).subscriptions.get(subscription.id)?.vaults.get(vaultName);
  return [...(vault?.secrets ?? [])]
    .filter(([name]) => name.startsWith("refresh-token-"))
    .flatMap(([name, { versions }]) => (versions.every(({ enabled }) => enabled) ? [] : [name]));
}

/** What each command that runs over customers makes of them, one after the other; at its end no consent is left. */
export async function customersUnderFaults(stage: Stage, customers: number, oneIn: number): Promise<object> {
  const folder = new RunFolder();
  try {
    await withGraph(stage, ...showingRelationships);
    serveCustomers(stage, customers - stage.emulator.seeds.customers.length);
    const faults = failing(stage, oneIn);
    const run = async (...argv: string[]) => {
      const { code, stdout, stderr } = await stage.run(argv);
      return { code, document: jsonIn(stdout) ?? jsonIn(stderr.trimEnd().split("\n").at(-1) ?? ""), stderr };
    };
    const over = async (argv: string[], ...command: string[]) => {
      const { code, document, stderr } = await run(...argv, "--json", ...folder.options, ...command);
      const { outcomes, failed } = document as { outcomes: Record<string, number>; failed: number };
      return { code, outcomes, failed, ...(code === 0 ? {} : { stderr }) };
    };
    const consented = await over(["customers", "consent", "--all"]);
    const there = consentedTo(stage);
    const checked = await over(["customers", "check"]);
    const listed = (await run("customers", "list", "--json")).document as unknown[];
    const shown = (await run("customers", "list", "--access", "--json")).document as {
      access: { granted: unknown; problems: unknown[] };
    }[];
    const executed = await over(["exec", "--all"], "--", "true");
    const revoked = await over(["customers", "revoke", "--all", "--yes"]);
    const struck = struckBy(stage, faults);
    return {
      ...{ consented, checked, executed, revoked, struck },
      ...{ there: there.length, customers: new Set(there).size, left: consentedTo(stage).length },
      listed: listed.length,
      shown: shown.length,
      notShown: shown.flatMap(({ access }) => (access.granted === null ? [access] : access.problems)),
    };
  } finally {
    folder.remove();
  }
}

function jsonIn(text: string): unknown {
  return /^[[{]/u.test(text) ? JSON.parse(text) : undefined;
}
