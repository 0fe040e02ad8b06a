/** Applications that Microsoft Graph refuses to create or to change. */
import { randomUUID } from "node:crypto";
import { partnerCenter } from "../../emulator/first-party";
import { foreignCertificate } from "../../testing/certificates";
import { type BodyRow, deployerApplication, graph, invalid, refusedBodies } from "./graph-requests";
import { type Refusal, refused, type Send } from "./refusal";

const creation = "POST /v1.0/applications";
const doc = (name: string) => `https://learn.microsoft.com/graph/api/${name}` as const;
const replyUrls = "https://learn.microsoft.com/entra/identity-platform/reply-url";
const audiences = "https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation";
const contentType = "https://github.com/microsoftgraph/msgraph-sample-pythondjangoapp/issues/22";
const payload = "https://github.com/microsoftgraph/msgraph-sdk-go/issues/203";
const keyDates = "https://github.com/Azure/azure-cli/issues/11146";

const text = (length: number): string => "x".repeat(length);
const list = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index));

/** Creations with these properties in addition to a name. */
const made = (source: Refusal["source"], rows: BodyRow[]): Refusal[] =>
  refusedBodies(
    creation,
    source,
    rows.map(([mistake, body, ...more]) => [mistake, { displayName: "One", ...body }, ...more]),
  );

const raw = (body: string, type: string): Send => graph(creation, { body, headers: { "content-type": type } });
const unread = "Unable to read JSON request payload.";

const wrong = (property: string): string =>
  `Invalid value specified for property '${property}' of resource 'Application'.`;
const unverified = (uri: string): string =>
  `Values of identifierUris property must use a verified domain of the organization or its subdomain: '${uri}'`;

const web = (uri: string) => ({ web: { redirectUris: [uri] } });
const scope = { id: "e1fe6dd8-ba31-4d61-89e7-88639da4683d", type: "Scope" };
const resource = (resourceAppId: string, resourceAccess: object[] = [scope]) => ({ resourceAppId, resourceAccess });
const accesses = (...requiredResourceAccess: object[]) => ({ requiredResourceAccess });
const manyScopes = list(401, () => ({ ...scope, id: randomUUID() }));
const role = () => ({
  ...{ id: randomUUID(), value: "Read", displayName: "x", description: "x", isEnabled: true },
  allowedMemberTypes: ["User"],
});
const keys = (key: object) => ({ keyCredentials: [{ type: "AsymmetricX509Cert", usage: "Verify", ...key }] });
const foreignKey = Buffer.from(foreignCertificate().pem).toString("base64");
const ofPersons = {
  signInAudience: "AzureADandPersonalMicrosoftAccount",
  api: { requestedAccessTokenVersion: 2 },
};

