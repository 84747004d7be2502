export { eksSite } from "./site";
