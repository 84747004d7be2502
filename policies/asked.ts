import type { PolicyResource } from "@pulumi/policy";

/** What every policy is shown of a resource before it is made. */
interface Request {
  readonly urn: string;
  readonly props: unknown;
}

/**
 * What the program asked for, by resource. A preview of a cluster that is still to be made has no provider to ask, and
 * the engine then shows every resource of it to stack rules as an empty one: judged by that, no namespace has a guard.
 */
export class Asked {
  private readonly props = new Map<string, unknown>();

  remember({ urn, props }: Request): void {
    this.props.set(urn, props);
  }

  /** The stack's resources, each as it will be, or at least as it was asked for. */
  complete(resources: readonly PolicyResource[]): PolicyResource[] {
    return resources.map((resource) =>
      Object.keys(Object(resource.props)).length > 0
        ? resource
        : Object.assign(Object.create(resource) as PolicyResource, { props: this.props.get(resource.urn) ?? {} }),
    );
  }
}
