/** Deploys the program and initialises the demo market: `npm run deploy -- --help` in `app`. */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { deploy } from '../app/deploy/deploy.ts';
import { Deployer } from '../app/deploy/deployer.ts';
import { KeyFolder, readKeypair } from '../app/deploy/keys.ts';
import { readOptions, type Options } from '../app/deploy/options.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);

async function run(options: Options): Promise<void> {
  const folder = dirname(options.out);
  const deployer = await Deployer.connect(
    options.rpc,
    await readKeypair(options.keypair),
    new KeyFolder(join(folder, 'keys')),
    { allowMainnet: options.yesMainnet, log: print },
  );
  const { rpc, ws } = options;
  const deployment = await deploy(deployer, { so: options.so, keypair: options.programKeypair });
  await mkdir(folder, { recursive: true });
  const cluster = { rpc, ws, genesis: deployer.genesis };
  await writeFile(options.out, `${JSON.stringify({ cluster, ...deployment }, null, 2)}\n`);
  print(`program  ${deployment.program.address}`);
  print(`sha256   ${deployment.program.sha256}`);
  print(`market   ${deployment.market.address}`);
  print(`mint     ${deployment.market.quoteMint}`);
  print(deployer.changes.length > 0 ? `${deployer.changes.length} changes` : 'nothing to change');
}

try {
  const options = readOptions(process.argv.slice(2));
  if (typeof options === 'string') print(options);
  else await run(options);
} catch (error) {
  process.stderr.write(`deployment failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
