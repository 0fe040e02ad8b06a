/** What the settings name and is not there any more must not keep anybody from deploying, or from destroying. */
import { randomUUID } from "node:crypto";
import { type Emulator, emulatorForEach } from "../../../tools/embedded-cloud/testing/emulator";
import { least } from "../../config/configuration";
import { readSettings } from "../../../lib/config/settings";
import { configurationOf } from "../../../lib/config/model-file";
import { requirePrincipals } from "../../../program/resolve/principals";
import { cloudIn } from "../../fixes/support/undeployed";
import { lookIn } from "../../components/lookups";

let emulator: Emulator;
emulatorForEach((started) => (emulator = started));
const said: string[] = [];
beforeEach(() => {
  said.length = 0;
});
afterEach(() => {
  jest.restoreAllMocks();
});

const gone = randomUUID();
const look = async (
  state: "live" | "none",
  tags: Record<string, string> | undefined,
  account: string,
  readers: string[],
) => {
  const vault = { ...least.vault, readers: readers.map((principalId) => ({ principalId, principalType: "User" })) };
  const settings = readSettings(configurationOf({ ...least, vault, consent: { account } }), "/nowhere");
  const { partner, deployer } = emulator.seeds;
  const signIn = {
    ARM_TENANT_ID: partner.id,
    ARM_CLIENT_ID: deployer.clientId,
    ARM_CLIENT_SECRET: deployer.clientSecret,
  };
  jest.replaceProperty(process, "env", { ...process.env, ...signIn });
  await requirePrincipals(lookIn(emulator, cloudIn(emulator), said), settings, { state }, tags);
  return said;
};

test("an account that nobody has is refused before it consents, and not once it has and is gone", async () => {
  await expect(look("none", undefined, "nobody@partner.example", [])).rejects.toThrow(
    "has no account nobody@partner.example",
  );
  const other = { "account-name": "svc-partner@partner.example" };
  await expect(look("live", other, "nobody@partner.example", [])).rejects.toThrow("has no account nobody@");
  expect(await look("live", { "account-name": "Nobody@partner.example" }, "nobody@partner.example", [])).toEqual([]);
});

test("a reader that nobody has is refused before the vault is made, and told of one that exists", async () => {
  const { userPrincipalName } = emulator.seeds.users.serviceAccount;
  const names = `vault.readers[0] names ${gone}, which this tenant does not have.`;
  await expect(look("none", undefined, userPrincipalName, [gone])).rejects.toThrow(names);
  expect(await look("live", undefined, userPrincipalName, [gone])).toEqual([expect.stringContaining(`warn: ${names}`)]);
});
