/** The program's lookups of existing resources before it declares anything, in an emulator's partner tenant. */
import * as pulumi from "@pulumi/pulumi";
import { resolveExisting } from "../../components/resolve-existing";
import type { SecureApplicationModelArgs } from "../../components/secure-application-model";
import { type Cloud, cloudOf } from "../../lib/config/clouds";
import { type Emulator, startEmulator } from "../../embedded-cloud/testing/emulator";
import { answer } from "../providers/provider-answers";
import { leastArgs, type MadeModelArgs } from "./model";
import { ownEndpoints } from "../support/own-endpoints";

/** A fresh cloud for each test of a file. @param prepare creates what the tests need there */
export function lookupsForEach(prepare: (lookups: Lookups) => unknown): void {
  let lookups: Lookups;
  beforeAll(async () => {
    lookups = await Lookups.start();
  });
  beforeEach(async () => {
    await lookups.reset();
    await prepare(lookups);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => lookups.emulator.close());
}

type Settings = Parameters<typeof resolveExisting>[2];

export class Lookups {
  /** What the program logged, with its level. */
  told: string[] = [];

  private constructor(readonly emulator: Emulator) {}

  static async start(): Promise<Lookups> {
    return new Lookups(await startEmulator());
  }

  /** A fresh cloud, the deployer's environment, and a recorded log; jest.restoreAllMocks() ends it. */
  async reset(): Promise<void> {
    this.emulator.reset();
    this.told = [];
    const { partner, deployer, groups } = this.emulator.seeds;
    jest.replaceProperty(process, "env", {
      ...process.env,
      ARM_TENANT_ID: partner.id,
      ARM_CLIENT_ID: deployer.clientId,
      ARM_CLIENT_SECRET: deployer.clientSecret,
    });
    const listening = (level: string) => (text: string) => {
      this.told.push(`${level}: ${text}`);
      return Promise.resolve();
    };
    jest.spyOn(pulumi.log, "info").mockImplementation(listening("info"));
    jest.spyOn(pulumi.log, "warn").mockImplementation(listening("warn"));
    await pulumi.runtime.setMocks({
      newResource: ({ name }) => ({ id: name, state: {} }),
      call: ({ token }) => (token.includes("getGroup") ? { objectId: groups.adminAgents.id } : answer(token)),
    });
  }

  /** The settings of every stack here. */
  get common(): Pick<MadeModelArgs, "cloud" | "consent" | "credential"> & { tenantId: string } {
    const account = this.emulator.seeds.users.serviceAccount.userPrincipalName;
    const tenantId = this.emulator.seeds.partner.id;
    return { cloud: "AzureCloud", tenantId, consent: { account }, credential: leastArgs.credential };
  }

  get cloud(): Cloud {
    const { url, origins } = this.emulator;
    return cloudOf("AzureCloud", ownEndpoints({ authority: url, microsoftGraph: origins.microsoftGraph }));
  }

  async find(settings: Settings): Promise<SecureApplicationModelArgs> {
    return await resolveExisting("partner", this.cloud, settings, {}, []);
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
