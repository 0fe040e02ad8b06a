/**
 * The loopback listener that a sign-in redirects to. Its callback counts only with the cookie of a start URL,
 * so that no other user of this machine can finish the flow. The URL that the command opens works only in the first
 * browser, because every user can read it; the printed URL works in any. Another page may send a browser here,
 * cookie included, so a callback without the sign-in's state is refused and changes nothing.
 * A redirect keeps the code out of the history; the last page is sent once the outcome is known.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { signInPort } from "../config/limits";
import { again, Failure, forCommand, forStack, pulumi, sentence, setSetting } from "../errors/failure";
import { isAnswerTo } from "./authorization-code";
import { OneBrowser } from "./one-browser";
import { type Outcome, outcomePage, outcomePath, waitingPage } from "./pages";

/** The path of the registered redirect URI. Entra ignores a localhost URI's port when it matches. */
export const redirectPath = "/consent";

/** Milliseconds for a browser to fetch the last page, on a busy machine too, and again after its tab was closed. */
const showWindows = { first: 20_000, again: 2000 };
/** Milliseconds to wait for the outcome in one request: some browsers give up after a minute. */
const longestAnswer = 25_000;
const headers = {
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
  Connection: "close",
};

/** On 127.0.0.1 and, if available, ::1: browsers resolve localhost differently. @throws PortTakenError */
export async function listenForRedirect(port: number): Promise<RedirectListener> {
  const listener = new RedirectListener(port);
  await listener.listen();
  return listener;
}

interface SignInRequest {
  url: string;
  state: string;
}

/** One sign-in: an authorization URL and a callback for each round, and one outcome. */
export class RedirectListener {
  readonly #origin: string;
  /** The address for a person, in any browser: http://localhost:<port>/start/<random>. */
  readonly startUrl: string;
  /** The address for the command that opens a browser: it works for the first browser only. */
  readonly browserUrl: string;
  readonly redirectUri: string;
  readonly #browser = new OneBrowser("consent-flow");
  readonly #servers: Server[] = [];
  #callback = Promise.withResolvers<URLSearchParams>();
  #outcome = Promise.withResolvers<Outcome>();
  #shown = Promise.withResolvers<undefined>();
  #offer: Outcome | undefined;
  #request: SignInRequest | undefined;
  #onForeign: (() => void) | undefined;
  #called = false;
  #fetched = false;

  constructor(private readonly port: number) {
    this.#origin = `http://localhost:${port}`;
    this.startUrl = this.#origin + randomPath();
    this.browserUrl = this.#origin + randomPath();
    this.redirectUri = this.#origin + redirectPath;
  }

  async listen(): Promise<void> {
    try {
      for (const host of ["127.0.0.1", "::1"]) this.#servers.push(await this.#listenOn(host));
    } catch (error) {
      // Many machines lack IPv6; a taken port on ::1 is another listener, which the browser might reach.
      if (this.#servers.length > 0 && !(error instanceof PortTakenError)) return;
      await this.#stop();
      throw error;
    }
  }

  async #listenOn(host: string): Promise<Server> {
    const server = createServer((request, response) => {
      this.#handle(request, response);
    });
    await once(server.listen({ port: this.port, host, ipv6Only: true }), "listening").catch((error: unknown) => {
      const { code = "" } = error as NodeJS.ErrnoException;
      throw ["EADDRINUSE", "EACCES"].includes(code) ? new PortTakenError(this.port) : error;
    });
    return server;
  }

  /** Shows a page that starts the sign-in again. Call {@link wait} for that round. */
  offer(page: Pick<Outcome, "title" | "failure"> & { link: string }): void {
    this.#offer = { ...page, good: false, link: { url: this.startUrl, text: page.link } };
    this.#outcome.resolve(this.#offer);
  }

