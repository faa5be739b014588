/** The command line of the deployment. */

import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HELP = `Deploys Bulkhead and initialises a market, on a local validator or elsewhere. Safe to run again.

  --rpc <url>               RPC server                     (http://127.0.0.1:8899)
  --ws <url>                its WebSocket, for the record  (ws://127.0.0.1:8900)
  --so <file>               the program                    (target/deploy/bulkhead.so)
  --keypair <file>          payer, upgrade authority and governor  (~/.config/solana/id.json)
  --program-keypair <file>  the program's address          (target/deploy/bulkhead-keypair.json)
  --out <file>              where the addresses go         (target/deploy/deployment.json)
                            generated keys go to a folder "keys" beside it
  --yes-mainnet             really deploy to mainnet
`;

export interface Options {
  rpc: string;
  ws: string;
  so: string;
  keypair: string;
  programKeypair: string;
  out: string;
  yesMainnet: boolean;
}

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The options, or the help text when that was asked for.
 *
 * @throws for an unknown option. */
export function readOptions(args: string[]): Options | string {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args,
    options: {
      rpc: { ...text, default: 'http://127.0.0.1:8899' },
      ws: { ...text, default: 'ws://127.0.0.1:8900' },
      so: { ...text, default: fromRoot('target/deploy/bulkhead.so') },
      keypair: { ...text, default: `${homedir()}/.config/solana/id.json` },
      'program-keypair': { ...text, default: fromRoot('target/deploy/bulkhead-keypair.json') },
      out: { ...text, default: fromRoot('target/deploy/deployment.json') },
      'yes-mainnet': flag,
      help: flag,
    },
  });
  if (values.help) return HELP;
  const { 'program-keypair': programKeypair, 'yes-mainnet': yesMainnet, rpc, ws, so, keypair, out } = values;
  return { rpc, ws, so, keypair, programKeypair, out, yesMainnet };
}
