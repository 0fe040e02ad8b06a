/** Requests to Entra, for the rows of the list. */
import { randomUUID } from "node:crypto";
import type { Emulator } from "../../emulator/emulator";
import { registerApplication, registerModestApplication, type RegisteredApplication } from "../../testing/applications";
import { authorizeUrl, codeFor, ownForm, redemption, refreshing, signedIn } from "../../testing/oauth";
import { openPage } from "../emulator/pages";
import type { Send } from "./refusal";

/** Parameters that differ; undefined leaves one out. */
type Parameters = Record<string, string | undefined>;
type Changes = Parameters | ((cloud: Emulator) => Parameters);

/** A preparation before the request. */
export type Prepare = (cloud: Emulator, application: RegisteredApplication) => unknown;

/** An application that nobody has registered. */
export const nobody = "11111111-2222-4333-8444-555555555555";

const changed = (changes: Changes, cloud: Emulator): Parameters =>
  typeof changes === "function" ? changes(cloud) : changes;

export interface Page {
  /** Of the address. */
  tenant?: string;
  path?: string;
  /** Whether the application declares application permissions as well, for which an administrator is needed. */
  whole?: boolean;
  prepare?: Prepare;
}

async function address(cloud: Emulator, changes: Changes, page: Page): Promise<string> {
  const { tenant = "partner.example", path = "oauth2/v2.0/authorize", whole = false, prepare } = page;
  const application = whole ? registerApplication(cloud) : registerModestApplication(cloud);
  await prepare?.(cloud, application);
  return authorizeUrl(cloud, application, changed(changes, cloud), `/${tenant}/${path}`);
}

/** Opens the page of a sign-in or of adminconsent, without continuing. */
export const opened =
  (changes: Changes, page: Page = {}): Send =>
  async (cloud) =>
    fetch(await address(cloud, changes, page), { redirect: "manual" });

/** Signs in on the pages with the service account, and gives this answer on the page after the second factor. */
export const answered =
  (answer: string, changes: Changes, page: Page = {}): Send =>
  async (cloud) => {
    const url = await address(cloud, changes, page);
    const { userPrincipalName: username, password } = cloud.seeds.users.serviceAccount;
    const second = await (await openPage(url)).answer({ username, password });
    const third = await second.answer({ answer: "approve" });
    const action = /<form[^>]*\saction="([^"]+)"/u.exec(third.text)?.[1];
    if (action === undefined) return new Response(third.text, { status: third.status, headers: redirectOf(third) });
    const body = new URLSearchParams({ flow: third.flow ?? "", answer });
    return fetch(new URL(action, url), { method: "POST", redirect: "manual", body });
  };

const redirectOf = ({ location }: { location: string | null }): Record<string, string> =>
  location === null ? {} : { location };

/** Posts one of the sign-in's forms, without the ones before it. */
export const step = (name: string): Send =>
  plain(`POST /partner.example/sign-in/${name}`, () => new URLSearchParams({ flow: randomUUID(), answer: "accept" }));

/** What comes after `/partner.example/` if it is not version 2's token endpoint. */
interface Endpoint {
  tenant?: string;
  path?: string;
}

function post(cloud: Emulator, form: Parameters, { tenant = "partner.example", path }: Endpoint): Promise<Response> {
  const given = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const url = `${cloud.url}/${tenant}/${path ?? "oauth2/v2.0/token"}`;
  return fetch(url, { method: "POST", body: new URLSearchParams(given) });
}

/** The deployer asks for a token of its own. */
export const asItself =
  (changes: Changes, endpoint: Endpoint = {}): Send =>
  (cloud) =>
    post(cloud, { ...ownForm(cloud), ...changed(changes, cloud) }, endpoint);

/** A fresh application asks for a token of its own. */
export const asApplication =
  (prepare: Prepare): Send =>
  async (cloud) => {
    const application = registerModestApplication(cloud);
    await prepare(cloud, application);
    return post(cloud, ownForm(cloud, application), {});
  };

/** A fresh code is redeemed. */
export const withCode =
  (changes: Changes, prepare?: Prepare, authorize: Parameters = {}): Send =>
  async (cloud) => {
    const application = registerModestApplication(cloud);
    const form = redemption(application, await codeFor(cloud, application, authorize));
    await prepare?.(cloud, application);
    return post(cloud, { ...form, ...changed(changes, cloud) }, {});
  };

/** A fresh refresh token is redeemed for Partner Center. */
export const withRefreshToken =
  (changes: Changes, prepare?: Prepare, endpoint: Endpoint = {}): Send =>
  async (cloud) => {
    const application = registerModestApplication(cloud);
    const { refresh_token: token } = await signedIn(cloud, application);
    await prepare?.(cloud, application);
    const form = refreshing(application, String(token), cloud.origins.partnerCenter);
    return post(cloud, { ...form, ...changed(changes, cloud) }, endpoint);
  };

/** Any request by its method and path; a text as the body is sent as JSON. */
export const plain =
  (request: string, bodyOf?: (cloud: Emulator) => URLSearchParams | string): Send =>
  (cloud) => {
    const [method = "", path = ""] = request.split(" ");
    const body = bodyOf?.(cloud);
    const headers = typeof body === "string" ? { "content-type": "application/json" } : {};
    return fetch(`${cloud.url}${path}`, { method, redirect: "manual", headers, ...(body !== undefined && { body }) });
  };
