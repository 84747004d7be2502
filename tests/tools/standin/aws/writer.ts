import { Store } from "../../../../tools/standin/aws/store";

/** Changes the cloud in a folder as often as it is told. */
async function main(folder: string, times: number): Promise<void> {
  const store = new Store(folder);
  for (let time = 0; time < times; time += 1) await store.change((cloud) => cloud.newId("a-"));
}

void main(process.argv[2] ?? "", Number(process.argv[3]));
