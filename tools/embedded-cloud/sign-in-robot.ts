/**
 * Signs in to the embedded cloud like a person: as the `BROWSER` command, with the address as its only
 * argument, it fills in the forms of the pages, and stops at the first page that is not the cloud's.
 *
 * SIGN_IN_ROBOT_ACCOUNT: user principal name of a seeded account. @default the service account
 * SIGN_IN_ROBOT_CONSENT: accept, cancel, or accept-for-organization, which ticks the box if there is one
 * SIGN_IN_ROBOT_SECOND_FACTOR: approve or deny
 * NODE_EXTRA_CA_CERTS: makes it trust the emulator
 *
 * It leaves the page "Need admin approval" without a consent. Nothing goes to stdout.
 * Exit codes: 0 arrived, 1 failed (the reason is on stderr), 2 usage.
 */
import { CookieJar } from "tough-cookie";
import { allDirectories, seeds } from "./emulator/seeds";

/** The account that signs in, and its inputs. */
export interface Person {
  username: string;
  password: string;
  /** The last one consents for everybody if the page offers it. */
  consent: "accept" | "cancel" | "accept-for-organization";
  secondFactor: "approve" | "deny";
}

export interface Arrival {
  /** Address of the last page, or of the one that `stopBefore` prevented. */
  url: string;
  /** HTTP status of the last page; undefined when it was not opened. */
  status?: number;
  /** The form for the page that was not opened. */
  form?: URLSearchParams;
}

/** More pages than any sign-in has. */
const pageLimit = 20;
/** Milliseconds for one page. */
const pageDeadline = 30_000;

/**
 * Opens `url` and follows all redirects and pages, filling in the cloud's forms.
 *
 * @param stopBefore addresses that start with this are returned unopened
 * @throws Error with the reason when a page of the cloud refuses
 */
export async function signIn(url: string, person: Person, stopBefore?: string): Promise<Arrival> {
  const jar = new CookieJar();
  let next: Visit = { url };
  for (let page = 0; page < pageLimit; page += 1) {
    if (stopBefore !== undefined && next.url.startsWith(stopBefore)) return next;
    const visited = await open(next, jar);
    const following = visited.location ?? fill(visited, person);
    if (following === undefined) return { url: visited.url, status: visited.status };
    next = following;
  }
  throw new Error(`${new URL(next.url).origin} led through more than ${pageLimit} pages`);
}

interface Visit {
  url: string;
  form?: URLSearchParams;
}

interface VisitedPage {
  url: string;
  status: number;
  text: string;
  location?: Visit;
}

async function open({ url, form }: Visit, jar: CookieJar): Promise<VisitedPage> {
  const response = await fetch(url, {
    redirect: "manual",
    // A browser asks again where a kept connection ends just then; fetch fails.
    headers: { cookie: await jar.getCookieString(url), connection: "close" },
    signal: AbortSignal.timeout(pageDeadline),
    ...(form === undefined ? {} : { method: "POST", body: form }),
  });
  for (const cookie of response.headers.getSetCookie()) await jar.setCookie(cookie, url);
  const location = response.headers.get("location");
  const text = await response.text();
  const page = { url, status: response.status, text };
  const refresh = /<meta http-equiv="refresh" content="0; url=([^"]+)">/.exec(text)?.[1];
  if (refresh !== undefined) return { ...page, location: { url: new URL(unescaped(refresh), url).href } };
  return response.status >= 300 && response.status < 400 && location !== null
    ? { ...page, location: { url: new URL(location, url).href } }
    : page;
}

/** The response to a form of the cloud's pages, recognized by its `flow` field; undefined for other pages. */
function fill({ url, text }: VisitedPage, person: Person): Visit | undefined {
  const flow = /<input type="hidden" name="flow" value="([^"]+)"/.exec(text)?.[1];
  const refusal = /role="alert"[^>]*>([^<]+)</.exec(text)?.[1]?.trim();
  if (refusal !== undefined && isOfCloud(text))
    throw new Error(`${new URL(url).origin} refused: ${unescaped(refusal)}`);
  const action = unescaped(/<form[^>]*\saction="([^"]+)"/.exec(text)?.[1] ?? "");
  if (isOfCloud(text) && text.includes("Working...")) return { url: action, form: hiddenFields(text) };
  if (flow === undefined || action === "") return undefined;
  return { url: new URL(action, url).href, form: new URLSearchParams({ flow, ...answers(text, person) }) };
}

