import { settingsByPath } from "../../lib/config/catalogue";
import type { Setting } from "../../lib/config/kinds";
import { problemOf, readAny, valueAt, withSetting } from "./configuration";

const id = "11111111-2222-4333-8444-555555555555";
const groupNamed = (name: string) => `/subscriptions/${id}/resourceGroups/${name}/providers`;
const storage = (group: string) => `${groupNamed(group)}/Microsoft.Storage/storageAccounts/audit`;
const group = groupNamed("security_(1).x");
const workspace = `${group}/Microsoft.OperationalInsights/workspaces/audit-log`;
const pathOf = (problem: string): string => /^ {2}secure-application-model:(\S+)$/mu.exec(problem)?.[1] ?? "";

/** Both ends of what a rule allows, and the first values beyond them; undefined for a rule that is of one setting alone. */
function valuesOf({ allowed, example = "" }: Setting): [good: unknown[], bad: unknown[]] | undefined {
  const [, least, most] = /^a whole number (?:of \w+ )?from (\d+) to (\d+)$/u.exec(allowed)?.map(Number) ?? [];
  if (least !== undefined && most !== undefined)
    return [
      [least, most],
      [least - 1, most + 1, least + 0.5, String(least), true],
    ];
  if (allowed === "true or false")
    return [
      [true, false],
      ["yes", "1", "on"],
    ];
  const words = allowed.split(/, | or /u);
  if (words.includes(example)) return [words, [`${example}s`, example.toUpperCase(), "", true]];
  if (/^[^,]* \(GUID\)/u.test(allowed) && !allowed.includes("name or"))
    return [
      [id, id.toUpperCase()],
      ["x", `${id}0`, ""],
    ];
  return undefined;
}

const ruled = [...settingsByPath].flatMap(([path, setting]) => {
  const values = valuesOf(setting);
  return values === undefined ? [] : [[path, ...values] as const];
});

const long = (length: number) => "a".repeat(length);

