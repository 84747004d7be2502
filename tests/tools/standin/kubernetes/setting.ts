import { type Declared, machineToolchain, Project, type Stack } from "../project";
import { ObservedCluster } from "./cluster";

type Annotations = Record<string, string>;

/**
 * A control plane and a project for the tests of one `describe`, and for each test a stack and the name of a
 * namespace that nobody has yet. Registers the hooks that bring all that and take it away.
 */
export class Setting {
  private project: Project | undefined;
  private spaces = 0;
  private current: { cluster?: ObservedCluster; stack?: Stack } = {};

  constructor() {
    const setting = this;
    before(async function () {
      this.timeout(45 * 60_000);
      await setting.open();
    });
    beforeEach(() => setting.next());
    after(async function () {
      this.timeout(60_000);
      await setting.close();
    });
  }

  get cluster(): ObservedCluster {
    return present(this.current.cluster);
  }

  get stack(): Stack {
    return present(this.current.stack);
  }

  /** Where the control plane and the engine have everything. */
  get folder(): string {
    return present(this.project).engine.folder;
  }

  /** Name of this test's namespace. */
  get space(): string {
    return `space-${this.spaces}`;
  }

  /** Path, below this test's namespace, in the core API. */
  path = (rest: string): string => `/api/v1/namespaces/${this.space}${rest}`;

  namespace = (labels: Record<string, string> = {}, annotations: Annotations = {}): Declared => ({
    type: "core/v1:Namespace",
    name: "space",
    args: { metadata: { name: this.space, labels, annotations } },
  });

  inSpace = (type: string, name: string, fields: object, annotations: Annotations = {}): Declared => ({
    type,
    name,
    args: { metadata: { name, namespace: "@space", annotations }, ...fields },
  });

  account = (name: string, fields: object = {}): Declared => this.inSpace("core/v1:ServiceAccount", name, fields);

  /** A stack for several tests in a row. */
  keptStack = (): Promise<Stack> => present(this.project).stack();

  private async open(): Promise<void> {
    const toolchain = await machineToolchain();
    this.project = new Project(toolchain);
    this.current.cluster = new ObservedCluster(this.project.engine.folder);
    await this.current.cluster.start(toolchain);
  }

  private async next(): Promise<void> {
    this.spaces += 1;
    this.current.stack = await present(this.project).stack();
  }

  private async close(): Promise<void> {
    await this.current.cluster?.stop();
    this.project?.remove();
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the hooks have not run yet");
  return value;
}
