/** A stack's settings before anything of it is deployed, on an emulator with an administrator's `az`. */
import { type Emulator, emulatorForEach } from "../../../tools/embedded-cloud/testing/emulator";
import { type Cloud, type CloudName, cloudOf } from "../../../lib/config/clouds";
import type { Settings } from "../../../lib/config/combinations";
import { resolveExisting } from "../../../program/resolve/existing";
import { requirePrincipals } from "../../../program/resolve/principals";
import { resolveVault } from "../../../program/resolve/vault";
import { lookIn } from "../../components/lookups";
import { least } from "../../config/configuration";
import { ownEndpoints } from "../../support/own-endpoints";
import { azOf, fixesOfFailure } from "./here";
import { eachNumber, fixesInWords, type Look, numberIn, proveFix } from "./printed";
import type { Terminal } from "./shell";
import { StackFolder } from "./stack-folder";

interface Undeployed {
  emulator: Emulator;
  stack: StackFolder;
  /** Entra's, of the fix. */
  number: number;
}

export interface Situation {
  /** In place of those of the smallest configuration. */
  settings?: object;
  fill?: Record<string, string>;
  environment?: NodeJS.ProcessEnv;
  /** What fails with a Failure, or warns; default the program's lookups. */
  fails?: (settings: Settings) => unknown;
  look?: Look;
  /** A part of the failure's message, or of the warning. */
  message?: string;
  inBash?: boolean;
}

/** In a table of fixes: what breaks it. */
type Breaks = (undeployed: Undeployed) => Situation | Promise<Situation>;

/** Settings and a cloud that are new before each test. @returns what registers a test for each number: in the situation the fix is printed, and run */
export function undeployedForEach(): (fixes: string, breaks: Breaks) => void {
  let emulator: Emulator;
  let stack: StackFolder;
  let az: NonNullable<Terminal["az"]>;
  const warnings: string[] = [];
  emulatorForEach((started) => (emulator = started), { clouds: ["AzureCloud", "AzureUSGovernment"] });
  beforeAll(async () => {
    stack = await StackFolder.make();
  });
  beforeEach(async () => {
    az = await azOf(emulator);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => stack.close());

  const lookingUp = async (settings: Settings) => {
    warnings.push(...(await lookUp(emulator, settings)));
  };
  const register = (fix: string, breaks: Breaks): void => {
    test(fix, async () => {
      const broken = await breaks({ emulator, stack, number: numberIn(fix) });
      const { settings, fill, environment, fails = lookingUp, look: own, message = "", ...more } = broken;
      await stack.configure({ ...least, ...settings });
      const failing: Look = async (variables) => {
        warnings.length = 0;
        jest.replaceProperty(process, "env", { ...process.env, ...variables });
        const look = async () => await fails(await stack.settings());
        const error: unknown = await look().then(
          () => undefined,
          (failure: unknown) => failure,
        );
        const found = error === undefined ? fixesInWords(warnings.join("\n"), fix) : fixesOfFailure(error);
        if (error === undefined && found.length === 0) return undefined;
        expect(error === undefined ? warnings[0] : (error as Error).message).toContain(message);
        return found;
      };
      const terminal = { env: stack.deployerVariables(emulator, environment), cwd: stack.folder, az };
      await proveFix(terminal, { command: own ?? failing, fix, fill: { ...filledIn(emulator), ...fill }, ...more });
    });
  };
  return (fixes, breaks) => {
    for (const fix of eachNumber(fixes)) register(fix, breaks);
  };
}

/** What a reader fills in where a row has nothing else. */
const filledIn = ({ seeds: { partner, subscription, users } }: Emulator) => ({
  ...{ tenant: partner.id, cloud: "AzureCloud", region: "westeurope", "subscription id": subscription.id },
  ...{ "vault name": "another-vault", "resource group": "another-group", "object id": users.serviceAccount.id },
  ...{ "user principal name": users.serviceAccount.userPrincipalName },
});

export function cloudIn({ clouds }: Emulator, name: CloudName = "AzureCloud"): Cloud {
  const origins = [...clouds.values()].find(({ row }) => row.name === name)?.origins;
  if (origins === undefined) throw new Error(`${name} does not run in this emulator`);
  const { authority, microsoftGraph, resourceManager } = origins;
  return cloudOf(name, ownEndpoints({ authority, microsoftGraph, resourceManager }));
}

/** @returns the warnings */
async function lookUp(emulator: Emulator, settings: Settings): Promise<string[]> {
  const told: string[] = [];
  const look = lookIn(emulator, cloudIn(emulator), told);
  const found = "uri" in settings.vault ? undefined : await resolveVault(look, settings.vault);
  await requirePrincipals(look, settings, found);
  await resolveExisting("partner", look, settings);
  return told.flatMap((one) => /^warn: (.*)/su.exec(one)?.slice(1) ?? []);
}
