/** `exec`, built: what its command gets, how it ends, and that no client finds another identity. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { partnerTenant } from "../../tools/embedded-cloud/testing/applications";
import { preloading } from "../../tools/embedded-cloud/testing/node-options";
import { claimsOf } from "../../tools/embedded-cloud/testing/oauth";
import { builtCommand, finished, interruptedAtTerminal } from "./support/built-command";
import { execForEach } from "./support/exec-stage";
import { refusals, toolsOfAPerson } from "./support/other-identities";
import type { Stage } from "./support/stage";

let stage: Stage;
let folder: string;
const { customer, exec } = execForEach((fresh) => {
  ({ stage, folder } = fresh);
});

const shortPauses = join(__dirname, "../support/short-pauses.cjs");
/** Asks for a token of Resource Manager. */
const command = (curl: string): string[] => [
  "sh",
  "-c",
  `${curl} "$IDENTITY_ENDPOINT?api-version=2019-08-01&resource=https://management.core.windows.net/" -H "X-IDENTITY-HEADER: $IDENTITY_HEADER"`,
];

const clients = ["DefaultAzureCredential", "ManagedIdentityCredential", "ManagedIdentityApplication"];
const script = join(__dirname, "support", "identity-clients.cjs");

test.each(clients)("%s finds the tokens of the customer, unmodified, and each is logged without it", async (client) => {
  const { id, domain } = customer();
  await stage.run(["customers", "consent", domain]);
  const resource = stage.emulator.origins.microsoftGraph;
  const argv = ["--tenant", domain, "--", process.execPath, script, client, resource];
  const { code, stdout, stderr } = await exec(argv);
  expect(stderr).toMatch(new RegExp(`^\\S+Z token for ${resource} in tenant ${id}\n$`, "u"));
  expect([code, claimsOf(stdout.trim())]).toEqual([0, expect.objectContaining({ tid: id, scp: "User.Read" })]);
  expect(stderr).not.toContain(stdout.trim());
});

test("curl gets one by both versions of the protocol, and Resource Manager's former audience is the same", async () => {
  const former = "https://management.core.windows.net/";
  const line = (version: string, header: string, from: string) =>
    `curl -sf "$${from}?resource=${former}&api-version=${version}" -H "${header}"`;
  const newer = line("2019-08-01", "X-IDENTITY-HEADER: $IDENTITY_HEADER", "IDENTITY_ENDPOINT");
  const older = line("2017-09-01", "Secret: $MSI_SECRET", "MSI_ENDPOINT");
  const { code, stdout } = await exec(["--resource", "arm", "--", "sh", "-c", `${newer} && echo && ${older}`]);
  const answers = stdout.split("\n").map((one) => JSON.parse(one) as Record<string, string>);
  const claims = answers.map((one) => claimsOf(String(one["access_token"])));
  expect([code, claims]).toEqual([0, [claims[0], claims[0]]]);
  expect(claims[0]).toMatchObject({ tid: stage.tenantId, aud: stage.emulator.origins.resourceManager });
  const end = new Date(Number(claims[0]?.["exp"]) * 1000);
  const rest = { access_token: answers[0]?.["access_token"], client_id: stage.application.clientId, resource: former };
  expect(Math.abs(Number(answers[0]?.["expires_on"]) * 1000 - end.getTime())).toBeLessThan(60_000);
  expect(Math.abs(Date.parse(answers[1]?.["expires_on"] ?? "") - end.getTime())).toBeLessThan(60_000);
  for (const answer of answers) expect(answer).toMatchObject({ ...rest, token_type: "Bearer" });
});

test.each([
  ["its own exit code", ["sh", "-c", "echo out; exit 7"], 7, "out\n", /^$/u],
  ["a signal's", ["sh", "-c", "kill -TERM $$"], 143, "", /^$/u],
  [
    "that of a command that is not there",
    ["/nowhere/tool"],
    127,
    "",
    /^error: There is no command \/nowhere\/tool\.\n/u,
  ],
  ["that of a command without a name", [""], 127, "", /^error: There is no command ""\.\n/u],
  [
    "that of a command that cannot be run",
    ["/etc/passwd"],
    126,
    "",
    /^error: \/etc\/passwd cannot be run \(EACCES\)\.\n/u,
  ],
])("ends with %s, and writes nothing else to stdout", async (_, command, code, stdout, stderr) => {
  expect(await exec(["--", ...command])).toEqual({ code, stdout, stderr: expect.stringMatching(stderr) as string });
});

