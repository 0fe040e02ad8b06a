/**
 * From an empty folder to green jobs, in both clouds, by the ten steps of docs/ci.md as they stand there. Every job signs in as its own identity, which
 * the bootstrap stack made, with the rights that it gave. No blob is served there: jobs find the state where the model's is.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { CiStack, repository as onGithub } from "../e2e/support/ci-stack";
import { secureAppModel } from "../e2e/support/command";
import { configureBootstrap, makeAdministrator } from "../e2e/support/bootstrap-stack";
import { regions } from "../e2e/support/dev-configuration";
import { finished, keptKeys, Project, repository, startEmulator } from "../e2e/support/project";
import { type GhStandIn, startGh } from "../support/gh/stand-in";
import { type OidcIssuer, startOidcIssuer } from "../../tools/embedded-cloud/testing/oidc-issuer";
import { stacks } from "../support/github/workflow";
import { Newcomer } from "./support/ten-steps";

/** May grant all that the model declares as well: a Global Administrator may do anything in the directory. */
const globalAdministrator = [
  "AppRoleAssignment.ReadWrite.All",
  "Application.ReadWrite.All",
  "DelegatedPermissionGrant.ReadWrite.All",
  "Directory.Read.All",
  "GroupMember.ReadWrite.All",
];

const state = { account: "contosopartnerstate", vault: "contoso-partner-state" };

/** The page quotes placeholders, and a name needs no quotes. */
const unquoted = (line: string): string => line.replaceAll("'", "");

