import { guidOf } from "../../components/naming";

test("the same parts give the same GUID", () => {
  expect(guidOf("a", "b")).toBe(guidOf("a", "b"));
  console.log(guidOf("a","b"));
});
