/** Ends the program with its engine. Imported, for its effect, before modules that take long to load. */
import { endProgramWithEngine } from "./engine-watch";

endProgramWithEngine();
