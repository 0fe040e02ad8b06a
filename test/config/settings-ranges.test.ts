import { useClock } from "../../lib/startup/clock";
import { problemOf, readAny, withSetting } from "./configuration";

const id = "11111111-2222-4333-8444-555555555555";
const groupNamed = (name: string) => `/subscriptions/${id}/resourceGroups/${name}/providers`;
const group = groupNamed("security_(1).x");
const accepted = (path: string, value: unknown): boolean => Boolean(readAny(withSetting(path, value)));
const pathOf = (problem: string): string => /^ {2}secure-application-model:(\S+)$/mu.exec(problem)?.[1] ?? "";
const fromNow = (days: number): string => `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 19)}Z`;

/** Both ends of every range, and the first values beyond them. */
const ranges: [path: string, good: unknown[], bad: unknown[]][] = [
  ["cloud", ["AzureCloud", "AzureUSGovernment", "AzureChinaCloud"], ["azurecloud", "Azure", "AzureGermanCloud", true]],
  [
    "tenantId",
    [id, id.toUpperCase(), "a.bc", `${"a".repeat(63)}.example`],
    ["contoso", "a.b", "1234", `${id}0`, "-a.example", "a b.example", `${"a".repeat(64)}.example`, "https://a.example"],
  ],
  ["displayName", ["a", "a".repeat(120)], ["", "   ", "a".repeat(121)]],
  ["existingApplication", [id, id.toUpperCase()], ["Portal", `${id}0`, "api://portal"]],
  ["changeSignInAudience", [true, false], ["yes"]],
  ["configurePreconsent", [true, false], ["yes", "1"]],
  ["azureManagement", [true, false], ["on"]],
  ["delegatedGraph", [true, false], ["on"]],
  ["permissions.legacy", [true, false], ["old"]],
  ["permissions.extra[].delegated[]", ["User.Read", id], ["", "User Read", "User.Read,Mail.Read", "a".repeat(256)]],
  ["permissions.extra[].resource", ["a", id], ["", "a".repeat(121)]],
  ["ci.stacks[]", ["global", "../x/Pulumi.dev.yaml"], ["", "a b", "x.yaml/"]],
  [
    "ci.github.repository",
    ["a/b", "contoso/partner.x_y-z", "contoso/.github"],
    ["", "contoso", "contoso/", "-a/b", "a/b/c", "a/.", "a/..", "https://github.com/a/b"],
  ],
  ["ci.github.subjectPrefix", ["repo:contoso@1/partner@2"], ["contoso/partner", "repo:a/b:environment:x", "repo:a/b "]],
  [
    "ci.github.issuer",
    ["https://token.actions.contoso.ghe.com", "https://a.example/b"],
    ["http://a.example", "https://a.example/"],
  ],
  ["ci.github.reviewer", ["octocat", "@octocat", "contoso/platform"], ["", "a b", "a/b/c", "contoso/..", "contoso/."]],
  ["ci.azureDevOps.organization", ["contoso"], ["", "https://dev.azure.com/contoso", "-a"]],
  ["ci.azureDevOps.project", ["partner", "Our Project"], ["", "a/b", ".", "..", ".a"]],
  ["ci.azureDevOps.serviceConnection", ["partner"], ["", "a b"]],
  ["ci.azureDevOps.subjects[].connection", ["partner-global"], ["", "a b"]],
  [
    "ci.azureDevOps.subjects[].subject",
    ["/eid1/c/pub/t/A/a/A/sc/1/2", "sc://contoso/partner/global"],
    ["", "eid1", "/a b"],
  ],
  ["ci.azureDevOps.issuer", ["https://vstoken.example/1"], ["http://vstoken.example/1"]],
  ["ci.state.account", ["abc", "a".repeat(24)], ["ab", "a".repeat(25), "Abc", "a-b"]],
  ["ci.state.container", ["abc", "a-1"], ["ab", "a--b", "-ab", "ab-", "Abc"]],
  ["ci.state.resourceGroupName", ["a", "(a)_-.b"], ["", "a."]],
  ["ci.state.location", ["westeurope"], ["", "2west"]],
  ["ci.state.vault", ["abc", "a".repeat(24)], ["ab", "1bc"]],
  ["ci.state.key", ["a"], ["", "a_b"]],
  ["adminConsent", ["account", "everybody"], ["nobody", true]],
  ["owners[]", [id], ["deployer", `${id}0`, 7]],
  ["credential.label", ["a", "0", "a".repeat(32), "a-b"], ["", "a".repeat(33), "A", "a_b", "-a", "a-", 7]],
  [
    "credential.endDate",
    [fromNow(1), fromNow(2 * 366 - 1)],
    [
      fromNow(-1),
      fromNow(2 * 366 + 1),
      "soon",
      "2027-05-01",
      "2027-02-30T00:00:00Z",
      "2027-05-01T00:00:00+02:00",
      "2027-05-01 00:00:00Z",
      "2027-13-01T00:00:00Z",
    ],
  ],
  ["credential.kind", ["secret", "certificate"], ["key", "", true]],
  ["credential.validityMonths", [1, 24], [0, 25, 1.5, "12"]],
  ["credential.previous", [{ kind: "secret", label: "old", endDate: "2020-02-29T00:00:00Z" }], ["old", true]],
  [
    "credential.rotateEvery",
    ["30d", "90d", "365d"],
    ["29d", "366d", "1000d", "090d", "90", "3m", "12w", "90.5d", 90, true],
  ],
  [
    "credential.firstDay",
    ["2026-11-26", "2028-02-29", "1999-12-31"],
    ["2026-02-29", "2026-13-01", "26-11-26", "2026-11-26T00:00:00Z", "tomorrow", 20261126],
  ],
  ["credential.overdueDays", [1, 90], [0, 91, 1.5, "14"]],
  [
    "vault.name",
    ["abc", "a".repeat(24), "a-1", "Abc"],
    ["ab", "a".repeat(25), "1bc", "-bc", "ab-", "a--b", "a_b", "a.b"],
  ],
  ["vault.resourceGroupName", ["a", "a".repeat(90), "(a)_-.b"], ["", "a".repeat(91), "a.", ".", "..", "a b", "a/b"]],
  ["vault.location", ["westeurope", "West Europe 2"], ["", "2west", "west-europe"]],
  ["vault.retentionDays", [7, 90], [6, 91, 7.5, "7", true]],
  ["protect", [true, false], ["no"]],
  [
    "vault.uri",
    ["https://a.vault.azure.net", "https://a.vault.azure.net/"],
    [
      "http://a.vault.azure.net/",
      "a.vault.azure.net",
      "https://a.vault.azure.net/secrets",
      "https://u@a.vault.azure.net/",
    ],
  ],
  ["credential.vaultSecretName", ["a", "Portal-1", "a".repeat(127)], ["", "a".repeat(128), "a_b", "a/b"]],
  [
    "vault.diagnostics",
    [
      `${group}/Microsoft.OperationalInsights/workspaces/audit-log`,
      `${group}/microsoft.storage/storageaccounts/audit`,
      `${group}/Microsoft.OperationalInsights/workspaces/audit-log`.toLowerCase(),
    ],
    [
      ...[
        "audit-log",
        `${group}/Microsoft.EventHub/namespaces/audit`,
        `${group}/Microsoft.Storage/storageAccounts/a-b`,
      ],
      ...[`${group}/Microsoft.OperationalInsights/workspaces/audit-log/tables/x`, [`${group}/x`]],
      `https://management.azure.com${group}/Microsoft.OperationalInsights/workspaces/audit-log`,
      // What a URL makes of these is another address.
      ...[".", "..", "a."].map((name) => `${groupNamed(name)}/Microsoft.Storage/storageAccounts/audit`),
    ],
  ],
  [
    "vault.networkRules.ipRules[]",
    ["0.0.0.0", "255.255.255.255", "203.0.113.0/8", "203.0.113.0/32", "172.15.0.1", "172.32.0.1", "192.167.1.1"],
    [
      ...[
        "256.0.0.1",
        "1.2.3",
        "1.2.3.4.5",
        "203.0.113.0/7",
        "0.0.0.0/0",
        "203.0.113.0/33",
        "01.2.3.4",
        "1.2.3.4/",
        "::1",
        "host.example",
      ],
      ...["10.0.0.1", "10.0.0.0/8", "172.16.0.1", "172.31.0.0/16", "192.168.1.0/24"],
    ],
  ],
  ["consent.mode", ["auto", "interactive", "never"], ["always"]],
  ["consent.account", ["a@b.example"], ["svc", "a@", "@b.example"]],
  ["consent.deadlineMinutes", [1, 60], [0, 61, 1.5, "10"]],
  ["consent.warnBeforeDays", [1, 89], [0, 90, 1.5]],
  ["consent.port", [1024, 65535], [1023, 65536, 8400.5, "8400"]],
  ["consent.takeOverFrom", ["model/dev", "contoso/model/dev"], ["", "a stack"]],
  [
    "endpoints.authority",
    ["https://login.example", "https://127.0.0.1:9000"],
    [
      "http://login.example",
      "https://login.example/",
      "https://login.example/tenant",
      "login.example",
      "https://user@login.example",
    ],
  ],
  ["endpoints.vaultSuffix", ["127.0.0.1", "vault.azure.example"], ["https://vault.example", "vault.example/", "VAULT"]],
  [
    "endpoints.metadataHost",
    ["127.0.0.1:9000", "management.example"],
    ["https://management.example", "host:port", "host:123456"],
  ],
];

