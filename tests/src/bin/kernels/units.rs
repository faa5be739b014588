//! Compute units of single calls, net of what the calling program and the preparation use.

use {
    anyhow::{ensure, Context, Result},
    bulkhead_probe::{
        kernel, number_of,
        oracle::{PUBLISHERS, WITH_PYTH, WITH_SWITCHBOARD},
        Answer, Book, Kernel, Rng, Words, OK,
    },
    bulkhead_tests::kernel_vm::KernelVm,
};

const SEED: u64 = 7;
const CALLS: usize = 400;

/// A figure, the kernel that gives it, the one whose units are taken off, and the most it may take.
pub struct Case {
    pub title: &'static str,
    kernel: &'static str,
    less: &'static str,
    inputs: Inputs,
    pub bound: Option<u64>,
    /// Not ours: measured for comparison.
    pub is_peer: bool,
}

#[derive(Clone, Copy)]
enum Inputs {
    /// As in use.
    Ordinary,
    /// Books of so many legs, with puts or without.
    Legs(u64, bool),
    /// Rounds of these sources, so many seconds apart, with a liar in the last one or without.
    Round(u64, u64, bool),
}

const fn ours(title: &'static str, kernel: &'static str, less: &'static str, bound: Option<u64>) -> Case {
    Case { title, kernel, less, inputs: Inputs::Ordinary, bound, is_peer: false }
}

const fn peer(title: &'static str, kernel: &'static str, less: &'static str) -> Case {
    Case { title, kernel, less, inputs: Inputs::Ordinary, bound: None, is_peer: true }
}

const fn legs(
    title: &'static str,
    count: u64,
    with_puts: bool,
    less: &'static str,
    bound: Option<u64>,
) -> Case {
    Case { title, kernel: "exposure", less, inputs: Inputs::Legs(count, with_puts), bound, is_peer: false }
}

const fn round(title: &'static str, sources: u64, seconds: u64, has_liar: bool) -> Case {
    let inputs = Inputs::Round(sources, seconds, has_liar);
    Case { title, kernel: "oracle_round", less: "oracle_sources", inputs, bound: Some(3_000), is_peer: false }
}

const REPRICE: Case = Case {
    title: "full reprice, 32 legs x 33 scenarios",
    kernel: "reprice",
    less: "reprice_terms",
    inputs: Inputs::Legs(32, false),
    bound: Some(115_000),
    is_peer: false,
};

const CASES: [Case; 34] = [
    ours("ln", "ln", "nothing", None),
    ours("exp", "exp_neg", "nothing", None),
    ours("square root", "sqrt", "nothing", None),
    ours("normal density", "density", "nothing", None),
    ours("Mills ratio", "mills", "nothing", None),
    ours("normal distribution", "cdf", "nothing", None),
    ours("surface point (SVI)", "svi", "svi_terms", Some(160)),
    ours("check of a surface's parameters (SVI)", "svi_terms", "nothing", None),
    ours("volatility of a strike from parameters (SVI), all told", "svi_vol", "nothing", None),
    ours("terms of one option", "terms", "nothing", None),
    ours("price, cached terms", "price", "terms", None),
    ours("price and Greeks, raw terms", "price_and_greeks_of", "nothing", Some(950)),
    ours("price and Greeks, cached terms", "price_and_greeks", "terms", Some(580)),
    ours("margin-tier price, cached terms", "grid_price", "grid_terms", Some(95)),
    ours("what an expiry's rows share", "forward_risk", "nothing", None),
    ours("risk row of one strike, 33 scenarios, with marks and Greeks", "strike_row", "forward_risk", None),
    REPRICE,
    legs("dot product and worst loss, 8 legs x 33", 8, false, "totals", Some(2_100)),
    legs("dot product and worst loss, 32 legs x 33", 32, false, "totals", Some(7_200)),
    legs("whole exposure, 8 legs x 33", 8, true, "book", None),
    legs("whole exposure, 32 legs x 33", 32, true, "book", None),
    round("oracle round, 5 publishers", PUBLISHERS, 1, false),
    round("oracle round, 3 publishers, Pyth push and pull", WITH_PYTH, 1, false),
    round("oracle round, 3 publishers, Switchboard, Chainlink", WITH_SWITCHBOARD, 1, false),
    round("oracle round with Pyth, one of five lies", WITH_PYTH, 1, true),
    round("oracle round with Pyth, the regime looks at the clock", WITH_PYTH, 20, false),
    round("oracle round with Pyth, a bucket closes", WITH_PYTH, 30, false),
    round("oracle round with Pyth, a bucket closes and one of five lies", WITH_PYTH, 30, true),
    ours("may a liquidation rely on the mark", "oracle_answer", "oracle_sources", None),
    ours("calling a kernel", "nothing", "", None),
    peer("solmath 0.2.0 bs_full", "solmath_bs_full", "solmath_terms"),
    peer("solmath 0.2.0 bs_full_hp", "solmath_bs_full_hp", "solmath_terms"),
    peer("double precision (libm)", "float", "float_terms"),
    peer("double precision, terms", "float_terms", "nothing"),
];

pub struct Measured {
    pub case: &'static Case,
    pub units: Vec<u64>,
}

pub fn measure() -> Result<Vec<Measured>> {
    let mut vm = KernelVm::new()?;
    CASES.iter().map(|case| Ok(Measured { case, units: of_case(&mut vm, case)? })).collect()
}

fn of_case(vm: &mut KernelVm, case: &Case) -> Result<Vec<u64>> {
    let (number, kernel) = find(case.kernel)?;
    let less = if case.less.is_empty() { None } else { Some(find(case.less)?.0) };
    let mut rng = Rng::seeded(SEED);
    let mut book = Book::default();
    let mut units = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let words = case.words(kernel, &mut rng);
        let (answer, whole) = vm.call(number, &words).with_context(|| case.title)?;
        ensure!(answer[0] == OK, "{} of {words:?} is refused", case.title);
        let mut native = Answer::default();
        (kernel.call)(&words, &mut native, &mut book);
        ensure!(answer == native, "{} of {words:?} is {answer:?}, natively {native:?}", case.title);
        let before = match less {
            Some(less) => vm.call(less, &words)?.1,
            None => 0,
        };
        units.push(whole.saturating_sub(before));
    }
    Ok(units)
}

impl Case {
    fn words(&self, kernel: &Kernel, rng: &mut Rng) -> Words {
        match self.inputs {
            Inputs::Ordinary => (kernel.ordinary)(rng),
            Inputs::Round(sources, seconds, has_liar) => {
                [rng.word(), sources, seconds, has_liar.into(), 0, 0]
            }
            Inputs::Legs(count, with_puts) => [rng.word(), count, with_puts.into(), 0, 0, 0],
        }
    }
}

fn find(name: &str) -> Result<(u32, &'static Kernel)> {
    let number = number_of(name).with_context(|| format!("no kernel {name}"))?;
    Ok((number, kernel(number).with_context(|| format!("no kernel {name}"))?))
}
