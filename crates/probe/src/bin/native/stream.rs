//! Calls as bytes, for whoever checks them with other arithmetic.

use std::io::{stdout, BufWriter, Write};

use bulkhead_probe::{kernel, number_of, Answer, Book, Rng};

pub fn write(name: &str, inputs: &str, seed: &str, count: &str) -> Result<(), String> {
    let kernel = number_of(name).and_then(kernel).ok_or_else(|| format!("no kernel {name}"))?;
    let draw = match inputs {
        "hostile" => kernel.hostile,
        "ordinary" => kernel.ordinary,
        _ => return Err(format!("inputs are hostile or ordinary, not {inputs}")),
    };
    let seed = seed.parse().map_err(|_| format!("the seed {seed} is no number"))?;
    let count: u64 = count.parse().map_err(|_| format!("the count {count} is no number"))?;
    let mut rng = Rng::seeded(seed);
    let mut book = Book::default();
    let mut out = BufWriter::new(stdout().lock());
    for _ in 0..count {
        let words = draw(&mut rng);
        let mut answer = Answer::default();
        (kernel.call)(&words, &mut answer, &mut book);
        for word in words.iter().chain(&answer) {
            out.write_all(&word.to_le_bytes()).map_err(|error| error.to_string())?;
        }
    }
    out.flush().map_err(|error| error.to_string())
}
