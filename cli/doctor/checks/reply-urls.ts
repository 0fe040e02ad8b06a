import type { Application, Platform } from "../../../lib/application/applications";
import {
  addedReplyUrl,
  countReplyUrls,
  misplacedReplyUrls,
  missingReplyUrls,
  mostReplyUrls,
  type OtherPlatform,
  otherPlatforms,
  strangeReplyUrls,
  wantedReplyUrls,
} from "../../../lib/application/reply-urls";
import { az, Failure, ownCommand, run } from "../../../lib/errors/failure";
import { check, deployAgain, failed, type Finding, ok, warning } from "../check";
import { type Facts, requireFact } from "../facts";

export const replyUrlsCheck = check("reply-urls", "Reply URLs", ["application"], {
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const settings = (await facts.stack())?.settings;
    const wanted = await wantedBy(facts);
    // Those of an adopted application are its owner's.
    const isOwn = settings !== undefined && !("existingApplication" in settings);
    return judgeReplyUrls(await requireFact(facts.application, "application"), wanted, isOwn);
  },
  repair: async (facts) => {
    const application = await requireFact(facts.application, "application");
    const wanted = await wantedBy(facts);
    const change = repairOf(application, wanted);
    if (Object.keys(change).length === 0) {
      const what = "other clients of the application may depend on that, so it is left to a person";
      throw new Failure("reply-urls-by-hand", what);
    }
    const most = mostReplyUrls(application);
    if (change.web !== undefined && countReplyUrls({ ...application, ...change }) > most) {
      const what = `the application would have more than the ${most} reply URLs that Graph allows: remove some`;
      throw new Failure("application-reply-urls-full", what);
    }
    const { graph } = await facts.directory();
    await graph.patch(`/v1.0/applications/${application.id}`, change);
    return [
      ...missingReplyUrls(application, wanted).map((url) => `Added ${url} under web.`),
      ...misplacedIn(application, wanted).map(({ url, platform }) => `Removed ${url} from the ${platform.name}.`),
    ].join(" ");
  },
});

/** Those of the stack's settings; without a stack the model's. */
const wantedBy = async (facts: Facts): Promise<string[]> =>
  Object.values(wantedReplyUrls((await facts.stack())?.settings ?? {}));

/** @param isOwn whether the stack made the application, and so all of its reply URLs */
function judgeReplyUrls(application: Application, wanted: readonly string[], isOwn: boolean): Finding {
  const problems = [
    ...missingReplyUrls(application, wanted).map((url) => `${url} is not under web (AADSTS50011)`),
    ...misplacedIn(application, wanted).map(
      ({ url, platform: { name, refusal } }) => `${url} is under the ${name} (${refusal})`,
    ),
  ];
  if (problems.length > 0) {
    return failed(problems.join("; "), [run("Repair them", ownCommand("doctor", "--fix")), deployAgain]);
  }
  if (application.isFallbackPublicClient === true) {
    return failed(
      "without a reply URL in the sign-in, Entra treats the application as a public client (AADSTS700025)",
      run("Disable that", az("ad", "app", "update", "--id", application.appId, "--is-fallback-public-client", "false")),
    );
  }
  const strange = isOwn ? strangeReplyUrls(application) : [];
  if (strange.length > 0) return warning(`somebody added ${strange.join(", ")}`, [addedReplyUrl, deployAgain]);
  return ok(`${wanted.join(" and ")} under web`);
}

/** All existing entries stay in order; only the model's own are removed from the other platforms. */
export function repairOf(
  application: Application,
  wanted: readonly string[],
): Partial<Record<"web" | OtherPlatform, Platform>> {
  const missing = missingReplyUrls(application, wanted);
  const others = misplacedReplyUrls(application, wanted).map(({ platform, left }) => [
    platform,
    { redirectUris: left },
  ]);
  return {
    ...(missing.length > 0 && { web: { redirectUris: [...application.web.redirectUris, ...missing] } }),
    ...(Object.fromEntries(others) as Partial<Record<OtherPlatform, Platform>>),
  };
}

const misplacedIn = (application: Application, wanted: readonly string[]) =>
  misplacedReplyUrls(application, wanted).flatMap(({ platform, urls }) =>
    urls.map((url) => ({ url, platform: otherPlatforms[platform] })),
  );
