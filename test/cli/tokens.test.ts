/** The commands about tokens, built, on an emulator: what they print, what they refuse, and with which exit code. */
import { registerApplication } from "../emulator/support/applications";
import { claimsOf } from "../emulator/support/oauth";
import { clientSecretName, type Finished, Stage } from "./support/stage";

const day = 86_400_000;
let stage: Stage;
let secrets: string[];

beforeAll(async () => {
  stage = await Stage.start();
});
beforeEach(async () => {
  stage.emulator.reset();
  stage = await Stage.start(stage.emulator);
  secrets = [stage.application.clientSecret, await stage.storeToken()];
});
afterAll(() => stage.emulator.close());

/** A failure's code and words; the same in JSON, nothing on stdout but that, and no secret anywhere. */
async function failing(words: string[], environment: Record<string, string> = {}, input = "") {
  const [plain, json] = await Promise.all([
    stage.run(words, environment, input),
    stage.run([...words, "--json"], environment, input),
  ]);
  const { error } = JSON.parse(json.stdout) as { error: { message: string; exitCode: number } };
  const anonymous = (text: string) =>
    text.replace(/request [0-9a-f-]{36}/gu, "request …").replace(/\d\d:\d\d:\d\dZ/gu, "…");
  expect({ code: json.code, exitCode: error.exitCode, stdout: plain.stdout, stderr: anonymous(plain.stderr) }).toEqual({
    code: plain.code,
    exitCode: plain.code,
    stdout: "",
    stderr: anonymous(`error: ${error.message}\n`),
  });
  withoutSecrets(plain.stderr, json.stdout, json.stderr);
  return { code: plain.code, message: error.message };
}

function withoutSecrets(...texts: string[]): void {
  const all = texts.join("\n");
  expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
  expect(/eyJ[\w-]{10,}\.eyJ/u.exec(all)?.[0].slice(0, 10)).toBeUndefined();
}
/** Requests that carried a token or client secret to Entra, as the application. */
const redemptions = () =>
  stage.emulator.requests.entries().filter(({ client }) => client === stage.application.clientId).length;

const data = ({ code, stdout, stderr }: Finished): string => {
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
};

