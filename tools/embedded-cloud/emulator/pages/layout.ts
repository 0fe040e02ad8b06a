import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { style } from "./style";

/** Markup that is safe to send: every value in it is escaped. */
export type Markup = ReturnType<typeof html>;

export interface Page {
  title: string;
  content: Markup;
  /** For tables; otherwise one narrow column. */
  wide?: boolean;
  status?: number;
  /** Where a form of this page may redirect to: browsers apply the policy to redirects after a form too. */
  redirectUri?: string;
  /** The only script that may run. */
  script?: string;
}

const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** A whole page, labelled as the embedded cloud's, with headers against framing, caching and referrers. */
export async function renderPage(page: Page): Promise<Response> {
  const { title, content, wide = false, status = 200, script } = page;
  const markup = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Embedded cloud</title>
        <link rel="icon" href="data:," />
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <header class="banner">
          <strong>Embedded cloud: not Microsoft.</strong> Everything here lives on this machine.
        </header>
        <main class="${wide ? "wide" : "narrow"}">${content}</main>
        ${script === undefined ? "" : raw(`<script>${script}</script>`)}
      </body>
    </html>`;
  return new Response(markup, { status, headers: headers(page) });
}

function headers({ redirectUri, script }: Page): Record<string, string> {
  const target = redirectUri !== undefined && URL.canParse(redirectUri) ? new URL(redirectUri) : undefined;
  const formTargets = target === undefined || target.origin === "null" ? "'self'" : `'self' ${target.origin}`;
  const scripts = script === undefined ? "" : ` script-src ${hash(script)};`;
  return {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": `default-src 'none'; style-src ${hash(style)};${scripts} img-src data:; form-action ${formTargets}; frame-ancestors 'none'; base-uri 'none'`,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
}
