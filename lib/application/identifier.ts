/** Names that must be the same in every run: derived, never random. */
import { v5 as uuid } from "uuid";

/** This project's own namespace for names that must be GUIDs. */
const names = "6f0f3a8e-6f0b-5d0c-9f5e-0c3f0a6f6b51";

export const guidOf = (...parts: readonly string[]): string => uuid(parts.join("/"), names);

/** The unique part of the identifier URI of an application that a stack creates. @param name of the model */
export const identifierIn = (tenantId: string, project: string, stack: string, name: string): string =>
  guidOf(tenantId, project, stack, name);
