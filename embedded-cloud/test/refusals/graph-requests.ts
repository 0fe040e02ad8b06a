import { seeds } from "../../emulator/seeds";
import { type Caller, directoryRoles } from "../../testing/callers";
import { type Refusal, refused, type Send } from "./refusal";
import { send, type Sent } from "./send";

/** Object ids of the initial data. */
export const deployerApplication = seeds.deployer.objectId;
export const deployerPrincipal = seeds.deployer.servicePrincipalId;
export const adminAgents = seeds.groups.adminAgents.id;

export const invalid = "400 Request_BadRequest";
export const denied = "403 Authorization_RequestDenied";
export const notFound = "404 Request_ResourceNotFound";
export const taken = "409 Request_MultipleObjectsWithSameKeyValue";

/** Sends a request to Microsoft Graph as the deployer, with every permission that the rows need. */
export const graph =
  (request: string, sent: Sent = {}): Send =>
  (cloud) =>
    send(cloud, "microsoftGraph", request, { caller: { roles: directoryRoles }, ...sent });

/** A request as the list names it. */
export const named = (request: string): string => request.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, "{id}");

/** A mistake, the body with it, text that the message must contain, and the answer if it is another than `invalid`. */
export type BodyRow = [mistake: string, body: object, message?: string, answer?: string];

/** The refusals of a request that are known from one source, each by its body. */
export const refusedBodies = (
  request: string,
  source: Refusal["source"],
  rows: BodyRow[],
  caller?: Caller,
): Refusal[] =>
  rows.flatMap(([mistake, body, message, answer = invalid]) =>
    refused(named(request), source, {
      [mistake]: [answer, graph(request, { body, ...(caller && { caller }) }), message],
    }),
  );
