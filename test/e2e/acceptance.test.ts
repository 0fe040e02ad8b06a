/** Npm run acceptance. */
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { checks } from "../../tools/acceptance/all-checks";
import { Acceptance } from "../acceptance/support/acceptance";
import { repository } from "./support/project";

interface Report {
  findings: { id: string; outcome: string; expected?: unknown; found?: unknown }[];
  settled: Record<string, string[]>;
}

/** Not in the gate, to which their runs of engine and command would add much: the soak has them, for each kind of credential in both clouds. */
const inSoakAlone = [
  ...["gdap-relationships", "customers-without-consent", "customer-consent"],
  ...["ci-identities", "new-client-secret", "calendar", "certificate"],
];
const here = checks.filter(({ id }) => !inSoakAlone.includes(id));

/** What `npm run acceptance` runs; every check, other tenants and an interruption: `npm run soak -- acceptance`. */
let acceptance: Acceptance;

beforeAll(async () => {
  acceptance = await Acceptance.start();
});
afterAll(() => acceptance.close());

const reportIn = (folder: string) => JSON.parse(readFileSync(join(folder, "acceptance.json"), "utf8")) as Report;

test("every promise is confirmed by the embedded cloud, nothing is left, and the report names nobody", async () => {
  const report = join(acceptance.project.folder, "report");
  const before = acceptance.left();
  const administrator = acceptance.project.seeds.users.administrator.userPrincipalName;
  const only = ["--only", here.map(({ id }) => id).join(",")];
  const { code, text } = await acceptance.run(...acceptance.everything, ...only, "--report", report);
  const { findings, settled } = reportIn(report);
  const outcomes = Object.fromEntries(findings.map(({ id, outcome }) => [id, outcome]));
  expect({ code, outcomes }).toEqual({
    code: 0,
    outcomes: Object.fromEntries(here.map(({ id }) => [id, "confirmed"])),
  });
  expect(new Set(Object.values(settled).flat())).toEqual(
    new Set(here.filter(({ settles }) => settles.length > 0).map(({ id }) => id)),
  );
  expect(acceptance.left()).toEqual(before);
  const shown = readFileSync(join(report, "acceptance.md"), "utf8") + JSON.stringify(findings);
  const { partner, users } = acceptance.project.seeds;
  const named = [partner.id, users.serviceAccount.userPrincipalName, administrator, "eyJ"].filter((name) =>
    shown.includes(name),
  );
  expect(named).toEqual([]);
  expect(text).toContain(`${here.length} confirmed, 0 differed, 0 skipped.`);
  expect(text).toMatch(/the vault role-\w+, the vault log-\w+, .* workspace [^]*\nWhat stays: .*Microsoft\.Insights/u);
}, 600_000);

test("three promises that are broken are named with both answers, and nothing else", async () => {
  const account = acceptance.project.seeds.users.serviceAccount.userPrincipalName;
  const { faults } = acceptance.emulator;
  const denied = { error: { code: `Denied to ${account} with eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln` } };
  const taken = { error: { code: "MissingSubscriptionRegistration" } };
  const form = { client_secret: "acceptance-no-secret" };
  faults.add({ service: "microsoftGraph", path: "/v1.0/applications/00000000-*", status: 403, body: denied });
  faults.add({
    ...{ service: "resourceManager", path: "*/resourceGroups/acceptance-nobodys" },
    ...{ status: 409, body: taken },
  });
  faults.add({ cloud: "AzureCloud", service: "authority", form, entra: 90038 });
  const reading = checks.filter(
    ({ needs, effect }) => effect === "reads" && !needs.includes("deployment") && !needs.includes("application"),
  );
  const only = reading.map(({ id }) => id).join(",");
  const rest = [...acceptance.other, "--only", only, "--yes"];
  const { code, text } = await acceptance.run(...acceptance.stack, ...rest);
  const [, printed = ""] = /\nReport: (\.local\/acceptance-reports\/\S+)\n$/u.exec(text) ?? [];
  const report = dirname(join(repository, printed));
  const { findings } = reportIn(report);
  const shown = readFileSync(join(report, "acceptance.md"), "utf8");
  rmSync(report, { recursive: true });
  expect(shown).toMatch(/begun \S+Z, took \d+ (?:seconds?|minutes?): /u);
  expect(findings).toHaveLength(reading.length);
  const differed = findings.filter(({ outcome }) => outcome !== "confirmed");
  expect({ code, differed }).toEqual({
    code: 1,
    differed: [
      {
        id: "token-from-another-cloud",
        expected: { status: 400, error: "invalid_request", codes: [900382] },
        found: { status: 400, error: "invalid_request", codes: [90038] },
      },
      {
        id: "graph-unknown-object",
        expected: { status: 404, code: "Request_ResourceNotFound" },
        found: { status: 403, code: "Denied to <account> with <secret>" },
      },
      {
        id: "resource-manager-unknown-group",
        expected: { status: 404, code: "ResourceGroupNotFound" },
        found: { status: 409, code: "MissingSubscriptionRegistration" },
      },
    ].map((one) => expect.objectContaining({ ...one, outcome: "differed" }) as object),
  });
  expect(text).toContain("3 differed");
  expect(text).toContain(`\n1 of ${reading.length}  ${reading[0]?.id ?? ""}\n`);
});

test("a deployer without a role in Azure: told with the fix, before anything is made", async () => {
  const { roleAssignments: assigned } = acceptance.project.subscription;
  const held = [...assigned];
  assigned.clear();
  acceptance.emulator.requests.clear();
  const before = acceptance.left();
  const { code, text } = await acceptance.run(...acceptance.everything);
  for (const [name, one] of held) assigned.set(name, one);
  expect([code, acceptance.left()]).toEqual([1, before]);
  expect(text).toMatch(
    /The run's stack cannot be deployed: azure-roles: may not create the resource group[^]* Assign the role: az role/u,
  );
  const entries = acceptance.emulator.requests.entries();
  expect(entries.filter(({ method, service }) => method !== "GET" && service !== "authority")).toEqual([]);
});

test.each([
  ["no stack", [], 2, /--stack is missing/u],
  ["another stack", ["--stack", "nobodys"], 2, /There is no .*Pulumi\.nobodys\.yaml/u],
  ["nobody who agrees", ["--stack", "dev"], 2, /There is no terminal to confirm at/u],
  ["a check that is not there", ["--stack", "dev", "--only", "x-y", "--yes"], 2, /There is no check x-y/u],
])("%s: refused, and nothing is made", async (_, argv, code, said) => {
  const file = argv.includes("dev") ? ["--config-file", acceptance.project.configFile] : [];
  const before = acceptance.left();
  const answered = await acceptance.run(...argv, ...file);
  expect([answered.code, acceptance.left()]).toEqual([code, before]);
  expect(answered.text).toMatch(said);
});
