/** What the stored bytes mean: the parts of an account that are in use, and the levels in force now. */

import { getUtf8Decoder, type ReadonlyUint8Array } from '@solana/kit';

import type { Breaker, Leg, MarginAccount, Market } from './generated/index.ts';

export const CALL = 0;
export const PUT = 1;

/** The breaker's ladder, strictest last. */
export const LEVELS = ['Normal', 'Guarded', 'ReduceOnly', 'CloseOnly', 'SettleOnly', 'WindDown'] as const;
export type Level = (typeof LEVELS)[number];

/** Why a level is in force; the position is the byte that `report_fault` and `recover_breaker` take. */
export const CAUSES = [
  'Guardian',
  'OracleQuorum',
  'VaultShortfall',
  'OpenInterest',
  'Governance',
  'Greeks',
] as const;
export type Cause = (typeof CAUSES)[number];

export function causeByte(cause: Cause): number {
  return CAUSES.indexOf(cause);
}

/** The strictest level of all trips that have not ended; an unknown byte counts as the strictest there is. */
export function levelInForce(breakers: Breaker[], now: bigint): Level {
  const held = breakers
    .flatMap((breaker) => breaker.trips)
    .filter((trip) => trip.until === 0n || now < trip.until)
    .map((trip) => Math.min(trip.level, LEVELS.length - 1));
  return LEVELS[Math.max(0, ...held)] ?? 'WindDown';
}

export function legsOf(account: MarginAccount): Leg[] {
  return account.legs.slice(0, account.legCount);
}

/** Signed lots that an account holds of a series. */
export function lotsOf(account: MarginAccount, expiryId: number, strike: number, kind: number): bigint {
  const leg = legsOf(account).find((l) => l.expiryId === expiryId && l.strike === strike && l.kind === kind);
  return leg?.lots ?? 0n;
}

/** Expiries that an instruction on these accounts needs appended, ascending. */
export function expiriesHeld(...accounts: MarginAccount[]): number[] {
  const ids = accounts.flatMap((account) => legsOf(account).map((leg) => leg.expiryId));
  return [...new Set(ids)].sort((a, b) => a - b);
}

/** In the order of their slots. */
export function liveExpiries(market: Pick<Market, 'expiries'>): number[] {
  return market.expiries.filter((id) => id !== 0);
}

/** The expiries that `set_surface` wants appended: all that live but its own, in the order of their slots. */
export function otherExpiries(market: Pick<Market, 'expiries'>, id: number): number[] {
  return liveExpiries(market).filter((other) => other !== id);
}

const SYMBOL_BYTES = 16;

export function symbolText(symbol: ReadonlyUint8Array): string {
  const end = symbol.indexOf(0);
  return getUtf8Decoder().decode(symbol.slice(0, end < 0 ? symbol.length : end));
}

/** @throws when the text does not fit. */
export function symbolBytes(text: string): Uint8Array {
  const encoded = new TextEncoder().encode(text);
  if (encoded.length > SYMBOL_BYTES)
    throw new RangeError(`a symbol has at most ${SYMBOL_BYTES} bytes: ${text}`);
  const padded = new Uint8Array(SYMBOL_BYTES);
  padded.set(encoded);
  return padded;
}
