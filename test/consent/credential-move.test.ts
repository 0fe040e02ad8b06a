/** From a client secret to a certificate and back, on an emulator and without an engine, while a consumer redeems: no redemption may fail. */
import { token } from "../../cli/token/token";
import { certificateReference, credentialWords } from "../../lib/consent/credential-reference";
import { findOrMake } from "../../lib/consent/client-certificate";
import { renew } from "../../lib/consent/renew";
import { update } from "../../lib/providers/consent";
import { clientSecretName, type Stage } from "../cli/support/stage";
import { addSecret } from "../../embedded-cloud/testing/applications";
import { assign, resourceManagerOf, roleIds, vaultPath } from "../../embedded-cloud/testing/azure";
import { askAs } from "../../embedded-cloud/testing/callers";
import {
  askVault,
  type CertificateBundle,
  keyCredential,
  makeCertificate,
  thumbprint,
} from "../../embedded-cloud/testing/certificates";
import { takeInventory } from "./fixtures";
import { cloudOn, consumer, type Inputs, inputsOn, type Outputs, outputsOn, stageHere, vaultOn } from "./stage-here";

/** The commands' output does not matter here. */
jest.mock("../../cli/terminal/output", () => ({
  printSecret: jest.fn(),
  printNote: jest.fn(),
  printProblem: jest.fn(),
}));

const name = "client-certificate-next-1a2b3c4d";
const lastSecret = "client-secret-last-5e6f7a8b";
let stage: Stage;
let certificate: CertificateBundle;
let reference: string;
stageHere(async (fresh) => {
  stage = fresh;
  await stage.storeToken();
  stage.age(stage.tokenName, 60);
  const { emulator } = stage;
  const askManager = resourceManagerOf(emulator);
  for (const role of [roleIds.certificatesOfficer, roleIds.cryptoUser])
    await assign(emulator, askManager, vaultPath(emulator), role);
  certificate = await makeCertificate(emulator, await askVault(emulator, stage.vaultUri), name);
  const version = new URL(certificate.id).pathname.split("/").at(-1) ?? "";
  reference = certificateReference({ name, version, thumbprint: thumbprint(certificate.cer) });
});

const up = async (outputs: Outputs, ...credentialNames: Inputs["credentialNames"]) =>
  await update(`${stage.vaultUri}/secrets/${stage.tokenName}`, outputs, inputsOn(stage, { credentialNames }));
const tagOfNewest = async () => (await stage.vault.getSecret(stage.tokenName)).properties.tags?.["client-secret"];

/** Changes the application's credentials as azuread's resources do. */
async function have(...keyCredentials: object[]): Promise<void> {
  const roles = ["Application.ReadWrite.All"];
  const graph = await askAs(stage.emulator, stage.emulator.origins.microsoftGraph, { roles });
  const { status } = await graph("PATCH", `/v1.0/applications/${stage.application.application.id}`, { keyCredentials });
  expect(status).toBe(204);
}
const trust = () => have(keyCredential(certificate));
const distrust = () => have();

test("secret, certificate, secret: each is published before the one before it goes", async () => {
  const { emulator } = stage;
  let outputs = outputsOn(stage);
  const turn = async (...names: Inputs["credentialNames"]) => {
    emulator.clock.advance(2000);
    outputs = (await up(outputs, ...names)).outs;
  };
  const ends = consumer();
  const published: unknown[] = [];
  const { application } = stage.application;
  const [initial] = application.passwordCredentials;

  await trust();
  await turn(reference, clientSecretName);
  published.push(await tagOfNewest());
  await turn(reference);
  application.passwordCredentials.shift();

  // A renewal keeps the published credential, and needs only the certificate.
  await renew(cloudOn(stage), vaultOn(stage), stage.tokenName, undefined);
  published.push(await tagOfNewest());

  await stage.vault.setSecret(lastSecret, addSecret(application, initial));
  await turn(lastSecret, reference);
  published.push(await tagOfNewest());
  await turn(lastSecret);
  await distrust();

  const { failures, redeemed } = await ends();
  expect({ failures, published, often: redeemed > 3 }).toEqual({
    failures: [],
    published: [reference, reference, lastSecret],
    often: true,
  });
});

test("a certificate that the application lost is refused in its own words, and one whose key is disabled as well", async () => {
  await trust();
  await stage.storeToken({ tags: stage.tags({ "client-secret": reference }) });
  await expect(token("graph", {})).resolves.toBeUndefined();
  await distrust();
  await expect(token("graph", {})).rejects.toMatchObject({
    name: "EntraError",
    aadsts: 700027,
    remedy: "secret",
    what: expect.stringContaining(
      "the application does not have the certificate whose key signed, or it has ended",
    ) as string,
  });
  await trust();
  const vault = await askVault(stage.emulator, stage.vaultUri);
  await vault("PATCH", new URL(certificate.id).pathname, { attributes: { enabled: false } });
  await expect(token("graph", {})).rejects.toMatchObject({ code: "client-certificate-unusable" });
});

test("an inventory lists every version of a certificate of the vault, with its end, and whether a token names it", async () => {
  await stage.storeToken({ tags: stage.tags({ "client-secret": reference }) });
  await makeCertificate(stage.emulator, await askVault(stage.emulator, stage.vaultUri), name);
  const { clientSecrets } = await takeInventory(cloudOn(stage), vaultOn(stage));
  const certificates = clientSecrets.filter((one) => one.name.startsWith(`${name}/`));
  const named = reference.slice("certificate:".length).split("#", 1)[0];
  expect(certificates.map((one) => [one.name === named, one.inUse, one.health]).toSorted()).toEqual([
    [false, false, "ok"],
    [true, true, "ok"],
  ]);
  expect(certificates.every(({ expiresOn }) => Date.parse(expiresOn) > Date.now())).toBe(true);
});

test("a version that a killed run made, and the engine did not record, is disabled by the next deployment, and nobody else's is", async () => {
  const { certificates } = vaultOn(stage);
  const wanted = { certificateName: name, label: "next", validityMonths: 12, stack: "test" };
  const killed = await findOrMake(vaultOn(stage), wanted);
  const made = await findOrMake(vaultOn(stage), wanted);
  await have(keyCredential({ ...certificate, cer: made.cer }));
  await up(outputsOn(stage), certificateReference({ name, ...made }), clientSecretName);
  const enabled = (await certificates.listVersions(name)).map((one) => [one.version, one.enabled]);
  expect(Object.fromEntries(enabled)).toEqual({
    [killed.version]: false,
    [made.version]: true,
    [new URL(certificate.id).pathname.split("/").at(-1) ?? ""]: true,
  });
});

test("a certificate that another tenant's token names does not go", async () => {
  await trust();
  const customer = stage.emulator.seeds.customers[0].id;
  await stage.storeToken({
    name: `refresh-token-${customer}`,
    tags: stage.tags({ tenant: customer, "client-secret": reference }),
  });
  const olds = outputsOn(stage, { credentialNames: [reference, reference] });
  await expect(up(olds, clientSecretName)).rejects.toThrow(
    `The ${credentialWords(reference)} cannot be removed yet: the token of tenant ${customer}`,
  );
});
