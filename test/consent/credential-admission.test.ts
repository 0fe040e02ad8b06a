/** The effect of a tenant's policies on a stack's credential, and the settings that they allow. */
import { readFileSync } from "node:fs";
import type { CredentialPolicy } from "../../lib/application/credential-policies";
import { AzureApi } from "../../lib/azure/api";
import { admissionOf, type CredentialSettings, refusedBy } from "../../lib/consent/credential-admission";
import { judgeAdmission } from "../../cli/doctor/checks/credential";
import type { Credentials } from "../../lib/config/limits";
import { type Emulator, emulatorForEach } from "../../embedded-cloud/testing/emulator";
import { registerApplication } from "../../embedded-cloud/testing/applications";
import { asking, tokenFor } from "../../embedded-cloud/testing/callers";
import { Failure } from "../../lib/errors/failure";

const at = Date.parse("2026-11-26T12:00:00Z");
const noSecrets = { restrictionType: "passwordAddition" };
const noneSelfSigned = { restrictionType: "trustedCertificateAuthority" };
const secretsFor = (maxLifetime: string) => ({ restrictionType: "passwordLifetime", maxLifetime });
const certificatesFor = (maxLifetime: string) => ({ restrictionType: "asymmetricKeyLifetime", maxLifetime });
interface Restriction {
  restrictionType: string;
  maxLifetime?: string;
}
const ours = (restrictions: Restriction[]) => restrictions.map((one) => ({ ...one, policy: '"Ours" (1)' }));
const policy = (secret: Restriction[], certificate: Restriction[] = []): CredentialPolicy => ({
  secret: ours(secret),
  certificate: ours(certificate),
  uris: [],
});
const calendar = { rotateEvery: "90d", firstDay: "2026-11-01" };
const settingsOf = (...declared: Credentials) => ({ kind: declared[0].kind, declared, validityMonths: 12 });
const certificate = settingsOf({ kind: "certificate", label: "initial" });
const initial = { kind: "secret", label: "initial" } as const;
const clientSecret = settingsOf(initial);

/** The commands of the fix, in short. */
function commands(refused: Failure | undefined): string[] {
  const lines = refused?.fixes.flatMap(({ commands: all = [] }) => all.map(({ args }) => args.join(" "))) ?? [];
  return lines.map((line) =>
    line
      .replace(/^config set-all --path /u, "set ")
      .replace(/^config rm --path /u, "remove ")
      .replaceAll("--plaintext ", "")
      .replaceAll("secure-application-model:credential.", ""),
  );
}
const [next, end] = ["next", "2027-05-01T00:00:00Z"];
const rotating = settingsOf({ kind: "secret", label: next, endDate: end }, initial);
const fromSecret = { ...settingsOf({ kind: "certificate", label: next }, initial), validityMonths: 6 };
const [halfAYear, days185] = [policy([secretsFor("P180D")]), policy([], [certificatesFor("P185D")])];

test.each<[string, CredentialPolicy, CredentialSettings, string[]]>([
  ["no client secrets: a certificate", policy([noSecrets]), clientSecret, ["set kind=certificate"]],
  [
    "no client secrets, in the middle of a rotation by hand: an end that only a client secret has is removed",
    policy([noSecrets], [certificatesFor("P90D")]),
    rotating,
    ["remove endDate", "set kind=certificate validityMonths=2"],
  ],
  [
    "no self-signed certificates: a client secret",
    policy([], [noneSelfSigned]),
    fromSecret,
    ["remove validityMonths", "set kind=secret"],
  ],
  ["client secrets for half a year: one that ends then", halfAYear, clientSecret, ["set endDate=2027-05-25T00:00:00Z"]],
  [
    "certificates for half a year: as many months as fit, the ten minutes before among them",
    policy([], [certificatesFor("P181DT1H")]),
    certificate,
    ["set validityMonths=6"],
  ],
  [
    "certificates for four days: a client secret",
    policy([], [certificatesFor("P4DT12H30M5S")]),
    certificate,
    ["set kind=secret"],
  ],
  ["periods that are as short as it takes", halfAYear, { ...clientSecret, ...calendar }, ["set rotateEvery=45d"]],
  ["so with certificates", days185, { ...certificate, ...calendar }, ["set rotateEvery=45d"]],
  ["neither of the two: nothing that could be set", policy([noSecrets], [noneSelfSigned]), clientSecret, []],
])("%s", (_, by, settings, expected) => {
  const refused = refusedBy(by, settings, at);
  expect([refused?.code, commands(refused)]).toEqual(["credential-forbidden", expected]);
  expect(refused?.fixes.at(-1)?.text).toContain("can give this application its own");
});

test.each<[string, CredentialPolicy, CredentialSettings]>([
  ["nothing", policy([]), clientSecret],
  ["the other kind alone", policy([], [noneSelfSigned]), clientSecret],
  ["longer lives", policy([secretsFor("P730D")]), clientSecret],
  ["what only Graph can judge", policy([secretsFor("P2Y")]), clientSecret],
  ["client secrets of the user's own choice", policy([{ restrictionType: "customPasswordAddition" }]), clientSecret],
])("a policy that restricts %s is in nobody's way", (_, by, settings) => {
  expect(refusedBy(by, settings, at)).toBeUndefined();
});

