import { run, setSetting } from "../../errors/failure";

export const setCalendar = run(
  "Give it one",
  setSetting("credential.firstDay", "<YYYY-MM-DD>"),
  setSetting("credential.rotateEvery", "90d"),
);
