import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Estate, parseEstate, type StackSources } from "../../config/estate";
import { ConfigError } from "../../config/problems";
import { readStackFile } from "../../config/read";
import { withField, withoutField } from "./edit";

const TENANTS = ["config", "bulkhead:tenants"];

/** A stack's tenants where people write them: every edit leaves all else, comments too, as it is. */
export class StackFile {
  constructor(
    private readonly root: string,
    readonly stack: string,
  ) {}

  /** @throws ConfigError when the stack cannot be read or has problems. */
  estate(): Estate {
    return parseEstate(this.sources());
  }

  /**
   * Nothing may still lead to a tenant that goes.
   * @throws ConfigError with everything that would be wrong without it; NotEditable where it cannot be taken out.
   */
  checkWithout(id: string): void {
    const { stack, source, values, tenantFiles, unreadable } = this.sources();
    if (this.fileOf(id) === undefined) withoutField(readFileSync(this.path, "utf8"), [...TENANTS, id]);
    const tenants = { ...(values.tenants as Readonly<Record<string, unknown>> | undefined) };
    delete tenants[id];
    const rest = tenantFiles.filter((file) => file.id !== id);
    if (Object.keys(tenants).length + rest.length === 0) {
      const rule = `is the only tenant; take the whole estate off the cluster: pulumi destroy --stack ${this.stack}`;
      throw new ConfigError(source, [{ path: ["tenants", id], rule }]);
    }
    try {
      parseEstate({ stack, source, values: { ...values, tenants }, tenantFiles: rest, unreadable });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw new ConfigError(`${source} without ${id}`, error.problems);
    }
  }

  /** Writes `state: leaving` for the tenant. @throws NotEditable where it is not written out. */
  close(id: string): void {
    const file = this.fileOf(id);
    edit(file ?? this.path, (text) => withField(text, file ? [] : [...TENANTS, id], "state", "leaving"));
  }

  /** Takes the tenant out. @throws NotEditable where it is not written out. */
  remove(id: string): void {
    const file = this.fileOf(id);
    if (file === undefined) edit(this.path, (text) => withoutField(text, [...TENANTS, id]));
    else rmSync(file);
  }

  /** Where the tenant is written, to be told to people. */
  placeOf(id: string): string {
    const file = this.sources().tenantFiles.find((one) => one.id === id)?.file;
    return file ?? `Pulumi.${this.stack}.yaml, tenants.${id}`;
  }

  private get path(): string {
    return join(this.root, `Pulumi.${this.stack}.yaml`);
  }

  private sources(): StackSources {
    return readStackFile(this.root, this.stack);
  }

  private fileOf(id: string): string | undefined {
    const file = this.sources().tenantFiles.find((one) => one.id === id)?.file;
    return file === undefined ? undefined : join(this.root, file);
  }
}

function edit(path: string, change: (text: string) => string): void {
  replaceFile(path, change(readFileSync(path, "utf8")));
}

/** Whole or not at all: whoever is killed here leaves the file as it was. */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, path);
  } finally {
    if (existsSync(draft)) rmSync(draft);
  }
}
