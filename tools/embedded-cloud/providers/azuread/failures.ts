/** Texts of failures, as in the recorded plugin. */
import { messageOf, PartialFailure } from "../base/errors";
import type { Operation } from "../base/plugin";

/** A failure of the plugin itself, reported without the list that wraps the others. */
export class NilState extends Error {
  override readonly name = "NilState";
  constructor(urn: string) {
    super(`expected non-nil error with nil state during Create of ${urn}`);
  }
}

const doingWords: Readonly<Record<Operation, string>> = {
  configure: "",
  create: "",
  invoke: "invoking",
  diff: "diffing",
  read: "refreshing",
  update: "updating",
  delete: "deleting",
};

/** A partially created resource is the only creation whose text names the resource. */
export function explain(error: unknown, operation: Operation, subject: string): string {
  if (error instanceof NilState) return error.message;
  const doing = error instanceof PartialFailure && operation === "create" ? "creating" : doingWords[operation];
  const where = doing === "" ? "" : `${doing} ${subject}: `;
  return `${where}1 error occurred:\n\t* ${messageOf(error)}\n\n`;
}

/** Adds to a failure which operation failed. */
export async function saying<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw new Error(`${what}: ${messageOf(error)}`, { cause: error });
  }
}

/** The name of an object in failure texts. */
export const named = (kind: string, id: string): string => `${kind} (${kind}: "${id}")`;

/** For an object that already exists and would have to be imported. */
export const alreadyExists = (id: string, type: string): string =>
  `A resource with the ID "${id}" already exists: To be managed via Terraform, this resource needs to be imported ` +
  `into the State. Please see the resource documentation for "${type}" for more information.`;
