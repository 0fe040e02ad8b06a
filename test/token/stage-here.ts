/** A stage whose consent and commands run in the test's own process, and what several tests do there. */
import { setTimeout as sleep } from "node:timers/promises";
import { token } from "../../cli/token/token";
import { type Cloud, cloudOf } from "../../lib/config/clouds";
import { consent, type ConsentOptions } from "../../lib/consent/consent";
import type { TokenFacts } from "../../lib/token/health";
import type { SignInUi } from "../../lib/consent/sign-in";
import type { ConsentTarget } from "../../lib/token/target";
import type { update } from "../../lib/providers/consent";
import { Vault } from "../../lib/vault/secrets";
import { credentialName, type Stage, stageForEach } from "../cli/support/stage";
import { consentForEverybody } from "../../tools/embedded-cloud/testing/applications";
import { freePort } from "../../tools/embedded-cloud/free-port";
import { signInFor, type StruckRequest } from "../../tools/embedded-cloud/testing/emulator";
import { askForToken, authorizeUrl, redemption } from "../../tools/embedded-cloud/testing/oauth";

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

export const cloudOn = (stage: Stage): Cloud => cloudOf("AzureCloud", stage.endpoints());
export const vaultOn = (stage: Stage): Vault => new Vault(cloudOn(stage), stage.vaultUri);

const namesOn = (stage: Stage) => ({
  tenantId: stage.tenantId,
  clientId: stage.application.clientId,
  vaultUri: stage.vaultUri,
  refreshTokenName: stage.tokenName,
  account: stage.emulator.seeds.users.serviceAccount.userPrincipalName,
  permissions: [],
  stack: "test",
});

/** The consent of stack "test" on a stage, for its service account, with no declared permission. */
export const targetOn = (stage: Stage, credential = credentialName): ConsentTarget => ({
  ...namesOn(stage),
  cloud: cloudOn(stage),
  credential,
});

export type Inputs = Parameters<typeof update>[2];
export type Outputs = Parameters<typeof update>[1];

/** What the program declares for that consent. */
export const inputsOn = (stage: Stage, changes: Partial<Inputs> = {}): Inputs => ({
  ...{ ...namesOn(stage), cloud: "AzureCloud", endpoints: stage.endpoints(), credential: credentialName },
  ...{ mode: "never", deadlineMinutes: 10, warnBeforeDays: 30, port: 8400 },
  ...{ health: "ok", providerVersion: "1", __provider: "code" },
  ...changes,
});

/** What the stack has applied. */
export const outputsOn = (stage: Stage, changes: Partial<Inputs> = {}): Outputs => ({
  ...inputsOn(stage, changes),
  ...{ version: "", accountId: "", accountName: "", consentedOn: "", expiresOn: "" },
});

/** What somebody is refused with; undefined: nothing. */
export const failureOf = async (run: Promise<unknown>): Promise<unknown> =>
  await run.then(
    () => undefined,
    (error: unknown) => error,
  );

/**
 * Holds the first request that is meant, before the service sees it.
 * @param isMeant asked of each until then
 * @returns when it is held, and what lets it go
 */
export function holdFirst(
  { faults }: Stage["emulator"],
  isMeant: (struck: StruckRequest) => boolean,
): { held: Promise<undefined>; release: () => void } {
  const strike = faults.strike.bind(faults);
  const [held, free] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  let isHeld = false;
  faults.strike = async (struck) => {
    if (!isHeld && isMeant(struck)) {
      isHeld = true;
      held.resolve(undefined);
      await free.promise;
    }
    return await strike(struck);
  };
  const release = () => {
    free.resolve(undefined);
    faults.strike = strike;
  };
  return { held: held.promise, release };
}

interface SignedIn {
  /** The robot's. */
  answers?: Parameters<typeof signInFor>[1];
  /** Parameters in place of those that the robot ends with. */
  instead?: Record<string, string>;
  /** Gets the consent's output. */
  lines?: string[];
  /** Gets the address of each sign-in. */
  addresses?: string[];
  onToken?: (token: TokenFacts) => void;
}

/** A consent in which the emulator's robot signs in, and the resulting address is pasted. */
export async function signInHere(
  target: ConsentTarget,
  options: Partial<ConsentOptions>,
  { answers, instead = {}, lines = [], addresses = [], onToken }: SignedIn = {},
): Promise<TokenFacts> {
  const ui: SignInUi = {
    progress: (line) => void lines.push(line),
    showUrl: (_, authorizationUrl) => {
      addresses.push(authorizationUrl);
      return () => undefined;
    },
    pastedUrl: async () => {
      const url = addresses.at(-1) ?? "";
      const redirectUri = new URL(url).searchParams.get("redirect_uri") ?? "";
      return `${redirectUri}?${new URLSearchParams({ ...(await signInFor(url, answers)), ...instead }).toString()}`;
    },
  };
  const usual = { mode: "interactive", force: false, deadlineMinutes: 1, warnBeforeDays: 30 } as const;
  return await consent(target, { ...usual, port: await freePort(), ...options }, ui, onToken);
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
