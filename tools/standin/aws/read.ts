import type { PropertyMap } from "../plugin/properties";
import { text } from "./kind";
import { DEFAULTS } from "./naming";
import type { Thing } from "./store";

/** What a program has to say to get this very thing, as the cloud has it now. */
export function inputsOf({ inputs, hidden }: Thing): PropertyMap {
  const generated = text(hidden, "generated") ?? "";
  const said = Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== generated));
  return { ...said, [DEFAULTS]: hidden.defaults ?? [] };
}
