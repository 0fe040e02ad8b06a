/** `rotate`: what it asks a run for, what it says before and after, and when it runs none. */
import { least, leastExisting } from "../../config/configuration";
import { of, rotate } from "./engine";

const alone = "It runs pulumi up, which also deploys other changes.";
const secret = "a client secret,";
const published = "is made, and published once Entra takes it.";
const readers = [{ principalId: "11111111-2222-4333-8444-555555555555", principalType: "Group" }];

test("a new one stands beside the current one, and what comes next is said", async () => {
  const stack = { before: of("secret", 1), after: of("secret", 2, 1) };
  expect(await rotate(["--yes"], stack)).toMatchObject({
    code: 0,
    asked: ["next"],
    stdout: "Stack dev is rotated. New credential c2 in use.\n",
    lines: [
      `Rotates the credential of stack dev: c2, ${secret} ${published} c1 stays valid. ${alone}`,
      "the engine's own words",
      expect.stringMatching(
        /^c1 is still valid\. Once nothing uses it, this removes it, and so does the next rotation: secure-app-model rotate --finish --stack dev/u,
      ),
    ],
  });
});

test("the one before the current one goes, in JSON too", async () => {
  const { code, asked, stdout, lines } = await rotate(["--yes", "--json"], {
    before: of("certificate", 8, 7),
    after: of("certificate", 9, 8),
    settings: { ...least, credential: { kind: "certificate" } },
  });
  expect({ code, asked, ...(JSON.parse(stdout) as object) }).toEqual({
    ...{ code: 0, asked: ["next"], stack: "dev", rotated: true, made: ["c9"], gone: ["c7"], loses: [] },
  });
  expect(lines[0]).toBe(
    `Rotates the credential of stack dev: c9, a certificate, ${published} c8 stays valid. c7 is removed. ${alone}`,
  );
});

test("--finish removes the one before and makes none; where there is none it runs nothing", async () => {
  expect(await rotate(["--finish", "--yes"], { before: of("secret", 2, 1), after: of("secret", 2) })).toMatchObject({
    code: 0,
    asked: ["finish"],
    stdout: "Removed from stack dev: c1.\n",
    lines: [`Removes c1 of stack dev: programs that still use it lose access. ${alone}`, "the engine's own words"],
  });
  expect(await rotate(["--finish"], { before: of("secret", 2) })).toMatchObject({
    code: 0,
    asked: [],
    stdout: "Nothing is left to finish.\n",
    stderr: "Stack dev has no previous credential.\n",
  });
});

test("--revoke-now removes all others, and says who loses access", async () => {
  const settings = { ...least, vault: { ...least.vault, readers } };
  const stolen = { before: of("secret", 2, 1), after: of("secret", 3), settings };
  const loses =
    "Whoever has a copy of c2, c1 loses access; who reads the vault (Group 11111111-2222-4333-8444-555555555555) has the new one from then on.";
  const { code, asked, stdout, lines } = await rotate(["--revoke-now", "--yes", "--json"], stolen);
  expect({ code, asked, ...(JSON.parse(stdout) as object) }).toEqual({
    ...{ code: 0, asked: ["revoke"], stack: "dev", rotated: true, made: ["c3"], gone: ["c2", "c1"], loses: [loses] },
  });
  expect(lines).toEqual([
    `Rotates the credential of stack dev: c3, ${secret} ${published} c2, c1 are removed. ${alone}`,
    loses,
    "the engine's own words",
  ]);
});

test("--revoke-now of certificates takes access from nobody; the readers of somebody else's vault are not known", async () => {
  const certificates = { before: of("certificate", 2), after: of("certificate", 3) };
  const settings = { ...least, credential: { kind: "certificate" } };
  expect((await rotate(["--revoke-now", "--yes"], { ...certificates, settings })).lines[1]).toBe(
    "Nobody loses access: the key of c2 never left the vault, and everyone who signs with it then signs with the new one.",
  );
  const theirs = { before: of("secret", 2), after: of("secret", 3), settings: leastExisting };
  expect((await rotate(["--revoke-now", "--yes"], theirs)).lines[1]).toBe(
    "Whoever has a copy of c2 loses access; who reads the vault has the new one from then on.",
  );
});

test.each([[], ["--finish"], ["--revoke-now"]])("without a yes %j runs nothing", async (...argv) => {
  const { code, asked, stderr } = await rotate(argv, { before: of("secret", 2, 1) });
  expect([code, asked]).toEqual([2, []]);
  expect(stderr).toMatch(/Confirm with --yes: secure-app-model rotate --stack dev --cwd \S+ (?:--\S+ )?--yes\n$/u);
});

