/** The addresses that nearly every instruction on a market needs, derived once. */

import type { Address } from '@solana/kit';
import { TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';

import {
  ledgerAddress,
  marketAddress,
  oracleAddress,
  poolAddress,
  protocolAddress,
  vaultAddress,
} from './pdas.ts';

export interface MarketKeys {
  id: number;
  protocol: Address;
  market: Address;
  vault: Address;
  ledger: Address;
  oracle: Address;
  pool: Address;
  quoteMint: Address;
  tokenProgram: Address;
}

export async function marketKeys(
  id: number,
  quoteMint: Address,
  tokenProgram: Address = TOKEN_PROGRAM_ADDRESS,
): Promise<MarketKeys> {
  const market = await marketAddress(id);
  const [protocol, vault, ledger, oracle, pool] = await Promise.all([
    protocolAddress(),
    vaultAddress(market),
    ledgerAddress(market),
    oracleAddress(market),
    poolAddress(market),
  ]);
  return { id, protocol, market, vault, ledger, oracle, pool, quoteMint, tokenProgram };
}
