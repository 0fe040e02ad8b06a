/** Assertions of a client's certificate that Entra refuses. */
import { randomUUID, X509Certificate } from "node:crypto";
import { SignJWT } from "jose";
import type { KeyCredential } from "../../emulator/context";
import type { Emulator } from "../../emulator/emulator";
import { registerModestApplication } from "../../testing/applications";
import { assertionClaims, foreignCertificate, thumbprint } from "../../testing/certificates";
import type { Send } from "./refusal";

const certificates = { known: foreignCertificate(), other: foreignCertificate() };
const encoded = ({ pem }: { pem: string }): string => new X509Certificate(pem).raw.toString("base64");
const named = { known: thumbprint(encoded(certificates.known)), other: thumbprint(encoded(certificates.other)) };

/** Words of the rows; `noThumbprint` is as long as one, and that of no certificate. */
export const assertionWords = {
  sha1: thumbprint(encoded(certificates.known), "sha1"),
  noThumbprint: "A".repeat(27),
};

const sharedSecret = new TextEncoder().encode("a secret that is long enough for HS256");

interface Presented {
  /** Of the registered credential. */
  credential?: Partial<KeyCredential>;
  /** How the header names the certificate: that of whom, or by which parameters. */
  names?: keyof typeof certificates | object;
  /** RS256, PS256, or HS256, for which a shared secret signs. */
  alg?: string;
  /** Whose key signs. */
  signer?: keyof typeof certificates;
  /** Takes the signature from another assertion. */
  swapped?: boolean;
}

/** Claims that differ: the hours from now between which it is valid, or the tenant. */
type Changes = "ofCustomer" | (Record<string, unknown> & { hours?: [number, number?] });

function claimsOf({ url, seeds, clock }: Emulator, changes: Changes): object {
  if (changes === "ofCustomer") return { aud: `${url}/${seeds.customers[0].id}/oauth2/v2.0/token` };
  const { hours, ...others } = changes;
  if (hours === undefined) return others;
  const at = (hour: number | undefined) => hour && Math.floor(clock.now() / 1000) + hour * 3600;
  return { nbf: at(hours[0]), exp: at(hours[1]) };
}

/** An application with one certificate signs in as itself. */
export const presented =
  (_: string, changes: Changes = {}, more: Presented = {}): Send =>
  async (cloud) => {
    const { credential = {}, names = "known", alg = "PS256", signer = "known", swapped = false } = more;
    const { validFromDate, validToDate } = new X509Certificate(certificates.known.pem);
    const keyCredential: KeyCredential = {
      ...{ keyId: randomUUID(), displayName: null, type: "AsymmetricX509Cert", usage: "Verify" },
      ...{ customKeyIdentifier: null, hasExtendedValue: null, key: encoded(certificates.known) },
      ...{ startDateTime: validFromDate.toISOString(), endDateTime: validToDate.toISOString(), ...credential },
    };
    const { clientId } = registerModestApplication(cloud, { keyCredentials: [keyCredential] });
    const header = typeof names === "string" ? { "x5t#S256": named[names] } : names;
    const sign = (): Promise<string> =>
      new SignJWT({ ...assertionClaims(cloud, clientId), ...claimsOf(cloud, changes) })
        .setProtectedHeader({ alg, ...header })
        .sign(alg === "HS256" ? sharedSecret : certificates[signer].privateKey);
    const [first, second] = [await sign(), await sign()];
    const body = new URLSearchParams({
      ...{ grant_type: "client_credentials", client_id: clientId },
      client_assertion: swapped ? first.replace(/[^.]+$/u, second.split(".")[2] ?? "") : first,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      scope: `${cloud.origins.microsoftGraph}/.default`,
    });
    return await fetch(`${cloud.url}/${cloud.seeds.partner.id}/oauth2/v2.0/token`, { method: "POST", body });
  };
