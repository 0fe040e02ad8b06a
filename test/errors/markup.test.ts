import { ownCommand, run, sentence } from "../../lib/errors/failure";
import { failureMarkup, markup, trusted } from "../../lib/errors/markup";

test("what is not markup is escaped, in text as in an attribute, and made harmless", () => {
  const outside = `<b title="x" id='y'>&\u202e`;
  const escaped = "&#60;b title=&#34;x&#34; id=&#39;y&#39;&#62;&#38; ";
  expect(markup`<i title="${outside}">${[outside, trusted("<br>"), undefined, false, 7]}</i>`.text).toBe(
    `<i title="${escaped}">${escaped}<br>7</i>`,
  );
});

test("a failure: its sentences, then each fix with its commands as code, one a line and each once", () => {
  const renew = ownCommand("renew", "--partner-tenant", "<tenant>");
  const fixes = [sentence("Wait."), run("Renew it", renew, renew, ownCommand("status"))];
  const own = String.raw`(?:npx --no )?secure-app-model`;
  expect(failureMarkup({ what: "It ended.", why: "Time passed.", fixes }).text).toMatch(
    new RegExp(
      `^<p>It ended\\.</p><p>Time passed\\.</p><p><span class="soft">1\\. </span>Wait\\.</p><p><span class="soft">2\\. </span>Renew it:</p>` +
        `<pre><code>${own} renew <span>--partner-tenant</span> (?:&#39;|')&#60;tenant&#62;(?:&#39;|')\n${own} status</code></pre>$`,
      "u",
    ),
  );
});
