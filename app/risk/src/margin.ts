/** Portfolio margin of an account, from its legs and the rows of their series. Everything is quote atoms. */

import type { Answer, Question, RiskModule } from './module.ts';
import { MathError } from './refusal.ts';
import type { MoneyGreeks } from './rows.ts';

export type OptionKind = 'call' | 'put';

/** A position in one series. */
export interface Leg {
  kind: OptionKind;
  /** Positive long, negative short. */
  lots: bigint;
  series: SeriesRisk;
}

/** One series, per lot; a row of a risk array. */
export interface SeriesRisk {
  /** Of this kind: the put's mark for a put. */
  mark: bigint;
  /** Most that a short of this kind may lose in any scenario. */
  peak: bigint;
  /** Profit of one long call if the mark were the stable price, for puts too. */
  callStableProfit: bigint;
  /** Of one long call, for puts too. */
  callGreeks: MoneyGreeks;
  /** Scenario profit of one long call, for puts too. */
  callProfit: readonly bigint[];
}

/** What all legs of one expiry share, per lot. */
export interface ExpiryRisk {
  /** Value of one lot of the forward. */
  forward: bigint;
  /** Scenario profit of one long lot of the forward. */
  forwardProfit: readonly bigint[];
  forwardStableProfit: bigint;
  errorAtoms: bigint;
  /** Charge per short lot for the nearness of the expiry. */
  rampAtoms: bigint;
  /** Price impact per lot and lot closed at the market's own depth, with 20 fraction bits. */
  impactQ20: bigint;
  /** The same at the depth last quoted, at least `impactQ20`. */
  quotedImpactQ20: bigint;
  /** Lots open in the expiry; zero when unknown. */
  openLots: bigint;
  /** Half-spread recorded beyond the normal one. */
  spreadAtoms: bigint;
}

/** An account's legs in one expiry. */
export interface ExpiryLegs {
  risk: ExpiryRisk;
  /** Whether the price of the expiry is fixed: its marks are payoffs that wait for their payers. */
  settled: boolean;
  legs: readonly Leg[];
}

/** What a market charges beyond the worst scenario, parts per million. */
export interface Charges {
  shortMinimumPpm: bigint;
  maintenancePpm: bigint;
  /** Confidence interval of the mark as a share of it. */
  confidencePpm: bigint;
  /** Factor of the mark's grade and the breaker level. */
  initialFactorPpm: bigint;
  regimePpm: bigint;
  coverPpm: bigint;
  /** Largest net Greeks of the account in this regime, as money. */
  greekLimits: MoneyGreeks;
}

/** What an account has beside its legs. */
export interface Funds {
  cash: bigint;
  debt: bigint;
  /** Proceeds of settled expiries still to be paid. */
  claims: bigint;
}

/** Sums over a book; the fields of the risk crate's `Totals`. */
export interface Totals {
  value: bigint;
  stable: bigint;
  bound: bigint;
  shortFloor: bigint;
  shortNotional: bigint;
  grossNotional: bigint;
  grossLots: bigint;
  error: bigint;
  ramp: bigint;
  impact: bigint;
  /** What thinner quotes and a large share of what is open add to `impact`, in initial margin alone. */
  scarcity: bigint;
  spread: bigint;
  greeks: MoneyGreeks;
}

/** An account as margin sees it. */
export interface Measure {
  /** Profit under each scenario. */
  profit: bigint[];
  worstLoss: bigint;
  totals: Totals;
  /** Cash less debt, and the value of all legs. */
  equity: bigint;
  /** Payoffs in it that wait for their payers: like claims they allow nothing new. */
  unpaid: bigint;
  requirement: { initial: bigint; maintenance: bigint };
  /**
   * Surplus over the initial requirement: of equity at the worse of mark and stable price, without what is unpaid, and of
   * cash for nearer expiries.
   */
  initialHealth: bigint;
  /** Surplus of equity, with claims, over the maintenance requirement; negative means liquidatable. */
  maintenanceHealth: bigint;
  /** Surplus of cash over what nearer expiries may ask for; missing when the legs have one expiry. */
  cover: { initial: bigint | undefined; maintenance: bigint | undefined };
  /** Collateral that may leave at a fresh mark. */
  freeCollateral: bigint;
  /** Collateral that may leave while prices are stale. */
  staleFreeCollateral: bigint;
  /** Greeks beyond the account's limits. */
  breaches: (keyof MoneyGreeks)[];
}

export interface MarginBounds {
  maxLegs: number;
  maxLegLots: bigint;
  /** What no mark and no entry of a row may reach. */
  maxRowAtoms: bigint;
}

const KINDS: Record<OptionKind, number> = { call: 0, put: 1 };
/** In the order of the bits of a breach. */
const GREEKS = ['delta', 'gamma', 'vega', 'theta'] as const;

export class Margin {
  readonly bounds: MarginBounds;
  readonly #module: RiskModule;
  readonly #scenarios: number;

