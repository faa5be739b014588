//! How arguments and results travel: registers, stack, pointers, dynamic dispatch.

use std::hint::black_box;

pub fn all(a: u64, b: u128, text: &[u8]) -> Vec<u64> {
    let key = std::array::from_fn(|i| (a >> (i % 8)) as u8 ^ i as u8);
    let mixed = mixed(a, b, text, a as i32, a.is_multiple_of(2), !a, key, b as i128 >> 5, b as u16);
    let step = |n: u64| a.wrapping_add(n);
    let (x, y, z, rest) =
        returned(step(0), step(1), step(2), step(3), step(4), step(5), step(6), step(7), step(8));
    let mut words = vec![mixed as u64, (mixed >> 64) as u64, x, y, z];
    words.extend(rest);
    words.push(dispatched(a));
    words
}

/// Nine arguments of several sizes: only five fit registers.
#[inline(never)]
fn mixed(a: u64, b: u128, text: &[u8], d: i32, e: bool, f: u64, key: [u8; 32], h: i128, i: u16) -> u128 {
    let mut sum = u128::from(a).wrapping_mul(b).wrapping_add(i128::from(d) as u128);
    for (at, byte) in text.iter().enumerate() {
        sum = sum.rotate_left(7) ^ (u128::from(*byte) << (at % 64));
    }
    for byte in key {
        sum = sum.wrapping_add(u128::from(byte) * u128::from(i));
    }
    if e {
        sum = sum.wrapping_mul(3);
    }
    sum ^ (h as u128) ^ (u128::from(f) << 17)
}

type Returned = (u64, u64, u64, [u64; 3]);

#[inline(never)]
fn returned(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64, h: u64, i: u64) -> Returned {
    (a ^ i, b.wrapping_mul(h), c.wrapping_sub(g), [d, e.rotate_left(9), f])
}

trait Shape {
    fn area(&self, scale: u64) -> u64;
    fn label(&self) -> &'static str {
        "shape"
    }
}

struct Square(u64);
struct Rectangle(u64, u64);
struct Triangle {
    base: u64,
    height: u64,
}

impl Shape for Square {
    fn area(&self, scale: u64) -> u64 {
        self.0.wrapping_mul(self.0).wrapping_mul(scale)
    }
    fn label(&self) -> &'static str {
        "square"
    }
}

impl Shape for Rectangle {
    fn area(&self, scale: u64) -> u64 {
        self.0.wrapping_mul(self.1).wrapping_add(scale)
    }
}

impl Shape for Triangle {
    fn area(&self, scale: u64) -> u64 {
        self.base.wrapping_mul(self.height) / 2 + scale
    }
    fn label(&self) -> &'static str {
        "triangle"
    }
}

/// Trait objects and function pointers: the linker must relocate both tables.
#[inline(never)]
fn dispatched(seed: u64) -> u64 {
    let mut state = seed;
    let shapes: Vec<Box<dyn Shape>> = (0..12)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            match (state >> 60) % 3 {
                0 => Box::new(Square(state & 0xffff)) as Box<dyn Shape>,
                1 => Box::new(Rectangle(state & 0xff, state >> 40)),
                _ => Box::new(Triangle { base: state & 0xfff, height: state >> 50 }),
            }
        })
        .collect();
    let mixes: [fn(u64) -> u64; 3] = [|x| x ^ 5, |x| x.rotate_left(1), |x| x.wrapping_mul(31)];
    let mix = black_box(mixes)[(seed % 3) as usize];
    shapes.iter().enumerate().fold(seed, |sum, (at, shape)| {
        mix(sum.wrapping_add(shape.area(at as u64)).wrapping_add(shape.label().len() as u64))
    })
}
