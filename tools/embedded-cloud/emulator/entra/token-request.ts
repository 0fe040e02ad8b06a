import { refuse } from "./errors";
import type { PresentedClient } from "./clients";

/** A request to the token endpoint, parsed but not checked. */
export interface TokenRequest extends PresentedClient {
  grantType: string;
  /** The form's other fields. */
  fields: ReadonlyMap<string, string>;
}

/**
 * @throws EntraError 900144 without grant_type or client_id, 9002313 when the body is not a form, repeats a
 *   field, or authenticates the client twice
 */
export async function readTokenRequest(request: Request, tenantSegment: string): Promise<TokenRequest> {
  const fields = await readForm(request);
  const grantType = fields.get("grant_type") ?? refuse(900144, { parameter: "grant_type" });
  return { tenantSegment, grantType, fields, ...presentedClient(request, fields) };
}

async function readForm(request: Request): Promise<ReadonlyMap<string, string>> {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(await request.text())) {
    if (fields.has(name)) refuse(9002313);
    // An empty parameter counts as absent (RFC 6749, 3.2).
    if (value !== "") fields.set(name, value);
  }
  return fields;
}

function presentedClient(
  request: Request,
  fields: ReadonlyMap<string, string>,
): Omit<PresentedClient, "tenantSegment"> {
  const basic = /^Basic (\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const inBody = { clientId: fields.get("client_id"), clientSecret: fields.get("client_secret") };
  const clientAssertion = assertionIn(fields);
  if (basic === undefined && clientAssertion !== undefined) {
    if (inBody.clientSecret !== undefined) refuse(9002313);
    return { ...client(inBody.clientId, undefined), clientAssertion };
  }
  if (basic === undefined) return client(inBody.clientId, inBody.clientSecret);
  if (inBody.clientSecret !== undefined || clientAssertion !== undefined) refuse(9002313);
  const [id = "", secret = ""] = Buffer.from(basic, "base64").toString().split(/:(.*)/s).map(formDecoded);
  if (inBody.clientId !== undefined && inBody.clientId !== id) refuse(9002313);
  return client(id, secret);
}

const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** @throws EntraError 900144 when only half of it is there, 90023 for another type than JWT */
function assertionIn(fields: ReadonlyMap<string, string>): string | undefined {
  const [type, assertion] = [fields.get("client_assertion_type"), fields.get("client_assertion")];
  if (type === undefined && assertion === undefined) return undefined;
  if (type === undefined) refuse(900144, { parameter: "client_assertion_type" });
  if (assertion === undefined) refuse(900144, { parameter: "client_assertion" });
  if (type !== jwtBearer) refuse(90023, { parameter: "client_assertion_type", value: type });
  return assertion;
}

/** RFC 6749, 2.3.1: both halves are form-encoded before they are joined. */
const formDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
};

function client(
  clientId: string | undefined,
  clientSecret: string | undefined,
): Omit<PresentedClient, "tenantSegment"> {
  if (clientId === undefined || clientId === "") refuse(900144, { parameter: "client_id" });
  return { clientId, ...(clientSecret === undefined ? {} : { clientSecret }) };
}

/** A field that the grant requires. */
export const required = (request: TokenRequest, parameter: string): string =>
  request.fields.get(parameter) ?? refuse(900144, { parameter });
