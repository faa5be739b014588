//! One sequence: draws a market and a move, sends its calls and looks at what comes back.

use {
    crate::{errors, machine::Machine, moves, tally::Tally},
    bulkhead_keeper::chain::SendError,
    bulkhead_sdk::errors::code,
    bulkhead_tests::{
        markets::ACTORS,
        world::{Who, World, PRICE},
    },
    rand::{
        distr::uniform::SampleRange,
        seq::{IndexedRandom, SliceRandom},
        Rng, SeedableRng,
    },
    rand_chacha::ChaCha8Rng,
    solana_instruction::Instruction,
};

/// An account with less has nothing left to lose.
const SOLVENT: u64 = 1_000_000_000;

/// Moves between two looks at every account. A transaction's own accounts are looked at every time, and the runtime writes no
/// other.
const LOOK_AROUND: u32 = 20;

pub struct Player {
    pub markets: Vec<World<Machine>>,
    pub machine: Machine,
    /// The market that the present move is in.
    pub at: usize,
    /// What the underlying of each market costs.
    pub prices: Vec<u64>,
    pub rng: ChaCha8Rng,
    pub tally: Tally,
    /// The last call that each market accepted, to be played again.
    pub last: Vec<Option<Instruction>>,
}

impl Player {
    pub fn new(machine: Machine, markets: Vec<World<Machine>>, seed: u64) -> Self {
        let (prices, last) = (vec![PRICE; markets.len()], vec![None; markets.len()]);
        let rng = ChaCha8Rng::seed_from_u64(seed);
        Self { markets, machine, at: 0, prices, rng, tally: Tally::default(), last }
    }

    pub fn step(&mut self) {
        self.at = self.draw(0..self.markets.len());
        moves::draw(self)(self);
        self.machine.measure(false);
        if self.once_in(LOOK_AROUND) {
            self.machine.look_around();
        }
    }

    pub fn world(&self) -> &World<Machine> {
        &self.markets[self.at]
    }

    pub fn world_mut(&mut self) -> &mut World<Machine> {
        &mut self.markets[self.at]
    }

    pub fn price(&self) -> u64 {
        self.prices[self.at]
    }

    pub fn draw<T: rand::distr::uniform::SampleUniform>(&mut self, from: impl SampleRange<T>) -> T {
        self.rng.random_range(from)
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: u32) -> bool {
        self.draw(0..times) == 0
    }

    /// # Panics
    /// When there is nothing to choose from.
    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        *choices.choose(&mut self.rng).expect("something to choose from")
    }

    pub fn any_of<T: Copy>(&mut self, choices: &[T]) -> Option<T> {
        choices.choose(&mut self.rng).copied()
    }

    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        all.shuffle(&mut self.rng);
    }

    pub fn who(&mut self) -> Who {
        self.one_of(&ACTORS)
    }

    /// Somebody with collateral, if there is anybody.
    pub fn solvent(&mut self) -> Who {
        let is_solvent = |who: &Who| self.world().margin(*who).cash > SOLVENT;
        let able: Vec<Who> = ACTORS.into_iter().filter(is_solvent).collect();
        self.any_of(&able).unwrap_or(Who::Alice)
    }

    pub fn live(&mut self) -> Option<u16> {
        let live = self.world().live();
        self.any_of(&live)
    }

    /// An expiry that is still to come and has marks.
    pub fn tradable(&mut self) -> Option<u16> {
        let world = self.world();
        let (now, mut ready) = (world.now(), world.live());
        ready.retain(|id| world.expiry(*id).expires_at > now && world.mark(*id, 4, 0) > 0);
        self.any_of(&ready)
    }

    /// Sends a call; whether it was accepted.
    ///
    /// # Panics
    /// When it is refused for a reason that this call cannot have, or not now.
    pub fn call(&mut self, name: &'static str, call: Instruction) -> bool {
        self.call_all(name, vec![call])
    }

    /// Sends some calls in one transaction, named after the last.
    ///
    /// # Panics
    /// As [`Player::call`].
    pub fn call_all(&mut self, name: &'static str, mut calls: Vec<Instruction>) -> bool {
        let sent = self.send(name, &calls);
        let Some(call) = calls.pop() else { return false };
        let Err(error) = sent else {
            self.last[self.at] = Some(call);
            return true;
        };
        let known = errors::allowed(name).iter().find(|e| error.code == Some(code(**e)));
        let Some(known) = known else {
            let funds = errors::may_lack_funds(name) && error.code == Some(errors::INSUFFICIENT_FUNDS);
            assert!(funds, "{name} met {error}\n{}", error.logs.join("\n"));
            return false;
        };
        let explained = errors::explains(self.world(), &call, *known);
        assert!(explained, "{name} met {error} without a cause\n{}", error.logs.join("\n"));
        false
    }

    /// Sends a call that must be refused and leave everything as it is.
    ///
    /// # Panics
    /// When it is accepted.
    pub fn attack(&mut self, name: &'static str, call: &Instruction) {
        assert!(self.send(name, std::slice::from_ref(call)).is_err(), "{name} went through: {call:?}");
    }

    /// Sends a call that was accepted before; what comes of it is its own affair, as long as the books hold.
    pub fn replay(&mut self, call: &Instruction) {
        let _ = self.send("replay", std::slice::from_ref(call));
    }

    fn send(&mut self, name: &'static str, calls: &[Instruction]) -> Result<(), SendError> {
        self.machine.name_next(name);
        let at = self.at;
        let sent = self.markets[at].send(calls);
        self.tally.count(name, sent.as_ref().err().map(|error| error.code));
        sent.map(|_| ())
    }
}
