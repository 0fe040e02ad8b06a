/** A stage whose consent and commands run in the test's own process, and what several tests do there. */
import { setTimeout as sleep } from "node:timers/promises";
import { token } from "../../cli/token/token";
import { cloudOf } from "../../lib/config/clouds";
import type { ConsentTarget } from "../../lib/consent/target";
import { type Stage, stageForEach } from "../cli/support/stage";
import { addSecret, consentForEverybody } from "../../embedded-cloud/testing/applications";
import { signInFor } from "../../embedded-cloud/testing/emulator";
import { askForToken, authorizeUrl, redemption } from "../../embedded-cloud/testing/oauth";

/** As stageForEach(), with the stage's variables in this process. */
export function stageHere(use: (stage: Stage) => void | Promise<void>): void {
  const environment = process.env;
  stageForEach(async (fresh) => {
    process.env = { ...environment, ...fresh.environment() };
    await use(fresh);
  });
  afterAll(() => {
    process.env = environment;
  });
}

/** The consent of stack "test" on a stage, for its service account, with no declared permission. */
export const targetOn = (stage: Stage, clientSecretName: string): ConsentTarget => ({
  cloud: cloudOf("AzureCloud", stage.endpoints()),
  tenantId: stage.tenantId,
  clientId: stage.application.clientId,
  vaultUri: stage.vaultUri,
  refreshTokenName: stage.tokenName,
  clientSecretName,
  account: stage.emulator.seeds.users.serviceAccount.userPrincipalName,
  permissions: [],
  stack: "test",
});

/** A valid client secret of the application that is also in the vault. */
export async function makeSecret({ application, vault }: Stage, name: string): Promise<void> {
  await vault.setSecret(name, addSecret(application.application));
}

/** The token of another partner's tenant in the same vault, a minute old. @param changes of its tags */
export async function storePartners(stage: Stage, changes: Record<string, string> = {}): Promise<void> {
  const { emulator, application } = stage;
  const { partner, users } = emulator.seeds.otherPartners[0];
  consentForEverybody(emulator, application.application, emulator.clouds.get("AzureCloud")?.tenants.get(partner.id));
  const account = users.serviceAccount;
  const path = `/${partner.id}/oauth2/v2.0`;
  const { code = "" } = await signInFor(authorizeUrl(emulator, application, {}, `${path}/authorize`), { account });
  const { body } = await askForToken(emulator, redemption(application, code), `${path}/token`);
  const whose = { tenant: partner.id, account: account.id, "account-name": account.userPrincipalName };
  const name = `refresh-token-${partner.id}`;
  await stage.storeToken({ name, value: String(body["refresh_token"]), tags: stage.tags({ ...whose, ...changes }) });
  stage.age(name, 60);
}

/** Redeems repeatedly, like a consumer, until it is stopped. @returns what stops it */
export function consumer(): () => Promise<{ redeemed: number; failures: unknown[] }> {
  let running = true;
  const seen = { redeemed: 0, failures: [] as unknown[] };
  const run = async () => {
    while (running) {
      await token("graph", {}).then(
        () => (seen.redeemed += 1),
        (error: unknown) => seen.failures.push(error),
      );
      await sleep(5);
    }
  };
  const ran = run();
  return async () => {
    const enough = seen.redeemed + 3;
    while (seen.redeemed < enough && seen.failures.length === 0) await sleep(5);
    running = false;
    await ran;
    return seen;
  };
}