export const graphApplicationRefusals: Refusal[] = [
  ...refused(creation, payload, {
    "a body that is no JSON": ["400 BadRequest", raw("{", "application/json"), unread],
    "a list as the body": ["400 BadRequest", raw("[]", "application/json"), unread],
    "no body": ["400 BadRequest", raw("", "application/json"), "Empty Payload. JSON content expected."],
  }),
  ...refused(creation, contentType, {
    "a body of another type": [
      "400 BadRequest",
      raw("displayName=One", "application/x-www-form-urlencoded"),
      "Content-Type",
    ],
  }),
  ...refusedBodies(creation, doc("application-post-applications"), [
    ["no name", { tags: [] }, "A value is required for property 'displayName' of resource 'Application'."],
  ]),
  ...made(doc("resources/application"), [
    ["an empty name", { displayName: "" }, wrong("displayName")],
    ["a name of more than 256 characters", { displayName: text(257) }, wrong("displayName")],
    ["a value of another type", { isFallbackPublicClient: "yes" }],
    ["null where there has to be a list", { tags: null }],
    ["a property that is read-only", { appId: randomUUID() }, "read-only"],
    ["an audience that there is not", { signInAudience: "Everybody" }, wrong("signInAudience")],
    ["a tag of more than 256 characters", { tags: [text(257)] }],
    ["notes of more than 1024 characters", { notes: text(1025) }],
  ]),
  ...made("unverified", [
    ["a property that the type does not have", { flavour: "mint" }, "Invalid property 'flavour'."],
    ["the same inside of another one", { web: { flavour: "mint" } }, "'flavour'"],
    ["another type of object", { "@odata.type": "#microsoft.graph.group" }],
    ["an identifier URI twice", { identifierUris: list(2, () => "https://partner.example/x") }],
    ["a permission twice", accesses(resource(partnerCenter.appId, [scope, scope]))],
    ["a key that is no certificate", keys({ key: "AAAA" })],
    ["neither a key nor the id of one that is there", keys({})],
    [
      "a beginning before the certificate's own",
      keys({ key: foreignKey, startDateTime: "1999-06-01T00:00:00Z" }),
      "",
      "400 KeyCredentialsInvalidStartDate",
    ],
  ]),
  ...made(doc("resources/apiapplication"), [
    ["a token version that there is not", { api: { requestedAccessTokenVersion: 3 } }],
  ]),
  ...made(audiences, [
    ["personal accounts with tokens of version 1", { signInAudience: "PersonalMicrosoftAccount" }],
    ["more than 50 resources", accesses(...list(51, () => resource(randomUUID())))],
    ["more than 400 permissions", accesses(resource(partnerCenter.appId, manyScopes))],
  ]),
  ...made(replyUrls, [
    ["a redirect URI that is not absolute", web("/consent"), wrong("web")],
    ["`http` elsewhere than at localhost", web("http://a.example/")],
    ["a loopback address of IPv6", web("http://[::1]:8400/")],
    ["a redirect URI of a scheme that a web application has not", web("msal-one://auth")],
    ["a redirect URI with a fragment", web("https://a.example/#x")],
    ["a redirect URI with a sign that none may have", web("https://a.example/(x)")],
    ["a redirect URI of more than 256 characters", web(`https://a.example/${text(256)}`)],
    [
      "more than 256 redirect URIs",
      { web: { redirectUris: list(257, (index) => `https://a.example/${index}`) } },
      wrong("redirectUris"),
    ],
    ["a redirect URI with a wildcard, for personal accounts", { ...web("https://*.a.example/"), ...ofPersons }],
    ["the out-of-band URN for a single-page application", { spa: web("urn:ietf:wg:oauth:2.0:oob").web }],
  ]),
  ...made(
    "recordings",
    ["https://else.example/", "https://notpartner.example/one", "api://one", "one"].map((uri): BodyRow => [
      `an identifier URI on a domain that is not verified, as ${uri}`,
      { identifierUris: [uri] },
      unverified(uri),
      "400 HostNameNotOnVerifiedDomain",
    ]),
  ),
  ...refused(creation, "unverified", {
    "an identifier URI that another application has": [
      invalid,
      async (cloud) => {
        const body = { displayName: "One", identifierUris: ["https://partner.example/x"] };
        await graph(creation, { body })(cloud);
        return await graph(creation, { body })(cloud);
      },
      "Another object with the same value for property identifierUris already exists.",
    ],
  }),
  ...made(doc("resources/requiredresourceaccess"), [
    ["a resource twice", accesses(...list(2, () => resource(partnerCenter.appId))), wrong("requiredResourceAccess")],
  ]),
  ...made(doc("resources/resourceaccess"), [
    [
      "a permission that is neither Role nor Scope",
      accesses(resource(partnerCenter.appId, [{ ...scope, type: "Right" }])),
    ],
  ]),
  ...made(doc("application-addpassword"), [
    [
      "a password",
      { passwordCredentials: [{ displayName: "mine" }] },
      "New password credentials must be generated with service actions.",
    ],
  ]),
  ...made(doc("resources/keycredential"), [
    ["a key of no known type", keys({ type: "Symmetric", key: "AAAA" })],
    ["a key that is not base64", keys({ key: "?" })],
  ]),
  ...made(keyDates, [
    [
      "an end after the certificate's own",
      keys({ key: foreignKey, endDateTime: "2100-06-01T00:00:00Z" }),
      "Key credential end date is invalid.",
      "400 KeyCredentialsInvalidEndDate",
    ],
  ]),
  ...made(doc("resources/approle"), [["two roles of one value", { appRoles: list(2, role) }]]),
  ...refusedBodies(`PATCH /v1.0/applications/${deployerApplication}`, doc("resources/application"), [
    ["another id", { id: randomUUID() }, "read-only"],
  ]),
];
