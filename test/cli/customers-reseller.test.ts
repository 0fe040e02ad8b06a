/** An indirect reseller, whom Partner Center refuses: `customers`, `exec` and `status`, built, on an emulator. */
import { parse } from "csv-parse/sync";
import { partnerTenant } from "../../tools/embedded-cloud/testing/applications";
import { assignDirectoryRole, firstParty } from "../../tools/embedded-cloud/testing/directory";
import { expectFailure } from "./support/failing";
import { RunFolder } from "./support/many-customers";
import { customersOf, relationship, showingRelationships, withGraph } from "./support/relationships";
import { type Stage, stageForEach } from "./support/stage";

let stage: Stage;
let folder: RunFolder;
stageForEach((fresh) => {
  stage = fresh;
  partnerTenant(stage.emulator).isIndirectReseller = true;
  folder = new RunFolder();
});
afterEach(() => {
  folder.remove();
});

const refused = "Listing the customers was refused: 403, code 1002.";

const listed = async (...argv: string[]) => {
  const { code, stdout, stderr } = await stage.run(["customers", "list", "--json", ...argv]);
  const customers = JSON.parse(stdout) as { tenantId: string; domain: string; name: string }[];
  return { code, stderr, customers: customers.map(({ domain, name }) => `${domain} ${name}`.trim()) };
};

test("customers come from Graph: with a relationship, and with a directory role all, and their domains", async () => {
  await withGraph(stage, ...showingRelationships, "Directory.Read.All");
  const few = await listed();
  expect(few).toMatchObject({ code: 0, customers: ["Contoso", "Wingtip Toys"] });
  expect(few.stderr).toContain(`${refused} The customers come from Microsoft Graph.`);
  expect(few.stderr).toMatch(/permissions\.extra.* Directory Readers/u);
  assignDirectoryRole(partnerTenant(stage.emulator), "directoryReaders", stage.emulator.seeds.users.serviceAccount.id);
  const all = ["contoso.example Contoso", "wingtip.example Wingtip Toys", "adventure.example Adventure Works"];
  expect(await listed("--from", "graph")).toEqual({ code: 0, stderr: "", customers: all });
  for (const argv of [
    ["customers", "consent", "--all", "--dry-run"],
    ["customers", "consent", "--from", "graph", "--dry-run"],
    ["exec", "--customers", "graph", "--dry-run", "--", "true"],
    ["exec", "--all", "--dry-run", "--", "true"],
  ]) {
    const { code, stdout, stderr } = await stage.run(argv);
    expect([argv, code, `${stdout}${stderr}`.split("\n").filter((line) => line.includes(".example")).length]).toEqual([
      argv,
      0,
      3,
    ]);
  }
});

test("without the permission the failure names it, and a source that there is not is refused", async () => {
  await stage.storeToken();
  const text =
    /^The customers are not read from Microsoft Graph: the token lacks DelegatedAdminRelationship\.Read\.All/u;
  await expectFailure(stage, ["customers", "list", "--from", "graph"], 3, text);
  await expectFailure(stage, ["customers", "list", "--from", "x.csv"], 2, "--from x.csv is no source of a list.");
});

test("the consent's failure has the address for the customer's administrator", async () => {
  await stage.storeToken();
  const [{ id }] = stage.emulator.seeds.customers;
  const address = `/${id}/v2.0/adminconsent?client_id=${stage.application.clientId}&`;
  await expectFailure(stage, ["customers", "consent", id, "--grant", "graph=User.Read"], 1, address);
});

test("the file of failures has the addresses of each customer, of which one is for each resource", async () => {
  await withGraph(stage, ...showingRelationships);
  const { code } = await stage.run(["customers", "consent", "--all", ...folder.options]);
  const rows = parse<Record<"tenantId" | "fix", string>>(folder.read(folder.failures), { columns: true });
  const addresses = rows.map(({ tenantId, fix }) => [
    tenantId,
    fix.match(/\/[^/]+\/v2\.0\/adminconsent\?client_id=[^&]+/gu),
  ]);
  const address = (id: string) => `/${id}/v2.0/adminconsent?client_id=${stage.application.clientId}`;
  const [contoso, wingtip] = stage.emulator.seeds.customers;
  expect([code, new Map(addresses as [])]).toEqual([
    1,
    new Map([contoso, wingtip].map(({ id }) => [id, [address(id), address(id)]])),
  ]);
});

test("after Partner Center's refusal check and exec have these addresses too, with the options to check again", async () => {
  await withGraph(stage, ...showingRelationships);
  const [, { id }] = stage.emulator.seeds.customers;
  for (const argv of [
    ["customers", "check", "--all", "--grant", "graph=User.Read", ...folder.options],
    ["exec", "--all", "--resource", "graph", ...folder.options, "--", "true"],
  ]) {
    await stage.run(argv);
    const rows = parse<Record<"tenantId" | "fix", string>>(folder.read(folder.failures), { columns: true });
    const { fix } = rows.find(({ tenantId }) => tenantId === id) ?? {};
    expect([argv[0], fix]).toEqual([argv[0], expect.stringContaining(`/${id}/v2.0/adminconsent?client_id=`)]);
  }
  const json = folder.file("failures.jsonl", "");
  await stage.run(["customers", "check", "--all", "--grant", "graph=User.Read", "--failures", json]);
  expect(folder.read(json)).toContain(`secure-app-model customers check ${id} --grant graph=User.Read"`);
});