test("whose token it is is looked at at home before the first one for a customer", async () => {
  const { administrator } = stage.emulator.seeds.users;
  await stage.storeToken({ value: await stage.refreshToken(administrator) });
  for (const argv of [
    ["exec", "--tenant", customer().domain, "--", ...command("curl -s")],
    ["token", "arm", "--tenant", "adventure.example"],
  ]) {
    const { stdout, stderr } = await builtCommand(argv, "", stage.environment());
    expect([`${stdout}${stderr}`, stdout]).toEqual([
      expect.stringContaining(
        "belongs to admin@partner.example, but its tags name svc-partner@partner.example",
      ) as string,
      expect.not.stringContaining("eyJ") as string,
    ]);
  }
});

test("a command that runs for long gets tokens of what was consented to again meanwhile", async () => {
  const fault = { service: "authority", form: { grant_type: "refresh_token" }, entra: 50173, times: 1 };
  stage.emulator.faults.add(fault);
  const again = join(folder, "again");
  const both = command(`curl -s`).at(-1) ?? "";
  const child = stage.spawn([
    "exec",
    "--unchecked",
    "--",
    "sh",
    "-c",
    `${both}; while [ ! -e ${again} ]; do sleep 0.1; done; ${both}`,
  ]);
  const end = finished(child);
  await once(child.stdout ?? child, "data");
  await stage.storeToken();
  stage.emulator.faults.add(fault);
  await writeFile(again, "");
  const { stdout } = await end;
  expect(stdout).toMatch(/^\{"statusCode":400,"message":"[^\n]*AADSTS50173.*\}\{"access_token":"eyJ/u);
});

test.each(["--output", "--failures"])("%s is for many customers alone", async (option) => {
  const { code, stderr } = await exec(["--tenant", customer().domain, option, "x", "--", "true"]);
  expect([code, stderr]).toEqual([
    2,
    `error: ${option} is for many customers.\n  Leave it out, or name many customers.\n`,
  ]);
});

test.each(["az vm list --all", "node --version", "sh -c true", "./audit.sh --tenant x -- y", "node -- foo"])(
  "without -- nothing runs, and no option of %s is taken for ours",
  async (line) => {
    const { code, stdout, stderr } = await exec(["--unchecked", ...line.split(" ")]);
    const fix = `Write -- before it: secure-app-model exec --unchecked -- ${line}`;
    expect([code, stdout, stderr]).toEqual([2, "", `error: Nothing shows where the command begins.\n  ${fix}\n`]);
  },
);

test("without -- a word that no printed line keeps is in no line to paste", async () => {
  const { code, stdout, stderr } = await exec(["--unchecked", "sh", "-c", "echo a\necho b"]);
  const said = "error: Nothing shows where the command begins.\n  Write -- before it.\n";
  expect([code, stdout, stderr]).toEqual([2, "", said]);
});

describe("signals", () => {
  /** Ends half a second after a signal with how many came: a second of the same would come at once. */
  const counting = join(__dirname, "support", "count-signals.cjs");
  const command = () => ["exec", "--", process.execPath, counting];

  test("Ctrl-C at a terminal reaches the command once", async () => {
    expect(await interruptedAtTerminal(command(), stage.environment())).toEqual([1, "ready\ngot 1\n"]);
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s from elsewhere is passed on, a second one too, and the command waited for",
    async (signal) => {
      const child = stage.spawn(command());
      const end = finished(child);
      for (const said of ["ready", "got 1"]) {
        expect(String(await once(child.stdout ?? child, "data"))).toBe(`${said}\n`);
        child.kill(signal);
      }
      expect(await end).toEqual({ code: 2, stdout: "ready\ngot 1\ngot 2\n", stderr: "" });
    },
  );
});

test("a command gets none of the variables that name another identity, and an empty folder that goes with it", async () => {
  const own = {
    AZURE_CLIENT_ID: "a",
    azure_password: "b",
    MSI_SECRET: "c",
    IMDS_ENDPOINT: "d",
    NO_PROXY: ".corp",
    no_proxy: "a.corp",
  };
  const print = 'ls -A "$AZURE_CONFIG_DIR"; env';
  const argv = ["--tenant", customer().domain, "--unchecked", "--", "sh", "-c", print];
  const { stdout } = await exec(argv, { ...own, OTHER: "kept" });
  const lines = stdout.trim().split("\n");
  const got: Record<string, string> = Object.fromEntries(
    lines.map((line) => line.split(/=(.*)/su) as [string, string]),
  );
  const azureFolder = String(got["AZURE_CONFIG_DIR"]);
  const about = /^(?:AZURE|ARM|IDENTITY|MSI|IMDS|AZD)_|PROXY|CUSTOMER|OTHER|^azure/iu;
  expect(Object.fromEntries(Object.entries(got).filter(([name]) => about.test(name)))).toEqual({
    IDENTITY_ENDPOINT: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/msi\/token$/u) as string,
    IDENTITY_HEADER: expect.stringMatching(/^[\da-f]{64}$/u) as string,
    MSI_ENDPOINT: got["IDENTITY_ENDPOINT"],
    MSI_SECRET: got["IDENTITY_HEADER"],
    ARM_MSI_ENDPOINT: got["IDENTITY_ENDPOINT"],
    ARM_MSI_API_VERSION: "2019-08-01",
    AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential",
    AZURE_CONFIG_DIR: azureFolder,
    AZD_CONFIG_DIR: azureFolder,
    AZURE_CORE_COLLECT_TELEMETRY: "false",
    NO_PROXY: ".corp,a.corp,127.0.0.1",
    no_proxy: ".corp,a.corp,127.0.0.1",
    SECURE_APP_MODEL_CUSTOMER: customer().id,
    SECURE_APP_MODEL_CUSTOMER_DOMAIN: customer().domain,
    SECURE_APP_MODEL_CUSTOMER_NAME: "",
    OTHER: "kept",
  });
  expect(existsSync(azureFolder)).toBe(false);
});

test("without a folder for temporary files nothing runs, and the fix is told", async () => {
  const nowhere = join(folder, "nowhere");
  const expected = {
    code: 2,
    stdout: "",
    stderr: `error: No folder can be made in ${nowhere} (ENOENT).\n  Name another place for temporary files: export 'TMPDIR=<folder>'\n`,
  };
  for (const many of [[], ["--all"]])
    expect(await exec([...many, "--", "touch", join(folder, "run")], { TMPDIR: nowhere })).toEqual(expected);
  expect(existsSync(join(folder, "run"))).toBe(false);
});

test("--dry-run lists them, with no secret, and runs nothing", async () => {
  const argv = ["--dry-run", "--", "touch", join(folder, "run")];
  const { code, stdout } = await exec(argv, { AZURE_CLIENT_SECRET: "canary-secret", GITHUB_TOKEN: "canary-secret" });
  expect([code, existsSync(join(folder, "run"))]).toEqual([0, false]);
  expect(stdout).toContain("IDENTITY_HEADER=<random>\n");
  expect(stdout).toContain("without AZURE_CLIENT_SECRET\nwithout GITHUB_TOKEN\n");
  expect(stdout).not.toContain("canary-secret");
  const { stdout: json } = await exec(["--json", "--github-token", ...argv], { GITHUB_TOKEN: "canary-secret" });
  expect(JSON.parse(json)).toMatchObject({
    set: { AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential" },
    removed: expect.not.arrayContaining(["GITHUB_TOKEN"]) as string[],
  });
});

describe("never another identity", () => {
  test.each(clients.flatMap((client) => Object.entries(refusals).map((refusal) => [client, ...refusal] as const)))(
    "%s, %s",
    async (client, _, refuse) => {
      const { PATH, called } = await toolsOfAPerson(folder);
      const { code, stdout, stderr } = await exec(
        [
          ...refuse(stage),
          "--unchecked",
          "--",
          process.execPath,
          script,
          client,
          stage.emulator.origins.microsoftGraph,
        ],
        { PATH, NODE_OPTIONS: preloading(shortPauses) },
      );
      expect([code, stdout, await called()]).toEqual([1, "", ""]);
      expect(stderr).toMatch(/Z refused: /u);
    },
  );
});

describe("a tenant whose tokens Entra refuses", () => {
  const begun = () => join(folder, "begun");
  const touching = () => ["--", "/usr/bin/touch", begun()];
  /** How often a token was asked for, by tenant. */
  const redemptions = () =>
    stage.emulator.requests
      .entries()
      .filter(
        ({ path, method, client }) =>
          method === "POST" && path.includes(`${stage.tenantId}/oauth2`) && client === stage.application.clientId,
      ).length;
  /** What goes on after a refusal, and ends with a code of its own. */
  const goingOn = (...resources: string[]) => [
    "sh",
    "-c",
    [
      ...resources.map((one) =>
        command("curl -s")
          .at(-1)
          ?.replace(/resource=[^"]*/u, `resource=${one}`),
      ),
      "exit 7",
    ].join("; "),
  ];

  test("gets no command, but the fix", async () => {
    const { id, domain } = customer();
    for (const resource of [[], ["--resource", "arm"]]) {
      const { code, stderr } = await exec(["--tenant", domain, ...resource, ...touching()]);
      expect([code, stderr, existsSync(begun())]).toEqual([
        3,
        expect.stringMatching(
          new RegExp(
            `^error: A token for customer tenant ${id} was refused \\(AADSTS90099\\)[^]*customers consent ${id}\n`,
            "u",
          ),
        ),
        false,
      ]);
    }
  });

  test("gets one where the tenant consented to other resources than Microsoft Graph, but not where --resource names another", async () => {
    const { id, domain } = customer();
    await stage.run(["customers", "consent", domain]);
    const there = partnerTenant(stage.emulator).customers.find((one) => one.id === id);
    const consent = there?.applicationConsents.get(stage.application.clientId);
    consent?.applicationGrants.splice(0, Infinity, {
      enterpriseApplicationId: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
      scope: "user_impersonation",
    });
    expect(await exec(["--tenant", domain, ...touching()])).toEqual({ code: 0, stdout: "", stderr: "" });
    const refused = await exec(["--tenant", domain, "--resource", "arm", "--resource", "graph", ...touching()]);
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining("(AADSTS65001)") as string });
  });

  test("is told with what its command ended with, and the fix", async () => {
    const { id, domain } = customer();
    const { resourceManager } = stage.emulator.origins;
    const argv = ["--tenant", domain, "--unchecked", "--log", join(folder, "log"), "--"];
    const { code, stderr } = await exec([...argv, ...goingOn("https://management.core.windows.net/")]);
    const what = `error: The command ended with 7, and was refused a token for ${resourceManager} in tenant ${id}. `;
    expect([code, stderr]).toEqual([7, expect.stringContaining(`customers consent ${id}\n`)]);
    expect(stderr.slice(0, what.length)).toBe(what);
  });

  test.each([
    ["a later one came", ["graph", "graph"], ""],
    [
      "one came for another resource",
      ["graph", "arm"],
      "error: The command ended with 7, and was refused a token for ",
    ],
  ])("is told unless %s", async (_, [first = "", second = ""], told) => {
    stage.emulator.faults.add({ service: "authority", form: { grant_type: "refresh_token" }, entra: 50173, times: 1 });
    const { code, stderr } = await exec(["--unchecked", "--log", join(folder, "log"), "--", ...goingOn(first, second)]);
    expect([code, stderr.slice(0, told.length), stderr === ""]).toEqual([7, told, told === ""]);
  });

  const refusedHere = async (...commands: string[]) => {
    const argv = ["--resource", "graph", "--log", join(folder, "log"), "--", "sh", "-c"];
    return await exec([...argv, [...commands, "exit 7"].join("; ")]);
  };

  test("a request with a wrong header is nobody's, and is not told", async () => {
    const wrong = command("curl -s").at(-1)?.replace("$IDENTITY_HEADER", "x") ?? "";
    expect(await refusedHere(wrong)).toMatchObject({ code: 7, stderr: "" });
  });

  test("one for what --resource leaves out, or for another identity, is told: the tool may go on as somebody else", async () => {
    const told = "error: The command ended with 7, and was refused a token for ";
    const ofOther = command("curl -s").at(-1)?.replace("resource=", "client_id=x&resource=") ?? "";
    for (const one of [goingOn("arm").at(-1) ?? "", ofOther]) {
      const { code, stderr } = await refusedHere(one.replace(/; exit 7$/u, ""));
      expect([code, stderr.slice(0, told.length)]).toEqual([7, told]);
      if (one !== ofOther)
        expect(stderr).toMatch(/If the command needs it, allow it too: secure-app-model exec .* --resource arm /u);
    }
  });

  test("is asked for each resource's token once, with what the command asks for", async () => {
    const { microsoftGraph, resourceManager } = stage.emulator.origins;
    for (const [argv, asked, count] of [
      [[], [microsoftGraph], 1],
      [["--resource", "graph", "--resource", "arm"], [microsoftGraph, resourceManager], 2],
      [["--unchecked"], [microsoftGraph], 1],
    ] as const) {
      const before = redemptions();
      expect(await exec([...argv, "--", ...goingOn(...asked)])).toMatchObject({ code: 7 });
      expect(redemptions() - before).toBe(count);
    }
  });
});
