/** A result of an operation that the state does not record, or of a killed run: what is there, and what becomes of it. */
import type { Application } from "../../lib/application/applications";
import type { Means } from "../../lib/application/who-may-act";
import type { AzureApi } from "../../lib/azure/api";
import type { Fix } from "../../lib/errors/failure";
import type { PendingOperation } from "../engine/deployment";

/** A client secret or a certificate's entry. */
export interface Credential {
  application: Application;
  means: Extract<Means, "passwordCredentials" | "keyCredentials">;
  keyId: string;
}

export interface Trace {
  operation: PendingOperation;
  found: string;
  /** Whether nothing is there. */
  isMissing?: boolean;
  /** The provider's id, for the import, of what exists and belongs in the state. */
  id?: string;
  /** Whether a token uses the credential: then this state is older than the token. */
  isUsed?: boolean;
  /** A credential that exists and is useless: it is removed, unless that is a person's decision. */
  credential?: Credential;
  /** The decision, a person's alone, about what exists and may belong to somebody else. */
  own?: Fix;
}

export type Fate = Omit<Trace, "operation">;

export interface Places {
  graph: AzureApi;
  resourceManager: AzureApi;
  /** Subscriptions that a resource group may be in; more than one if none was given. */
  subscriptions: readonly string[];
  /** The resource group that the stack's settings name. */
  group: string | undefined;
  /** The beginnings of the ids of the credentials that the tokens name. */
  usedKeys: () => Promise<readonly string[]>;
  /** Whether an application is this stack's, by what is not in the state. */
  owns: (application: Application, model: string) => Promise<boolean>;
}
