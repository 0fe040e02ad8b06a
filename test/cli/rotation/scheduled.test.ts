/** `rotate --scheduled`: by the steps of a preview, which holds a rotation alone or stops it. */
import { of, rotate } from "./engine";

const password = "azuread:index/applicationPassword:ApplicationPassword";
const record = "pulumi-nodejs:dynamic/partner:CredentialRecord";
const consent = "pulumi-nodejs:dynamic/partner:Consent";
const step = (op: string, type: string, name: string, more: object = {}) => ({
  resourcePreEvent: { metadata: { op, type, urn: `urn:pulumi:dev::p::parent$${type}::${name}`, ...more } },
});
const config = (rotateEvery?: string) => ({
  preludeEvent: { config: { "secure-application-model:credential": JSON.stringify({ rotateEvery }) } },
});
const end = { summaryEvent: { result: "succeeded" } };
const shown = (id: string) => ({ old: { id, inputs: {}, outputs: {} }, new: { inputs: {}, outputs: {} } });
const turn = [
  step("same", "azuread:index/application:Application", "partner", shown("/applications/a")),
  step("same", consent, "partner", shown("consent")),
  step("create", password, "partner-c3"),
  step("same", password, "partner-c2", shown("a/password/2")),
  step("update", record, "partner", { diffs: ["current", "previous"] }),
  step("delete", password, "partner-c1", { old: shown("a/password/1").old }),
];
const unhealthy = (health: string, ...diffs: string[]) =>
  step("update", consent, "partner", {
    diffs: ["health", ...diffs],
    old: { inputs: { health, port: 8400 }, outputs: {} },
    new: { inputs: { health: "ok", port: 8401 }, outputs: {} },
  });
const scheduled = (...steps: object[]) => rotate(["--scheduled"], { events: [config("90d"), ...steps, end] });

test("what the preview has of a rotation alone is deployed, without a question", async () => {
  expect(await scheduled(...turn)).toMatchObject({
    code: 0,
    asked: [""],
    stdout: "Stack dev is rotated. New credential c3 in use. Removed: c1.\n",
    lines: ["Checking whether a rotation of stack dev is due …", "the engine's own words"],
  });
});

test("one of another application, as somebody wrote it into the state, stops it", async () => {
  const { code, asked, stderr } = await scheduled(
    ...turn,
    step("delete", password, "partner-c0", { old: shown("victim/password/1").old }),
  );
  expect([code, asked]).toEqual([1, []]);
  expect(stderr).toContain("azuread.ApplicationPassword partner-c0 (victim/password/1). Nothing was deployed.");
});

test("from a client secret to a certificate nothing but the roles on its key is another change", async () => {
  const made = [
    step("create", "pulumi-nodejs:dynamic/partner:ClientCertificate", "partner-c3"),
    step("create", "pulumi-nodejs:dynamic/partner:ApplicationCertificate", "partner-c3"),
  ];
  expect(await scheduled(...made)).toMatchObject({ code: 0, stdout: /New credential c3 in use/u });
  const role = step("create", "azure-native:authorization:RoleAssignment", "partner-signer");
  const { code, stderr } = await scheduled(...made, role);
  expect(code).toBe(5);
  expect(stderr).toContain("azure-native.authorization.RoleAssignment partner-signer (create). Nothing was changed.");
});

const recordOf = (diffs: string[], ...kinds: string[]) => {
  const [before, after] = kinds.map((kind) => ({ inputs: { current: { kind } }, outputs: {} }));
  const type = "pulumi-nodejs:dynamic/partner:CredentialRecord";
  return step("update", type, "partner", { diffs, old: before, new: after });
};

test("of the record a rotation is one; what somebody did to it, and a change of kind, are for a person", async () => {
  expect(await scheduled(...turn, recordOf(["current", "previous"], "secret", "secret"))).toMatchObject({ code: 0 });
  for (const other of [
    recordOf(["overwrittenBy"], "secret", "secret"),
    recordOf(["contentType", "current"], "secret", "secret"),
    recordOf(["current", "previous"], "certificate", "secret"),
  ]) {
    const { code, asked, stderr } = await scheduled(...turn, other);
    expect([code, asked, stderr]).toEqual([5, [], expect.stringContaining("partner.CredentialRecord partner (update")]);
  }
});

