/** The program's lookups of existing resources before it declares anything, in an emulator's partner tenant. */
import { applicationType } from "../../lib/application/recorded";
import { type Cloud, cloudOf } from "../../lib/config/clouds";
import { type ExistingParts, resolveExisting } from "../../program/resolve/existing";
import type { Look } from "../../program/resolve/look";
import { type Emulator, startEmulator } from "../../tools/embedded-cloud/testing/emulator";
import type { MadeModelArgs } from "./model";
import { ownEndpoints } from "../support/own-endpoints";

/** A fresh cloud for each test of a file. @param prepare creates what the tests need there */
export function lookupsForEach(prepare: (lookups: Lookups) => unknown): void {
  let lookups: Lookups;
  beforeAll(async () => {
    lookups = await Lookups.start();
  });
  beforeEach(async () => {
    lookups.reset();
    await prepare(lookups);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => lookups.emulator.close());
}

type Settings = Parameters<typeof resolveExisting>[2] & { cloud: string; tenantId: string };

/** A preview's, of a stack that has made an application. @param told gets what is logged, with its level */
export function lookIn(emulator: Emulator, cloud: Cloud, told: string[]): Look {
  const { partner, groups } = emulator.seeds;
  const listening = (level: string) => (text: string) => {
    told.push(`${level}: ${text}`);
    return Promise.resolve();
  };
  return {
    ...{ cloud, tenantId: partner.id, isKept: true },
    log: { info: listening("info"), warn: listening("warn") },
    stack: { organization: "", project: "project", name: "stack" },
    state: { outputs: {}, clientIds: [], types: new Set([applicationType]) },
    subscriptionId: () => Promise.resolve(process.env["ARM_SUBSCRIPTION_ID"]),
    adminAgents: () => Promise.resolve(groups.adminAgents.id),
    requireSilence: () => undefined,
  };
}

export class Lookups {
  /** What the program logged, with its level. */
  told: string[] = [];

  private constructor(readonly emulator: Emulator) {}

  static async start(): Promise<Lookups> {
    return new Lookups(await startEmulator());
  }

  /** A fresh cloud, the deployer's environment, and an empty log; jest.restoreAllMocks() ends it. */
  reset(): void {
    this.emulator.reset();
    this.told = [];
    const { partner, deployer } = this.emulator.seeds;
    jest.replaceProperty(process, "env", {
      ...process.env,
      ARM_TENANT_ID: partner.id,
      ARM_CLIENT_ID: deployer.clientId,
      ARM_CLIENT_SECRET: deployer.clientSecret,
    });
  }

  /** The settings of every stack here. */
  get common(): Pick<MadeModelArgs, "cloud" | "consent"> & Pick<Settings, "credential"> & { tenantId: string } {
    const account = this.emulator.seeds.users.serviceAccount.userPrincipalName;
    const tenantId = this.emulator.seeds.partner.id;
    return { cloud: "AzureCloud", tenantId, consent: { account }, credential: { kind: "secret" } };
  }

  get cloud(): Cloud {
    const { url, origins } = this.emulator;
    return cloudOf("AzureCloud", ownEndpoints({ authority: url, microsoftGraph: origins.microsoftGraph }));
  }

  get look(): Look {
    return lookIn(this.emulator, this.cloud, this.told);
  }

  async find(settings: Settings): Promise<Omit<Settings, keyof ExistingParts> & ExistingParts> {
    const found = await resolveExisting("partner", this.look, settings);
    return { ...settings, ...found } as Omit<Settings, keyof ExistingParts> & ExistingParts;
  }

  /** The text of the failure. */
  async failing(settings: Settings): Promise<string> {
    try {
      await this.find(settings);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("It did not fail.");
  }
}
