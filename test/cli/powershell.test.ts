import { cmdletFor, cmdlets, type Connection, lineOf } from "../../cli/token/powershell";
import { UsageError } from "../../cli/terminal/exit-code";
import { cloudNames } from "../../lib/config/clouds";
import { documents, parts, readDocument } from "../tooling/markdown";
import { isPowerShell, readCommand } from "./support/powershell-grammar";

const connection: Connection = {
  cloud: "AzureCloud",
  tenantId: "aaaaaaaa-1111-4222-8333-444444444444",
  account: "svc@partner.example",
  tokens: { "partner-center": "token-pc", arm: "token-arm", graph: "token-graph", "aad-graph": "token-aad" },
};
const { tenantId, account } = connection;

const common = { AccountId: account, Environment: "AzureCloud" };
const rows: [name: string, isRetired: boolean, parameters: Record<string, string>][] = [
  ["Connect-PartnerCenter", false, { AccessToken: "token-pc", TenantId: tenantId, Environment: "AzureCloud" }],
  [
    ...(["Connect-AzAccount", false] as const),
    { AccessToken: "token-arm", MicrosoftGraphAccessToken: "token-graph", Tenant: tenantId, ...common },
  ],
  [
    ...(["Connect-AzureRmAccount", true] as const),
    { AccessToken: "token-arm", GraphAccessToken: "token-graph", TenantId: tenantId, ...common },
  ],
  ["Connect-MgGraph", false, { AccessToken: "token-graph", Environment: "Global" }],
  [
    ...(["Connect-MsolService", true] as const),
    { AdGraphAccessToken: "token-aad", MsGraphAccessToken: "token-graph", AzureEnvironment: "AzureCloud" },
  ],
];

/** A line as PowerShell reads it. */
async function read(line: string) {
  const { command, parameters } = await readCommand(line);
  const entries = Object.entries(parameters);
  const values = Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
  return { command, values, secure: entries.filter((entry) => entry[1].secure).map(([key]) => key) };
}

test.each(rows)("%s gets these parameters, each a literal that nothing expands", async (command, _, values) => {
  const cmdlet = cmdlets.find((one) => one.name === command);
  if (cmdlet === undefined) throw new Error(`There is no ${command}.`);
  const secure = command === "Connect-MgGraph" ? ["AccessToken"] : [];
  expect(await read(lineOf(cmdlet, connection))).toEqual({ command, values, secure });
});

test("the cmdlets are those of the model, the retired ones marked", () => {
  const marked = cmdlets.map(({ name, retired }) => [name, retired !== undefined]);
  expect(marked).toEqual(rows.map(([name, isRetired]) => [name, isRetired]));
});

test("every cloud goes by the module's own name for it", () => {
  const names = cloudNames.map((cloud) =>
    cmdlets.map((cmdlet) => {
      const { Environment, AzureEnvironment } = cmdlet.parameters({ ...connection, cloud });
      return Environment ?? AzureEnvironment;
    }),
  );
  expect(names).toEqual([
    ["AzureCloud", "AzureCloud", "AzureCloud", "Global", "AzureCloud"],
    ["AzureUSGovernment", "AzureUSGovernment", "AzureUSGovernment", "USGov", "USGovernment"],
    ["AzureChinaCloud", "AzureChinaCloud", "AzureChinaCloud", "China", "AzureChinaCloud"],
  ]);
});

