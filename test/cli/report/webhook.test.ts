import { webhookBody, webhookIn } from "../../../cli/report/webhook";

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

test("a message that is longer than a channel takes is cut, and says so", () => {
  const lines = Array.from({ length: 100 }, (_, number) => `line ${number} ${"x".repeat(5000)}`);
  const text = JSON.stringify(webhookBody(new URL("https://contoso.example/x"), { title: "t", lines }));
  expect(text.length).toBeLessThan(28_000);
  expect(text).toContain("line 0 ");
  expect(text).toMatch(/… and \d+ more/u);
});

test("where there is none nothing is posted; one that is no https address is refused without being shown", () => {
  expect(webhookIn({})).toBeUndefined();
  expect(webhookIn({ SECURE_APP_MODEL_WEBHOOK: "" })).toBeUndefined();
  expect(webhookIn({ SECURE_APP_MODEL_WEBHOOK: "https://contoso.example/x" })?.href).toBe("https://contoso.example/x");
  for (const address of ["http://contoso.example/canary", "canary", "file:///canary"]) {
    expect(() => webhookIn({ SECURE_APP_MODEL_WEBHOOK: address })).toThrow(
      "SECURE_APP_MODEL_WEBHOOK is no https address: it is a secret, so it is not shown here.",
    );
  }
});
