/** Doctor's findings in a deployed stack: each printed deployment is run, and fixes them. Several findings share one. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { shownElsewhere } from "../../components/shown-elsewhere";
import { judgeRefusal } from "../../cli/doctor/checks/vault";
import { firstPartyApps } from "../../lib/config/clouds";

import { documentOf, type FixDocument, fixDocuments } from "../../lib/errors/document";
import { Failure } from "../../lib/errors/failure";
import type { Application, Tenant } from "../../embedded-cloud/testing/directory";
import { asVaultError } from "../../lib/vault/vault-error";
import { askResourceManager, vaultPath } from "../../embedded-cloud/testing/azure";
import { deployedOnce } from "../e2e/support/deployed-once";
import { openGraph } from "../e2e/support/graph";
import { Project, repository } from "../e2e/support/project";
import { openVault } from "../e2e/support/vault";
import { azForAll } from "../fixes/support/here";
import { linesOf, printedFixes, typed } from "../fixes/support/printed";

let project: Project;
let commands: string;
const az = azForAll(() => project.emulator);
beforeAll(async () => {
  project = await Project.start();
  commands = await mkdtemp(join(tmpdir(), "commands-"));
  const own = `#!/bin/sh\nexec '${process.execPath}' '${join(repository, "bin", "cli", "main.js")}' "$@"\n`;
  await writeFile(join(commands, "secure-app-model"), own, { mode: 0o755 });
});
afterAll(async () => {
  await project.close();
  await rm(commands, { recursive: true });
});

const terminal = () => ({
  env: {
    ...project.environment,
    PATH: [commands, az.folder(), project.environment["PATH"]].join(delimiter),
    // Answers yes to the engine's question.
    PULUMI_SKIP_CONFIRMATIONS: "true",
  },
  cwd: repository,
});

interface Found {
  name: string;
  state: string;
  what: string;
  fixes: FixDocument[];
}
const ofStack = () => `--stack dev --config-file ${project.configFile}`;
async function doctor(...argv: string[]): Promise<Found[]> {
  const { stdout } = await typed(terminal(), [
    ["secure-app-model doctor --json", ofStack(), ...argv, "|| true"].join(" "),
  ]);
  return JSON.parse(stdout) as Found[];
}

interface Row {
  fix: string;
  /** The finding that it is printed for. */
  name: string;
}

/** Runs doctor, then the fix of each of these findings once, and then doctor again. */
async function proveFixes(rows: readonly Row[], fill: Record<string, string> = {}, ...argv: string[]): Promise<void> {
  const before = await doctor(...argv);
  const lines = rows.flatMap(({ fix, name }) => {
    const { fixes = [] } = before.find((one) => one.name === name) ?? {};
    return printedFixes(fixes, fix).flatMap((one) => linesOf(one, fill));
  });
  await type([...new Set(lines)]);
  const after = await doctor(...argv);
  const states = rows.map(({ name }) => {
    const { state, what: said } = after.find((one) => one.name === name) ?? {};
    return { name, state, said };
  });
  expect(states).toEqual(rows.map(({ name }) => ({ name, state: "ok", said: expect.any(String) as string })));
}

async function type(lines: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await typed(terminal(), lines);
  if (code !== 0) throw new Error(`${lines.join("\n")}\nended with ${code}:\n${stdout}\n${stderr}`);
}

const tenant = (): Tenant => found(project.cloud.tenants.get(project.seeds.partner.id));
async function application(): Promise<Application> {
  const { applicationObjectId } = await project.outputs();
  return found(tenant().applications.get(String(applicationObjectId)));
}
const vaultId = () => vaultPath(project.emulator, "partner-tokens", "partner-tokens");

function found<T>(one: T | undefined): T {
  if (one === undefined) throw new Error("There is no such thing in the embedded cloud.");
  return one;
}

test("where nothing is deployed yet, a deployment makes it", async () => {
  await proveFixes([
    { name: "application", fix: "cli/doctor/checks/application.ts: Make it" },
    { name: "vault", fix: "cli/doctor/checks/vault.ts: Make it" },
  ]);
});

