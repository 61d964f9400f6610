//! The client against a server that answers what the test says.

mod answers;
mod faults;
mod getters;
mod server;
mod shapes;
