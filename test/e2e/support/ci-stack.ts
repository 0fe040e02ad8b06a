/**
 * A stack with GitHub's workflows: on an embedded cloud, with a stand-in for GitHub's OIDC issuer and one for its issues. Every
 * request of a job to the cloud uses the job's own token.
 */
import { mkdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { environmentFor, environmentOf, guardedOf } from "../../../lib/ci-identities/environments";
import { type IdentityName, identityNames } from "../../../lib/ci-identities/rights";
import { clouds } from "../../../lib/config/clouds";
import type { CloudName } from "../../../tools/embedded-cloud/testing/emulator";
import { asClone, propose } from "../../support/pull-request";
import { connectionOf, runPipeline, type Started } from "../../support/azure-devops/pipeline";
import { type IssueTracker, startIssueTracker } from "../../support/github/issue-tracker";
import { type OidcIssuer, startOidcIssuer } from "../../../tools/embedded-cloud/testing/oidc-issuer";
import { type JobResult, runJob } from "../../support/github/runner";
import { jobOf, type MatrixRow, readWorkflow, templateFolder } from "../../support/github/workflow";
import { startWebhook, type Webhook } from "../../support/webhook";
import { checkOut } from "./checkout";
import { deployedOnce } from "./deployed-once";
import { admit, type Identity, type LimitedIdentity, register, rightsNow } from "./ci-identities";
import { type Graph, openGraph } from "./graph";
import type { StackSettings } from "./dev-configuration";
import { keptKeys, Project, type StackOutputs } from "./project";

export const repository = "contoso/partner";
const runId = "42";
export const pullRequest = 7;

interface RunOptions {
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
    private readonly graph: Graph,
    private readonly variablesOf?: (environment: string) => Record<string, string>,
  ) {}

  /**
   * A stack of the cloud of a row, which a person deployed, whose identities trust this repository's environments.
   * @param merged settings that were merged since, over those of stack dev
   * @param deployed settings that it was deployed with; default those of stack dev
   */
  static async start(
    row: MatrixRow,
    { merged, deployed }: Partial<Record<"merged" | "deployed", StackSettings>> = {},
  ): Promise<CiStack> {
    const cloud = row["cloud"] as CloudName;
    const project = await Project.start({
      cloud,
      ...(deployed === undefined ? { deployed: await deployedOnce(cloud) } : { settings: deployed }),
    });
    if (deployed !== undefined) await project.up();
    if (merged !== undefined) await project.configure(merged);
    const issuer = await startOidcIssuer(keptKeys, () => project.emulator.clock.now());
    const ci = await CiStack.around(row, project, issuer);
    ci.outputs = await project.outputs();
    await ci.trust(ci.stack, project.seeds.deployer.objectId);
    for (const name of ["read", "preview", "renew"] as const) await ci.admit(name);
    return ci;
  }

  /**
   * A stack that was set up before.
   * @param variablesOf returns the variables of an environment, including those of the repository; default: those that `ci set-up` makes
   */
  static async around(
    row: MatrixRow,
    project: Project,
    issuer: OidcIssuer,
    variablesOf?: (environment: string) => Record<string, string>,
  ): Promise<CiStack> {
    const tracker = await startIssueTracker(repository);
    tracker.pullRequests.set(pullRequest, []);
    const [webhook, graph] = [await startWebhook(), await openGraph(project)];
    const own = { ...row, stack: project.stack };
    const ci = new CiStack(own, project, issuer, tracker, webhook, graph, variablesOf);
    const configuration = await readFile(project.configFile, "utf8");
    await checkOut(ci.checkout, ci.row, configuration, project.environment);
    asClone(ci.checkout, [`Pulumi.${ci.stack}.yaml`]);
    return ci;
  }

  /** Registers an identity, unless it is there, and gives it the roles that the stack as it is makes necessary. */
  async admit(name: LimitedIdentity): Promise<void> {
    const { project, graph, identities } = this;
    const known = identities[name];
    const { permissions } = await rightsNow(project, name);
    const identity = known ?? (await register(project, graph, `partner-${name}`, permissions));
    identities[name] = identity;
    if (known === undefined) await this.trust(environmentOf(this.stack, name), identity.objectId);
    await admit(project, name, identity);
  }

  /** Identity of an environment or a service connection. An author's own environment gets the ids of one that only reads. */
  private nameOf(environment: string): IdentityName {
    return identityNames.find((one) => environmentOf(this.stack, one) === environment) ?? "read";
  }

  private identity(environment: string): Pick<Identity, "clientId" | "objectId"> {
    const name = this.nameOf(environment);
    const found = name === "up" ? this.project.seeds.deployer : this.identities[name];
    if (found === undefined) throw new Error(`Stack ${this.stack} has no identity ${name}.`);
    return found;
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

  /** Subjects of the service connections that an identity trusts. */
  private readonly connected = new Set<string>();

  /** A job of the template's pipeline of Azure Pipelines, with the service connection that it names. */
  async runInPipeline(started: Started, environment: Record<string, string> = {}): ReturnType<typeof runPipeline> {
    const { project, issuer, outputs, audience } = this;
    const name = connectionOf(started, this.row);
    const { clientId, objectId } = this.identity(name);
    const subject = `sc://contoso/partner/${name}`;
    if (!this.connected.has(subject)) await this.trust(`pipeline-${name}`, objectId, subject);
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
      ...started,
      ...{ row: { ...this.row, ...addresses }, accessToken, subscriptionId: project.seeds.subscription.id },
      connection: { servicePrincipalId: clientId, tenantId: project.seeds.partner.id, idToken, serviceConnectionId },
      ...{ folder: join(project.folder, "pipeline"), checkout: this.checkout },
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

  async run(file: string, { event = {}, attaches = false }: RunOptions = {}): Promise<JobResult> {
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
      row: { ...this.row, VAULT_URI, PULUMI_BACKEND_URL },
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
    const made = guardedOf([{ stack: this.stack, needs: { calendar: true } }]).map(({ name }) => name);
    return ref === "refs/heads/main" || !made.includes(environment);
  }

  async preview(files: Parameters<typeof propose>[1] = {}): Promise<JobResult> {
    const sha = propose(this.checkout, files);
    const event = { pull_request: { number: pullRequest, head: { sha } } };
    return await this.run("preview.yml", { event: { event } });
  }

  private variables(environment: string): Record<string, string> {
    if (this.variablesOf !== undefined) return this.variablesOf(environment);
    const { project, outputs, stack } = this;
    const name = this.nameOf(environment);
    const facts = {
      ...{ stack, tenantId: project.seeds.partner.id, subscriptionId: project.seeds.subscription.id },
      ...{ backend: project.environment["PULUMI_BACKEND_URL"], vaultUri: outputs.vaultUri },
    };
    return environmentFor(name, this.identity(environment).clientId, facts).variables;
  }

  /** The runner's machine, without any sign-in. The embedded cloud's endpoints replace a cloud's row, as for a custom cloud. */
  private machine(): NodeJS.ProcessEnv {
    const foreign = /^(?:ARM_|AZURE_|SECURE_APP_MODEL_(?!ENDPOINTS$)|BROWSER$|PULUMI_BACKEND_URL$)/u;
    return Object.fromEntries(Object.entries(this.project.environment).filter(([name]) => !foreign.test(name)));
  }
}
