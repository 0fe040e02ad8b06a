/** What the state of a program of one's own shows: the same as the settings, where a program has some. */
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { kindIn, type StateResource } from "../../cli/engine/deployment";
import { type Described, describedIn } from "../../cli/engine/own-program";
import { readWithPlace } from "../../cli/engine/stack";
import { wantedOf } from "../../lib/application/adoption/lists";
import { firstPartyApps } from "../../lib/config/clouds";
import { engineTexts } from "../../lib/config/model-file";
import { readSettings } from "../../lib/config/settings";
import { present } from "../../lib/errors/failure";
import { temporaryFolder } from "../support/temporary-folder";

/** The configuration of a stack, and what the engine recorded of it, without outputs but the record's. */
const file = join(__dirname, "..", "fixtures", "deployed-stack.json");
const { configuration, resources } = JSON.parse(readFileSync(file, "utf8")) as {
  configuration: { config: Record<string, unknown> };
  resources: StateResource[];
};
const folder = temporaryFolder();

type State = StateResource[];

/** @param change of a copy of what the engine wrote */
function describedWith(change: (all: State, of: (kind: string) => StateResource) => State | undefined) {
  const copy = structuredClone(resources);
  const of = (kind: string) =>
    present(
      copy.find(({ type }) => kindIn(type) === kind),
      `There is no ${kind}.`,
    );
  return describedIn({ resources: change(copy, of) ?? copy, pending: [], others: [], text: "" });
}

function settingsIn(described: Described | undefined) {
  const { endpoints, ...settings } = readSettings(described?.configuration ?? {}, "/");
  expect(endpoints).toHaveProperty("authority");
  return settings;
}

test("the settings of a stack, and its outputs", () => {
  const texts = Object.entries(engineTexts(configuration.config));
  const own = (name: string) => name.startsWith("secure-application-model:") && !name.endsWith(":endpoints");
  const declared = readSettings(Object.fromEntries(texts.filter(([name]) => own(name))), "/");
  const described = describedWith(() => undefined);
  const found = settingsIn(described);
  // None is read from there.
  expect({
    ...found,
    protect: declared.protect,
    tenantId: declared.tenantId,
    vault: { ...found.vault, retentionDays: 7 },
  }).toEqual(declared);
  expect(described).toMatchObject({
    isOwnProgram: true,
    outputs: {
      vaultUri: expect.stringMatching(/^https:/u) as string,
      credential: {
        name: expect.stringMatching(/^client-credential-[0-9a-f]{8}$/u) as string,
        generations: [{ number: 1, kind: "secret", day: "2026-11-30" }],
      },
    },
    models: ["partner"],
  });
});

const { microsoftGraph } = firstPartyApps;
const role = { id: "3f0c1a52-7d0e-4b6f-9a2c-5e8d1b4c7a90", type: "Role" };

test("what the application declares beside the model's own set is extra", () => {
  const described = describedWith((_, of) => {
    const { permissions } = of("Consent").inputs as { permissions: object[] };
    permissions.push({ resource: "Microsoft Graph", resourceAppId: microsoftGraph, scopes: ["User.Read"] });
    const { requiredResourceAccesses } = of("Application").inputs as {
      requiredResourceAccesses: { resourceAppId: string; resourceAccesses: object[] }[];
    };
    requiredResourceAccesses.find(({ resourceAppId }) => resourceAppId === microsoftGraph)?.resourceAccesses.push(role);
    return undefined;
  });
  expect(settingsIn(described)).toMatchObject({
    azureManagement: true,
    permissions: {
      legacy: true,
      extra: [
        { resource: microsoftGraph, delegated: ["User.Read"], application: [] },
        { resource: microsoftGraph, delegated: [], application: [role.id] },
      ],
    },
  });
});

test("a consent that names no permissions declares none", () => {
  const described = describedWith((_, of) => {
    delete of("Consent").inputs?.["permissions"];
    return undefined;
  });
  expect(settingsIn(described)).toMatchObject({ azureManagement: false, permissions: { extra: [] } });
});

test("owners that the program names, and a resource group that it does not make", () => {
  const described = describedWith((all, of) => {
    of("Application").ignoreChanges = [];
    return all.filter(({ type }) => kindIn(type) !== "ResourceGroup");
  });
  expect(settingsIn(described)).toMatchObject({
    owners: ["7c3d1e92-5a0f-4b86-9d24-e6f8b1a70c35"],
    vault: { createResourceGroup: false },
  });
});

