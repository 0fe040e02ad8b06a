/** A vault with one token, `az`, and a shell with a robot for a browser. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { vaultName } from "../../../tools/embedded-cloud/testing/azure";
import { freePort } from "../../../tools/embedded-cloud/free-port";
import type { Finished } from "../../cli/support/built-command";
import { credentialName, type Stage, stageForEach } from "../../cli/support/stage";
import { azOf } from "./here";
import { eachNumber, type FixProof, numberIn, proveFix } from "./printed";
import { robotFor, writeEngine } from "./robot";
import type { Terminal } from "./shell";

interface Place {
  stage: Stage;
  terminal: Terminal;
  token: string;
  /** The folder that goes first on PATH. */
  folder: string;
  /** Entra's, of the fix. */
  number: number;
}

export interface Situation extends Omit<FixProof, "fix"> {
  env?: NodeJS.ProcessEnv;
  proven?: (after: Finished) => unknown;
}

/** In a table of fixes: what breaks it; and what fails then, the words of the command or more. */
type Breaks = (place: Place) => string | Situation | Promise<string | Situation>;

/**
 * A new place for each test. @param account who `az` is signed in as
 * @returns what registers a test for each number: in the situation the fix is printed, and run
 */
export function placeForEach(account?: "administrator"): (fixes: string, breaks: Breaks) => void {
  let folder: string;
  let place: Omit<Place, "number">;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fixes-"));
  });
  afterAll(() => rm(folder, { recursive: true }));
  stageForEach(async (stage) => {
    const token = await stage.storeToken();
    const BROWSER = await robotFor(stage, folder);
    await writeEngine(folder);
    const PATH = [folder, process.env["PATH"]].join(delimiter);
    const az = await azOf(stage.emulator, account ?? "deployer");
    const terminal = { env: stage.environment({ BROWSER, PATH }), az, port: await freePort() };
    place = { stage, token, folder, terminal };
  });
  return (fixes, breaks) => {
    for (const fix of eachNumber(fixes))
      test(fix, async () => {
        const broken = await breaks({ ...place, number: numberIn(fix) });
        const { env, proven, ...more }: Situation = typeof broken === "string" ? { command: broken } : broken;
        const command = typeof more.command === "string" ? `secure-app-model ${more.command}` : more.command;
        const fill = { ...filledIn(place.stage), ...more.fill };
        const terminal = { ...place.terminal, env: { ...place.terminal.env, ...env } };
        const after = await proveFix(terminal, { ...more, command, fix, fill });
        await proven?.(after);
      });
  };
}

/** What a reader fills in where a row has nothing else. */
const filledIn = ({ emulator: { seeds }, application: { clientId }, tenantId, vaultUri, tokenName }: Stage) => ({
  ...{ tenant: tenantId, "customer tenant": seeds.customers[0].id, "client id": clientId, id: clientId },
  ...{ account: seeds.users.serviceAccount.userPrincipalName, "object id": seeds.users.serviceAccount.id },
  ...{ group: seeds.groups.salesAgents.id, "subscription id": seeds.subscription.id, cloud: "AzureCloud" },
  ...{ uri: vaultUri, vault: vaultName, "vault name": vaultName, secret: tokenName, name: credentialName },
});

/** Returns a number once, if the embedded cloud would return another one in the situation. */
export const refuse = ({ emulator }: Pick<Stage, "emulator">, entra: number, where: object): void => {
  emulator.faults.add({ service: "authority", ...where, entra });
};
export const atSignIn = { path: "*/authorize" };
export const atRedemption = { form: { grant_type: "refresh_token" } };
export const atLogin = { form: { grant_type: "client_credentials" } };
