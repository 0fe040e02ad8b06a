import { holdsReplyUrl, replyUrls } from "../../../application/reply-urls";
import type { Check } from "../check";
import type { Application } from "../../../application/applications";
import { failed, type Finding, ok } from "../finding";

const wanted = Object.values(replyUrls);
/** Graph's own limit, over all platforms. */
const most = 256;

/** Platforms that take the model's reply URLs from web: what people call them, and what Entra then refuses with. */
const others = {
  publicClient: { name: "the public client", code: "AADSTS700025" },
  spa: { name: "the single-page application", code: "AADSTS9002327" },
} as const;
type Other = keyof typeof others;
const otherPlatforms = Object.keys(others) as Other[];

export const replyUrlsCheck: Check = {
  name: "reply-urls",
  title: "Reply URLs",
  needs: ["application"],
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const application = await facts.application();
    return application === undefined ? failed("there is no application", "pulumi up") : judgeReplyUrls(application);
  },
  repair: async (facts) => {
    const application = await facts.application();
    if (application === undefined) throw new Error("there is no application");
    const change = repairOf(application);
    if (Object.keys(change).length === 0) {
      throw new Error("other clients of the application may count on that, so it is left to be done by hand");
    }
    if (change.web !== undefined && change.web.redirectUris.length > most) {
      throw new Error(`the application would have more than the ${most} reply URLs that Entra allows: remove some`);
    }
    const { graph } = await facts.directory();
    await graph.patch(`/v1.0/applications/${application.id}`, change);
    return [
      ...missingOf(application).map((uri) => `Added ${uri} under web.`),
      ...misplacedOf(application).map(({ uri, platform }) => `Took ${uri} out of ${others[platform].name}'s.`),
    ].join(" ");
  },
};

export function judgeReplyUrls(application: Application): Finding {
  const problems = [
    ...missingOf(application).map((uri) => `${uri} is not under web (AADSTS50011)`),
    ...misplacedOf(application).map(
      ({ uri, platform }) => `${uri} stands under ${others[platform].name} (${others[platform].code})`,
    ),
  ];
  if (problems.length > 0) return failed(problems.join("; "), "secure-app-model doctor --fix, or pulumi up --refresh");
  if (application.isFallbackPublicClient === true) {
    const fix = `az ad app update --id ${application.appId} --is-fallback-public-client false`;
    return failed("the application counts as a public client when a sign-in names no reply URL (AADSTS700025)", fix);
  }
  return ok(`${wanted.join(" and ")} under web`);
}

/** Everything that is there stays, in its order; only the other platforms lose what is the model's. */
export function repairOf(application: Application): Partial<Record<"web" | Other, Platform>> {
  const change: Partial<Record<"web" | Other, Platform>> = {};
  const missing = missingOf(application);
  if (missing.length > 0) change.web = { redirectUris: [...application.web.redirectUris, ...missing] };
  for (const { platform } of misplacedOf(application)) {
    change[platform] = { redirectUris: application[platform].redirectUris.filter((uri) => !isWanted(uri)) };
  }
  return change;
}

interface Platform {
  redirectUris: string[];
}

function missingOf({ web }: Application): string[] {
  return wanted.filter((uri) => !holdsReplyUrl(web.redirectUris, uri));
}

function misplacedOf(application: Application): { uri: string; platform: Other }[] {
  return otherPlatforms.flatMap((platform) =>
    application[platform].redirectUris.filter(isWanted).map((uri) => ({ uri, platform })),
  );
}

const isWanted = (uri: string): boolean => holdsReplyUrl(wanted, uri);
