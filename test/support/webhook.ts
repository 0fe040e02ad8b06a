/**
 * A stand-in for the webhooks of Teams and Slack, http on loopback, as strict as documented: Teams' workflow "Post to a channel when
 * a webhook request is received" iterates over `attachments`, each an Adaptive Card, and responds with 202 without a body; Slack's incoming
 * webhook requires `text` and responds with "ok", which is not JSON.
 */
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type HttpAnswer, serveHttp } from "./stand-in/http";

export interface Webhook {
  /** For SECURE_APP_MODEL_WEBHOOK: anybody who has it may post. */
  teams: string;
  secret: string;
  posts: unknown[];
  /** Responds to the next posts, before anything else does; "drop" closes the connection. */
  faults: (HttpAnswer | "drop")[];
  close: () => Promise<void>;
}

interface Card {
  contentType?: unknown;
  content?: { type?: unknown; version?: unknown; body?: unknown };
}

export async function startWebhook(): Promise<Webhook> {
  const secret = randomBytes(24).toString("base64url");
  const posts: unknown[] = [];
  const faults: Webhook["faults"] = [];
  const { url, close } = await serveHttp((request, text) => {
    const answer = faults.shift() ?? answerTo(request, text, secret);
    if (answer !== "drop" && answer.status < 300) posts.push(JSON.parse(text));
    return answer;
  });
  const teams = `${url}/workflows/x/triggers/manual/paths/invoke?api-version=1&sig=${secret}`;
  return { teams, secret, posts, faults, close };
}

function answerTo({ method, url = "", headers }: IncomingMessage, text: string, secret: string): HttpAnswer {
  if (method !== "POST" || !url.includes(secret)) return { status: 401, body: "not allowed" };
  if (headers["content-type"] !== "application/json") return { status: 415 };
  return isCard(text) ? { status: 202 } : { status: 400, body: "invalid_payload" };
}

function isCard(text: string): boolean {
  const { type, attachments, ...more } = JSON.parse(text) as Record<string, unknown>;
  const cards = Array.isArray(attachments) ? (attachments as Card[]) : [];
  const isOne = ({ contentType, content }: Card) =>
    contentType === "application/vnd.microsoft.card.adaptive" &&
    content?.type === "AdaptiveCard" &&
    typeof content.version === "string" &&
    Array.isArray(content.body);
  return type === "message" && cards.length > 0 && cards.every(isOne) && Object.keys(more).length === 0;
}
