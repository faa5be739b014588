/** A quote mint that the payer issues: for clusters where the deployment is a trial. */

import { fetchEncodedAccount, isSome, type Address, type Instruction } from '@solana/kit';
import { getCreateAccountInstruction } from '@solana-program/system';
import {
  fetchMaybeToken,
  fetchMint,
  findAssociatedTokenPda,
  getCreateAssociatedTokenIdempotentInstruction,
  getInitializeMint2Instruction,
  getMintSize,
  getMintToInstruction,
  TOKEN_PROGRAM_ADDRESS,
} from '@solana-program/token';

import type { MarketKeys } from '../client/src/index.ts';
import type { Deployer } from './deployer.ts';

export const QUOTE_DECIMALS = 6;

/** Creates the mint under a key of the deployment's, once. */
export async function ensureMint(deployer: Deployer, keyName: string): Promise<Address> {
  const { payer, rpc } = deployer;
  const mint = await deployer.keys.get(keyName);
  const existing = await fetchEncodedAccount(rpc, mint.address);
  if (existing.exists) {
    deployer.kept('the quote mint');
    return mint.address;
  }
  const space = BigInt(getMintSize());
  await deployer.send('created the quote mint', [
    getCreateAccountInstruction({
      payer,
      newAccount: mint,
      lamports: await rpc.getMinimumBalanceForRentExemption(space).send(),
      space,
      programAddress: TOKEN_PROGRAM_ADDRESS,
    }),
    getInitializeMint2Instruction({
      mint: mint.address,
      decimals: QUOTE_DECIMALS,
      mintAuthority: payer.address,
      freezeAuthority: null,
    }),
  ]);
  return mint.address;
}

export interface Funded {
  /** The owner's associated token account. */
  tokens: Address;
  /** What opens it and issues to it; empty when it holds enough. */
  instructions: Instruction[];
}

/** Sees to it that `owner` holds at least `amount` quote atoms.
 *
 * @throws when tokens are missing and the payer does not issue them. */
export async function ensureTokens(
  { payer, rpc }: Deployer,
  { quoteMint: mint, tokenProgram }: MarketKeys,
  owner: Address,
  amount: bigint,
): Promise<Funded> {
  const [tokens] = await findAssociatedTokenPda({ owner, mint, tokenProgram });
  const existing = await fetchMaybeToken(rpc, tokens);
  const missing = amount - (existing.exists ? existing.data.amount : 0n);
  if (missing <= 0n) return { tokens, instructions: [] };
  const { mintAuthority } = (await fetchMint(rpc, mint)).data;
  if (!isSome(mintAuthority) || mintAuthority.value !== payer.address) {
    throw new Error(`${tokens} lacks ${missing} atoms of ${mint}, which the payer does not issue; fund it`);
  }
  const instructions = [
    getCreateAssociatedTokenIdempotentInstruction({ payer, ata: tokens, owner, mint, tokenProgram }),
    getMintToInstruction(
      { mint, token: tokens, mintAuthority: payer, amount: missing },
      { programAddress: tokenProgram },
    ),
  ];
  return { tokens, instructions };
}
