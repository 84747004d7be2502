import type { PropertyMap } from "../../../../../tools/standin/plugin/properties";

export interface Case {
  /** What is refused. */
  readonly title: string;
  /** Inputs in which that one thing is wrong. */
  readonly inputs: PropertyMap;
  readonly property: string;
  readonly reason: string;
}

/** By the last part of a kind's token. */
export interface Rules {
  /** What is well with each kind, so that a case breaks one thing only. */
  readonly sound: Readonly<Record<string, PropertyMap>>;
  readonly cases: Readonly<Record<string, readonly Case[]>>;
}

export const permission = (statement: object, version = "2012-10-17") =>
  JSON.stringify({ Version: version, Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*", ...statement }] });

export const principalArn = "arn:aws:iam::111122223333:role/ops";
