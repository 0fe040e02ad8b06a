import { story } from "./story";

const ran: string[] = [];
const test = story(() => void ran.push("fresh"));
test("one", () => void ran.push("one"));
test.given(() => void ran.push("given"));
test.each(["two", "three"], String, async (name) => void ran.push(await Promise.resolve(name)));

afterAll(() => {
  // Whichever ran first: each once, in the order of the file.
  expect(ran).toEqual(["one", "given", "two", "three"].flatMap((one) => ["fresh", one]));
});
