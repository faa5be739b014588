/** The scenario grid: which moves of the forward and of volatility every portfolio must survive. */

import type { Question, RiskModule } from './module.ts';

/** How far a market's grid reaches: five of its parameters, parts per million. */
export interface Shocks {
  /** Largest core move of the forward. */
  rangePpm: bigint;
  /** Relative rise of volatility. */
  volUpPpm: bigint;
  /** Relative fall of volatility. */
  volDownPpm: bigint;
  /** Further relative rise of volatility where it rises while the forward falls. */
  fallVolPpm: bigint;
  /** Factor of the tails' weights; no weight exceeds one. */
  tailWeightPpm: bigint;
}

const VOL_MOVES = ['unchanged', 'up', 'upInFall', 'down'] as const;
export type VolMove = (typeof VOL_MOVES)[number];

/** One scenario. Rows and profits list them in this order; the first is "nothing moves". */
export interface Scenario {
  /** Move of the forward, parts per million of it: -180,000 is a fall by 18 %. */
  movePpm: bigint;
  vol: VolMove;
  /** Share of the profit or loss that counts, parts per million. */
  weightPpm: bigint;
}

/** The forward that the module moves to describe the grid. */
const UNMOVED_PPM = 1_000_000n;

export class Grid {
  /** Number of scenarios: the length of every row. */
  readonly count: number;
  readonly #module: RiskModule;

  constructor(module: RiskModule) {
    this.#module = module;
    this.count = module.count('scenario_count');
  }

  /** @throws {MathError} `Domain` when a shock exceeds its bound. */
  scenarios(shocks: Shocks): Scenario[] {
    writeShocks(this.#module.ask(), shocks);
    const answer = this.#module.call('scenarios');
    return Array.from({ length: this.count }, () => ({
      movePpm: answer.unsigned() - UNMOVED_PPM,
      vol: volMove(answer.number()),
      weightPpm: answer.unsigned(),
    }));
  }
}

/** In the order of the risk crate's fields. */
export function writeShocks(question: Question, shocks: Shocks): void {
  question
    .unsigned(shocks.rangePpm, 'rangePpm')
    .unsigned(shocks.volUpPpm, 'volUpPpm')
    .unsigned(shocks.volDownPpm, 'volDownPpm')
    .unsigned(shocks.fallVolPpm, 'fallVolPpm')
    .unsigned(shocks.tailWeightPpm, 'tailWeightPpm');
}

function volMove(place: number): VolMove {
  const move = VOL_MOVES[place];
  if (move === undefined) throw new Error(`the module names an unknown move of volatility: ${place}`);
  return move;
}
