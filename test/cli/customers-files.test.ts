/** The files that `customers` reads and writes, and what is wrong with a command line before anything is asked: no process, no emulator. */
import { readdirSync, statSync, symlinkSync } from "node:fs";
import { checkCustomers, consentForCustomers, revokeForCustomers } from "../../cli/customers/customers";
import { DoneCustomers } from "../../cli/customers/done";
import { Failures } from "../../cli/customers/failures";
import { declaredBy } from "../../cli/customers/grants";
import { namesInTable } from "../../cli/customers/table-file";
import { UsageError } from "../../cli/terminal/exit-code";
import { Failure } from "../../lib/errors/failure";
import { hasModes } from "./support/as-windows";
import { RunFolder } from "./support/many-customers";

let folder: RunFolder;
beforeEach(() => {
  folder = new RunFolder();
});
afterEach(() => {
  folder.remove();
});

const id = "4d9c2a71-e6b3-4f08-a15d-8c7e0b9f3d52";
const other = id.replace("4", "5");
const many = Array.from({ length: 250_000 }, (_, index) => `customer-${String(index).padStart(6, "0")}.some.example`);

describe("--from", () => {
  const exported = "Microsoft ID,Company name,Primary domain name,Relationship,Tags";
  const semicolons = 'Company name;Domain\n"Contoso; Ltd";"contoso.example"\n"Toys ""R"" We";\n';
  test.each<[string, string | Buffer, string[]]>([
    ["Partner Center's export", `${exported}\n${id},Contoso,contoso.example,x,\n`, [id]],
    ["one with semicolons and quotes", semicolons, ["contoso.example", 'Toys "R" We']],
    ["one with tabs", `Tenant ID\tName\r\n${id}\tContoso\r\n`, [id]],
    ["one with a byte order mark, by names alone", "\uFEFFname\n Contoso \n", ["Contoso"]],
    ["one in UTF-16, as Windows PowerShell writes it", Buffer.from("\uFEFFname\nContoso\n", "utf16le"), ["Contoso"]],
    ["one of Windows, without a heading", `\uFEFF${id}\r\ncontoso.example\r\n`, [id, "contoso.example"]],
    ["one column without a heading", `contoso.example\n\n${id}\n`, ["contoso.example", id]],
    ["more columns without a heading, behind ids", `${id},Contoso\n${other}\n`, [id, other]],
    ["a name with a comma in quotes", '"Contoso, Ltd"\n', ["Contoso, Ltd"]],
    ["a row without anything", "name,domain\n,\n", [""]],
    ["ten megabytes", `domain\n${many.join("\n")}\n`, many],
  ])("%s", async (_, text, names) => {
    expect(await namesInTable(folder.file("customers.csv", text))).toEqual(names);
  });

  const nobody = "names no customer. Name one a line: tenant id, domain or name.";
  const columns = (row: number) =>
    `has more than one column at row ${row}, and no heading names the customer's column. Name that column tenantId, domain or name. Put values with a comma in quotes.`;
  const encoding = "is not text in UTF-8. Save it in UTF-8.";
  test.each<[string, string | Buffer, string]>([
    ["nothing", "", nobody],
    ["empty lines", "\n\r\n", nobody],
    ["a heading alone", "Tenant ID,Name\n", nobody],
    ["columns that are none of a customer", "Kunde,Ort\nContoso,Berlin\n", columns(1)],
    ["a name with a comma, which would be another customer's", "contoso.example\nContoso, Ltd\n", columns(2)],
    ["a quote without an end", 'name\n"Contoso\n', "is not a table. Quote Not Closed: "],
    ["Latin-1, as a spreadsheet does", Buffer.from("name\nM\u00fcller\n", "latin1"), encoding],
    ["a workbook", Buffer.from("504b030414000600080000002100ff", "hex"), encoding],
    ["more than it takes", "x".repeat(20_000_001), "has more than 20 MB. Split it."],
  ])("%s is refused", async (_, text, what) => {
    const file = folder.file("customers.csv", text);
    await expect(namesInTable(file)).rejects.toThrow(`--from ${file} ${what}`);
  });
});

describe("before anything is asked", () => {
  const options = { displayName: "x", cloud: "AzureCloud", warnDays: 30 };
  test.each<[() => Promise<void>, string]>([
    [() => consentForCustomers([], options), "No customer was named."],
    [() => revokeForCustomers([], options), "No customer was named."],
    [() => consentForCustomers([], { ...options, all: true, from: "x" }), "Customers were named in more than one way."],
    [() => consentForCustomers(["x"], { ...options, all: true }), "Customers were named in more than one way."],
    [() => checkCustomers(["x"], { ...options, from: "x" }), "Customers were named in more than one way."],
  ])("%#", async (asking, what) => {
    const failure = await asking().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure).toMatchObject({ what });
    expect((failure as UsageError).fixes).not.toEqual([]);
  });
});

