/** Builders for what publishers do with their feeds and bonds, and what others do about them. */

import { AccountRole, type Address, type Instruction, type TransactionSigner } from '@solana/kit';

import {
  getAddBondInstruction,
  getClosePublisherInstruction,
  getPublishPriceInstruction,
  getPublishSignedInstruction,
  getRegisterPublisherInstruction,
  getReportEquivocationInstruction,
  getResignPublisherInstruction,
  getSlashPublisherInstruction,
  getWithdrawBondInstruction,
  type PublishPriceInstructionDataArgs,
} from './generated/index.ts';
import type { MarketKeys } from './market-keys.ts';
import { feedAddress } from './pdas.ts';
import { priceSignatures, type PriceSignature } from './signed-price.ts';

/** Least bond of a publisher, whole units of the quote token. */
export const MIN_BOND_UNITS = 1_000n;

export interface BondPayment {
  /** Token account that pays. */
  source: Address;
  /** Quote atoms. */
  amount: bigint;
}

/** Opens the publisher's feed with its bond. */
export async function registerPublisher(
  keys: MarketKeys,
  publisher: TransactionSigner,
  { source, amount }: BondPayment,
): Promise<Instruction> {
  const feed = await feedAddress(keys.market, publisher.address);
  return getRegisterPublisherInstruction({ ...keys, publisher, feed, source, bond: amount });
}

/** Anybody may pay. */
export async function addBond(
  keys: MarketKeys,
  payer: TransactionSigner,
  publisher: Address,
  payment: BondPayment,
): Promise<Instruction> {
  const feed = await feedAddress(keys.market, publisher);
  return getAddBondInstruction({ ...keys, ...payment, payer, feed });
}

export async function publishPrice(
  keys: MarketKeys,
  publisher: TransactionSigner,
  price: PublishPriceInstructionDataArgs,
): Promise<Instruction> {
  const feed = await feedAddress(keys.market, publisher.address);
  return getPublishPriceInstruction({ publisher, feed, ...price });
}

/** Brings signed prices to their feeds. The program looks for the signatures in the instruction before its own: send both, in
 * this order and with nothing between them. */
export async function publishSigned(keys: MarketKeys, signed: PriceSignature[]): Promise<Instruction[]> {
  const feeds = await Promise.all(signed.map(({ publisher }) => feedAddress(keys.market, publisher)));
  const instruction = getPublishSignedInstruction({});
  const appended = feeds.map((address) => ({ address, role: AccountRole.WRITABLE }));
  return [
    priceSignatures(signed),
    { ...instruction, accounts: [...instruction.accounts, ...appended] } satisfies Instruction,
  ];
}

/** Proves that one publisher signed two prices for one slot; half of its bond goes to `reward`, a margin account of the reporter.
 * Send both instructions, in this order and with nothing between them. */
export async function reportEquivocation(
  keys: MarketKeys,
  [one, other]: [PriceSignature, PriceSignature],
  reward: Address,
): Promise<Instruction[]> {
  const feed = await feedAddress(keys.market, one.publisher);
  return [priceSignatures([one, other]), getReportEquivocationInstruction({ ...keys, feed, reward })];
}

/** Takes what strikes and missed rounds cost; half goes to `reward`, a margin account of the caller. */
export async function slashPublisher(
  keys: MarketKeys,
  publisher: Address,
  reward: Address,
): Promise<Instruction> {
  const feed = await feedAddress(keys.market, publisher);
  return getSlashPublisherInstruction({ ...keys, feed, reward });
}

/** Starts the cool-down of the bond. */
export async function resignPublisher(keys: MarketKeys, publisher: TransactionSigner): Promise<Instruction> {
  const feed = await feedAddress(keys.market, publisher.address);
  return getResignPublisherInstruction({ ...keys, publisher, feed });
}

/** Pays bond out to `destination`, a token account, once the cool-down is over; in parts where the outflow limit asks for it. */
export async function withdrawBond(
  keys: MarketKeys,
  publisher: TransactionSigner,
  destination: Address,
  amount: bigint,
): Promise<Instruction> {
  const feed = await feedAddress(keys.market, publisher.address);
  return getWithdrawBondInstruction({ ...keys, publisher, feed, destination, amount });
}

/** Closes a feed that has no bond left. */
export async function closePublisher(keys: MarketKeys, publisher: TransactionSigner): Promise<Instruction> {
  const feed = await feedAddress(keys.market, publisher.address);
  return getClosePublisherInstruction({ publisher, feed });
}
