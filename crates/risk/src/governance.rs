//! When a queued change may be carried out: not before its wait is over, not long after, and not once it was overtaken.

/// When a change may be carried out, Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// From here...
    pub eta: i64,
    /// ...until here.
    pub lapses_at: i64,
}

/// Why a change may not be carried out now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// A change of roles, or of what the change was made for, came after it.
    Stale,
    /// The wait is not over.
    Running,
    Lapsed,
}

impl Window {
    /// The window of a change queued now.
    #[must_use]
    pub const fn queued(now: i64, wait: i64, life: i64) -> Self {
        let eta = now.saturating_add(wait);
        Self { eta, lapses_at: eta.saturating_add(life) }
    }
}

/// Whether the change with that index may be carried out. `stale_before`: changes with a lower index were overtaken.
///
/// # Errors
/// [`Refusal`].
pub const fn ready(window: Window, index: u64, stale_before: u64, now: i64) -> Result<(), Refusal> {
    if index < stale_before {
        return Err(Refusal::Stale);
    }
    if now < window.eta {
        return Err(Refusal::Running);
    }
    if now >= window.lapses_at {
        return Err(Refusal::Lapsed);
    }
    Ok(())
}

/// Whether parameters are still those that a change was proposed for: whoever tightened meanwhile is not overruled by an older
/// plan.
///
/// # Errors
/// [`Refusal::Stale`].
pub const fn still_current(proposed_for: u64, revision: u64) -> Result<(), Refusal> {
    if proposed_for == revision {
        Ok(())
    } else {
        Err(Refusal::Stale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_ready_within_its_window_only() {
        let window = Window::queued(100, 48, 24);
        let at = |now| ready(window, 3, 3, now);
        assert_eq!([at(147), at(148)], [Err(Refusal::Running), Ok(())]);
        assert_eq!([at(171), at(172)], [Ok(()), Err(Refusal::Lapsed)]);
        assert_eq!(ready(window, 2, 3, 148), Err(Refusal::Stale));
        assert_eq!(still_current(7, 7), Ok(()));
        assert_eq!(still_current(7, 8), Err(Refusal::Stale));
    }
}
