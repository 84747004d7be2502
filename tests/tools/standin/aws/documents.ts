/** Policies in IAM's language, as short as they may be. */
export function trust(service: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
}

export function keyPolicy(text: object): string {
  const root = {
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::111122223333:root" },
    Action: "kms:*",
    Resource: "*",
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [root, text] });
}

export const managed = (name: string): string => `arn:aws:iam::aws:policy/${name}`;
