//! The surfaces before and after an expiry in time, against which the chain checks a new one: total variance at equal
//! moneyness may not fall (Gatheral and Jacquier, 2014, lemma 2.1).

use {
    crate::{
        mirror::Mirror,
        surface::{
            arrival::Arrival,
            listed::{Listed, Refusal},
            plan::PlanError,
        },
    },
    bulkhead_risk::{
        black76::{Forward, Strike, Tenor},
        surface::{check_calendar, Slice, SurfaceFault},
    },
    bulkhead_sdk::bulkhead::{forward::forward_price, state::Expiry},
};

/// The surface of another expiry.
#[derive(Clone, Debug)]
pub struct Neighbour {
    pub id: u16,
    /// Price units per unit of the underlying.
    pub forward: u64,
    pub strikes: Vec<Strike>,
    /// One per strike.
    pub vols_ppm: Vec<u32>,
    pub seconds_left: u64,
}

/// Every other live expiry of the market in the order of its slots, as the submission has to name them.
#[must_use]
pub fn others(mirror: &Mirror, own: u16) -> Vec<u16> {
    mirror.market.expiries.iter().copied().filter(|id| *id != 0 && *id != own).collect()
}

/// Of the others, the last one before `expiry` and the first one after it that have a surface.
///
/// # Errors
/// [`PlanError::UnknownExpiry`] for one that the market lists and the chain does not show, or a figure of theirs that the
/// kernels do not take.
pub fn neighbours(mirror: &Mirror, expiry: &Expiry, now: i64) -> Result<Vec<Neighbour>, PlanError> {
    let found = others(mirror, expiry.id)
        .into_iter()
        .map(|id| mirror.expiry(id).ok_or(PlanError::UnknownExpiry(id)))
        .collect::<Result<Vec<&Expiry>, PlanError>>()?;
    let priced =
        || found.iter().copied().filter(|o| o.surface_version > 0 && o.expires_at > now && !o.is_fixed());
    let before = priced().filter(|o| o.expires_at < expiry.expires_at).max_by_key(|o| o.expires_at);
    let after = priced().filter(|o| o.expires_at > expiry.expires_at).min_by_key(|o| o.expires_at);
    let new = |other: &Expiry| Neighbour::new(other, mirror.oracle.mark.price, now);
    before.into_iter().chain(after).map(new).collect()
}

impl Neighbour {
    fn new(expiry: &Expiry, mark: u64, now: i64) -> Result<Self, PlanError> {
        let basis_ppm = expiry.basis_ppm;
        let strikes = expiry.listed();
        Ok(Self {
            id: expiry.id,
            forward: forward_price(mark, basis_ppm).map_err(|_| PlanError::BasisTooLarge { basis_ppm })?,
            strikes: strikes
                .iter()
                .map(|k| Strike::new(*k))
                .collect::<Result<_, _>>()
                .map_err(PlanError::Kernel)?,
            vols_ppm: expiry.vols_ppm.iter().take(strikes.len()).copied().collect(),
            seconds_left: u64::try_from(expiry.expires_at.saturating_sub(now)).unwrap_or(0),
        })
    }

