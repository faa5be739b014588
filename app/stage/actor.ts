/** Somebody with a wallet, tokens and a margin account. */

import { generateKeyPairSigner, type Address, type KeyPairSigner } from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';

import {
  deposit,
  getDepositPoolInstruction,
  getOpenAccountInstruction,
  getOpenStakeInstructionAsync,
  marginAddress,
  stakeAddress,
  type MarketKeys,
  type Party,
} from '../client/src/index.ts';
import type { Deployer } from '../deploy/deployer.ts';
import { ensureTokens } from '../deploy/mint.ts';

/** For the rent of a stake. */
const PROVIDER_LAMPORTS = 10_000_000n;

export interface Actor {
  name: string;
  signer: KeyPairSigner;
  /** Token account. */
  tokens: Address;
  /** Margin account. */
  account: Address;
}

export function party({ signer, account }: Actor): Party {
  return { authority: signer, account };
}

/** A new trader whose `cash` is all deposited. */
export async function openTrader(
  deployer: Deployer,
  keys: MarketKeys,
  name: string,
  cash: bigint,
): Promise<Actor> {
  const signer = await generateKeyPairSigner();
  const { tokens, instructions } = await ensureTokens(deployer, keys, signer.address, cash);
  const account = await marginAddress(keys.market, signer.address);
  await deployer.send(`${name} joined`, [
    ...instructions,
    getOpenAccountInstruction({
      payer: deployer.payer,
      owner: signer,
      market: keys.market,
      account,
      subId: 0,
    }),
    deposit(keys, { depositor: signer, account, source: tokens, amount: cash }),
  ]);
  return { name, signer, tokens, account };
}

export interface Provider {
  signer: KeyPairSigner;
  tokens: Address;
  stake: Address;
}

/** A new provider of the pool. */
export async function openProvider(deployer: Deployer, keys: MarketKeys, amount: bigint): Promise<Provider> {
  const signer = await generateKeyPairSigner();
  const { tokens, instructions } = await ensureTokens(deployer, keys, signer.address, amount);
  const stake = await stakeAddress(keys.market, signer.address);
  await deployer.send('a provider joined the pool', [
    ...instructions,
    getTransferSolInstruction({
      source: deployer.payer,
      destination: signer.address,
      amount: PROVIDER_LAMPORTS,
    }),
    await getOpenStakeInstructionAsync({ owner: signer, market: keys.market, stake }),
    getDepositPoolInstruction({ ...keys, owner: signer, stake, source: tokens, amount }),
  ]);
  return { signer, tokens, stake };
}
