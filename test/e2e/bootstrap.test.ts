/**
 * A bootstrap stack under the real engine: the identities of CI, for a deployed model. All of it, in both clouds:
 * test/soak/ci-bootstrap.test.ts.
 */
import { delimiter } from "node:path";
import { deleteContainer } from "../../tools/embedded-cloud/testing/azure";
import { proveFix } from "../fixes/support/printed";
import { startGh } from "../support/gh/stand-in";
import { story } from "../support/story";
import { makeAdministrator, startBootstrap } from "./support/bootstrap-stack";
import { startDeployed } from "./support/deployed-once";
import { leaveOperation } from "./support/deployed-stack";
import { doctor, secureAppModel } from "./support/command";
import { type Project, repository, thatIsThere } from "./support/project";

let model: Project;
let bootstrap: Project;
let place: string[];
beforeAll(async () => {
  model = await startDeployed();
  bootstrap = await startBootstrap(model, await makeAdministrator(model), {
    github: { repository: "contoso/partner" },
    state: { account: "contosopartnerstate", location: "westeurope", vault: "contoso-partner-state" },
  });
  place = ["--stack", bootstrap.stack, "--cwd", repository, "--config-file", bootstrap.configFile];
});
afterAll(async () => {
  await bootstrap.close();
  await model.close();
});

const test = story();

test("up makes the identities with the rights of docs/ci.md, and what is left is printed", async () => {
  await bootstrap.up();
  const { tenant, subscription } = model;
  const named = [...tenant.applications.values()].filter(({ displayName }) => displayName?.startsWith("partner-dev-"));
  const subjects = named.map(({ displayName, ...one }) => [
    displayName,
    (one["federatedIdentityCredentials"] as { subject: string; audiences: string[] }[]).map(
      ({ subject, audiences }) => [subject, ...audiences],
    ),
  ]);
  const subjectOf = (environment: string) => [
    [`repo:contoso/partner:environment:${environment}`, "api://AzureADTokenExchange"],
  ];
  expect(Object.fromEntries(subjects)).toEqual({
    "partner-dev-preview": subjectOf("dev-preview"),
    "partner-dev-read": subjectOf("dev-read"),
    "partner-dev-up": subjectOf("dev"),
    "partner-dev-renew": subjectOf("dev-renew"),
  });
  const renew = named.find(({ displayName }) => displayName === "partner-dev-renew");
  const principal = [...tenant.servicePrincipals.values()].find(({ appId }) => appId === renew?.appId);
  const roles = [...subscription.roleAssignments.values()].filter(({ principalId }) => principalId === principal?.id);
  expect(roles.map(({ scope }) => scope.split("/vaults/")[1]).sort()).toEqual([
    "partner-tokens",
    expect.stringMatching(/^partner-tokens\/secrets\/client-credential-/u),
    `partner-tokens/secrets/refresh-token-${model.seeds.partner.id}`,
  ]);
  const account = subscription.storageAccounts?.get("contosopartnerstate");
  expect(account?.resource.properties).toMatchObject({
    ...{ allowBlobPublicAccess: false, allowSharedKeyAccess: false, minimumTlsVersion: "TLS1_2" },
  });
  expect([account?.blobService["isVersioningEnabled"], [...(account?.containers.keys() ?? [])]]).toEqual([
    true,
    ["pulumi"],
  ]);

  const { next } = await bootstrap.outputs();
  expect(next).toEqual([`npx --no secure-app-model ci set-up --stack ${bootstrap.stack}`]);
  const gh = await startGh("contoso/partner");
  gh.rules.push({ approvals: 1, ofLastPush: true, bypass: [] });
  try {
    const setUp = ["ci", "set-up", ...place];
    const PATH = [gh.folder, bootstrap.environment["PATH"]].join(delimiter);
    gh.signedIn = false;
    const refused = await secureAppModel(bootstrap, setUp, { PATH });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("gh auth login")]);
    const printed = await secureAppModel(bootstrap, [...setUp, "--dry-run"], { PATH });
    expect([printed.code, printed.stdout.trimEnd().split("\n").at(-1)]).toEqual([
      0,
      "gh variable set DEPLOYMENTS --repo contoso/partner --body on",
    ]);
    gh.signedIn = true;
    const unasked = await secureAppModel(bootstrap, setUp, { PATH });
    expect([unasked.code, unasked.stderr, gh.environments]).toEqual([
      2,
      expect.stringContaining("No terminal to confirm at."),
      {},
    ]);
  } finally {
    await gh.close();
  }
});

