// Compiled into the test `generated`: each call of `here` tells rustc's location of itself.

use std::panic::Location;

pub type Place = &'static Location<'static>;

#[track_caller]
pub fn here() -> Place {
    Location::caller()
}

#[track_caller]
pub fn here_soon() -> impl Future<Output = Place> {
    std::future::ready(Location::caller())
}

macro_rules! here_by_macro {
    () => {
        here()
    };
    ($place:expr) => {
        $place
    };
}

pub fn plain() -> Place {
    here()
}

#[rustfmt::skip]
pub mod narrow {
    use super::{Place, here};
    pub fn first() -> Place { /* 🪙 */ here() } pub fn second() -> Place { here() }
}

pub fn by_macro() -> [Place; 2] {
    [here_by_macro!(), here_by_macro!(here())]
}

pub fn by_closure() -> Place {
    let call = || {
        let deeper = || here();
        deeper()
    };
    call()
}

pub fn by_nested() -> Place {
    fn inner() -> Place {
        here()
    }
    inner()
}

pub static BY_STATIC: fn() -> Place = || here();

pub struct Till<C>(pub C);

impl<C> Till<C> {
    pub async fn by_async(&self) -> Place {
        async { here_soon().await }.await
    }
}

pub trait Pay {
    fn by_default(&self) -> Place {
        here()
    }

    fn by_impl(&self) -> Place;
}

impl<C> Pay for &Till<C> {
    fn by_impl(&self) -> Place {
        here()
    }
}

#[cfg(test)]
mod tests {
    fn _not_in_the_table() {}
}