test("check asks Partner Center itself where no list of it has shown the refusal: for one customer, and for those from Graph", async () => {
  await withGraph(stage, ...showingRelationships);
  const [, { id }] = stage.emulator.seeds.customers;
  const address = `/${id}/v2.0/adminconsent?client_id=`;
  const one = await stage.run(["customers", "check", id]);
  expect([one.code, one.stderr]).toEqual([3, expect.stringContaining(address)]);
  expect(one.stderr).not.toContain("customers consent");
  for (const argv of [
    ["customers", "check", "--from", "graph", ...folder.options],
    ["exec", "--customers", "graph", "--resource", "graph", ...folder.options, "--", "true"],
  ]) {
    stage.emulator.requests.clear();
    await stage.run(argv);
    expect([argv[0], folder.read(folder.failures)]).toEqual([argv[0], expect.stringContaining(address)]);
    const asked = stage.emulator.requests.entries().filter(({ path }) => path.startsWith("/v1/customers"));
    expect(asked.map(({ path }) => path)).toEqual(["/v1/customers?size=1"]);
  }
});

test("a tenant that Microsoft Graph does not list gets no address; one that a part of the list lacks gets it, with the doubt", async () => {
  const id = "0a000000-0000-4000-8000-00000000000a";
  await withGraph(stage, ...showingRelationships);
  const doubt = "Microsoft Graph's list, which may lack customers, does not have this one.";
  for (const [command, fix] of [
    ["consent", "/adminconsent?client_id="],
    ["revoke", "az ad sp delete"],
  ] as const) {
    const { code, stderr } = await stage.run(["customers", command, id]);
    expect(code).not.toBe(0);
    expect(stderr).toContain(doubt);
    expect(stderr).toContain(fix);
  }
  await withGraph(stage, ...showingRelationships, "Directory.Read.All");
  assignDirectoryRole(partnerTenant(stage.emulator), "directoryReaders", stage.emulator.seeds.users.serviceAccount.id);
  for (const command of ["consent", "revoke"]) {
    const { code, stderr } = await stage.run(["customers", command, id]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`error: ${id} is not a customer of this partner.`)]);
    expect(stderr).not.toMatch(/adminconsent|az ad sp/u);
  }
});

test("a list that Graph does not give keeps no address back", async () => {
  await withGraph(stage, ...showingRelationships);
  const [{ id }] = stage.emulator.seeds.customers;
  stage.emulator.faults.add({ service: "microsoftGraph", path: "*/delegatedAdminCustomers", status: 503, times: 0 });
  const { stderr } = await stage.run(["customers", "consent", id]);
  expect(stderr).toContain("/adminconsent?client_id=");
});

test("relationships, their ends and what is granted come from Graph; the check warns before an end", async () => {
  await withGraph(stage, ...showingRelationships);
  const [contoso] = stage.emulator.seeds.customers;
  const group = stage.emulator.seeds.groups.adminAgents.id;
  const endDateTime = new Date(Date.now() + 7 * 86_400_000).toISOString();
  customersOf(stage)[0].relationships = [relationship(group, { endDateTime })];
  customersOf(stage)[1].relationships = [];
  const consent = { applicationId: stage.application.clientId, displayName: "App" };
  const grant = { enterpriseApplicationId: firstParty.microsoftGraph.appId, scope: "User.Read" };
  customersOf(stage)[0].applicationConsents.set(consent.applicationId, { ...consent, applicationGrants: [grant] });
  const { code, stdout } = await stage.run(["customers", "list", "--access", "--from", "graph"]);
  expect([code, stdout.split("\n")]).toEqual([
    0,
    [
      `${contoso.id}    Contoso`,
      `  active until ${endDateTime.slice(0, 10)}, Reading: Global Reader`,
      "    the service account has all of them, through its groups",
      "  granted there: graph User.Read",
      "",
    ],
  ]);
  const grants = folder.file("grants.json", JSON.stringify({ graph: ["User.Read"], gdap: ["Global Reader"] }));
  for (const which of [["--all"], ["--from", "graph"]]) {
    const checked = await stage.run(["customers", "check", ...which, "--grants", grants, "--json"]);
    expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining(`ends on ${endDateTime.slice(0, 10)}`)]);
  }
});

test("the failure of revoke has what the customer's administrator runs; many come from Graph", async () => {
  await withGraph(stage, ...showingRelationships);
  const [{ id }] = stage.emulator.seeds.customers;
  const removal = `az ad sp delete --id ${stage.application.clientId}`;
  await expectFailure(stage, ["customers", "revoke", id], 1, removal);
  const argv = ["customers", "revoke", "--from", "graph", "--yes", "--json", ...folder.options];
  const { code, stdout } = await stage.run(argv);
  expect([code, JSON.parse(stdout)]).toEqual([1, expect.objectContaining({ failed: 2 })]);
});

test("the probe takes the refusal neither for a revoked token nor for a missing second factor", async () => {
  await stage.storeToken();
  const { code, stdout } = await stage.run(["status", "--probe", "--json"]);
  expect(code).toBe(0);
  expect(stdout).toContain("403, code 1002");
  expect(stdout).toContain('"redeemed":true');
});
