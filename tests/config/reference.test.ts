import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { stackFileReference } from "../../config/reference";
import { ROOT } from "../support/estate";

describe("docs/reference/stack-file.md", () => {
  const page = stackFileReference();

  it("is what the schema says; `npx bulkhead schema --markdown > docs/reference/stack-file.md` renews it", () => {
    expect(readFileSync(join(ROOT, "docs/reference/stack-file.md"), "utf8")).to.equal(page);
  });

  it("shows a field with its type, its default and what it means", () => {
    expect(page).to.contain(
      "| `runtime` | `native`, `gvisor`, `kata` | `native` | What stands between a pod and the node's kernel",
    );
    expect(page).to.contain("| `kind` | `existing` | required |");
    expect(page).to.contain("| `zones` | whole number, 1 to 6 | `2` |");
    expect(page).to.contain("| `egress` | list of [peer](#peer) |  |");
    expect(page).to.contain("| `runtimes` | list of `native`, `gvisor`, `kata` | `[native]` |");
  });

  it("says of every default what it causes, not only what it is", () => {
    const silent: string[] = [];
    for (const section of page.split(/^## /m).slice(1)) {
      const [heading = "", ...lines] = section.split("\n");
      for (const line of lines) {
        const [, field, preset, meaning = ""] = /^\| `([^`]+)` \| .* \| (`.*`) \| (.*) \|$/.exec(line) ?? [];
        if (preset !== undefined && !/Unset: /.test(meaning)) silent.push(`${heading}: ${field}`);
      }
    }
    expect(silent.filter((place) => !place.startsWith("platform of kind eks"))).to.deep.equal([]);
  });

  it("tells the amounts that no field holds: counts of objects, and what sandboxes take", () => {
    expect(page).to.contain("| `configmaps` | 100 |").and.to.contain("| `replicasets.apps` | 300 |");
    expect(page).to.contain("| `gvisor` | 50m | 64Mi |").and.to.contain("| `kata` | 250m | 320Mi |");
  });

  it("leads to sections that it has", () => {
    const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, "")
        .replaceAll(" ", "-"),
    );
    const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor]) => anchor);
    expect(links).to.have.length.above(20);
    expect(headings).to.include.members(links);
    expect(new Set(headings).size).to.equal(headings.length);
  });
});
