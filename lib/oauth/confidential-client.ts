/** The application as a confidential client of MSAL, for a sign-in in a browser. */
import { ConfidentialClientApplication } from "@azure/msal-node";
import type { Cloud } from "../config/clouds";
import { networkOf } from "./network";

/** The client and endpoint that an assertion is created for. */
export interface AssertionFor {
  clientId: string;
  tokenEndpoint?: string;
}

/** A client's proof: a secret, or an assertion signed with a certificate's key or by another issuer. */
export type Proof = { clientSecret: string } | { clientAssertion: (asked: AssertionFor) => Promise<string> };

/** A client and its proof, for memory only. */
export type ApplicationCredential = {
  /** GUID. */
  tenantId: string;
  clientId: string;
} & Proof;

/** Creates a client with an empty cache: afterwards it contains only the tokens of one request. */
export function confidentialClient(cloud: Cloud, credential: ApplicationCredential): ConfidentialClientApplication {
  const { tenantId, clientId, ...proof } = credential;
  return new ConfidentialClientApplication({
    system: { networkClient: networkOf(cloud) },
    auth: {
      clientId,
      ...proof,
      authority: `${cloud.authority}/${tenantId}`,
      // No instance discovery: the cloud's row is the only source. MSAL expects host:port here.
      knownAuthorities: [new URL(cloud.authority).host],
    },
  });
}
