/** `customers list --access`, built, on an emulator. */
import type { RelationshipStatus } from "../../tools/embedded-cloud/testing/directory";
import { partnerTenant } from "../../tools/embedded-cloud/testing/applications";
import { customersOf, relationship, showingRelationships, withGraph } from "./support/relationships";
import { type Stage, stageForEach } from "./support/stage";

let stage: Stage;
stageForEach((fresh) => {
  stage = fresh;
});

const list = async (...argv: string[]) => await stage.run(["customers", "list", "--access", ...argv]);

test("relationships with roles and ends, which roles the service account has, and what a redemption there grants", async () => {
  await withGraph(stage, ...showingRelationships);
  const [contoso, wingtip, adventure] = stage.emulator.seeds.customers;
  await stage.run(["customers", "consent", contoso.id, "--grant", "graph=User.Read"]);
  const [, second] = customersOf(stage);
  const sales = stage.emulator.seeds.groups.salesAgents.id;
  expect(partnerTenant(stage.emulator).groups.has(sales)).toBe(true);
  second.relationships = [
    relationship(sales, { id: "one", autoExtendDuration: "P180D" }),
    relationship(sales, { id: "two", displayName: "Before", endDateTime: "2026-02-01T00:00:00Z" }),
  ];
  const ends = new Date(Date.now() + 730 * 86_400_000).toISOString().slice(0, 8);
  const { code, stdout, stderr } = await list();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.replace(new RegExp(`${ends}\\d\\d`, "u"), "<end>").trimEnd();
  expect(lines.split("\n")).toEqual([
    `${contoso.id}  contoso.example    Contoso`,
    "  active until <end>, Contoso administration: Cloud Application Administrator, Directory Readers",
    "    the service account has all of them, through its groups",
    "  granted there: graph User.Read",
    `${wingtip.id}  wingtip.example    Wingtip Toys`,
    "  active until 2199-06-01, then extended, Reading: Global Reader",
    "    the service account is in no group that has one of these roles",
    "  expired since 2026-02-01, Before: Global Reader",
    expect.stringMatching(
      /^ {2}not known: A token for customer tenant .* in no group that has access there/u,
    ) as string,
    `${adventure.id}  adventure.example  Adventure Works`,
    "  no granular relationship",
    "  granted there: nothing",
  ]);
  const roles = { roles: ["Global Reader"], held: [] };
  const json = JSON.parse((await list("--json", "--filter", "reading", "--filter", "wingtip")).stdout) as object[];
  expect(json).toEqual([
    {
      ...{ tenantId: wingtip.id, domain: "wingtip.example", name: "Wingtip Toys" },
      access: {
        relationships: [
          { id: "one", name: "Reading", status: "active", endsOn: "2199-06-01T00:00:00Z", extended: true, ...roles },
          { id: "two", name: "Before", status: "expired", endsOn: "2026-02-01T00:00:00Z", extended: false, ...roles },
        ],
        granted: null,
        problems: [expect.stringContaining("AADSTS50020") as string],
      },
    },
  ]);
});

test("a relationship in each state: an end where it has one, and no role of one that is not active", async () => {
  await withGraph(stage, ...showingRelationships);
  const [contoso] = stage.emulator.seeds.customers;
  const group = stage.emulator.seeds.groups.adminAgents.id;
  const inState = (status: RelationshipStatus, endDateTime: string | null) =>
    relationship(group, { id: status, displayName: `In ${status}`, status, endDateTime });
  const end = "2199-06-01T00:00:00Z";
  customersOf(stage)[0].relationships = [
    ...(["created", "approvalPending", "approved", "activating"] as const).map((status) => inState(status, null)),
    ...(["active", "expiring", "terminationRequested", "terminating"] as const).map((one) => inState(one, end)),
    ...(["expired", "terminated"] as const).map((status) => inState(status, "2026-02-01T00:00:00Z")),
  ];
  const { code, stdout } = await list("--filter", contoso.id);
  expect([code, stdout.split("\n").slice(1, -2)]).toEqual([
    0,
    [
      "  created, In created: Global Reader",
      "  approvalPending, In approvalPending: Global Reader",
      "  approved, In approved: Global Reader",
      "  activating, In activating: Global Reader",
      "  active until 2199-06-01, In active: Global Reader",
      "    the service account has all of them, through its groups",
      "  expiring until 2199-06-01, In expiring: Global Reader",
      "  terminationRequested until 2199-06-01, In terminationRequested: Global Reader",
      "  terminating until 2199-06-01, In terminating: Global Reader",
      "  expired since 2026-02-01, In expired: Global Reader",
      "  terminated since 2026-02-01, In terminated: Global Reader",
    ],
  ]);
});

test.each([[[]], [["User.Read"]], [["DelegatedAdminRelationship.Read.All"]]])(
  "with %j alone: the setting that is missing, exit code 3, and the rest all the same",
  async (names) => {
    await withGraph(stage, ...names);
    const { code, stdout, stderr } = await list("--filter", "Contoso");
    const extra = "secure-application-model:permissions.extra[0]";
    expect({ code, stdout: stdout.split("\n").slice(1) }).toEqual({
      code: 3,
      stdout: ["  granted there: nothing", ""],
    });
    expect(stderr).toMatch(/^error: The granular relationships \(GDAP\) are not shown: /u);
    for (const [setting, value] of [
      ["resource", "'Microsoft Graph'"],
      ["delegated[0]", "DelegatedAdminRelationship.Read.All"],
      ["delegated[1]", "User.Read"],
    ] as const)
      expect(stderr).toContain(`pulumi config set --path '${extra}.${setting}' ${value}`);
  },
);

test("in China nobody is asked for relationships", async () => {
  await withGraph(stage, ...showingRelationships);
  await stage.storeToken({ tags: stage.tags({ cloud: "AzureChinaCloud" }) });
  stage.emulator.requests.clear();
  const { code, stdout, stderr } = await stage.run(["customers", "list", "--access"], {
    SECURE_APP_MODEL_CLOUD: "AzureChinaCloud",
  });
  expect({ code, lines: stdout.trimEnd().split("\n").length, stderr }).toEqual({
    code: 0,
    lines: 6,
    stderr: "Microsoft Graph does not serve granular relationships (GDAP) in this cloud.\n",
  });
  expect(stage.emulator.requests.entries().filter(({ service }) => service === "microsoftGraph")).toEqual([]);
});
