/** Printed `az` commands that take a credential or an owner away, run as the CLI runs them: over Microsoft Graph. */
import type { Command } from "../../errors/failure";

/** A request to Microsoft Graph, its path from the version on. */
type Ask = (method: string, path: string, body?: object) => Promise<{ status: number; body: unknown }>;

/** @throws Error for what the Azure CLI would not take, or Graph refuses */
export async function runAz(
  graph: string,
  ask: Ask,
  { program, args }: Pick<Command, "program" | "args">,
): Promise<void> {
  if (program !== "az") throw new Error(`${program} is not az`);
  const words = args
    .slice(
      0,
      args.findIndex((arg) => arg.startsWith("--")),
    )
    .join(" ");
  const option = (name: string): string => {
    const value = args[args.indexOf(`--${name}`) + 1];
    if (!args.includes(`--${name}`) || value === undefined) throw new Error(`az ${words} needs --${name}`);
    return value;
  };
  const send = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await ask(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status}`);
    return answer.body;
  };
  const found = async (set: string) => {
    const listed = await send("GET", `/v1.0/${set}?$filter=${encodeURIComponent(`appId eq '${option("id")}'`)}`);
    const [one] = (listed as { value: { id: string; keyCredentials: { keyId: string }[] }[] }).value;
    if (one === undefined) throw new Error(`az ${words}: no such ${set}`);
    return { path: `/v1.0/${set}/${one.id}`, keys: one.keyCredentials };
  };
  const [, noun = ""] = args;
  const { path, keys } =
    args[0] === "rest" ? { path: "", keys: [] } : await found(noun === "sp" ? "servicePrincipals" : "applications");
  switch (words) {
    case "rest": {
      const url = option("url");
      if (!url.startsWith(graph)) throw new Error(`az rest sends the token nowhere but to Graph: ${url}`);
      const body = args.includes("--body") ? (JSON.parse(option("body")) as object) : undefined;
      await send(option("method"), url.slice(graph.length), body);
      return;
    }
    case "ad app credential delete":
    case "ad sp credential delete": {
      const keyId = option("key-id");
      if (!args.includes("--cert")) await send("POST", `${path}/removePassword`, { keyId });
      else await send("PATCH", path, { keyCredentials: keys.filter((key) => key.keyId !== keyId) });
      return;
    }
    case "ad app federated-credential delete":
      await send("DELETE", `${path}/federatedIdentityCredentials/${option("federated-credential-id")}`);
      return;
    case "ad app owner remove":
      await send("DELETE", `${path}/owners/${option("owner-object-id")}/$ref`);
      return;
    default:
      throw new Error(`az has no ${words}`);
  }
}
