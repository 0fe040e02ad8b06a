/** Links and folders that several concurrent callers may create at the same path. */
import { randomUUID } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, readlink, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Ensures that `path` is right: `make` creates it under a temporary name, and a rename puts it in place.
 * It is never visible while incomplete, and concurrent callers get one of two equal results.
 */
async function ensure(
  path: string,
  fits: () => Promise<boolean>,
  make: (temporary: string) => Promise<void>,
): Promise<void> {
  if (await fits()) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(dirname(path)), `.${randomUUID()}`); // not inside the plugins folder, where the engine would list it
  await make(temporary);
  try {
    await rename(temporary, path);
  } catch {
    // A folder replaces neither a link nor a non-empty folder. The existing one is equally good or outdated.
    const fitsNow = await fits();
    if (!fitsNow) await rm(path, { recursive: true, force: true });
    if (!fitsNow) await rename(temporary, path);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

const linkOf = (path: string): Promise<string | undefined> => readlink(path).catch(() => undefined);

const sizeOf = async (path: string): Promise<number | undefined> => (await stat(path).catch(() => undefined))?.size;

/** Makes `path` a link to `target`, replacing anything there; on Windows, where a link takes a right of its own, a copy. */
export async function linkTo(target: string, path: string): Promise<void> {
  const isCopy = process.platform === "win32";
  const fits = async () => (isCopy ? (await sizeOf(path)) === (await sizeOf(target)) : (await linkOf(path)) === target);
  await ensure(path, fits, (temporary) => (isCopy ? copyFile(target, temporary) : symlink(target, temporary)));
}

/** Makes `path` a real folder with links to everything in `target`, replacing anything there. */
export async function linkToEachOf(target: string, path: string): Promise<void> {
  const names = await readdir(target);
  const fits = async (): Promise<boolean> => {
    const there = await readdir(path).catch(() => []);
    const links = await Promise.all(names.map((name) => linkOf(join(path, name))));
    return (
      (await linkOf(path)) === undefined &&
      there.length === names.length &&
      names.every((name, index) => links[index] === join(target, name))
    );
  };
  await ensure(path, fits, async (temporary) => {
    await mkdir(temporary);
    for (const name of names) await symlink(join(target, name), join(temporary, name));
  });
}

/** Makes `path` a folder with one executable, replacing anything there. */
export async function folderWith(file: string, text: string, path: string): Promise<void> {
  const fits = async (): Promise<boolean> => {
    const links = [await linkOf(path), await linkOf(join(path, file))];
    return (
      links.every((link) => link === undefined) && (await readFile(join(path, file), "utf8").catch(() => "")) === text
    );
  };
  await ensure(path, fits, async (temporary) => {
    await mkdir(temporary);
    await writeFile(join(temporary, file), text, { mode: 0o755 });
  });
}
