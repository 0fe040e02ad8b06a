/**
 * A stand-in for the OIDC issuer of GitHub's runners: for a job with `id-token: write` at ACTIONS_ID_TOKEN_REQUEST_URL, and for
 * Entra's requests of its keys; and for that of Azure Pipelines, at SYSTEM_OIDCREQUESTURI. https on loopback, with the certificate in the
 * emulator's folder, so that both are trusted together.
 */
import { generateKeyPair, randomBytes, randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { exportJWK, SignJWT } from "jose";
import { serverCertificate } from "../emulator/certificate";
import { listen } from "../emulator/server";

/** The job that requests tokens. */
export interface Job {
  /** owner/name. */
  repository: string;
  /** The job's environment: part of the subject. */
  environment: string;
}

export interface OidcIssuer {
  /** The issuer in a federated credential. */
  issuer: string;
  /** Subject of a job's tokens. */
  subjectOf(job: Job): string;
  /** The variables that the runner sets for a job; only they give access to the issuer. */
  variablesFor(job: Job): Record<"ACTIONS_ID_TOKEN_REQUEST_URL" | "ACTIONS_ID_TOKEN_REQUEST_TOKEN", string>;
  /** The variables of a step of an Azure pipeline with a service connection, whose tokens have one subject and one audience. */
  variablesForPipeline(
    subject: string,
    audience: string,
  ): Record<"SYSTEM_OIDCREQUESTURI" | "SYSTEM_ACCESSTOKEN" | "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", string>;
  /** A token with custom claims. @param lifetime seconds from now until it expires; negative: it is expired */
  sign(claims: Record<string, unknown>, lifetime?: number): Promise<string>;
  /** Requested audiences, in order. */
  audiences: string[];
  close(): Promise<void>;
}

const subjectOf = ({ repository, environment }: Job): string => `repo:${repository}:environment:${environment}`;

/**
 * @param directory of the emulator, which contains the certificate
 * @param clock milliseconds; that of the emulator, where a test moves it
 */
export async function startOidcIssuer(directory: string, clock = (): number => Date.now()): Promise<OidcIssuer> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const kid = randomUUID();
  const jobs = new Map<string, Job>();
  const audiences: string[] = [];
  const connections = new Map<string, Record<"sub" | "aud", string>>();
  const pipelineToken = randomBytes(24).toString("base64url");
  const sign: OidcIssuer["sign"] = async (claims, lifetime = 300) => {
    const now = Math.floor(clock() / 1000);
    const times = {
      iat: now + Math.min(0, lifetime) - 300,
      nbf: now + Math.min(0, lifetime) - 300,
      exp: now + lifetime,
    };
    return await new SignJWT({ iss: listener.origin, jti: randomUUID(), ...times, ...claims })
      .setProtectedHeader({ typ: "JWT", alg: "RS256", kid })
      .sign(privateKey);
  };
  const forPipeline = async ({ method, headers }: Request, connection: string): Promise<Response> => {
    if (method !== "POST") return new Response(null, { status: 405 });
    const claims = headers.get("authorization") === `Bearer ${pipelineToken}` ? connections.get(connection) : undefined;
    if (claims === undefined) return Response.json({ message: "Unauthorized" }, { status: 401 });
    return Response.json({ oidcToken: await sign(claims) });
  };
  const answer = async (request: Request): Promise<Response> => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/.well-known/openid-configuration") {
      return Response.json({ issuer: listener.origin, jwks_uri: `${listener.origin}/.well-known/jwks` });
    }
    if (pathname === "/.well-known/jwks") {
      return Response.json({ keys: [{ ...(await exportJWK(publicKey)), kid, use: "sig", alg: "RS256" }] });
    }
    const connection = searchParams.get("serviceConnectionId");
    if (pathname === "/oidctoken" && connection !== null) return await forPipeline(request, connection);
    const job = jobs.get(request.headers.get("authorization") ?? "");
    if (pathname !== "/token" || job === undefined) return Response.json({ message: "Unauthorized" }, { status: 401 });
    const audience = searchParams.get("audience") ?? `https://github.com/${job.repository.split("/")[0] ?? ""}`;
    audiences.push(audience);
    return Response.json({ count: 1, value: await sign({ sub: subjectOf(job), aud: audience, ...job }) });
  };
  const listener = await listen(0, "GitHub's OIDC issuer", await serverCertificate(directory), answer);
  return {
    issuer: listener.origin,
    subjectOf,
    variablesFor: (job) => {
      const token = randomBytes(24).toString("base64url");
      jobs.set(`Bearer ${token}`, job).set(`bearer ${token}`, job);
      // GitHub's address has a query of its own.
      return {
        ACTIONS_ID_TOKEN_REQUEST_URL: `${listener.origin}/token?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
      };
    },
    variablesForPipeline: (subject, audience) => {
      const id = randomUUID();
      connections.set(id, { sub: subject, aud: audience });
      return {
        SYSTEM_OIDCREQUESTURI: `${listener.origin}/oidctoken`,
        SYSTEM_ACCESSTOKEN: pipelineToken,
        ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: id,
      };
    },
    sign,
    audiences,
    close: async () => {
      await listener.close();
    },
  };
}
