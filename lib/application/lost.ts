/**
 * An application that somebody deleted, or that its stack's state has lost. No customer has consented to the client
 * id of a new application: so a run stops before it creates one.
 */
import type { AzureApi } from "../azure/api";
import {
  byPerson,
  ownCommand,
  type Parts,
  pulumi,
  removeSetting,
  restoreBackup,
  run,
  setSetting,
} from "../errors/failure";
import { findApplicationOf, findDeleted, findServicePrincipalOf } from "./applications";

const titles = { application: "The application", servicePrincipal: "The service principal of the application" };

export interface Lost {
  kind: keyof typeof titles;
  clientId: string;
  /** The deleted object, which Entra keeps for 30 days: its object id, and the day of its deletion, YYYY-MM-DD. */
  kept: { id: string; day: string } | undefined;
}

/** @returns undefined if both are there @throws ApiError, HttpFailure, CredentialError if that is not known */
export async function lostOf(graph: AzureApi, clientId: string): Promise<Lost | undefined> {
  const [application, principal] = await Promise.all([
    findApplicationOf(graph, clientId),
    findServicePrincipalOf(graph, clientId),
  ]);
  if (application !== undefined && principal !== undefined) return undefined;
  const kind = application === undefined ? "application" : "servicePrincipal";
  const { id, deletedDateTime } = (await findDeleted(graph, kind, clientId)) ?? {};
  const day = deletedDateTime?.slice(0, 10) ?? "an unknown day";
  return { kind, clientId, kept: id === undefined ? undefined : { id, day } };
}

const doctorFix = (stack: string | undefined) =>
  ownCommand("doctor", ...(stack === undefined ? [] : ["--stack", stack]), "--fix");

/** @param stack where no command line has named it */
export const deletedParts = ({ kind, clientId, kept }: Lost, stack?: string): Parts => ({
  what: `${titles[kind]} ${clientId} was deleted on ${kept?.day ?? "an unknown day"}. Nothing is deployed meanwhile.`,
  why:
    kind === "application"
      ? "Entra keeps it for 30 days. A new application would have another client id, and every customer would have to consent again."
      : "Entra keeps it for 30 days. A new service principal would have none of its grants.",
  fixes: [run("Restore it: nothing differs then, and nobody signs in", doctorFix(stack))],
});

/** @param isAdopted whether the application existed before the stack, which then never creates one */
export const goneParts = (clientId: string, isAdopted: boolean): Parts => ({
  what: `The application ${clientId} was deleted more than 30 days ago, or for good: nobody can restore it.`,
  why: "A new application has another client id: the service account signs in again, and every customer consents again.",
  fixes: [
    byPerson(
      isAdopted
        ? "Check the tenant first. If that is accepted, name another application"
        : "Check the tenant first. If that is accepted, create a new application",
      ...(isAdopted ? [setSetting("existingApplication", "<client id>")] : []),
      setSetting("replaceApplication", clientId),
      pulumi("up"),
    ),
  ],
});

/** An application that exists, and that the settings no longer name. */
export const unnamedParts = (clientId: string): Parts => ({
  what: `This stack works with the application ${clientId}, and the settings name another application.`,
  why: "That has another client id: every customer would have to consent again, and the token would be disabled before anybody signs in.",
  fixes: [
    run("Name it again", removeSetting("displayName"), setSetting("existingApplication", clientId)),
    byPerson(
      "If a different application is meant, accept that",
      setSetting("replaceApplication", clientId),
      pulumi("up"),
    ),
  ],
});

/** An application that is newer than this state. */
export const newerParts = (what: string, stack: string): Parts => ({
  what: `${what} is this stack's, and the state here is older.`,
  fixes: [
    byPerson("Log in where the newest state is", pulumi("login", "<address>")),
    byPerson("Or restore the newest backup", restoreBackup),
    byPerson(
      "If no newer state is left, remove this one, create the stack again, and run doctor (docs/state-lost.md)",
      pulumi("stack", "rm", "--force", "--preserve-config", stack),
      pulumi("stack", "init", stack),
      ownCommand("doctor", "--stack", stack),
    ),
  ],
});

export const droppedParts = (clientId: string, stack?: string): Parts => ({
  what: `The application ${clientId} is there, and the state no longer has it: a refresh took it out while it was deleted.`,
  fixes: [run("Take it back into the state", doctorFix(stack))],
});

/** @param what exists: "The application … (client id …)", "The vault …" */
export const lostStateParts = (what: string, stack: string): Parts => ({
  what: `${what} is this stack's, and the state here has nothing of the stack ${stack}.`,
  why: "The state may exist elsewhere: with a colleague, on another machine, in another backend.",
  fixes: [
    byPerson("Log in where it is, and deploy there", pulumi("login", "<address>")),
    byPerson(
      "If it is lost for good (docs/state-lost.md), this prints the settings that take back what is there",
      ownCommand("doctor", "--stack", stack),
    ),
  ],
});

/** A vault that the stack would create, with another stack's token in it. @param former that stack's name in tags */
export const formerStateParts = (uri: string, former: string, stack: string): Parts => ({
  what: `The vault ${uri} has the token of stack ${former}, and the state here has nothing of the stack ${stack}.`,
  why: `It is another stack's, and ${stack} needs a vault of its own (vault.name); or it is this one's from before it was renamed, and its state is elsewhere, or lost.`,
  fixes: lostStateParts("", stack).fixes ?? [],
});
