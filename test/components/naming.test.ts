import { guidOf } from "../../lib/application/identifier";

test("the same parts give the same GUID, for ever: names in state depend on it", () => {
  expect(guidOf("a", "b")).toBe("d3a1362e-73c5-5206-9c14-58670340e24c");
});

test("other parts, or another order, give another", () => {
  expect(new Set([guidOf("a", "b"), guidOf("b", "a"), guidOf("a"), guidOf("a", "b", "c")]).size).toBe(4);
});
