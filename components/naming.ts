/** Names that must be the same in every run: derived, never random. */
import * as pulumi from "@pulumi/pulumi";
import { v5 as uuid } from "uuid";
import { clientCertificatePrefix } from "../lib/consent/credential-reference";
import type { CreatedSecret } from "./client-secrets";

/** This project's own namespace for names that must be GUIDs. */
const names = "6f0f3a8e-6f0b-5d0c-9f5e-0c3f0a6f6b51";

/** The unique part of the identifier URI of an application that this stack creates. */
export function identifierOf(tenantId: string, name: string): string {
  return guidOf(tenantId, pulumi.getProject(), pulumi.getStack(), name);
}

/** The same GUID for the same parts. */
export function guidOf(...parts: string[]): string {
  return uuid(parts.join("/"), names);
}

/**
 * The name of a client secret's vault secret. It contains the beginning of the key id, so a new client secret gets a new name:
 * the stored token keeps naming the secret that redeems it until it is rolled, and a recovered vault's old secret does not conflict.
 */
export function vaultSecretNameOf(label: string, secret: CreatedSecret): pulumi.Output<string> {
  return secret.keyId.apply((id) => `client-secret-${label}-${id.slice(0, 8)}`);
}

/**
 * A stack's certificate in the vault; a rotation creates another version of it, whose tags contain the label. One name has one key, so a
 * rotation needs no new role on it. Two stacks with one vault have separate certificates.
 */
export function vaultCertificateNameOf(name: string, stack: string): string {
  return `${clientCertificatePrefix}${guidOf(stack, name).slice(0, 8)}`;
}

export const clientSecretContentType = "application/x-oauth-client-secret";