    /// The chain's check of volatilities at listed strikes against this surface, one by one so that a fault has a strike.
    ///
    /// # Errors
    /// [`Refusal::Calendar`].
    pub fn check(&self, listed: &Listed, at: Arrival, vols_ppm: &[u32]) -> Result<(), Refusal> {
        let left = (at.seconds_left(listed.seconds_left), at.seconds_left(self.seconds_left));
        let (Some(own_left), Some(left)) = left else {
            return Ok(());
        };
        let (own_tenor, tenor) = (Tenor::from_seconds(own_left)?, Tenor::from_seconds(left)?);
        let own_forward = Forward::new(at.forward(listed.forward)?)?;
        let forward = Forward::new(at.forward(self.forward)?)?;
        let other =
            Slice { forward: &forward, strikes: &self.strikes, vols_ppm: &self.vols_ppm, tenor: &tenor };
        for (strike, vol) in listed.strikes.iter().zip(vols_ppm.chunks(1)) {
            let strikes = [Strike::new(*strike)?];
            let own = Slice { forward: &own_forward, strikes: &strikes, vols_ppm: vol, tenor: &own_tenor };
            check_calendar(&own, &other).map_err(|fault| match fault {
                SurfaceFault::Calendar => Refusal::Calendar { neighbour: self.id, strike: *strike },
                fault => Refusal::Surface(fault),
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use {
        super::*,
        crate::{fixture::NOW, surface::samples},
    };

    /// Expiries 2 to 7, in the market's slots from the last one down, each so many days away.
    fn mirror(days: [i64; 6]) -> Mirror {
        let mut mirror = samples::mirror();
        mirror.market.expiries = [7, 6, 5, 4, 1, 3, 2, 0];
        for (id, days) in (2..).zip(days) {
            let expires_at = NOW.unix + days * 86_400;
            mirror.expiries.push(Expiry { id, expires_at, surface_version: 1, ..mirror.expiries[0] });
        }
        mirror
    }

    fn ids(mirror: &Mirror) -> Vec<u16> {
        let found = neighbours(mirror, &mirror.expiries[0], NOW.unix).unwrap();
        found.iter().map(|n| n.id).collect()
    }

    #[test]
    fn the_nearest_priced_expiry_on_either_side_counts() {
        let mut mirror = mirror([7, 14, 21, 60, 90, 180]);
        assert_eq!(others(&mirror, 1), [7, 6, 5, 4, 3, 2]);
        assert_eq!(ids(&mirror), [4, 5]);
        // Expiries 4 and 5.
        mirror.expiries[3].surface_version = 0;
        mirror.expiries[4].tier = 1;
        assert_eq!(ids(&mirror), [3, 6]);
        mirror.expiries[2].expires_at = NOW.unix;
        mirror.market.expiries = [1, 2, 3, 0, 0, 0, 0, 0];
        assert_eq!(ids(&mirror), [2]);
        mirror.market.expiries = [1, 9, 0, 0, 0, 0, 0, 0];
        let lost = neighbours(&mirror, &mirror.expiries[0], NOW.unix).unwrap_err();
        assert_eq!(lost, PlanError::UnknownExpiry(9));
    }

    #[test]
    fn a_fault_names_neighbour_and_strike() {
        let neighbour = |days: u64, vol_ppm: u32| Neighbour {
            id: 9,
            forward: 100_000_000,
            strikes: vec![Strike::new(100_000_000).unwrap()],
            vols_ppm: vec![vol_ppm],
            seconds_left: days * 86_400,
        };
        let listed = Listed {
            forward: 100_000_000,
            strikes: &[90_000_000, 100_000_000],
            seconds_left: 30 * 86_400,
            neighbours: &[],
        };
        let check = |other: &Neighbour, vols: [u32; 2]| other.check(&listed, Arrival::AT_ONCE, &vols);
        let fault = Err(Refusal::Calendar { neighbour: 9, strike: 100_000_000 });
        // Half the time: 1.414 times the volatility is the most.
        assert_eq!(check(&neighbour(15, 848_000), [700_000, 600_000]), Ok(()));
        assert_eq!(check(&neighbour(15, 849_000), [700_000, 600_000]), fault);
        assert_eq!(check(&neighbour(60, 425_000), [500_000, 600_000]), Ok(()));
        assert_eq!(check(&neighbour(60, 424_000), [500_000, 600_000]), fault);
        // Over before the update arrives.
        let late = Arrival { seconds: 60, drift_ppm: 0 };
        let soon = Neighbour { seconds_left: 60, ..neighbour(0, 10_000_000) };
        assert_eq!(soon.check(&listed, late, &[50_000; 2]), Ok(()));
    }
}
