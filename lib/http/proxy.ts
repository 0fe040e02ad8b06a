/** The vendor's HTTP client takes the proxy from variables. One that it cannot use ends it with an error that contains the value. */
import { Failure, type Fix, type Parts, run, setVariable } from "../errors/failure";

/** In the vendor's order: the first that is set counts. */
const variables = ["HTTPS_PROXY", "ALL_PROXY", "HTTP_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/** Why no request can be sent; undefined if it can. */
export function proxyProblem(): (Parts & { fixes: [Fix] }) | undefined {
  const name = variables.find((one) => process.env[one]);
  if (name === undefined) return undefined;
  const url = URL.parse(process.env[name] ?? "");
  if (url !== null && ["http:", "https:"].includes(url.protocol)) return undefined;
  return {
    what: `${name} is no address of a proxy, as http://host:port is; its value may contain a password, so it is not shown here.`,
    why: "In a password, percent-encode what is no letter or digit.",
    fixes: [run("Name the proxy", setVariable(name, "http://<proxy>"))],
  };
}

/** The program and the engine's process for dynamic resources throw here; commands check before they begin. @throws Failure */
export function requireUsableProxy(): void {
  const problem = proxyProblem();
  if (problem !== undefined) throw new Failure("proxy-setting", problem);
}
