/** `customers check --issue --notify`: one issue for a partner, and a message, while access to a customer is lost, has changed or ends soon. */
import { partnerTenant } from "../../tools/embedded-cloud/testing/applications";
import { type Listeners, listenersForEach } from "./support/listeners";
import { RunFolder } from "./support/many-customers";
import { customersOf, globalReader, relationship, showingRelationships, withGraph } from "./support/relationships";
import { type Stage, stageForEach } from "./support/stage";

let stage: Stage;
let { tracker, webhook, variables } = {} as Listeners;
listenersForEach((fresh) => ({ tracker, webhook, variables } = fresh));
let folder: RunFolder;
stageForEach(async (fresh) => {
  stage = fresh;
  await withGraph(stage, ...showingRelationships);
});
beforeEach(() => (folder = new RunFolder()));
afterEach(() => {
  folder.remove();
});

const customers = async (...argv: string[]) => await stage.run(["customers", ...argv], variables);
const declared = (gdap?: string[]) => folder.file("grants.json", JSON.stringify({ graph: ["User.Read"], gdap }));
const check = async (...argv: string[]) => await customers("check", "--failures", folder.failures, ...argv);
const report = async (file = declared(), ...argv: string[]) =>
  await check("--grants", file, "--issue", "--notify", ...argv);
const consent = async (...argv: string[]) => await customers("consent", "--all", ...argv, ...folder.options);
const rows = () => (tracker.issues[0]?.body ?? "").split("\n").filter((line) => line.startsWith("| `"));
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

test("lost: each customer in the issue and the post; an outage is posted, and changes no issue; all is well, it is closed", async () => {
  const [contoso, wingtip] = customersOf(stage);
  const { partner } = stage.emulator.seeds;
  await consent("--grants", declared());
  contoso.applicationConsents.clear();
  wingtip.conditionalAccess = "blocks";
  const about = `Customers of partner ${partner.id}`;
  const opened = `${about}: issue opened: https://github.example/issues/1\nPosted to the webhook.\n`;
  expect(await report()).toMatchObject({ code: 3, stderr: opened });
  const title = `${about}: access to 2 customers is lost, has changed or ends soon`;
  expect(tracker.issues).toMatchObject([{ title, labels: ["customers"] }]);
  expect(rows()).toEqual([
    expect.stringMatching(
      `^\\| \`failed\` \\| \`${contoso.id}\` \\| \`Contoso\` \\| \`lost\` \\| \`Customer .* lacks a consent to application .*: secure-app-model customers consent ${contoso.id} --grants `,
    ),
    expect.stringMatching(
      `^\\| \`failed\` \\| \`${wingtip.id}\` \\| \`Wingtip Toys\` \\| \`lost\` \\| \`.*AADSTS53003.*Conditional Access blocks `,
    ),
  ]);
  expect(JSON.stringify(webhook.posts)).toContain(title);
  await consent("--grants", declared());
  delete wingtip.conditionalAccess;
  const path = `/${wingtip.id}/*`;
  const fault = stage.emulator.faults.add({ service: "authority", method: "POST", path, drop: true, times: 0 });
  expect(await report()).toMatchObject({ code: 1 });
  expect(tracker.issues).toMatchObject([{ state: "open", comments: [] }]);
  expect(JSON.stringify(webhook.posts.at(-1))).toContain("1 customer could not be checked");
  stage.emulator.faults.remove(fault.id);
  expect(await report()).toMatchObject({
    code: 0,
    stderr: `${about}: issue closed: https://github.example/issues/1\n`,
  });
});

test("a customer of the list who is none any more is lost", async () => {
  await consent("--grants", declared());
  const file = folder.file("customers.csv", "tenantId\n00000000-1111-4222-8333-444444444444\n");
  expect((await report(declared(), "--from", file)).code).toBe(2);
  expect(rows()).toEqual([
    expect.stringMatching(
      /^\| `failed` \| `00000000-1111-4222-8333-444444444444` \| .* \| `lost` \| .*AADSTS90002.*customers list/u,
    ),
  ]);
});

