/** Links and folders that many callers at once may want in the same place. */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Makes `path` fit: `make` builds it under a temporary name, a rename puts it in place. Whoever looks meanwhile finds nothing half-made,
 * and two callers at once end with one of two equal results.
 */
async function ensure(
  path: string,
  fits: () => Promise<boolean>,
  make: (temporary: string) => Promise<void>,
): Promise<void> {
  if (await fits()) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(dirname(path)), `.${randomUUID()}`); // not among the plugins, where the engine would list it
  await make(temporary);
  try {
    await rename(temporary, path);
  } catch {
    // A folder does not replace a link or a filled folder. What is there is either as good as ours or out of date.
    const fitsNow = await fits();
    if (!fitsNow) await rm(path, { recursive: true, force: true });
    if (!fitsNow) await rename(temporary, path);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

const linkOf = (path: string): Promise<string | undefined> => readlink(path).catch(() => undefined);

/** Makes `path` a link to `target`, whatever was there. */
export async function linkTo(target: string, path: string): Promise<void> {
  await ensure(
    path,
    async () => (await linkOf(path)) === target,
    (temporary) => symlink(target, temporary),
  );
}

/** Makes `path` a folder of its own, whatever was there, with links to everything in `target`. */
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

/** Makes `path` a folder with one executable, whatever was there. */
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
