/** The grants to request in customers' tenants, from the command line or a file. */
import { createHash } from "node:crypto";
import { customerFileBytes, isGuid } from "../../lib/config/limits";
import { Failure, sentence } from "../../lib/errors/failure";
import type { ApplicationGrant } from "../../lib/partner-center/application-consents";
import { UsageError } from "../terminal/exit-code";
import { resourceAppIds, resourceNames } from "../redemption/resources";
import { readTextFile } from "../terminal/text-file";
import { roleName, roleNames } from "./role-names";

export interface GrantOptions {
  /** Values of --grant, each "resource=Scope,Scope". */
  grant?: string[];
  /** The file of --grants: { "graph": ["User.Read"], "gdap": ["Directory Readers"] }. */
  grants?: string;
}

/** The file's member beside resources: roles by relationships (GDAP). */
const rolesKey = "gdap";

const usual = ["graph=User.Read", "arm=user_impersonation"];

/** Grants and roles required in each customer's tenant. */
interface Declared {
  grants: ApplicationGrant[];
  /** Names of the service account's roles; undefined: none is declared. */
  roles?: string[] | undefined;
}

/** @throws UsageError */
export async function declaredBy({ grant, grants }: GrantOptions): Promise<Declared> {
  if (grants === undefined) return { grants: (grant ?? usual).map(grantOf) };
  if (grant === undefined) return await declaredIn(grants);
  throw new UsageError("--grant and --grants exclude each other.", sentence("Give one of the two."));
}

/** The options that request the same again. */
export const grantWords = ({ grant, grants }: GrantOptions): string[] => [
  ...(grant ?? []).flatMap((one) => ["--grant", one]),
  ...(grants === undefined ? [] : ["--grants", grants]),
];

/** SHA-256, hexadecimal: equal for the same grants in any order. */
export function hashOf(applicationId: string, grants: readonly ApplicationGrant[]): string {
  const lines = grants.flatMap(({ resourceAppId, scopes }) =>
    scopes.map((scope) => `${resourceAppId.toLowerCase()} ${scope.toLowerCase()}`),
  );
  const text = [applicationId.toLowerCase(), ...new Set(lines.sort())].join("\n");
  return createHash("sha256").update(text).digest("hex");
}

/** @throws UsageError for a text that is not `resource=Scope,Scope` */
function grantOf(text: string): ApplicationGrant {
  const [, resource = "", scopeText = ""] = /^([^=]+)=(.+)$/u.exec(text) ?? [];
  const scopes = scopeText.split(",").map((scope) => scope.trim());
  const grant = grantFor(resource, scopes);
  if (grant !== undefined) return grant;
  const fix = sentence("Write it as graph=User.Read,Directory.Read.All.");
  throw new UsageError(`--grant ${text} is not a resource with scopes.`, fix, resources);
}

const resources = sentence(`Resources: ${resourceNames.join(", ")}, or a client id.`);

function grantFor(resource: string, scopes: unknown): ApplicationGrant | undefined {
  const resourceAppId = (resourceAppIds as Readonly<Record<string, string>>)[resource] ?? resource;
  const isScope = (scope: unknown): scope is string => typeof scope === "string" && /^[\w.:/-]+$/u.test(scope);
  const isList = Array.isArray(scopes) && scopes.length > 0 && scopes.every(isScope);
  return isList && isGuid(resourceAppId) ? { resourceAppId, scopes } : undefined;
}

async function declaredIn(file: string): Promise<Declared> {
  const form = sentence('It is JSON of resources and their scopes: { "graph": ["User.Read"] }.');
  const wrong = (what: string) => new UsageError(`${file} ${what}.`, form, resources);
  let content: unknown;
  try {
    content = JSON.parse(await readTextFile("--grants", file, customerFileBytes));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw wrong("is no JSON");
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) throw wrong("is no object");
  const { [rolesKey]: roles, ...lists } = content as Record<string, unknown>;
  const isRole = (role: unknown): role is string =>
    typeof role === "string" && (roleNames.includes(role) || isGuid(role));
  if (roles !== undefined && !(Array.isArray(roles) && roles.every(isRole)))
    throw new UsageError(
      `${file} has no list of roles at "${rolesKey}".`,
      sentence(`Name Entra roles, such as ${roleNames.slice(0, 3).join(", ")}, or their template ids.`),
    );
  const entries = Object.entries(lists);
  if (entries.length === 0) throw wrong("names no resource");
  const grants = entries.map(([resource, scopes]) => {
    const grant = grantFor(resource, scopes);
    if (grant === undefined) throw wrong(`has no resource with a list of scopes at "${resource}"`);
    return grant;
  });
  return { grants, roles: roles?.map((role) => (isGuid(role) ? roleName(role) : role)) };
}
