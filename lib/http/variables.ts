/** Variables that make requests impossible. Commands check them first; other code fails at a request. */
import { command, Failure, type Fix, type Parts, run, setVariable } from "../errors/failure";

type Problem = Parts & { fixes: readonly Fix[] };

/** Variables with which Node.js hands out what is sent, by the values that do; no program can undo it later. */
const exposing = [
  {
    name: "NODE_DEBUG",
    values: /./u,
    then: "writes its requests to standard error, tokens included",
  },
  {
    name: "NODE_TLS_REJECT_UNAUTHORIZED",
    values: /^0$/u,
    then: "verifies no certificate: whoever stands between gets the requests, tokens included",
  },
  {
    name: "NODE_OPTIONS",
    // Underscores count as hyphens.
    values: /--(?:inspect(?:[-_](?:brk|wait))?(?![-_\w])|heapsnapshot[-_])/u,
    then: "gives its memory to a debugger or a file, tokens included",
  },
];

export function exposingProblem(): Problem | undefined {
  const variable = exposing.find(({ name, values }) => values.test(process.env[name] ?? ""));
  if (variable === undefined) return undefined;
  const { name, then } = variable;
  return { what: `${name} is set, and Node.js then ${then}.`, fixes: [run("Run it without", command("unset", name))] };
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