describe("token", () => {
  test("for a customer: refused with the command that consents, and given once that ran", async () => {
    const [{ id, domain }] = stage.emulator.seeds.customers;
    const refused = await failing(["token", "graph", "--tenant", domain]);
    expect(refused.code).toBe(3);
    expect(refused.message).toMatch(
      new RegExp(`AADSTS90099: .* customer tenant ${id}: .*: secure-app-model customers consent ${id} \\(--grant`, "u"),
    );
    data(await stage.run(["customers", "consent", domain]));
    const { accessToken, ...rest } = JSON.parse(
      data(await stage.run(["token", "graph", "--tenant", domain, "--json"])),
    ) as Record<string, string>;
    expect(claimsOf(accessToken)).toMatchObject({ tid: id, scp: "User.Read", upn: rest["account"] });
    expect(rest).toEqual({
      expiresOn: rest["expiresOn"],
      tenant: id,
      partnerTenant: stage.tenantId,
      account: "svc-partner@partner.example",
      resource: stage.emulator.origins.microsoftGraph,
    });
    const other = await failing(["token", "aad-graph", "--tenant", id]);
    expect(other.code).toBe(3);
    expect(other.message).toMatch(/AADSTS65001: .* secure-app-model customers consent/u);
    expect(other.message).not.toContain("pulumi config set");
  });

  test("the partner tenant by its domain, and a domain that nobody has", async () => {
    expect(data(await stage.run(["token", "graph", "--partner-tenant", "partner.example"]))).toMatch(/^eyJ/u);
    expect(await failing(["token", "graph", "--partner-tenant", "nobody.example"])).toMatchObject({
      code: 2,
      message: expect.stringContaining("AADSTS90002") as string,
    });
    const { code, message } = await failing(["token", "graph", "--partner-tenant", "partner-gov.example"]);
    expect({ code, named: message.includes("discovery says microsoftonline.us") }).toEqual({ code: 2, named: true });
  });

  test("a retired module is marked, on stderr alone; as JSON in the document", async () => {
    const plain = await stage.run(["token", "aad-graph", "--powershell"]);
    expect(plain.stdout).toMatch(
      /^Connect-MsolService -AdGraphAccessToken 'eyJ[^']+' -MsGraphAccessToken 'eyJ[^']+' -/u,
    );
    expect(plain.stderr).toMatch(/^note: the MSOnline module was retired in 2025/u);
    withoutSecrets(plain.stderr);
    const json = JSON.parse(
      data(await stage.run(["token", "arm", "--powershell", "Connect-AzureRmAccount", "--json"])),
    ) as {
      parameters: Record<string, string>;
    };
    expect(json).toMatchObject({
      cmdlet: "Connect-AzureRmAccount",
      retired: expect.stringContaining("use Connect-AzAccount") as string,
      secureStrings: [],
    });
    expect(Object.keys(json.parameters)).toEqual([
      "AccessToken",
      "GraphAccessToken",
      "AccountId",
      "TenantId",
      "Environment",
    ]);
  });

  test("a cmdlet for another resource is refused before anything is read", async () => {
    stage.emulator.requests.clear();
    expect(await failing(["token", "graph", "--powershell", "Connect-AzAccount"])).toEqual({
      code: 2,
      message: "Connect-AzAccount takes a token for arm: secure-app-model token arm --powershell Connect-AzAccount",
    });
    expect(stage.emulator.requests.entries()).toEqual([]);
  });

  test("tags that point elsewhere: nothing is redeemed anywhere", async () => {
    stage.emulator.requests.clear();
    await stage.storeToken({ value: "x", tags: stage.tags({ tenant: stage.emulator.seeds.government.id }) });
    const { code, message } = await failing(["token", "graph"]);
    expect([code, redemptions()]).toEqual([2, 0]);
    expect(message).toMatch(/point elsewhere: tenant is .* nothing was sent anywhere/u);
  });

  const cases: [string, () => Promise<void> | void, number, RegExp][] = [
    [
      "another application's token",
      async () => {
        await stage.storeToken({ value: await stage.refreshToken(undefined, registerApplication(stage.emulator)) });
      },
      1,
      /issued to another application.*AADSTS700007/u,
    ],
    [
      "a malformed token",
      async () => {
        await stage.storeToken({ value: "1.Anobody-issued-this-canary" });
      },
      3,
      /AADSTS70000.*secure-app-model consent --force/u,
    ],
    [
      "a revoked token",
      () => {
        stage.serviceAccount().revokedBefore = stage.emulator.clock.now() + 1000;
      },
      3,
      /revoked.*AADSTS50173.*secure-app-model consent --force/u,
    ],
    [
      "a token after 90 days",
      () => {
        stage.emulator.clock.advance(91 * day);
      },
      3,
      /AADSTS700082.*secure-app-model consent --force/u,
    ],
    [
      "a wrong client secret",
      async () => {
        await stage.vault.setSecret(clientSecretName, "wrong-secret-canary");
      },
      4,
      /client secret is wrong.*AADSTS7000215.*Rotate/u,
    ],
    [
      "an expired client secret",
      () => {
        const [credential] = stage.application.application.passwordCredentials;
        if (credential !== undefined) credential.endDateTime = new Date(stage.emulator.clock.now() - day).toISOString();
      },
      4,
      /client secret has expired.*AADSTS7000222.*Rotate/u,
    ],
    [
      "a client secret that is not in the vault any more",
      async () => {
        await (await stage.vault.beginDeleteSecret(clientSecretName, { intervalInMs: 10 })).pollUntilDone();
      },
      4,
      /client secret client-secret-initial-1a2b3c4d.*is not there.*Consent would not help.*rotate/u,
    ],
    [
      "an account without multi-factor authentication asked for it",
      () => {
        stage.emulator.faults.add({
          service: "authority",
          path: "*/token",
          form: { grant_type: "refresh_token" },
          entra: 50076,
          times: 0,
        });
      },
      3,
      /AADSTS50076.*Consent again, with multi-factor authentication/u,
    ],
    [
      "a vault without a token",
      async () => {
        await (await stage.vault.beginDeleteSecret(stage.tokenName, { intervalInMs: 10 })).pollUntilDone();
      },
      3,
      /There is no refresh token in .*: consent first/u,
    ],
  ];
  test.each(cases)("%s", async (_, wrong, code, text) => {
    await wrong();
    secrets.push("1.Anobody-issued-this-canary", "wrong-secret-canary");
    const failure = await failing(["token", "graph"]);
    expect(failure).toEqual({ code, message: expect.stringMatching(text) as string });
  });
});