describe.each(ranges)("%s", (path, good, bad) => {
  test.each(good)("may be %j", (value) => {
    expect(accepted(path, value)).toBe(true);
  });

  test.each(bad)("may not be %j, and the problem is told once, with what was found", (value) => {
    const problem = problemOf(withSetting(path, value));
    expect(pathOf(problem)).toBe(path.replaceAll("[]", "[0]"));
    if (value !== "AzureGermanCloud") expect(problem).toContain(`\n    found:   ${JSON.stringify(value)}\n`);
  });
});

describe("vault.readers[]", () => {
  test.each(["User", "Group", "ServicePrincipal"])("may be a %s", (principalType) => {
    expect(accepted("vault.readers[]", { principalId: id, principalType })).toBe(true);
  });

  test("may not be of another type, nor named by anything but an object id", () => {
    expect(pathOf(problemOf(withSetting("vault.readers[]", { principalId: id, principalType: "Robot" })))).toBe(
      "vault.readers[0].principalType",
    );
    expect(pathOf(problemOf(withSetting("vault.readers[]", { principalId: "alice", principalType: "User" })))).toBe(
      "vault.readers[0].principalId",
    );
  });
});

test("owners may not be an empty list: nobody could change the application any more", () => {
  expect(pathOf(problemOf(withSetting("owners", [])))).toBe("owners");
});

