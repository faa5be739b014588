use {
    anyhow::Result,
    bulkhead_stress::{path, population::Population, run, staging},
    std::time::Instant,
};
fn main() -> Result<()> {
    let n: usize = std::env::args().nth(1).unwrap().parse()?;
    let t = Instant::now();
    let pop = Population::of_seed(1, n);
    let staged = staging::stage(std::path::Path::new("target/deploy/bulkhead.so"), 1, &pop, |_, _| ())?;
    eprintln!(
        "staged {} users {} orders in {:?} collateral {}",
        pop.users.len(),
        pop.orders.len(),
        t.elapsed(),
        staged.collateral / 1_000_000
    );
    for name in std::env::args().skip(2) {
        let p = path::named(&name).unwrap();
        for policy in bulkhead_stress::policy::ALL {
            let t = Instant::now();
            let s = run::play(&staged, &p, policy, 1, |_| ())?;
            println!("{name} {policy} {:?} {:#?}", t.elapsed(), s.figures);
        }
    }
    Ok(())
}
