/** Requests to Entra, for the rows of the list. */
import { randomUUID } from "node:crypto";
import type { Emulator } from "../../emulator/emulator";
import { registerApplication, registerModestApplication, type RegisteredApplication } from "../../testing/applications";
import { authorizeUrl, codeFor, newProof, ownForm, redemption, refreshing, signedIn } from "../../testing/oauth";
import { openPage } from "../emulator/pages";
import { type Prepare, preparations } from "./entra-preparations";
import type { Send, Senders } from "./refusal";

/** Parameters that differ, or a name of such; undefined leaves one out. */
type Parameters = Record<string, string | undefined>;
type Changes = Parameters | string;

const differing: Readonly<Record<string, (cloud: Emulator) => Parameters>> = {
  /** The credential of another application. */
  another: (cloud) => {
    const { clientId, clientSecret } = registerModestApplication(cloud);
    return { client_id: clientId, client_secret: clientSecret };
  },
  resourceManager: ({ origins }) => ({ scope: `${origins.resourceManager}/.default` }),
};
const changed = (changes: Changes, cloud: Emulator): Parameters =>
  typeof changes === "string" ? (differing[changes]?.(cloud) ?? {}) : changes;

interface Asked {
  /** Of the address. */
  tenant?: string;
  path?: string;
  /** Whether the application declares application permissions as well, for which an administrator is needed. */
  whole?: boolean;
  /** The name of what is done before. */
  prepare?: string;
  /** The button on the page after the second factor. */
  press?: string;
  /** Whether the sign-in has a challenge. */
  challenge?: boolean;
}

const prepared = async (
  cloud: Emulator,
  application: RegisteredApplication,
  { prepare = "" }: Asked,
): Promise<void> => {
  const known: Prepare | undefined = preparations[prepare];
  if (prepare !== "" && known === undefined) throw new Error(`There is no preparation ${prepare}.`);
  await known?.(cloud, application);
};

async function address(cloud: Emulator, changes: Changes, page: Asked): Promise<string> {
  const { tenant = "partner.example", path = "oauth2/v2.0/authorize", whole = false } = page;
  const application = whole ? registerApplication(cloud) : registerModestApplication(cloud);
  await prepared(cloud, application, page);
  return authorizeUrl(cloud, application, changed(changes, cloud), `/${tenant}/${path}`);
}

function post(cloud: Emulator, form: Parameters, { tenant = "partner.example", path }: Asked): Promise<Response> {
  const given = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const url = `${cloud.url}/${tenant}/${path ?? "oauth2/v2.0/token"}`;
  return fetch(url, { method: "POST", body: new URLSearchParams(given) });
}

/** Any request by its method and path; a text as the body is sent as JSON. */
const plain =
  (request: string, bodyOf?: (cloud: Emulator) => URLSearchParams | string): Send =>
  (cloud) => {
    const [method = "", path = ""] = request.split(" ");
    const body = bodyOf?.(cloud);
    const headers = typeof body === "string" ? { "content-type": "application/json" } : {};
    return fetch(`${cloud.url}${path}`, { method, redirect: "manual", headers, ...(body !== undefined && { body }) });
  };

const redirectOf = ({ location }: { location: string | null }): Record<string, string> =>
  location === null ? {} : { location };

/** A wrong body of the token endpoint, by name. */
const bodies: Readonly<Record<string, (cloud: Emulator) => URLSearchParams | string>> = {
  "{}": () => "{}",
  twice: (cloud) => new URLSearchParams([...Object.entries(ownForm(cloud)), ["scope", "again"]]),
};

export const entraSenders = {
  /** Opens the page of a sign-in or of adminconsent, without continuing. */
  opened:
    (_, changes: Changes = {}, page: Asked = {}) =>
    async (cloud) =>
      fetch(await address(cloud, changes, page), { redirect: "manual" }),
  /** Signs in on the pages with the service account, and presses a button on the page after the second factor. */
  answered:
    (_, changes: Changes = {}, page: Asked = {}) =>
    async (cloud) => {
      const url = await address(cloud, changes, page);
      const { userPrincipalName: username, password } = cloud.seeds.users.serviceAccount;
      const second = await (await openPage(url)).answer({ username, password });
      const third = await second.answer({ answer: "approve" });
      const action = /<form[^>]*\saction="([^"]+)"/u.exec(third.text)?.[1];
      if (action === undefined) return new Response(third.text, { status: third.status, headers: redirectOf(third) });
      const body = new URLSearchParams({ flow: third.flow ?? "", answer: page.press ?? "" });
      return fetch(new URL(action, url), { method: "POST", redirect: "manual", body });
    },
  /** Posts one of the sign-in's forms, without the ones before it. */
  step: (_, name: string) =>
    plain(`POST /partner.example/sign-in/${name}`, () => new URLSearchParams({ flow: randomUUID(), answer: "accept" })),
  plain: (_, request: string, { body = "" }: { body?: string } = {}) => plain(request, bodies[body]),
  /** The deployer asks for a token of its own. */
  asItself:
    (_, changes: Changes = {}, asked: Asked = {}) =>
    (cloud) =>
      post(cloud, { ...ownForm(cloud), ...changed(changes, cloud) }, asked),
  /** A fresh application asks for a token of its own. */
  asApplication:
    (_, __: Changes = {}, asked: Asked = {}) =>
    async (cloud) => {
      const application = registerModestApplication(cloud);
      await prepared(cloud, application, asked);
      return post(cloud, ownForm(cloud, application), {});
    },
  /** A fresh code is redeemed. */
  withCode:
    (_, changes: Changes = {}, asked: Asked = {}) =>
    async (cloud) => {
      const application = registerModestApplication(cloud);
      const challenge = { code_challenge: newProof().challenge, code_challenge_method: "S256" };
      const form = redemption(application, await codeFor(cloud, application, asked.challenge ? challenge : {}));
      await prepared(cloud, application, asked);
      return post(cloud, { ...form, ...changed(changes, cloud) }, {});
    },
  /** A fresh refresh token is redeemed for Partner Center. */
  withRefreshToken:
    (_, changes: Changes = {}, asked: Asked = {}) =>
    async (cloud) => {
      const application = registerModestApplication(cloud);
      const { refresh_token: token } = await signedIn(cloud, application);
      await prepared(cloud, application, asked);
      const form = refreshing(application, String(token), cloud.origins.partnerCenter);
      return post(cloud, { ...form, ...changed(changes, cloud) }, asked);
    },
} satisfies Senders;
