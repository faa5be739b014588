/** What every step of a deployment shares: the cluster, the key that pays and governs, the keys it makes, its log. */

import {
  createSolanaRpc,
  type Instruction,
  type KeyPairSigner,
  type Rpc,
  type SolanaRpcApi,
} from '@solana/kit';

import { send, type Receipt } from '../client/src/index.ts';
import type { KeyFolder } from './keys.ts';

const MAINNET_GENESIS = '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d';

export class Deployer {
  /** What was done, in order; empty when everything stood already. */
  readonly changes: string[] = [];

  private constructor(
    readonly rpc: Rpc<SolanaRpcApi>,
    readonly genesis: string,
    readonly payer: KeyPairSigner,
    readonly keys: KeyFolder,
    private readonly log: (line: string) => void,
  ) {}

  /** Connects, and refuses mainnet unless that was asked for. */
  static async connect(
    url: string,
    payer: KeyPairSigner,
    keys: KeyFolder,
    {
      allowMainnet = false,
      log = () => undefined,
    }: { allowMainnet?: boolean; log?: (line: string) => void } = {},
  ): Promise<Deployer> {
    const rpc = createSolanaRpc(url);
    const genesis = await rpc
      .getGenesisHash()
      .send()
      .catch((cause: unknown) => {
        throw new Error(`no cluster answers at ${url}; start one with \`cargo xtask localnet\``, { cause });
      });
    if (genesis === MAINNET_GENESIS && !allowMainnet) {
      throw new Error('this is mainnet, and this program is unaudited; pass --yes-mainnet if you mean it');
    }
    return new Deployer(rpc, genesis, payer, keys, log);
  }

  /** Sends as the payer. */
  async send(what: string, instructions: Instruction[]): Promise<Receipt> {
    try {
      const receipt = await send(this.rpc, this.payer, instructions);
      this.changed(what);
      return receipt;
    } catch (cause) {
      throw new Error(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }

  changed(what: string): void {
    this.changes.push(what);
    this.log(`  done  ${what}`);
  }

  kept(what: string): void {
    this.log(`  kept  ${what}`);
  }

  progress(what: string): void {
    this.log(`        ${what}`);
  }
}