test("its vault and the key of the state are protected where the settings say so", async () => {
  await bootstrap.set({ protect: true });
  await bootstrap.up();
  const kept = (await bootstrap.state()).filter(({ type }) => /:Vault(?:Key)?$/u.test(type));
  expect(kept.map(({ type, id, protect }) => [type, id?.split("/vaults/")[1], protect])).toEqual([
    ["azure-native:keyvault/v20260201:Vault", "contoso-partner-state", true],
    ["pulumi-nodejs:dynamic/partner:VaultKey", "contoso-partner-state/keys/pulumi", true],
  ]);
});

test("a container that is gone: up leads to doctor, which has it restored, or makes it anew where that is too late", async () => {
  const account = thatIsThere(model.subscription.storageAccounts?.get("contosopartnerstate"));
  expect(deleteContainer(model.subscription, account, "pulumi", model.emulator.clock.now())).toBe(true);
  const refused = await secureAppModel(bootstrap, ["up", ...place]);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringMatching(
      /container of the state is gone.*\n.*See how to restore it, or to create it again: secure-app-model doctor/u,
    ),
  ]);
  const restorable = (await doctor(bootstrap, [...place, "--fix"])).of("ci-container");
  expect([restorable?.state, restorable?.message, account.containers.size]).toEqual([
    "failed",
    expect.stringContaining("Restore it with its content, for 30 more days: Azure portal"),
    0,
  ]);
  // The account keeps it no longer.
  delete account.deletedContainers;
  await proveFix(
    { env: { ...bootstrap.environment, PULUMI_SKIP_CONFIRMATIONS: "true" }, cwd: repository },
    {
      command: `secure-app-model doctor ${place.join(" ")}`,
      fix: "cli/doctor/checks/ci.ts: Create it again, empty, and deploy again",
      finding: "ci-container",
    },
  );
  expect([...account.containers.keys()]).toEqual(["pulumi"]);
  expect((await secureAppModel(bootstrap, ["drift", ...place])).stdout).toBe(
    `Stack ${bootstrap.stack} has not drifted.\n`,
  );
});

test("a destroy that was killed once the container was gone: the fix does not end at it, and the printed line goes on", async () => {
  await bootstrap.set({ protect: false });
  await bootstrap.up();
  await leaveOperation(bootstrap, (resources) => ({
    type: "deleting",
    resource: resources.find(({ type }) => type === "azure-native:storage:BlobContainer"),
  }));
  const account = thatIsThere(model.subscription.storageAccounts?.get("contosopartnerstate"));
  deleteContainer(model.subscription, account, "pulumi", model.emulator.clock.now());
  const { of, stderr } = await doctor(bootstrap, [...place, "--fix", "--yes"]);
  expect([of("interrupted")?.state, stderr]).toEqual(["ok", expect.stringMatching(/^Cleared 1 operation/mu)]);
  const [line = ""] = of("ci-container")?.fixes[1]?.commands.map((one) => one.line) ?? [];
  expect(line).toMatch(/^pulumi destroy --refresh=false /u);
  const [, ...argv] = line.split(" ");
  const ended = await bootstrap.pulumi(...argv, "--yes", "--skip-preview");
  expect([ended.code, ended.code === 0 ? "" : ended.text, await bootstrap.state()]).toEqual([0, "", []]);
});
