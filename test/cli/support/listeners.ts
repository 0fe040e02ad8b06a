/** Who is told what a command finds, in stand-ins: GitHub and a channel, with the variables by which a job's command reaches them. */
import { type IssueTracker, startIssueTracker } from "../../support/github/issue-tracker";
import { startWebhook, type Webhook } from "../../support/webhook";

export interface Listeners {
  tracker: IssueTracker;
  webhook: Webhook;
  variables: Record<string, string>;
}

/** For a file of tests: new ones before each. */
export function listenersForEach(use: (listeners: Listeners) => void): void {
  let close: (() => Promise<unknown>) | undefined;
  beforeEach(async () => {
    const [tracker, webhook] = [await startIssueTracker("contoso/partner"), await startWebhook()];
    close = async () => await Promise.all([tracker.close(), webhook.close()]);
    const gitHub = { GITHUB_TOKEN: tracker.token, GITHUB_REPOSITORY: "contoso/partner", GITHUB_API_URL: tracker.url };
    use({ tracker, webhook, variables: { ...gitHub, SECURE_APP_MODEL_WEBHOOK: webhook.teams } });
  });
  afterEach(() => close?.());
}
