/** Volatility surfaces: the checks that the program makes before it accepts one, and the rows that one makes. */

import type { RiskModule } from './module.ts';
import { shockArguments, type Shocks } from './scenario.ts';
import { u32, u64 } from './words.ts';

/** A listed strike and its volatility. */
export interface Node {
  /** Price units. */
  strike: bigint;
  /** Parts per million per root of a year. */
  volPpm: number;
}

export interface SurfaceBounds {
  minVolPpm: number;
  maxVolPpm: number;
  maxStrikes: number;
}

/** A volatility before and after an update. */
export interface Step {
  /** The last accepted one; zero when there is none. */
  fromPpm: number;
  toPpm: number;
}

/** What all rows of an expiry share. */
export interface Expiry {
  /** Price units per unit of the underlying. */
  forward: bigint;
  lotsPerUnit: bigint;
  shocks: Shocks;
}

/** One long lot of the forward, quote atoms. */
export interface ForwardRow {
  value: bigint;
  /** Profit under each scenario, weight applied. A put's row is the call's less this. */
  profit: bigint[];
}

/** One lot at a strike, quote atoms. */
export interface StrikeRow {
  callMark: bigint;
  putMark: bigint;
  /** Profit of one long call under each scenario, weight applied. */
  callProfit: bigint[];
}

export class Surface {
  readonly bounds: SurfaceBounds;
  readonly #module: RiskModule;
  readonly #scenarios: number;

  constructor(module: RiskModule) {
    this.#module = module;
    this.#scenarios = module.count('scenario_count');
    module.call('surface_bounds');
    this.bounds = {
      minVolPpm: Number(module.unsigned(0)),
      maxVolPpm: Number(module.unsigned(1)),
      maxStrikes: Number(module.unsigned(2)),
    };
  }

  /**
   * Checks that calls at the listed strikes, ascending, fall and are convex in the strike.
   *
   * @throws {SurfaceRefused} `NotMonotone` or `NotConvex`.
   * @throws {MathError} `Domain` outside the bounds.
   */
  checkArbitrage(forward: bigint, tenorSeconds: bigint, nodes: readonly Node[]): void {
    this.#module.write(
      nodes.flatMap(({ strike, volPpm }) => [u64(strike, 'strike'), BigInt(u32(volPpm, 'volPpm'))]),
    );
    this.#module.call(
      'check_arbitrage',
      u64(forward, 'forward'),
      u64(tenorSeconds, 'tenorSeconds'),
      nodes.length,
    );
  }

  /**
   * Checks the bounds of each volatility and how far it moved.
   *
   * @throws {SurfaceRefused} `OutOfDomain` or `StepTooLarge`.
   */
  checkSteps(maxStepPpm: bigint, steps: readonly Step[]): void {
    this.#module.write(
      steps.flatMap(({ fromPpm, toPpm }) => [BigInt(u32(fromPpm, 'fromPpm')), BigInt(u32(toPpm, 'toPpm'))]),
    );
    this.#module.call('check_steps', u64(maxStepPpm, 'maxStepPpm'), steps.length);
  }

  /** @throws {MathError} */
  forwardRow(expiry: Expiry): ForwardRow {
    this.#module.call('forward_row', ...expiryArguments(expiry));
    return { value: this.#module.unsigned(0), profit: this.#module.signedRow(1, this.#scenarios) };
  }

  /** @throws {MathError} */
  strikeRow(expiry: Expiry, tenorSeconds: bigint, { strike, volPpm }: Node): StrikeRow {
    this.#module.call(
      'strike_row',
      ...expiryArguments(expiry),
      u64(strike, 'strike'),
      u32(volPpm, 'volPpm'),
      u64(tenorSeconds, 'tenorSeconds'),
    );
    return {
      callMark: this.#module.unsigned(0),
      putMark: this.#module.unsigned(1),
      callProfit: this.#module.signedRow(2, this.#scenarios),
    };
  }
}

function expiryArguments({ forward, lotsPerUnit, shocks }: Expiry): bigint[] {
  return [u64(forward, 'forward'), u64(lotsPerUnit, 'lotsPerUnit'), ...shockArguments(shocks)];
}
