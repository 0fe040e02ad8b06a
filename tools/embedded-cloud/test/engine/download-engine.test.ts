import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { cachedEngine } from "../../engine/engine-cache";
import type { EngineOptions } from "../../engine/find-or-make-engine";
import type { Progress } from "../../engine/repository";
import { fakeEngine, fakeGo, findIn, recordedProgress, temporaryFolder } from "./fixtures";

const folder = temporaryFolder();
const cacheDirectory = join(folder.path, "cache");
const system = process.platform === "darwin" ? "darwin" : "linux";
const archiveName = `pulumi-v3.274.1-${system}-${process.arch}.tar.gz`;
let server: Server;
let answers: Record<string, Buffer | ((response: ServerResponse) => void)>;

function archive(): Buffer {
  fakeEngine(join(folder.path, "pulumi"), "3.274.1");
  const file = join(folder.path, "archive.tar.gz");
  execFileSync("tar", ["-czf", file, "-C", folder.path, "pulumi"]);
  return readFileSync(file);
}

function checksums(content: Buffer): Buffer {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return Buffer.from(`${"0".repeat(64)}  pulumi-v3.274.1-plan9-x64.tar.gz\n${sha256}  ${archiveName}\n`);
}

beforeEach(async () => {
  mkdirSync(folder.path, { recursive: true });
  server = createServer((request, response) => {
    const answer = answers[request.url ?? ""];
    if (typeof answer === "function") answer(response);
    else if (answer === undefined) response.writeHead(404).end();
    else response.end(answer);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  folder.remove();
});

function find(options: EngineOptions = {}): Promise<unknown> {
  const releases = `http://127.0.0.1:${(server.address() as AddressInfo).port}/download`;
  return findIn(folder.path)({ allowDownload: true, releases, ...options });
}
const checksumsPath = "/download/v3.274.1/pulumi-3.274.1-checksums.txt";
const archivePath = `/download/v3.274.1/${archiveName}`;

test("the official archive is unpacked into the cache when its checksum is the published one", async () => {
  const content = archive();
  answers = { [checksumsPath]: checksums(content), [archivePath]: content };
  const directory = cachedEngine(cacheDirectory);
  expect(await find()).toEqual({ directory, version: "3.274.1", origin: "download" });
  expect(readdirSync(directory).sort()).toEqual(["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"]);
  expect(readdirSync(cacheDirectory)).toEqual([`3.274.1-3.60.0-2-${process.platform}-${process.arch}`]);
});

test("an archive with another checksum is not used, which is said though a build comes next", async () => {
  const content = archive();
  answers = { [checksumsPath]: checksums(Buffer.from("something else")), [archivePath]: content };
  const refused = /official download: .* has SHA-256 [0-9a-f]{64}, but [0-9a-f]{64} is published: not used/;
  await expect(find()).rejects.toThrow(refused);
  expect(readdirSync(cacheDirectory)).toEqual([]);
  const progress = recordedProgress();
  const go = fakeGo(folder.path, "builds");
  expect(await find({ goCommand: go.command, progress })).toMatchObject({ origin: "build" });
  expect(progress.lines).toContainEqual(expect.stringMatching(refused));
});

test("a release without a checksum for this system is not used", async () => {
  answers = { [checksumsPath]: Buffer.from("nothing\n") };
  await expect(find()).rejects.toThrow(`lists no SHA-256 of ${archiveName}`);
});

test("a server that does not answer is given up after the limit, and the build comes next: nothing that is printed looks like trouble", async () => {
  answers = { [checksumsPath]: () => undefined };
  const progress = recordedProgress();
  const go = fakeGo(folder.path, "builds");
  expect(await find({ goCommand: go.command, downloadLimitMs: 50, progress })).toMatchObject({ origin: "build" });
  expect(progress.lines).toEqual([
    "step: Downloading Pulumi 3.274.1",
    expect.stringMatching(/^note: No download from 127\.0\.0\.1:\d+ here: Go builds it, in about three minutes$/),
    "step: Building language-nodejs 3.60.0 with Go",
    "step: Building pulumi 3.274.1 with Go",
    `note: Pulumi 3.274.1 is in ${cachedEngine(cacheDirectory)}`,
  ]);
});

describe("a download that goes on for longer than the limit", () => {
  const limitMs = 120;
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate", "setInterval", "Date", "hrtime"] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /**
   * A server that sends the archive in ten pieces, each after the one before has arrived, and a clock that advances by half the limit with
   * each.
   */
  function slowDownload(): Progress {
    const content = archive();
    const pieceLength = Math.ceil(content.length / 10);
    let sendNext = (): void => undefined;
    answers = {
      [checksumsPath]: checksums(content),
      [archivePath]: (response) => {
        let sent = 0;
        sendNext = () => {
          response.write(content.subarray(sent, (sent += pieceLength)));
          if (sent >= content.length) response.end();
        };
        sendNext();
      },
    };
    const detail = (): void => {
      jest.advanceTimersByTime(limitMs / 2);
      sendNext();
    };
    return { ...recordedProgress(), detail };
  }

  test("is stopped where Go can build instead", async () => {
    const progress = slowDownload();
    const go = fakeGo(folder.path, "builds");
    const engine = await find({ goCommand: go.command, downloadLimitMs: limitMs, progress });
    expect(engine).toMatchObject({ origin: "build" });
  });

  test("goes on where it is the last resort", async () => {
    const progress = slowDownload();
    expect(await find({ downloadLimitMs: limitMs, progress })).toMatchObject({ origin: "download" });
  });
});