describe.each(stacks)("an empty stack of $cloud", (row) => {
  const cloud = row["cloud"] as keyof typeof regions;
  let issuer: OidcIssuer;
  let gh: GhStandIn;
  let model: Project;
  let bootstrap: Project;
  let newcomer: Newcomer;
  let ci: CiStack | undefined;

  beforeAll(async () => {
    const emulator = await startEmulator([cloud]);
    issuer = await startOidcIssuer(keptKeys, () => emulator.clock.now());
    gh = await startGh(onGithub);
    gh.rules.push({ approvals: 1, ofLastPush: true, bypass: [] });
    const settings = { credential: { rotateEvery: "30d" } };
    model = await Project.start({ emulator, cloud, stack: row["stack"] ?? "", made: false });
    const { clientId, clientSecret } = await makeAdministrator(model, globalAdministrator);
    bootstrap = await Project.start({
      ...{ emulator, cloud, stack: `ci-${model.stack}`, made: false },
      environment: { ARM_CLIENT_ID: clientId, ARM_CLIENT_SECRET: clientSecret },
    });
    newcomer = await Newcomer.start(bootstrap, model, { repository: onGithub, state }, settings, gh.folder);
  });
  afterAll(async () => {
    await Promise.all([ci?.close() ?? issuer.close(), gh.close()]);
    await bootstrap.close();
    await model.emulator.close();
  });

  const next = async () => (await bootstrap.outputs()).next;
  const run = async (file: string) => {
    if (ci === undefined) throw new Error("The repository was not set up.");
    return await (file === "preview.yml" ? ci.preview() : ci.run(file));
  };
  const backend = () => model.environment["PULUMI_BACKEND_URL"] ?? "";

  test("before its vault is there, the bootstrap stack prints how it is deployed, and then itself again", async () => {
    await newcomer.declare({
      endpoints: join(bootstrap.folder, "endpoints.json"),
      protect: "false",
      // For what this test runs in the repository's folder.
      "ci.stacks[0]": join(bootstrap.folder, `Pulumi.${model.stack}.yaml`),
      "ci.github.issuer": issuer.issuer,
      "ci.github.reviewer": "contoso/platform",
    });
    // For the other cloud the page refers to this output.
    const lines = await next();
    if (cloud === "AzureCloud") expect(lines.map(unquoted)).toEqual(newcomer.deployment().map(unquoted));
    await newcomer.deploy(lines);
    expect(await next()).toEqual([expect.stringMatching(/ ci set-up --stack \S+$/u)]);
  });

  test("set-up makes the repository ready, and again changes nothing", async () => {
    expect(gh.variables).toEqual({});
    expect(await newcomer.setUp()).toContain(`${onGithub} is set up: `);
    expect(gh.started).toEqual(["drift"]);
    const once = structuredClone([gh.variables, gh.environments]);
    await newcomer.setUp();
    expect([gh.variables, gh.environments]).toEqual(once);
    expect(gh.variables).toEqual({ DEPLOYMENTS: "on" });
    const [preview, read, up, renew, rotate] = ["-preview", "-read", "", "-renew", "-rotate"].map(
      (end) => gh.environments[`${model.stack}${end}`],
    );
    for (const one of [preview, read, up, renew, rotate, gh.environments["tell"]])
      expect(one?.branches).toEqual(["main"]);
    expect([up?.reviewers, renew?.reviewers]).toEqual([[{ type: "Team", id: 4711 }], []]);
    // The roles take effect.
    model.emulator.clock.advance(1000);
    ci = await CiStack.around(row, model, issuer, (environment) => ({
      ...gh.variables,
      ...gh.environments[environment]?.variables,
      ...(environment !== `${model.stack}-renew` ? { PULUMI_BACKEND_URL: backend() } : {}),
    }));
  });

  test.each(["preview.yml", "customers.yml", "drift.yml", "probe.yml", "renew.yml", "rotate.yml", "up.yml"])(
    "%s is green",
    async (file) => {
      const { code, text } = await run(file);
      expect([code, code === 0 ? "" : text]).toEqual([0, ""]);
    },
  );

  test("what was done to an identity by hand is drift of the bootstrap stack", async () => {
    const drift = async () => {
      const { code, stdout } = await secureAppModel(bootstrap, [
        ...["drift", "--stack", bootstrap.stack, "--cwd", repository, "--config-file", bootstrap.configFile],
      ]);
      return [code, stdout] as const;
    };
    expect(await drift()).toEqual([0, `Stack ${bootstrap.stack} has not drifted.\n`]);
    const up = [...model.tenant.applications.values()].find(
      ({ displayName }) => displayName === `partner-${model.stack}-up`,
    );
    const trusted = up?.["federatedIdentityCredentials"] as Record<string, unknown>[];
    const [own] = trusted;
    trusted.push({
      ...own,
      id: "6f0f3a8e-1111-4222-8333-0c3f0a6f6b51",
      name: "intruder",
      subject: "repo:someone/else:ref:refs/heads/main",
    });
    if (own !== undefined) own["subject"] = `repo:someone/else:environment:${model.stack}`;
    const [code, told] = await drift();
    expect(code).toBe(5);
    expect(told).toMatch(new RegExp(`ApplicationFederatedIdentityCredential partner-${model.stack}-up.*subject`, "su"));
    expect(told).toMatch(/federatedIdentityCredentials.*intruder/su);
    trusted.pop();
    await bootstrap.up();
    expect(await drift()).toEqual([0, `Stack ${bootstrap.stack} has not drifted.\n`]);
  });

  test("with Azure Pipelines in GitHub's place what is left is the line that prints the addresses", async () => {
    const azureDevOps = { organization: "contoso", project: "partner", issuer: issuer.issuer };
    const place = { ...state, location: regions[cloud] };
    await configureBootstrap(bootstrap, { stacks: [model.configFile], azureDevOps, state: place });
    await bootstrap.up();
    expect(await next()).toEqual([`pulumi stack output environments --stack ${bootstrap.stack}`]);
  });

  if (cloud === "AzureCloud")
    test("a name that is taken, and a model that is not there, are told before anything is made, with what helps", async () => {
      const ci = (settings: object) =>
        configureBootstrap(bootstrap, { stacks: [model.configFile], github: { repository: onGithub }, ...settings });
      const preview = async () => (await bootstrap.pulumi("preview")).text;
      const run = async (line: string) => {
        const pasted = spawn("bash", ["-c", line], { cwd: repository, env: bootstrap.environment, stdio: "pipe" });
        return await finished(pasted);
      };
      const place = `--stack ${bootstrap.stack} --config-file ${bootstrap.configFile}`;
      await ci({ stacks: ["nobody"] });
      const nobody = await preview();
      expect(nobody).toMatch(/ci\.stacks names stack nobody, but there is no file .*Pulumi\.nobody\.yaml/u);
      // Runs the fix "lib/config/model-file.ts: Name a stack with such a file, or the file".
      const [, name = ""] = /or the file: (pulumi config set --path '[^']+') '<stack>'/u.exec(nobody) ?? [];
      expect(await run(`${name} ${model.configFile} ${place}`)).toMatchObject({ code: 0 });
      expect(await preview()).toMatch(/Resources:/u);
      const taken = { account: "takenaccount", location: regions[cloud], vault: "contoso-partner-other" };
      const { storageAccounts } = model.subscription;
      const own = storageAccounts?.get("contosopartnerstate");
      if (own === undefined) throw new Error("The account of the state is not there.");
      storageAccounts?.set("takenaccount", own);
      await ci({ state: taken });
      const refused = await preview();
      expect(refused).toMatch(
        /cannot be called takenaccount: The storage account named takenaccount is already taken\./u,
      );
      // Runs the fix "lib/ci-identities/look-state.ts: Choose another name".
      const [, rename = ""] = /another name: (pulumi config set --path \S+) '<account name>'/u.exec(refused) ?? [];
      expect(await run(`${rename} contosootherstate ${place}`)).toMatchObject({ code: 0 });
      expect(await preview()).toMatch(/Resources:/u);
      storageAccounts?.delete("takenaccount");
      const vault = model.subscription.vaults.get("contoso-partner-state");
      if (vault !== undefined) {
        vault.deletedAt = model.emulator.clock.now();
        vault.resource.id = vault.resource.id.replace(/resourceGroups\/[^/]+/u, "resourceGroups/elsewhere");
      }
      await ci({ state: { ...taken, account: "contosootherstate", vault: "contoso-partner-state" } });
      const deleted = await preview();
      expect(deleted).toMatch(/A vault contoso-partner-state of another resource group is soft-deleted/u);
      // Runs the fix "lib/ci-identities/look-state.ts: Choose another name (2)".
      const [, other = ""] = /another name: (pulumi config set --path \S+) '<vault name>'/u.exec(deleted) ?? [];
      expect(await run(`${other} contoso-partner-next ${place}`)).toMatchObject({ code: 0 });
      expect(await preview()).toMatch(/Resources:/u);
    });
});
