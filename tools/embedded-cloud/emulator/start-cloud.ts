import type { Hono } from "hono";
import type { ServerCertificate } from "./certificate";
import type { CloudContext } from "./cloud";
import { clouds, type CloudName } from "./clouds";
import type { Origins } from "./context";
import { clearSignInState, createSignInState } from "./entra/sign-in-state";
import { entraService } from "./entra/service";
import { graphService } from "./graph/service";
import { locate, type RunningCloud } from "./locations";
import { createRateLimit } from "./partner-center/rate-limit";
import { partnerCenterService } from "./partner-center/service";
import { isAdminPath, observed, type Pipeline } from "./pipeline";
import { resourceManagerService } from "./resource-manager/service";
import { listen, type Answer, type Listener } from "./server";
import { signingKey } from "./signing-key";
import { createTenants } from "./tenants";
import { createTokens } from "./tokens";
import { createVaultListeners } from "./vault-listeners";

const services = ["authority", "microsoftGraph", "resourceManager", "partnerCenter", "azureAdGraph"] as const;
type ServiceName = (typeof services)[number];

export interface CloudOptions {
  name: CloudName;
  /** First port of the cloud's block; 0: every listener uses a free port. */
  port: number;
  directory: string;
  certificate: ServerCertificate;
  roleAssignmentDelay: number;
  pipeline: Pipeline;
  /** The clouds of this process, this one included once it runs. */
  running: RunningCloud[];
  /** Handles `/` and `/_admin` at the authority's origin. */
  admin: Hono;
}

export interface StartedCloud {
  context: CloudContext;
  /** Restores the seeds. Listeners stay: a vault that is created again gets the same port. */
  reset(): void;
  close(): Promise<void>;
}

/** Starts one cloud: its listeners, then its state, which needs their origins. */
export async function startCloud(options: CloudOptions): Promise<StartedCloud> {
  const { name, port, certificate, pipeline } = options;
  const started = Promise.withResolvers<Record<ServiceName, Answer>>();
  const listeners: Listener[] = [];
  const closeAll = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  try {
    for (const [index, service] of services.entries()) {
      const answer = observed(pipeline, name, service, async (request, bindings) =>
        (await started.promise)[service](request, bindings),
      );
      listeners.push(await listen(port === 0 ? 0 : port + index, `${service} of ${name}`, certificate, answer));
    }
  } catch (error) {
    await closeAll();
    throw error;
  }
  const origins = Object.fromEntries(
    services.map((service, index) => [service, listeners[index]?.origin]),
  ) as unknown as Origins;
  const { context, closeVaults } = createContext(options, origins);
  started.resolve(answersOf(context, options));
  return {
    context,
    reset: () => {
      fill(context);
      clearSignInState(context.signIns);
      context.partnerCenterLimit.reset();
    },
    close: async () => {
      await Promise.all([closeAll(), closeVaults()]);
    },
  };
}

function createContext(options: CloudOptions, origins: Origins) {
  const { name, pipeline, directory, running } = options;
  const cloud: RunningCloud = { row: clouds[name], authority: origins.authority, tenants: new Map() };
  const vaults = createVaultListeners(options, () => context, services.length);
  const context: CloudContext = {
    cloud: name,
    row: clouds[name],
    origins,
    clock: pipeline.clock,
    requests: pipeline.requests,
    tokens: createTokens(signingKey(directory, name), pipeline.clock, `${origins.authority}/`),
    tenants: new Map(),
    signIns: createSignInState(),
    vaultOrigins: vaults.origins,
    roleAssignmentDelay: options.roleAssignmentDelay,
    partnerCenterLimit: createRateLimit(),
    openVault: vaults.open,
    locate: (idOrDomain) => locate(cloud, running, idOrDomain),
  };
  cloud.tenants = context.tenants;
  running.push(cloud);
  fill(context);
  return { context, closeVaults: vaults.close };
}

function fill({ tenants, row, origins, clock }: CloudContext): void {
  tenants.clear();
  for (const [id, tenant] of createTenants(row.name, origins, clock.now())) tenants.set(id, tenant);
}

function answersOf(context: CloudContext, { admin }: CloudOptions): Record<ServiceName, Answer> {
  const entra = entraService(context);
  const served =
    (app: Hono): Answer =>
    (request, bindings) =>
      app.fetch(request, bindings);
  return {
    authority: (request, bindings) => (isAdminPath(request) ? admin : entra).fetch(request, bindings),
    microsoftGraph: served(graphService(context)),
    resourceManager: served(resourceManagerService(context)),
    partnerCenter: served(partnerCenterService(context)),
    azureAdGraph: retired,
  };
}

/** Azure AD Graph, retired by Microsoft in 2025: tokens for it are redeemed, and it answers nothing. */
const retired: Answer = ({ method, url }) => {
  const value = `${method} ${new URL(url).pathname} is not served here.`;
  return Response.json({ "odata.error": { code: "NotImplemented", message: { lang: "en", value } } }, { status: 501 });
};