test("an adopted application, and a secret and a vault that others made", () => {
  const described = describedWith((all, of) => {
    const made = ["Vault", "CredentialRecord", "Application", "GroupMember", "ApplicationPassword"];
    const consent = of("Consent").inputs as { clientId: string; credential: string };
    const { clientId } = consent;
    consent.credential = "portal-secret";
    const declared = [{ resource: "Microsoft Graph", resourceAppId: microsoftGraph, value: "", ...role }] as const;
    const inputs = {
      ...wantedOf(clientId, { permissions: { extra: declared as never }, outOfBandReplyUrl: false }, [
        "9a4e2c70-6f1b-4a0e-b3d4-5c8f7e6d2a01",
      ]),
      changeSignInAudience: true,
    };
    const adoption = { ...of("Application"), type: "pulumi-nodejs:dynamic/partner:Adoption", inputs };
    return [...all.filter(({ type }) => !made.includes(kindIn(type))), adoption];
  });
  const { configuration: texts = {}, outputs = {} } = described ?? {};
  expect(settingsIn(described)).toMatchObject({
    existingApplication: outputs.applicationId,
    changeSignInAudience: true,
    configurePreconsent: true,
    outOfBandReplyUrl: false,
    permissions: { extra: [{ resource: microsoftGraph, application: [role.id] }] },
    credential: { kind: "secret", vaultSecretName: "portal-secret" },
    vault: { uri: outputs.vaultUri },
  });
  expect(outputs.credential).toEqual({ name: "portal-secret", generations: [] });
  expect(texts).not.toHaveProperty("secure-application-model:displayName");
});

test("what another one has replaced, and is still to be deleted, is not declared", () => {
  const replaced = (one: StateResource) => ({ ...one, inputs: { ...one.inputs, vaultName: "former" }, delete: true });
  const before = describedWith((all, of) => [...all.slice(0, 5), replaced(of("Vault")), ...all.slice(5)]);
  expect(before).toEqual(describedWith(() => undefined));
  expect(describedWith((all) => all.map(replaced))).toBeUndefined();
});

test("of several models one with all that is its own, and the others by name", () => {
  const second = (all: State) =>
    (JSON.parse(JSON.stringify(all).replaceAll("::partner", "::second")) as State).map((one) => ({
      ...one,
      inputs: { ...one.inputs, vaultName: "seconds", displayName: "Second", grantedTo: "everybody" },
    }));
  const both = describedWith((all, of) => {
    of("Application").ignoreChanges = [];
    const others = second(all).filter(({ urn }) => urn.includes("::second"));
    return [...all.slice(0, 3), ...others.slice(0, -2), ...all.slice(3), ...others.slice(-2)];
  });
  expect(both).toEqual({ ...describedWith(() => undefined), models: ["partner", "second"] });
});

test("of several, a command says which one it is about", async () => {
  const consents = ["partner", "second"].map((name) => {
    const { urn, inputs, ...others } = present(resources.at(-2), "There is no consent.");
    const { endpoints: _local, ...kept } = inputs ?? {};
    return { ...others, urn: urn.replace(/partner$/u, name), inputs: kept };
  });
  writeFileSync(join(folder, "state.json"), JSON.stringify({ deployment: { resources: consents } }));
  const answers = `#!/bin/sh\nif [ "$2" = export ]; then exec cat "${folder}/state.json"; else echo "{}"; fi\n`;
  writeFileSync(join(folder, "pulumi"), answers, { mode: 0o755 });
  const shown = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  const environment = { ...process.env, PATH: [folder, process.env["PATH"]].join(delimiter) };
  await readWithPlace({ stack: "own", cwd: folder }, environment);
  const texts = shown.mock.calls.map(([text]) => text);
  shown.mockRestore();
  expect(texts).toEqual(["Stack own has 2 models. This is about partner alone, not second.\n"]);
});

test("a malformed resource is none of the model's: the guard names it", () => {
  const described = describedWith(() => undefined);
  const malformed = (all: State) => [null, { ...all[0], inputs: null }, ...all] as State;
  expect(describedWith(malformed)).toEqual(described);
});

test("a state without a consent is no model's", () => {
  expect(describedIn({ resources: [], pending: [], others: [], text: "" })).toBeUndefined();
});