describe("read from Microsoft Graph", () => {
  let emulator: Emulator;
  emulatorForEach((started) => {
    emulator = started;
  });
  const admissionFor = async (application: string | undefined, ...roles: string[]) => {
    const origin = emulator.origins.microsoftGraph;
    const token = await tokenFor(emulator, origin, { roles: ["Application.Read.All", ...roles] });
    const credential = { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
    const graph = new AzureApi("Microsoft Graph", origin, credential);
    return await admissionOf(graph, application, clientSecret, emulator.clock.now());
  };
  const set = async (credentialPolicies: object) => {
    const admin = asking(emulator.url, `Bearer ${readFileSync(emulator.adminTokenFile, "utf8")}`);
    const { status } = await admin("POST", `/_admin/tenants/${emulator.seeds.partner.id}`, { credentialPolicies });
    expect(status).toBe(200);
  };
  const tenants = { default: { passwordCredentials: [noSecrets] } };

  test("the tenant's own forbids, an application's in its place does not, and one for later applications not yet", async () => {
    await set(tenants);
    const { clientId, application } = registerApplication(emulator);
    const forbidden = await admissionFor(clientId, right);
    expect(forbidden?.what).toMatch(
      /^The tenant's policy ".+" \(0{8}-.*\) forbids a new client secret for this application\.$/u,
    );
    expect(judgeAdmission(forbidden, false).state).toBe("failed");
    expect(judgeAdmission(forbidden, true).state).toBe("warning");
    expect(await admissionFor(undefined, right)).toBeInstanceOf(Failure);
    const allowed = { passwordCredentials: [{ ...noSecrets, state: "disabled" }] };
    await set({ ...tenants, own: [{ appliesTo: [application.id], restrictions: allowed }] });
    const found = await admissionFor(application.id, right);
    expect([found, judgeAdmission(found, true).state]).toEqual([undefined, "ok"]);
    const later = { ...noSecrets, restrictForAppsCreatedAfterDateTime: "2100-01-01T00:00:00Z" };
    await set({ default: { passwordCredentials: [later] } });
    expect(await admissionFor(clientId, right)).toBeUndefined();
  });

  const right = "Policy.Read.All";
  const attribute = { id: "Exemptions_App", operator: "equals", value: "Exempt" };
  const excludeActors = { customSecurityAttributes: [attribute] };

  test("what an application's own policy leaves out falls back to the tenant's, and each is named", async () => {
    const { application } = registerApplication(emulator);
    const own = (restrictions: object) => ({ ...tenants, own: [{ appliesTo: [application.id], restrictions }] });
    await set(own({ keyCredentials: [noneSelfSigned] }));
    expect(await admissionFor(application.id, right)).toMatchObject({
      code: "credential-forbidden",
      what: expect.stringMatching(/^The tenant's policy "Default .+" \(0{8}-/u) as string,
    });
    await set(own({ passwordCredentials: [{ ...noSecrets, state: "disabled" }] }));
    expect(await admissionFor(application.id, right)).toBeUndefined();
    await set(own({ passwordCredentials: [{ ...noSecrets, state: "disabled" }, secretsFor("P30D")] }));
    expect((await admissionFor(application.id, right))?.what).toMatch(
      /^The tenant's policy "Custom .+ limits a new client secret to 30 days/u,
    );
  });

  test("a restriction that exempts some may let the deployer through: a warning, and no failure", async () => {
    await set({ default: { passwordCredentials: [{ ...noSecrets, excludeActors }] } });
    const doubt = await admissionFor(undefined, right);
    expect(doubt).toEqual({
      kind: "exempt",
      what: expect.stringMatching(/forbids a new client secret for this application\. It may exempt/u) as string,
      fixes: [expect.objectContaining({ text: "Set what it allows" }), expect.anything()],
    });
    expect(judgeAdmission(doubt, false).state).toBe("warning");
    await set({ default: { passwordCredentials: [{ ...noSecrets, excludeActors }, secretsFor("P30D")] } });
    expect(await admissionFor(undefined, right)).toMatchObject({
      code: "credential-forbidden",
      what: expect.stringContaining("to 30 days") as string,
    });
  });

  const all = { excludeAppsReceivingV2Tokens: false };
  test.each<[string, object, string | undefined]>([
    ["excludes applications with tokens of version 2, as this one", { nonDefaultUriAddition: {} }, undefined],
    [
      "is Microsoft's own",
      { uriAdditionWithoutUniqueTenantIdentifier: { ...all, isStateSetByMicrosoft: true } },
      undefined,
    ],
    ["excludes none", { nonDefaultUriAddition: { ...all, isStateSetByMicrosoft: false } }, "identifier-uri-forbidden"],
    ["exempts some", { nonDefaultUriAddition: { ...all, excludeActors } }, "exempt"],
  ])("a restriction of identifier URIs that %s", async (_, identifierUris, expected) => {
    await set({ default: { identifierUris } });
    const found = await admissionFor(undefined, right);
    expect(found instanceof Failure ? found.code : found?.kind).toBe(expected);
    // An application that is there has its URI.
    expect(await admissionFor(registerApplication(emulator).clientId, right)).toBeUndefined();
  });

  test("who may not look is told by doctor, with a way that works", async () => {
    await set(tenants);
    const found = await admissionFor(undefined);
    expect(found).toEqual({
      kind: "unread",
      what: expect.stringMatching(
        /Could not read the tenant's credential policy \(optional; it needs Policy\.Read\.All on .*: .* 403 /u,
      ) as string,
      fixes: [expect.objectContaining({ text: expect.stringContaining("an application that has it") as string })],
    });
    expect(judgeAdmission(found, false).state).toBe("skipped");
  });
});
