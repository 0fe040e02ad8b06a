/** Names that must be the same in every run: derived, never random. */
import * as pulumi from "@pulumi/pulumi";
import { v5 as uuid } from "uuid";

/** This project's own namespace for names that must be GUIDs. */
const names = "6f0f3a8e-6f0b-5d0c-9f5e-0c3f0a6f6b51";

/** The unique part of the identifier URI of an application that this stack creates. */
export function identifierOf(tenantId: string, name: string): string {
  return guidOf(tenantId, pulumi.getProject(), pulumi.getStack(), name);
}

export function guidOf(...parts: string[]): string {
  return uuid(parts.join("/"), names);
}
