/** The state of PartnerConsent by what its vault and the directory hold, on an emulator; its process: consent.test.ts. */
import { firstPartyApps } from "../../lib/config/clouds";
import { create, read, update } from "../../lib/providers/consent";
import { partnerTenant } from "../../tools/embedded-cloud/testing/applications";
import { credentialName, type Stage } from "../cli/support/stage";
import { failureOf, type Inputs, inputsOn, outputsOn, stageHere } from "../token/stage-here";
import { removeGrants } from "../fixes/support/here";

let stage: Stage;
let said: string[];
stageHere(async (fresh) => {
  stage = fresh;
  said = [];
  jest.spyOn(console, "error").mockImplementation((line: string) => void said.push(line));
  await stage.storeToken();
  stage.age(stage.tokenName, 60);
});
afterEach(() => jest.restoreAllMocks());

const id = () => `${stage.vaultUri}/secrets/${stage.tokenName}`;

test.each<[string, () => Promise<unknown>]>([
  ["a create", () => create(inputsOn(stage))],
  ["an update", () => update(id(), outputsOn(stage), inputsOn(stage))],
])(
  "a token that is stored while an earlier sign-in's stays enabled is on record by %s, so that a destroy finds it",
  async (_, run) => {
    await stage.storeToken({ tags: stage.tags({ "consented-at": "2026-11-20T08:00:00.000Z" }) });
    const { version } = (await stage.vault.getSecret(stage.tokenName)).properties;
    stage.emulator.faults.add({ service: "keyVault", method: "PATCH", status: 403, body: {}, times: 0 });
    expect(await failureOf(run())).toMatchObject({
      properties: { ...inputsOn(stage), version, health: "unfinished" },
      reasons: [
        expect.stringMatching(/^The token is stored in .*, but a token of an earlier sign-in may still be enabled\./u),
      ],
    });
  },
);

describe("a refresh", () => {
  const [partnerCenter, azure] = (
    [
      ["Partner Center", firstPartyApps.partnerCenter],
      ["Azure Resource Manager", firstPartyApps.azureResourceManager],
    ] as const
  ).map(([resource, resourceAppId]) => ({ resource, resourceAppId, scopes: ["user_impersonation"] })) as [
    object,
    object,
  ];
  const permissions = [partnerCenter, azure] as NonNullable<Inputs["permissions"]>;
  const refreshed = async (declared: Pick<Inputs, "permissions"> = { permissions }) => {
    const { permissions: _, ...outputs } = outputsOn(stage);
    const { inputs, props } = await read(id(), { ...outputs, ...declared });
    const { health, credential, permissions: found } = inputs;
    return { health, credential, found, unseen: props.grantsUnseen };
  };
  const all = { health: "ok", credential: credentialName, found: permissions, unseen: "" };

  test("finds nothing else where all is granted", async () => {
    expect([await refreshed(), said]).toEqual([all, []]);
  });

  test("takes what is not granted out, by its name", async () => {
    removeGrants(partnerTenant(stage.emulator), firstPartyApps.azureResourceManager);
    expect(await refreshed()).toEqual({ ...all, health: "incomplete", found: [partnerCenter] });
  });

  const hideGrants = () => stage.emulator.faults.add({ service: "microsoftGraph", status: 403, body: {}, times: 0 });

  test("reports that it may not read the grants, and changes nothing", async () => {
    hideGrants();
    const unseen = expect.stringMatching(
      /^could not check whether the declared permissions are granted \(Directory\.Read\.All on Microsoft Graph\): /u,
    ) as string;
    expect(await refreshed()).toEqual({ ...all, unseen });
    expect(said).toEqual([expect.stringMatching(/^Consent: could not check whether the declared permissions /u)]);
  });

  test("asks for no grants without a token, or before a program declared any", async () => {
    hideGrants();
    expect((await refreshed({})).unseen).toBe("");
    const { version = "" } = (await stage.vault.getSecret(stage.tokenName)).properties;
    await stage.vault.updateSecretProperties(stage.tokenName, version, { enabled: false });
    expect(await refreshed()).toMatchObject({ health: "disabled", unseen: "" });
  });

  test("of somebody else's token uses none of its tags", async () => {
    const theirs = { application: "another", credential: "client-credential-other" };
    await stage.storeToken({ tags: stage.tags(theirs) });
    expect(await refreshed()).toMatchObject({ health: "foreign", credential: credentialName });
  });
});
