import { holdsReplyUrl, replyUrls } from "../../../oauth/reply-urls";
import type { Check } from "../check";
import type { Application } from "../../../azure/applications";
import { failed, type Finding, ok } from "../finding";

const wanted = Object.values(replyUrls);
/** Graph's own limit, over all platforms. */
const most = 256;

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
      ...misplacedOf(application).map((uri) => `Took ${uri} out of the public client's.`),
    ].join(" ");
  },
};

export function judgeReplyUrls(application: Application): Finding {
  const problems = [
    ...missingOf(application).map((uri) => `${uri} is not under web (AADSTS50011)`),
    ...misplacedOf(application).map((uri) => `${uri} stands under the public client (AADSTS700025)`),
  ];
  if (problems.length > 0) return failed(problems.join("; "), "secure-app-model doctor --fix, or pulumi up --refresh");
  if (application.isFallbackPublicClient === true) {
    const fix = `az ad app update --id ${application.appId} --is-fallback-public-client false`;
    return failed("the application counts as a public client when a sign-in names no reply URL (AADSTS700025)", fix);
  }
  return ok(`${wanted.join(" and ")} under web`);
}

/** Everything that is there stays, in its order; only the public client loses what makes the application public. */
export function repairOf(application: Application): { web?: Platform; publicClient?: Platform } {
  const [missing, misplaced] = [missingOf(application), misplacedOf(application)];
  const kept = application.publicClient.redirectUris.filter((uri) => !misplaced.includes(uri));
  return {
    ...(missing.length === 0 ? {} : { web: { redirectUris: [...application.web.redirectUris, ...missing] } }),
    ...(misplaced.length === 0 ? {} : { publicClient: { redirectUris: kept } }),
  };
}

interface Platform {
  redirectUris: string[];
}

function missingOf({ web }: Application): string[] {
  return wanted.filter((uri) => !holdsReplyUrl(web.redirectUris, uri));
}

function misplacedOf({ publicClient }: Application): string[] {
  return publicClient.redirectUris.filter((uri) => holdsReplyUrl(wanted, uri));
}