describe("grants", () => {
  test.each<[string, string]>([
    ['{"graph":"User.Read"}', 'has no resource with a list of scopes at "graph".'],
    ['{"graph":[]}', 'has no resource with a list of scopes at "graph".'],
    ['{"mail":["User.Read"]}', 'has no resource with a list of scopes at "mail".'],
    ["{}", "names no resource."],
    ["[]", "is no object."],
    ["graph=User.Read", "is no JSON."],
  ])("the file %s is refused", async (text, what) => {
    const grants = folder.file("grants.json", text);
    await expect(declaredBy({ grants })).rejects.toThrow(`${grants} ${what} It is JSON of resources and their scopes`);
  });

  test.each(['["Flavour Reader"]', '"Global Reader"', '["Global Reader", 7]'])(
    "gdap: %s is no list of roles",
    async (gdap) => {
      const grants = folder.file("grants.json", `{ "graph": ["User.Read"], "gdap": ${gdap} }`);
      await expect(declaredBy({ grants })).rejects.toThrow(`${grants} has no list of roles at "gdap".`);
    },
  );

  test("that are asked for twice, and a file that is not there", async () => {
    await expect(declaredBy({ grants: "x", grant: ["graph=User.Read"] })).rejects.toThrow(
      "--grant and --grants exclude each other.",
    );
    for (const [grants, code] of [
      [`${folder.path}/none.json`, "ENOENT"],
      [folder.path, "EISDIR"],
    ] as const)
      await expect(declaredBy({ grants })).rejects.toThrow(`--grants ${grants} cannot be read (${code}).`);
  });
});

describe("the customers that are done", () => {
  const path = () => `${folder.path}/run.done`;

  test("a tenant id a line, readable by its owner alone; half a line counts for nothing and spoils none", () => {
    expect(new DoneCustomers(path()).before).toEqual(new Set());
    expect(readdirSync(folder.path)).toEqual([]);
    const first = new DoneCustomers(path());
    first.begin();
    first.add(id);
    if (hasModes) expect(statSync(path()).mode & 0o777).toBe(0o600);
    folder.file("run.done", `${folder.read(path())}\n4d9c2a71-`);
    const next = new DoneCustomers(path());
    next.add(other);
    expect([next.before, new DoneCustomers(path()).before]).toEqual([new Set([id]), new Set([id, other])]);
    next.remove();
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("are written where no link leads", () => {
    const own = folder.file("own.txt", "unharmed");
    symlinkSync(own, path());
    const done = new DoneCustomers(path());
    expect(() => {
      done.begin();
    }).toThrow(/cannot be used \(ELOOP\)\. Name the file of failures in another folder/u);
    expect(folder.read(own)).toBe("unharmed");
  });

  test("where nothing can be read or written, that is told before anything runs", () => {
    expect(() => new DoneCustomers(folder.path)).toThrow(/cannot be used \(EISDIR\)\. Name the file of failures/u);
    const done = new DoneCustomers(`${folder.path}/none/run.done`);
    expect(() => {
      done.begin();
    }).toThrow(/cannot be used \(ENOENT\)\. Name the file of failures in another folder/u);
  });
});

describe("the file of failures", () => {
  const list = "name\nContoso\nWingtip\n";
  /** @param isWhole undefined: the run does not come so far as to finish it */
  const ended = (failures: Failures, isWhole?: boolean) => {
    failures.add({ name: "Wingtip" }, new Failure("defect", "It failed."));
    // A kill at this moment loses no customer.
    const before = readdirSync(folder.path).includes("failures.csv") && folder.read(folder.failures);
    if (isWhole !== undefined) failures.finish(isWhole);
    failures.drop();
    return before;
  };

  test("takes the place of the list of customers once each of them was begun", () => {
    expect(ended(new Failures(folder.file("failures.csv", list), folder.failures), true)).toBe(list);
    expect(folder.read(folder.failures)).toMatch(/^tenantId,domain,name,.*\n,,Wingtip,.*\n$/u);
    expect(readdirSync(folder.path)).toEqual(["failures.csv"]);
  });

  test("stays beside the list while some were not begun", () => {
    const failures = new Failures(folder.file("failures.csv", list), folder.failures);
    ended(failures, false);
    expect(folder.read(folder.failures)).toBe(list);
    expect(folder.read(failures.path ?? "")).toContain("Wingtip");
  });

  test("of an interrupted run stands where it was asked for; that of one which did not come so far is none", () => {
    ended(new Failures(folder.failures, folder.file("customers.csv", list)), false);
    const first = folder.read(folder.failures);
    expect(first).toContain("Wingtip");
    ended(new Failures(folder.failures));
    expect(folder.read(folder.failures)).toBe(first);
    expect(readdirSync(folder.path).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("goes to no file that somebody has made a link to", () => {
    const own = folder.file("own.txt", "unharmed");
    symlinkSync(own, `${folder.failures}.part`);
    ended(new Failures(folder.failures), true);
    expect([folder.read(own), folder.read(folder.failures)]).toEqual(["unharmed", expect.stringContaining("Wingtip")]);
  });
});
