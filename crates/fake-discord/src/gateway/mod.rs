//! The gateway: sessions with their sequence numbers, and the WebSocket connections that carry them.

mod connection;
mod events;
mod identify;
mod intents;
mod members;
mod session;

pub use connection::upgrade;
pub use events::{Event, Reacted};
pub use intents::Intents;
pub use session::{CloseCode, Frame, Gateway, Session, Urls};