test("a stack that was never deployed, or whose secret somebody else makes, has nothing to rotate", async () => {
  const { code, asked, stderr } = await rotate(["--yes"], { outputs: {} });
  expect([code, asked]).toEqual([2, []]);
  expect(stderr).toMatch(
    /^error: Stack dev was never deployed: it has nothing to rotate\.\n {2}Deploy it: pulumi up --stack dev --cwd \S+\n$/u,
  );
  const settings = { ...leastExisting, credential: { vaultSecretName: "portal-secret" } };
  for (const argv of [[], ["--revoke-now"]])
    expect(await rotate([...argv, "--yes"], { before: [], settings })).toMatchObject({
      ...{ code: 2, asked: [] },
      stderr: "error: Stack dev makes no credential: whoever made the client secret in its vault rotates it.\n",
    });
  // One that the stack made before stays until it is finished with. Runs the fix "cli/rotate/rotate.ts: Remove the last credential that it made".
  expect((await rotate(["--yes"], { before: of("secret", 2), settings })).stderr).toMatch(
    /rotates it\.\n {2}Remove the last credential that it made: secure-app-model rotate --finish --stack dev/u,
  );
  expect(await rotate(["--finish", "--yes"], { before: of("secret", 2), after: [], settings })).toMatchObject({
    ...{ code: 0, asked: ["finish"], stdout: "Removed from stack dev: c2.\n" },
  });
});

test.each([
  ["--scheduled", "--finish"],
  ["--finish", "--revoke-now"],
])("%s and %s are two things", async (...both) => {
  expect(await rotate(both)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/option '--\S+' cannot be used with option '--\S+'.*rotate --help/su) as string,
  });
});

test("a run that fails leaves the current one valid, and says how to go on", async () => {
  const { code, stdout, stderr } = await rotate(["--yes"], { before: of("secret", 1), ends: "exit 1" });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(
    /error: pulumi up of stack dev failed: see its output above\. The rotation is not finished; the credential that was in use is still valid\.\n {2}1\. If a run before it was killed: secure-app-model doctor --stack dev --fix .*, then secure-app-model rotate --stack dev .*--yes\n {2}2\. Fix that, then run this again to continue\.\n$/u,
  );
});

test("a program that declares something else is told of", async () => {
  const { code, asked, stderr } = await rotate(["--yes"], { before: of("secret", 1), after: of("secret", 1) });
  expect([code, asked]).toEqual([1, ["next"]]);
  expect(stderr).toContain(
    "error: The deployment of stack dev ended with c1, and not with c2, c1: its program does not follow SECURE_APP_MODEL_ROTATION.\n",
  );
});

describe("a program of one's own", () => {
  const urn = (type: string) => `urn:pulumi:dev::p::${type}::partner`;
  const own = (kind: string, more: object) => {
    const type = `pulumi-nodejs:dynamic/partner:${kind}`;
    const provider = `${urn("pulumi:providers:pulumi-nodejs")}::x`;
    return { ...{ type, urn: urn(type), parent: urn("Model"), custom: true, provider }, ...more };
  };
  const credential = "client-credential-1a2b3c4d";
  const id = "11111111-2222-4333-8444-555555555555";
  const names = { tenantId: id, clientId: id, cloud: "AzureCloud" };
  const place = { vaultUri: "https://contoso.vault.azure.net", account: "svc@partner.example", mode: "auto" };
  const state = [
    own("CredentialRecord", { outputs: { generations: of("secret", 1) } }),
    own("Consent", { inputs: { ...names, ...place, credential, deadlineMinutes: 10, warnBeforeDays: 30, port: 8400 } }),
  ];

  test("that exports its credential rotates as ours do", async () => {
    const record = own("CredentialRecord", { outputs: { generations: of("secret", 2, 1) } });
    const later = JSON.stringify({ deployment: { resources: [record, state[1]] } });
    const ends = `printf %s '${later}' > "$at/state"`;
    expect(await rotate(["--yes"], { before: of("secret", 1), settings: {}, state, ends })).toMatchObject({
      ...{ code: 0, asked: ["next"], stdout: "Stack dev is rotated. New credential c2 in use.\n" },
    });
  });

  test("that does not export it would make it once more: nothing is run", async () => {
    const { code, asked, stderr } = await rotate(["--yes"], { settings: {}, state, outputs: {} });
    expect([code, asked]).toEqual([2, []]);
    expect(stderr).toMatch(
      /^error: The program of stack dev is your own, and does not export its credential\. .*\n {2}Export the model's `credential` under that name/u,
    );
  });
});