  /** @param onForeign called at the first callback of another sign-in @returns the query of its own callback */
  async wait(request: SignInRequest, signal: AbortSignal, onForeign?: () => void): Promise<URLSearchParams> {
    const callback = (this.#callback = Promise.withResolvers<URLSearchParams>());
    this.#request = request;
    this.#onForeign = onForeign;
    this.#called = false;
    signal.throwIfAborted();
    signal.addEventListener("abort", () => {
      callback.reject(signal.reason as Error);
    });
    return await callback.promise;
  }

  /** Shows the outcome in the browser that is on the last page or about to load it, and stops listening. */
  async close(outcome: Outcome): Promise<void> {
    this.#outcome.resolve(outcome);
    const window = this.#fetched ? showWindows.again : showWindows.first;
    if (this.#called) await Promise.race([this.#shown.promise, after(window)]);
    await this.#stop();
  }

  async #stop(): Promise<void> {
    for (const server of this.#servers.splice(0)) {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    }
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    // An invalid path ("//") must not throw: nothing would catch it.
    const url = URL.parse(request.url ?? "", this.#origin);
    const page = `${url?.origin}${url?.pathname}`;
    const own = ["localhost", "127.0.0.1", "[::1]"].map((host) => `${host}:${this.port}`);
    // A foreign Host header comes from another site's page whose name resolves to this machine.
    if (request.method !== "GET" || !own.includes(request.headers.host ?? "")) {
      refuse(response, refusals.foreign);
    } else if ([this.startUrl, this.browserUrl].includes(page) && this.#request !== undefined) {
      this.#start(request, response, this.#request.url, page === this.browserUrl);
    } else if (url !== null && page === this.redirectUri) {
      this.#receive(request, response, url);
    } else if (url?.pathname === "/done" && this.#browser.knows(request)) {
      answer(response, 200, waitingPage);
    } else if (url?.pathname === outcomePath && this.#browser.knows(request)) {
      void this.#show(response);
    } else {
      refuse(response, refusals.unknown);
    }
  }

  #start(request: IncomingMessage, response: ServerResponse, authorizationUrl: string, alone: boolean): void {
    if (alone && !this.#browser.admits(request)) refuse(response, refusals.opened);
    else response.writeHead(302, { ...headers, ...this.#browser.header, Location: authorizationUrl }).end();
  }

  #receive(request: IncomingMessage, response: ServerResponse, url: URL): void {
    if (!this.#browser.knows(request)) {
      refuse(response, refusals.otherBrowser);
    } else if (this.#request === undefined || !isAnswerTo(this.#request, url.searchParams)) {
      refuse(response, refusals.otherAnswer);
      this.#onForeign?.();
      this.#onForeign = undefined;
    } else if (this.#called) {
      refuse(response, refusals.returned);
    } else {
      this.#called = true;
      if (this.#offer !== undefined) this.#beginAnew();
      response.writeHead(303, { ...headers, Location: "/done" }).end();
      this.#callback.resolve(url.searchParams);
    }
  }

  /** Begins another round, whose outcome is not known and not shown yet. */
  #beginAnew(): void {
    this.#offer = undefined;
    this.#outcome = Promise.withResolvers();
    this.#shown = Promise.withResolvers();
    this.#fetched = false;
  }

  async #show(response: ServerResponse): Promise<void> {
    this.#fetched = true;
    const outcome = await Promise.race([this.#outcome.promise, after(longestAnswer)]);
    if (outcome === undefined) {
      answer(response, 200, waitingPage);
      return;
    }
    // The page counts as shown only if it arrived completely: a closed tab has a moment to load it again.
    response.once("close", () => {
      if (response.writableFinished) this.#shown.resolve(undefined);
    });
    answer(response, 200, outcomePage(outcome));
  }
}

const after = (milliseconds: number): Promise<undefined> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds, undefined).unref();
  });

const randomPath = (): string => `/start/${randomBytes(6).toString("base64url")}`;

type Refusal = readonly [status: number, title: string, why: string];

const printed = "the address the command printed";

/** Refusals of requests that are no part of the sign-in; they do not end it. */
const refusals = {
  foreign: [400, "No sign-in here", "This address only takes part in one sign-in."],
  unknown: [404, "Nothing here", `There is nothing here. Open ${printed}.`],
  opened: [
    409,
    "Opened in a browser already",
    `A browser has opened this address already. To use another, open ${printed}.`,
  ],
  otherBrowser: [403, "Not started in this browser", `This sign-in was not started in this browser. Open ${printed}.`],
  otherAnswer: [
    400,
    "The answer of another sign-in",
    "This answer belongs to another sign-in. The one that is waiting continues.",
  ],
  returned: [409, "This sign-in came back already", "This sign-in has come back already. Start again for another one."],
} satisfies Readonly<Record<string, Refusal>>;

function refuse(response: ServerResponse, [status, title, why]: Refusal): void {
  answer(response, status, outcomePage({ title, lines: [why], good: false }));
}

function answer(response: ServerResponse, status: number, page: string): void {
  if (!response.destroyed)
    response.writeHead(status, { ...headers, "Content-Type": "text/html; charset=utf-8" }).end(page);
}

export class PortTakenError extends Failure {
  constructor(port: number) {
    const other = String(port < signInPort.most ? port + 1 : port - 1);
    super("port-taken", {
      what: `Port ${port} of this machine is taken, so the sign-in could not come back to it.`,
      why: "Another port needs no change of the reply URLs: Entra ignores the port of a localhost URI.",
      fixes: [
        sentence("End the other program (another consent, perhaps)."),
        forCommand("Choose another port", again("--port", other)),
        forStack("Choose another port, then deploy again", setSetting("consent.port", other), pulumi("up")),
      ],
    });
  }
}
