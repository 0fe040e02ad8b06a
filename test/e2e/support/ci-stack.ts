/**
 * A stack with GitHub's workflows: on an embedded cloud, with a stand-in for GitHub's OIDC issuer and one for its issues. Every
 * request of a job to the cloud uses the job's own token.
 */
import { mkdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { clouds } from "../../../lib/config/clouds";
import type { CloudName } from "../../../tools/embedded-cloud/testing/emulator";
import { asClone, propose } from "../../support/pull-request";
import { runPipeline, type Started } from "../../support/azure-devops/pipeline";
import { type IssueTracker, startIssueTracker } from "../../support/github/issue-tracker";
import { type OidcIssuer, startOidcIssuer } from "../../../tools/embedded-cloud/testing/oidc-issuer";
import { type JobResult, runJob } from "../../support/github/runner";
import { jobOf, type MatrixRow, readWorkflow, templateFolder } from "../../support/github/workflow";
import { startWebhook, type Webhook } from "../../support/webhook";
import { addPackages, checkOut } from "./checkout";
import type { Tarballs } from "./consumer";
import { deployedOnce } from "./deployed-once";
import {
  admit,
  type Identity,
  type LimitedIdentity,
  readerRoles,
  registerIdentity,
  renewerRoles,
  rotatorRoles,
} from "./ci-identities";
import { type Graph, openGraph } from "./graph";
import type { StackSettings } from "./dev-configuration";
import { keptKeys, Project, type StackOutputs } from "./project";

export const repository = "contoso/partner";
const runId = "42";
export const pullRequest = 7;

interface RunOptions {
  changes?: MatrixRow;
  event?: object;
  attaches?: boolean;
}

export class CiStack {
  /** Everything that a run left where people can read it. */
  readonly told: string[] = [];
  outputs = {} as StackOutputs;

  private readonly identities: Partial<Record<LimitedIdentity, Identity>> = {};

  private constructor(
    private readonly row: MatrixRow,
    readonly project: Project,
    readonly issuer: OidcIssuer,
    readonly tracker: IssueTracker,
    readonly webhook: Webhook,
    readonly graph: Graph,
    private readonly installs: boolean,
  ) {}

  /**
   * A stack of the cloud of a row, which a person deployed, whose identities trust this repository's environments.
   * @param merged settings that were merged since, over those of stack dev
   * @param deployed settings that it was deployed with; default those of stack dev
   * @param packed what its jobs install, with the real npm
   */
  static async start(
    row: MatrixRow,
    { merged, deployed, packed }: Partial<Record<"merged" | "deployed", StackSettings>> & { packed?: Tarballs } = {},
  ): Promise<CiStack> {
    const cloud = row["cloud"] as CloudName;
    const project = await Project.start({
      cloud,
      ...(deployed === undefined ? { deployed: await deployedOnce(cloud) } : { settings: deployed }),
    });
    if (deployed !== undefined) await project.up();
    if (merged !== undefined) await project.configure(merged);
    const issuer = await startOidcIssuer(keptKeys, () => project.emulator.clock.now());
    const ci = await CiStack.open(row, project, issuer, packed);
    ci.outputs = await project.outputs();
    await ci.trust(ci.stack, project.seeds.deployer.objectId);
    for (const name of ["read", "preview"] as const) await admit(project, await ci.register(name), readerRoles);
    await ci.register("renew");
    await ci.admitRenewal();
    return ci;
  }

  /**
   * A stack that was set up before: its variables are those that were set for its environments, and nothing else is known of it.
   * @param variablesOf returns the variables of an environment, including those of the repository
   */
  static async around(
    row: MatrixRow,
    project: Project,
    issuer: OidcIssuer,
    variablesOf: (environment: string) => Record<string, string>,
  ): Promise<CiStack> {
    const ci = await CiStack.open(row, project, issuer);
    ci.variablesOf = variablesOf;
    return ci;
  }

  private static async open(row: MatrixRow, project: Project, issuer: OidcIssuer, packed?: Tarballs): Promise<CiStack> {
    const tracker = await startIssueTracker(repository);
    tracker.pullRequests.set(pullRequest, []);
    const [webhook, graph] = [await startWebhook(), await openGraph(project)];
    const ci = new CiStack(
      { ...row, stack: project.stack },
      project,
      issuer,
      tracker,
      webhook,
      graph,
      packed !== undefined,
    );
    const configuration = await readFile(project.configFile, "utf8");
    await checkOut(ci.checkout, ci.row, configuration, project.environment);
    if (packed !== undefined) await addPackages(ci.checkout, packed);
    asClone(ci.checkout, [`Pulumi.${ci.stack}.yaml`]);
    return ci;
  }

  private async register(name: LimitedIdentity): Promise<Identity> {
    const identity = await registerIdentity(this.project, this.graph, name);
    await this.trust(`${this.stack}-${name}`, identity.objectId);
    this.identities[name] = identity;
    return identity;
  }

  private identity(name: LimitedIdentity): Identity {
    const found = this.identities[name];
    if (found === undefined) throw new Error(`Stack ${this.stack} has no identity ${name}.`);
    return found;
  }

  /** Subjects of the service connections that an identity trusts. */
  private readonly connected = new Set<string>();

  private variablesOf: ((environment: string) => Record<string, string>) | undefined;

  async admitCalendar(): Promise<void> {
    await admit(this.project, await this.register("rotate"), rotatorRoles(await this.certificateName()));
  }

  /** A rotation changes none of these; the first certificate asks for one more. */
  async admitRenewal(): Promise<void> {
    const { refreshTokenName, credential } = this.outputs;
    const roles = renewerRoles(refreshTokenName, credential.name, await this.certificateName());
    await admit(this.project, this.identity("renew"), roles);
  }

  /** All certificates of a stack are versions of one. */
  private async certificateName(): Promise<string | undefined> {
    const { name, generations } = (await this.project.outputs()).credential;
    return generations.some(({ kind }) => kind === "certificate")
      ? name.replace("client-credential-", "client-certificate-")
      : undefined;
  }

  get stack(): string {
    return this.row["stack"] ?? "";
  }

  get checkout(): string {
    return join(this.project.folder, "checkout");
  }

  async close(): Promise<void> {
    await Promise.all([this.project.close(), this.issuer.close(), this.tracker.close(), this.webhook.close()]);
  }

  /** The effect of az ad app federated-credential create in docs/ci.md. */
  private async trust(name: string, application: string, subject?: string): Promise<void> {
    const trusted = subject ?? this.issuer.subjectOf({ repository, environment: name });
    const path = `/applications/${application}/federatedIdentityCredentials`;
    const audiences = [this.audience];
    await this.graph("POST", path, { name, issuer: this.issuer.issuer, subject: trusted, audiences });
  }

  /** Makes the versions of a secret older, and the times in their tags. */
  age(name: string, days: number): void {
    const versions = this.project.subscription.vaults.get("partner-tokens")?.secrets.get(name)?.versions ?? [];
    const older = (tag: string) => new Date(Date.parse(tag) - days * 86_400_000).toISOString();
    for (const version of versions) {
      version.created -= days * 86_400;
      for (const [name, tag] of Object.entries(version.tags))
        if (/^\d{4}-\d\d-\d\dT/u.test(tag)) version.tags[name] = older(tag);
    }
  }

  /** The template's pipeline of Azure Pipelines, with a service connection of one of the identities. */
  async runInPipeline(
    started: string | Started,
    identity: "preview" | "read" | "renew",
    environment: Record<string, string> = {},
    ref = "refs/heads/main",
  ): ReturnType<typeof runPipeline> {
    const { project, issuer, outputs } = this;
    const { clientId, objectId } = this.identity(identity);
    const { seeds } = project;
    const { audience } = this;
    const subject = `sc://contoso/partner/${this.stack}-${identity}`;
    if (!this.connected.has(subject)) await this.trust(`pipeline-${identity}`, objectId, subject);
    this.connected.add(subject);
    const {
      ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: serviceConnectionId,
      SYSTEM_ACCESSTOKEN: accessToken,
      SYSTEM_OIDCREQUESTURI,
    } = issuer.variablesForPipeline(subject, audience);
    const idToken = await issuer.sign({ sub: subject, aud: audience });
    // As in run().
    const addresses = {
      VAULT_URI: outputs.vaultUri,
      PULUMI_BACKEND_URL: project.environment["PULUMI_BACKEND_URL"] ?? "",
    };
    const result = await runPipeline({
      ...(typeof started === "string" ? { schedule: started } : started),
      ...{ ref, row: { ...this.row, ...addresses }, accessToken, subscriptionId: seeds.subscription.id },
      connection: { servicePrincipalId: clientId, tenantId: seeds.partner.id, idToken, serviceConnectionId },
      ...{ group: {}, folder: join(project.folder, "pipeline"), checkout: this.checkout },
      environment: { ...this.machine(), SYSTEM_OIDCREQUESTURI, ...environment },
    });
    this.told.push(result.text, ...Object.values(result.summaries));
    return result;
  }

  /** tell.yml, the last job of a run: for the workflow that was run last. */
  async tell(): Promise<JobResult> {
    return await this.run("tell.yml");
  }

  /** Of the tokens that the cloud's identities trust. */
  get audience(): string {
    return clouds[this.project.cloud.row.name].tokenExchangeAudience;
  }

  async run(file: string, { changes = {}, event = {}, attaches = false }: RunOptions = {}): Promise<JobResult> {
    const { project, issuer, tracker, webhook } = this;
    const workflow = readWorkflow(file);
    const { environment: named = "", name: job = "", permissions } = jobOf(workflow);
    const environment = named.replace(/\$\{\{.*?\}\}/u, this.stack);
    // On pull_request GitHub takes the workflow of the pull request, and its ref; otherwise those of the branch.
    const ref = "pull_request" in workflow.on ? `refs/pull/${pullRequest}/merge` : "refs/heads/main";
    if (!this.admits(environment, ref)) {
      const text = `Ref "${ref}" is not allowed to deploy to ${environment} due to environment protection rules.\n`;
      return { code: 1, steps: [], record: [], text, summary: "", artifacts: {} };
    }
    tracker.permissions = permissions;
    const vars = this.variables(environment);
    // Neither a folder nor the embedded cloud has the form of an address in Azure: only a row can name them.
    const { VAULT_URI = "", PULUMI_BACKEND_URL = "" } = vars;
    const temporary = join(project.folder, "runner");
    await mkdir(temporary, { recursive: true });
    const result = await runJob({
      file,
      row: { ...this.row, VAULT_URI, PULUMI_BACKEND_URL, ...changes },
      vars,
      secrets: ["tell", `${this.stack}-renew`].includes(environment) ? { NOTIFY_WEBHOOK: webhook.teams } : {},
      github: { token: tracker.token, ...event },
      checkout: this.checkout,
      attaches,
      temporary,
      environment: {
        ...this.machine(),
        CURL_CA_BUNDLE: project.emulator.caFile,
        GITHUB_API_URL: tracker.url,
        GITHUB_REPOSITORY: repository,
        GITHUB_SERVER_URL: "https://github.example",
        GITHUB_RUN_ID: runId,
        GITHUB_REF: ref,
      },
      identity: issuer.variablesFor({ repository, environment }),
      installs: this.installs,
    });
    this.told.push(result.text, result.summary, ...Object.values(result.artifacts));
    const conclusion = result.code === 0 ? "success" : "failure";
    const url = `https://github.example/${repository}/actions/runs/${runId}/job/1`;
    const caller = readWorkflow(join(templateFolder, ".github", "workflows", "partner.yml"));
    const record = { name: `${basename(file, ".yml")} / ${this.stack}`, workflow_name: caller.name, html_url: url };
    if (job !== "") tracker.runs.set(runId, [{ ...record, conclusion, steps: result.record }]);
    return result;
  }

  /** As `ci set-up` makes them: main alone. GitHub makes an environment that a workflow names and nobody made, without protection. */
  private admits(environment: string, ref: string): boolean {
    const made = ["", "-preview", "-read", "-renew", "-rotate"].map((end) => `${this.stack}${end}`);
    return ref === "refs/heads/main" || ![...made, "tell"].includes(environment);
  }

  async preview(files: Parameters<typeof propose>[1] = {}): Promise<JobResult> {
    const sha = propose(this.checkout, files);
    const event = { pull_request: { number: pullRequest, head: { sha } } };
    return await this.run("preview.yml", { event: { event } });
  }

  /** Variables of an environment according to docs/ci.md: its identity, and what that one needs. */
  private variables(environment: string): Record<string, string> {
    if (this.variablesOf !== undefined) return this.variablesOf(environment);
    const { seeds } = this.project;
    if (environment === "") return {};
    const common = { AZURE_TENANT_ID: seeds.partner.id };
    if (environment === `${this.stack}-renew`) {
      return { ...common, AZURE_CLIENT_ID: this.identity("renew").clientId, VAULT_URI: this.outputs.vaultUri };
    }
    const { preview, rotate } = this.identities;
    const own = { [this.stack]: seeds.deployer, [`${this.stack}-rotate`]: rotate, [`${this.stack}-preview`]: preview };
    return {
      ...common,
      AZURE_CLIENT_ID: (own[environment] ?? this.identity("read")).clientId,
      AZURE_SUBSCRIPTION_ID: seeds.subscription.id,
      PULUMI_BACKEND_URL: this.project.environment["PULUMI_BACKEND_URL"] ?? "",
    };
  }

  /** The runner's machine, without any sign-in. The embedded cloud's endpoints replace a cloud's row, as for a custom cloud. */
  private machine(): NodeJS.ProcessEnv {
    const foreign = /^(?:ARM_|AZURE_|SECURE_APP_MODEL_(?!ENDPOINTS$)|BROWSER$|PULUMI_BACKEND_URL$)/u;
    return Object.fromEntries(Object.entries(this.project.environment).filter(([name]) => !foreign.test(name)));
  }
}