test("a record that a killed run left in between is a person's: doctor --fix first, then the deployment", async () => {
  const pending = [{ type: "updating", resource: { type: "x:y:Z", urn: "urn:pulumi:dev::p::x:y:Z::x" } }];
  const events = [config("90d"), ...turn, recordOf(["overwrittenBy"], "secret", "secret"), end];
  const { code, stderr } = await rotate(["--scheduled"], { events, pending });
  expect([code, stderr]).toEqual([
    5,
    expect.stringMatching(
      /1\. If a run before it was killed: secure-app-model doctor --stack dev --fix .*, then secure-app-model rotate --stack dev .*--scheduled\n {2}2\. Look at it, and deploy it: pulumi up --stack dev /u,
    ),
  ]);
});

test("a credential that a killed run made is told by the run that puts it in use", async () => {
  const [before, after] = [of("secret", 2), of("secret", 3, 2)].map((generations) => ({
    outputs: { credential: { generations } },
  }));
  const registered = { type: "pulumi:pulumi:Stack", op: "same", old: before, new: after };
  const outputs = { resOutputsEvent: { metadata: registered } };
  const published = step("update", record, "partner", { diffs: ["current", "previous"] });
  // All may be made but the stack's output.
  for (const steps of [[published], []])
    expect(await scheduled(...steps, outputs)).toMatchObject({
      ...{ code: 0, asked: [""] },
      stdout: "Stack dev is rotated. New credential c3 in use.\n",
    });
});

test.each(["unfinished", "expiring"])(
  "a consent that is %s is put right with it, and alone is none",
  async (health) => {
    expect(await scheduled(...turn, unhealthy(health))).toMatchObject({ code: 0, asked: [""] });
    expect(await scheduled(unhealthy(health))).toMatchObject({ code: 0, asked: [] });
  },
);

test("none is due; without a calendar that is said", async () => {
  const none = { code: 0, asked: [], stdout: "No rotation of stack dev is due.\n" };
  expect(await scheduled(step("same", password, "partner-c1"))).toMatchObject(none);
  const { lines, ...byHand } = await rotate(["--scheduled"], { events: [config(), ...turn, end] });
  expect(byHand).toMatchObject(none);
  expect(lines[1]).toBe("It has no calendar (credential.rotateEvery).");
  const { stdout } = await rotate(["--scheduled", "--json"], { events: [config("90d"), end] });
  expect(JSON.parse(stdout)).toEqual({ stack: "dev", rotated: false, made: [], gone: [], loses: [] });
});

const tampered = {
  old: { inputs: { displayName: "Tampered" }, outputs: {} },
  new: { inputs: { displayName: "Declared" }, outputs: {} },
  diffs: ["displayName"],
};
test.each<[string, object]>([
  [
    "azuread.Application partner (update displayName)",
    step("update", "azuread:index/application:Application", "partner", tampered),
  ],
  ["partner.Consent partner (update", unhealthy("refused")],
  ["partner.Consent partner (update", unhealthy("expiring", "port")],
  [
    "azure-native.resources.ResourceGroup partner (delete)",
    step("delete", "azure-native:resources:ResourceGroup", "partner"),
  ],
])("%s is something else, due or not: nothing is run", async (told, other) => {
  for (const steps of [[other], [...turn, other]]) {
    const { code, asked, stderr } = await scheduled(...steps);
    expect([code, asked]).toEqual([5, []]);
    expect(stderr).toContain(`error: The preview of stack dev holds more than a rotation: ${told}`);
    expect(stderr).toMatch(/Nobody reviews a scheduled run\.\n {2}Look at it, and deploy it: pulumi up --stack dev /u);
  }
});
