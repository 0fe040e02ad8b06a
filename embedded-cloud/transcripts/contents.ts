import type { Chapter } from "./chapter";
import { completion } from "./chapters/completion";
import { consent } from "./chapters/consent";
import { customers } from "./chapters/customers";
import { doctor } from "./chapters/doctor";
import { drift } from "./chapters/drift";
import { explain } from "./chapters/explain";
import { overview } from "./chapters/overview";
import { renew } from "./chapters/renew";
import { status } from "./chapters/status";
import { token } from "./chapters/token";

/** In the order of the page, which is that of --help. Sections run in this order too: what one changes, the next finds. */
export const chapters: readonly Chapter[] = [
  overview,
  doctor,
  consent,
  token,
  status,
  renew,
  customers,
  drift,
  explain,
  completion,
];
