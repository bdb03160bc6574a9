export { InputError, DivergenceError, type Problem } from "./errors.ts";
