//! Many sequences, each from the same opening, on as many threads as the machine has cores.

use {
    crate::{machine::Opening, player::Player, setting, tally::Tally, wind_down::wind_down, STEPS},
    std::{
        panic::{catch_unwind, AssertUnwindSafe},
        sync::{
            atomic::{AtomicUsize, Ordering},
            Mutex,
        },
        thread,
        time::{Duration, Instant},
    },
};

/// A log says this often how far it is.
const NEWS: Duration = Duration::from_secs(5);

pub struct Session {
    seeds: Vec<u64>,
    steps: usize,
}

/// What a session found.
#[derive(Default)]
pub struct Played {
    pub failed: Vec<u64>,
    pub tally: Tally,
}

impl Played {
    /// # Panics
    /// When a sequence failed.
    pub fn assert_sound(&self) {
        assert!(self.failed.is_empty(), "failed: add these to tests/stateful/seeds.txt: {:?}", self.failed);
    }
}

impl Session {
    pub fn new(seeds: Vec<u64>) -> Self {
        Self { seeds, steps: setting("BULKHEAD_STEPS").unwrap_or(STEPS) }
    }

    pub fn play(&self) -> Played {
        let threads = thread::available_parallelism().map_or(1, usize::from).min(self.seeds.len());
        let (next, done, started) = (AtomicUsize::new(0), Mutex::new(Played::default()), Instant::now());
        let said = Mutex::new(started);
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    let opening = Opening::play();
                    while let Some(seed) = self.seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let outcome = self.play_one(&opening, *seed);
                        let mut played = done.lock().expect("no thread fails with the lock");
                        match outcome {
                            Some(tally) => played.tally.add(&tally),
                            None => played.failed.push(*seed),
                        }
                        self.say(&played, &said, started);
                    }
                });
            }
        });
        let played = done.into_inner().expect("no thread fails with the lock");
        println!(
            "{} sequences of {} steps in {:.1} s: {}",
            self.seeds.len(),
            self.steps,
            started.elapsed().as_secs_f32(),
            played.tally
        );
        played
    }

    /// `None` when it failed; the report is printed.
    fn play_one(&self, opening: &Opening, seed: u64) -> Option<Tally> {
        let (machine, worlds) = opening.begin();
        let mut player = Player::new(machine.clone(), worlds, seed);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            for _ in 0..self.steps {
                player.step();
            }
            machine.measure(true);
            machine.look_around();
            wind_down(&mut player);
        }));
        if outcome.is_err() {
            eprintln!("{}\nseed {seed} failed: replay it with BULKHEAD_SEED={seed}", machine.recent());
            return None;
        }
        let mut tally = player.tally;
        tally.sequences = 1;
        Some(tally)
    }

    fn say(&self, played: &Played, said: &Mutex<Instant>, started: Instant) {
        let mut said = said.lock().expect("no thread fails with the lock");
        if said.elapsed() < NEWS {
            return;
        }
        *said = Instant::now();
        let done = played.tally.sequences + played.failed.len();
        let seconds = started.elapsed().as_secs_f32();
        let (all, failed) = (self.seeds.len(), &played.failed);
        println!("{done} of {all} sequences, {:.1} a second, failed: {failed:?}", done as f32 / seconds);
    }
}
