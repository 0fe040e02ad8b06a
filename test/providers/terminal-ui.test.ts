import { closeSync, openSync, writeSync } from "node:fs";
import { terminalUi } from "../../lib/providers/terminal-ui";

jest.mock("node:fs");
const url = "http://localhost:8400/start/abcdefgh";
const line = `Sign in with the service account: ${url}`;
const escape = "\u001b";
const lastRow = (text: string): [number, string] => [7, `${escape}7${escape}[999;1H${escape}[2K${text}${escape}8`];
const written = (): unknown[] => jest.mocked(writeSync).mock.calls;
let logged: jest.SpyInstance;

beforeEach(() => {
  jest.resetAllMocks();
  jest.useFakeTimers();
  logged = jest.spyOn(console, "error").mockReturnValue(undefined);
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const authorizationUrl = "https://login.example/authorize";

test("the address stays in the terminal's last row, whatever the engine draws, until it is hidden", () => {
  jest.mocked(openSync).mockReturnValue(7);
  const hide = terminalUi("linux").showUrl(url, authorizationUrl);
  expect(written()).toEqual([lastRow(line)]);
  jest.advanceTimersByTime(500);
  expect(written()).toEqual([lastRow(line), lastRow(line), lastRow(line)]);
  hide();
  expect(written().at(-1)).toEqual(lastRow(""));
  expect(jest.mocked(closeSync).mock.calls).toEqual([[7]]);
  jest.advanceTimersByTime(1000);
  expect(written()).toHaveLength(4);
  expect([jest.mocked(openSync).mock.calls, logged.mock.calls]).toEqual([[["/dev/tty", "r+"]], [[line]]]);
});

test("on Windows the address stays in the console's last row", () => {
  jest.mocked(openSync).mockReturnValue(7);
  terminalUi("win32").showUrl(url, authorizationUrl)();
  expect(jest.mocked(openSync).mock.calls).toEqual([[String.raw`\\.\CONOUT$`, "r+"]]);
  expect(written()).toEqual([lastRow(line), lastRow("")]);
});

test("without a terminal the log has it, once and whole", () => {
  jest.mocked(openSync).mockImplementation(() => {
    throw new Error("ENXIO");
  });
  terminalUi().showUrl(url, authorizationUrl)();
  jest.advanceTimersByTime(1000);
  expect([written(), logged.mock.calls]).toEqual([[], [[line]]]);
});

test("progress goes to the log: nothing else shows in a provider's process", () => {
  terminalUi().progress("Waiting …");
  expect(logged.mock.calls).toEqual([["Waiting …"]]);
});
