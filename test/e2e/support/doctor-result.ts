/** One check of `doctor --json`, as far as the tests read it. */
export interface DoctorResult {
  name: string;
  state: string;
  what: string;
  /** With the fixes. */
  message: string;
}
