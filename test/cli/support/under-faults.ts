/** Renewals and customers while one answer in so many of each service fails in a way that passes: what is lost, and what is there twice. */
import { type Fault } from "../../../tools/embedded-cloud/testing/emulator";
import { partnerTenant } from "../../../tools/embedded-cloud/testing/applications";
import { vaultName } from "../../../tools/embedded-cloud/testing/azure";
import { consentedTo, RunFolder, serveCustomers } from "./many-customers";
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
  const struck = struckBy(stage, faults);
  return { renewals: partners * rounds, renewed, lost, disabled: disabledIn(stage), struck };
}

/** Tokens with a version that is disabled, as one that was revoked is. */
function disabledIn({ emulator }: Stage): string[] {
  const { subscription } = emulator.seeds;
  const vault = partnerTenant(emulator).subscriptions.get(subscription.id)?.vaults.get(vaultName);
  return [...(vault?.secrets ?? [])]
    .filter(([name]) => name.startsWith("refresh-token-"))
    .flatMap(([name, { versions }]) => (versions.every(({ enabled }) => enabled) ? [] : [name]));
}

export async function checkUnderFaults(stage: Stage, customers: number, oneIn: number): Promise<object> {
  const folder = new RunFolder();
  try {
    await stage.storeToken();
    const seeded = stage.emulator.seeds.customers.length;
    serveCustomers(stage, customers - seeded);
    const faults = failing(stage, oneIn);
    const run = async (...argv: string[]) => {
      const { code, stdout, stderr } = await stage.run(["customers", ...argv, "--json"]);
      const { outcomes, failed } = JSON.parse(stdout) as { outcomes: Record<string, number>; failed: number };
      return { code, outcomes, failed, ...(code === 0 ? {} : { stderr }) };
    };
    const consented = await run("consent", "--all", ...folder.options);
    const checked = await run("check");
    const struck = struckBy(stage, faults);
    const there = consentedTo(stage);
    return { consented, checked, there: there.length, customers: new Set(there).size, struck };
  } finally {
    folder.remove();
  }
}
