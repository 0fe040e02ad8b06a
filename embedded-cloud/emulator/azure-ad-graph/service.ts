import { Hono, type Context as Exchange } from "hono";
import type { AccessClaims, Context, Service, Tenant, User } from "../context";

/** A refusal of Azure AD Graph. */
class AzureAdGraphError extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 501,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Either of these lets a delegated token read the signed-in user and the tenant. */
const readScopes = ["User.Read", "Directory.AccessAsUser.All"];
const apiVersion = "1.6";

/** Azure AD Graph, retired by Microsoft in 2025: only enough to show that a token for it works. */
export const azureAdGraphService: Service = (context) => {
  const app = new Hono();
  app.get("/:tenant/me", async (c) => {
    const { user } = await readerOf(context, c);
    if (user === undefined) throw new AzureAdGraphError(404, "Request_ResourceNotFound", "No user signed in.");
    return c.json(userDocument(context, user));
  });
  app.get("/:tenant/tenantDetails", async (c) => {
    const { tenant } = await readerOf(context, c);
    return c.json({ "odata.metadata": metadata(context, "tenantDetails"), value: [tenantDocument(tenant)] });
  });
  app.notFound((c) =>
    answer(c, new AzureAdGraphError(501, "NotImplemented", `${c.req.method} ${c.req.path} is not served here.`)),
  );
  app.onError((error, c) => {
    if (error instanceof AzureAdGraphError) return answer(c, error);
    throw error;
  });
  return app;
};

async function readerOf(context: Context, c: Exchange): Promise<{ tenant: Tenant; user: User | undefined }> {
  const claims = await context.tokens.verify(c.req.header("authorization"), context.origins.azureAdGraph);
  const tenant = context.tenants.get(claims?.tid ?? "");
  if (claims === undefined || tenant === undefined) {
    throw new AzureAdGraphError(401, "Authentication_MissingOrMalformed", "Access Token missing or malformed.");
  }
  if (c.req.query("api-version") !== apiVersion) {
    throw new AzureAdGraphError(400, "Request_DataContractVersionMissing", `api-version must be ${apiVersion}.`);
  }
  const asked = (c.req.param("tenant") ?? "").toLowerCase();
  const names = ["myorganization", tenant.id, ...tenant.domains.map(({ id }) => id)];
  if (!names.includes(asked)) {
    throw new AzureAdGraphError(403, "Authentication_Unauthorized", `The token is not for tenant ${asked}.`);
  }
  if (!mayRead(claims)) {
    throw new AzureAdGraphError(
      403,
      "Authorization_RequestDenied",
      "Insufficient privileges to complete the operation.",
    );
  }
  return { tenant, user: tenant.users.get(claims.oid) };
}

const mayRead = ({ idtyp, scp = "", roles = [] }: AccessClaims): boolean =>
  idtyp === "app" ? roles.includes("Directory.Read.All") : scp.split(" ").some((scope) => readScopes.includes(scope));

const metadata = ({ origins }: Context, of: string): string =>
  `${origins.azureAdGraph}/$metadata#directoryObjects/${of}`;

const userDocument = (context: Context, user: User): Record<string, unknown> => ({
  "odata.metadata": metadata(context, "@Element"),
  "odata.type": "Microsoft.DirectoryServices.User",
  objectType: "User",
  objectId: user.id,
  deletionTimestamp: null,
  accountEnabled: user.accountEnabled,
  displayName: user.displayName,
  mail: user["mail"],
  userPrincipalName: user.userPrincipalName,
  userType: "Member",
});

const tenantDocument = (tenant: Tenant): Record<string, unknown> => ({
  "odata.type": "Microsoft.DirectoryServices.TenantDetail",
  objectType: "Company",
  objectId: tenant.id,
  deletionTimestamp: null,
  displayName: tenant.displayName,
  verifiedDomains: tenant.domains
    .filter(({ isVerified }) => isVerified)
    .map(({ id, isDefault, isInitial }) => ({ name: id, default: isDefault, initial: isInitial, type: "Managed" })),
});

const answer = (c: Exchange, { status, code, message }: AzureAdGraphError): Response =>
  c.json({ "odata.error": { code, message: { lang: "en", value: message } } }, status);
