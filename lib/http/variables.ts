/** Variables that make requests impossible. Commands check them first; other code fails at a request. */
import { command, Failure, type Fix, type Parts, run, setVariable } from "../errors/failure";

type Problem = Parts & { fixes: readonly Fix[] };

/** With NODE_DEBUG, whatever its value, Node.js writes tokens to stderr; no program can undo it later. */
export function nodeDebugProblem(): Problem | undefined {
  if (!process.env["NODE_DEBUG"]) return undefined;
  return {
    what: "NODE_DEBUG is set, and Node.js then writes to standard error what it sends, tokens included.",
    fixes: [run("Run it without", command("unset", "NODE_DEBUG"))],
  };
}

/** In the vendor's order: the first that is set counts. */
export const proxies = ["HTTPS_PROXY", "ALL_PROXY", "HTTP_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/** A proxy that the vendor's HTTP client cannot use ends it with an error that contains the value. */
export function proxyProblem(): Problem | undefined {
  const name = proxies.find((one) => process.env[one]);
  if (name === undefined) return undefined;
  const url = URL.parse(process.env[name] ?? "");
  if (url !== null && ["http:", "https:"].includes(url.protocol)) return undefined;
  return {
    what: `${name} is not a proxy's address, such as http://host:port. It may contain a password, so it is not shown.`,
    why: "Percent-encode special characters in a password.",
    fixes: [run("Name the proxy", setVariable(name, "http://<proxy>"))],
  };
}

/** @throws Failure */
export function requireUsableProxy(): void {
  const problem = proxyProblem();
  if (problem !== undefined) throw new Failure("proxy-setting", problem);
}
