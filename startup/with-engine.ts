/** Ends the program with its engine. Imported before what takes long to load, for its effect. */
import { endProgramWithEngine } from "./engine-watch";

endProgramWithEngine();