/** The fields that a page posts to the application automatically. */
function hiddenFields(text: string): URLSearchParams {
  const fields = text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
  return new URLSearchParams(
    [...fields].map(([, name = "", value = ""]): [string, string] => [unescaped(name), unescaped(value)]),
  );
}

const isOfCloud = (text: string): boolean => text.includes("Embedded cloud");

function answers(text: string, { username, password, consent, secondFactor }: Person): Record<string, string> {
  if (text.includes('name="password"')) return { username, password };
  if (text.includes('value="approve"')) return { answer: secondFactor };
  if (text.includes('value="accept"')) return consentAnswers(text, consent);
  if (text.includes('value="return"')) return { answer: "return" };
  throw new Error("a page of the embedded cloud has a form this robot does not know");
}

function consentAnswers(text: string, consent: Person["consent"]): Record<string, string> {
  if (consent !== "accept-for-organization") return { answer: consent };
  return { answer: "accept", ...(text.includes('name="organization"') ? { organization: "yes" } : {}) };
}

const entities: Record<string, string> = { "&#39;": "'", "&quot;": '"', "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const unescaped = (text: string): string =>
  text.replace(/&(#39|quot|lt|gt|amp);/g, (entity) => entities[entity] ?? entity);

/** @throws Error when the account is not a seeded one, or an input is not valid */
export function personFrom(environment: NodeJS.ProcessEnv): Person {
  const wanted = environment["SIGN_IN_ROBOT_ACCOUNT"] ?? seeds.users.serviceAccount.userPrincipalName;
  const accounts = allDirectories.flatMap(({ users }) => Object.values(users));
  const account = accounts.find(({ userPrincipalName }) => userPrincipalName === wanted);
  if (account === undefined) {
    const known = accounts.map(({ userPrincipalName }) => userPrincipalName);
    throw new Error(`SIGN_IN_ROBOT_ACCOUNT is "${wanted}"; seeded accounts are ${known.join(", ")}`);
  }
  return {
    username: account.userPrincipalName,
    password: account.password,
    consent: answerFrom(environment, "SIGN_IN_ROBOT_CONSENT", ["accept", "cancel", "accept-for-organization"]),
    secondFactor: answerFrom(environment, "SIGN_IN_ROBOT_SECOND_FACTOR", ["approve", "deny"]),
  };
}

function answerFrom<Answer extends string>(
  environment: NodeJS.ProcessEnv,
  name: string,
  allowed: readonly [Answer, ...Answer[]],
): Answer {
  const found = environment[name] ?? allowed[0];
  const answer = allowed.find((candidate) => candidate === found);
  if (answer === undefined) throw new Error(`${name} is "${found}"; allowed are ${listed(allowed)}`);
  return answer;
}

const listed = (names: readonly string[]): string => new Intl.ListFormat("en").format(names);

/** The command. @returns its exit code, and its text for stderr */
export async function runRobot(
  parameters: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<{ code: number; stderr: string }> {
  const [url, ...rest] = parameters;
  if (url === undefined || rest.length > 0 || !URL.canParse(url)) {
    return { code: 2, stderr: "usage: sign-in-robot <address>\n" };
  }
  try {
    const { url: last, status = 200 } = await signIn(url, personFrom(environment));
    if (status < 400) return { code: 0, stderr: "" };
    return failed(`${new URL(last).origin}${new URL(last).pathname} answered ${status}`);
  } catch (error) {
    return failed(reasonOf(error));
  }
}

const failed = (reason: string) => ({ code: 1, stderr: `sign-in robot: ${reason}\n` });

/** fetch has the reason in `cause`; in a test's own context its errors are of another class Error. */
function reasonOf(error: unknown): string {
  const { message = String(error), cause } = error as { message?: string; cause?: { message?: string } };
  return [message, cause?.message].filter(Boolean).join(": ");
}

if (require.main === module) {
  void runRobot(process.argv.slice(2), process.env).then(({ code, stderr }) => {
    process.stderr.write(stderr);
    process.exitCode = code;
  });
}