describe("of a stack that is deployed", () => {
  beforeEach(async () => {
    await project.become(await deployedOnce("AzureCloud"));
  });

  test("an application that was deleted", async () => {
    const graph = await openGraph(project);
    const { applicationId } = await project.outputs();
    const fix =
      "cli/doctor/checks/application.ts: Restore it before anything else, with its client id and the consents of all customers, then deploy";
    const { id } = await application();
    await graph("DELETE", `/applications/${id}`);
    await proveFixes([{ name: "application", fix }]);
    expect((await project.outputs())["applicationId"]).toBe(applicationId);
    await graph("DELETE", `/applications/${id}`);
    await graph("DELETE", `/directory/deletedItems/${id}`);
    await proveFixes([
      {
        name: "application",
        fix: "cli/doctor/checks/application.ts: Make it anew, to which every customer then has to consent",
      },
    ]);
  });

  test("an application of one tenant", async () => {
    (await application()).signInAudience = "AzureADMyOrg";
    await proveFixes([{ name: "application", fix: "cli/doctor/checks/application.ts: Make it multi-tenant" }]);
  });

  test("what was taken out of the application, its group and its vault", async () => {
    const own = await application();
    const taken = [firstPartyApps.partnerCenter, firstPartyApps.azureResourceManager];
    own.requiredResourceAccess = own.requiredResourceAccess.filter((one) => !taken.includes(one.resourceAppId));
    own.web = { ...own.web, redirectUris: [] };
    const { servicePrincipalObjectId, clientSecretName } = await project.outputs();
    tenant().groups.get(project.seeds.groups.adminAgents.id)?.members.delete(String(servicePrincipalObjectId));
    const vault = await openVault(project);
    const { version = "" } = (await vault.getSecret(String(clientSecretName))).properties;
    await vault.updateSecretProperties(String(clientSecretName), version, { enabled: false });
    await proveFixes([
      { name: "admin-agents", fix: "cli/doctor/checks/directory.ts: Put it back" },
      {
        name: "permissions",
        fix: "cli/doctor/checks/permissions.ts: Declare them and deploy, which has them granted or says who has to",
      },
      {
        name: "azure-permission",
        fix: "cli/doctor/checks/permissions.ts: Declare it and deploy, which has it granted or says who has to",
      },
      { name: "reply-urls", fix: "cli/doctor/fixes.ts: Deploy again" },
      { name: "client-secret", fix: "cli/doctor/checks/client-secret.ts: Have it stored again" },
    ]);
  });

  test("a client secret that was deleted", async () => {
    (await application()).passwordCredentials = [];
    await proveFixes([{ name: "client-secret", fix: "cli/doctor/checks/client-secret.ts: Make a new one" }]);
  });

  test("a grant that somebody took back", async () => {
    for (const grant of tenant().grants.values()) grant.scope = grant.scope.replace("User.Read", "");
    await proveFixes(
      [
        { name: "account-consent", fix: "cli/doctor/checks/account-consent.ts: Grant it" },
        { name: "probe", fix: "cli/doctor/who-grants.ts: Grant it" },
      ],
      {},
      "--probe",
    );
  });

  test("Azure, once it is wanted", async () => {
    await project.configure({ azureManagement: false });
    await project.up();
    await proveFixes([
      {
        name: "azure-permission",
        fix: "cli/doctor/checks/permissions.ts: If Azure is wanted, deploy, which has it granted or says who has to",
      },
    ]);
  });

  test("a vault that was deleted", async () => {
    await (
      await askResourceManager(project.emulator)
    )("DELETE", vaultId());
    const fix = "cli/doctor/checks/vault.ts: A deleted one comes back with";
    // In Azure its name no longer resolves; here its port stays open.
    const refusal = { reason: "unresolved" as const, what: "" };
    const [printed] = printedFixes(
      fixDocuments(judgeRefusal("https://partner-tokens.vault.azure.net", refusal, "")),
      fix,
    );
    await type(linesOf(printed, {}).map((line) => `${line} ${ofStack()}`));
    const vault = await openVault(project);
    expect(await vault.getSecret(String((await project.outputs())["refreshTokenName"]))).toBeDefined();
  });

  describe("a vault that does not let this machine in", () => {
    const others = "203.0.113.0/24";
    beforeEach(async () => {
      const { config } = JSON.parse(await readFile(project.configFile, "utf8")) as { config: Record<string, object> };
      const vault = { ...config["secure-application-model:vault"], networkRules: { ipRules: ["127.0.0.1", others] } };
      await project.configure({ vault });
      await project.up();
      await project.configure({ vault: { ...vault, networkRules: { ipRules: [others] } } });
      const networkAcls = {
        bypass: "None",
        defaultAction: "Deny",
        ipRules: [{ value: others }],
        virtualNetworkRules: [],
      };
      await (
        await askResourceManager(project.emulator)
      )("PATCH", vaultId(), { properties: { networkAcls } });
    });
    afterEach(async () => {
      const { body } = await (await askResourceManager(project.emulator))("GET", vaultId());
      const { networkAcls } = (body as { properties: { networkAcls: { ipRules: { value: string }[] } } }).properties;
      // It excludes no other address.
      expect(networkAcls.ipRules.map(({ value }) => value).sort()).toEqual(["127.0.0.1/32", others]);
    });

    test("the doctor says how", async () => {
      await proveFixes([{ name: "vault", fix: "cli/doctor/checks/vault.ts: Add it" }], { address: "127.0.0.1" });
    });

    test("the vault's own refusal says how", async () => {
      const fix = "lib/vault/vault-error.ts: Add this machine's address behind those that are there";
      const vault = await openVault(project);
      const name = String((await project.outputs())["refreshTokenName"]);
      const refused = await vault.getSecret(name).catch((error: unknown) => asVaultError("Reading it", error));
      const [printed] = printedFixes(documentOf(refused).fixes, fix);
      const lines = linesOf(printed, { address: "127.0.0.1", "next number from 0": "1" });
      // Of the stack that it is read for.
      await type(lines.map((line) => `${line} ${ofStack()}`));
      expect(await vault.getSecret(name)).toMatchObject({ name });
    });
  });

  test("a client secret that somebody may have read is rotated", async () => {
    const fix = "components/shown-elsewhere.ts: Where somebody may have read it, rotate the client secret";
    const before = (await application()).passwordCredentials.map(({ keyId }) => keyId);
    const [parts] = shownElsewhere({ TF_LOG: "DEBUG" }, ["node"]);
    const [printed] = printedFixes(documentOf(new Failure("shown", found(parts))).fixes, fix);
    await type(linesOf(printed, { "new label": "second" }).map((line) => `${line} ${ofStack()}`));
    const after = (await application()).passwordCredentials.map(({ keyId }) => keyId);
    expect(after.filter((keyId) => before.includes(keyId))).toEqual([]);
    expect(after).toHaveLength(1);
  });
});
