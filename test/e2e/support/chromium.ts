/** A real browser: the Chromium of a package, with the libraries it needs, unpacked once into this user's cache. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { defaultCacheDirectory } from "../../../tools/embedded-cloud/engine/engine-cache";
import { finished, repository } from "./project";

export interface Opened {
  browser: Browser;
  context: BrowserContext;
  page: Page;
  /** Errors of scripts and of the console (including violated content security policies), as they occur. */
  complaints: string[];
}

/** One browser for the tests of a file. @param use gets a page @returns what opens one, on a telephone, and closes the one before */
export function pages(use: (opened: Opened) => void): () => Promise<void> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  return async () => {
    for (const former of browser.contexts()) await former.close();
    // The browser warns about the embedded cloud's certificate; the person continues.
    const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    use({ browser, context, page, complaints: complaintsOf(page) });
  };
}

export const pageForEach = (use: (opened: Opened) => void): void => {
  beforeEach(pages(use));
};

function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`${page.url()}: ${message.text()}`);
  });
  return complaints;
}

/** No request leaves this machine: other names do not resolve. */
const launchArguments = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"];

async function launchChromium(): Promise<Browser> {
  const folder = await unpacked();
  const isRoot = process.getuid?.() === 0;
  return await chromium.launch({
    executablePath: join(folder, "chromium"),
    // As root, as in a container, Chromium has no sandbox.
    args: isRoot ? [...launchArguments, "--no-sandbox"] : launchArguments,
    env: { ...process.env, LD_LIBRARY_PATH: join(folder, "al2023", "lib") },
  });
}

async function unpacked(): Promise<string> {
  const manifest = join(repository, "node_modules", "@sparticuz", "chromium", "package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const folder = join(dirname(defaultCacheDirectory()), "chromium", version);
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const partial = await mkdtemp(`${folder}.partial-`);
  try {
    await unpackInto(partial);
    // Two concurrent test runs may both unpack it: either result is good.
    await rename(partial, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}

/** The package unpacks into the system's folder of temporary files, and its libraries only if it detects a cloud function. */
async function unpackInto(folder: string): Promise<void> {
  const child = spawn(process.execPath, [join(__dirname, "unpack-chromium.mjs")], {
    cwd: repository,
    env: { ...process.env, TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: "24.x" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { code, text } = await finished(child);
  if (code !== 0) throw new Error(`Chromium could not be unpacked (exit ${code}): ${text}`);
}
