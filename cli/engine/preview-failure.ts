/** Reason of a failed preview: a problem of the stack (cli/engine/engine.ts), or an outage. */
import { byPerson, Failure, ownCommand, pulumi } from "../../lib/errors/failure";
import { fitting, fullStop } from "../../lib/errors/text";
import { aadsts, fixes } from "../../lib/oauth/aadsts";
import { otherBackend, problemOfStack, shortened, unreachableState } from "./engine";
import { resourceName } from "./deployment";

export interface Unread {
  urn: string;
  type: string;
  said: string;
}

/** @param exitCode undefined if a signal ended the engine @param output of engine, program and providers @param open the consequence, for the message */
export function previewFailure(
  stack: string,
  exitCode: number | undefined,
  output: string,
  unread: readonly Unread[],
  open = "whether it has drifted is not known",
): Failure {
  const isOutage = unreachableState.test(output);
  const problem = isOutage ? undefined : problemOfStack(stack, output);
  const known = lostContainer(stack, output) ?? problem ?? signInRefusal(stack, output, open);
  if (known !== undefined) return known;
  if (unread.length > 0) return notRead(stack, unread, open);
  const ended = exitCode === undefined ? "it was ended" : `exit ${exitCode}`;
  return new Failure("drift-preview", {
    what: `The engine could not check stack ${stack} (${ended}); ${open}.`,
    why: shortened(output),
    fixes: [
      ...(isOutage ? [otherBackend] : []),
      byPerson("Run the preview alone", pulumi("preview", "--diff", "--stack", stack)),
    ],
  });
}

/** The type of a resource at which a refresh fails once it is gone: https://github.com/pulumi/pulumi-azure-native/issues/4841 */
export const blobContainer = "azure-native:storage:BlobContainer";

/** Failure of a bootstrap stack whose container is gone, which doctor explains (cli/doctor/checks/ci.ts). */
export function lostContainer(stack: string, output: string): Failure | undefined {
  if (!/\bCode="ContainerNotFound"/u.test(output)) return undefined;
  return new Failure(
    "ci-container",
    `Stack ${stack}: the blob container of the state is gone, and every run of the engine ends at it.`,
    byPerson("See how to restore it, or to create it again", ownCommand("doctor", "--stack", stack)),
  );
}

/** Failure for unreadable resources, where the engine stops without a report on the others. */
function notRead(stack: string, unread: readonly Unread[], open: string): Failure {
  const names = unread.map(resourceName).join(" and ");
  const refused = `${names} could not be read, and the engine ends there; ${open}.`;
  const excluded = unread.flatMap(({ urn }) => ["--exclude", urn]);
  return new Failure("drift-unread", {
    what: `Stack ${stack}: ${refused}`,
    why: unread.map(({ said }) => said).join("; "),
    fixes: [byPerson("See what else has drifted", pulumi("preview", ...excluded, "--stack", stack))],
  });
}

/** Failure for a refused sign-in alone, without the messages that it caused elsewhere. */
function signInRefusal(stack: string, output: string, open: string): Failure | undefined {
  const [refusal, number] = /AADSTS(\d+).*?(?= Trace ID:|\\r|\), which means: |$)/mu.exec(output) ?? [];
  const known = aadsts[Number(number)];
  if (refusal === undefined || (known?.remedy !== "credential" && known?.remedy !== "secret")) return undefined;
  const what = `Entra refused the sign-in to check stack ${stack}: ${known.meaning}; ${open}.`;
  // The secret in this message is the login's: `drift` never signs in as the application.
  return new Failure("drift-sign-in", {
    what,
    why: `Entra says: ${fitting(fullStop(refusal), what, "Entra says:")}`,
    fixes: known.remedy === "secret" ? fixes.credential : known.fixes,
  });
}
