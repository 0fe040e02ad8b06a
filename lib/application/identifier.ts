/** Names that must be the same in every run: derived, never random. */
import { createHash } from "node:crypto";

/** This project's own namespace for names that must be GUIDs. */
const names = Buffer.from("6f0f3a8e6f0b5d0c9f5e0c3f0a6f6b51", "hex");

/** A UUID of version 5 (RFC 9562, section 5.5). */
export function guidOf(...parts: readonly string[]): string {
  const digest = createHash("sha1").update(names).update(parts.join("/")).digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  return digest.toString("hex", 0, 16).replace(/(.{8})(.{4})(.{4})(.{4})/u, "$1-$2-$3-$4-");
}

/** The unique part of the identifier URI of an application that a stack creates. @param name of the model */
export const identifierIn = (tenantId: string, project: string, stack: string, name: string): string =>
  guidOf(tenantId, project, stack, name);
