/** Requests to Entra, for the rows of the list. */
import { randomUUID } from "node:crypto";
import type { Emulator } from "../../emulator/emulator";
import type { UserSeed } from "../../emulator/seed-schema";
import { registerApplication, registerModestApplication, type RegisteredApplication } from "../../testing/applications";
import { authorizeUrl, codeFor, redemption, refreshing, signedIn } from "../../testing/oauth";
import { openPage } from "../emulator/pages";

type Parameters = Record<string, string | undefined>;

/** A preparation before the request. */
type Prepared = (cloud: Emulator, application: RegisteredApplication) => unknown;

/** An application that declares all of the model's permissions, or only those that an ordinary account may consent to. */
const registered = (cloud: Emulator, whole: boolean) =>
  whole ? registerApplication(cloud) : registerModestApplication(cloud);

export interface Asked {
  /** Default v2's, of the seeded partner. */
  path?: string;
  /** Changed parameters; undefined omits one. */
  changes?: Parameters;
  /** Whether the application declares application permissions as well. */
  whole?: boolean;
  prepare?: Prepared;
}

/** Opens the sign-in or adminconsent page, without continuing. */
export const opened =
  ({ path = "/partner.example/oauth2/v2.0/authorize", changes = {}, whole = false, prepare }: Asked) =>
  async (cloud: Emulator): Promise<Response> => {
    const application = registered(cloud, whole);
    await prepare?.(cloud, application);
    return fetch(authorizeUrl(cloud, application, changes, path), { redirect: "manual" });
  };

/** Signs in on the pages, and posts this form to the page after the second factor. */
export const answered =
  (
    { path = "/partner.example/oauth2/v2.0/authorize", changes = {}, whole = false, prepare }: Asked,
    form: Record<string, string>,
    account?: (cloud: Emulator) => UserSeed,
  ) =>
  async (cloud: Emulator): Promise<Response> => {
    const application = registered(cloud, whole);
    await prepare?.(cloud, application);
    const url = authorizeUrl(cloud, application, changes, path);
    const { userPrincipalName: username, password } = (account ?? serviceAccount)(cloud);
    const first = await openPage(url);
    const second = await first.answer({ username, password });
    const third = await second.answer({ answer: "approve" });
    const action = /<form[^>]*\saction="([^"]+)"/u.exec(third.text)?.[1];
    if (action === undefined)
      return new Response(third.text, { status: third.status, headers: locationOf(third.location) });
    const body = new URLSearchParams({ flow: third.flow ?? "", ...form });
    return fetch(new URL(action, url), { method: "POST", redirect: "manual", body });
  };

const locationOf = (location: string | null): Record<string, string> => (location === null ? {} : { location });
const serviceAccount = (cloud: Emulator): UserSeed => cloud.seeds.users.serviceAccount;

/** Posts one of the sign-in's forms, without the ones before it. */
export const step =
  (name: string) =>
  (cloud: Emulator): Promise<Response> =>
    fetch(`${cloud.url}/partner.example/sign-in/${name}`, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ flow: randomUUID(), answer: "accept" }),
    });

export interface TokenAsked {
  path?: string;
  headers?: Record<string, string>;
  changes?: Parameters;
  prepare?: Prepared;
}

const defaultTokenPath = "/partner.example/oauth2/v2.0/token";

function post(
  cloud: Emulator,
  form: Parameters,
  { path = defaultTokenPath, headers = {} }: TokenAsked,
): Promise<Response> {
  const given = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return fetch(`${cloud.url}${path}`, { method: "POST", headers, body: new URLSearchParams(given) });
}

/** The deployer requests a token of its own. */
export const asItself =
  (asked: TokenAsked = {}) =>
  (cloud: Emulator): Promise<Response> => {
    const { clientId, clientSecret } = cloud.seeds.deployer;
    const scope = `${cloud.origins.microsoftGraph}/.default`;
    const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret, scope };
    return post(cloud, { ...form, ...asked.changes }, asked);
  };

/** A fresh code is redeemed. */
export const withCode =
  (asked: TokenAsked, authorize: Parameters = {}) =>
  async (cloud: Emulator): Promise<Response> => {
    const application = registerModestApplication(cloud);
    const form = redemption(application, await codeFor(cloud, application, authorize));
    await asked.prepare?.(cloud, application);
    return post(cloud, { ...form, ...asked.changes }, asked);
  };

/** A fresh refresh token is redeemed for Partner Center. */
export const withRefreshToken =
  (asked: TokenAsked & { resource?: (cloud: Emulator) => string }) =>
  async (cloud: Emulator): Promise<Response> => {
    const application = registerModestApplication(cloud);
    const { refresh_token: token } = await signedIn(cloud, application);
    const resource = asked.resource?.(cloud) ?? cloud.origins.partnerCenter;
    await asked.prepare?.(cloud, application);
    return post(cloud, { ...refreshing(application, String(token), resource), ...asked.changes }, asked);
  };

/** Any request by its method and path. */
export const plain =
  (request: string, init: RequestInit = {}) =>
  (cloud: Emulator): Promise<Response> => {
    const [method = "", path = ""] = request.split(" ");
    return fetch(`${cloud.url}${path}`, { method, redirect: "manual", ...init });
  };
