import { spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { isatty } from "node:tty";
import { canSignIn, openBrowser } from "../../lib/consent/browser";

jest.mock("node:fs");
jest.mock("node:tty");
jest.mock("node:child_process");
const child = { on: jest.fn(), unref: jest.fn() };
beforeEach(() => {
  jest.resetAllMocks();
  jest.mocked(spawn).mockReturnValue(child as unknown as ReturnType<typeof spawn>);
});

/** Whether /dev/tty can be opened, and whether standard input is a terminal. */
function terminal(opens: boolean, isTerminal = false): void {
  jest.mocked(openSync).mockImplementation(() => {
    if (opens) return 7;
    throw new Error("ENXIO");
  });
  jest.mocked(isatty).mockReturnValue(isTerminal);
}

describe("whether somebody can sign in", () => {
  test.each([
    ["interactive", { CI: "true" }, false, true],
    ["interactive", {}, false, true],
    ["never", { BROWSER: "firefox" }, true, false],
    ["auto", { BROWSER: "firefox" }, false, true],
    ["auto", { BROWSER: "firefox", CI: "true" }, false, true],
    ["auto", {}, true, true],
    ["auto", {}, false, false],
    ["auto", { CI: "true" }, true, false],
    ["auto", { BROWSER: "", CI: "true" }, true, false],
  ] as const)("mode %s with %j and a terminal (%s): %s", (mode, environment, opens, can) => {
    terminal(opens);
    expect(canSignIn(mode, environment)).toBe(can);
  });

  test("standard input counts where there is no /dev/tty", () => {
    terminal(false, true);
    expect(canSignIn("auto", {})).toBe(true);
  });
});

test("on Windows the console is what a terminal is elsewhere", () => {
  terminal(true);
  expect(canSignIn("auto", {}, "win32")).toBe(true);
  expect(jest.mocked(openSync).mock.calls).toEqual([[String.raw`\\.\CONIN$`, "r+"]]);
  terminal(false);
  expect(canSignIn("auto", {}, "win32")).toBe(false);
});

describe("the browser that opens", () => {
  const url = "http://localhost:8400/start/abc";
  const opened = (environment: Record<string, string>): unknown[] => {
    openBrowser(url, environment);
    return jest.mocked(spawn).mock.calls.map(([command, argv]) => [command, ...(argv as string[])]);
  };

  test.each<[string, string[]]>([
    ["firefox", ["firefox", url]],
    ["firefox --private-window", ["firefox", "--private-window", url]],
    ["open -a %s --wait", ["open", "-a", url, "--wait"]],
    ["opener --to=%s", ["opener", `--to=${url}`]],
    ["first -x:second", ["first", "-x", url]],
  ])("is BROWSER's own: %s", (browser, argv) => {
    expect(opened({ BROWSER: browser })).toEqual([argv]);
  });

  test("may be a file with blanks in its path", () => {
    jest.mocked(existsSync).mockImplementation((path) => path === "/opt/my browser");
    expect(opened({ BROWSER: "/opt/my browser" })).toEqual([["/opt/my browser", url]]);
  });

  test.each([
    ["linux", ["xdg-open"]],
    ["darwin", ["open"]],
    ["win32", ["rundll32", "url.dll,FileProtocolHandler"]],
  ])("is the system's own without BROWSER, on %s", (platform, argv) => {
    const before = process.platform;
    Object.defineProperty(process, "platform", { value: platform, configurable: true });
    expect(opened({})).toEqual([[...argv, url]]);
    Object.defineProperty(process, "platform", { value: before, configurable: true });
  });

  test("is not waited for, writes nothing to stdout, and is no error when it cannot start", () => {
    const environment = { BROWSER: "no-such-browser", PATH: "/bin" };
    openBrowser(url, environment);
    const options = { stdio: ["ignore", "ignore", "inherit"], detached: true, env: environment };
    expect(spawn).toHaveBeenCalledWith("no-such-browser", [url], options);
    expect(child.unref).toHaveBeenCalledTimes(1);
    const [event, listener] = child.on.mock.calls[0] as [string, () => unknown];
    expect([event, listener()]).toEqual(["error", undefined]);
  });

  test("is no error when the system refuses it at once", () => {
    jest.mocked(spawn).mockImplementation(() => {
      throw new Error("spawn ENOTDIR");
    });
    expect(opened({ BROWSER: "/etc/passwd/x" })).toEqual([["/etc/passwd/x", url]]);
  });
});
