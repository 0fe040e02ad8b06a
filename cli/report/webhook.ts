/** Post to a channel of Teams or Slack, because few people read logs of scheduled jobs, or issues. */
import { webhookVariable } from "../../lib/config/own-variables";
import { Failure, run, sentence, setVariable } from "../../lib/errors/failure";
import { withoutSecrets } from "../../lib/errors/secrets";
import { secretsMayGoTo } from "../../lib/http/client";
import { postSecretly } from "../../lib/http/json";
import { UsageError } from "../terminal/exit-code";
import { runIn, seenAt } from "./look";

/** Limits of a message. Teams accepts 28 KB; a readable message is shorter. */
const most = { lines: 20, characters: 1000 };

/** A message as plain text: parts from outside must not become a mention, link or Markdown in the channel. */
export interface Message {
  title: string;
  lines: readonly string[];
}

/** @returns undefined for "", GitHub's value of a secret that is not set @throws UsageError if the variable is unset or no https address */
export function webhookIn(environment: NodeJS.ProcessEnv): URL | undefined {
  const address = environment[webhookVariable];
  if (address === undefined)
    throw new UsageError(`--notify needs a webhook's address in ${webhookVariable}, and it is not set.`, setIt);
  if (address === "") return undefined;
  const url = URL.parse(address);
  if (secretsMayGoTo(url)) return url;
  throw new UsageError(`${webhookVariable} is not an https address. It is a secret, so it is not shown.`, setIt);
}

const setIt = run("Set it", setVariable(webhookVariable, "<https address>"));

/** Posts once, because a repetition may be a second message. @throws Failure, which contains nothing of the address */
export async function postTo(webhook: URL, { title, lines }: Message, environment: NodeJS.ProcessEnv): Promise<void> {
  const shown = lines.slice(0, most.lines).map((line) => cut(withoutSecrets(line)));
  if (lines.length > shown.length) shown.push(`… and ${lines.length - shown.length} more`);
  const run = runIn(environment);
  shown.push(withoutSecrets(`Seen ${seenAt()}${run === undefined ? "" : ` by ${run}`}`));
  const body = webhookBody(webhook, { title: withoutSecrets(title), lines: shown });
  const status = await postSecretly(`The webhook in ${webhookVariable}`, webhook.href, body);
  if (status < 300) return;
  throw new Failure(
    "webhook-refused",
    `The webhook refused the post: ${status}.`,
    sentence(
      `Check that the workflow (Teams) or app (Slack) still exists, and set its address again (${webhookVariable}; in GitHub the secret NOTIFY_WEBHOOK).`,
    ),
  );
}

/** Slack's hosts: worldwide, and for the United States government. */
const slackHosts = ["hooks.slack.com", "hooks.slack-gov.com"];

/**
 * Slack's incoming webhook expects `text`. Teams' workflow "Post to a channel when a webhook request is
 * received" expects cards as `attachments`, which Slack uses differently. So the host decides.
 */
export function webhookBody({ hostname }: URL, { title, lines }: Message): object {
  if (slackHosts.includes(hostname)) {
    return { text: [title, ...lines].map(withoutMentions).join("\n"), mrkdwn: false, unfurl_links: false };
  }
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    // TextRun, because a TextBlock interprets Markdown.
    body: [textRun(title, { weight: "Bolder" }), ...lines.map((line) => textRun(line))],
  };
  return { type: "message", attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content }] };
}

const cut = (line: string): string => (line.length > most.characters ? `${line.slice(0, most.characters)}…` : line);

const textRun = (text: string, look: object = {}): object => ({
  type: "RichTextBlock",
  inlines: [{ type: "TextRun", text, ...look }],
});

/** Escapes Slack's three control characters. */
const withoutMentions = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
