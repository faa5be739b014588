/** Black-76 on a forward, undiscounted: prices in price units, volatilities in parts per million per root of a year. */

import type { RiskModule } from './module.ts';
import { u32, u64 } from './words.ts';

/** What an option is worth depends on. */
export interface Terms {
  /** Forward price of the underlying, price units, `1n` to `maxPrice`. */
  forward: bigint;
  /** In the forward's units and bounds. */
  strike: bigint;
  /** Annual volatility, parts per million: 800,000 is 80 %. */
  volPpm: number;
  /** Seconds to expiry; zero is an expired option. */
  tenorSeconds: bigint;
}

/** Undiscounted values in price units; `call - put` is `forward - strike` exactly. */
export interface Price {
  call: bigint;
  put: bigint;
}

/** Sensitivities; those of the put that are not here are the call's. */
export interface Greeks {
  /** dCall/dForward, parts per million, 0 to 1,000,000. */
  callDeltaPpm: bigint;
  /** dPut/dForward, parts per million, -1,000,000 to 0. */
  putDeltaPpm: bigint;
  /** Forward times the second derivative by it, parts per million: a move of 1 % changes delta by a hundredth of this. */
  gammaPpm: bigint;
  /** Price units per 1.00 (100 percentage points) of volatility. */
  vega: bigint;
  /** Price units per day, at most zero. */
  thetaPerDay: bigint;
  /** Price units per 1.00 of the discount rate, at a rate of zero; at most zero. */
  callRho: bigint;
  putRho: bigint;
  /** Change of delta per 1.00 of volatility, parts per million. */
  vannaPpm: bigint;
  /** Change of vega per 1.00 of volatility, price units. */
  volga: bigint;
}

/** Where prices and Greeks have answers. */
export interface PriceBounds {
  maxPrice: bigint;
  /** Seconds of the year that volatilities are stated for. */
  yearSeconds: bigint;
  maxTenorSeconds: bigint;
  minVolPpm: number;
  maxVolPpm: number;
}

const WHOLE_DELTA_PPM = 1_000_000n;

export class Black76 {
  readonly bounds: PriceBounds;
  readonly #module: RiskModule;

  constructor(module: RiskModule) {
    this.#module = module;
    const answer = module.call('black76_bounds');
    this.bounds = {
      maxPrice: answer.unsigned(),
      yearSeconds: answer.unsigned(),
      maxTenorSeconds: answer.unsigned(),
      minVolPpm: answer.number(),
      maxVolPpm: answer.number(),
    };
  }

  /** @throws {MathError} `Domain` outside the bounds. */
  price(terms: Terms): Price {
    const answer = this.#module.call('price', ...termArguments(terms));
    return { call: answer.unsigned(), put: answer.unsigned() };
  }

  /** @throws {MathError} `Domain` outside the bounds. */
  greeks(terms: Terms): Greeks {
    const answer = this.#module.call('greeks', ...termArguments(terms));
    const callDeltaPpm = answer.signed();
    return {
      callDeltaPpm,
      putDeltaPpm: callDeltaPpm - WHOLE_DELTA_PPM,
      gammaPpm: answer.signed(),
      vega: answer.unsigned(),
      thetaPerDay: answer.signed(),
      callRho: answer.signed(),
      putRho: answer.signed(),
      vannaPpm: answer.signed(),
      volga: answer.signed(),
    };
  }
}

function termArguments(terms: Terms): [bigint, bigint, number, bigint] {
  return [
    u64(terms.forward, 'forward'),
    u64(terms.strike, 'strike'),
    u32(terms.volPpm, 'volPpm'),
    u64(terms.tenorSeconds, 'tenorSeconds'),
  ];
}
