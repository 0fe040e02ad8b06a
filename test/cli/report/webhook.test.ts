import { postTo, webhookBody, webhookIn } from "../../../cli/report/webhook";
import { startWebhook, type Webhook } from "../../support/webhook";

const message = {
  title: "Vault contoso.vault.azure.net: 1 token or client secret is not ok",
  lines: ["fail refresh-token-t: <!channel> [here](https://evil.example) & *bold*"],
};
const body = (address: string) => webhookBody(new URL(address), message);

test.each(["hooks.slack.com", "hooks.slack-gov.com"])(
  "%s is Slack's: a text, in which nothing from outside is a mention",
  (host) => {
    expect(body(`https://${host}/services/T0/B0/x`)).toEqual({
      text: "Vault contoso.vault.azure.net: 1 token or client secret is not ok\nfail refresh-token-t: &lt;!channel&gt; [here](https://evil.example) &amp; *bold*",
      ...{ mrkdwn: false, unfurl_links: false },
    });
  },
);

test.each([
  "https://prod-01.westeurope.logic.azure.com/workflows/x?sig=y",
  "https://default0.1.environment.api.powerplatform.com/powerautomate/x",
  "https://hooks.slack.com.evil.example/services/T0/B0/x",
])("%s is taken for Teams': a card, in which nothing from outside is Markdown", (address) => {
  const run = (text: string) => ({ type: "RichTextBlock", inlines: [{ type: "TextRun", text }] });
  expect(body(address)).toEqual({
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          body: [
            { type: "RichTextBlock", inlines: [{ type: "TextRun", text: message.title, weight: "Bolder" }] },
            ...message.lines.map(run),
          ],
        },
      },
    ],
  });
});

test.each([
  { found: 20, rest: [] },
  { found: 100, rest: ["… and 80 more"] },
])("of $found findings a channel shows at most 20, and always the run that has seen them", async ({ found, rest }) => {
  const { teams, posts, close } = await startWebhook();
  const lines = Array.from({ length: found }, (_, number) => `line ${number} ${"x".repeat(5000)}`);
  const environment = { GITHUB_SERVER_URL: "https://github.example", GITHUB_REPOSITORY: "a/b", GITHUB_RUN_ID: "7" };
  try {
    await postTo(new URL(teams), { title: "t", lines }, environment);
  } finally {
    await close();
  }
  const text = JSON.stringify(posts);
  expect(text.length).toBeLessThan(28_000);
  expect([...text.matchAll(/"text":"([^"]*)"/gu)].map(([, line]) => line)).toEqual([
    "t",
    ...lines.slice(0, 20).map((line) => `${line.slice(0, 1000)}…`),
    ...rest,
    expect.stringMatching(/^Seen [-:T\d]+Z by https:\/\/github\.example\/a\/b\/actions\/runs\/7$/u),
  ]);
});

test("where there is none nothing is posted; one that is no https address is refused without being shown", () => {
  expect(webhookIn({ SECURE_APP_MODEL_WEBHOOK: "" })).toBeUndefined();
  expect(() => webhookIn({})).toThrow(
    "--notify needs a webhook's address in SECURE_APP_MODEL_WEBHOOK, and it is not set.",
  );
  expect(webhookIn({ SECURE_APP_MODEL_WEBHOOK: "https://contoso.example/x" })?.href).toBe("https://contoso.example/x");
  for (const address of ["http://contoso.example/canary", "canary", "file:///canary"]) {
    expect(() => webhookIn({ SECURE_APP_MODEL_WEBHOOK: address })).toThrow(
      "SECURE_APP_MODEL_WEBHOOK is not an https address. It is a secret, so it is not shown. Set it: export 'SECURE_APP_MODEL_WEBHOOK=<https address>'",
    );
  }
});

test.each<[string, Webhook["faults"][number], RegExp]>([
  ["refuses", { status: 404, body: "no_service" }, /The webhook refused the post: 404\. .*still exists/u],
  [
    "answers with a redirect",
    { status: 302, headers: { location: "https://elsewhere.example/x" } },
    /^Failure: The webhook in SECURE_APP_MODEL_WEBHOOK answers with a redirect, which is not followed/u,
  ],
  ["breaks off", "drop", /^Failure: The webhook in SECURE_APP_MODEL_WEBHOOK cannot be reached: ECONNRESET/u],
])("a webhook that %s is said, and never shown", async (_, fault, message) => {
  const { teams, faults, posts, close } = await startWebhook();
  faults.push(fault);
  const failure = await postTo(new URL(teams), { title: "t", lines: [] }, {}).catch((error: unknown) => error as Error);
  await close();
  expect([String(failure), posts]).toEqual([expect.stringMatching(message), []]);
  expect(String(failure)).not.toContain(new URL(teams).host);
});
