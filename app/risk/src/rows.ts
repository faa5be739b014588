/** Risk rows: what one lot gains under each scenario, computed as `refresh_risk` does on chain. */

import type { Question, RiskModule } from './module.ts';
import { writeShocks, type Shocks } from './scenario.ts';
import { writeNodes, type Node } from './surface.ts';

/** What all rows of an expiry stand on. */
export interface Underlying {
  /** Forward of the expiry, price units. */
  forward: bigint;
  /** The forward made from the market's stable price. */
  stableForward: bigint;
  lotsPerUnit: bigint;
  shocks: Shocks;
}

/** One long lot of the forward, quote atoms. */
export interface ForwardRow {
  value: bigint;
  /** Profit if the mark were the stable price. */
  stableProfit: bigint;
  /** Bound of the error of any row, mark or stable profit of the expiry. */
  errorAtoms: bigint;
  /** Profit under each scenario, weight applied. A put's row is the call's less this. */
  profit: bigint[];
}

/** One lot at a strike, quote atoms. */
export interface StrikeRow {
  callMark: bigint;
  putMark: bigint;
  /** Profit of one long call if the mark were the stable price. */
  callStableProfit: bigint;
  /** Most that a short call, or put, may lose in any scenario. */
  callPeak: bigint;
  putPeak: bigint;
  /** Of one long call, as money. */
  callGreeks: MoneyGreeks;
  /** Profit of one long call under each scenario, weight applied. */
  callProfit: bigint[];
}

/** Sensitivities as money, quote atoms. */
export interface MoneyGreeks {
  /** Forward notional that the position moves like. A put's is the call's less the value of a lot of the forward. */
  delta: bigint;
  /** Change of `delta` when the forward rises by 1 %. */
  gamma: bigint;
  /** Change of value when volatility rises by one percentage point. */
  vega: bigint;
  /** Change of value in a day. */
  theta: bigint;
}

export class Rows {
  readonly #module: RiskModule;
  readonly #scenarios: number;

  constructor(module: RiskModule) {
    this.#module = module;
    this.#scenarios = module.count('scenario_count');
  }

  /** @throws {MathError} `Domain` outside the bounds, `DivideByZero` when a unit holds no lots. */
  forward(underlying: Underlying): ForwardRow {
    writeUnderlying(this.#module.ask(), underlying);
    const answer = this.#module.call('forward_row');
    return {
      value: answer.unsigned(),
      stableProfit: answer.signed(),
      errorAtoms: answer.unsigned(),
      profit: answer.row(this.#scenarios),
    };
  }

  /** @throws {MathError} as {@link forward}, and `Domain` for more strikes than a surface has. */
  strikes(underlying: Underlying, tenorSeconds: bigint, nodes: readonly Node[]): StrikeRow[] {
    const question = this.#module.ask();
    writeUnderlying(question, underlying);
    question.unsigned(tenorSeconds, 'tenorSeconds');
    writeNodes(question, nodes);
    const answer = this.#module.call('strike_rows', nodes.length);
    return nodes.map(() => ({
      callMark: answer.unsigned(),
      putMark: answer.unsigned(),
      callStableProfit: answer.signed(),
      callPeak: answer.unsigned(),
      putPeak: answer.unsigned(),
      callGreeks: {
        delta: answer.signed(),
        gamma: answer.signed(),
        vega: answer.signed(),
        theta: answer.signed(),
      },
      callProfit: answer.row(this.#scenarios),
    }));
  }
}

function writeUnderlying(question: Question, underlying: Underlying): void {
  question
    .unsigned(underlying.forward, 'forward')
    .unsigned(underlying.stableForward, 'stableForward')
    .unsigned(underlying.lotsPerUnit, 'lotsPerUnit');
  writeShocks(question, underlying.shocks);
}