  constructor(module: RiskModule) {
    this.#module = module;
    this.#scenarios = module.count('scenario_count');
    const answer = module.call('margin_bounds');
    this.bounds = {
      maxLegs: answer.number(),
      maxLegLots: answer.unsigned(),
      maxRowAtoms: answer.unsigned(),
    };
  }

  /**
   * Measures an account as the program does. Expiries are in the order in which they come, each once.
   *
   * @throws {MathError} `Domain` for legs or rows outside the bounds, `Overflow` when a figure leaves 64 bits.
   */
  measure(expiries: readonly ExpiryLegs[], funds: Funds, charges: Charges): Measure {
    const held = expiries.filter(({ legs }) => legs.length > 0);
    if (held.reduce((count, { legs }) => count + legs.length, 0) > this.bounds.maxLegs)
      throw new MathError('Domain', `an account has at most ${this.bounds.maxLegs} legs`);
    const question = this.#module.ask();
    writeCharges(question, charges);
    question.unsigned(funds.cash, 'cash').unsigned(funds.debt, 'debt').unsigned(funds.claims, 'claims');
    for (const { risk, settled, legs } of held) {
      question.number(legs.length, 'legs').number(settled ? 1 : 0, 'settled');
      this.#writeExpiry(question, risk);
      for (const leg of legs) this.#writeLeg(question, leg);
    }
    const answer = this.#module.call('measure', held.length);
    return {
      profit: answer.row(this.#scenarios),
      worstLoss: answer.unsigned(),
      totals: readTotals(answer),
      equity: answer.signed(),
      unpaid: answer.signed(),
      requirement: { initial: answer.unsigned(), maintenance: answer.unsigned() },
      initialHealth: answer.signed(),
      maintenanceHealth: answer.signed(),
      cover: { initial: answer.optional(), maintenance: answer.optional() },
      freeCollateral: answer.unsigned(),
      staleFreeCollateral: answer.unsigned(),
      breaches: readBreaches(answer.unsigned()),
    };
  }

  #writeExpiry(question: Question, risk: ExpiryRisk): void {
    question
      .unsigned(risk.forward, 'forward')
      .signed(risk.forwardStableProfit, 'forwardStableProfit')
      .unsigned(risk.errorAtoms, 'errorAtoms')
      .unsigned(risk.rampAtoms, 'rampAtoms')
      .unsigned(risk.impactQ20, 'impactQ20')
      .unsigned(risk.quotedImpactQ20, 'quotedImpactQ20')
      .unsigned(risk.openLots, 'openLots')
      .unsigned(risk.spreadAtoms, 'spreadAtoms');
    this.#writeRow(question, risk.forwardProfit);
  }

  #writeLeg(question: Question, { kind, lots, series }: Leg): void {
    question
      .number(KINDS[kind], 'kind')
      .signed(lots, 'lots')
      .unsigned(series.mark, 'mark')
      .signed(series.callStableProfit, 'callStableProfit')
      .unsigned(series.peak, 'peak');
    for (const greek of GREEKS) question.signed(series.callGreeks[greek], greek);
    this.#writeRow(question, series.callProfit);
  }

  #writeRow(question: Question, row: readonly bigint[]): void {
    if (row.length !== this.#scenarios)
      throw new MathError('Domain', `a row has ${this.#scenarios} entries, not ${row.length}`);
    for (const profit of row) question.signed(profit, 'profit');
  }
}

function writeCharges(question: Question, charges: Charges): void {
  question
    .unsigned(charges.shortMinimumPpm, 'shortMinimumPpm')
    .unsigned(charges.maintenancePpm, 'maintenancePpm')
    .unsigned(charges.confidencePpm, 'confidencePpm')
    .unsigned(charges.initialFactorPpm, 'initialFactorPpm')
    .unsigned(charges.regimePpm, 'regimePpm')
    .unsigned(charges.coverPpm, 'coverPpm');
  for (const greek of GREEKS) question.unsigned(charges.greekLimits[greek], `limit of ${greek}`);
}

function readTotals(answer: Answer): Totals {
  return {
    value: answer.signed(),
    stable: answer.signed(),
    bound: answer.unsigned(),
    shortFloor: answer.signed(),
    shortNotional: answer.unsigned(),
    grossNotional: answer.unsigned(),
    grossLots: answer.unsigned(),
    error: answer.unsigned(),
    ramp: answer.unsigned(),
    impact: answer.unsigned(),
    scarcity: answer.unsigned(),
    spread: answer.unsigned(),
    greeks: {
      delta: answer.signed(),
      gamma: answer.signed(),
      vega: answer.signed(),
      theta: answer.signed(),
    },
  };
}

function readBreaches(bits: bigint): (keyof MoneyGreeks)[] {
  return GREEKS.filter((_, place) => ((bits >> BigInt(place)) & 1n) === 1n);
}
