import { az, byPerson, type Command, Failure, run } from "../../errors/failure";
import { type Application, named } from "../applications";
import { countReplyUrls, misplacedReplyUrls, missingReplyUrls, mostReplyUrls, otherPlatforms } from "../reply-urls";
import { requireAudience } from "../sign-in-audience";
import type { Wanted } from "./lists";

/** @param graph origin of Microsoft Graph @throws Failure with the command that repairs it */
export function requireAdoptable(
  graph: string,
  application: Application,
  wanted: Wanted,
  changeSignInAudience: boolean,
): void {
  requireAudience(application, changeSignInAudience);
  const urls = Object.values(wanted.replyUrls);
  const [misplaced] = misplacedReplyUrls(application, urls);
  if (misplaced !== undefined) {
    const { platform, urls: there, left } = misplaced;
    const { name, consequence } = otherPlatforms[platform];
    const takeOut = patchCommand(graph, application, { [platform]: { redirectUris: left } });
    throw new Failure("application-reply-url", {
      what: `${named(application)} has ${there.join(" and ")} as a reply URL of the platform ${name}: ${consequence}.`,
      why: "This program removes nothing unasked.",
      fixes: [run("Remove it there, then run this again, which adds it under web", takeOut)],
    });
  }
  const missing = missingReplyUrls(application, urls);
  const [count, most] = [countReplyUrls(application), mostReplyUrls(application)];
  if (missing.length === 0 || count + missing.length <= most) return;
  const { appId } = application;
  throw new Failure(
    "application-reply-urls-full",
    `${named(application)} has ${count} reply URLs, and Graph lets it have ${most}: there is no room for ${missing.join(" and ")}.`,
    byPerson(
      "Remove those that nobody uses; these commands show and set them",
      az("ad", "app", "show", "--id", appId, "--query", "web.redirectUris"),
      az("ad", "app", "update", "--id", appId, "--web-redirect-uris", "<those still used>"),
    ),
  );
}

/** A command for changes to an application in Graph that `az ad app update` cannot make. */
export function patchCommand(graph: string, { id }: Pick<Application, "id">, change: object): Command {
  return az(
    "rest",
    ...["--method", "PATCH"],
    ...["--url", `${graph}/v1.0/applications/${id}`],
    ...["--headers", "Content-Type=application/json"],
    ...["--body", JSON.stringify(change)],
  );
}