/** A setting's text: those that are taken, and behind the bar those that are not, as the empty one; ␣ is a blank. */
const texts = `
tenantId ${id} ${id.toUpperCase()} a.bc ${long(63)}.example
  | contoso a.b 1234 ${id}0 -a.example a␣b.example ${long(64)}.example https://a.example
displayName a ${long(120)} | ${long(121)} ␣␣␣
permissions.extra[].delegated[] User.Read ${id} | User␣Read User.Read,Mail.Read ${long(256)}
permissions.extra[].application[] User.Read ${id} | User␣Read
permissions.extra[].resource a ${id} | ${long(121)}
ci.stacks[] global ../x/Pulumi.dev.yaml | x.yaml/ a␣b
ci.github.repository a/b contoso/partner.x_y-z contoso/.github
  | contoso contoso/ -a/b a/b/c a/. a/.. https://github.com/a/b
ci.github.subjectPrefix repo:contoso@1/partner@2 | contoso/partner repo:a/b:environment:x repo:a/b␣
ci.github.issuer https://token.actions.contoso.ghe.com https://a.example/b | http://a.example https://a.example/
ci.github.reviewer octocat @octocat contoso/platform | a␣b a/b/c contoso/.. contoso/.
ci.azureDevOps.organization contoso | https://dev.azure.com/contoso -a
ci.azureDevOps.project partner Our␣Project | a/b . .. .a
ci.azureDevOps.subjects[].connection partner-global | a␣b
ci.azureDevOps.subjects[].subject /eid1/c/pub/t/A/a/A/sc/1/2 sc://contoso/partner/global | eid1 /a␣b
ci.azureDevOps.issuer https://vstoken.example/1 | http://vstoken.example/1
ci.state.account abc ${long(24)} | ab ${long(25)} Abc a-b
ci.state.container abc a-1 | ab a--b -ab ab- Abc
ci.state.resourceGroupName a (a)_-.b | a.
ci.state.location westeurope | 2west
ci.state.vault abc ${long(24)} | ab 1bc
ci.state.key a | a_b
credential.rotateEvery 30d 90d 365d | 29d 366d 1000d 090d 90 3m 12w 90.5d
credential.vaultSecretName a Portal-1 ${long(127)} | ${long(128)} a_b a/b
vault.name abc ${long(24)} a-1 Abc | ab ${long(25)} 1bc -bc ab- a--b a_b a.b
vault.resourceGroupName a ${long(90)} (a)_-.b | ${long(91)} a. . .. a␣b a/b
vault.location westeurope West␣Europe␣2 | 2west west-europe
vault.uri https://a.vault.azure.net https://a.vault.azure.net/
  | http://a.vault.azure.net/ a.vault.azure.net https://a.vault.azure.net/secrets https://u@a.vault.azure.net/
vault.diagnostics ${workspace} ${workspace.toLowerCase()} ${storage("security_(1).x")}
  | audit-log ${group}/Microsoft.EventHub/namespaces/audit ${workspace}/tables/x ${storage("x")}-b
  https://management.azure.com${workspace} ${[".", "..", "a."].map(storage).join(" ")}
vault.networkRules.ipRules[] 0.0.0.0 255.255.255.255 203.0.113.0/8 203.0.113.0/32 172.15.0.1 172.32.0.1 192.167.1.1
  | 256.0.0.1 1.2.3 1.2.3.4.5 203.0.113.0/7 0.0.0.0/0 203.0.113.0/33 01.2.3.4 1.2.3.4/ ::1 host.example
  10.0.0.1 10.0.0.0/8 172.16.0.1 172.31.0.0/16 192.168.1.0/24
consent.account a@b.example | svc a@ @b.example
consent.takeOverFrom model/dev contoso/model/dev | a␣stack
endpoints.authority https://login.example https://127.0.0.1:9000
  | http://login.example https://login.example/ https://login.example/tenant login.example https://user@login.example
endpoints.vaultSuffix 127.0.0.1 vault.azure.example | https://vault.example vault.example/ VAULT
endpoints.metadataHost 127.0.0.1:9000 management.example | https://management.example host:port host:123456
`;
const described = texts.split(/\n(?=\w)/u).flatMap((row) => {
  const [[path = "", ...good] = [], bad = []] = row
    .split(" | ".trim())
    .map((part) => part.split(/\s+/u).filter(Boolean));
  const values = [good, ["", ...bad]].map((all) => all.map((one) => one.replaceAll("␣", " ")));
  return path === "" ? [] : [[path, values[0] ?? [], values[1] ?? []] as const];
});

/** With the rule of endpoints.authority. */
const alike = ["partnerCenter", "microsoftGraph", "resourceManager", "azureAdGraph"].map((name) => `endpoints.${name}`);

test("each rule is tried here", () => {
  const tried = new Set([...ruled, ...described].map(([path]) => path));
  const left = [...settingsByPath].filter(([path, { entries, entry }]) => !(entries ?? entry) && !tried.has(path));
  expect(left.map(([path]) => path).filter((path) => !alike.includes(path))).toEqual([]);
});

describe.each([...ruled, ...described])("%s", (path, good, bad) => {
  test.each(good)("may be %j, and arrives as it was set", (value) => {
    const settings = readAny(withSetting(path, value));
    // Those of ci have a form of their own: bootstrap-settings.test.ts.
    if (!/^ci\b/u.test(path)) expect(valueAt(settings, path.replaceAll("[]", ".0"))).toEqual(value);
  });

  test.each(bad)("may not be %j, and the problem is told once, with what was found", (value) => {
    const problem = problemOf(withSetting(path, value));
    expect(pathOf(problem)).toBe(path.replaceAll("[]", "[0]"));
    expect(problem).toContain(`\n    found:   ${JSON.stringify(value)}\n`);
  });
});

test("owners may not be an empty list: nobody could change the application any more", () => {
  expect(pathOf(problemOf(withSetting("owners", [])))).toBe("owners");
});