describe("credential.endDate on the day that is special", () => {
  let restore = (): void => undefined;
  const at = (time: string): void => {
    restore();
    restore = useClock(() => Date.parse(time));
  };
  afterEach(() => {
    restore();
  });
  const takes = (endDate: string): boolean => {
    try {
      return accepted("credential.endDate", endDate);
    } catch {
      return false;
    }
  };

  test("what is to come is taken until it has come, at midnight and at the year's end", () => {
    at("2026-12-31T23:59:59.999Z");
    expect([takes("2026-12-31T23:59:59Z"), takes("2027-01-01T00:00:00Z")]).toEqual([false, true]);
    at("2027-01-01T00:00:00Z");
    expect([takes("2027-01-01T00:00:00Z"), takes("2027-01-01T00:00:01Z")]).toEqual([false, true]);
  });

  test.each([
    ["2026-02-28T12:00:00Z", "2028-02-29T12:00:00Z"],
    ["2027-03-01T00:00:00Z", "2029-03-01T00:00:00Z"],
    ["2028-02-29T23:59:59Z", "2030-02-28T23:59:59Z"],
    ["2026-03-29T00:59:59Z", "2028-03-29T00:59:59Z"],
  ])("at %s two years away is taken, whichever leap day is between, and three never", (time, end) => {
    at(time);
    expect([takes(end), takes(`${Number(time.slice(0, 4)) + 3}-01-01T00:00:00Z`)]).toEqual([true, false]);
  });

  test("29 February is a day of leap years alone", () => {
    at("2027-06-01T00:00:00Z");
    expect([takes("2028-02-29T00:00:00Z"), takes("2029-02-29T00:00:00Z")]).toEqual([true, false]);
  });
});
