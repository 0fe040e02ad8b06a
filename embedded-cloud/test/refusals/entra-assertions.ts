/** Assertions of a client's certificate that Entra refuses. */
import { randomUUID, X509Certificate } from "node:crypto";
import { SignJWT } from "jose";
import type { KeyCredential } from "../../emulator/context";
import type { Emulator } from "../../emulator/emulator";
import { registerModestApplication } from "../../testing/applications";
import { assertionClaims, foreignCertificate, thumbprint } from "../../testing/certificates";
import { type Refusal, refused } from "./refusal";

const credentials = "https://learn.microsoft.com/entra/identity-platform/certificate-credentials";
const troubleshooting = "https://aka.ms/azsdk/js/identity/serviceprincipalauthentication/troubleshoot";
const registered = "https://github.com/AzureAD/microsoft-authentication-library-for-js/issues/8339";
const expired = "https://learn.microsoft.com/azure-stack/hci/deploy/troubleshoot-hci-registration";
const token = "POST /{tenant}/oauth2/v2.0/token";

const [known, other] = [foreignCertificate(), foreignCertificate()];
const certificate = new X509Certificate(known.pem);
const ofKnown = { alg: "PS256", "x5t#S256": thumbprint(certificate.raw.toString("base64")) };

const sharedSecret = new TextEncoder().encode("a secret that is long enough for HS256");

interface Presented {
  /** Of the credential; omitted ones come from the certificate. */
  credential?: Partial<KeyCredential>;
  claims?: object;
  header?: { alg: string; "x5t#S256"?: string };
  /** The key that signs. */
  signer?: typeof known;
}

/** An application with one certificate signs in as itself. */
const presented =
  ({ credential = {}, claims = {}, header = ofKnown, signer = known }: Presented) =>
  async (cloud: Emulator): Promise<Response> => {
    const keyCredential: KeyCredential = {
      ...{ keyId: randomUUID(), displayName: null, type: "AsymmetricX509Cert", usage: "Verify" },
      ...{ customKeyIdentifier: null, hasExtendedValue: null, key: certificate.raw.toString("base64") },
      startDateTime: certificate.validFromDate.toISOString(),
      endDateTime: certificate.validToDate.toISOString(),
      ...credential,
    };
    const { clientId } = registerModestApplication(cloud, { keyCredentials: [keyCredential] });
    const body = { ...assertionClaims(cloud, clientId), ...claims };
    const key = header.alg === "HS256" ? sharedSecret : signer.privateKey;
    const assertion = await new SignJWT(body).setProtectedHeader(header).sign(key);
    return await fetch(`${cloud.url}/${cloud.seeds.partner.id}/oauth2/v2.0/token`, {
      method: "POST",
      body: new URLSearchParams({
        ...{ grant_type: "client_credentials", client_id: clientId, client_assertion: assertion },
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        scope: `${cloud.origins.microsoftGraph}/.default`,
      }),
    });
  };

export const entraAssertionRefusals: Refusal[] = [
  ...refused(token, "401 AADSTS700021", {
    "an assertion whose issuer or subject is another client": [
      troubleshooting,
      presented({ claims: { sub: randomUUID() } }),
      "Client assertion application identifier doesn't match 'client_id' parameter.",
    ],
  }),
  ...refused(token, "401 AADSTS700023", {
    "an assertion for another audience than the tenant's token endpoint": [
      troubleshooting,
      presented({ claims: { aud: "https://login.microsoftonline.com/common/oauth2/v2.0/token" } }),
      "Client assertion audience claim does not match Realm issuer.",
    ],
  }),
  ...refused(token, "401 AADSTS700024", {
    "an assertion that has ended": [
      "https://github.com/AzureAD/microsoft-authentication-library-for-dotnet/issues/4951",
      presented({ claims: { nbf: 1, exp: 2 } }),
    ],
  }),
  ...refused(token, "401 AADSTS700027", {
    "an assertion with the thumbprint of no certificate of the application": [
      registered,
      presented({
        header: { ...ofKnown, "x5t#S256": thumbprint(new X509Certificate(other.pem).raw.toString("base64")) },
        signer: other,
      }),
      "is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '",
    ],
    "an assertion without a thumbprint": [
      "https://github.com/keycloak/keycloak/issues/19425",
      presented({ header: { alg: "PS256" } }),
      "[Reason - The key was not found., Please visit the Azure Portal",
    ],
    "an assertion of a certificate whose end has come": [
      expired,
      presented({ credential: { endDateTime: "2020-01-01T00:00:00Z" } }),
      "[Reason - The key used is expired., Thumbprint",
    ],
    "an assertion that another key signed": [
      credentials,
      presented({ signer: other }),
      "The provided signature value did not match the expected signature value.",
    ],
  }),
  ...refused(token, "401 AADSTS5002738", {
    "an assertion of a certificate that is signed in another way than PS256, RS256 and their kin": [
      "unverified",
      presented({ header: { ...ofKnown, alg: "HS256" } }),
    ],
  }),
];
