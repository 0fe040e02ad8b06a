/** A plugin's cloud and identity: settings, discovery, client credentials. */
import { connect, ConnectionError, type Sleep } from "./rest";
import { fields, text, texts, type Values } from "./values";

export type Environment = Readonly<Record<string, string | undefined>>;

const variables = {
  environment: "ARM_ENVIRONMENT",
  metadataHost: "ARM_METADATA_HOSTNAME",
  tenantId: "ARM_TENANT_ID",
  clientId: "ARM_CLIENT_ID",
  clientSecret: "ARM_CLIENT_SECRET",
  subscriptionId: "ARM_SUBSCRIPTION_ID",
  useMsi: "ARM_USE_MSI",
} as const;

export type Settings = Record<keyof typeof variables, string>;

/** From the provider's arguments, otherwise from the environment; empty if neither has it. */
export function settingsOf(config: Values, environment: Environment): Settings {
  const values = Object.entries(variables).map(([name, variable]) => [
    name,
    text(config[name]) || (environment[variable] ?? ""),
  ]);
  return Object.fromEntries(values) as Settings;
}

/** Refuses settings that a local plugin does not support; `needed` are those that the sign-in requires. */
export function refuseUnfit(plugin: string, settings: Settings, needed: readonly (keyof Settings)[]): void {
  const { metadataHost } = settings;
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(metadataHost)) {
    const found = metadataHost === "" ? "no metadataHost is set" : `metadataHost is ${metadataHost}`;
    throw new Error(
      `The local ${plugin} plugin works only with an embedded cloud on this machine: ${found}. Start one with ` +
        "npm run emulator and set metadataHost or ARM_METADATA_HOSTNAME (npm run -s dev:env prints it), " +
        `or install the real plugin: pulumi plugin install resource ${plugin}.`,
    );
  }
  const missing = needed.filter((name) => settings[name] === "");
  if (missing.length === 0) return;
  const fixes = missing.map((name) => `${name} (${variables[name]})`).join(", ");
  throw new Error(
    "building client: unable to build authorizer: no Authorizer could be configured, please check your configuration: " +
      `missing ${fixes}. Set it as a provider argument or in the environment; npm run -s dev:env prints the embedded cloud's.`,
  );
}

export interface Endpoints {
  authority: string;
  microsoftGraph: string;
  resourceManager: string;
  /** Audience of Resource Manager tokens. */
  resourceManagerAudience: string;
}

const withoutSlash = (url: string): string => url.replace(/\/$/, "");

/** Requests a cloud's endpoints, as both real plugins do. */
export async function discover(metadataHost: string): Promise<Endpoints> {
  const response = await fetch(`https://${metadataHost}/metadata/endpoints?api-version=2022-09-01`);
  const body = await response.text();
  if (!response.ok) throw new Error(`retrieving environments from ${metadataHost}: HTTP ${response.status}: ${body}`);
  const metadata = JSON.parse(body) as Values;
  const authentication = fields(metadata["authentication"]);
  const resourceManager = withoutSlash(text(metadata["resourceManager"]));
  return {
    authority: withoutSlash(text(authentication["loginEndpoint"])),
    microsoftGraph: withoutSlash(text(metadata["microsoftGraphResourceId"])),
    resourceManager,
    resourceManagerAudience: withoutSlash(texts(authentication["audiences"])[0] ?? resourceManager),
  };
}

/** Seconds before its expiry at which a token is no longer used. */
const renewalMargin = 120;

/** Returns a token of another issuer, in place of a client secret. */
export type Assertion = () => Promise<string>;

/** A source of access tokens for one resource. */
export type TokenSource = () => Promise<string>;

interface ReceivedToken {
  token: string;
  /** Until it expires. */
  seconds: number;
}

/** Requests a new one when the last one is about to expire. */
export function tokenSource(request: () => Promise<ReceivedToken>): TokenSource {
  let current: { token: string; until: number } | undefined;
  return async () => {
    if (current === undefined || current.until < Date.now()) {
      const { token, seconds } = await request();
      current = { token, until: Date.now() + (seconds - renewalMargin) * 1000 };
    }
    return current.token;
  };
}

export const clientCredentials = (...request: Parameters<typeof requestToken>): TokenSource =>
  tokenSource(() => requestToken(...request));

async function requestToken(
  authority: string,
  settings: Settings,
  resource: string,
  assertion?: Assertion,
): Promise<ReceivedToken> {
  const form = new URLSearchParams({
    client_id: settings.clientId,
    ...(await proofOf(settings, assertion)),
    grant_type: "client_credentials",
    scope: `${resource}/.default`,
  });
  const refused = "building client: unable to obtain access token: clientCredentialsToken:";
  const address = `${authority}/${settings.tenantId}/oauth2/v2.0/token`;
  const response = await connect(address, { method: "POST", body: form }).catch((error: unknown) => {
    throw error instanceof ConnectionError ? new Error(`${refused} cannot request token: ${error.message}`) : error;
  });
  const body = await response.text();
  if (!response.ok) {
    throw new Error(`${refused} received HTTP status ${response.status} with response: ${body}`);
  }
  const reply = JSON.parse(body) as Values;
  return { token: text(reply["access_token"]), seconds: Number(reply["expires_in"]) };
}

/** A secret takes precedence over a federated identity, as in the real plugins. */
async function proofOf({ clientSecret }: Settings, assertion: Assertion | undefined): Promise<Record<string, string>> {
  if (clientSecret !== "" || assertion === undefined) return { client_secret: clientSecret };
  return {
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await assertion(),
  };
}

/** Claims of an access token; only the resource checks its signature. */
export function claimsOf(token: string): Values {
  const parts = token.split(".");
  if (parts.length !== 3) {
    throw new Error("unable to parse claims in access token: unexpected token format: does not have 3 parts");
  }
  return JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString()) as Values;
}

/** What a test may replace: the process's variables, and time. */
export interface Surroundings {
  environment: Environment;
  sleep: (milliseconds: number, cancelled: AbortSignal) => Promise<void>;
  /** Writes a debug message to the engine's log. Default: nowhere. */
  debug?: (message: string) => Promise<void>;
}

export const sleepIn =
  ({ sleep }: Surroundings, cancelled: AbortSignal): Sleep =>
  (milliseconds) =>
    sleep(milliseconds, cancelled);
