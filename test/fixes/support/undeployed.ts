/** A stack's settings before anything of it is deployed, on an emulator with an administrator's `az`. */
import * as pulumi from "@pulumi/pulumi";
import { resolveExisting } from "../../../components/resolve-existing";
import { requirePrincipals } from "../../../components/resolve-principals";
import { resolveVault } from "../../../components/resolve-vault";
import { type Emulator, emulatorForEach } from "../../../embedded-cloud/testing/emulator";
import { type Cloud, type CloudName, cloudOf } from "../../../lib/config/clouds";
import type { Settings } from "../../../lib/config/combinations";
import { least } from "../../config/configuration";
import { answer } from "../../providers/provider-answers";
import { ownEndpoints } from "../../support/own-endpoints";
import { azForAll, failureOf } from "./here";
import { type FixProof, type Look, proveFix } from "./printed";
import { StackFolder } from "./stack-folder";

export interface Undeployed {
  emulator: Emulator;
  stack: StackFolder;
  warnings: string[];
}

interface Situation extends Pick<FixProof, "given"> {
  /** In place of those of the smallest configuration. */
  settings?: () => object;
  fill?: () => Record<string, string>;
  environment?: () => NodeJS.ProcessEnv;
  /** What fails with a Failure; default the program's lookups. */
  fails?: (settings: Settings) => unknown;
  look?: Look;
}

/**
 * One for the tests of a file, with settings and a cloud that are new before each of them. @param use gets it
 * @returns what registers a test: in the situation the fix is printed, and run
 */
export function undeployedForEach(use: (fresh: Undeployed) => void): (fix: string, situation: Situation) => void {
  let emulator: Emulator;
  let stack: StackFolder;
  emulatorForEach((started) => (emulator = started), { clouds: ["AzureCloud", "AzureUSGovernment"] });
  const az = azForAll(() => emulator);
  beforeAll(async () => {
    stack = await StackFolder.make();
  });
  beforeEach(() => {
    const warnings: string[] = [];
    jest.spyOn(pulumi.log, "info").mockResolvedValue(undefined);
    jest.spyOn(pulumi.log, "warn").mockImplementation((text) => {
      warnings.push(text);
      return Promise.resolve();
    });
    use({ emulator, stack, warnings });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => stack.close());

  return (fix, { given, settings, fill, environment, fails, look }) => {
    test(fix, async () => {
      await given?.();
      await stack.configure({ ...least, ...settings?.() });
      const failing = failureOf(async (variables) => {
        jest.replaceProperty(process, "env", { ...process.env, ...variables });
        const read = await stack.settings();
        await (fails === undefined ? lookUp(emulator, read) : fails(read));
      });
      const env = stack.deployerVariables(emulator, environment?.(), az());
      await proveFix({ env, cwd: stack.folder }, { command: look ?? failing, fix, fill: fill?.() ?? {} });
    });
  };
}

export function cloudIn({ clouds }: Emulator, name: CloudName = "AzureCloud"): Cloud {
  const origins = [...clouds.values()].find(({ row }) => row.name === name)?.origins;
  if (origins === undefined) throw new Error(`${name} does not run in this emulator`);
  const { authority, microsoftGraph, resourceManager } = origins;
  return cloudOf(name, ownEndpoints({ authority, microsoftGraph, resourceManager }));
}

export async function lookUp(emulator: Emulator, settings: Settings): Promise<void> {
  await pulumi.runtime.setMocks({
    newResource: ({ name }) => ({ id: name, state: {} }),
    call: ({ token }) =>
      token.includes(":authorization:") ? { subscriptionId: process.env["ARM_SUBSCRIPTION_ID"] } : answer(token),
  });
  const cloud = cloudIn(emulator);
  const found = "uri" in settings.vault ? undefined : await resolveVault(cloud, settings.vault, {});
  const { tenantId = emulator.seeds.partner.id } = settings;
  await requirePrincipals({ cloud, tenantId, vaultUri: undefined }, settings, found);
  await resolveExisting("partner", cloud, { ...settings, tenantId }, {}, []);
}
