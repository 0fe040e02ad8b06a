/** `--json-lines`, built, on an emulator: one document a line as soon as it is known, the last one about the whole vault. */
import { credentialName, type Stage, stageForEach } from "./support/stage";

let stage: Stage;
const other = "dddddddd-1111-4222-8333-444444444444";
stageForEach(async (fresh) => {
  stage = fresh;
  await stage.storeToken();
  await stage.storeToken({ name: `refresh-token-${other}`, tags: stage.tags({ tenant: other }) });
});

const lines = async (...argv: string[]) => {
  const { code, stdout, stderr } = await stage.run([...argv, "--json-lines"]);
  const documents = stdout.split("\n").slice(0, -1);
  return { code, stderr, lines: documents.map((line) => JSON.parse(line) as Record<string, unknown>) };
};

test("status: each token and credential as in --json, then the vault", async () => {
  const { stdout } = await stage.run(["status", "--json"]);
  const { tokens, credentials, ...others } = JSON.parse(stdout) as Record<"tokens" | "credentials", object[]>;
  const about = { ...others, checkedOn: expect.stringMatching(/Z$/u) as string };
  expect(await lines("status")).toEqual({
    code: 0,
    stderr: "",
    lines: [
      ...tokens.map((one) => ({ type: "token", ...one })),
      ...credentials.map((one) => ({ type: "credential", ...one })),
      { type: "vault", ...about, tokens: 2, credentials: 1 },
    ],
  });
  expect(credentials).toMatchObject([{ name: credentialName, inUse: true }]);
});

test("renew: what became of each, a failure with its parts, then the vault with its counts", async () => {
  stage.age(stage.tokenName, 60);
  expect(await lines("renew")).toEqual({
    code: 2,
    stderr: "",
    lines: [
      {
        type: "token",
        name: stage.tokenName,
        tenant: stage.tenantId,
        outcome: "renewed",
        version: expect.stringMatching(/^[0-9a-f]{32}$/u) as string,
        expiresOn: expect.stringMatching(/Z$/u) as string,
        account: "svc-partner@partner.example",
        exitCode: 0,
      },
      expect.objectContaining({
        type: "token",
        tenant: other,
        outcome: "failed",
        message: expect.stringContaining("AADSTS90002") as string,
        fixes: expect.any(Array) as object[],
        exitCode: 2,
      }) as object,
      { type: "vault", vault: stage.vaultUri, exitCode: 2, renewed: 1, kept: 0, failed: 1 },
    ],
  });
});

test("what fails as a whole is a line too", async () => {
  stage.emulator.faults.add({ service: "keyVault", path: "/secrets", status: 403, body: {}, times: 0 });
  for (const command of ["status", "renew"]) {
    const { code, lines: found } = await lines(command);
    expect([code, found]).toEqual([
      1,
      [
        {
          error: expect.objectContaining({
            what: expect.stringContaining("Listing the secrets of") as string,
          }) as object,
        },
      ],
    ]);
  }
});

test.each([
  [["status", "--json", "--json-lines"], /^\{"error":.*--json-lines.*--json/u],
  [["renew", "--json-lines", "--concurrency", "33"], /--concurrency 33 is not a whole number from 1 to 32\./u],
])("%j is a usage error, in JSON", async (argv, text) => {
  const { code, stdout } = await stage.run(argv);
  expect([code, stdout.trim().split("\n")]).toEqual([2, [expect.stringMatching(text)]]);
});
