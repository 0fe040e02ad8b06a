import { type Expected, pastedAnswer, type SignInUi } from "../../lib/consent/sign-in";
import { requestAuthorization } from "../../lib/oauth/authorization-code";
import { target } from "./fixtures";

let request: Expected & { url: string };
beforeAll(async () => {
  const application = { tenantId: target.tenantId, clientId: target.clientId, clientSecret: "secret" };
  const redirectUri = "http://localhost:8400/consent";
  const about = { resource: "r", redirectUri, loginHint: undefined };
  request = { ...(await requestAuthorization(target.cloud, application, about)), holds: "code" };
});

/** Pastes these texts one after the other, and records the message before each. */
function pasting(...texts: (string | (() => string))[]): { ui: SignInUi; problems: string[] } {
  const problems: string[] = [];
  const next = (_: AbortSignal, problem: string): Promise<string> => {
    problems.push(problem);
    const text = texts.shift();
    if (text === undefined) return Promise.reject(new Error("Nothing is left to paste."));
    return Promise.resolve(typeof text === "string" ? text : text());
  };
  return { ui: { progress: () => undefined, showUrl: () => () => undefined, pastedUrl: next }, problems };
}

const signal = new AbortController().signal;
const redirected = (parameters: Record<string, string>): string =>
  `http://localhost:8400/consent?${new URLSearchParams(parameters).toString()}`;

test("a wrong paste is explained and another one asked for; only this sign-in's own counts", async () => {
  const { ui, problems } = pasting(
    "yes",
    "http://localhost:8400/start/abc",
    () => request.url,
    redirected({ code: "c", state: "another" }),
    redirected({ code: "c" }),
    () => `  ${redirected({ code: "the-code", state: request.state, session_state: "s" })}\r\n`,
  );
  const answer = await pastedAnswer(request, ui, signal);
  expect(answer.get("code")).toBe("the-code");
  const another =
    "That address is of another sign-in, or was cut off: its state is not this one's. Open the address above, and paste the whole one it ends at.";
  expect(problems).toEqual([
    "",
    "That is no address. It starts with http://localhost and holds code= and state=.",
    "That address holds no answer of a sign-in. It starts with http://localhost and holds code= and state=.",
    "That is the address to open in a browser; paste the one it ends at, after the sign-in.",
    another,
    another,
  ]);
});

test("Entra's refusal is an answer too", async () => {
  const left = { error: "access_denied", error_subcode: "cancel", state: request.state };
  const { ui } = pasting(() => redirected(left));
  expect(Object.fromEntries(await pastedAnswer(request, ui, signal))).toEqual(left);
});

test("what ends the pasting ends the wait", async () => {
  await expect(pastedAnswer(request, pasting("x").ui, signal)).rejects.toThrow("Nothing is left to paste.");
});
