/** A stack's first day by `init` and `env`: from an empty project to tokens, without a setting that is typed by hand. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { firstPartyApps } from "../../lib/config/clouds";
import type { FailureOutput } from "../cli/support/failure-document";
import { secureAppModel } from "./support/command";
import { Project, repository } from "./support/project";

interface Initialized {
  file: string;
  checks: { name: string; state: string }[];
  next: string;
}

const comments = (text: string): string[] => text.match(/^ *# .*$/gmu) ?? [];
const template = readFileSync(join(repository, "templates", "partner", "Pulumi.global.yaml"), "utf8");

/** Runs the fix "cli/init/answers.ts: Name them". */
test.each(["AzureCloud", "AzureUSGovernment"] as const)("a new stack in %s", async (cloud) => {
  await using project = await Project.start({ cloud, made: false, stack: "first", runsIn: "own folder" });
  const { folder, seeds, configFile } = project;
  const account = seeds.users.serviceAccount.userPrincipalName;
  const location = cloud === "AzureCloud" ? "westeurope" : "usgovvirginia";
  const run = (...argv: string[]) => secureAppModel(project, [...argv, "--stack", "first", "--cwd", folder, "--json"]);

  const refused = await run("init");
  const { error } = JSON.parse(refused.stdout) as FailureOutput;
  expect([refused.code, error.code]).toEqual([2, "usage"]);
  const values: Record<string, string> = { "<vault name>": "partner-tokens", "<service account>": account };
  const printed = error.fixes[0]?.commands[0]?.args.map((word) =>
    word === "westeurope" ? location : (values[word] ?? word),
  );
  const made = await secureAppModel(project, printed ?? []);
  const { file, checks, next } = JSON.parse(made.stdout) as Initialized;
  expect([made.code, file, next]).toEqual([0, configFile, `pulumi up --stack first --cwd ${folder}`]);
  expect(checks.filter(({ state }) => !["ok", "skipped"].includes(state))).toEqual([]);
  // The fixes of its checks are run after it.
  expect(made.stdout).toMatch(/secure-app-model doctor --stack first --cwd \S+ --client-id/u);
  expect(made.stdout).not.toContain("secure-app-model init");
  expect(checks).toContainEqual(expect.objectContaining({ name: "preview", state: "ok" }));

  const text = readFileSync(configFile, "utf8");
  expect(comments(text)).toEqual(expect.arrayContaining(comments(template)));
  const { config, ...key } = parse(text) as { config: Record<string, unknown> };
  const own = (name: string) => config[`secure-application-model:${name}`];
  expect([own("cloud"), own("tenantId"), own("subscriptionId")]).toEqual([
    cloud,
    seeds.partner.id,
    seeds.subscription.id,
  ]);
  expect(own("vault")).toMatchObject({ name: "partner-tokens", location });
  expect(own("consent")).toMatchObject({ account });
  expect(Object.keys(key)).toEqual(["encryptionsalt"]);

  const again = await run("init");
  expect([again.code, readFileSync(configFile, "utf8")]).toEqual([2, text]);
  if (cloud !== "AzureCloud") return;

  await project.set({ "consent.port": project.signInPort });
  await project.up();
  const { variables } = JSON.parse((await run("env")).stdout) as { variables: Record<string, string> };
  const token = await secureAppModel(project, ["token", "partner-center"], variables);
  expect(token).toMatchObject({ code: 0, stdout: expect.stringMatching(/^eyJ/u) as string });
});

test("an indirect reseller's first week: Partner Center refuses each request, and everything but consents goes on", async () => {
  await using project = await Project.start({ made: false, stack: "first", runsIn: "own folder" });
  const { folder, seeds, tenant, emulator } = project;
  tenant.isIndirectReseller = true;
  const ofStack = ["--stack", "first", "--cwd", folder];
  const usual = readFileSync(join(folder, "Pulumi.yaml"), "utf8");
  writeFileSync(join(folder, "Pulumi.yaml"), usual.replace(/^options:\n {2}refresh: always\n/mu, ""));
  const answers = ["--vault-name", "partner-tokens", "--region", "westeurope", "--azure", "yes"];
  const account = ["--account", seeds.users.serviceAccount.userPrincipalName];
  const graph = ["--graph", "User.Read,DelegatedAdminRelationship.Read.All"];
  const made = await secureAppModel(project, ["init", ...ofStack, ...answers, ...account, ...graph]);
  // What a warning asks for comes before the deployment.
  const last = `Next: what the warnings above ask for, then: pulumi up --stack first --cwd ${folder}\n`;
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining(`1 warnings, 0 failed`) as string });
  expect(made.stderr.endsWith(last)).toBe(true);
  writeFileSync(join(folder, "Pulumi.yaml"), usual);

  await project.set({ "consent.port": project.signInPort });
  await project.up();
  const env = await secureAppModel(project, ["env", ...ofStack, "--json"]);
  const { variables } = JSON.parse(env.stdout) as { variables: Record<string, string> };
  const { applicationId } = await project.outputs();
  const grants = {
    [firstPartyApps.microsoftGraph]: "User.Read",
    [firstPartyApps.azureResourceManager]: "user_impersonation",
  };
  const applicationGrants = Object.entries(grants).map(([enterpriseApplicationId, scope]) => ({
    enterpriseApplicationId,
    scope,
  }));
  // As the administrators' consents leave them: Partner Center made none.
  for (const { applicationConsents } of tenant.customers)
    applicationConsents.set(applicationId, { applicationId, displayName: null, applicationGrants });
  const failures = ["--failures", join(folder, "failures.csv")];
  const names = tenant.customers.slice(0, 2).map(({ companyProfile }) => companyProfile.companyName);
  const refused = [403];
  const week: [argv: string[], printed: string[], partnerCenter?: number[]][] = [
    [["customers", "list", "--access"], [...names, "granted there: graph User.Read, arm user_impersonation"], refused],
    [["customers", "check", ...failures], [`Application ${applicationId}: 2 ok.`], refused],
    [["exec", "--all", ...failures, "--", "true"], [`Application ${applicationId}: 2 ok.`], refused],
    [["renew"], [seeds.partner.id]],
    [["status", "--probe"], ["403, code 1002"], refused],
    [["doctor", "--probe", ...ofStack], ["403, code 1002", " 0 failed"], refused],
  ];
  for (const [argv, printed, statuses = []] of week) {
    emulator.requests.clear();
    const { code, stdout, stderr } = await secureAppModel(project, argv, variables);
    const asked = emulator.requests.entries().filter(({ service }) => service === "partnerCenter");
    const found = printed.filter((one) => `${stdout}${stderr}`.includes(one));
    expect({ argv, code, found, statuses: [...new Set(asked.map(({ status }) => status))] }).toEqual({
      ...{ argv, code: 0, found: printed, statuses },
    });
  }
});
