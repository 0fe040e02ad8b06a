/** What a stack's state holds: the resources, and the operations that were begun and never ended. */
import { askEngine, type Engine } from "../engine";

export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  parent?: string;
  /** URN and id of the provider. */
  provider?: string;
  /** What is secret is encrypted, and stays so. */
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** When it was first in the state, ISO 8601. */
  created?: string;
}

/** An operation of which the state does not record how it ended: the engine was killed before it was told. */
export interface PendingOperation {
  /** creating, updating, deleting, reading or importing. */
  type: string;
  resource: StateResource;
}

export interface Deployment {
  resources: readonly StateResource[];
  pending: readonly PendingOperation[];
}

/** @throws UsageError with the engine's words */
export async function readDeployment(engine: Engine, stack: string): Promise<Deployment> {
  const { deployment } = JSON.parse(await askEngine(engine, "stack", "export", "--stack", stack)) as {
    deployment?: { resources?: StateResource[]; pending_operations?: PendingOperation[] } | null;
  };
  return { resources: deployment?.resources ?? [], pending: deployment?.pending_operations ?? [] };
}

/** The last part of a URN: the name that the program gave. */
export const nameIn = (urn: string): string => urn.split("::").at(-1) ?? urn;

/** "azuread:index/application:Application" → "Application" */
export const kindIn = (type: string): string => type.split(/[:/]/u).at(-1) ?? type;