test("changed: a consent that has become wider than what is declared works, and is told; a tracker that refuses hides nothing, and fails the command", async () => {
  const [contoso] = customersOf(stage);
  await consent("--grants", declared());
  await customers("consent", contoso.id, "--replace", "--grant", "graph=User.Read,Directory.Read.All");
  const found = await report();
  expect([found.code, found.stdout]).toEqual([
    0,
    `Application ${stage.application.clientId}: 2 ok, 1 wider.\n  warning ${contoso.id} Contoso changed: The consent there is wider: It also has graph Directory.Read.All.\n`,
  ]);
  expect(rows()).toEqual([
    `| \`warning\` | \`${contoso.id}\` | \`Contoso\` | \`changed\` | \`The consent there is wider: It also has graph Directory.Read.All.\` |`,
  ]);
  tracker.faults.push({ status: 403, body: { message: "Resource not accessible by integration" } });
  const refused = await report();
  expect([refused.code, refused.stdout]).toEqual([1, found.stdout]);
  expect(refused.stderr).toContain("The token needs the permission issues: write.");
});

describe("with roles of relationships declared", () => {
  const group = () => stage.emulator.seeds.groups.adminAgents.id;
  beforeEach(async () => {
    await consent("--grants", declared());
    for (const one of customersOf(stage)) one.relationships = [relationship(group())];
  });
  const withRoles = () => declared(["Global Reader"]);

  test("all is as declared: no issue, no post", async () => {
    expect(await report(withRoles())).toEqual({
      code: 0,
      stdout: `Application ${stage.application.clientId}: 3 ok.\n`,
      stderr: "",
    });
    expect([tracker.issues, webhook.posts]).toEqual([[], []]);
  });

  test("a role that the account has no more is lost; in the group it has it again", async () => {
    const [contoso] = customersOf(stage);
    const reading = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b";
    const sales = stage.emulator.seeds.groups.salesAgents.id;
    contoso.relationships = [relationship(group(), { roles: [reading] }), relationship(sales)];
    expect((await report(withRoles())).code).toBe(3);
    expect(rows()).toEqual([
      expect.stringMatching(
        /`failed` .* `lost` .*lacks roles at customer .*: Global Reader\. Its groups have Directory Readers\. .*az ad group member add --group '<group>' --member-id '<object id>', then secure-app-model customers check \S+ --grants /u,
      ),
    ]);
    partnerTenant(stage.emulator).groups.get(sales)?.members.add(stage.serviceAccount().id);
    expect(await report(withRoles())).toMatchObject({ code: 0 });
    expect(tracker.issues[0]?.state).toBe("closed");
  });

  test("the last relationship with a role of the account's that ends soon is told in time; one that is extended or followed is none", async () => {
    const [contoso, wingtip, adventure] = customersOf(stage);
    const endDateTime = inDays(20);
    contoso.relationships = [relationship(group(), { endDateTime })];
    wingtip.relationships = [relationship(group(), { endDateTime, autoExtendDuration: "P180D" })];
    adventure.relationships = [relationship(group(), { endDateTime }), relationship(group())];
    const { code, stdout } = await report(withRoles());
    expect([code, stdout]).toEqual([0, expect.stringContaining(": 2 ok, 1 ending.\n  warning ")]);
    expect(rows()).toEqual([
      `| \`warning\` | \`${contoso.id}\` | \`Contoso\` | \`ends\` | \`The relationship "Reading" ends on ${endDateTime.slice(0, 10)}, and no other one has Global Reader. Request another one in Partner Center, or extend this one.\` |`,
    ]);
    expect((await report(withRoles(), "--warn-days", "10")).code).toBe(0);
    expect(tracker.issues[0]?.state).toBe("closed");
  });

  test("a single customer: the same in a sentence, and as JSON", async () => {
    const [contoso] = customersOf(stage);
    contoso.relationships = [relationship(group(), { endDateTime: inDays(20), autoExtendDuration: "P0D" })];
    const argv = ["customers", "check", contoso.id, "--grants", declared([globalReader.toUpperCase()])];
    expect((await stage.run(argv)).stdout).toMatch(
      /has all requested permissions at customer .*\. The relationship "Reading" ends on /u,
    );
    expect(JSON.parse((await stage.run([...argv, "--json"])).stdout)).toMatchObject({
      outcome: "ending",
      findings: [{ kind: "ends", state: "warning" }],
    });
  });
});

test("a report is of all customers: none may be named for it", async () => {
  const [contoso] = stage.emulator.seeds.customers;
  const { code, stderr } = await report(declared(), contoso.id);
  expect(code).toBe(2);
  expect(stderr).toContain("--issue, --notify and --markdown report on all customers together.");
  expect(tracker.issues).toEqual([]);
});
