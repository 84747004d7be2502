import { clusterArn } from "../platform";
import type { Problem } from "../problems";
import type { Platform, Subject } from "../schema";
import type { Draft } from "./index";

/** Amazon EKS user guide, "Create access entries": no group of an entry begins so. `system:` is refused of any subject. */
const REFUSED_PREFIXES = ["eks:", "aws:", "amazon:", "iam:"];

/** Whom EKS is to let in has to be somebody whom it lets in by a group, and by that alone. */
export function peopleProblems({ platform, tenants }: Draft): Problem[] {
  if (!platform) return [];
  return tenants.flatMap(({ id, access }) =>
    (["admins", "developers", "viewers"] as const).flatMap((profile) =>
      access[profile].flatMap((subject, index) =>
        subject.principals.length === 0
          ? []
          : principalProblems(subject, ["tenants", id, "access", profile, index], platform),
      ),
    ),
  );
}

function principalProblems({ group = "", principals }: Subject, path: Path, platform: Platform): Problem[] {
  if (platform.kind !== "eks") {
    const rule = `are let in by EKS, and the platform is of kind "${platform.kind}"; remove them, and have its own authenticator put people into the group`;
    return [{ path: [...path, "principals"], rule }];
  }
  const prefix = REFUSED_PREFIXES.find((each) => group.startsWith(each));
  const rule = `begins with ${prefix}, which EKS gives to nobody; choose another group, as acme-admins`;
  return [
    ...(prefix === undefined ? [] : [{ path: [...path, "group"], value: group, rule }]),
    ...principals.flatMap((value, index): Problem[] => {
      const partition = clusterArn(platform).split(":")[1];
      if (value.split(":")[1] !== partition) {
        const rule = `is of another partition of AWS than the cluster (${partition}), which lets in nobody from there; name a principal of it`;
        return [{ path: [...path, "principals", index], value, rule }];
      }
      if (!platform.admins.includes(value)) return [];
      const rule =
        "is one of platform.admins, who may do everything as it is, and EKS has one entry for each principal; remove it here or there";
      return [{ path: [...path, "principals", index], value, rule }];
    }),
  ];
}

type Path = readonly PropertyKey[];