describe("status", () => {
  interface Status {
    exitCode: number;
    tokens: { verdict: string; health: string; daysLeft: number | null; says: string; probe?: object }[];
    clientSecrets: { name: string; verdict: string; inUse: boolean }[];
  }
  const status = async (...words: string[]) => {
    const { code, stdout, stderr } = await stage.run(["status", "--json", ...words]);
    withoutSecrets(stdout, stderr);
    const document = JSON.parse(stdout) as Status;
    expect([document.exitCode, stderr]).toEqual([code, ""]);
    return { code, ...document };
  };
  const ending = (days: number) => ({ expiresOn: new Date(Date.now() + days * day + 60_000) });

  test("reads no value unless it probes", async () => {
    stage.emulator.requests.clear();
    const { code, stdout } = await stage.run(["status"]);
    expect([code, redemptions()]).toEqual([0, 0]);
    expect(stdout).toMatch(/^ok {7}refresh-token-.* 89 days left.*\nok {7}client-secret-.* 399 days left.*\n$/u);
    const paths = stage.emulator.requests.entries().map(({ path }) => path);
    expect(paths.filter((path) => path.includes("/secrets/") && !path.includes("/versions"))).toEqual([]);
  });

  test.each([
    [20, 0, "warn"],
    [3, 3, "fail"],
    [-1, 3, "fail"],
  ])("a token that ends in %i days: exit code %i", async (days, code, verdict) => {
    await stage.storeToken(ending(days));
    expect(await status()).toMatchObject({ code, tokens: [{ verdict, daysLeft: days }] });
  });

  test("the limits are settable, and must be in order", async () => {
    await stage.storeToken(ending(20));
    expect((await status("--warn-days", "10", "--fail-days", "5")).tokens[0]?.verdict).toBe("ok");
    expect((await status("--fail-days", "21")).code).toBe(3);
    expect((await failing(["status", "--warn-days", "5", "--fail-days", "6"])).code).toBe(2);
    expect((await failing(["status", "--warn-days", "soon"])).code).toBe(2);
  });

  test("a client secret near its end: exit code 4, before a token's 3; one that no token names fails nobody", async () => {
    await stage.storeToken(ending(3));
    stage.age(clientSecretName, 10);
    await stage.vault.setSecret(clientSecretName, stage.application.clientSecret, ending(3));
    await stage.vault.setSecret("client-secret-older-00000000", "unused", ending(-3));
    expect(await status()).toMatchObject({
      code: 4,
      clientSecrets: [
        { name: clientSecretName, verdict: "fail", inUse: true },
        { name: "client-secret-older-00000000", verdict: "ok", inUse: false },
      ],
    });
  });

  test("a probe sees what metadata cannot: revoked, a wrong secret, no second factor, an outage", async () => {
    const probe = async () => {
      const { code, tokens } = await status("--probe");
      return { code, probe: tokens[0]?.probe };
    };
    expect(await probe()).toEqual({ code: 0, probe: { redeemed: true, isMfaCompliant: true, exitCode: 0, says: "" } });
    stage.emulator.faults.add({ service: "partnerCenter", drop: true, times: 0 });
    expect(await probe()).toMatchObject({ code: 1, probe: { redeemed: true, isMfaCompliant: null } });
    stage.emulator.faults.clear();
    await stage.storeToken({ value: await stage.refreshToken(stage.emulator.seeds.users.serviceAccountWithoutMfa) });
    expect(await probe()).toMatchObject({ code: 3, probe: { redeemed: true, isMfaCompliant: false } });
    await stage.storeToken();
    stage.serviceAccount().revokedBefore = stage.emulator.clock.now() + 1000;
    expect((await status()).code).toBe(0);
    expect(await probe()).toMatchObject({
      code: 3,
      probe: { redeemed: false, isMfaCompliant: null, says: expect.stringContaining("AADSTS50173") as string },
    });
    await stage.vault.setSecret(clientSecretName, "wrong");
    expect(await probe()).toMatchObject({ code: 4, probe: { redeemed: false } });
  });

  test("a vault that cannot be read tells nothing; an empty one needs a consent", async () => {
    const alone = ["--partner-tenant", stage.tenantId];
    stage.emulator.faults.add({ service: "keyVault", path: "*/versions", status: 403, body: {}, times: 0 });
    expect(await status(...alone)).toMatchObject({ code: 1, tokens: [{ verdict: "unknown", health: "unreadable" }] });
    stage.emulator.faults.clear();
    await (await stage.vault.beginDeleteSecret(stage.tokenName, { intervalInMs: 10 })).pollUntilDone();
    expect(await status()).toMatchObject({ code: 3, tokens: [] });
    expect(await status(...alone)).toMatchObject({ code: 3, tokens: [{ health: "deleted" }] });
  });
});

describe("customers", () => {
  test("list, consent, consent again, revoke, revoke again", async () => {
    const [{ id, domain, companyName }] = stage.emulator.seeds.customers;
    expect(data(await stage.run(["customers", "list"])).split("\n")[0]).toBe(`${id}  ${domain}  ${companyName}`);
    const grant = ["--grant", "graph=User.Read", "--grant", "00000002-0000-0000-c000-000000000000=User.Read"];
    const outcomes = [];
    for (const words of [
      ["consent", domain, ...grant],
      ["consent", id],
      ["revoke", domain],
      ["revoke", id],
    ]) {
      outcomes.push(JSON.parse(data(await stage.run(["customers", ...words, "--json"]))) as object);
    }
    const common = { customer: id, applicationId: stage.application.clientId };
    expect(outcomes).toMatchObject([
      { ...common, outcome: "consented" },
      { ...common, outcome: "already" },
      { ...common, outcome: "revoked" },
      { ...common, outcome: "absent" },
    ]);
  });

  test("somebody else's tenant is no customer, and a grant has a form", async () => {
    expect(await failing(["customers", "consent", "partner.example"])).toMatchObject({
      code: 1,
      message: expect.stringMatching(/was refused: 404\. .*secure-app-model customers list$/u) as string,
    });
    for (const grant of ["graph", "graph=", "mail=User.Read", "graph=User Read"]) {
      expect(await failing(["customers", "consent", "contoso.example", "--grant", grant])).toMatchObject({
        code: 2,
        message: expect.stringContaining(`--grant ${grant} is no resource and its scopes`) as string,
      });
    }
  });
});