describe("quoting", () => {
  test.each([
    "plain",
    "",
    "o'brien@partner.example",
    "''",
    "'; Remove-Item -Recurse /; '",
    '$(Get-Secret) `n "$env:PATH" @{a=1} #comment |;&',
    "\u2018typographic\u2019 \u201aquotes\u201b",
    "mixed '\u2019 pair",
    "ünï©ode",
    "-Force",
    "\u2019; Remove-Item -Recurse /; \u2018",
    "\u201ctypographic double quotes\u201d \u201e",
    "\u2013Force \u2014 \u2015",
    "\u00a0a b\u3000c",
    "`'",
    "'@\"'",
    "a'$(b)'`c`",
    "{}[](),;&|<>@#%!",
    "--% $env:PATH",
    "日本語 \u{1f600} e\u0301",
  ])("%j arrives as it went in, in every form", async (nasty) => {
    for (const cmdlet of cmdlets) {
      const tokens = { "partner-center": nasty, arm: nasty, graph: nasty, "aad-graph": nasty };
      const it = { ...connection, tenantId: nasty, account: nasty, tokens };
      const { command, values } = await read(lineOf(cmdlet, it));
      expect({ command, values }).toEqual({ command: cmdlet.name, values: cmdlet.parameters(it) });
    }
  });

  /** The effect of the lines without our quoting. */
  test.each([
    "Connect-X -AccessToken 'a'; Remove-Item x",
    "Connect-X -AccessToken 'a\u2019; Remove-Item x; \u2018b'",
    "Connect-X -AccessToken 'a' | Out-Null",
    "Connect-X -AccessToken 'a'\nRemove-Item x",
    'Connect-X -AccessToken "$(Get-Secret)"',
    "Connect-X -AccessToken $token",
    "Connect-X -AccessToken (Get-Secret)",
    "Connect-X -AccessToken (ConvertTo-SecureString -AsPlainText -Force -String $token)",
    "Connect-X -AccessToken 'a",
    "Connect-X -AccessToken plain",
    "Connect-X 'a'",
    "& 'Connect-X' -AccessToken 'a'",
  ])("the reader of these tests refuses %j", async (line) => {
    await expect(readCommand(line)).rejects.toThrow();
  });

  test.each(["a\nb", "a\r", "\u0000", "\u0007", "a\u2028b", "a\u0085b"])("%j is in no line", (value) => {
    const [cmdlet] = cmdlets;
    const it = { ...connection, tokens: { "partner-center": value } };
    const attempt = () => (cmdlet === undefined ? "" : lineOf(cmdlet, it));
    expect(attempt).toThrow(
      "The value for -AccessToken has a control or an invisible character, so it cannot stand in a line of PowerShell. Use the token itself: secure-app-model '<command>'",
    );
  });
});

describe("which cmdlet", () => {
  test.each([
    ["partner-center", true, "Connect-PartnerCenter"],
    ["arm", true, "Connect-AzAccount"],
    ["graph", true, "Connect-MgGraph"],
    ["aad-graph", true, "Connect-MsolService"],
    ["arm", "connect-azurermaccount", "Connect-AzureRmAccount"],
  ] as const)("%s with %j: %s", (resource, wanted, name) => {
    expect(cmdletFor(resource, wanted).name).toBe(name);
  });

  const known =
    "Known are Connect-PartnerCenter (token partner-center), Connect-AzAccount (token arm), Connect-AzureRmAccount (token arm), " +
    "Connect-MgGraph (token graph), Connect-MsolService (token aad-graph); for any other resource, use the token itself: secure-app-model '<command>'";
  test.each([
    [undefined, true, `--powershell has no cmdlet for this resource. ${known}`],
    ["graph", "Connect-ExchangeOnline", `--powershell does not support the cmdlet "Connect-ExchangeOnline". ${known}`],
    [
      "graph",
      "Connect-AzAccount",
      "Connect-AzAccount takes a token for arm. Ask for that: secure-app-model token arm --powershell Connect-AzAccount",
    ],
  ] as const)("%s with %j is refused", (resource, wanted, text) => {
    expect(() => cmdletFor(resource, wanted)).toThrow(new UsageError(text));
  });
});

test("every block of PowerShell in the documents is PowerShell", async () => {
  const blocks = documents()
    .flatMap((name) => parts(readDocument(name)).fences)
    .filter(({ language }) => language === "powershell")
    .map(({ text }) => text);
  expect(blocks).not.toEqual([]);
  for (const block of blocks) expect([block, await isPowerShell(block)]).toEqual([block, true]);
  expect(await isPowerShell("if (1 -eq 1) { 'open'")).toBe(false);
});
