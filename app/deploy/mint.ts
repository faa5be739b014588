/** A quote mint that the payer issues: for clusters where the deployment is a trial. */

import { fetchEncodedAccount, type Address } from '@solana/kit';
import { getCreateAccountInstruction } from '@solana-program/system';
import { getInitializeMint2Instruction, getMintSize, TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';

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
