import { clouds } from "../config/clouds";
import type { ReasonOf } from "../errors/codes";
import { command, Failure, type Fix, forCommand, forStack, run, sentence, setVariable } from "../errors/failure";
import { proxies } from "./variables";

interface Happening {
  /** Follows the name of the service, without a full stop: "cannot be reached: ECONNREFUSED". */
  happened: string;
  why?: string;
  fix: Fix | readonly Fix[];
}

/** Never contains the query of an address or the content of a response: either may be a secret. */
export class HttpFailure extends Failure {
  constructor(
    /** "unexpected": other JSON, or none; "wait": over the limit; "elsewhere": a path or link elsewhere. */
    readonly reason: ReasonOf<"http">,
    readonly origin: string,
    readonly happening: Happening,
    service?: string,
    fixes: readonly Fix[] = [],
  ) {
    const { happened, why, fix } = happening;
    const who = service === undefined ? origin : `${service} (${origin})`;
    super(`http-${reason}`, { what: `${who} ${happened}.`, why, fixes: [fix, ...fixes].flat() });
  }

  named(service: string, ...fixes: readonly Fix[]): HttpFailure {
    return new HttpFailure(this.reason, this.origin, this.happening, service, fixes);
  }
}

export const networkFix = sentence("Check the network and the proxy (HTTPS_PROXY, NO_PROXY).");

const rootFile = "<file with the root certificate>";

/** OpenSSL's codes, as Node reports them: an issuer that is not among the trusted roots. */
const untrustedIssuer =
  /^(?:UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT\w*)|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT\w*)$/u;

export function unreachable(origin: string, code: string, proxied: boolean): HttpFailure {
  const ofProxy = proxyStatusIn(code);
  if (ofProxy !== undefined) return refusedByProxy(origin, ofProxy);
  const untrusted = `shows a certificate that this machine does not trust: ${code}`;
  if (untrustedIssuer.test(code)) {
    const why =
      "Its root certificate is missing here: a proxy that inspects connections signs with a certificate of its own.";
    const forNode = setVariable("NODE_EXTRA_CA_CERTS", rootFile);
    const forPlugins = setVariable("SSL_CERT_FILE", rootFile);
    const fix = [
      forCommand("Give this process that root", forNode),
      forStack("Give the program that root, and on Linux the plugins too", forNode, forPlugins),
    ];
    return new HttpFailure("certificate", origin, { happened: untrusted, why, fix });
  }
  if (/^(?:CERT_|ERR_TLS_CERT_|HOSTNAME_MISMATCH$)/u.test(code)) {
    const fix = sentence("Compare this machine's clock, and check the proxy (HTTPS_PROXY, NO_PROXY).");
    return new HttpFailure("certificate", origin, { happened: untrusted, fix });
  }
  if (code === "ENOTFOUND" && !proxied && isMicrosofts(origin)) {
    const happened = "has no address here (ENOTFOUND): this machine has no network, or no name server that knows it";
    return new HttpFailure("unreachable", origin, { happened, fix: networkFix });
  }
  if (code === "ENOTFOUND" && !proxied) {
    const happened = "has no address: its name does not resolve (ENOTFOUND)";
    const fix = sentence("Check its spelling; a private name resolves only in its own network (VPN, private DNS).");
    return new HttpFailure("unresolved", origin, { happened, fix });
  }
  const happened = `cannot be reached${proxied ? " through the proxy" : ""}: ${code}`;
  return new HttpFailure("unreachable", origin, { happened, fix: proxied ? proxyFixes() : networkFix });
}

const isMicrosofts = (origin: string): boolean =>
  Object.values(clouds).some((cloud) => Object.values<unknown>({ ...cloud }).includes(origin));

/** The fixes for a proxy that does not answer. */
function proxyFixes(): readonly Fix[] {
  const named = proxies.filter((name) => process.env[name]);
  return [
    run("Name a proxy that answers", ...named.slice(0, 1).map((name) => setVariable(name, "http://<proxy>"))),
    run("If this machine needs no proxy", command("unset", ...named)),
  ];
}

/** An additional code: an attempt without a complete answer in its time. */
export const noAnswer = "NO_ANSWER";

/** An additional code: a proxy that could not connect. Nothing was sent to the service. */
export const proxyOutage = (status: number): string => `PROXY_${status}`;

export function proxyStatusIn(code: string): number | undefined {
  const status = /^PROXY_(\d+)$/u.exec(code)?.[1];
  return status === undefined ? undefined : Number(status);
}

export function refusedByProxy(origin: string, status: number): HttpFailure {
  const nameIt = setVariable("HTTPS_PROXY", "http://<user>:<password>@<proxy>");
  const [does, fix] =
    status === 407
      ? ["refuses without a sign-in", run("Name the proxy with user and password", nameIt)]
      : status >= 500
        ? ["does not connect", askItsOwner]
        : ["refuses", letThrough];
  return new HttpFailure("proxy", origin, { happened: `cannot be reached: the proxy ${does} (${status})`, fix });
}

const askItsOwner = sentence(
  "Check the addresses that the proxy may connect to, and its name servers, or ask whoever runs it.",
);
const letThrough = sentence(
  "Have the proxy let this address through, or put its host into NO_PROXY where it is reached without.",
);

/** @param status the answer of each attempt, if there was one */
export function timedOut(origin: string, milliseconds: number, retries: boolean, status?: number): HttpFailure {
  const time = `${milliseconds / 1000} seconds${retries ? ", retries included" : ""}`;
  if (status !== undefined) {
    const fix = sentence("Try again in a few minutes.");
    return new HttpFailure("timeout", origin, { happened: `answers ${status}, still after ${time}`, fix });
  }
  return new HttpFailure("timeout", origin, { happened: `gave no whole answer within ${time}`, fix: networkFix });
}
