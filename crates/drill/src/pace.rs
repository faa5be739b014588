//! Story time against chain time: how many seconds of the crash pass per step, and per second of the chain.

/// Start and end of the story, Unix time: 2020-03-12 06:00 to 2020-03-13 10:00 UTC.
pub const STORY_START: i64 = 1_583_992_800;
pub const STORY_END: i64 = 1_584_093_600;
/// Expiry of the first options: 2020-03-13 08:00 UTC, the hour at which option venues settle.
pub const STORY_EXPIRY: i64 = 1_584_086_400;
/// Seconds of the second expiry's life left at the start.
pub const SECOND_TENOR: i64 = 15 * 86_400;

/// With longer steps a mark would have to live longer than a market may allow, or faults would end unnoticed.
pub const MAX_SPEED: u32 = 2;

/// Steps of the story.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Story seconds per step.
    pub story_step: i64,
    /// Chain seconds per step.
    pub chain_step: i64,
    /// Chain time at the first step.
    pub chain_start: i64,
}

impl Pace {
    /// The chain's clock is the story's: nothing is compressed.
    #[must_use]
    pub fn simulated(speed: u32) -> Self {
        let step = 60 * i64::from(speed.clamp(1, MAX_SPEED));
        Self { story_step: step, chain_step: step, chain_start: STORY_START }
    }

    /// A validator's clock cannot be set, so the story is compressed into two chain seconds per step.
    #[must_use]
    pub fn compressed(speed: u32, now: i64) -> Self {
        let step = 600 * i64::from(speed.clamp(1, MAX_SPEED));
        Self { story_step: step, chain_step: 2, chain_start: now }
    }

    #[must_use]
    pub fn steps(&self) -> i64 {
        (STORY_END - STORY_START) / self.story_step
    }

    /// Story time of a step.
    #[must_use]
    pub fn story(&self, step: i64) -> i64 {
        STORY_START + step * self.story_step
    }

    /// The step at a moment of the story.
    #[must_use]
    pub fn step_of(&self, story: i64) -> i64 {
        (story - STORY_START).div_euclid(self.story_step)
    }

    /// Chain time of a step.
    #[must_use]
    pub fn chain(&self, step: i64) -> i64 {
        self.chain_start + step * self.chain_step
    }

    /// The step that a chain time falls into.
    #[must_use]
    pub fn step_at(&self, chain: i64) -> i64 {
        (chain - self.chain_start).div_euclid(self.chain_step)
    }

    /// Chain time of a moment of the story.
    #[must_use]
    pub fn chain_of(&self, story: i64) -> i64 {
        self.chain_start + (story - STORY_START) / self.story_step * self.chain_step
    }

    /// Chain seconds that a span of story time takes, at least one step.
    #[must_use]
    pub fn span(&self, story_seconds: i64) -> u64 {
        let steps = (story_seconds / self.story_step).max(1);
        u64::try_from(steps * self.chain_step).unwrap_or(1)
    }

    #[must_use]
    pub fn is_compressed(&self) -> bool {
        self.story_step != self.chain_step
    }
}
