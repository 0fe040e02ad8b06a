/** Assertions of a client's certificate that Entra refuses. */
import { randomUUID, X509Certificate } from "node:crypto";
import { SignJWT } from "jose";
import type { KeyCredential } from "../../emulator/context";
import type { Emulator } from "../../emulator/emulator";
import { registerModestApplication } from "../../testing/applications";
import { assertionClaims, foreignCertificate, thumbprint } from "../../testing/certificates";
import { nobody } from "./entra-requests";
import { type Refusal, refused, type Send } from "./refusal";

const credentials = "https://learn.microsoft.com/entra/identity-platform/certificate-credentials";
const troubleshooting = "https://aka.ms/azsdk/js/identity/serviceprincipalauthentication/troubleshoot";
const registered = "https://github.com/AzureAD/microsoft-authentication-library-for-js/issues/8339";
const expired = "https://learn.microsoft.com/azure-stack/hci/deploy/troubleshoot-hci-registration";
const times = "https://github.com/AzureAD/microsoft-authentication-library-for-dotnet/issues/4951";
const keycloak = "https://github.com/keycloak/keycloak/issues/19425";
const token = "POST /{tenant}/oauth2/v2.0/token";

const [known, other] = [foreignCertificate(), foreignCertificate()];
const encoded = ({ pem }: typeof known): string => new X509Certificate(pem).raw.toString("base64");
const sha1 = thumbprint(encoded(known), "sha1");
const ofKnown = { "x5t#S256": thumbprint(encoded(known)) };
/** As long as a thumbprint, and that of no certificate. */
const none = "A".repeat(27);

const sharedSecret = new TextEncoder().encode("a secret that is long enough for HS256");

interface Presented {
  /** Of the registered credential. */
  credential?: Partial<KeyCredential>;
  /** How the header names the certificate. */
  names?: object;
  /** RS256, PS256, or HS256, for which a shared secret signs. */
  alg?: string;
  /** Whose key signs. */
  signer?: typeof known;
  /** Takes the signature from another assertion. */
  swapped?: boolean;
}

type Changes = Record<string, unknown>;

/** An application with one certificate signs in as itself. @param changes claims that differ */
const presented =
  (changes: Changes | ((cloud: Emulator) => Changes), more: Presented = {}): Send =>
  async (cloud) => {
    const { credential = {}, names = ofKnown, alg = "PS256", signer = known, swapped = false } = more;
    const { validFromDate, validToDate } = new X509Certificate(known.pem);
    const keyCredential: KeyCredential = {
      ...{ keyId: randomUUID(), displayName: null, type: "AsymmetricX509Cert", usage: "Verify" },
      ...{ customKeyIdentifier: null, hasExtendedValue: null, key: encoded(known) },
      ...{ startDateTime: validFromDate.toISOString(), endDateTime: validToDate.toISOString(), ...credential },
    };
    const { clientId } = registerModestApplication(cloud, { keyCredentials: [keyCredential] });
    const different = typeof changes === "function" ? changes(cloud) : changes;
    const sign = (): Promise<string> =>
      new SignJWT({ ...assertionClaims(cloud, clientId), ...different })
        .setProtectedHeader({ alg, ...names })
        .sign(alg === "HS256" ? sharedSecret : signer.privateKey);
    const [first, second] = [await sign(), await sign()];
    const body = new URLSearchParams({
      ...{ grant_type: "client_credentials", client_id: clientId },
      client_assertion: swapped ? first.replace(/[^.]+$/u, second.split(".")[2] ?? "") : first,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      scope: `${cloud.origins.microsoftGraph}/.default`,
    });
    return await fetch(`${cloud.url}/${cloud.seeds.partner.id}/oauth2/v2.0/token`, { method: "POST", body });
  };

const inHours =
  (from: number, until?: number) =>
  ({ clock }: Emulator) => {
    const [nbf, exp] = [from, until].map((hours) => hours && Math.floor(clock.now() / 1000) + hours * 3600);
    return { nbf, exp };
  };
const ofCustomer = ({ url, seeds }: Emulator) => ({ aud: `${url}/${seeds.customers[0].id}/oauth2/v2.0/token` });

const notFound = "[Reason - The key was not found., ";
const wrongAudience = "Client assertion audience claim does not match Realm issuer.";
const wrongClient = "Client assertion application identifier doesn't match 'client_id' parameter.";
const wrongSignature =
  "[Reason - The provided signature value did not match the expected signature value., Thumbprint of key";

export const entraAssertionRefusals: Refusal[] = [
  ...refused(token, troubleshooting, {
    "an assertion whose issuer is another client": ["401 AADSTS700021", presented({ iss: nobody }), wrongClient],
    "an assertion whose subject is another client": ["401 AADSTS700021", presented({ sub: nobody }), wrongClient],
    "an assertion without a subject": ["401 AADSTS700021", presented({ sub: undefined }), wrongClient],
    "an assertion for another tenant": ["401 AADSTS700023", presented(ofCustomer), wrongAudience],
    "an assertion for another cloud": [
      "401 AADSTS700023",
      presented({ aud: "https://login.microsoftonline.us/x/v2.0" }),
      wrongAudience,
    ],
    "an assertion without an audience": ["401 AADSTS700023", presented({ aud: undefined }), wrongAudience],
  }),
  ...refused(token, times, {
    "an assertion that has ended": ["401 AADSTS700024", presented(inHours(-2, -1)), "time range"],
    "an assertion for later": ["401 AADSTS700024", presented(inHours(1, 2)), "time range"],
    "an assertion without an end": ["401 AADSTS700024", presented(inHours(-1)), "expiry time of assertion 1970-01-01"],
  }),
  ...refused(token, registered, {
    "an assertion with the thumbprint of no certificate of the application": [
      "401 AADSTS700027",
      presented({}, { names: { "x5t#S256": thumbprint(encoded(other)) }, signer: other }),
      `is not registered on application. ${notFound}Thumbprint of key used by client: '`,
    ],
  }),
  ...refused(token, keycloak, {
    "an assertion without a thumbprint": [
      "401 AADSTS700027",
      presented({}, { names: {} }),
      `${notFound}Please visit the Azure Portal`,
    ],
  }),
  ...refused(token, expired, {
    "an assertion of a certificate whose end has come": [
      "401 AADSTS700027",
      presented({}, { credential: { endDateTime: "2020-01-01T00:00:00Z" } }),
      "[Reason - The key used is expired., Thumbprint",
    ],
  }),
  ...refused(token, credentials, {
    "an assertion that another key signed": ["401 AADSTS700027", presented({}, { signer: other }), wrongSignature],
    "the signature of other claims": ["401 AADSTS700027", presented({}, { swapped: true }), wrongSignature],
  }),
  ...refused(token, "unverified", {
    "a thumbprint with other characters": ["401 AADSTS700027", presented({}, { names: { x5t: `${sha1}!` } }), notFound],
    "the `kid` of another certificate": ["401 AADSTS700027", presented({}, { names: { kid: none } }), notFound],
    "the `kid` of one and the `x5t` of another": [
      "401 AADSTS700027",
      presented({}, { names: { kid: sha1, x5t: none } }),
      "Thumbprint of key used by client: '0000000000000000000000000000000000000000'",
    ],
    "an assertion of a certificate that is signed in another way than PS256, RS256 and their kin": [
      "401 AADSTS5002738",
      presented({}, { alg: "HS256" }),
      "'HS256' is not a supported signature algorithm",
    ],
  }),
];
