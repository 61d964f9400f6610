use tycho_types::{
    cell::{CellBuilder, CellSlice, Load as _, Store},
    models::{IntAddr, StdAddr},
    num::Tokens,
    prelude::CellFamily as _,
};

use crate::{Address, Cell, Hash, StateInit};

/// A message's body is not what it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("the operation is {0:#010x}")]
    Operation(u32),
    #[error("the address is missing or not a standard one")]
    Address,
    #[error("the cell does not hold what it should")]
    Cell(#[from] tycho_types::error::Error),
}

/// Builds a cell whose content fits by construction.
pub(crate) fn build(
    store: impl FnOnce(&mut CellBuilder) -> Result<(), tycho_types::error::Error>,
) -> Cell {
    let mut builder = CellBuilder::new();
    store(&mut builder)
        .and_then(|()| builder.build())
        .expect("the layout leaves room for every value of these types")
}

pub(crate) fn store<T: Store>(
    builder: &mut CellBuilder,
    value: T,
) -> Result<(), tycho_types::error::Error> {
    value.store_into(builder, Cell::empty_context())
}

/// `VarUInteger 16`, the form of amounts. One of more than 120 bits does not exist on chain.
pub(crate) fn coins(amount: u128) -> Tokens {
    Tokens::new(amount)
}

/// `addr_none` for no address.
pub(crate) fn store_address(
    builder: &mut CellBuilder,
    address: Option<&Address>,
) -> Result<(), tycho_types::error::Error> {
    match address {
        Some(address) => store(builder, address),
        None => builder.store_zeros(2),
    }
}

/// None for `addr_none`; anything but a standard address is refused.
pub(crate) fn load_address(slice: &mut CellSlice<'_>) -> Result<Option<Address>, ParseError> {
    if slice.get_small_uint(0, 2)? == 0 {
        slice.skip_first(2, 0)?;
        return Ok(None);
    }
    match IntAddr::load_from(slice)? {
        IntAddr::Std(StdAddr {
            anycast: Some(_), ..
        })
        | IntAddr::Var(_) => Err(ParseError::Address),
        IntAddr::Std(address) => Ok(Some(address)),
    }
}

pub(crate) fn load_coins(slice: &mut CellSlice<'_>) -> Result<u128, tycho_types::error::Error> {
    Ok(Tokens::load_from(slice)?.into_inner())
}

/// What stands in the cell from here on, as a cell of its own.
pub(crate) fn rest(slice: &CellSlice<'_>) -> Result<Cell, tycho_types::error::Error> {
    let mut builder = CellBuilder::new();
    builder.store_slice(slice)?;
    builder.build()
}

/// `Either Cell ^Cell`. A body that ends before it has no payload: old wallets leave the bit away.
pub(crate) fn load_payload(slice: &mut CellSlice<'_>) -> Result<Cell, tycho_types::error::Error> {
    if slice.is_data_empty() {
        return Ok(Cell::default());
    }
    if slice.load_bit()? {
        return slice.load_reference_cloned();
    }
    rest(slice)
}

pub(crate) fn state_init(code: &Cell, data: Cell) -> StateInit {
    StateInit {
        code: Some(code.clone()),
        data: Some(data),
        ..StateInit::default()
    }
}

/// A contract's address in the base workchain is the hash of what it is deployed with.
pub(crate) fn address_of(init: &StateInit) -> Address {
    Address::new(0, hash_of(init))
}

pub(crate) fn hash_of(init: &StateInit) -> Hash {
    *build(|builder| store(builder, init)).repr_hash()
}
