import { html } from "hono/html";
import { renderPage } from "./layout";
import { code } from "./table";

/** The number of characters of a response that are shown. */
const shownCharacters = 2000;

/** Renders an error as a page if a browser requested it: programs' Accept does not begin with text/html. */
export async function forBrowsers(request: Request, service: string, response: Response): Promise<Response> {
  const asksForPage = request.method === "GET" && request.headers.get("accept")?.startsWith("text/html") === true;
  const isPage = response.headers.get("content-type")?.startsWith("text/html") === true;
  if (!asksForPage || isPage || response.status < 400) return response;
  const { pathname } = new URL(request.url);
  const body = await response.text();
  const content = html`<section class="card">
    <h1>There is no page here</h1>
    <p>
      This is the embedded cloud's ${service}, which answers programs. ${code(`GET ${pathname}`)} is answered
      ${response.status}:
    </p>
    <pre><code>${body.slice(0, shownCharacters)}</code></pre>
    ${service === "authority" ? html`<p><a href="/">What this cloud holds</a></p>` : ""}
  </section>`;
  return renderPage({ title: "There is no page here", content, status: response.status });
}
